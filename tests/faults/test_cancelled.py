"""A person cancels a scan whose git really fetches, from a server that goes on sending for minutes."""

import random

import pytest

from audits import scans
from audits.intake import register
from audits.models import Finding, Scan
from audits.scans import cancel
from tests.gitbuild import RepositoryBuilder
from tests.processes import folders, words
from tests.scans.conftest import SHOP
from tests.waiting import PATIENCE, wait_for
from tests.web import rows

from .conftest import ended, known, page, undisturbed, whole

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]
# At the pace of the server its second half takes a quarter of an hour.
LARGE = 8_000_000


def gits(url):
    """The processes of git, and of what holds it to its limits, that fetch from an address."""
    return [folder.name for folder in folders() if {url.encode(), b"fetch"} <= set(words(folder))]


@pytest.mark.parametrize("first", [True, False], ids=["its first scan", "a later scan"])
def test_its_git_ends_nothing_is_half_there_and_the_next_scan_works(first, served, serving, start_worker, ledger):
    builder = RepositoryBuilder(served.root / "shop.git")
    builder.commit({"shop/ask.py": SHOP})
    url = f"https://{served.place}/shop.git"
    repository = register(url, scan=False)
    # Neither the lease's own beat nor git's patience ends it: the server is fast enough for that one.
    worker = start_worker(SCAN_LEASE="3600", **serving)
    if not first:
        assert ended(scans.request_scan(repository)).state == "done"
    before = known(repository)
    builder.commit({"shop/new.py": SHOP, "docs/big.bin": random.Random(5).randbytes(LARGE)})
    served.mode = "trickle"
    asked = scans.request_scan(repository)
    assert served.halfway.wait(PATIENCE), "the fetch does not begin"
    assert gits(url)
    person = rows.person("lead", "ada")
    assert cancel(asked, person)
    wait_for(lambda: not gits(url), "git goes on", seconds=60)
    asked.refresh_from_db()
    assert (asked.state, asked.cancelled_by, asked.lease_until, asked.error_kind) == ("cancelled", person, None, "")
    assert known(repository) == before
    whole(repository)
    wait_for(
        lambda: "cancelled; nothing of this worker's result is written" in worker.log, "the worker does not say so"
    )
    assert not list((served.root.parent / "mirrors").rglob("tmp_*"))
    assert not list((served.root.parent / "mirrors").rglob("*.git/**/*.lock"))
    repository.refresh_from_db()
    assert repository.failures == 0
    assert "ancelled" in page(repository)
    served.mode = "ok"
    served.go.set()
    assert ended(scans.request_scan(repository)).state == "done"
    assert Scan.objects.filter(state="cancelled").count() == 1
    assert Finding.objects.filter(repository=repository).count() == 2
    ledger.compare("Scan cancelled in the middle of a fetch", known(repository), undisturbed(builder))
