"""Values of a column by steps of its index: the same as a DISTINCT, in one query."""

import pytest

from audits import query
from audits.access import who_sees
from audits.models import Finding, FindingParameter, Repository, Team, User
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db


def test_they_are_what_distinct_says(django_assert_num_queries):
    of = repository()
    assert query.values_of(Finding, "kind", 9) == []
    for kind in ("raw_http", "sdk_call", "raw_http", "mention"):
        finding(of, kind=kind, parameters=[("k", "kept"), ("preset", "unsupported"), (kind, "unsupported")])
    with django_assert_num_queries(1):
        assert query.values_of(Finding, "kind", 9) == ["mention", "raw_http", "sdk_call"]
    assert query.values_of(Finding, "kind", 2) == ["mention", "raw_http"]
    named = query.values_of(FindingParameter, "name", 9, only="in_the_way")
    assert named == ["mention", "preset", "raw_http", "sdk_call"]


def test_a_team_is_named_by_its_slug_and_by_its_name():
    team = Team.objects.create(name="Data Science", slug="ds")
    of, other = repository(), repository(team_name="Other")
    Repository.objects.filter(pk=of.pk).update(team=team)
    row, _ = finding(of), finding(other)
    for text in ("team:ds", "team:DS", 'team:"data science"'):
        assert list(query.apply(Finding.objects.all(), query.parse(text))) == [row]


@pytest.mark.parametrize("text", ["a.py:7", "path:a.py:7", "file:a.py:7"])
def test_a_place_is_a_path_and_its_line(text):
    of = repository()
    row, _ = finding(of, path="app/a.py", line=7), finding(of, path="app/a.py", line=8)
    assert list(query.apply(Finding.objects.all(), query.parse(text))) == [row]


@pytest.mark.parametrize("root", [{"role": "admin"}, {"role": "viewer", "is_superuser": True}])
def test_who_may_see_findings_of_a_restricted_team(root):
    closed = Team.objects.create(name="Closed", slug="closed", restricted=True)
    of = repository()
    Repository.objects.filter(pk=of.pk).update(team=closed)
    finding(of)
    people = {
        "root": User.objects.create(username="root", **root),
        "inside": User.objects.create(username="inside", role="viewer"),
        "outside": User.objects.create(username="outside", role="lead"),
    }
    closed.members.add(people["inside"])
    told = who_sees(User.objects.all(), Finding.objects.all()).values_list("username", "sees")
    assert dict(told) == {"root": True, "inside": True, "outside": False}
