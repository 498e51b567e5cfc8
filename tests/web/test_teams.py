import pytest
from django.test import Client

from audits.models import Team

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


def test_no_team_is_no_dead_end(signed_in: Client):
    assert "No team yet. Add the first one beside" in signed_in.get("/teams/").content.decode()


def test_who_may_not_edit_sees_no_form(client: Client):
    rows.team()
    client.force_login(rows.person("viewer"))
    page = client.get("/teams/").content.decode()
    assert "Add a team" not in page
    assert "Rename" not in page
