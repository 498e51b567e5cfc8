import csv
import io
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits.models import Finding
from audits.views.findings import COLUMNS
from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def shown(page):
    return [row.path for row in page.context["page"].object_list]


@pytest.fixture
def three():
    search, other = repository("catalog-search", team_name="Search"), repository("invoices")
    finding(search, path="old.py", days_ago=9, parameters=[("num_generations", "unsupported"), ("p", "kept")])
    finding(search, path="young.py", scope="Expander.expand")
    finding(other, path="gone.py", presence="absent")


def test_the_bare_address_leads_to_what_is_open(signed_in, three):
    page = signed_in.get("/findings/", follow=True)
    assert page.redirect_chain == [("/findings/?q=state%3Aopen+area%3Aproduct", 302)]
    assert shown(page) == ["old.py", "young.py"]


def test_what_is_shown_apart_is_counted_and_a_link_away(signed_in, three):
    finding(repository(), path="tests/test_it.py", area="tests")
    page = signed_in.get("/findings/", follow=True)
    assert shown(page) == ["old.py", "young.py"]
    assert page.context["apart"] == 1
    assert shown(signed_in.get(page.context["apart_href"])) == ["tests/test_it.py"]
    assert "1 more in tests, examples and the like, shown apart" in page.content.decode()


def test_me_is_who_asks_in_list_and_export(signed_in, three, admin):
    Finding.objects.filter(path="young.py").update(assignee=admin)
    assert shown(signed_in.get("/findings/?q=assignee:me")) == ["young.py"]
    objects = json.loads(signed_in.get("/findings/export/?format=json&q=assignee:me").getvalue())
    assert [found["path"] for found in objects] == ["young.py"]


def test_a_search_names_the_repositories_too(signed_in, three):
    repository("catalog-empty")
    page = signed_in.get("/findings/?q=catalog")
    assert [row.name for row in page.context["named"]] == ["catalog-empty", "catalog-search"]
    assert "Repositories of this name" in page.content.decode()
    assert not signed_in.get("/findings/?q=team:search").context["named"]
    assert not signed_in.get("/findings/?q=catalog+gone").context["named"]


def test_an_empty_filter_shows_every_state(signed_in, three):
    assert shown(signed_in.get("/findings/?q=")) == ["old.py", "young.py", "gone.py"]


def test_a_row_shows_call_place_parameters_kind_confidence_and_state(signed_in, three):
    page = signed_in.get("/findings/?q=repo:catalog-search").content.decode().replace("<wbr>", "")
    for words in ("co.generate", "Expander.expand", "num_generations", "SDK call", "Confirmed", "Overdue", ">9 d<"):
        assert words in page
    assert '<span class="tag red">num_generations</span>' in page


def test_menus_write_the_filter_language_into_the_address(signed_in, three):
    page = signed_in.get("/findings/", {"q": "state:open", "state": "resolved", "repo": "invoices", "team": ""})
    assert page.headers["Location"] == "/findings/?q=state%3Aresolved+repo%3Ainvoices"


def test_added_words_join_the_filter(signed_in, three):
    page = signed_in.get("/findings/", {"q": "state:open", "state": "open", "add": "conf:confirmed young"})
    assert page.headers["Location"] == "/findings/?q=state%3Aopen+conf%3Aconfirmed+young"


def test_a_menu_leaves_several_values_alone(signed_in, three):
    q = "repo:invoices repo:catalog-search"
    page = signed_in.get("/findings/", {"q": q})
    menu = next(menu for menu in page.context["menus"] if menu.key == "repo")
    assert (menu.current, menu.options[-1]) == ("*", ("*", "2 chosen"))
    moved = signed_in.get("/findings/", {"q": q, "repo": "*", "state": "resolved"})
    assert moved.headers["Location"] == "/findings/?q=repo%3Ainvoices+repo%3Acatalog-search+state%3Aresolved"


def test_a_chip_leads_to_the_filter_without_it(signed_in, three):
    page = signed_in.get("/findings/?q=state:open+team:search&sort=call")
    assert [href for _, href in page.context["chips"]] == [
        "/findings/?q=team%3Asearch&sort=call",
        "/findings/?q=state%3Aopen&sort=call",
    ]


def test_a_wrong_filter_gets_a_sentence_and_no_rows(signed_in, three):
    page = signed_in.get("/findings/?q=colour:red")
    assert shown(page) == []
    assert "There is no filter “colour”" in page.content.decode()
    assert 'value="colour:red"' in page.content.decode()


@pytest.mark.parametrize("query", ["q=" + "x" * 10_000, "q=&page=1000000000", "q=&sort=password", "q=%25" * 300])
def test_hostile_addresses_are_answered(signed_in, three, query):
    assert signed_in.get(f"/findings/?{query}").status_code == 200


def test_a_filter_that_matches_nothing_offers_a_way_out(signed_in, three):
    page = signed_in.get("/findings/?q=nothing-like-it").content.decode()
    assert "Nothing matches" in page
    assert "Show all findings" in page


