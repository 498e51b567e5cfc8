"""The numbers of any day: of today those of every other page, of a past day what was written down on that day."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Finding, HistoryPoint, HistoryRun, Repository, Scan
from audits.progress.asof import Due, on
from audits.progress.daytables import numbers_on, survival_on
from audits.progress.figures import counts, figures
from audits.progress.flows import flow
from audits.progress.scope import Scope
from audits.progress.tables import TABLES

from . import rows
from .test_figures import Paper, at, paper  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def book(paper: Paper) -> Paper:  # noqa: F811
    """The paper's repository as `test_explain.kept` has its days, and one parameter in the way of all its calls."""
    from audits.models import Snapshot

    Snapshot.objects.all().delete()
    for when, left, unknown, migrated, changed, deleted in (
        (70, 6, 0, 0, 0, 0), (47, 5, 0, 1, 0, 0), (40, 4, 0, 1, 0, 1), (33, 5, 0, 1, 0, 1), (26, 4, 0, 1, 1, 1),
        (19, 5, 0, 0, 1, 1), (12, 4, 0, 0, 1, 1), (11, 3, 0, 1, 1, 1), (5, 2, 1, 1, 1, 1),
    ):  # fmt: skip
        Snapshot.objects.create(
            repository=paper.row, day=at(when).date(), at=at(when), remaining=left, unknown=unknown,
            migrated=migrated, changed=changed, deleted=deleted,
        )  # fmt: skip
    return paper


def scopes() -> dict[str, Scope]:
    whole = Scope.of(None)
    row = Repository.objects.get()
    return {
        "all": whole,
        "team": whole.team(row.team),
        "repository": whole.repository(row.pk),
        "platform": Scope(whole.repositories, platform="cohere"),
    }


def test_of_today_they_are_those_of_the_other_pages(book):
    today = timezone.localdate()
    for scope in scopes().values():
        found, pages = on(scope, today), figures(scope)
        assert (found.completion, found.migration) == (pages.counts.completion, pages.counts.migration)
        assert found.known_ever == pages.counts.known_ever
        assert (found.points, found.half, found.most) == (pages.points, pages.ages.half, pages.ages.most)
        assert numbers_on(scope, today) == TABLES["numbers"](scope)


@pytest.mark.parametrize("name", ["all", "team", "repository", "platform"])
def test_a_past_day_is_the_one_on_the_paper(book, name):
    """Thursday 19 February: d dismissed since Friday, a migrated once more on Saturday; left e f g."""
    found = on(scopes()[name], at(13).date())
    calls = found.numbers
    assert (calls.left, calls.unknown, calls.migrated, calls.changed, calls.deleted) == (5, 0, 0, 1, 1)
    assert (found.completion, found.migration, found.dismissed) == ((28, 28), 0, 0)
    found = on(scopes()[name], at(10).date())
    calls = found.numbers
    assert (calls.left, calls.unknown, calls.migrated, calls.changed, calls.deleted) == (3, 0, 1, 1, 1)
    assert (found.completion, found.migration, found.dismissed) == ((50, 50), 16, 1)
    assert (found.came, found.went) == (0, 2)
    # e and f, seen 60 days before, and g, whose line is 23 days old and younger than the platform's end.
    assert (found.half, found.most, found.backslide, found.points) == (60, 60, 1, 3)
    assert (found.covered.repositories, found.covered.complete, found.ever, found.at_zero) == (0, 0, 1, 0)
    [due] = found.overdue
    assert (due.platform, due.calls) == ("Cohere", 3)
    assert found.unknown_before is None


def test_yesterday_says_what_yesterday_said_of_itself(book):
    """Where nothing happened since, each number is what the pages tell today, apart from what grows with the days."""
    today = timezone.localdate()
    then, now = on(Scope.of(None), today - timedelta(days=1)), on(Scope.of(None), today)
    assert then.numbers == now.numbers
    for name in (
        "dismissed",
        "known_broken",
        "points",
        "backslide",
        "at_zero",
        "ever",
        "chats",
        "velocity",
        "survival",
    ):
        assert getattr(then, name) == getattr(now, name), name
    assert then.lives == now.lives == figures(Scope.of(None)).ages.lives


