"""Workers killed twenty times at random moments, five times in each phase of a scan; each time nothing is lost."""

import os
import random
import signal
import time
from contextlib import suppress

import pytest
from django.db import connection

from audits import scans
from audits.intake import register
from audits.models import Finding, Repository, Scan
from audits.models.scan import OPEN_STATES
from tests.broker import pool_process
from tests.gitbuild import RepositoryBuilder
from tests.sandbox.samples import running
from tests.scans.conftest import SHOP
from tests.waiting import PATIENCE, reached, wait_for

from .conftest import ended, halt, known, lapse, locked, page, slow, undisturbed, whole

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]
PHASES = ("queue", "fetch", "parse", "apply")
KILLS, TRIES = 5, 25
# Inside the transaction that applies a result: each of its rows takes a while, so that a moment in it can be met.
SLOW_ROWS = {
    "sqlite": [
        "CREATE TRIGGER slow_rows BEFORE INSERT ON audits_findingparameter BEGIN SELECT count(*) FROM (WITH RECURSIVE "
        "c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c WHERE x < 200000) SELECT x FROM c); END"
    ],
    "postgresql": [
        "CREATE FUNCTION slow_row() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END'",
        "CREATE TRIGGER slow_rows BEFORE INSERT ON audits_findingparameter FOR EACH ROW EXECUTE FUNCTION slow_row()",
    ],
}
FAST_ROWS = {
    "sqlite": ["DROP TRIGGER slow_rows"],
    "postgresql": ["DROP TRIGGER slow_rows ON audits_findingparameter", "DROP FUNCTION slow_row"],
}


def newest_scan(repository):
    """What the repository's page says of its newest scan."""
    return page(repository).split('class="data cards scans"')[1].split("</tr>")[1]


@pytest.fixture
def slow_rows():
    def execute(statements):
        with connection.cursor() as cursor:
            for statement in statements[connection.vendor]:
                cursor.execute(statement)

    execute(SLOW_ROWS)
    yield
    execute(FAST_ROWS)


class Scene:
    """A repository on a server, its worker, and how to find a scan in one phase."""

    def __init__(self, server, builder, start, environment) -> None:
        self.server, self.builder = server, builder
        self.start = lambda: start(1, **environment)
        self.repository = register(f"https://{server.place}/{builder.path.name}", scan=False)
        self.worker = None

    def change(self, number, phase):
        """A new commit, so that there is something to fetch, to read and to write."""
        uses = {f"shop/new_{number}_{n}.py": SHOP.replace("0.5", f"0.{number}{n}") for n in range(3)}
        more = {f"shop/slow_{number}_{n}.py": slow(f"{number}.{n}") for n in range(3)} if phase == "parse" else {}
        self.builder.commit({**uses, **more, "shop/ask.py": f"# {number}\n{SHOP}"})

    def until(self, scan, phase):
        """Wait until the scan is in the phase."""
        if phase == "fetch":
            assert self.server.halfway.wait(PATIENCE), "the fetch does not begin"
        elif phase == "parse":
            wait_for(lambda: Scan.objects.get(pk=scan.pk).state == "scanning", "the scan does not read")
        elif phase == "apply":
            wait_for(lambda: Scan.objects.get(pk=scan.pk).state == "scanning" and writes(scan), "nothing is applied")

    def phase_of(self, scan):
        """Where the scan is, by its row and by the locks of its last transaction."""
        row = Scan.objects.get(pk=scan.pk)
        if row.state == "queued":
            return "queue"
        if row.state == "fetching":
            return "fetch"
        if row.state not in OPEN_STATES:
            return "over"
        return "apply" if writes(scan) else "parse"


def writes(scan):
    """Whether a worker is in the transaction that ends this scan; a lease's own write is over in no time."""
    return all(locked(scan) or time.sleep(0.02) for _ in range(3))


@pytest.fixture
def scene(served, serving, start_worker):
    builder = RepositoryBuilder(served.root / "shop.git")
    builder.commit({"shop/ask.py": SHOP, "docs/big.bin": random.Random(1).randbytes(400_000)})
    scene = Scene(served, builder, start_worker, serving)
    scene.worker = scene.start()
    assert ended(scans.request_scan(scene.repository)).state == "done"
    return scene


def kill(scene, whole_machine):
    """The whole worker with all that it started, or the one process of its pool, which it replaces by itself."""
    if whole_machine:
        scene.worker.kill()
        scene.worker = None
    else:
        process = pool_process(scene.worker)
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGKILL)
        assert reached(lambda: not running(process))


def ask(scene, phase):
    """Ask for a scan and let it come into the phase."""
    if phase == "queue":
        halt(scene.worker, scene.repository.scans.latest("pk"))
    elif phase == "fetch":
        scene.server.halfway.clear()
        scene.server.go.clear()
        scene.server.mode = "half"
    scan = scans.request_scan(scene.repository)
    scene.until(scan, phase)
    return scan


@pytest.mark.parametrize("phase", PHASES)
def test_a_worker_killed_at_random_moments_loses_nothing(phase, scene, ledger, settings, request):
    settings.SCAN_RING_AGAIN = 0
    if phase == "apply":
        request.getfixturevalue("slow_rows")
    moments = random.Random(f"{phase}:4711")
    met = []
    # A moment that misses its phase is another kill, not one of these.
    for number in range(TRIES):
        if met.count(phase) == KILLS:
            break
        scene.change(number, phase)
        if scene.worker is None:
            scene.worker = scene.start()
        before = known(scene.repository)
        scan = ask(scene, phase)
        time.sleep(moments.uniform(0, 0.4))
        met.append(scene.phase_of(scan))
        # A stopped worker's pool is stopped too: there the whole worker dies each time.
        kill(scene, whole_machine=phase == "queue" or number % 3 == 0)
        now = known(scene.repository)
        if Scan.objects.get(pk=scan.pk).state in OPEN_STATES:
            assert now == before
            whole(scene.repository)
        else:
            # It had ended between the look and the kill.
            met[-1] = "over"
        lapse(scan)
        scene.server.mode = "ok"
        scene.server.go.set()
        if scene.worker is None:
            scene.worker = scene.start()
        row = ended(scan)
        assert (row.state, row.attempt <= 2) == ("done", True), row.error_message
        assert (row.attempt == 2) is ("an earlier worker did not finish it" in newest_scan(scene.repository))
        whole(scene.repository)
    assert met.count(phase) == KILLS, met
    assert known(scene.repository).uses
    calm = undisturbed(scene.builder)
    ledger.compare(f"Worker killed while a scan is in: {phase}", known(scene.repository), calm, times=met.count(phase))
    assert "Fresh" in page(scene.repository)
    assert not Finding.objects.filter(repository=scene.repository, regressed=True).exists()
    assert Repository.objects.get(pk=scene.repository.pk).failures == 0
