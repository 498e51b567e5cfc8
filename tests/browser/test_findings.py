"""The overview, the list of findings and one finding in a real browser, over hostile data."""

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.engine import codec
from audits.engine.catalogue import guide
from audits.engine.facts import Kind, Parameter, Replacement, Verdict
from audits.models import Finding, FindingEvent
from tests.progress import rows
from tests.web.rows import HOSTILE, person
from tests.web.test_finding import USAGE, store

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]


@pytest.fixture
def story(transactional_db: None) -> Finding:
    """An organisation with everything that the pages can show, and names that mean harm."""
    search = rows.repository("catalog-search", team_name="Search", unread=2, state="partial", days_ago=1)
    hostile = rows.repository(HOSTILE[:100], days_ago=12)
    rows.scan(rows.repository("ledger", team_name="Risk", read=False), "failed", error_message=HOSTILE)
    rows.repository("vector-lab", read=False)
    rows.finding(hostile, path=HOSTILE * 8, callee=HOSTILE, scope=HOSTILE * 3, parameters=[(HOSTILE[:80], "disputed")])
    rows.finding(hostile, presence="unknown", platform="sagemaker", cell=3, path="demo.ipynb")
    rows.finding(hostile, presence="absent")
    rows.finding(search, presence="absent", absent_reason="file_deleted")
    rows.finding(search, parameters=[("num_generations", "unsupported")], platform="bedrock", confidence="likely")
    kept = tuple(Parameter(name, Verdict.KEPT, "1", "Same meaning.", guide.UNCHANGED) for name in ("k", "p"))
    by_hand = Replacement("", "", (f"`{HOSTILE}` becomes `{'x' * 200}`.",))
    half = replace(USAGE, kind=Kind.HALF_MIGRATED, parameters=kept, replacement=by_hand, why="y" * 200)
    store(half, hostile, callee="")
    row = store(row=search, days_ago=40)
    FindingEvent.objects.create(finding=row, at=row.first_seen_at, verb="opened", reason=HOSTILE)
    return row


@pytest.fixture
def lead_page(page: Page, live_server, story: Finding) -> Page:
    client = Client()
    client.force_login(person("lead"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    return page


@pytest.mark.parametrize(
    "path", ["/", "/findings/", "/my-work/", "/findings/?q=colour:red", "/findings/?q=nothing-like-it"]
)
@pytest.mark.parametrize("width", [1440, 1000, 390])
def test_a_page_is_accessible_and_fits(lead_page: Page, live_server, axe: Check, path: str, width: int):
    lead_page.set_viewport_size({"width": width, "height": 900})
    lead_page.goto(live_server.url + path)
    axe(lead_page)
    assert lead_page.evaluate("document.documentElement.scrollWidth") <= width


def test_long_names_keep_a_row_to_two_lines(lead_page: Page, live_server, story: Finding):
    path = f"services/{'some_long_folder/' * 5}handler_of_generated_texts.py"
    names = {"callee": "self.client.wrapped.generate_answers", "scope": "Handler.answer_in_a_long_method_name"}
    rows.finding(rows.repository("a-team-with-quite-a-long-repository-name"), path=path, **names)
    lead_page.set_viewport_size({"width": 1440, "height": 900})
    lead_page.goto(f"{live_server.url}/findings/?q=")
    heights = lead_page.locator("[data-rows] > tr").evaluate_all("rows => rows.map(row => row.offsetHeight)")
    assert len(heights) == Finding.objects.count()
    assert max(heights) <= 56


def test_a_commit_stays_whole_and_proposed_code_wraps(lead_page: Page, live_server, story: Finding):
    lead_page.set_viewport_size({"width": 390, "height": 900})
    lead_page.goto(live_server.url + story.get_absolute_url())
    commit = lead_page.locator(".lead .nowrap code")
    assert commit.evaluate("code => code.getClientRects().length") == 1
    assert lead_page.locator("#code-v2").evaluate("pre => getComputedStyle(pre).whiteSpace") == "pre-wrap"
    assert lead_page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1440, 390])
