"""The lists beside the numbers, as files: what the pages show, of what the reader may see."""

import json
from datetime import date

import pytest

from audits.models import Organisation, SetAside, Team, User
from audits.progress.lists import CAMPAIGN
from audits.progress.scope import Scope
from audits.progress.tables import TABLES
from tests.progress import rows

from .rows import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(db: None):
    row = rows.repository("shop", team_name="Search", unread=2)
    rows.scan(row, "failed")
    for path, owners in (("a.py", "@ann @bob"), ("a.py", "@ann @bob"), ("b.py", "@bob"), ("c.py", "")):
        rows.finding(row, path=path, owners=owners, parameters=[("num_generations", "unsupported")])
    rows.finding(row, path="gone.py", presence="absent")
    SetAside.objects.create(repository=row, path="d.py", line=3, kind="sdk_call", reason="=1+1")
    rows.finding(rows.repository("other"), path="z.py", parameters=[("num_generations", "unsupported")])
    return row


def told(what: str, scope: Scope) -> list[dict[str, object]]:
    columns, found = TABLES[what](scope)
    return [dict(zip(columns, row, strict=True)) for row in found]


def test_files_and_owners_are_those_of_the_calls_left(shop):
    scope = Scope.of(None).repository(shop.pk)
    assert [(row["path"], row["owners"], row["left"]) for row in told("files", scope)] == [
        ("a.py", "@ann @bob", 2), ("b.py", "@bob", 1), ("c.py", "", 1),
    ]  # fmt: skip
    assert [(row["owner"], row["left"]) for row in told("owners", scope)] == [("@bob", 3), ("@ann", 2), ("", 1)]
    assert {row["repository"] for row in told("files", Scope.of(None))} == {"shop", "other"}


def test_each_cell_of_the_matrix_is_a_row(shop):
    cells = {(row["parameter"], row["team"]): row["left"] for row in told("matrix", Scope.of(None))}
    assert cells == {("num_generations", "Search"): 4, ("num_generations", "No team"): 1}
    [whole] = told("parameters", Scope.of(None))
    assert sum(cells.values()) == whole["left"]


def test_scans_unread_files_and_what_is_set_aside(shop):
    scope = Scope.of(None).repository(shop.pk)
    assert [(row["state"], row["error_message"]) for row in told("scans", scope)] == [
        ("failed", "The host does not answer."), ("partial", ""),
    ]  # fmt: skip
    assert [row["path"] for row in told("unread", scope)] == ["broken_0.py", "broken_1.py"]
    assert [(row["path"], row["reason"]) for row in told("aside", scope)] == [("d.py", "=1+1")]


def test_a_file_of_the_schedule_says_whose_rule_it_is(shop):
    Team.objects.filter(pk=shop.team_id).update(schedule="weekly")
    assert {row["repository"]: (row["rule"], row["rule_of"]) for row in told("schedule", Scope.of(None))} == {
        "shop": ("weekly", "team"), "other": (Organisation.current().schedule, "organisation"),
    }  # fmt: skip


def test_teams_have_their_campaign_and_members(shop):
    lead = person("lead")
    Team.objects.filter(pk=shop.team_id).update(due=date(2027, 3, 31), manager=lead, weekly_goal=5)
    lead.teams.add(shop.team_id)
    User.objects.create(username="gone", is_active=False).teams.add(shop.team_id)
    found = {row["team"]: tuple(row[name] for name in CAMPAIGN) for row in told("teams", Scope.of(None))}
    assert found == {"Search": (date(2027, 3, 31), "lead", 5, "lead"), "No team": (None,) * 4}


def test_no_cell_of_them_is_run_by_a_spreadsheet(signed_in, shop):
    file = signed_in.get(f"/progress/export/?what=aside&repository={shop.pk}").getvalue().decode()
    assert '"\'=1+1"' in file


def test_each_list_of_a_page_has_both_files(signed_in, shop):
    pages = {
        f"/repositories/{shop.pk}/": ("scans", "unread", "aside", "files", "owners"),
        "/": ("trend", "scans", "parameters", "matrix", "teams", "platforms", "marks"),
        f"/teams/{shop.team_id}/": ("repositories", "teams", "parameters", "trend"),
        "/schedule/": ("schedule", "scans"),
    }
    for address, lists in pages.items():
        page = signed_in.get(address).content.decode()
        for what in lists:
            for kind in ("csv", "json"):
                assert f"what={what}&amp;format={kind}" in page, (address, what)
    of_it = f"what=scans&format=json&repository={shop.pk}"
    assert len(json.loads(signed_in.get(f"/progress/export/?{of_it}").getvalue())) == 2
