import re

import pytest
from django.test import Client

from audits import progress
from audits.models import Role
from tests.progress.rows import finding, repository, scan
from tests.web import rows

pytestmark = pytest.mark.django_db


def text(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def test_nothing_registered_says_what_to_do_next(signed_in):
    page = signed_in.get("/")
    assert "Nothing scanned yet" in text(page)
    assert b"/repositories/register/" in page.content


def test_a_viewer_is_told_who_registers(client: Client):
    client.force_login(rows.person(Role.VIEWER))
    page = client.get("/")
    assert "A lead or an admin of your organisation registers repositories." in text(page)
    assert b'class="btn primary"' not in page.content


def test_the_headline_is_the_number_of_the_command_line(signed_in):
    row = repository()
    for _ in range(12):
        finding(row)
    assert progress.summary(None).remaining == 12
    assert b"<h1>12 calls to Generate left</h1>" in signed_in.get("/").content


def test_one_call_is_one_call(signed_in):
    finding(repository())
    assert b"<h1>1 call to Generate left</h1>" in signed_in.get("/").content


def test_past_dates_are_days_overdue_and_never_a_countdown(signed_in):
    finding(repository())
    shown = text(signed_in.get("/"))
    assert f"{progress.summary(None).days_overdue} days overdue" in shown.replace(",", "")
    assert "enforced 15 Sep 2025, guide date 26 Aug 2025" in shown
    assert not re.search(r"[-−]\d+ days", shown)


def test_every_total_carries_its_coverage(signed_in):
    repository(unread=2)
    repository(read=False)
    assert "0 of 2 repositories read completely in the last 7 days, 1 more in part, 2 files unread" in text(
        signed_in.get("/")
    )


def test_what_nobody_has_read_is_not_called_zero(signed_in):
    repository(read=False)
    shown = text(signed_in.get("/"))
    assert "No repository read yet" in shown
    assert "0 calls to Generate left" not in shown
    repository("another")
    assert "0 calls to Generate left" in text(signed_in.get("/"))


def test_zero_calls_are_not_overdue(signed_in):
    finding(repository(), presence="absent")
    shown = text(signed_in.get("/"))
    assert "0 calls to Generate left" in shown
    assert "Generate has been off since 15 Sep 2025" in shown
    assert "Verified zero" in shown


def test_it_shows_teams_parameters_platforms_and_scans(signed_in):
    row = repository("catalog-search", team_name="Search")
    finding(row, parameters=[("num_generations", "unsupported")], platform="bedrock")
    page = signed_in.get("/")
    shown = text(page)
    for words in ("Search", "num_generations", "Amazon Bedrock", "off since 12 Aug 2025", "catalog-search"):
        assert words in shown
    assert b"?q=state%3Aleft%20way%3Anum_generations" in page.content


def test_every_link_to_findings_opens_as_many_as_it_says(signed_in):
    row = repository(team_name="Search")
    finding(row, parameters=[("num_generations", "unsupported"), ("preset", "unsupported")])
    finding(row, parameters=[("preset", "unsupported")], platform="private")
    finding(repository(), presence="unknown")
    page = signed_in.get("/").content.decode()
    links = re.findall(r'<a href="(/findings/\?q=[^"]+)">(?:<b>)?(\d+)', page)
    assert len(links) >= 6
    for href, count in links:
        assert signed_in.get(href.replace("&amp;", "&")).context["page"].paginator.count == int(count), href


def test_what_needs_attention_gives_reason_and_link(signed_in):
    row = repository("invoices", read=False)
    scan(row, "failed", error_message="The host refused the key.")
    shown = signed_in.get("/").content.decode()
    assert "The host refused the key." in shown
    assert row.get_absolute_url() in shown


def test_the_trend_has_a_table_behind_it(signed_in):
    row = repository(read=False)
    scan(row, days_ago=3, remaining=4)
    finding(row)
    page = signed_in.get("/").content.decode()
    assert page.count('role="img"') == 2
    assert "Numbers behind the chart" in page


def test_more_rows_cost_no_more_queries(signed_in, django_assert_num_queries, django_assert_max_num_queries):
    finding(repository(team_name="One", unread=1), parameters=[("preset", "unsupported")])
    signed_in.get("/")
    with django_assert_max_num_queries(45) as first:
        signed_in.get("/")
    # Counted now: the next request empties the list.
    few = len(first)
    for number in range(8):
        made = repository(team_name=f"Team {number}", unread=1)
        finding(made, parameters=[("preset", "unsupported")])
        scan(repository(read=False), "failed")
    # What the frame counts is remembered.
    signed_in.get("/")
    with django_assert_num_queries(few):
        signed_in.get("/")


class TestOfAPart:
    """The overview of one parameter or platform, and what it does with a team, a repository or nonsense."""

    @pytest.fixture
    def told(self):
        row = repository("catalog-search", team_name="Search")
        finding(row, parameters=[("num_generations", "unsupported"), ("preset", "unsupported")], platform="bedrock")
        finding(row, parameters=[("preset", "unsupported")])
        finding(repository("other"), platform="oci")
        return row

    def test_a_parameter_counts_its_calls_and_finds_them(self, signed_in, told):
        page = signed_in.get("/?parameter=num_generations")
        assert "num_generations: 1 call to Generate left" in text(page)
        assert b"state%3Aleft%20way%3Apreset%20way%3Anum_generations" in page.content
        assert b"what=numbers&amp;format=csv&amp;parameter=num_generations" in page.content

    def test_a_platform_says_its_own_day(self, signed_in, told):
        page = text(signed_in.get("/?platform=bedrock"))
        assert "Amazon Bedrock: 1 call to Generate left" in page
        assert "off since 12 Aug 2025" in page
        assert "enforced 15 Sep 2025" not in page

    def test_both_and_a_team(self, signed_in, told):
        assert "preset, Amazon Bedrock, Search: 1 call" in text(
            signed_in.get("/?parameter=preset&platform=bedrock&team=Search")
        )

    def test_every_link_to_findings_opens_as_many_as_it_says(self, signed_in, told):
        page = signed_in.get("/?parameter=preset").content.decode()
        links = re.findall(r'<a href="(/findings/\?q=[^"]+)">(?:<b>)?(\d+)', page)
        assert len(links) >= 5
        for href, count in links:
            assert signed_in.get(href.replace("&amp;", "&")).context["page"].paginator.count == int(count), href

    def test_a_team_and_a_repository_have_their_pages(self, signed_in, told):
        assert signed_in.get("/?team=Search&tests=1").headers["Location"] == f"/teams/{told.team_id}/?tests=1"
        assert signed_in.get(f"/?repository={told.pk}").headers["Location"] == told.get_absolute_url()

    @pytest.mark.parametrize("asked", ["team=Finance", "parameter=nonsense", "platform=nonsense", "repository=x"])
    def test_what_names_nothing_shows_no_number(self, signed_in, told, asked):
        page = signed_in.get(f"/?{asked}")
        assert page.status_code == 400
        assert "Nothing of that name" in text(page)
        assert "calls to Generate left" not in text(page)
