"""Every number follows the toggle, and is what the list of findings behind it holds."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import FindingEvent, HistoryPoint, HistoryRun, Organisation, Repository, Snapshot, Team
from audits.progress.snapshots import take
from audits.progress.tables import STEPS, TABLES
from tests.progress.rows import finding, repository

from . import rows

pytestmark = pytest.mark.django_db
BLOCKED = [("num_generations", "unsupported")]


@pytest.fixture
def shop():
    """Two calls of the product and three beside it, one of which is out of scope by a person's rule."""
    row = repository("shop", team_name="Search")
    Snapshot.objects.all().delete()
    for area in ("product", "product", "tests", "examples", "excluded"):
        finding(row, area=area, parameters=BLOCKED, platform="bedrock" if area == "tests" else "cohere")
    finding(row, area="tests", presence="absent", absent_reason="migrated")
    finding(row, area="tests", presence="unknown")
    take(Repository.objects.all())
    return row


def pages(row):
    return ["/", f"/teams/{row.team.pk}/", f"/repositories/{row.pk}/", "/weeks/", "/parameters/", "/timeline/",
            f"/explain/?repository={row.pk}", "/repositories/", "/teams/"]  # fmt: skip


def with_tests(address):
    return f"{address}{'&' if '?' in address else '?'}tests=1"


def test_without_it_the_product_alone_is_counted_and_with_it_the_rest_too(signed_in: Client, shop):
    for address, left, resolved in (("/", 2, 0), ("/?tests=1", 4, 1)):
        page = signed_in.get(address)
        numbers, figures = page.context["numbers"], page.context["figures"]
        assert (numbers.remaining, figures.counts.left, numbers.trend[-1].left) == (left, left, left)
        assert (numbers.resolved, figures.counts.migrated, numbers.trend[-1].resolved) == (resolved,) * 3
        assert [row.left for row in numbers.teams] == [left]
        assert sum(row.calls for row in numbers.platforms) == left
        assert f"<h1>{left} calls to Generate left</h1>" in page.content.decode()


@pytest.mark.parametrize("tests", ["", "?tests=1"])
def test_the_list_of_teams_says_what_the_overview_does(signed_in: Client, shop, tests):
    listed, overview = (signed_in.get(f"{place}{tests}").context for place in ("/teams/", "/"))
    assert [(row.left, row.done) for row in listed["rows"]] == [(4, 1) if tests else (2, 0)]
    assert [row.left for row in listed["rows"]] == [row.left for row in overview["numbers"].teams]


@pytest.mark.parametrize(("form", "back"), [("/teams/add/", "/teams/"), ("/timeline/due/", "/timeline/")])
def test_a_form_that_was_refused_leads_back_to_its_page(signed_in: Client, shop, form, back):
    shown = signed_in.post(form, {"name": "", "due": "soon"}).content.decode()
    assert f'href="{back}?tests=1"' in shown
    assert f'href="{form}' not in shown


@pytest.mark.parametrize("place", range(9))
def test_a_page_offers_both_ways_and_keeps_the_chosen_one_in_its_links(signed_in: Client, shop, place):
    address = pages(shop)[place]
    plain, chosen = (signed_in.get(a).content.decode() for a in (address, with_tests(address)))
    assert "tests=1" in plain.split("</nav>", 1)[1]
    main = re.sub(r'<nav class="seg.*?</nav>', "", chosen.split("<main", 1)[1])
    led = re.findall(r'href="(/(?:weeks|parameters|timeline|explain|teams/\d+|progress/export)/[^"]*)"', main)
    assert all("tests=1" in link for link in led if "/edit" not in link), led
    assert re.search(r'href="[^"]*tests=1[^"]*" aria-current="true"', chosen)


@pytest.mark.parametrize("address", ["/", "/?tests=1", "/parameters/", "/parameters/?tests=1", "/timeline/?tests=1"])
def test_a_link_to_findings_opens_as_many_as_it_says(signed_in: Client, shop, address):
    page = signed_in.get(address).content.decode()
    links = re.findall(r'<a (?:class="more" )?href="(/findings/\?q=[^"]+)">(?:<b>)?(\d+)', page)
    assert links
    for href, count in links:
        listed = signed_in.get(href.replace("&amp;", "&")).context
        assert listed["page"].paginator.count == int(count), href
        if "state%3Aleft" in href:
            assert listed["left"] == int(count)


