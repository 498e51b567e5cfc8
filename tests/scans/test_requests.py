import pytest

from audits.models import Scan, ScanState, ScanTrigger
from audits.scans import doorbell, request_scan
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch, django_capture_on_commit_callbacks):
    """The messages that would be sent, in order; the broker is the one thing that is not there."""
    messages = []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: messages.append((task, *args)))
    return messages


def test_it_stores_a_queued_row_first_and_rings_on_commit(rung, django_capture_on_commit_callbacks, django_user_model):
    user = django_user_model.objects.create(username="ada")
    with django_capture_on_commit_callbacks(execute=True):
        scan = request_scan(repository(read=False), ScanTrigger.PERSON, user)
        assert (scan.state, scan.trigger, scan.requested_by, scan.attempt) == ("queued", "person", user, 0)
        assert rung == []
    assert rung == [("audits.tasks.scan_now", scan.pk)]
    scan.refresh_from_db()
    assert scan.rung_at is not None


def test_a_scheduled_scan_rings_the_other_queue(rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        scan = request_scan(repository(read=False), ScanTrigger.SCHEDULE)
    assert rung == [("audits.tasks.scan", scan.pk)]


def test_it_joins_the_scan_that_waits_already(rung, django_capture_on_commit_callbacks):
    row = repository(read=False)
    with django_capture_on_commit_callbacks(execute=True):
        first = request_scan(row)
    with django_capture_on_commit_callbacks(execute=True):
        second = request_scan(row)
    assert first.pk == second.pk
    assert len(rung) == 1


def test_a_person_supersedes_a_scheduled_scan_and_both_rows_tell_the_truth(
    rung, django_capture_on_commit_callbacks, django_user_model
):
    row, ada = repository(read=False), django_user_model.objects.create(username="ada")
    with django_capture_on_commit_callbacks(execute=True):
        scheduled = request_scan(row, ScanTrigger.SCHEDULE)
    with django_capture_on_commit_callbacks(execute=True):
        scan = request_scan(row, ScanTrigger.PERSON, ada)
    scheduled.refresh_from_db()
    assert (scheduled.state, scheduled.trigger, scheduled.requested_by) == ("superseded", "schedule", None)
    assert scheduled.finished_at is not None
    assert (scan.state, scan.trigger, scan.requested_by) == ("queued", "person", ada)
    assert rung[-1] == ("audits.tasks.scan_now", scan.pk)


def test_a_scan_that_a_command_asked_for_is_joined_by_a_person(rung):
    row = repository(read=False)
    assert request_scan(row, ScanTrigger.COMMAND) == request_scan(row, ScanTrigger.PERSON)


def test_the_clock_does_not_take_a_persons_scan_over(rung):
    row = repository(read=False)
    request_scan(row, ScanTrigger.PERSON)
    assert request_scan(row, ScanTrigger.SCHEDULE).trigger == ScanTrigger.PERSON


def test_a_new_scan_waits_behind_a_live_one(rung):
    row = repository(read=False)
    live = request_scan(row)
    Scan.objects.filter(pk=live.pk).update(state=ScanState.SCANNING, lease_until=live.queued_at)
    assert request_scan(row).pk != live.pk


def test_without_a_broker_the_row_stays_queued(django_capture_on_commit_callbacks, monkeypatch, caplog):
    monkeypatch.setitem(doorbell._away, "told", False)
    with django_capture_on_commit_callbacks(execute=True):
        scan = request_scan(repository(read=False))
        request_scan(repository(read=False))
    scan.refresh_from_db()
    assert (scan.state, scan.rung_at) == ("queued", None)
    assert caplog.text.count("The broker does not answer") == 1
