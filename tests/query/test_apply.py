from datetime import timedelta

import pytest
from django.utils import timezone

from audits.models import Finding, Team
from audits.query import STATES, apply, ordered, parse, state_of, with_state
from tests.progress.rows import finding, repository
from tests.web.rows import person

pytestmark = pytest.mark.django_db


def found(text):
    return set(apply(Finding.objects.all(), parse(text)))


@pytest.fixture
def everything():
    row = repository("catalog-search", team_name="Search")
    return {
        "overdue": finding(row, platform="cohere"),
        "open": finding(row, platform="private"),
        "planned": finding(row, disposition="planned"),
        "stale": finding(row, presence="unknown"),
        "waived": finding(row, disposition="waived"),
        "dismissed": finding(row, disposition="dismissed"),
        "resolved": finding(row, presence="absent"),
        "out_of_scope": finding(row, kind="mention"),
    }


def test_every_state_is_derived_the_same_way_in_sql_and_in_python(everything):
    for name, row in everything.items():
        assert state_of(row) == name
        assert with_state(Finding.objects.all()).get(pk=row.pk).state == name
    assert set(everything) | {"in_progress"} == set(STATES)


def test_open_means_everything_that_somebody_has_to_look_at(everything):
    assert found("state:open") == {everything[name] for name in ("overdue", "open", "planned", "stale")}


def test_left_means_exactly_the_headline(everything):
    assert found("state:left") == {everything[name] for name in ("overdue", "open", "planned")}


def test_other_state_words_match_exactly(everything):
    assert found("state:resolved") == {everything["resolved"]}
    assert found("state:resolved state:stale") == {everything["resolved"], everything["stale"]}


def test_a_rule_that_changed_is_out_of_scope():
    row = finding(repository(), presence="absent", absent_reason="rule_changed")
    assert state_of(row) == "out_of_scope"
    assert found("state:out_of_scope") == {row}


def test_bedrock_and_oci_are_overdue_and_others_are_open():
    row = repository()
    states = {name: state_of(finding(row, platform=name)) for name in ("bedrock", "oci", "sagemaker", "unknown")}
    assert states == {"bedrock": "overdue", "oci": "overdue", "sagemaker": "open", "unknown": "open"}


def test_it_filters_by_every_key():
    search, other = repository("catalog-search", team_name="Search"), repository("invoices")
    one = finding(search, path="app/expand.py", parameters=[("num_generations", "unsupported"), ("p", "kept")])
    two = finding(other, path="jobs/night.py", kind="batch", confidence="likely", platform="private")
    for text in ("team:search", "repo:Catalog-Search", "path:expand", "kind:sdk_call", "conf:confirmed"):
        assert found(text) == {one}, text
    assert found("param:num_generations param:p") == {one}
    assert found("param:numGenerations way:NumGenerations") == {one}
    assert found("way:p") == set()
    assert found("way:num_generations platform:cohere") == {one}
    assert found("team:none") == {two}
    assert found("repo:catalog-search repo:invoices") == {one, two}
    assert found(f"expand.py:{one.line}") == {one}
    assert found("JOBS") == {two}
    assert found("nothing-like-it") == set()


def test_it_filters_by_what_people_decided():
    row, today = repository(), timezone.localdate()
    ada = person("engineer", "ada")
    mine = finding(row, assignee=ada, disposition="planned", due=today - timedelta(days=1))
    soon = finding(row, disposition="planned", due=today + timedelta(days=3))
    late = finding(row, disposition="planned", due=today + timedelta(days=90), regressed=True)
    again = finding(row, re_review=True, origin="introduced")
    gone = finding(row, presence="absent", regressed=True, origin="discovered", due=today)
    assert found("assignee:Ada") == {mine}
    assert found("assignee:me") == set()
    assert set(apply(Finding.objects.all(), parse("assignee:me"), ada)) == {mine}
    assert found("assignee:none") == {soon, late, again, gone}
    assert found("due:overdue") == {mine}
    assert found("due:week") == found("due:month") == {soon}
    assert found("due:later") == found("is:regressed") == {late}
    assert found("due:none") == found("is:re-review") == found("is:introduced") == {again}
    assert found("is:discovered") == {gone}
    assert found("is:regressed is:re-review") == set()