def test_a_team_and_a_repository_say_the_same(signed_in: Client, shop):
    for mode, left in (("", 2), ("?tests=1", 4)):
        team = signed_in.get(f"/teams/{shop.team.pk}/{mode}").context
        assert (team["numbers"].remaining, team["rows"][0].left, team["lines"][0].row.calls) == (left,) * 3
        one = signed_in.get(f"/repositories/{shop.pk}/{mode}").context
        assert (one["repository"].left, one["trend"][-1].left, len(one["findings"])) == (left, left, left + bool(mode))
        heat = signed_in.get(f"/weeks/{mode}").context["lines"]
        assert heat[0].cells[-1].left == left
        assert signed_in.get(f"/explain/{mode}").context["told"].closing == left + bool(mode)


def test_a_file_holds_what_its_page_says(signed_in: Client, shop):
    def told(what, mode):
        return json.loads(signed_in.get(f"/progress/export/?what={what}&format=json{mode}").getvalue())

    for mode, left in (("", 2), ("&tests=1", 4)):
        assert told("trend", mode)[-1]["left"] == left
        assert {row["number"]: row["value"] for row in told("numbers", mode)}["left"] == left
        assert sum(row["left"] for row in told("teams", mode)) == left
        assert sum(row["left"] for row in told("platforms", mode)) == left
        assert sum(row["left"] for row in told("repositories", mode)) == left
        assert told("heat", mode)[-1]["left"] == left
        assert told("trend", f"{mode}&repository={shop.pk}")[-1]["left"] == left


def test_a_history_is_told_with_them_too(signed_in: Client, shop):
    run = HistoryRun.objects.create(
        repository=shop, state="done", is_current=True, queued_at=timezone.now(), base_at=timezone.now(),
        ways_before={"migrated": 1}, resolved_before=1, apart_before={"migrated": 3}, complete=True,
    )  # fmt: skip
    product = {"remaining": 7, "unknown": 0, "added": 7, "returned": 0, "gone": {}, "ways": {}, "resolved": 0}
    HistoryPoint.objects.create(
        run=run, number=0, commit="a" * 40, at=timezone.now() - timedelta(days=60), **product,
        apart={**product, "remaining": 9, "added": 9},
    )  # fmt: skip

    def of(platform):
        address = f"/progress/export/?what=trend&format=json&platform={platform}"
        return json.loads(signed_in.get(address).getvalue())[-1]

    for call in shop.findings.filter(presence="present"):
        FindingEvent.objects.create(finding=call, at=timezone.now(), verb="opened", after="present")
    # Histories know no platform, so nothing of theirs is in the curve of one.
    assert (of("cohere")["left"], of("cohere")["migrated"]) == (2, 0)
    for mode, then, before in (("", 7, 1), ("?tests=1", 9, 3)):
        page = signed_in.get(f"/{mode}").context
        assert page["numbers"].trend[0].left == then
        assert page["figures"].counts.before == page["numbers"].history.before == before


def test_a_repository_has_its_curve_with_what_happened_to_it(signed_in: Client, shop):
    Snapshot.objects.update(day=timezone.localdate() - timedelta(days=9), at=timezone.now() - timedelta(days=9))
    Repository.objects.filter(pk=shop.pk).update(created_at=timezone.now() - timedelta(days=5))
    page = signed_in.get(f"/repositories/{shop.pk}/").content.decode()
    assert 'class="hit happened added"' in page
    assert "Marked: Added shop on" in page
    assert "What is marked on the days" in page
    assert f"what=trend&amp;format=csv&amp;repository={shop.pk}" in page