def test_a_column_sorts_and_sorts_back(signed_in, three):
    page = signed_in.get("/findings/?q=&sort=call")
    heads = {column["word"]: column for column in page.context["columns"]}
    assert heads["Call and scope"]["current"] == "ascending"
    assert heads["Call and scope"]["href"] == "/findings/?q=&sort=-call"
    assert heads["Age"]["href"] == "/findings/?q=&sort=-age"
    assert b'aria-sort="ascending"' in page.content


@pytest.mark.parametrize("filtered", ["", "way:num_generations param:p", "state:open kind:sdk_call"])
@pytest.mark.parametrize("sign", ["", "-"])
@pytest.mark.parametrize("column", [column[0] for column in COLUMNS])
def test_every_column_sorts_in_both_directions(signed_in, three, column, sign, filtered):
    answer = signed_in.get("/findings/", {"q": filtered, "sort": f"{sign}{column}"})
    assert set(shown(answer)) == set(shown(signed_in.get("/findings/", {"q": filtered})))
    row = answer.context["page"].object_list[0]
    assert signed_in.get(row.get_absolute_url(), {"q": filtered, "sort": f"{sign}{column}"}).status_code == 200
    assert signed_in.get("/findings/export/", {"q": filtered, "sort": f"{sign}{column}"}).getvalue()


def test_the_call_with_the_most_in_the_way_comes_first(signed_in, three):
    assert shown(signed_in.get("/findings/?q=&sort=-parameters"))[0] == "old.py"
    assert shown(signed_in.get("/findings/?q=&sort=parameters"))[-1] == "old.py"


def test_htmx_gets_the_list_alone_and_the_address_to_push(signed_in, three):
    whole = signed_in.get("/findings/?q=state:open")
    part = signed_in.get("/findings/", {"q": "state:open", "repo": "catalog-search"}, headers=HTMX)
    assert "audits/_findings_list.html" in [template.name for template in part.templates]
    assert b"<html" in whole.content
    assert b"<html" not in part.content
    assert shown(part) == ["old.py", "young.py"]
    assert part.headers["HX-Push-Url"] == "/findings/?q=state%3Aopen+repo%3Acatalog-search"
    assert "HX-Request" in part.headers["Vary"]
    back = signed_in.get("/findings/?q=state:open", headers={**HTMX, "HX-History-Restore-Request": "true"})
    assert "<!doctype html>" in back.content.decode()
    assert "HX-Push-Url" not in back.headers


def test_every_htmx_link_is_a_link_and_leads_to_the_same_place(signed_in, three):
    page = signed_in.get("/findings/?q=state:open").content.decode()
    links = re.findall(r'<a[^>]*hx-get="([^"]+)"[^>]*>', page)
    assert links
    for link in re.findall(r"<a[^>]*hx-get=[^>]*>", page):
        assert re.search(r'href="([^"]+)"', link)[1] == re.search(r'hx-get="([^"]+)"', link)[1]


def test_pages_hold_fifty_rows(signed_in):
    row = repository()
    for number in range(51):
        finding(row, path=f"{number:02}.py", days_ago=1)
    Finding.objects.update(first_seen_at=row.created_at)
    first, second = signed_in.get("/findings/?q="), signed_in.get("/findings/?q=&page=2")
    assert (len(shown(first)), shown(second)) == (50, ["50.py"])
    assert b"1\xe2\x80\x9350 of 51" in first.content


def test_a_list_costs_the_same_queries_for_any_length(
    signed_in, django_assert_num_queries, django_assert_max_num_queries
):
    finding(repository(team_name="One"), parameters=[("preset", "unsupported")])
    with django_assert_max_num_queries(24) as first:
        signed_in.get("/findings/?q=state:open")
    for number in range(8):
        finding(repository(team_name=f"Team {number}"), parameters=[("preset", "unsupported")])
    with django_assert_num_queries(len(first)):
        signed_in.get("/findings/?q=state:open")


def test_csv_and_json_hold_exactly_what_the_filter_shows(signed_in, three):
    kept = shown(signed_in.get("/findings/?q=state:open"))
    table = signed_in.get("/findings/export/?format=csv&q=state:open")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.match(r'attachment; filename="findings-\d{4}-\d\d-\d\d\.csv"', table.headers["Content-Disposition"])
    assert [row["path"] for row in csv.DictReader(io.StringIO(table.getvalue().decode()))] == kept
    objects = json.loads(signed_in.get("/findings/export/?format=json&q=state:open").getvalue())
    assert [found["path"] for found in objects] == kept


def test_an_export_that_cannot_be_made_says_why(signed_in):
    assert signed_in.get("/findings/export/?q=colour:red").status_code == 400
    assert signed_in.get("/findings/export/?format=xls").content == b"The format is one of csv, json, sarif."


def test_names_from_a_repository_are_text(signed_in):
    finding(repository(rows.HOSTILE[:100]), path=rows.HOSTILE, scope=rows.HOSTILE, callee=rows.HOSTILE)
    page = signed_in.get("/findings/?q=").content.decode()
    assert rows.HOSTILE not in page
    assert "<script>" not in page


