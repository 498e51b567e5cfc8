from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.access import visible_to
from audits.models import Organisation, Repository, Team, User

from . import rows

pytestmark = pytest.mark.django_db


def test_each_team_shows_what_it_has_left(signed_in: Client):
    search = rows.team("Search")
    rows.team("Idle")
    made = rows.repository(team=search)
    rows.scan(made)
    rows.finding(made)
    rows.finding(made, "absent")
    shown = signed_in.get("/teams/")
    assert [(row.name, row.left, row.completion) for row in shown.context["rows"]] == [("Search", 1, 50)]
    assert "Idle" in shown.content.decode()


def test_a_team_says_what_it_has_planned(signed_in: Client, admin: User):
    counts = set()
    for number in range(3):
        team = rows.team(f"Team-{number}")
        Team.objects.filter(pk=team.pk).update(manager=rows.person("lead", f"Lead {number}"), weekly_goal=3)
        rows.finding(rows.repository(f"r{number}", team=team))
        if number:
            with CaptureQueriesContext(connection) as queries:
                page = signed_in.get("/teams/").content.decode()
            counts.add(len(queries))
        else:
            rows.team("Idle")
            Team.objects.filter(slug="idle").update(due=date(2027, 3, 31), manager=admin, weekly_goal=7)
    row = page.split("Team-2</a>")[1].split("</tr>")[0]
    for words in ("Lead 2", "answers for it", "goal 3 a week", f"?q=state%3Aoverdue+team%3A{team.slug}+area%3Aproduct"):
        assert words in row
    idle = page.split(">Idle<")[1].split("</tr>")[0]
    assert "due 31 Mar 2027" in idle
    assert "goal 7 a week" in idle
    assert len(counts) == 1


def test_a_team_is_added_and_renamed(signed_in: Client):
    assert (
        "The team Data Science was added"
        in signed_in.post("/teams/add/", {"name": " Data  Science "}, follow=True).content.decode()
    )
    team = Team.objects.get()
    assert (team.name, team.slug) == ("Data Science", "data-science")
    signed_in.post(f"/teams/{team.pk}/edit/", {"name": "Data"})
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Data", "data-science")


@pytest.mark.parametrize("name", ["", "   ", "sEARCH", "x" * 81])
def test_a_name_that_cannot_be_is_refused(signed_in: Client, name: str):
    rows.team("Search")
    answer = signed_in.post("/teams/add/", {"name": name})
    assert answer.context["form"].errors.keys() == {"name"}
    assert Team.objects.count() == 1


def test_a_campaign_asks_for_its_manager_and_goal_in_words(signed_in: Client):
    for page in (f"/teams/{rows.team().pk}/edit/", "/settings/"):
        form = signed_in.get(page).context["form"]
        assert (form["manager"].field.empty_label, form["weekly_goal"].label) == ("Nobody", "Goal, calls a week")


def test_a_team_gets_members_a_day_and_a_goal(signed_in: Client, admin: User):
    team, gone = rows.team(), rows.person("viewer", "gone")
    team.members.add(gone)
    User.objects.filter(pk=gone.pk).update(is_active=False)
    asked = {"name": "Search", "due": "2026-03-31", "manager": admin.pk, "weekly_goal": 5, "members": [admin.pk]}
    signed_in.post(f"/teams/{team.pk}/edit/", asked)
    team.refresh_from_db()
    assert (team.due, team.manager, team.weekly_goal) == (date(2026, 3, 31), admin, 5)
    assert set(team.members.all()) == {admin, gone}
    assert b'value="2026-03-31"' in signed_in.get(f"/teams/{team.pk}/edit/").content


@pytest.mark.parametrize(
    ("field", "value"),
    [("due", "9999-12-31"), ("due", "0001-01-01"), ("due", "2025-08-01"), ("weekly_goal", "0"),
     ("weekly_goal", "1000000000000"), ("weekly_goal", "-3")],
)  # fmt: skip
def test_a_day_or_goal_that_nobody_can_keep_is_refused(signed_in: Client, field: str, value: str):
    team = rows.team()
    answer = signed_in.post(f"/teams/{team.pk}/edit/", {"name": "Search", field: value})
    assert answer.context["form"].errors.keys() == {field}
    if field == "due":
        signed_in.post("/timeline/due/", {"due": value})
        assert Organisation.current().due is None


