import shutil
import uuid
from datetime import timedelta

import pytest

from audits import history, scans
from audits.history import claims
from audits.history import run as history_run
from audits.history.run import _run
from audits.lifecycle import RESOLVED, Cause
from audits.models import Finding, FindingEvent, HistoryPoint, HistoryRun, Organisation, Repository, Scan
from audits.progress.ages import ages
from audits.progress.asof import on
from audits.progress.explain import explain
from audits.progress.scope import Scope
from audits.scans.claims import LostLease
from tests.progress.rows import repository, scan

from .conftest import calls, curve, now, read, rescan, weeks_ago

CURVE = [(32, 0, 0), (30, 3, 0), (6, 4, 0), (4, 3, 1), (2, 2, 2), (1, 2, 2)]


def test_the_first_scan_is_followed_by_a_whole_curve(scanned):
    run = read(scanned)
    assert (run.state, run.complete, run.rewritten, run.error_message) == ("done", True, False, "")
    assert (run.points_done, run.points_total) == (6, 6)
    assert curve(scanned) == CURVE


def test_its_last_point_is_the_present_scan(scanned):
    run = read(scanned)
    row, last = Scan.objects.get(), run.points.last()
    assert (last.commit, last.remaining, run.base) == (row.commit, row.remaining, row)
    assert row.finished_at < run.base_at <= run.finished_at
    assert last.remaining + last.unknown == Finding.objects.filter(presence="present").count()


def test_who_wrote_a_line_is_known_after_it(scanned, monkeypatch):
    monkeypatch.setattr("audits.scans.heartbeat.LOOK_EVERY", 0.0)
    read(scanned)
    assert set(Finding.objects.filter(presence="present").values_list("blame", flat=True)) == {"known"}


def test_each_point_is_the_one_before_and_what_came_and_went(scanned):
    before = 0
    for point in read(scanned).points.all():
        assert before + point.added + point.returned - sum(point.gone.values()) == point.remaining + point.unknown
        before = point.remaining + point.unknown


def test_the_calls_behind_each_number_are_kept_with_their_place(scanned):
    for point in read(scanned).points.all():
        calls = point.moved.get("product", [])
        words = {"added": point.added, "returned": point.returned} | {word: -n for word, n in point.gone.items()}
        for word, number in words.items():
            assert sum(call["calls"] for call in calls if call["word"] == word) == number
    told = explain(Scope.of(None), weeks_ago(7).date(), weeks_ago(3).date())
    [row] = told.rows
    assert {cause: sum(call.calls for call in calls) for cause, calls in row.behind.items()} == row.causes
    [came] = told.behind(Cause.INTRODUCED)
    assert (came.path, came.callee, came.finding) == ("app.py", "co.generate", Finding.objects.get(scope="dddd").pk)
    [went] = [call for cause in RESOLVED for call in told.behind(cause)]
    assert (went.finding, went.calls, len(went.commit)) == (None, -1, 40)


def test_findings_are_as_old_as_the_commit_that_brought_them_and_events_are_not_invented(scanned):
    discovered = dict(Finding.objects.values_list("scope", "discovered_at"))
    events = FindingEvent.objects.count()
    read(scanned)
    assert dict(Finding.objects.values_list("scope", "first_seen_at")) == {"a": weeks_ago(30), "dddd": weeks_ago(6)}
    assert dict(Finding.objects.values_list("scope", "discovered_at")) == discovered
    assert FindingEvent.objects.count() == events


def test_survival_tells_of_those_too_that_were_gone_before_the_first_scan(scanned):
    assert ages(Scope.of(None), now()).lives == 2
    run = read(scanned)
    assert run.lives_before == {name: [[182, 1], [196, 1]] for name in ("product", "whole")}
    assert sum(calls for _, calls in run.lives_before["product"]) == run.resolved_before
    told = ages(Scope.of(None), now())
    assert (told.lives, told.before) == (4, 2)
    # Lives of 42 (still there), 182, 196 and 210 days (still there): of three that came so far one went, then of two.
    assert told.survival == ((0, 1.0), (182, pytest.approx(2 / 3)), (196, pytest.approx(1 / 3)))
    assert ages(Scope.of(None).team(None), now()) == told
    assert ages(Scope(Repository.objects.all(), platform="cohere"), now()).before == 2


