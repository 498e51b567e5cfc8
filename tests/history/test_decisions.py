"""What people decided is part of a history: a step of the curve adds up before, over and after it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import pathrules, query, triage
from audits.history.curves import _lives
from audits.lifecycle import Cause, Dismissal, waiver_words
from audits.models import Finding, FindingEvent, HistoryRun
from audits.progress.explain import explain
from audits.progress.figures import counts, present
from audits.progress.scope import Scope
from audits.progress.series import trend
from audits.progress.snapshots import take
from tests.web import rows

from .conftest import calls, curve, now, read, rescan
from .test_run import CURVE


@pytest.fixture
def dismissed(scanned):
    """One of the two calls that are left, dismissed by a person after the scan."""
    call = Finding.objects.get(scope="a", presence="present")
    triage.decide(rows.person("lead"), call.pk, triage.dismiss(Dismissal.DEAD_CODE, "Nobody calls it."), call.version)
    read(scanned)
    return scanned


def told(start, end):
    found = explain(Scope.of(None), start, end)
    assert found.other == 0, found
    assert found.opening + sum(calls for _, calls in found.causes) == found.closing
    return found


def test_a_dismissed_call_counts_until_the_day_it_was_dismissed(dismissed):
    assert curve(dismissed) == [*CURVE, (0, 1, 2)]
    point = HistoryRun.objects.get(is_current=True).points.last()
    assert (point.gone, point.apart["gone"]) == ({"dismissed": 1}, {"dismissed": 1})


def test_every_step_has_a_name(dismissed):
    today = timezone.localdate()
    take(Scope.of(None).repositories)
    for start in range(0, 250, 30):
        assert told(today - timedelta(days=start), today).closing == 1
    assert dict(told(today, today).causes) == {Cause.DISMISSED: -1}


def test_a_dismissed_call_that_goes_is_nobodys_progress(migrating):
    builder, repository = migrating
    rescan(repository)
    call = Finding.objects.get(scope="a", presence="present")
    triage.decide(rows.person("lead"), call.pk, triage.dismiss(Dismissal.DEAD_CODE, "Nobody calls it."), call.version)
    FindingEvent.objects.filter(verb="dismissed").update(at=now() - timedelta(hours=2))
    builder.commit({"app.py": calls("dddd")}, date=now() - timedelta(hours=1))
    rescan(repository)
    call.refresh_from_db()
    assert (call.presence, call.absent_reason, query.state_of(call)) == ("absent", "code_deleted", "dismissed")
    run = read(repository)
    last = run.points.last()
    assert (run.resolved_before, last.remaining, last.resolved, last.apart["resolved"]) == (2, 1, 2, 2)
    found = counts(Scope.of(None))
    assert (found.left, found.resolved, found.dismissed, found.ever_seen) == (1, 2, 1, 4)
    take(Scope.of(None).repositories)
    today = timezone.localdate()
    assert dict(told(today - timedelta(days=1), today).causes) == {Cause.DISMISSED: -1}
    assert trend(Scope.of(None).repositories, present(Scope.of(None)))[-1].numbers.resolved == 2


@pytest.fixture
def waived(scanned):
    """One of the two calls that are left, waived by a person after the scan."""
    call = Finding.objects.get(scope="a", presence="present")
    until = timezone.localdate() + timedelta(days=7)
    triage.decide(rows.person("lead"), call.pk, triage.waive(until, "With the next release."), call.version)
    read(scanned)
    return scanned


def test_a_waived_call_counts_until_the_day_it_was_waived_and_stands_beside_since(waived):
    assert curve(waived) == [*CURVE, (0, 1, 2)]
    *before, point = HistoryRun.objects.get(is_current=True).points.all()
    assert (point.gone, point.waived, point.apart["waived"]) == ({"waived": 1}, 1, 1)
    assert not any(one.waived for one in before)
    take(Scope.of(None).repositories)
    today = timezone.localdate()
    assert dict(told(today, today).causes) == {Cause.WAIVED: -1}
    assert trend(Scope.of(None).repositories, present(Scope.of(None)))[-1].numbers.waived == 1


def test_a_waiver_that_ended_is_told_by_a_history_read_later(waived):
    event, until = FindingEvent.objects.get(verb="waived"), timezone.localdate() - timedelta(days=3)
    moved = {"at": event.at - timedelta(days=5), "reason": waiver_words(until)}
    FindingEvent.objects.filter(pk=event.pk).update(**moved)
    Finding.objects.filter(disposition="waived").update(waived_until=until)
    read(waived)
    *_, out, back = HistoryRun.objects.get(is_current=True).points.all()
    assert (out.gone, out.remaining, out.waived) == ({"waived": 1}, 1, 1)
    assert (back.gone, back.remaining, back.waived) == ({"waiver_ended": -1}, 2, 0)
    take(Scope.of(None).repositories)
    today = timezone.localdate()
    assert dict(told(today - timedelta(days=3), today).causes) == {Cause.WAIVER_ENDED: 1}
    assert dict(told(today - timedelta(days=6), today - timedelta(days=3)).causes) == {Cause.WAIVED: -1}


def test_what_was_decided_after_a_history_ends_changes_nothing_in_it(waived):
    """Its waiver ended before `until`; a second one since stands until another day."""
    now, call = timezone.now(), Finding.objects.get(disposition="waived")
    until = timezone.localdate() - timedelta(days=3)
    moved = {"at": now - timedelta(days=5), "reason": waiver_words(until)}
    FindingEvent.objects.filter(verb="waived").update(**moved)
    again = timezone.localdate() + timedelta(days=9)
    FindingEvent.objects.create(
        finding=call, at=now, verb="waived", before="waived", after="waived", reason=waiver_words(again)
    )
    Finding.objects.filter(pk=call.pk).update(waived_until=again)
    [(_, life)] = _lives({call.pk: "0"}, now - timedelta(days=1))
    assert [(change.before, change.after) for change in life.changes] == [("open", "waived"), ("waived", "open")]


def test_a_path_rule_has_an_event_for_each_call_that_moves(scanned):
    read(scanned)
    before = FindingEvent.objects.filter(verb="area").count()
    pathrules.add("app.py", "tests", scanned, rows.person("lead"))
    take(Scope.of(None).repositories)
    moved = FindingEvent.objects.filter(verb="area")
    assert (before, {(event.before, event.after) for event in moved}) == (0, {("product", "tests")})
    today = timezone.localdate()
    assert dict(told(today, today).causes) == {Cause.PATHS: -2}
    assert explain(Scope.of(None, apart=True), today, today).closing == 2