def test_who_answers_for_a_restricted_team_sees_it(signed_in: Client):
    team, other = rows.team(), rows.person("engineer", "other")
    asked = {"name": "Search", "restricted": "on", "manager": other.pk, "members": []}
    assert signed_in.post(f"/teams/{team.pk}/edit/", asked).context["form"].errors.keys() == {"manager"}
    signed_in.post(f"/teams/{team.pk}/edit/", {**asked, "members": [other.pk]})
    team.refresh_from_db()
    assert team.manager == other


def test_a_day_that_has_passed_is_told_as_passed(signed_in: Client):
    team = rows.team()
    Team.objects.filter(pk=team.pk).update(due=timezone.localdate() - timedelta(days=56))
    row = rows.repository(team=team)
    rows.scan(row)
    rows.finding(row)
    for page in (f"/teams/{team.pk}/", "/teams/"):
        assert ", 56 days ago" in signed_in.get(page).getvalue().decode()


class TestRestricted:
    """A restricted team's repositories: nobody else knows more of them than one number."""

    @pytest.fixture
    def hidden(self):
        team = rows.team("Secret")
        Team.objects.filter(pk=team.pk).update(restricted=True)
        made = rows.repository("hidden-name", team=team)
        rows.scan(made)
        return rows.finding(made)

    @pytest.mark.parametrize("role", ["viewer", "engineer", "lead"])
    def test_who_is_no_member_finds_nothing_but_a_number(self, client: Client, hidden, role):
        rows.finding(rows.repository("seen-name"))
        client.force_login(rows.person(role))
        for page in ("/", "/repositories/", "/findings/?q=state%3Aleft", "/teams/", "/findings/export/?format=csv"):
            assert "hidden-name" not in client.get(page).getvalue().decode(), page
        for page in (hidden.get_absolute_url(), hidden.repository.get_absolute_url()):
            assert client.get(page).status_code == 404
        overview = client.get("/").content.decode()
        assert "<h1>1 call to Generate left</h1>" in overview
        assert "+ 1 in restricted repositories" in overview

    def test_a_lead_of_others_does_not_learn_of_it_by_registering(self, client: Client, hidden):
        client.force_login(rows.person("lead"))
        own = rows.repository("own-name")
        for page in ("/repositories/register/", f"/repositories/{own.pk}/edit/"):
            assert "Secret" not in client.get(page).content.decode(), page
        sent = {"url": hidden.repository.url, "lines": f"{hidden.repository.url}\nhttps://github.com/a/b Secret"}
        register, moved = "/repositories/register/", f"/repositories/{own.pk}/address/"
        for page in (register, f"{register}?way=list", moved):
            told = client.post(page, sent).content.decode().replace(hidden.repository.url, "")
            assert "A repository of a restricted team has this address" in told, page
            assert "hidden-name" not in told, page
        client.post(f"/repositories/{own.pk}/edit/", {"name": "own-name", "team": hidden.repository.team.pk})
        assert not Repository.objects.exclude(pk=hidden.repository.pk).exclude(team=None).exists()

    def test_its_repositories_names_are_free_for_others(self, client: Client, admin: User, hidden):
        """Neither a name of one's own choice nor a guessed one, at registering or later, tells of the hidden one."""
        lead, own = rows.person("lead"), rows.repository("own-name")
        client.force_login(lead)
        sent = {"url": "https://github.com/globex/other", "name": "hidden-name"}
        assert "hidden-name is registered" in client.post("/repositories/register/", sent, follow=True).content.decode()
        hidden.repository.refresh_from_db()
        assert hidden.repository.name == "hidden-name-2"
        client.post("/repositories/register/?way=list", {"lines": "https://github.com/globex/hidden-name-2"})
        client.post(f"/repositories/{own.pk}/edit/", {"name": "hidden-name-3"})
        assert set(visible_to(lead).values_list("name", flat=True)) == {"hidden-name", "hidden-name-2", "hidden-name-3"}
        hidden.repository.refresh_from_db()
        assert hidden.repository.name == "hidden-name-2-2"
        refused = client.post(f"/repositories/{own.pk}/edit/", {"name": "hidden-name"})
        assert refused.context["form"].errors["name"] == [
            "Another repository is called hidden-name; choose another name."
        ]
        client.force_login(admin)
        assert "called hidden-name before" in client.get("/settings/journal/").content.decode()
        refused = client.post(f"/repositories/{own.pk}/edit/", {"name": "hidden-name-2-2"})
        assert refused.context["form"].errors.keys() == {"name"}

    def test_its_name_and_word_are_free_for_others(self, client: Client, admin: User, hidden):
        client.force_login(rows.person("lead"))
        added = client.post("/teams/add/", {"name": "Secret"}, follow=True).content.decode()
        assert "The team Secret was added" in added
        made = Team.objects.exclude(pk=hidden.repository.team.pk).get()
        assert (made.name, made.slug) == ("Secret", "secret")
        assert client.post("/teams/add/", {"name": "sECRET"}).context["form"].errors.keys() == {"name"}
        client.force_login(admin)
        assert not client.get("/repositories/?team=secret").context["page"].object_list
        page = client.get("/repositories/?team=secret-2")
        assert [row.name for row in page.context["page"]] == ["hidden-name"]
        door = f"/teams/{hidden.repository.team.pk}/edit/"
        for pk, restricted in ((hidden.repository.team.pk, "on"), (made.pk, "")):
            fields = {"name": "Secret", "weekly_goal": "3", **({"restricted": restricted} if restricted else {})}
            assert client.post(f"/teams/{pk}/edit/", fields).status_code == 302
        assert client.post(door, {"name": "Secret"}).context["form"].errors.keys() == {"name"}
        client.post(door, {"name": "Known"})
        opened = Team.objects.get(restricted=False, name="Known")
        assert (opened.pk, opened.slug) == (hidden.repository.team.pk, "secret-2")

    @pytest.mark.parametrize(("role", "named"), [("lead", ""), ("admin", "Secret")])
    def test_its_name_does_not_stand_beside_an_owner_of_others(self, client: Client, hidden, role, named):
        seen = rows.finding(rows.repository("seen-name"), owners="@acme/secret")
        client.force_login(rows.person(role))
        assert [name for _, name in client.get(seen.get_absolute_url()).context["owners"]] == [named]

    def test_members_and_admins_see_it(self, client: Client, signed_in: Client, hidden):
        assert b"hidden-name" in signed_in.get("/findings/?q=state%3Aleft").content
        member = rows.person("viewer")
        member.teams.add(hidden.repository.team)
        client.force_login(member)
        assert b"hidden-name" in client.get("/findings/?q=state%3Aleft").content
        assert b"in restricted repositories" not in client.get("/").content


