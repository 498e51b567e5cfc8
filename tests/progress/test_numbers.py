"""A small organisation computed by hand:

team      repository  left  unknown  resolved  dismissed   read
Search    search      3     1        2         1           today, 1 file unread
Search    ranker      0     0        2         0           today: verified zero
Growth    ads         2     0        0         0           9 days ago: stale
–         clean       0     0        0         0           today: never used
–         broken      0     0        0         0           never: its first scan failed
–         new         0     0        0         0           never

5 left + 1 unknown + 4 resolved + 1 dismissed = 11 ever seen; 4 of 10 that count are 40 %, 5 of 10 with the unknown one.
"""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from audits import progress, query
from audits.models import Finding, FindingEvent, Repository, Role, Snapshot, User
from audits.progress.covered import Covered
from audits.progress.heat import heat
from audits.progress.scope import Scope

from .rows import finding, repository, scan

pytestmark = pytest.mark.django_db


@pytest.fixture
def organisation():
    search = repository("search", team_name="Search", unread=1, state="partial")
    ranker = repository("ranker", team_name="Search")
    repository("clean")
    ads = repository("ads", team_name="Growth", days_ago=9)
    broken = repository("broken", read=False)
    repository("new", read=False)
    scan(broken, "failed", error_message="The host does not answer: check the address.")
    both = [("num_generations", "unsupported"), ("stop_sequences", "disputed"), ("p", "kept")]
    finding(search, parameters=both, days_ago=30)
    finding(search, parameters=both[:1])
    finding(search)
    finding(search, presence="unknown")
    finding(search, presence="absent")
    finding(search, presence="absent", absent_reason="file_deleted")
    finding(search, disposition="dismissed")
    finding(search, kind="mention")
    finding(search, presence="absent", absent_reason="rule_changed")
    finding(ranker, presence="absent")
    finding(ranker, presence="absent")
    finding(ads, platform="bedrock", parameters=[("truncate", "unsupported")])
    finding(ads, platform="private")


def test_the_totals_are_those_on_paper(organisation):
    s = progress.summary(None)
    assert (s.remaining, s.unknown, s.resolved, s.dismissed, s.ever_seen) == (5, 1, 4, 1, 11)
    assert s.remaining + s.unknown + s.resolved + s.dismissed == s.ever_seen
    assert s.completion == (40, 50)
    assert s.reasons == {"code_changed": 3, "file_deleted": 1}


def test_the_repositories_are_those_on_paper(organisation):
    s = progress.summary(None)
    assert (s.repositories, s.repositories_read, s.repositories_ever, s.repositories_at_zero) == (6, 4, 3, 1)
    assert s.statuses == {
        "to_migrate": 1,
        "in_progress": 1,
        "migrated": 1,
        "rewritten": 0,
        "dismissed": 0,
        "uncounted": 0,
        "never_used": 1,
    }
    assert s.knowledge == {"fresh": 3, "unread": 0, "stale": 1, "failed": 1, "never_scanned": 1}
    assert s.coverage == Covered(repositories=6, complete=2, in_part=1, unread=1)


def test_the_teams_are_those_on_paper(organisation):
    rows = {row.name: row for row in progress.summary(None).teams}
    assert list(rows) == ["Search", "Growth", "No team"]
    search = rows["Search"]
    assert (search.left, search.unknown, search.resolved, search.completion) == (3, 1, 4, 50)
    assert (search.at_zero, search.coverage) == (1, Covered(2, complete=1, in_part=1, unread=1))
    assert timezone.now() - search.oldest > timedelta(days=29)
    assert (rows["Growth"].left, rows["Growth"].completion, rows["Growth"].coverage.read_lately) == (2, 0, 0)
    assert (rows["No team"].left, rows["No team"].completion, rows["No team"].oldest) == (0, None, None)


def test_the_parameters_in_the_way_are_those_on_paper(organisation):
    s = progress.summary(None)
    assert [(row.name, row.verdict, row.calls) for row in s.parameters] == [
        ("num_generations", "unsupported", 2),
        ("stop_sequences", "disputed", 1),
        ("truncate", "unsupported", 1),
    ]
    assert sum(s.parameters[0].by_team.values()) == 2
    assert s.without_obstacle == 2


def test_the_platforms_say_how_long_they_have_been_off(organisation):
    rows = {row.platform: row for row in progress.summary(None).platforms}
    assert {name: row.calls for name, row in rows.items()} == {"cohere": 3, "bedrock": 1, "private": 1}
    assert rows["cohere"].days_overdue == (timezone.localdate() - date(2025, 9, 15)).days
    assert rows["private"].days_overdue is None


def test_a_date_to_come_is_not_counted_down():
    assert query.days_overdue("oci", date(2026, 6, 20)) is None
    assert query.days_overdue("oci", date(2026, 6, 27)) == 1
    assert query.days_overdue("cohere", date(2026, 11, 23)) == 434


def test_what_needs_attention_says_why_worst_first(organisation):
    found = [(item.why, item.repository.name, item.message) for item in progress.summary(None).attention]
    assert found == [
        ("failed", "broken", "The host does not answer: check the address."),
        ("stale", "ads", "Not read in the last 7 days: the numbers may be out of date. Scan it again."),
        ("some_unread", "search", "1 file was not read: calls in it may be missing."),
        ("never_scanned", "new", "Registered, and its first scan has not ended yet."),
    ]


def test_every_number_equals_the_list_behind_it(organisation):
    s = progress.summary(None)

    def count(text):
        return query.apply(Finding.objects.all(), query.parse(text)).count()

    assert count("state:left") == s.remaining
    assert count("state:resolved") == s.resolved
    assert count("state:stale") == s.unknown
    assert count("state:dismissed") == s.dismissed
    for row in s.teams:
        assert count(f"state:left team:{row.team.slug if row.team else 'none'}") == row.left
    for row in s.parameters:
        assert count(f"state:left way:{row.name}") == row.calls
    for row in s.platforms:
        assert count(f"state:left platform:{row.platform}") == row.calls