def test_what_a_scan_saw_go_is_not_counted_a_second_time(migrating, scanned):
    migrating[0].commit({"app.py": calls("dddd")}, date=now())
    rescan(scanned)
    run = read(scanned)
    assert run.lives_before["product"] == [[182, 1], [196, 1]]
    told = ages(Scope.of(None), now())
    assert (told.lives, told.before) == (4, 2)
    then = on(Scope.of(None), weeks_ago(1).date())
    # The two that a scan saw are there since a week ago and six weeks.
    assert (then.lives, then.survival) == (4, ((0, 1.0), (182, 0.5), (196, 0.0)))


def test_survival_counts_no_more_than_were_gone_before_though_the_code_of_one_changed(migrating, scanned):
    migrating[0].commit({"app.py": calls("dddd")}, date=now())
    rescan(scanned)
    Finding.objects.filter(scope="a").update(scope="renamed")
    run = read(scanned)
    assert run.resolved_before == 2
    assert run.lives_before == {name: [[182, 1], [196, 1]] for name in ("product", "whole")}


def test_survival_knows_a_call_by_a_hash_of_an_older_version(migrating, scanned):
    migrating[0].commit({"app.py": calls("dddd")}, date=now())
    rescan(scanned)
    Finding.objects.filter(scope="a").update(hash_version=0, call_hash="old")
    assert read(scanned).lives_before["product"] == [[182, 1], [196, 1]]


def test_a_cut_window_opens_with_what_was_there(scanned):
    Organisation.objects.create(pk=1, history_months=3)
    run = read(scanned)
    assert not run.complete
    assert curve(scanned) == [(30, 3, 0), *CURVE[2:]]
    assert run.points.first().added == 0
    assert {row.scope: (row.older, row.is_dated) for row in Finding.objects.all()} == {
        "a": (True, False), "dddd": (False, True),
    }  # fmt: skip
    told = ages(Scope.of(None), now())
    assert told.at_least


def test_a_shorter_window_forgets_nothing_that_a_longer_one_told(migrating, scanned):
    def told():
        return {row.scope: (row.older, row.is_dated) for row in Finding.objects.filter(scope__in=["a", "dddd"])}

    read(scanned)
    assert told() == {"a": (False, True), "dddd": (False, True)}
    organisation = Organisation.objects.create(pk=1, history_months=3)
    read(scanned)
    assert told()["a"] == (False, True)
    Finding.objects.filter(scope="a").update(older=True, first_seen_at=weeks_ago(13))
    migrating[0].commit({"app.py": calls("dddd")}, date=now())
    rescan(scanned)
    organisation.history_months = 12
    organisation.save(update_fields=["history_months"])
    read(scanned)
    # It is gone by now: nothing that is read today says when it came.
    assert told() == {"a": (True, False), "dddd": (False, True)}


def test_one_date_from_another_century_moves_no_other_point(migrating):
    builder, repository = migrating
    builder.commit({"app.py": calls("a")}, date=now() + timedelta(days=26_000))
    builder.commit({"app.py": calls("a", "e")}, date=weeks_ago(0))
    read(rescan(repository))
    assert curve(repository) == [*CURVE[:-1], (1, 1, 3), (0, 2, 3)]


def test_a_commit_that_cannot_be_walked_is_left_out(migrating):
    builder, repository = migrating
    deep = "/".join(["d"] * 70) + "/x.py"
    builder.commit({deep: "x = 1\n"}, date=weeks_ago(1))
    builder.commit({deep: None}, date=weeks_ago(0))
    run = read(rescan(repository))
    assert (run.state, curve(repository)) == ("partial", [*CURVE[:-1], (0, 2, 2)])


