"""Pages about how far it is: they say what the numbers say, to whom may know it."""

import json
import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from audits import query
from audits.engine.catalogue.platforms import PLATFORMS
from audits.models import AuditEvent, FindingEvent, Organisation, Team
from audits.progress.tables import STEPS, TABLES

from . import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    team = rows.team("Search")
    row = rows.repository("shop", team=team)
    rows.scan(row, remaining=1)
    rows.finding(row)
    return row


def test_a_team_has_its_own_overview(signed_in: Client, shop):
    rows.finding(rows.repository("elsewhere"))
    page = signed_in.get(f"/teams/{shop.team.pk}/").content.decode()
    assert "Search: 1 call to Generate left" in page
    assert ">shop<" in page
    assert "elsewhere" not in page.split("<main")[1]
    empty = rows.team("Idle")
    assert "No repository that you may see" in signed_in.get(f"/teams/{empty.pk}/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/explain/", "/explain/?from=2025-01-01&to=2025-02-01", "/explain/?from=x&to=9999-99-99",
     "/explain/?from=0001-01-01&cause=nonsense", "/weeks/", "/weeks/?page=99999", "/parameters/", "/timeline/"],
)  # fmt: skip
def test_every_address_has_an_answer(signed_in: Client, shop, address):
    assert signed_in.get(address).status_code == 200


@pytest.mark.parametrize(
    ("asked", "word"),
    [("team=abc", "There is no team “abc”"), ("repository=-1", "There is no repository “-1”"),
     ("parameter=k9", "There is no parameter “k9”"), ("platform=azure", "There is no platform “azure”")],
)  # fmt: skip
def test_what_names_nothing_gets_a_word_and_no_numbers(signed_in: Client, shop, asked, word):
    for page in ("/explain/?", "/progress/export/?what=numbers&"):
        answer = signed_in.get(f"{page}{asked}")
        assert answer.status_code == 400
        assert word in answer.content.decode()


def test_a_team_and_a_repository_are_found_by_number_and_by_name(signed_in: Client, shop):
    for asked in (f"repository={shop.pk}", f"repository={shop.name}", f"team={shop.team.pk}", f"team={shop.team.name}"):
        answer = signed_in.get(f"/explain/?{asked}")
        assert f"in {(shop if 'repo' in asked else shop.team).name}" in answer.content.decode()


@pytest.mark.parametrize(
    ("days", "word"),
    [("from=bad", "“bad” is no day"), ("from=2026-11-02&to=2026-11-01", "is after the last"),
     ("to=9999-12-31", "is still to come"), ("from=0001-01-01", "more than ten years ago")],
)  # fmt: skip
def test_days_that_are_not_taken_as_written_are_named(signed_in: Client, shop, days, word):
    assert word in signed_in.get(f"/explain/?{days}").content.decode()
    file = signed_in.get(f"/progress/export/?what=step&{days}")
    assert (file.status_code, word in file.content.decode()) == (400, True)
    assert signed_in.get(f"/api/v1/progress/step/?{days}").status_code == 400


def test_a_step_of_one_day_names_it_once(signed_in: Client, shop):
    day = timezone.localdate() - timedelta(days=3)
    page = signed_in.get(f"/explain/?from={day}&to={day}").content.decode()
    assert f"<title>On {day:%-d %b %Y} " in page
    assert f"calls, on {day:%-d %b %Y}</h1>" in page
    assert "before that day and at its end" in page
    page = signed_in.get(f"/explain/?from={day - timedelta(days=1)}&to={day}").content.decode()
    assert f" to {day:%-d %b %Y}</h1>" in page


def test_each_number_of_a_step_opens_its_calls(signed_in: Client, shop):
    FindingEvent.objects.create(finding=shop.findings.get(), at=timezone.now(), verb="opened", after="present")
    page = signed_in.get("/explain/?cause=discovered#calls").content.decode()
    assert "Discovered: +1" in page
    assert shop.findings.get().get_absolute_url() in page
    elsewhere = signed_in.get("/explain/?platform=bedrock&parameter=preset&cause=discovered").content.decode()
    assert "with <code>preset</code> in the way, on Amazon Bedrock, in all" in elsewhere
    assert "Nothing came and nothing went" in elsewhere


@pytest.mark.parametrize("what", [*TABLES, *STEPS])
def test_what_is_restricted_is_one_number_in_each_file(client: Client, shop, what):
    Team.objects.update(restricted=True)
    client.force_login(rows.person("viewer"))
    told = json.loads(client.get(f"/progress/export/?what={what}&format=json").getvalue())
    *_, last = told
    said = ", of any parameter and platform" if what in ("parameters", "platforms", "matrix") else ""
    assert f"restricted{said}" in {**last}.values() or last["restricted"] == 1
    assert "shop" not in json.dumps(told)


