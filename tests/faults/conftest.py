import html
import shutil
import signal
import sqlite3
from collections import Counter
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test import Client, override_settings
from django.utils import timezone

from audits import scans
from audits.intake import register
from audits.models import BlobFacts, Finding, FindingEvent, Repository, Scan
from audits.models.scan import LIVE_STATES, OPEN_STATES
from tests.gitbuild import RepositoryBuilder
from tests.gitserver import GitServer, make_keys
from tests.scans.conftest import SHOP
from tests.waiting import wait_for
from tests.web import rows

from .ledger import Known

# LibCST needs weeks for this line: as long as a worker's FILE_DEADLINE lets it, a scan stands still here.
HANG = "import cohere  # co.generate()\nmatch a:\n case " + "(" * 20 + "1" + ",)" * 20 + ": pass\n"


def slow(number):
    """A file that takes about a second to parse, another one for each number, with one use in it."""
    return f"{SHOP}\n\n# {number}\nmatch a:\n case " + "(" * 9 + "1" + ",)" * 9 + ": pass\n"


@pytest.fixture
def make(settings, tmp_path, broker):
    """`make("shop")` registers a real repository of that name, with one use; `hang=True` adds a file that hangs.

    Their builders are in `make.builders`, by name.
    """
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"

    def make(name, hang=False, scan=True):
        builder = make.builders[name] = RepositoryBuilder(tmp_path / f"{name}.git")
        files = {"shop/ask.py": SHOP, "shop/more.py": SHOP.replace("0.5", "0.9")}
        builder.commit({**files, "zz_hang.py": HANG} if hang else files)
        return register(str(builder.path), scan=scan)

    make.builders = {}
    return make


@pytest.fixture(scope="session")
def keys(tmp_path_factory):
    return make_keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def served(tmp_path, keys, settings):
    """A git server on loopback that this installation knows as one of its own network; it serves tmp_path/served."""
    (tmp_path / "served").mkdir()
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    with GitServer(tmp_path / "served", keys) as server:
        settings.INTERNAL_GIT_HOSTS = [server.place]
        settings.INTERNAL_GIT_AUTHORITIES = str(server.authority)
        yield server


@pytest.fixture
def serving(served):
    """The variables with which a worker reaches that server."""
    return {"INTERNAL_GIT_HOSTS": served.place, "INTERNAL_GIT_AUTHORITIES": str(served.authority)}


def known(repository) -> Known:
    """What the findings of a repository say."""
    there = Finding.objects.filter(repository=repository, presence="present")
    opened = FindingEvent.objects.filter(finding__repository=repository, verb="opened")
    return Known(Counter(there.values_list("path", "line", "kind")), Counter(opened.values_list("finding", flat=True)))


def undisturbed(builder, deadline=120) -> Known:
    """What a scan of the same commits finds in this process, with nobody in its way and nothing known before."""
    facts = list(BlobFacts.objects.all())
    BlobFacts.objects.all().delete()
    copy = builder.path.with_name(f"twin-{builder.path.name}")
    shutil.copytree(builder.path, copy)
    twin = register(str(copy), scan=False)
    # Nobody is rung: a worker that still runs must not take it.
    asked = Scan.objects.create(repository=twin, queued_at=timezone.now())
    with override_settings(FILE_DEADLINE=deadline):
        scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert asked.state in ("done", "partial"), asked.error_message
    found = known(twin)
    twin.delete()
    shutil.rmtree(copy)
    BlobFacts.objects.all().delete()
    BlobFacts.objects.bulk_create(facts)
    return found


def lapse(scan):
    """The lease of a worker that was killed or stopped is over, as after two minutes."""
    Scan.objects.filter(pk=scan.pk, state__in=LIVE_STATES).update(lease_until=Now() - timedelta(seconds=1))


def halt(worker, scan):
    """Stop a worker, and not in the middle of a write, which would keep everybody else from the database."""

    def at_rest():
        worker.signal(signal.SIGSTOP)
        if locked(scan):
            worker.signal(signal.SIGCONT)
            return False
        return True

    wait_for(at_rest, "the worker never rests")


def locked(scan):
    """Whether a worker is in a transaction that has written to this scan."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        with sqlite3.connect(values["NAME"], timeout=0, isolation_level=None) as probe:
            try:
                probe.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                return True
            probe.execute("ROLLBACK")
            return False
    where = {"host": values["HOST"], "port": values["PORT"] or None, "user": values["USER"]}
    with psycopg.connect(dbname=values["NAME"], password=values["PASSWORD"], **where) as probe:
        try:
            probe.execute("SELECT 1 FROM audits_scan WHERE id = %s FOR UPDATE NOWAIT", [scan.pk])
        except psycopg.errors.LockNotAvailable:
            return True
        return False


def ended(scan):
    """Wait, as beat does, until a scan has ended, and return its row. Whoever lost its worker is rung for again."""

    def over():
        scans.reap()
        return Scan.objects.get(pk=scan.pk).state not in OPEN_STATES

    wait_for(over, f"{scan} does not end")
    scan.refresh_from_db()
    return scan


def whole(repository):
    """Fails where a result is half there: the newest reading's row and the findings must say the same."""
    newest = Scan.objects.filter(repository=repository, state__in=("done", "partial")).first()
    if newest is None:
        assert not Finding.objects.filter(repository=repository).exists()
        return
    there = Finding.objects.filter(repository=repository)
    assert newest.remaining == there.filter(presence="present").count()
    assert FindingEvent.objects.filter(finding__repository=repository, verb="opened").count() == there.count()
    assert Repository.objects.get(pk=repository.pk).applied_commit == newest.commit


def page(repository) -> str:
    """The repository's page, as a person reads it."""
    client = Client()
    reader = rows.User.objects.filter(username="reader").first() or rows.person("engineer", "reader")
    client.force_login(reader)
    answer = client.get(f"/repositories/{repository.pk}/")
    assert answer.status_code == 200
    return html.unescape(answer.content.decode())
