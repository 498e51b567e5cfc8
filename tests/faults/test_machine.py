"""The machine at fault: a full disk, a wrong clock, a database that is locked or away, a parser that is killed."""

import os
import random
import signal
import subprocess
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from audits import gitstore, scans
from audits.gitstore import mirror
from audits.intake import register
from audits.models import Scan, UnreadFile
from audits.scans import doorbell
from tests.gitbuild import RepositoryBuilder
from tests.processes import words
from tests.sandbox.samples import children
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import ended, known, page, slow, undisturbed, whole

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
FAKETIME = "/usr/lib/{}/faketime/libfaketime.so.1"
SQLITE = (
    "the clock of SQLite is that of each process, which all are on one machine: only PostgreSQL has a clock to trust"
)


@pytest.fixture
def shop(tmp_path, settings, broker):
    """A registered repository of this disk and its builder; no message of it has been taken yet."""
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    builder = RepositoryBuilder(tmp_path / "shop.git")
    builder.commit({"shop/ask.py": SHOP, "shop/more.py": SHOP.replace("0.5", "0.9")})
    return register(builder.url, scan=False), builder


@contextmanager
def small_disk(folder: Path, size: str):
    """A file system of that size in memory, mounted at the folder."""
    folder.mkdir(exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("a full disk: mounting a small tmpfs needs root; run the suite as root or in a container")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_is_nearly_full_is_told_and_the_next_scan_works_once_there_is_space(shop, settings, ledger):
    repository, builder = shop
    with small_disk(settings.MIRROR_ROOT, "8m") as disk:
        row = scans.request_scan(repository)
        scans.run_scan(row.pk)
        row.refresh_from_db()
        assert (row.state, row.error_kind) == ("failed", "disk_full")
        assert "Free some space, then scan again" in page(repository)
        whole(repository)
        subprocess.run(["mount", "-o", "remount,size=3g", disk], check=True)
        again = scans.request_scan(repository)
        scans.run_scan(again.pk)
    ledger.compare("Disk nearly full, then space again", known(repository), undisturbed(builder))


def test_a_disk_that_fills_during_a_fetch_keeps_what_was_there_and_blocks_nothing(
    shop, settings, ledger, monkeypatch, tmp_path
):
    """The free space is looked at before; here somebody else takes it meanwhile."""
    monkeypatch.setattr(mirror, "FREE_FLOOR", 0)
    repository, builder = shop
    with small_disk(settings.MIRROR_ROOT, "2m") as disk:
        first, neighbour = ran(repository), new(tmp_path, "neighbour")
        assert ran(neighbour).state == "done"
        before = known(repository)
        builder.commit({"big.bin": random.Random(2).randbytes(3_000_000), "shop/new.py": SHOP})
        row = ran(repository)
        assert (row.state, row.error_kind) == ("failed", "disk_full")
        assert known(repository) == before
        whole(repository)
        assert not list(disk.rglob("tmp_*"))
        with gitstore.Mirror(settings.MIRROR_ROOT, repository.key) as kept:
            assert kept.has(first.commit)
        assert "disk that holds the mirrors is full" in page(repository)
        # Meanwhile scans of others go on, on the same disk: one that was there before, and a new one.
        for other in (neighbour, new(tmp_path)):
            assert ran(other).state == "done"
            whole(other)
        builder.reset(first.commit)
        builder.commit({"shop/new.py": SHOP})
        again = ran(repository)
        assert again.state == "done", again.error_message
    ledger.compare("Disk full in the middle of a fetch", known(repository), undisturbed(builder))


def new(folder, name="new"):
    """Another small repository, registered."""
    builder = RepositoryBuilder(folder / f"{name}.git")
    builder.commit({"shop/ask.py": SHOP})
    return register(builder.url, scan=False)


def ran(repository):
    """A scan in this process, and its row."""
    row = scans.request_scan(repository)
    scans.run_scan(row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.broker
@pytest.mark.parametrize("offset", ["+2h", "-2h"])
def test_a_worker_whose_clock_is_two_hours_off_does_each_scan_once(offset, shop, start_worker, ledger):
    if connection.vendor == "sqlite":
        pytest.skip(SQLITE)
    machine = f"{os.uname().machine}-linux-gnu"
    library = Path(FAKETIME.format(machine))
    if not library.is_file():
        pytest.skip("a wrong clock: `apt-get install faketime` to run a worker with one")
    repository, builder = shop
    # The monotonic clock is set off too: with it left alone, libfaketime answers Python's sleep with an error.
    wrong = {"LD_PRELOAD": str(library), "FAKETIME": offset}
    worker = start_worker(**wrong)
    # Its neighbour is right, and would take every scan whose lease seems to be over.
    start_worker()
    for number in range(30):
        builder.commit({"shop/slow.py": slow(f"{offset} {number}")})
        row = scans.request_scan(repository)
        scans.send(doorbell.WAITED_FOR, row.pk)  # to both
        row = ended(row)
        assert (row.state, row.attempt) == ("done", 1), row.error_message + worker.log[-2000:]
        assert row.started_at <= row.fetched_at <= row.finished_at
        assert 0 <= row.seconds < 3_600
        assert abs((row.finished_at - row.queued_at).total_seconds()) < 3_600
        if "The scan begins" in worker.log:
            break
    else:
        pytest.fail("of thirty scans its neighbour took them all")
    assert worker.process.poll() is None
    ledger.compare(f"A worker's clock {offset} off", known(repository), undisturbed(builder))


def lock(seconds):
    """Another program holds for so long what scans write: all of SQLite, a table of PostgreSQL."""
    sqlite = connection.vendor == "sqlite"
    with connection.cursor() as cursor:
        for words in ["BEGIN IMMEDIATE"] if sqlite else ["BEGIN", "LOCK TABLE audits_scan IN ACCESS EXCLUSIVE MODE"]:
            cursor.execute(words)
        time.sleep(seconds)
        cursor.execute("ROLLBACK")


@pytest.mark.broker
@pytest.mark.parametrize("seconds", [5, 30])
def test_a_locked_database_is_waited_for(seconds, shop, start_worker, ledger):
    repository, builder = shop
    builder.commit({"shop/slow.py": slow(seconds), "shop/slower.py": slow(seconds + 1)})
    start_worker(SCAN_LEASE="8")
    row = scans.request_scan(repository)
    wait_for(lambda: Scan.objects.get(pk=row.pk).state == "scanning", "the scan does not read")
    lock(seconds)
    row = ended(row)
    assert row.state == "done", row.error_message
    assert row.attempt <= 2
    whole(repository)
    ledger.compare(f"The database locked for {seconds} s", known(repository), undisturbed(builder))


@pytest.mark.broker
def test_a_postgresql_that_is_away_for_some_seconds_costs_an_attempt_at_most(shop, start_worker, ledger):
    if connection.vendor != "postgresql":
        pytest.skip("a database that is away: only a server can be")
    repository, builder = shop
    builder.commit({f"shop/slow{n}.py": slow(f"away{n}") for n in range(3)})
    start_worker(SCAN_LEASE="10")
    row = scans.request_scan(repository)
    wait_for(lambda: Scan.objects.get(pk=row.pk).state == "scanning", "the scan does not read")
    away(3)
    row = ended(row)
    assert row.state == "done", row.error_message
    whole(repository)
    ledger.compare("PostgreSQL away for 3 s", known(repository), undisturbed(builder))


def away(seconds):
    """Every session is cut, and none gets in, as when the server starts again."""
    values = connection.settings_dict
    where = {"host": values["HOST"], "port": values["PORT"] or None, "user": values["USER"]}
    name = connection.ops.quote_name(values["NAME"])
    connection.close()
    with psycopg.connect(dbname="postgres", password=values["PASSWORD"], autocommit=True, **where) as server:
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS false")
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [values["NAME"]])
        time.sleep(seconds)
        server.execute(f"ALTER DATABASE {name} WITH ALLOW_CONNECTIONS true")


@pytest.mark.broker
def test_a_killed_parser_costs_no_file(shop, start_worker, ledger):
    repository, builder = shop
    builder.commit({f"shop/slow{n}.py": slow(f"parser{n}") for n in range(3)})
    worker = start_worker()
    row = scans.request_scan(repository)
    wait_for(lambda: Scan.objects.get(pk=row.pk).state == "scanning", "the scan does not read")
    wait_for(lambda: _parsers(worker), "no parser is started")
    time.sleep(0.5)
    for parser in _parsers(worker)[:1]:
        with suppress(ProcessLookupError):
            os.kill(parser, signal.SIGKILL)
    row = ended(row)
    assert (row.state, row.attempt) == ("done", 1), row.error_message + worker.log[-3000:]
    assert not UnreadFile.objects.exists()
    assert worker.process.poll() is None
    ledger.compare("Parser killed by somebody else", known(repository), undisturbed(builder))


def _parsers(worker):
    """The parsers below a worker: the forks of what its processes have loaded the parser into."""
    pools = children(worker.process.pid)
    return [fork for pool in pools for child in children(pool) if _is_template(child) for fork in children(child)]


def _is_template(process):
    return any(b"audits.sandbox.forks" in word for word in words(Path(f"/proc/{process}")))
