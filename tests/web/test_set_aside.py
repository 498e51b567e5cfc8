"""`is:suppressed`: what comments in the source set aside, listed, filtered and exported, and in no number."""

import csv
import io
import json

import pytest

from audits import query
from audits.models import Finding, SetAside, Team
from tests.progress.rows import finding, repository

from . import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def aside():
    search, shop = repository("catalog-search", team_name="Search"), repository("invoices")
    made = [
        SetAside(repository=search, path="a.py", line=3, kind="sdk_call", callee="co.generate", reason="in tests only"),
        SetAside(repository=search, path="b.py", line=9, kind="raw_http", callee="", reason=rows.HOSTILE),
        SetAside(repository=shop, path="n.ipynb", line=2, cell=4, kind="sdk_call", callee="co.generate", reason="=1+1"),
    ]
    SetAside.objects.bulk_create(made)
    finding(search, path="open.py")


def listed(page):
    return [row.path for row, _ in page.context["aside"]]


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("", ["a.py", "b.py", "n.ipynb"]),
        ("repo:invoices", ["n.ipynb"]),
        ("team:search", ["a.py", "b.py"]),
        ("team:search team:none", ["a.py", "b.py", "n.ipynb"]),
        ("kind:raw_http", ["b.py"]),
        ("path:ipynb", ["n.ipynb"]),
        ("path:py:9", ["b.py"]),
        ("b.py:9", ["b.py"]),
        ('"tests only"', ["a.py"]),
        ("catalog", ["a.py", "b.py"]),
    ],
)
def test_it_is_listed_under_the_filter(signed_in, aside, text, paths):
    page = signed_in.get("/findings/", {"q": f"is:suppressed {text}"})
    assert listed(page) == paths
    assert len(page.context["chips"]) == len(text.split('"')[0].split()) + 1 + (1 if '"' in text else 0)
    assert "set aside</span>" in page.content.decode() or "sets aside</span>" in page.content.decode()
    assert "<img src=x" not in page.content.decode()


def test_what_only_findings_have_is_said_to_be_no_filter(signed_in, aside):
    page = signed_in.get("/findings/?q=is:suppressed state:open")
    assert "What is set aside has no “state:open”" in page.content.decode()
    assert signed_in.get("/findings/export/?q=is:suppressed state:open").status_code == 400


def test_where_nothing_is_set_aside_it_says_so(signed_in):
    finding(repository())
    page = signed_in.get("/findings/?q=is:suppressed").content.decode()
    assert "No comment in the source sets such a use aside." in page
    assert "In no number of work, and never progress" in page


def test_nothing_of_it_is_a_finding_or_counted(signed_in, aside):
    assert not query.apply(Finding.objects.all(), query.parse("is:suppressed")).exists()
    page = signed_in.get("/findings/?q=state:open")
    assert page.context["page"].paginator.count == 1
    assert "3 set aside in the source" in page.content.decode()
    sent = {"move": "dismiss", "q": "is:suppressed", "all": "1"}
    assert signed_in.post("/findings/bulk/", sent).status_code == 302


def test_it_is_exported_as_the_filter_shows_it(signed_in, aside):
    answer = signed_in.get("/findings/export/?q=is:suppressed&format=csv")
    found = list(csv.DictReader(io.StringIO(answer.getvalue().decode())))
    assert [(row["repository"], row["path"], row["line"], row["cell"]) for row in found] == [
        ("catalog-search", "a.py", "3", ""),
        ("catalog-search", "b.py", "9", ""),
        ("invoices", "n.ipynb", "2", "4"),
    ]
    assert found[2]["reason"] == "'=1+1"
    answer = signed_in.get("/findings/export/?q=is:suppressed repo:invoices&format=json")
    assert [row["callee"] for row in json.loads(answer.getvalue())] == ["co.generate"]


def test_a_restricted_team_keeps_it_to_itself(client, aside):
    Team.objects.update(restricted=True)
    client.force_login(rows.person("engineer"))
    page = client.get("/findings/?q=is:suppressed")
    assert listed(page) == ["n.ipynb"]
    assert "1 set aside in the source" in client.get("/findings/?q=state:open").content.decode()
    assert b"a.py" not in client.get("/findings/export/?q=is:suppressed").getvalue()


def test_the_count_in_the_head_of_a_list_is_of_what_its_filter_can_ask(signed_in, aside):
    one = signed_in.get("/findings/?q=state:open repo:invoices").content.decode()
    assert "1 set aside in the source<" in one
    assert "q=repo%3Ainvoices+is%3Asuppressed" in one
    other = signed_in.get("/findings/?q=repo:invoices conf:likely").content.decode()
    assert "1 set aside in the source, whatever else the filter asks" in other
    assert "set aside in the source" not in signed_in.get("/findings/?q=nothing_like_it").content.decode()
