"""An archived repository: kept, not scanned, in no total and no progress; taken back with what a scan still finds."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audits import history, intake, progress, query, scans, schedules
from audits.lifecycle import Gone, Presence
from audits.models import AuditEvent, Finding, FindingEvent, HistoryRun, Repository, ScanState, Snapshot
from audits.notify import look_round
from tests.scans.conftest import SHOP

pytestmark = pytest.mark.django_db


@pytest.fixture
def archived(registered, scan):
    scan()
    assert progress.summary(None).remaining == 1
    assert intake.archive(registered, None) == 1
    registered.refresh_from_db()
    return registered


def test_what_was_open_is_out_of_scope_and_no_progress(archived):
    row = Finding.objects.get()
    assert (row.presence, row.absent_reason) == (Presence.ABSENT, Gone.REPOSITORY_ARCHIVED)
    assert query.state_of(row) == "out_of_scope"
    numbers = progress.summary(None)
    assert (numbers.remaining, numbers.resolved, numbers.ever_seen, numbers.completion) == (0, 0, 0, None)
    assert (numbers.repositories, numbers.coverage.read_lately, numbers.repositories_at_zero) == (0, 0, 0)
    assert progress.status_of(archived) == progress.ARCHIVED
    newest = Snapshot.objects.order_by("-at").first()
    assert (newest.remaining, newest.migrated, newest.changed, newest.deleted) == (0, 0, 0, 0)
    event = FindingEvent.objects.order_by("pk").last()
    assert (event.verb, event.before, event.after, event.reason) == (
        "left_out",
        "present",
        "absent",
        "repository_archived",
    )


def test_a_scan_that_runs_while_it_is_archived_writes_nothing(registered, scan, shop, monkeypatch):
    scan()
    shop.commit({"shop/more.py": SHOP})
    real = scans.run.result.apply

    def apply(*arguments):
        Repository.objects.update(archived_at=timezone.now(), next_scan_at=None)
        real(*arguments)

    monkeypatch.setattr(scans.run.result, "apply", apply)
    row = scans.request_scan(registered)
    scans.run_scan(row.pk)
    assert Finding.objects.count() == 1
    assert scans.claims.take(row.pk) is None


MIGRATED = "import cohere\n\nco = cohere.Client()\n\n\ndef ask(q):\n    return co.chat(message=q)\n"


def test_what_was_migrated_before_stays_migrated(registered, shop, scan):
    scan()
    shop.commit({"shop/ask.py": MIGRATED})
    scan()
    assert progress.summary(None).resolved == 1
    assert intake.archive(registered, None) == 0
    assert progress.summary(None).resolved == 1
    assert Finding.objects.get().absent_reason == Gone.MIGRATED


def test_what_was_migrated_while_it_was_archived_is_so_for_the_scan_that_looks(archived, shop):
    shop.commit({"shop/ask.py": MIGRATED})
    intake.unarchive(archived, None)
    assert progress.summary(None).resolved == 0
    scans.run_scan(archived.scans.get(state=ScanState.QUEUED).pk)
    assert Finding.objects.get().absent_reason == Gone.MIGRATED


def test_nobody_scans_it(archived, rung):
    rung.clear()
    schedules.reschedule(timezone.now())
    schedules.queue_due()
    history.tick()
    look_round()
    archived.refresh_from_db()
    assert archived.next_scan_at is None
    schedules.resume(archived)
    archived.refresh_from_db()
    assert archived.next_scan_at is None
    assert not rung
    assert not HistoryRun.objects.exists()
    asked = scans.request_scan(archived)
    scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert asked.state == ScanState.CANCELLED


def test_no_row_can_be_both_archived_and_due(archived):
    with pytest.raises(IntegrityError), transaction.atomic():
        Repository.objects.update(next_scan_at=timezone.now())


def test_a_scan_that_runs_is_cancelled_and_writes_nothing(registered, scan, shop):
    scan()
    shop.commit({"shop/more.py": SHOP})
    asked = scans.request_scan(registered)
    claim = scans.claims.take(asked.pk)
    intake.archive(registered, None)
    with pytest.raises(scans.claims.LostLease):
        claim.write()
    asked.refresh_from_db()
    assert asked.state == ScanState.CANCELLED


@pytest.mark.parametrize("days", [1, 200], ids=["soon", "after the time in which a call returns"])
def test_taken_back_the_next_scan_finds_it_with_its_history(archived, days):
    """Of the same commit: a scan that only confirmed it would bring nothing back."""
    Finding.objects.update(resolved_at=timezone.now() - timedelta(days=days))
    before = Finding.objects.get()
    assert intake.unarchive(archived, None)
    waiting = progress.summary(None)
    assert (waiting.remaining, waiting.unknown, waiting.repositories_at_zero) == (0, 1, 0)
    assert progress.status_of(Repository.objects.get()) == "to_migrate"
    scans.run_scan(archived.scans.get(state=ScanState.QUEUED).pk)
    row = Finding.objects.get()
    assert (row.pk, row.presence, row.absent_reason) == (before.pk, Presence.PRESENT, "")
    assert not row.regressed
    archived.refresh_from_db()
    assert (archived.archived_at, archived.next_scan_at is None) == (None, False)
    numbers = progress.summary(None)
    assert (numbers.remaining, numbers.repositories) == (1, 1)


def test_both_are_deeds_of_the_journal_and_happen_once(archived):
    assert intake.archive(archived, None) == 0
    assert intake.unarchive(archived, None)
    assert not intake.unarchive(archived, None)
    verbs = list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["repository_archived", "repository_unarchived"]