def test_no_team_is_no_dead_end(signed_in: Client):
    assert "No team yet. Add the first one; then" in signed_in.get("/teams/").content.decode()


def test_who_may_not_edit_sees_no_form(client: Client):
    rows.team()
    client.force_login(rows.person("viewer"))
    page = client.get("/teams/").content.decode()
    assert "Add a team" not in page
    assert ">Edit<" not in page


def test_calls_that_codeowners_gives_to_a_team_elsewhere_stand_beside_its_own(signed_in):
    search, other = (
        rows.repository("own", team=rows.team("Search")),
        rows.repository("other", team=rows.team("Support")),
    )
    rows.finding(search, owners=" @acme/search ")
    rows.finding(other, owners=" @acme/search @acme/support ")
    page = signed_in.get(f"/teams/{search.team_id}/").content.decode()
    assert "Search: 1 call to Generate left" in page
    assert "+ 1 in other repositories by CODEOWNERS" in page
    assert "in other repositories by CODEOWNERS" not in signed_in.get(f"/teams/{other.team_id}/").content.decode()


def test_a_manager_whose_account_is_closed_answers_for_nothing(client: Client):
    team = rows.team("Search")
    manager = rows.person("engineer", "left.us")
    Team.objects.filter(pk=team.pk).update(manager=manager)
    Organisation.objects.update_or_create(pk=1, defaults={"manager": manager})
    rows.finding(rows.repository(team=team))
    client.force_login(rows.person("admin"))
    for active, said in ((True, "left.us answers for it"), (False, "Nobody answers for it: left.us signs in no more")):
        User.objects.filter(pk=manager.pk).update(is_active=active)
        for path in ("/", "/teams/", f"/teams/{team.pk}/"):
            page = client.get(path).content.decode()
            assert said in page, path
            assert ("left.us answers for it" in page) is active, path
