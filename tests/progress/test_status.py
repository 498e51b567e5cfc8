import pytest
from django.utils import timezone

from audits import progress
from audits.models import HistoryRun, Repository, SetAside
from audits.progress.figures import counts
from audits.progress.scope import Scope
from audits.progress.tables import summary_object

from .rows import finding, repository, scan

pytestmark = pytest.mark.django_db


def words(row):
    return progress.status_of(row), progress.knowledge_of(row)


def test_a_repository_has_no_status_before_its_first_scan():
    assert words(repository(read=False)) == ("", "never_scanned")


def test_it_never_used_generate_when_it_was_read_and_holds_no_call():
    assert words(repository()) == ("never_used", "fresh")


def test_a_mention_is_no_use():
    row = repository()
    finding(row, kind="mention")
    assert words(row) == ("never_used", "fresh")


def test_it_is_to_migrate_while_nothing_is_resolved():
    row = repository()
    finding(row)
    assert words(row) == ("to_migrate", "fresh")


def test_it_is_in_progress_with_some_resolved_and_some_open():
    row = repository()
    finding(row)
    finding(row, presence="absent")
    assert words(row) == ("in_progress", "fresh")


def test_it_is_migrated_when_everything_is_resolved():
    row = repository()
    finding(row, presence="absent")
    assert words(row) == ("migrated", "fresh")


def test_a_call_that_could_not_be_checked_keeps_it_from_being_migrated():
    row = repository()
    finding(row, presence="absent")
    finding(row, presence="unknown")
    assert words(row) == ("in_progress", "fresh")


def test_a_rule_that_changed_is_no_progress():
    row = repository()
    finding(row)
    finding(row, presence="absent", absent_reason="rule_changed")
    assert words(row) == ("to_migrate", "fresh")


def test_a_failed_scan_keeps_the_status_and_says_so_beside_it():
    row = repository()
    finding(row)
    scan(row, "failed")
    assert words(row) == ("to_migrate", "failed")


def test_a_first_scan_that_failed_gives_no_status():
    row = repository(read=False)
    scan(row, "failed")
    assert words(row) == ("", "failed")


def test_a_waiting_scan_changes_nothing():
    row = repository()
    scan(row, "queued")
    assert words(row) == ("never_used", "fresh")


def test_what_was_read_more_than_a_week_ago_is_stale():
    assert words(repository(days_ago=8)) == ("never_used", "stale")


def test_zero_is_verified_only_when_every_file_was_read():
    clean, unread, never = repository(), repository(unread=1), repository()
    finding(clean, presence="absent")
    finding(unread, presence="absent")
    found = progress.statuses(Repository.objects.all()).filter(progress.at_zero())
    assert list(found) == [clean]
    assert never not in found


def test_what_past_commits_saw_go_is_progress_too():
    """No scan saw these calls, but the branch held them: it is not a repository that never used Generate."""
    done, begun = repository(), repository()
    finding(begun)
    for row in (done, begun):
        HistoryRun.objects.create(
            repository=row, is_current=True, state="done", queued_at=timezone.now(),
            resolved_before=3, ways_before={"migrated": 2, "file_deleted": 1},
        )  # fmt: skip
    assert [words(row)[0] for row in (done, begun)] == ["migrated", "in_progress"]
    numbers, summed = counts(Scope.of(None)), progress.summary(None)
    assert (numbers.migrated_ever, numbers.deleted_ever, numbers.resolved, numbers.ever_seen) == (4, 2, 6, 7)
    assert (numbers.migration, numbers.completion) == (4 * 100 // 7, summed.completion)
    told = summary_object(summed)
    sides = ("remaining", "unknown", "resolved", "resolved_before", "dismissed")
    assert sum(told[name] for name in sides) == told["ever_seen"] == 7
    assert (summed.repositories_at_zero, summed.repositories_ever) == (1, 2)
    assert [(row.done, row.ever, row.at_zero, row.overdue, row.unowned) for row in summed.teams] == [(6, 2, 1, 1, 1)]


def test_zero_is_not_verified_where_most_went_by_a_forced_push():
    row = repository()
    finding(row, presence="absent")
    finding(row, presence="absent", absent_reason="history_rewritten")
    assert progress.statuses(Repository.objects.all()).filter(progress.at_zero()).exists()
    finding(row, presence="absent", absent_reason="history_rewritten")
    assert words(row) == ("rewritten", "fresh")
    assert not progress.statuses(Repository.objects.all()).filter(progress.at_zero()).exists()


@pytest.mark.parametrize("presence", ["present", "unknown", "absent"])
def test_a_repository_whose_calls_were_all_dismissed_has_used_it(presence):
    row = repository()
    finding(row, presence=presence, disposition="dismissed")
    assert words(row) == ("dismissed", "fresh")
    found, summed = progress.statuses(Repository.objects.all()), progress.summary(None)
    assert not found.filter(progress.at_zero()).exists()
    assert (summed.repositories_at_zero, summed.repositories_ever, summed.statuses["dismissed"]) == (0, 1, 1)
    finding(row, presence="absent")
    assert words(row) == ("migrated", "fresh")
    assert progress.summary(None).repositories_at_zero == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"area": "test"},
        {"area": "test", "disposition": "dismissed"},
        {"area": "test", "presence": "absent"},
        {"area": "excluded", "presence": "absent", "absent_reason": "path_excluded"},
    ],
    ids=str,
)
def test_a_call_that_counts_nowhere_was_used_all_the_same(fields):
    row = repository()
    finding(row, **fields)
    assert words(row) == ("uncounted", "fresh")


def test_what_a_comment_sets_aside_was_used_all_the_same():
    row, mentioned = repository(), repository()
    SetAside.objects.create(repository=row, path="a.py", line=1, kind="sdk_call")
    SetAside.objects.create(repository=mentioned, path="a.md", line=1, kind="mention")
    assert [words(one)[0] for one in (row, mentioned)] == ["uncounted", "never_used"]


def test_many_repositories_cost_one_query(django_assert_num_queries):
    for _ in range(5):
        finding(repository(unread=1))
    with django_assert_num_queries(1):
        rows = list(progress.statuses(Repository.objects.all()))
        assert [(progress.status_of(r), progress.knowledge_of(r), r.left) for r in rows] == [
            ("to_migrate", "fresh", 1)
        ] * 5