class TestRestricted:
    """What one may not see is one number, on every page, and never broken down."""

    @pytest.fixture
    def reader(self, client: Client, shop):
        secret = repository("not-for-you", team_name="Secret")
        Team.objects.filter(slug="secret").update(restricted=True)
        finding(secret)
        finding(secret, area="tests")
        client.force_login(rows.person("lead"))
        return client

    @pytest.mark.parametrize("address", ["/", "/weeks/", "/parameters/", "/timeline/", "/explain/", "/repositories/"])
    def test_a_page_says_how_many_more_there_are(self, reader: Client, address):
        for asked, more in ((address, 1), (with_tests(address), 2)):
            page = reader.get(asked).content.decode()
            assert f"+ {more} in restricted repositories" in page, asked
            assert "not-for-you" not in page

    def test_a_step_of_one_parameter_says_what_the_number_counts(self, reader: Client, shop):
        whole = "+ 1 in restricted repositories, calls left today"
        for asked in ("parameter=num_generations", "platform=bedrock", "parameter=k&platform=cohere"):
            page = reader.get(f"/explain/?{asked}").content.decode()
            assert f"{whole}, of any parameter and platform" in page, asked
        assert f"{whole}<" in reader.get("/explain/").content.decode()
        for asked in (f"repository={shop.pk}", f"team={shop.team.pk}", f"team={shop.team.pk}&parameter=k"):
            assert "in restricted repositories" not in reader.get(f"/explain/?{asked}").content.decode(), asked

    @pytest.mark.parametrize("what", [*TABLES, *STEPS])
    def test_a_file_of_one_parameter_says_it_too(self, reader: Client, shop, what):
        today = "calls left today, " if what in STEPS else ""
        for narrow in ("parameter=num_generations", "platform=cohere"):
            told = reader.get(f"/progress/export/?what={what}&format=csv&{narrow}").getvalue().decode()
            assert f"{today}of any parameter and platform" in told
            assert "not-for-you" not in told
        for inside in (f"team={shop.team.pk}&parameter=k", f"repository={shop.pk}"):
            assert "restricted" not in reader.get(f"/progress/export/?what={what}&{inside}").getvalue().decode()

    def test_a_filtered_list_says_that_nobody_filtered_them(self, reader: Client, shop):
        for address in (
            "/findings/?q=way:num_generations",
            "/findings/?q=state:resolved",
            "/findings/?q=platform:oci",
            "/repositories/?q=shop",
        ):
            page = reader.get(address).content.decode()
            assert "+ 1 in restricted repositories, calls left, whatever the filter" in page, address
        apart = reader.get("/findings/?q=area:tests").content.decode()
        assert "+ 2 in restricted repositories, calls left, whatever the filter" in apart
        for address in ("/findings/?q=team:search", "/findings/?q=repo:shop", "/repositories/?team=search"):
            assert "in restricted repositories" not in reader.get(address).content.decode(), address

    @pytest.mark.parametrize("kind", ["csv", "json", "sarif"])
    def test_a_file_of_findings_says_it_beside_its_rows(self, reader: Client, shop, kind):
        words = "+ 1 in restricted repositories"
        for asked, said in (("state:left", words), ("state:open", f"{words}, calls left, whatever the filter")):
            answer = reader.get(f"/findings/export/?format={kind}&q={asked}")
            assert answer["X-Restricted"] == said
            name = answer["Content-Disposition"].partition("-plus-")[2]
            assert name == said.removeprefix("+ ").replace(",", "").replace(" ", "-") + f'.{kind}"'
            told = answer.getvalue().decode()
            assert "not-for-you" not in told
            if kind == "sarif":
                assert json.loads(told)["properties"] == {"restricted": 1, "restricted_words": said}
            else:
                assert "restricted" not in told
        own = reader.get(f"/findings/export/?format={kind}&q=team:search")
        assert "X-Restricted" not in own
        assert "restricted" not in own["Content-Disposition"]
        assert "restricted" not in own.getvalue().decode()

    def test_a_restricted_team_is_not_even_named(self, reader: Client, shop):
        assert "Secret" not in reader.get("/repositories/").content.decode()
        assert "in restricted repositories" not in reader.get("/repositories/?team=search").content.decode()
        assert "+ 1 in restricted repositories" in reader.get("/repositories/?team=secret").content.decode()

    @pytest.mark.parametrize("what", [*TABLES, *STEPS])
    def test_somebody_who_sees_nothing_reads_the_number(self, reader: Client, shop, what):
        Team.objects.update(restricted=True)
        for address in ("/", "/findings/?q=state:left", "/explain/"):
            assert "+ 3 in restricted repositories" in reader.get(address).content.decode()
        told = json.loads(reader.get(f"/progress/export/?what={what}&format=json").getvalue())
        assert 3 in told[-1].values()
        assert "3" in reader.get(f"/progress/export/?what={what}&format=csv").getvalue().decode()

    def test_a_team_of_ones_own_needs_no_such_word(self, reader: Client, shop):
        assert "in restricted repositories" not in reader.get(f"/teams/{shop.team.pk}/").content.decode()

    def test_a_file_has_them_in_a_line_of_their_own(self, reader: Client):
        told = json.loads(reader.get("/progress/export/?what=numbers&format=json").getvalue())
        assert {"number": "restricted", "value": 1} in told


def test_a_lead_reads_the_campaign_in_the_head(signed_in: Client, admin, shop):
    day = timezone.localdate() + timedelta(days=90)
    Organisation.objects.update_or_create(pk=1, defaults={"due": day, "manager": admin, "weekly_goal": 5})
    Team.objects.filter(pk=shop.team.pk).update(weekly_goal=3)
    page = signed_in.get("/").content.decode()
    head = page.split('class="head hero"', 1)[1].split('class="acts"', 1)[0]
    assert "due <b>" in head
    assert "answers for it" in head
    assert "goal 5 calls a week" in head
    assert "goal 3 a week" in page
    team = signed_in.get(f"/teams/{shop.team.pk}/").content.decode()
    assert "goal 3 calls a week" in team