class TestWithoutAScanOfThePresentEngine:
    """It asks for one, and waits for its end."""

    @pytest.fixture(params=["never scanned", "upgraded"])
    def unread(self, request, migrating):
        if request.param == "upgraded":
            Repository.objects.filter(pk=rescan(migrating[1]).pk).update(applied_engine="0.1")
        migrating[1].refresh_from_db()
        return migrating[1]

    def test_it_goes_on_when_the_scan_has_ended(self, unread, rung, django_user_model):
        person = django_user_model.objects.create_user("ann")
        run = history.request_history(unread, "person", person)
        history.run_history(run.pk)
        run.refresh_from_db()
        scan = unread.scans.latest("pk")
        assert (run.state, run.attempt, run.lease_until) == ("queued", 0, None)
        assert (scan.state, scan.trigger, scan.requested_by) == ("queued", "person", person)
        rung.clear()
        history.tick()
        assert rung == []
        assert claims.take(run.pk) is None
        scans.run_scan(scan.pk)
        history.tick()
        assert rung == [run.pk]
        history.run_history(run.pk)
        assert curve(unread) == CURVE

    def test_the_clocks_run_asks_as_the_clock_does(self, unread):
        read(unread, "engine")
        assert unread.scans.latest("pk").trigger == "schedule"

    def test_a_scan_that_fails_ends_it_with_its_sentence(self, unread, migrating):
        run = read(unread)
        migrating[0].drop_ref("refs/heads/main")
        scan = unread.scans.latest("pk")
        scans.run_scan(scan.pk)
        history.run_history(run.pk)
        run.refresh_from_db()
        scan.refresh_from_db()
        assert (run.state, run.error_kind) == ("failed", "not_scanned")
        assert scan.error_message in run.error_message
        assert unread.scans.latest("pk") == scan

    def test_a_scan_that_read_it_by_rules_that_changed_since_is_no_fault(self, migrating):
        repository = migrating[1]
        rescan(repository)
        run = history.request_history(repository)
        claims.take(run.pk)._back()
        rescan(repository)
        Repository.objects.filter(pk=repository.pk).update(applied_engine="0.1")
        history.run_history(run.pk)
        run.refresh_from_db()
        assert (run.state, run.error_message, repository.scans.latest("pk").state) == ("queued", "", "queued")

    def test_a_scan_that_was_cancelled_ends_it(self, unread):
        run = read(unread)
        scans.cancel(unread.scans.latest("pk"))
        history.run_history(run.pk)
        run.refresh_from_db()
        assert (run.state, run.error_message.endswith("It is cancelled.")) == ("failed", True)


class TestTheCurveBefore:
    @pytest.fixture
    def read_once(self, scanned):
        read(scanned)
        return scanned

    def test_it_stays_when_the_branch_is_gone(self, read_once, migrating):
        migrating[0].drop_ref("refs/heads/main")
        run = read(read_once)
        assert (run.state, run.error_kind, run.is_current) == ("failed", "no_commits", False)
        assert curve(read_once) == CURVE

    def test_it_stays_until_the_new_one_is_whole(self, read_once):
        HistoryRun.objects.update(engine="0.1")
        assert history.tick() == 1
        run = HistoryRun.objects.get(state="queued")
        assert run.trigger == "engine"
        claim = claims.take(run.pk)
        assert curve(read_once) == CURVE
        _run(claim)
        assert HistoryRun.objects.filter(is_current=True).get() == run
        assert set(HistoryPoint.objects.values_list("run", flat=True)) == {run.pk}

    def test_a_worker_that_lost_its_lease_changes_nothing(self, read_once):
        before = list(HistoryPoint.objects.values_list("pk", flat=True))
        claim = claims.take(history.request_history(read_once).pk)
        HistoryRun.objects.filter(pk=claim.scan_id).update(lease_owner=uuid.uuid4())
        with pytest.raises(LostLease):
            _run(claim)
        assert list(HistoryPoint.objects.values_list("pk", flat=True)) == before

    def test_a_commit_later_it_goes_on_from_there(self, read_once, migrating):
        migrating[0].commit({"app.py": calls("dddd")}, date=weeks_ago(0))
        read(rescan(read_once))
        assert curve(read_once) == [*CURVE, (0, 1, 3)]

    def test_a_mirror_that_was_deleted_is_made_again(self, read_once, settings):
        shutil.rmtree(settings.MIRROR_ROOT)
        read(read_once)
        assert curve(read_once) == CURVE

    def test_another_worker_with_its_own_disk_reads_the_same(self, read_once, settings, tmp_path):
        settings.MIRROR_ROOT = tmp_path / "second-host"
        rescan(read_once)
        assert read(read_once).state == "done"
        assert curve(read_once) == CURVE