def test_it_filters_by_the_owners_of_the_file():
    row = repository()
    ada = person("engineer", "ada")
    ada.email = "ada@example.com"
    ada.save()
    ada.teams.add(Team.objects.create(name="Search", slug="search"))
    team = finding(row, owners=" @acme/search @acme/risk ")
    mail = finding(row, owners=" Ada@example.com ")
    handle = finding(row, owners=" @ada ")
    other = finding(row, owners=" @acme/search-ui @adam ")
    nobody = finding(row)
    assert found("owner:search") == found("owner:@acme/search") == {team}
    assert found("owner:ada") == {mail, handle}
    assert found("owner:@ada") == {handle}
    assert found("owner:none") == found("is:unowned") == {nobody}
    assert found("owner:search-ui") == {other}
    assert found("owner:me") == found("owner:/") == set()
    assert set(apply(Finding.objects.all(), parse("owner:me"), ada)) == {team, mail, handle}


def test_known_broken_is_a_waiver_on_a_platform_that_is_off():
    row = repository()
    broken = finding(row, disposition="waived")
    finding(row, disposition="waived", platform="private")
    assert found("is:known-broken") == {broken}


def test_an_area_can_be_asked_for_and_all_that_stand_apart():
    row = repository()
    product, tests, left_out = (finding(row, area=area) for area in ("product", "tests", "excluded"))
    assert found("area:product") == {product}
    assert found("area:tests") == {tests}
    assert found("area:apart") == {tests, left_out}
    assert found("") == {product, tests, left_out}


def test_wildcards_of_sql_are_text():
    one = finding(repository(), path="a%b.py")
    finding(repository(), path="axb.py")
    assert found("path:a%b") == {one}


def test_a_query_with_errors_matches_nothing():
    finding(repository())
    assert found("colour:red") == set()


def test_it_sorts_by_age_oldest_first_unless_told_otherwise():
    row = repository()
    young, old = finding(row, days_ago=1), finding(row, days_ago=9)
    rows = apply(Finding.objects.all(), parse(""))
    assert list(ordered(rows, "")) == list(ordered(rows, "-age")) == list(ordered(rows, "password")) == [old, young]
    assert list(ordered(rows, "age")) == [young, old]


def test_it_sorts_by_parameters_in_the_way():
    row = repository()
    none = finding(row)
    two = finding(row, parameters=[("a", "unsupported"), ("b", "disputed"), ("c", "kept")])
    one = finding(row, parameters=[("a", "changed")])
    assert list(ordered(apply(Finding.objects.all(), parse("")), "-parameters")) == [two, one, none]


@pytest.mark.parametrize("sort", ["age", "-repository", "call", "kind", "confidence", "-state", "parameters"])
def test_equal_rows_keep_one_order(sort):
    row, at = repository(), timezone.now()
    for _ in range(5):
        finding(row, path="same.py")
    Finding.objects.update(first_seen_at=at, callee="same")
    rows = list(ordered(apply(Finding.objects.all(), parse("")), sort))
    # Downwards is the other way round: one index gives both, as a younger call has a later date.
    assert [r.line for r in rows] == sorted((r.line for r in rows), reverse=sort == "age" or sort.startswith("-"))


@pytest.mark.parametrize("text", ["%" * 200, "x " * 5_000, '"' * 199, "state:" * 30, "\0" * 10, "(" * 200, "a:" * 100])
def test_hostile_filters_cost_one_short_question_at_most(text, django_assert_max_num_queries):
    finding(repository())
    with django_assert_max_num_queries(1) as asked:
        list(apply(Finding.objects.all(), parse(text))[:50])
    assert all(len(query["sql"]) < 20_000 for query in asked)


@pytest.mark.parametrize("text", ["", "param:a", "way:a", "param:a param:c way:b"])
def test_a_filter_by_parameter_does_not_change_the_count_to_sort_by(text):
    row = repository()
    two = finding(row, parameters=[("a", "unsupported"), ("b", "disputed"), ("c", "kept")])
    one = finding(row, parameters=[("a", "unsupported"), ("c", "kept")])
    rows = list(ordered(apply(Finding.objects.all(), parse(text)), "-parameters"))
    assert [(found, found.ways) for found in rows] == [(two, 2), (one, 1)][: len(rows)]
    assert len(rows) == (1 if "way:b" in text else 2)
