import re

import pytest
from django.test import Client

from audits import foresight, intake, pathrules, progress
from audits.models import AuditEvent, Finding, PathRule

from . import rows

pytestmark = pytest.mark.django_db
PAGE = "/path-rules/"


@pytest.fixture
def shop():
    row = rows.repository("shop")
    rows.scan(row)
    rows.finding(row, path="app/a.py")
    rows.finding(row, path="legacy/b.py")
    return row


def own(row):
    return f"/repositories/{row.pk}/path-rules/add/"


def areas_of(row):
    return list(Finding.objects.filter(repository=row).order_by("path").values_list("path", "area"))


def test_a_rule_holds_at_once_and_ends_with_its_removal(signed_in: Client, shop):
    assert progress.summary(None).remaining == 2
    signed_in.post(own(shop), {"pattern": "legacy/", "area": "vendored"})
    assert areas_of(shop) == [("app/a.py", "product"), ("legacy/b.py", "vendored")]
    assert progress.summary(None).remaining == 1
    page = signed_in.get(f"{PAGE}?repository={shop.pk}").content.decode()
    assert "legacy/" in page
    assert "Vendored" in page
    signed_in.post(f"{PAGE}{PathRule.objects.get().pk}/delete/")
    assert progress.summary(None).remaining == 2
    assert AuditEvent.objects.filter(subject="path rules of shop").count() == 2


def test_a_repositorys_rule_goes_before_the_organisations(signed_in: Client, shop):
    signed_in.post(own(shop), {"pattern": "legacy/", "area": "product"})
    signed_in.post(f"{PAGE}add/", {"pattern": "*.py", "area": "excluded"})
    assert areas_of(shop) == [("app/a.py", "excluded"), ("legacy/b.py", "product")]


def test_nothing_is_dropped(signed_in: Client, shop):
    """What is apart is still listed, and says where it belongs."""
    signed_in.post(f"{PAGE}add/", {"pattern": "legacy/", "area": "tests"})
    listed = signed_in.get("/findings/?q=area%3Atests").context["page"]
    assert [row.path for row in listed] == ["legacy/b.py"]


@pytest.mark.parametrize("pattern", ["", "!x", "[bad", "a[bc]d[e", "legacy/", "/../x", "./x", "a//b", "/", "a/\\../"])
def test_a_pattern_that_cannot_be_is_refused_at_the_field(signed_in: Client, shop, pattern):
    PathRule.objects.create(pattern="legacy/", area="tests")
    answer = signed_in.post(f"{PAGE}add/", {"pattern": pattern, "area": "tests"})
    assert answer.context["form"].errors.keys() == {"pattern"}
    assert PathRule.objects.count() == 1


@pytest.mark.parametrize("pattern", ["node_modules/pkg/", "env/lib/site-packages/**", "dist-packages/"])
def test_no_rule_promises_to_read_installed_packages(signed_in: Client, shop, pattern):
    """Their calls are found by no rule, so one that says so is told it; where they belong it may still say."""
    asked = {"pattern": pattern, "area": "vendored"}
    answer = signed_in.post(own(shop), asked | {"reads": "on"})
    assert "no rule has node_modules" in answer.context["form"].errors["pattern"][0]
    assert not PathRule.objects.exists()
    signed_in.post(own(shop), asked)
    assert not PathRule.objects.get().reads


def test_a_lead_rules_repositories_and_an_admin_everything(client: Client, shop):
    client.force_login(rows.person("lead"))
    assert client.post(f"{PAGE}add/", {"pattern": "x/", "area": "tests"}).status_code == 403
    assert client.post(own(shop), {"pattern": "x/", "area": "tests"}).status_code == 302
    wide = PathRule.objects.create(pattern="y/", area="tests")
    assert client.post(f"{PAGE}{wide.pk}/delete/").status_code == 403
    assert client.get(f"{PAGE}?repository=999999").status_code == 404
    assert client.get(f"{PAGE}?repository=x").status_code == 404


@pytest.mark.parametrize("pattern", ["/src/x/", "..a/", "/**", "**/x/*", ".github/"])
def test_a_pattern_that_can_match_is_taken(signed_in: Client, shop, pattern):
    signed_in.post(f"{PAGE}add/", {"pattern": pattern, "area": "tests", "seen": "2"})
    assert PathRule.objects.get().pattern == pattern


