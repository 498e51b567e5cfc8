"""The numbers of a small organisation, worked out on paper, and counted again from its events."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from audits import query
from audits.lifecycle import WAS_GONE, Cause, waiver_words
from audits.models import Finding, FindingEvent, HistoryPoint, HistoryRun, Scan, Snapshot
from audits.progress import summary
from audits.progress.ages import survival
from audits.progress.covered import Covered
from audits.progress.figures import counts, coverage, figures
from audits.progress.flows import flow
from audits.progress.formulas import FORMULAS
from audits.progress.ledger import ledger
from audits.progress.scope import Scope
from audits.progress.snapshots import take
from audits.progress.weekly import Week, monday, weeks

from . import rows

pytestmark = pytest.mark.django_db
# A Wednesday.
TODAY = date(2026, 3, 4)
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def at(days_ago: float) -> datetime:
    return NOW - timedelta(days=days_ago)


class Paper:
    """One repository whose life is written down: each method is one line on the paper."""

    def __init__(self, name: str, team: str = "", read: int = 100) -> None:
        self.row = rows.repository(name, team_name=team, read=False)
        self.first = rows.scan(self.row, remaining=0)
        Scan.objects.filter(pk=self.first.pk).update(finished_at=at(read))
        self.row.applied_commit, self.row.applied_at = "a" * 40, at(0)
        self.row.save()
        self.next = rows.scan(self.row)

    def call(self, days_ago: float, *, first: bool = False, origin: str = "", **fields: object) -> Finding:
        made = rows.finding(self.row, origin=origin, **fields)
        Finding.objects.filter(pk=made.pk).update(first_seen_at=at(days_ago))
        self.event(made, days_ago, "opened", "", "present", scan=self.first if first else self.next)
        return made

    def gone(self, finding: Finding, days_ago: float, reason: str) -> None:
        Finding.objects.filter(pk=finding.pk).update(presence="absent", absent_reason=reason, resolved_at=at(days_ago))
        self.event(finding, days_ago, "resolved", "present", "absent", reason=reason, scan=self.next)

    def back(self, finding: Finding, days_ago: float) -> None:
        finding.refresh_from_db()
        was = f"{WAS_GONE}{finding.absent_reason}"
        back = {"presence": "present", "absent_reason": "", "resolved_at": None, "regressed": True}
        Finding.objects.filter(pk=finding.pk).update(**back)
        self.event(finding, days_ago, "reopened", "absent", "present", reason=was, scan=self.next)

    def dismissed(self, finding: Finding, days_ago: float) -> None:
        Finding.objects.filter(pk=finding.pk).update(disposition="dismissed", dismissal="dead_code")
        self.event(finding, days_ago, "dismissed", "open", "dismissed")

    def lost(self, finding: Finding, days_ago: float) -> None:
        Finding.objects.filter(pk=finding.pk).update(presence="unknown")
        self.event(finding, days_ago, "lost_sight", "present", "unknown", scan=self.next)

    def waived(self, finding: Finding, days_ago: float, until: date) -> None:
        Finding.objects.filter(pk=finding.pk).update(disposition="waived", waived_until=until)
        self.event(finding, days_ago, "waived", "open", "waived", reason=waiver_words(until))

    def event(self, finding: Finding, days_ago: float, verb: str, before: str, after: str, **more: object) -> None:
        FindingEvent.objects.create(finding=finding, at=at(days_ago), verb=verb, before=before, after=after, **more)


@pytest.fixture
def paper() -> Paper:
    """On paper, in whole weeks from Monday 5 January to Sunday 1 March 2026:

    first scan: a b c d e f, and t in a test; week of 12 January: a migrated; of 19: b deleted; of 26: g introduced;
    of 2 February: c changed; of 9: a back; of 16: d dismissed, a migrated; of 23: e lost from sight.
    Left: f g. Unknown: e. Gone: a migrated, b deleted, c changed. Dismissed: d. Ever seen: seven.
    """
    book = Paper("shop", "Search", read=70)
    a, b, c, d, e, _ = (book.call(70, first=True) for _ in range(6))
    book.call(70, first=True, area="tests")
    book.gone(a, 47, "migrated")
    book.gone(b, 40, "file_deleted")
    book.call(33, origin="introduced", blame_at=at(33))
    book.gone(c, 26, "code_changed")
    book.back(a, 19)
    book.dismissed(d, 12)
    book.gone(a, 11, "migrated")
    book.lost(e, 5)
    return book


def test_the_counts_are_those_on_the_paper(paper: Paper):
    found = counts(Scope.of(None), TODAY)
    assert (found.left, found.unknown, found.migrated, found.changed, found.deleted) == (2, 1, 1, 1, 1)
    assert (found.dismissed, found.ever_seen, found.before) == (1, 7, 0)
    # 3 of 6 that nobody dismissed are gone for certain, 4 if the unknown one is.
    assert found.completion == (50, 66)
    assert found.migration == 16
    assert found.backslide == 1
    assert counts(Scope.of(None, apart=True), TODAY).left == 3


def test_a_call_written_after_the_end_counts_whichever_scan_saw_it_first(db: None):
    book = Paper("shop")
    book.call(30, first=True, origin="discovered", blame_at=at(30))
    book.call(30, origin="introduced", blame_at=at(30))
    # Its line was formatted anew last month, and past commits had it before the end; of the last nothing is known.
    book.call(300, blame_at=at(30))
    book.call(30)
    assert counts(Scope.of(None), TODAY).backslide == 2


def test_the_weeks_are_those_on_the_paper(paper: Paper):
    found = weeks(Scope.of(None), 8, TODAY)
    assert [week.start for week in found] == [date(2026, 1, 5) + timedelta(weeks=number) for number in range(8)]
    assert [(week.inflow, week.outflow) for week in found] == [
        (0, 0), (0, 1), (0, 1), (1, 0), (0, 1), (1, 0), (0, 2), (0, 0),
    ]  # fmt: skip
    assert found[6].causes == {Cause.DISMISSED: 1, Cause.MIGRATED: 1}


class TestWaivers:
    """On paper, beside the calls above: h waived on 6 February until Friday the 20th, and left again since; i waived on
    20 February until April, on a platform that is off; j waived on 20 February, lost from sight since."""

    @pytest.fixture
    def waiting(self, paper: Paper) -> Paper:
        h, i, j = (paper.call(70, first=True) for _ in range(3))
        paper.waived(h, 26, date(2026, 2, 20))
        paper.waived(i, 12, date(2026, 4, 1))
        paper.waived(j, 12, date(2026, 4, 1))
        paper.lost(j, 5)
        return paper

    def test_they_stand_beside_those_left(self, waiting: Paper):
        found = counts(Scope.of(None), TODAY)
        assert (found.left, found.unknown, found.waived, found.known_broken) == (3, 1, 2, 2)
        parts = found.left + found.unknown + found.waived + found.resolved + found.dismissed
        assert parts == found.ever_seen == 10

    def test_they_do_not_raise_completion(self, waiting: Paper):
        assert counts(Scope.of(None), TODAY).completion == (33, 44)
        Finding.objects.filter(disposition="waived").update(disposition="open", waived_until=None)
        low, high = counts(Scope.of(None), TODAY).completion or (0, 0)
        assert (low, high) == (33, 55)

    def test_a_forecast_takes_no_waiver_for_pace_and_knows_that_they_come_back(self, db: None):
        book = Paper("shop")
        for _ in range(12):
            book.waived(book.call(60), 9, timezone.localdate() + timedelta(days=30))
        found = figures(Scope.of(None), timezone.localdate() + timedelta(days=60))
        assert (found.counts.left, found.counts.waived, found.forecast.answer.value) == (0, 12, "not_enough_data")
        week = Week(TODAY, {Cause.WAIVED: 9, Cause.MIGRATED: 1, Cause.WAIVER_ENDED: 4})
        assert (week.came, week.went, week.inflow, week.outflow) == (0, 1, 4, 10)

    def test_a_letter_tells_waived_calls_as_gone_and_not_as_resolved(self, waiting: Paper):
        week = flow(Scope.of(None), date(2026, 2, 16), date(2026, 2, 22))
        assert (week.came, week.went, week.opened, week.resolved) == (1, 4, 0, 1)

    def test_they_flow_out_and_the_clock_brings_them_back(self, waiting: Paper):
        found = {week.start: week for week in weeks(Scope.of(None), 8, TODAY)}
        assert found[date(2026, 2, 2)].causes == {Cause.CHANGED: 1, Cause.WAIVED: 1}
        # The midnight after Friday the 20th is in the week in which the other two were waived.
        assert found[date(2026, 2, 16)].causes == {
            Cause.DISMISSED: 1, Cause.MIGRATED: 1, Cause.WAIVED: 2, Cause.WAIVER_ENDED: 1
        }  # fmt: skip
        assert (found[date(2026, 2, 16)].inflow, found[date(2026, 2, 16)].outflow) == (1, 4)

    def test_every_interval_adds_up(self, waiting: Paper):
        now = counts(Scope.of(None), TODAY)
        lines = ledger(Scope.of(None), at(80))
        closing = {d: sum(line.entry.open for line in lines if line.entry.at < at(d)) for d in (27, 25, 13, 11, 0)}
        assert closing[0] == now.left + now.unknown
        # A month ago h, i and j stood among the others; each waiver took one, and the 21st of February gave h back.
        assert closing == {27: 8, 25: 6, 13: 7, 11: 5, 0: 4}
        since = [line.entry.open for line in ledger(Scope.of(None), at(11.5)) if line.entry.at < NOW]
        assert since == [1, -1, 0]

    def test_the_list_behind_each_number_holds_as_many(self, waiting: Paper):
        everything = Finding.objects.all()
        Finding.objects.filter(waived_until__gt=TODAY).update(waived_until=timezone.localdate() + timedelta(days=9))
        found = counts(Scope.of(None))
        words = {"state:left": found.left, "state:waived area:product": found.waived}
        for text, count in words.items():
            asked = query.parse(text)
            listed = query.apply(everything, asked)
            assert listed.count() == count
            told = query.totals(query.apply(everything, query.whole(asked)), asked)
            assert (told.count, told.left + told.waived) == (count, count)
            assert count == (told.left or told.waived)

    def test_a_waiver_makes_no_repository_one_at_zero(self, db: None):
        book = Paper("shop")
        book.waived(book.call(30), 20, timezone.localdate() + timedelta(days=30))
        found = summary(None)
        assert (found.remaining, found.waived, found.known_broken, found.repositories_at_zero) == (0, 1, 1, 0)
        assert found.statuses["to_migrate"] == 1
        assert found.waiting == "+ 1 waived, known broken after the platform’s end"
        assert figures(Scope.of(None)).coverage.at_zero == 0


def test_opening_plus_in_minus_out_is_the_closing(paper: Paper):
    """For every interval that ends now: what was open then follows from what is open now."""
    open_now = counts(Scope.of(None), TODAY).left + counts(Scope.of(None), TODAY).unknown
    open_then = {days: open_now - sum(line.entry.open for line in ledger(Scope.of(None), at(days))) for days in
                 (80, 60, 45, 35, 30, 20, 15, 8, 1)}  # fmt: skip
    assert open_then == {80: 0, 60: 6, 45: 5, 35: 4, 30: 5, 20: 4, 15: 5, 8: 3, 1: 3}


def test_a_scope_counts_what_is_in_it(paper: Paper):
    other = Paper("other", "Data")
    other.call(3, platform="bedrock", parameters=[("preset", "unsupported")])
    whole = Scope.of(None)
    assert counts(whole, TODAY).left == 3
    assert counts(whole.team(other.row.team), TODAY).left == 1
    assert counts(whole.team(None), TODAY).left == 0
    assert counts(whole.repository(paper.row.pk), TODAY).left == 2
    assert [counts(Scope(whole.repositories, platform=name), TODAY).left for name in ("bedrock", "cohere")] == [1, 2]
    assert counts(Scope(whole.repositories, parameter="preset"), TODAY).left == 1
    narrow = ledger(Scope(whole.repositories, parameter="preset"), at(90))
    assert [(line.entry.cause, line.entry.open) for line in narrow] == [(Cause.DISCOVERED, 1)]


def test_parts_add_up_to_the_whole(paper: Paper):
    Paper("other", "Data").call(3)
    Paper("loose").call(2)
    whole = Scope.of(None)
    teams = [whole.team(team) for team in {row.team for row in whole.repositories.select_related("team")}]
    for name in ("left", "unknown", "migrated", "dismissed", "ever_seen"):
        assert sum(getattr(counts(part, TODAY), name) for part in teams) == getattr(counts(whole, TODAY), name)
    sums = [
        sum(column)
        for column in zip(*([w.net for w in weeks(part, 2, TODAY)] or [0, 0] for part in teams), strict=True)
    ]
    assert sums == [week.net for week in weeks(whole, 2, TODAY)]


def test_effort_is_the_form_and_the_hardest_parameter(db: None):
    book = Paper("shop")
    book.call(5, parameters=[("prompt", "renamed"), ("preset", "unsupported"), ("k", "kept")])
    book.call(5, kind="bedrock", parameters=[("k", "kept")])
    book.call(5, kind="raw_http")
    assert figures(Scope.of(None), now=NOW).points == (1 + 8) + 5 + 3


def test_age_and_survival(db: None):
    book = Paper("shop")
    for days in (10, 20, 30, 40):
        book.call(days)
    book.gone(book.call(50), 10, "migrated")
    found = figures(Scope.of(None), now=NOW).ages
    assert found is not None
    assert (found.half, found.most) == (20, 40)
    # Five lives; the only one that ended did so after 40 days, when two were still followed.
    assert found.survival == ((0, 1.0), (40, 0.5))
    assert (found.lives, found.before) == (5, 0)


def test_where_nothing_is_left_it_is_still_told_how_long_calls_lived(db: None):
    assert figures(Scope.of(None), now=NOW).ages is None
    book = Paper("shop")
    book.gone(book.call(50), 10, "migrated")
    found = figures(Scope.of(None), now=NOW).ages
    assert found is not None
    assert (found.half, found.most, found.survival) == (None, None, ((0, 1.0), (40, 0.0)))


def test_survival_of_a_known_table():
    """Lives of 1, 2, 2 and 3 days, one of the two-day ones still going on: 3/4, then 3/4 x 2/3, then nothing."""
    assert survival([(1, True), (2, True), (2, False), (3, True)]) == (
        (0, 1.0),
        (1, 0.75),
        (2, pytest.approx(0.5)),
        (3, 0.0),
    )
    assert survival([]) == ((0, 1.0),)


def test_coverage_says_what_is_not_known(db: None):
    rows.finding(rows.repository(unread=2))
    rows.finding(rows.repository(), presence="absent")
    rows.repository(days_ago=9)
    rows.repository(read=False)
    found = coverage(Scope.of(None))
    assert found.covered == Covered(repositories=4, complete=1, in_part=1, unread=2)
    assert (found.at_zero, found.ever) == (1, 2)
    assert summary(None).coverage == found.covered


def test_a_scan_that_left_files_unread_is_never_called_complete(db: None):
    row = rows.repository()
    assert coverage(Scope.of(None)).covered == Covered(1, complete=1)
    rows.scan(row, "partial")
    read = coverage(Scope.of(None)).covered
    assert read == summary(None).coverage == Covered(1, complete=0, in_part=1)
    assert str(read) == "0 of 1 repository read completely in the last 7 days, 1 more in part; 0 files unread"
    rows.scan(row, "failed")
    assert coverage(Scope.of(None)).covered == read
    rows.scan(row)
    assert coverage(Scope.of(None)).covered.complete == summary(None).coverage.complete == 1


class TestHistory:
    @pytest.fixture
    def told(self, paper: Paper) -> Paper:
        """Sampled commits up to the first scan: three calls gone, two of them in the week of 5 January."""
        run = HistoryRun.objects.create(
            repository=paper.row,
            state="done",
            queued_at=NOW,
            is_current=True,
            base_at=at(70),
            resolved_before=3,
            ways_before={"code_changed": 3},
        )
        for number, (days, added, gone) in enumerate(
            [(200, 7, {}), (120, 2, {"file_deleted": 1}), (57, 0, {"migrated": 2})]
        ):
            HistoryPoint.objects.create(
                run=run,
                number=number,
                at=at(days),
                added=added,
                gone=gone,
                remaining=6,
                unknown=0,
                resolved=0,
                returned=0,
            )
        return paper

    def test_what_was_gone_before_the_first_scan_counts_as_done(self, told: Paper):
        found = counts(Scope.of(None), TODAY)
        assert (found.before, found.ever_seen, found.resolved) == (3, 10, 6)
        assert found.completion == (66, 77)

    def test_its_flows_stand_before_those_of_the_scans(self, told: Paper):
        found = {week.start: week for week in weeks(Scope.of(None), 20, TODAY)}
        assert found[date(2026, 1, 5)].causes == {Cause.MIGRATED: 2}
        assert found[monday(at(120).date())].causes == {Cause.INTRODUCED: 2, Cause.DELETED: 1}
        assert found[date(2026, 1, 26)].inflow == 1


class TestSnapshots:
    def test_a_row_only_when_a_number_changed(self, paper: Paper):
        everything = Scope.of(None).repositories
        assert take(everything) == 1
        assert take(everything) == 0
        row = Snapshot.objects.get()
        assert (row.remaining, row.unknown, row.migrated, row.changed, row.deleted) == (2, 1, 1, 1, 1)
        assert (row.dismissed, row.waived, row.apart, row.scan) == (1, 0, 1, paper.next)
        paper.call(0)
        assert take(everything) == 1
        assert Snapshot.objects.get().remaining == 3
        paper.call(0)
        assert take(everything, timezone.now() + timedelta(days=1)) == 1
        assert list(Snapshot.objects.values_list("remaining", flat=True)) == [3, 4]

    def test_they_add_up_to_the_counts(self, paper: Paper):
        Paper("other").call(3)
        take(Scope.of(None).repositories)
        found = counts(Scope.of(None), TODAY)
        assert sum(Snapshot.objects.values_list("remaining", flat=True)) == found.left
        assert sum(Snapshot.objects.values_list("unknown", flat=True)) == found.unknown

    def test_many_repositories_cost_no_more_queries_to_compare(self, paper: Paper, django_assert_max_num_queries):
        for number in range(5):
            Paper(f"other-{number}").call(3)
        take(Scope.of(None).repositories)
        with django_assert_max_num_queries(8):
            assert take(Scope.of(None).repositories) == 0


def test_a_number_has_a_formula_a_person_can_read():
    assert all(name and formula.endswith(".") for name, formula in FORMULAS.values())


def test_a_week_counts_what_people_did():
    week = Week(TODAY, {Cause.ADDED: 9, Cause.INTRODUCED: 1, Cause.MIGRATED: 4, Cause.RULES: 7})
    assert (week.inflow, week.outflow, week.net) == (1, 4, -3)