class TestAMirrorThatIsThrownAwayMeanwhile:
    """By a scan that had to make it anew; nobody else may, while it is read."""

    @pytest.fixture
    def times(self, settings, monkeypatch):
        """How often it happens, each time while a commit is read."""
        left, real = [], history_run.analysis.analyse

        def analyse(*arguments, **more):
            report = real(*arguments, **more)
            if left:
                left.pop()
                for mirror in settings.MIRROR_ROOT.glob("*.git"):
                    shutil.rmtree(mirror)
            return report

        monkeypatch.setattr(history_run.analysis, "analyse", analyse)
        return left

    def test_it_costs_an_attempt_and_no_point(self, scanned, times):
        times.append(1)
        run = read(scanned)
        assert (run.state, HistoryPoint.objects.count()) == ("scanning", 0)
        history.run_history(run.pk)
        run.refresh_from_db()
        assert (run.state, run.attempt, curve(scanned)) == ("done", 2, CURVE)

    def test_the_third_time_it_is_told(self, scanned, times):
        times += [1, 2, 3]
        run = read(scanned)
        for _ in range(2):
            history.run_history(run.pk)
        run.refresh_from_db()
        assert (run.state, run.attempt, run.error_message) == ("failed", 3, history_run.GONE)
        assert read(scanned).state == "done"


class TestForcedPush:
    def test_it_is_marked_and_the_curve_follows_the_branch_as_it_is_now(self, scanned, migrating):
        read(scanned)
        builder, repository = migrating
        builder.reset(builder.commit({}, parents=[], date=weeks_ago(3)))
        builder.commit({"app.py": calls("a")}, date=weeks_ago(0))
        rescan(repository)
        assert repository.rewritten_at is not None
        assert history.tick() == 1
        run = HistoryRun.objects.get(state="queued")
        history.run_history(run.pk)
        run.refresh_from_db()
        assert (run.trigger, run.rewritten, run.state) == ("rewritten", True, "done")
        assert curve(repository)[-1] == (0, 1, 1)
        assert history.tick() == 0

    def test_an_ordinary_push_is_none(self, scanned, migrating):
        migrating[0].commit({"app.py": calls("a")}, date=weeks_ago(0))
        assert rescan(scanned).rewritten_at is None


def test_reading_the_past_starts_no_child_for_what_is_known(scanned, monkeypatch):
    read(scanned)
    started = []
    real = scans.run.Sandbox.extract
    monkeypatch.setattr(scans.run.Sandbox, "extract", lambda *a: started.append(a) or real(*a))
    read(scanned)
    assert started == []
    assert Repository.objects.get().applied_commit


def test_it_makes_room_for_a_scan_that_somebody_waits_for(scanned, rung):
    waiting = scan(repository(), "queued", days_ago=1)
    run = read(scanned)
    assert (run.state, run.attempt, HistoryPoint.objects.count()) == ("queued", 0, 0)
    assert rung[-1] == run.pk
    Scan.objects.filter(pk=waiting.pk).update(trigger="schedule")
    assert read(scanned).state == "done"
    assert curve(scanned) == CURVE
