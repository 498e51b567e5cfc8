"""A person stops a scan: at once on the row, and nothing of the worker's result is written."""

import pytest

from audits import scans
from audits.models import Finding, Repository, Scan
from audits.scans import cancel, claims, request_scan, run
from audits.scans.claims import LostLease, take
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db


def test_a_queued_scan_is_cancelled_and_never_taken(rung, django_user_model):
    ada = django_user_model.objects.create(username="ada")
    scan = request_scan(repository(read=False))
    assert cancel(scan, ada)
    assert take(scan.pk) is None
    scan.refresh_from_db()
    assert (scan.state, scan.cancelled_by, scan.finished_at is not None) == ("cancelled", ada, True)


def test_a_running_scan_loses_its_claim(rung):
    scan = request_scan(repository(read=False))
    claim = take(scan.pk)
    assert cancel(scan)
    for write in (claim.write, lambda: claim.progress(1, 9), claim.fetched):
        with pytest.raises(LostLease):
            write()
    claims.fail(claim, "network", "Too late.")
    assert not claims.put_off(claim)
    scan.refresh_from_db()
    assert (scan.state, scan.lease_until, scan.error_kind) == ("cancelled", None, "")
    assert Repository.objects.get().failures == 0


def test_what_has_ended_cannot_be_cancelled(rung):
    scan = request_scan(repository(read=False))
    claims.fail(take(scan.pk), "network", "It did not work.")
    assert not cancel(scan)
    scan.refresh_from_db()
    assert scan.state == "failed"


def test_the_scan_that_waited_behind_it_is_rung_for(rung, django_capture_on_commit_callbacks):
    scan = request_scan(repository(read=False))
    take(scan.pk)
    second = request_scan(scan.repository)
    with django_capture_on_commit_callbacks(execute=True):
        cancel(scan)
    assert rung == [second.pk]


@pytest.mark.parametrize("step", ["fetch", "read", "apply"])
def test_a_worker_that_finds_its_scan_cancelled_writes_nothing(registered, scan, shop, monkeypatch, step):
    scan()
    before = list(Finding.objects.values_list("path", "line", "presence", "last_scan"))
    shop.commit({"shop/ask.py": "x = 1\n"})
    asked = request_scan(registered)
    steps = {"fetch": (run.gitstore.Mirror, "fetch"), "read": (run.analysis, "analyse"), "apply": (run.result, "apply")}
    owner, name = steps[step]
    real = getattr(owner, name)

    def cancelled_meanwhile(*args, **kwargs):
        assert cancel(asked)
        return real(*args, **kwargs)

    monkeypatch.setattr(owner, name, cancelled_meanwhile)
    scans.run_scan(asked.pk)
    asked.refresh_from_db()
    registered.refresh_from_db()
    assert asked.state == "cancelled"
    assert list(Finding.objects.values_list("path", "line", "presence", "last_scan")) == before
    assert registered.last_scan_id != asked.pk
    monkeypatch.setattr(owner, name, real)
    assert scan().resolved_now == 1
    assert Scan.objects.count() == 3
