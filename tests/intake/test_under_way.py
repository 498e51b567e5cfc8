"""A person moves or deletes a repository while a worker reads it."""

import threading
import time

import pytest
from django.db import DatabaseError, connections, transaction
from django.db.models.functions import Now

from audits import history, intake, scans
from audits.history.claims import take as take_history
from audits.models import Finding, FindingEvent, HistoryRun, Repository, Scan
from audits.scans import claims
from audits.scans.claims import LostLease
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import SHOP, registered, roots, rung, scan, shop  # noqa: F401 - fixtures
from tests.waiting import PATIENCE

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(django_user_model):
    return django_user_model.objects.create_user("ada")


@pytest.fixture
def elsewhere(roots):  # noqa: F811
    """Another repository, with two uses where `shop` has one."""
    builder = RepositoryBuilder(roots / "elsewhere.git")
    builder.commit({"a.py": SHOP, "b.py": SHOP})
    return builder


@pytest.fixture
def meanwhile(monkeypatch):
    """`meanwhile(deed)`: it is done between the reading of the next scan and the writing of its result."""
    real = scans.run.result.apply

    def do(deed):
        def apply(*arguments):
            monkeypatch.setattr(scans.run.result, "apply", real)
            deed()
            real(*arguments)

        monkeypatch.setattr(scans.run.result, "apply", apply)

    return do


def test_a_scan_of_the_former_address_writes_nothing_and_another_one_is_asked_for(
    registered,  # noqa: F811
    elsewhere,
    meanwhile,
    user,
):
    meanwhile(lambda: intake.move(registered, str(elsewhere.path), user))
    first = scans.request_scan(registered)
    scans.run_scan(first.pk)
    assert list(Finding.objects.all()) == []
    first.refresh_from_db()
    second = Scan.objects.get(state="queued")
    assert (first.state, second.trigger, second.requested_by) == ("superseded", "person", user)
    scans.run_scan(second.pk)
    assert sorted(Finding.objects.values_list("path", flat=True)) == ["a.py", "b.py"]
    assert not FindingEvent.objects.exclude(verb="opened").exists()


def test_a_move_without_a_scan_under_way_asks_for_none(registered, elsewhere, scan, user):  # noqa: F811
    scan()
    intake.move(registered, str(elsewhere.path), user)
    assert Scan.objects.filter(state="queued").count() == 0


def test_a_history_of_the_former_address_begins_anew(registered, elsewhere, scan, user):  # noqa: F811
    scan()
    run = history.request_history(registered)
    claim = take_history(run.pk)
    intake.move(registered, str(elsewhere.path), user)
    with pytest.raises(LostLease):
        claim.write(points_done=1)
    run.refresh_from_db()
    assert (run.state, run.attempt, run.lease_until) == ("queued", 0, None)


def test_a_scan_of_a_repository_that_is_deleted_meanwhile_ends_quietly(registered, meanwhile, user):  # noqa: F811
    meanwhile(lambda: intake.remove(registered, user))
    scans.run_scan(scans.request_scan(registered).pk)
    assert (Repository.objects.count(), Scan.objects.count(), Finding.objects.count()) == (0, 0, 0)


def test_what_was_claimed_of_a_repository_that_is_deleted_ends_quietly(registered, scan, user):  # noqa: F811
    scan()
    second = claims.take(scans.request_scan(registered).pk)
    # Or the history would wait for it.
    Scan.objects.filter(pk=second.scan_id).update(state="queued")
    past = take_history(history.request_history(registered).pk)
    intake.remove(registered, user)
    scans.run._run(second)
    history.run._attempt(past)


@pytest.mark.django_db(transaction=True)
def test_who_deletes_waits_for_a_result_that_is_being_written(registered, scan, user, monkeypatch):  # noqa: F811
    monkeypatch.setattr("audits.scans.doorbell.put", lambda *message, **options: None)
    scan()
    claim = claims.take(scans.request_scan(registered).pk)
    run = history.request_history(registered)
    writing, faults = threading.Event(), []

    def write():
        try:
            with transaction.atomic():
                claim.write()
                writing.set()
                # Long enough for the other one to have begun; with less it proves nothing, and does not fail.
                time.sleep(0.5)
                Finding.objects.filter(repository=registered).update(last_seen_at=Now())
        except DatabaseError as error:
            faults.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=write)
    thread.start()
    assert writing.wait(timeout=PATIENCE)
    intake.remove(registered, user)
    thread.join(timeout=PATIENCE)
    assert faults == []
    assert (Repository.objects.count(), HistoryRun.objects.filter(pk=run.pk).count()) == (0, 0)