def hidden(page):
    """The fields that the question's own form sends back."""
    return dict(re.findall(r'<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)">', page.content.decode()))


def test_a_rule_that_takes_most_of_the_calls_is_asked_about_with_their_number(signed_in: Client, shop):
    rows.finding(shop, path="legacy/c.py")
    page = signed_in.post(own(shop), {"pattern": "legacy/", "area": "excluded"})
    assert not PathRule.objects.exists()
    assert "<b>2 of 3 open calls leave everybody’s work</b>" in page.content.decode()
    signed_in.post(own(shop), hidden(page))
    assert progress.summary(None).remaining == 1


def test_another_number_by_now_is_asked_about_again(signed_in: Client, shop):
    page = signed_in.post(f"{PAGE}add/", {"pattern": "*", "area": "tests"})
    rows.finding(shop, path="app/c.py")
    page = signed_in.post(f"{PAGE}add/", hidden(page))
    assert not PathRule.objects.exists()
    assert "Another number of calls is open" in page.content.decode()
    signed_in.post(f"{PAGE}add/", hidden(page))
    assert progress.summary(None).remaining == 0


@pytest.mark.parametrize("pattern", ["*", "**", "/**", "*.*"])
def test_what_names_nothing_in_particular_is_never_read_unasked(signed_in: Client, pattern):
    row = rows.repository("shop")
    rows.scan(row, files_passed_over=9)
    asked = {"pattern": pattern, "area": "product", "reads": "on"}
    page = signed_in.post(own(row), asked)
    assert "reads what matches of 9 files" in page.content.decode()
    assert not PathRule.objects.exists()
    signed_in.post(own(row), hidden(page))
    assert PathRule.objects.get().reads


def test_what_a_rule_would_do_is_what_it_does(shop, admin, django_assert_num_queries):
    """Of every repository, beside rules of their own and calls that stand apart, or count nowhere."""
    for number in range(3):
        other = rows.repository(f"other-{number}")
        rows.finding(other, path="legacy/d.py")
        rows.finding(other, path="tests/legacy/e.py", area="tests")
        rows.finding(other, path="legacy/f.py", kind="mention")
        rows.finding(other, "absent", path="legacy/g.py")
    pathrules.add("legacy/b.py", "product", shop, admin)
    intake.archive(other, admin)
    before = progress.summary(None).remaining
    with django_assert_num_queries(4):
        told = foresight.foresee("legacy/", "vendored", None)
    assert (told.of, told.out, told.wide) == (4, 2, False)
    assert dict(told.places) == {"other-0": 1, "other-1": 1}
    assert foresight.foresee("legacy/", "excluded", None).out == 4
    pathrules.add("legacy/", "vendored", None, admin)
    assert progress.summary(None).remaining == before - told.out


def test_one_rule_is_one_line_of_a_findings_history(signed_in: Client, shop, admin):
    found = rows.finding(shop, path="old/a.py", commit=shop.applied_commit)
    rule = pathrules.add("/old/", "excluded", shop, admin)
    pathrules.remove(rule, admin)
    pathrules.add("/old/", "tests", shop, admin)
    told = [event.verb for _, event in signed_in.get(found.get_absolute_url()).context["events"]]
    assert told == ["area", "counted_again", "left_out"]


def test_who_made_a_rule_is_who_took_the_calls_away(signed_in: Client, shop, admin):
    found = rows.finding(shop, path="old/a.py", commit=shop.applied_commit)
    rule = pathrules.add("/old/", "excluded", shop, admin)
    pathrules.remove(rule, admin)
    told = found.events.order_by("pk").values_list("verb", "actor__username")
    assert {verb for verb, _ in told} >= {"area", "left_out"}
    assert {name for _, name in told} == {admin.username}
    journal = signed_in.get("/settings/journal/").content.decode()
    assert journal.count("old/a.py") == 0
    assert "added /old/" in journal
    assert intake.lost_with(shop).decisions == 0
    intake.archive(shop, admin)
    intake.unarchive(shop, admin)
    told = found.events.filter(verb="taken_back").values_list("actor__username", flat=True)
    assert set(told) == {admin.username}