def test_what_one_may_not_see_is_not_in_them(client: Client, shop):
    Team.objects.update(restricted=True)
    client.force_login(rows.person("lead"))
    for address in (
        "/explain/",
        "/weeks/",
        "/progress/export/?what=repositories",
        "/parameters/",
        f"/teams/{shop.team.pk}/",
        "/",
    ):
        page = client.get(address).getvalue().decode()
        assert "shop" not in page, address
    rows.finding(rows.repository("seen"))
    for address in (
        "/",
        "/teams/",
        "/findings/?q=state:left",
        "/repositories/",
        "/parameters/",
        "/timeline/",
        "/weeks/",
    ):
        assert "+ 1 in restricted repositories" in client.get(address).content.decode(), address


def test_an_admin_has_nothing_hidden_from_them(signed_in: Client, shop):
    Team.objects.update(restricted=True)
    assert "in restricted repositories" not in signed_in.get("/").content.decode()


def test_a_lead_sets_a_date_of_our_own(client: Client):
    Organisation.objects.create(pk=1, name="Acme")
    client.force_login(rows.person("lead"))
    page = client.post("/timeline/due/", {"due": "2027-03-31"}, follow=True).content.decode()
    assert "Our date is 31 Mar 2027 now." in page
    assert (Organisation.current().due, Organisation.current().name) == (date(2027, 3, 31), "Acme")
    assert "Enter a valid date" in client.post("/timeline/due/", {"due": "soon"}).content.decode()
    client.post("/timeline/due/", {"due": ""})
    assert Organisation.current().due is None


def test_the_timeline_counts_the_days_of_each_date_that_has_passed(signed_in: Client, shop):
    rows.finding(shop, platform="oci", path="cloud.py")
    for left in (True, False):
        page = signed_in.get("/timeline/").content.decode()
        for platform, target in PLATFORMS.items():
            if days := query.days_overdue(platform):
                row = page.split(f">{target.name}<")[1].split("</tr>")[0]
                # Where no call is left, nothing is overdue.
                late = left and platform in ("cohere", "oci")
                assert f"{days:,} days {'overdue' if late else 'ago'}" in row
                assert ('"sub bad"' in row) == late
        shop.findings.all().delete()


def test_the_timeline_gives_each_date_its_source(signed_in: Client, shop):
    page = signed_in.get("/timeline/").content.decode()
    for words in ("15 Sep 2025", "26 Aug 2025", "docs.cohere.com/docs/deprecations", "checked 23 Nov 2026"):
        assert words in page


def test_the_timeline_announces_no_day_for_who_has_none(signed_in: Client, shop):
    page = signed_in.get("/timeline/").content.decode()
    for row in re.findall(r"<tr><th scope=\"row\".*?</tr>", page):
        assert ("announced for" in row) <= ("no date known" not in row), row
    assert page.count("announced for") == 2


def test_weeks_tell_states_apart_without_colour(signed_in: Client, shop):
    page = signed_in.get("/weeks/").content.decode()
    shown = dict(re.findall(r'<td class="(\w+)".*?<span aria-hidden="true">(.*?)</span></td>', page))
    assert shown == {"unknown": "–", "dirty": "1"}
    keys = re.findall(r'<span class="key heatkey \w+" aria-hidden="true">(.)</span>', page)
    assert len(set(keys)) == len(keys) == 6


def test_a_parameter_has_the_words_of_both_sides(signed_in: Client, shop):
    page = signed_in.get("/parameters/").content.decode()
    assert "num_generations" in page
    assert "The guide" in page
    assert "The way out" in page


def test_what_stands_in_tests_is_counted_beside_the_headline(signed_in: Client, shop):
    rows.finding(shop, area="tests")
    page = signed_in.get("/")
    assert page.context["figures"].counts.left == 1
    assert "1 in tests, examples and generated files" in page.content.decode()
    told = json.loads(signed_in.get("/progress/export/?what=numbers&format=json&tests=1").getvalue())
    assert {"number": "left", "value": 2} in told


@pytest.mark.parametrize("what", [*TABLES, *STEPS])
def test_every_chart_and_list_is_a_file_too(signed_in: Client, shop, what):
    told = signed_in.get(f"/progress/export/?what={what}&format=json")
    rows_of_it = json.loads(told.getvalue())
    lines = signed_in.get(f"/progress/export/?what={what}&format=csv").getvalue().decode().splitlines()
    assert len(lines) == 1 + len(rows_of_it)
    assert told.headers["content-disposition"] == f'attachment; filename="last-call-{what}.json"'


def test_the_file_holds_what_the_page_says(signed_in: Client, shop):
    trend = json.loads(signed_in.get("/progress/export/?what=trend&format=json").getvalue())
    assert trend[-1]["left"] == signed_in.get("/").context["numbers"].remaining == 1
    teams = json.loads(signed_in.get("/progress/export/?what=teams&format=json").getvalue())
    assert [(row["team"], row["left"]) for row in teams] == [("Search", 1)]