def test_nothing_registered_gives_zeros_and_no_percentage():
    s = progress.summary(None)
    assert (s.remaining, s.repositories, s.completion, s.trend, s.teams) == (0, 0, None, (), ())


def test_somebody_without_rights_sees_zeros(organisation):
    assert progress.summary(User(username="gone", is_active=False)).repositories == 0


def test_a_person_sees_the_numbers_of_the_command_line(organisation):
    user = User.objects.create(username="ada", role=Role.VIEWER)
    assert progress.summary(user).remaining == progress.summary(None).remaining


def test_more_rows_cost_no_more_queries(organisation, django_assert_num_queries):
    for number in range(10):
        finding(repository(team_name=f"Team {number}"), parameters=[("preset", "unsupported")])
    with django_assert_num_queries(18):
        progress.summary(None)


@pytest.mark.django_db
def test_chat_calls_that_fail_are_left_but_not_called_calls_to_generate():
    row = repository("shop")
    finding(row, kind="sdk_call")
    finding(row, kind="dead_model")
    numbers = progress.summary(None)
    assert (numbers.remaining, numbers.chat_failures, numbers.headline) == (2, 1, "2 calls to migrate left")


@pytest.mark.django_db
def test_the_caller_of_a_projects_own_helper_is_not_counted_beside_the_call_inside():
    row = repository("shop")
    finding(row, kind="sdk_call")
    finding(row, kind="wrapper_project")
    numbers = progress.summary(None)
    assert (numbers.remaining, numbers.headline) == (1, "1 call to Generate left")


def test_a_team_does_not_answer_for_what_a_repository_was_added_with():
    grown = repository("grown", team_name="Search", days_ago=40)
    Snapshot.objects.filter(repository=grown).update(remaining=1)
    scan(grown, remaining=2)
    finding(grown)
    finding(grown)
    added = repository("added", team_name="Search", read=False)
    scan(added, days_ago=3, remaining=4)
    for _ in range(4):
        finding(added)

    (team,) = progress.summary(None).teams
    assert (team.weeks[0], team.weeks[-1], team.added, team.change) == (1, 6, (4,), 1)


def test_one_platform_is_a_part_of_every_number(organisation):
    whole = Scope.of(None)
    parts = [progress.summary_of(Scope(whole.repositories, platform=name)) for name in ("cohere", "bedrock", "private")]
    s = progress.summary(None)
    for name in ("remaining", "unknown", "resolved", "dismissed", "ever_seen", "overdue", "without_obstacle"):
        assert sum(getattr(part, name) for part in parts) == getattr(s, name), name
    bedrock = parts[1]
    assert (bedrock.remaining, bedrock.ever_seen, bedrock.completion) == (1, 1, (0, 0))
    assert [(row.name, row.left) for row in bedrock.teams] == [("Growth", 1), ("Search", 0), ("No team", 0)]
    assert (bedrock.repositories_ever, bedrock.repositories_at_zero) == (1, 0)
    # What is known of the repositories is known of all their calls.
    assert bedrock.coverage == s.coverage


def test_one_parameter_is_a_part_too(organisation):
    part = progress.summary_of(Scope(Repository.objects.all(), parameter="num_generations"))
    assert (part.remaining, part.resolved, part.repositories_ever) == (2, 0, 1)
    assert [(row.name, row.calls) for row in part.parameters] == [("num_generations", 2), ("stop_sequences", 1)]
    assert [(row.name, row.calls) for row in part.platforms] == [("Cohere", 2)]


def test_the_curve_of_one_platform_begins_with_its_scans_and_ends_with_its_number():
    row = repository("shop", team_name="Search", days_ago=40, read=True)
    gone, still = finding(row, platform="bedrock", presence="absent", absent_reason="migrated"), finding(row)
    last = finding(row, platform="bedrock")
    for call, days in ((gone, 40), (still, 40), (last, 9)):
        FindingEvent.objects.create(finding=call, at=ago(days), verb="opened", after="present")
    told = {"before": "present", "after": "absent", "reason": "migrated"}
    FindingEvent.objects.create(finding=gone, at=ago(5), verb="resolved", **told)
    scope = Scope(Repository.objects.all(), platform="bedrock")
    found = progress.summary_of(scope)
    curve = [(day.day, day.left, day.resolved) for day in found.trend]
    days = [timezone.localdate(ago(n)) for n in (40, 9, 5, 0)]
    assert curve == list(zip(days, (1, 2, 1, 1), (0, 0, 1, 1), strict=True))
    (team,) = found.teams
    assert (team.left, team.weeks, team.added, team.change) == (1, (1, 1, 1, 2, 1), (), 0)


def test_a_week_of_one_platform_with_unread_files_is_never_clean():
    row = repository("shop", unread=1)
    Snapshot.objects.update(unread=1)
    finding(row, platform="cohere")
    lines = heat([row], timezone.localdate(), 2, scope=Scope(Repository.objects.all(), platform="bedrock"))
    assert [(cell.heat.value, cell.left) for cell in lines[0].cells] == [("unknown", None), ("unknown", 0)]
    Snapshot.objects.update(unread=0)
    lines = heat([row], timezone.localdate(), 2, scope=Scope(Repository.objects.all(), platform="bedrock"))
    assert [cell.heat.value for cell in lines[0].cells] == ["unknown", "clean"]


def ago(days):
    return timezone.now() - timedelta(days=days)