def test_tags_stand_the_worst_first_two_of_them_and_the_rest_in_words(signed_in):
    verdicts = [
        ("a", "changed"),
        ("end_sequences", "disputed"),
        ("logit_bias", "unsupported"),
        ("truncate", "unsupported"),
    ]
    row = finding(repository(), parameters=verdicts)
    for address in ("/findings/?q=", row.repository.get_absolute_url()):
        page = signed_in.get(address).content.decode()
        assert re.findall(r'<span class="tag (\w+)">(\w+)</span>', page) == [("red", "logit_bias"), ("red", "truncate")]
        assert 'title="end_sequences a "' in page
        assert '+2</span><span class="vh"> end_sequences a</span>' in page


def test_the_unowned_are_always_counted_and_owners_shown(signed_in, three):
    Finding.objects.filter(path="old.py").update(owners=" @acme/search @ada ")
    page = signed_in.get("/findings/?q=state:open")
    assert page.context["unowned"] == 1
    assert shown(signed_in.get(page.context["unowned_href"])) == ["young.py"]
    text = page.content.decode()
    assert "1 unowned" in text
    assert "@acme/<wbr>search +1" in text
    assert "0 unowned" in signed_in.get("/findings/?q=path:old").content.decode()
    row = Finding.objects.get(path="old.py")
    facts = signed_in.get(row.get_absolute_url()).content.decode()
    assert '<code>@acme/<wbr>search</code></a> <span class="mut">Search</span>' in facts
    objects = json.loads(signed_in.get("/findings/export/?format=json&q=owner:search").getvalue())
    assert [found["owners"] for found in objects] == [["@acme/search", "@ada"]]


def test_a_row_says_what_came_back_what_waits_for_a_second_look_and_why_another_is_gone(signed_in, admin):
    of = rows.repository("life")
    rows.finding(of, path="back.py", regressed=True)
    rows.finding(of, path="again.py", re_review=True, dismissal="dead_code")
    rows.finding(of, path="gone.py", presence="absent", absent_reason="code_deleted", regressed=True)
    rows.finding(of, path="no.py", disposition="dismissed", dismissal="false_positive")
    rows.finding(of, path="later.py", disposition="planned", due="2999-01-02", assignee=admin)
    page = signed_in.get("/findings/?q=repo%3Alife+area%3Aany").content.decode()
    assert page.count("Regressed</span>") == page.count("Re-review</span>") == 1
    assert '<span class="sub">code deleted</span>' in page
    assert '<span class="sub">false positive</span>' in page
    exported = "".join(part.decode() for part in signed_in.get("/findings/export/?q=repo%3Alife&format=json"))
    found = {row["path"]: row for row in json.loads(exported)}
    names = ("absent_reason", "dismissal", "due", "waived_until", "regressed", "re_review")
    assert {path: tuple(row[name] for name in names) for path, row in found.items()} == {
        "back.py": (None, None, None, None, True, False),
        "again.py": (None, "dead_code", None, None, False, True),
        "gone.py": ("code_deleted", None, None, None, True, False),
        "no.py": (None, "false_positive", None, None, False, False),
        "later.py": (None, None, "2999-01-02", None, False, False),
    }


def test_the_head_says_how_much_of_what_was_asked_has_been_read(signed_in):
    finding(repository(team_name="One"))
    finding(repository(team_name="Two", days_ago=8))
    assert "1 of 2 repositories read completely" in " ".join(signed_in.get("/findings/?q=").content.decode().split())
    assert "1 of 1 repository read completely" in signed_in.get("/findings/?q=team:one").content.decode()
    page = signed_in.get("/findings/?q=team:two").content.decode()
    assert "0 of 1 repository read completely" in page
    # A paragraph ends where something begins that may not stand in one, and what follows is out of its place.
    assert not re.search(r"<p\b(?:(?!</p>).)*<details", page, re.DOTALL)


def test_a_word_that_no_text_holds_is_offered_as_the_filter_that_finds_something(signed_in):
    finding(repository(team_name="One"), parameters=[("preset", "unsupported")])
    page = signed_in.get("/findings/?q=preset+area:product").content.decode()
    assert "<code>param:preset</code>" in page
    assert "q=area%3Aproduct+param%3Apreset" in page
    assert "Did you mean" not in signed_in.get("/findings/?q=nowhere").content.decode()


def test_a_text_of_many_words_that_is_nowhere_costs_no_query_for_each(signed_in):
    finding(repository())

    def queries(words: int) -> int:
        with CaptureQueriesContext(connection) as told:
            assert (
                "Nothing matches"
                in signed_in.get("/findings/?q=" + "+".join(f"zq{word}" for word in range(words))).content.decode()
            )
        return len(told.captured_queries)

    assert queries(40) <= queries(3)


def test_no_reason_of_a_dismissal_stands_there_already(signed_in):
    row = finding(repository())
    page = signed_in.get(row.get_absolute_url()).content.decode()
    assert '<option value="" selected>Choose a reason</option>' in page