@pytest.mark.parametrize("name", ["all", "team", "repository", "platform"])
def test_survival_of_a_past_day_knows_what_had_gone_by_then(book, name):
    """In days: a had gone after 23 and came back later; before that it is gone, after 59 it went for good."""
    scope = scopes()[name]
    found = on(scope, at(45).date())
    assert (found.lives, found.survival) == (6, ((0, 1.0), (23, pytest.approx(5 / 6))))
    found = on(scope, at(10).date())
    # b lived 30 days, c 44, a 59; d e f are there after 59 days, d dismissed; g was there for 23.
    steps = ((0, 1.0), *((days, pytest.approx(n / 6)) for days, n in ((30, 5), (44, 4), (59, 3))))
    assert (found.lives, found.survival) == (7, steps)
    assert survival_on(scope, at(10).date()) == (("days", "still_there"), list(found.survival))
    today = timezone.localdate()
    assert survival_on(scope, today) == TABLES["survival"](scope)


def test_nobody_tells_of_survival_where_what_went_was_not_kept(book):
    run = HistoryRun.objects.create(
        repository=book.row, is_current=True, state="done", queued_at=timezone.now(), base_at=at(70), complete=True,
        resolved_before=2, ways_before={"migrated": 2}, parts_kept=False,
    )  # fmt: skip
    assert on(Scope.of(None), at(10).date()).survival is None
    HistoryRun.objects.filter(pk=run.pk).update(ways_before={}, resolved_before=0)
    assert on(Scope.of(None), at(10).date()).survival is not None


def test_a_day_before_anything_was_read_is_no_zero(book):
    found = on(Scope.of(None), at(400).date())
    assert found.unknown_before == at(70).date()
    table = dict(numbers_on(Scope.of(None), at(400).date())[1])
    assert set(table.values()) == {None, at(400).date()}


def test_calls_that_only_commits_knew_are_counted_and_not_told_one_by_one(book):
    run = HistoryRun.objects.create(
        repository=book.row, is_current=True, state="done", queued_at=timezone.now(), base_at=at(70), complete=True,
        resolved_before=2, ways_before={"migrated": 2},
    )  # fmt: skip
    HistoryPoint.objects.create(
        run=run, number=0, at=at(200), added=8, gone={}, remaining=8, unknown=0, resolved=0, returned=0
    )
    HistoryPoint.objects.create(
        run=run, number=1, at=at(100), added=0, gone={"migrated": 2}, remaining=6, unknown=0, resolved=2, returned=0,
        ways={"migrated": 2},
    )  # fmt: skip
    Finding.objects.update(first_seen_at=at(200))
    found = on(Scope.of(None), at(150).date())
    assert (found.numbers.left, found.points, found.half) == (8, None, None)
    found = on(Scope.of(None), at(80).date())
    # g was introduced later, and its line is dated like the others here.
    assert (found.numbers.left, found.numbers.migrated, found.completion) == (6, 2, (25, 25))
    assert counts(Scope.of(None)).migrated_ever == on(Scope.of(None), timezone.localdate()).numbers.migrated


def test_coverage_is_that_of_its_day(db: None):
    row = rows.repository(read=False)
    rows.scan(row, "partial", days_ago=30, files_unread=2)
    rows.scan(row, days_ago=3)
    Repository.objects.update(created_at=timezone.now() - timedelta(days=40))
    today = timezone.localdate()
    told = {days: on(Scope.of(None), today - timedelta(days=days)).covered for days in (1, 10, 28, 35)}
    assert [(found.complete, found.in_part, found.unread) for found in told.values()] == [
        (1, 0, 0), (0, 0, 2), (0, 1, 2), (0, 0, 0),
    ]  # fmt: skip


def test_the_days_overdue_are_counted_to_that_day(book):
    today = timezone.localdate()
    [then], [now] = (on(Scope.of(None), day).overdue for day in (at(10).date(), today))
    assert now.days - then.days == (today - at(10).date()).days
    assert isinstance(now, Due)


def test_more_rows_cost_no_more_queries(book, django_assert_num_queries, django_assert_max_num_queries):
    day = at(10).date()
    with django_assert_max_num_queries(40) as few:
        on(Scope.of(None), day)
    for number in range(20):
        Paper(f"more-{number}").call(30)
    with django_assert_num_queries(len(few)):
        on(Scope.of(None), day)


def test_came_and_went_are_those_of_the_step(book):
    found = on(Scope.of(None), at(10).date())
    step = flow(Scope.of(None), at(16).date(), at(10).date())
    assert (found.came, found.went) == (step.came, step.went)
    assert Scan.objects.count()