def test_what_was_read_whole_or_in_part_stays_one_number_too(signed_in: Client, shop):
    told = json.loads(signed_in.get("/progress/export/?what=numbers&format=json").getvalue())
    numbers = {row["number"]: row["value"] for row in told}
    assert numbers["read"] == numbers["complete"] + numbers["in_part"] == 1
    [team] = json.loads(signed_in.get("/progress/export/?what=teams&format=json").getvalue())
    assert team["read_lately"] == team["complete_lately"] + team["in_part_lately"] == 1


@pytest.mark.parametrize("ask", ["?what=", "?what=nothing", "?what=trend&format=exe"])
def test_what_there_is_no_file_of_is_said(signed_in: Client, ask):
    assert signed_in.get(f"/progress/export/{ask}").status_code == 400


class TestDoors:
    """A restricted team is its members' business, whatever the role."""

    @pytest.fixture
    def secret(self):
        team = rows.team("Secret")
        Team.objects.filter(pk=team.pk).update(restricted=True)
        return team

    def test_a_lead_opens_no_door_of_others(self, client: Client, secret):
        lead = rows.person("lead")
        client.force_login(lead)
        for address in (f"/teams/{secret.pk}/", f"/teams/{secret.pk}/edit/"):
            assert client.get(address).status_code == 404
        asked = {"name": "Secret", "members": [lead.pk]}
        assert client.post(f"/teams/{secret.pk}/edit/", asked).status_code == 404
        assert not secret.members.exists()
        assert "Secret" not in client.get("/teams/").content.decode()

    def test_who_changes_a_door_is_written_down(self, signed_in: Client, admin, secret):
        signed_in.post(f"/teams/{secret.pk}/edit/", {"name": "Secret", "members": [admin.pk]})
        told = AuditEvent.objects.get(verb="team_changed")
        assert (told.subject, told.detail) == ("Secret", "open to all; admin")


def test_the_weeks_of_many_repositories_are_fifty_a_page(signed_in: Client):
    for number in range(52):
        rows.repository(f"r-{number:02}")
    first, second = (signed_in.get(f"/weeks/?page={page}") for page in (1, 2))
    assert [len(answer.context["lines"]) for answer in (first, second)] == [50, 2]
    assert 'href="?page=2"' in first.content.decode()


def test_the_weeks_of_repositories_without_a_team_stand_last_on_every_database(signed_in: Client):
    rows.repository("a-stray")
    for name in ("Search", "Billing"):
        rows.repository(f"of-{name.lower()}", team=rows.team(name))
    lines = signed_in.get("/weeks/").context["lines"]
    assert [line.repository.name for line in lines] == ["of-billing", "of-search", "a-stray"]


@pytest.mark.parametrize("asked", ["parameter=k9", "platform=azure", "team=abc", "repository=-1"])
def test_so_says_the_api(signed_in: Client, shop, asked):
    answer = signed_in.get(f"/api/v1/progress/?{asked}")
    assert (answer.status_code, "There is no" in str(answer.json())) == (400, True)


class TestNumbers:
    def test_page_file_and_api_say_the_same_of_a_day(self, signed_in: Client, shop):
        for day in ("", f"&day={timezone.localdate() - timedelta(days=1)}", "&day=2020-01-01"):
            for scope in ("", "team=Search", "repository=shop", "parameter=preset", "platform=cohere"):
                page = signed_in.get(f"/numbers/?{scope}{day}")
                assert page.status_code == 200, (scope, day)
                file = json.loads(b"".join(signed_in.get(f"/progress/export/?what=numbers&format=json&{scope}{day}")))
                told = signed_in.get(f"/api/v1/progress/numbers/?{scope}{day}").json()
                assert json.loads(json.dumps(told["rows"])) == file, (scope, day)
                found = page.context["found"]
                words = {row["number"]: row["value"] for row in file}
                if not found.unknown_before:
                    assert (words["left"], words["migration"]) == (found.numbers.left, found.migration)

    @pytest.mark.parametrize("day", ["x", "9999-01-01", "2026-99-99"])
    def test_a_day_that_is_none_is_said_to_be_none(self, signed_in: Client, shop, day):
        assert "Shown is today." in signed_in.get(f"/numbers/?day={day}").content.decode()
        assert signed_in.get(f"/progress/export/?what=numbers&day={day}").status_code == 400
        assert signed_in.get(f"/api/v1/progress/numbers/?day={day}").status_code == 400

    def test_a_past_day_of_another_list_is_refused(self, signed_in: Client, shop):
        assert signed_in.get("/progress/export/?what=weeks&day=2026-01-05").status_code == 400
        assert signed_in.get("/api/v1/progress/weeks/?day=2026-01-05").status_code == 400

    def test_days_before_anything_was_read_have_no_number(self, signed_in: Client, shop):
        page = signed_in.get("/numbers/?day=2020-01-01").content.decode()
        assert "Not known before" in page
        assert "Days overdue" not in page.split("<main")[1]

    def test_what_names_nothing_shows_nothing(self, signed_in: Client, shop):
        assert signed_in.get("/numbers/?team=Finanze").status_code == 400