def test_a_finding_is_accessible_and_fits(lead_page: Page, live_server, axe: Check, story: Finding, width: int):
    lead_page.set_viewport_size({"width": width, "height": 900})
    for row in Finding.objects.all():
        lead_page.goto(f"{live_server.url}{row.get_absolute_url()}?q=")
        axe(lead_page)
        assert lead_page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_first_run_is_accessible(page: Page, live_server, axe: Check, transactional_db: None):
    client = Client()
    client.force_login(person("lead"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        for path in ("/", "/findings/"):
            page.goto(live_server.url + path)
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_menu_filters_without_a_reload_and_moves_the_address(lead_page: Page, live_server):
    lead_page.goto(f"{live_server.url}/findings/")
    lead_page.evaluate("window.here = true")
    lead_page.get_by_label("Kind", exact=True).focus()
    lead_page.get_by_label("Repository", exact=True).select_option("catalog-search")
    expect(lead_page.locator(".chip", has_text="catalog-search")).to_be_visible()
    expect(lead_page.locator("[data-rows] tr")).to_have_count(2)
    assert lead_page.url.endswith("/findings/?q=state%3Aopen+area%3Aproduct+repo%3Acatalog-search")
    lead_page.get_by_label("Remove state:open").click()
    expect(lead_page.locator("[data-rows] tr")).to_have_count(3)
    assert lead_page.evaluate("window.here") is True
    lead_page.reload()
    expect(lead_page.locator("[data-rows] tr")).to_have_count(3)


def test_back_brings_the_whole_page(lead_page: Page, live_server):
    faults: list[str] = []
    lead_page.on("pageerror", lambda error: faults.append(str(error)))
    lead_page.goto(f"{live_server.url}/findings/?q=state:open")
    lead_page.get_by_label("Repository").select_option("catalog-search")
    expect(lead_page).to_have_url(re.compile("repo"))
    lead_page.go_back()
    expect(lead_page).not_to_have_url(re.compile("repo"))
    expect(lead_page.get_by_role("navigation", name="Main")).to_be_visible()
    expect(lead_page.get_by_role("link", name="CSV")).to_be_visible()
    lead_page.wait_for_load_state("networkidle")
    lead_page.go_forward()
    expect(lead_page).to_have_url(re.compile("repo"))
    expect(lead_page.locator("main #list")).to_have_count(1)
    lead_page.wait_for_load_state("networkidle")
    lead_page.get_by_label("Kind", exact=True).select_option(index=1)
    expect(lead_page).to_have_url(re.compile("kind"))
    assert faults == []


def test_typed_words_filter_and_a_slip_is_said_at_the_field(lead_page: Page, live_server):
    lead_page.goto(f"{live_server.url}/findings/")
    lead_page.get_by_label("Add a filter or text").fill("conf:likely")
    lead_page.get_by_role("button", name="Apply").click()
    expect(lead_page.locator("[data-rows] tr")).to_have_count(1)
    lead_page.get_by_label("Add a filter or text").fill("colour:red")
    lead_page.get_by_role("button", name="Apply").click()
    expect(lead_page.get_by_role("alert")).to_contain_text("There is no filter “colour”")


def test_the_list_goes_by_keyboard(lead_page: Page, live_server):
    lead_page.goto(f"{live_server.url}/findings/?q=repo:catalog-search+state:open")
    lead_page.keyboard.press("j")
    lead_page.keyboard.press("Enter")
    expect(lead_page.locator("h1")).to_contain_text("self.co.generate")
    # Its words stand there before its script listens to keys.
    lead_page.wait_for_load_state()
    lead_page.keyboard.press("]")
    expect(lead_page.locator("h1")).to_contain_text("co.generate in expand")


def test_the_keys_can_be_turned_off(lead_page: Page, live_server):
    lead_page.goto(f"{live_server.url}/")
    lead_page.keyboard.press("?")
    lead_page.get_by_label("Keys are on").uncheck()
    lead_page.keyboard.press("Escape")
    lead_page.reload()
    lead_page.keyboard.press("?")
    expect(lead_page.locator("#keys")).to_be_hidden()
    lead_page.get_by_role("button", name="Account of").click()
    lead_page.get_by_role("button", name="Keys").click()
    expect(lead_page.get_by_label("Keys are on")).not_to_be_checked()


def test_everything_works_without_a_script(browser, live_server, story: Finding):
    client = Client()
    client.force_login(person("viewer"))
    context = browser.new_context(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/findings/")
    page.get_by_label("Repository", exact=True).select_option("catalog-search")
    page.get_by_role("button", name="Apply").click()
    assert page.url.endswith("/findings/?q=state%3Aopen+area%3Aproduct+repo%3Acatalog-search")
    page.locator("[data-rows] a", has_text="self.co.generate").click()
    assert codec.decode(type(USAGE), story.detail).callee in page.locator("h1").inner_text()
    page.get_by_role("link", name="state:open area:product repo:catalog-search").click()
    assert page.locator("[data-rows] tr").count() == 2
    context.close()


@pytest.mark.parametrize("over", ["https", "plain http"])
def test_copied_is_said_where_something_was_copied(lead_page: Page, live_server, story: Finding, over: str):
    lead_page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    if over == "plain http":
        # Loopback counts as safe; elsewhere a page over http has no clipboard.
        lead_page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    lead_page.goto(live_server.url + story.get_absolute_url())
    button = lead_page.locator("[data-copy=code-v2]")
    button.click()
    expect(button).to_contain_text("Copied")
    expect(button).to_be_focused()
    expect(lead_page.locator("#said")).to_have_text("Copied")
    field = lead_page.locator("#q")
    field.focus()
    lead_page.keyboard.press("Control+v")
    assert "chat(" in field.input_value()


def test_what_the_browser_refuses_to_copy_is_not_called_copied(lead_page: Page, live_server, story: Finding):
    refuse = "Object.defineProperty(navigator, 'clipboard', { value: undefined }); document.execCommand = () => false"
    lead_page.add_init_script(refuse)
    lead_page.goto(live_server.url + story.get_absolute_url())
    button = lead_page.locator("[data-copy=code-v2]")
    button.click()
    expect(button).to_contain_text("Not copied")
