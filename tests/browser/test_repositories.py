"""Repositories, registering, teams, settings and signing in, in a real browser, over hostile data."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.models import Repository, Scan, ScanState, SetAside, Team, User
from tests.web import rows

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]
PAGES = (
    "/repositories/",
    "/repositories/register/",
    "/repositories/register/?way=list",
    "/teams/",
    "/schedule/",
    "/system/",
    "/settings/",
    "/password/",
    "/tokens/",
    "/nowhere/",
)


@pytest.fixture
def story(transactional_db: None) -> Repository:
    """A repository with everything that a page can show, out of the hands of somebody who means harm."""
    made = rows.repository("catalog-search-" + "x" * 100, team=rows.team(rows.HOSTILE[:40]), check_message=rows.HOSTILE)
    rows.scan(made, ScanState.PARTIAL, branch=rows.HOSTILE, files_total=987, files_unread=1, opened_now=2, remaining=2)
    rows.scan(made, ScanState.FAILED, error_message=rows.HOSTILE)
    rows.finding(made, path=rows.HOSTILE * 8, callee=rows.HOSTILE)
    rows.finding(made, "absent")
    rows.finding(made, "unknown", cell=3)
    rows.unread(made, rows.HOSTILE, detail=rows.HOSTILE, names_api=True, lines=[1, 12])
    for state in ("to_migrate", "never_scanned"):
        rows.repository(state)
    return made


@pytest.fixture
def admin_page(page: Page, live_server, story: Repository) -> Page:
    """The browser of an admin; a dialog would mean that somebody's script ran."""
    client = Client()
    client.force_login(rows.person("admin"))
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_words_without_an_end_make_no_page_wider(admin_page: Page, live_server, story: Repository, width: int):
    Team.objects.update(name="T" * 80)
    rows.finding(story, path=f"{'d' * 250}/{'e' * 250}.py", owners=f" @{'o' * 200} ")
    SetAside.objects.create(repository=story, path="a.py", line=1, kind="sdk_call", reason="r" * 400)
    admin_page.set_viewport_size({"width": width, "height": 900})
    for url in ("/", story.get_absolute_url(), "/findings/?q=is:suppressed"):
        admin_page.goto(live_server.url + url)
        assert admin_page.evaluate("document.documentElement.scrollWidth") <= width, url


def test_a_link_in_a_note_is_more_than_a_colour(admin_page: Page, live_server, story: Repository, axe: Check):
    Repository.objects.update(check_state="waiting")
    admin_page.goto(f"{live_server.url}/repositories/{story.pk}/access/")
    expect(admin_page.get_by_role("link", name="Reload")).to_be_visible()
    axe(admin_page)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("width", [1440, 390])
def test_a_page_is_accessible_and_fits(admin_page: Page, live_server, axe: Check, path: str, width: int):
    admin_page.set_viewport_size({"width": width, "height": 900})
    admin_page.goto(live_server.url + path)
    axe(admin_page)
    assert admin_page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("part", ["", "edit/", "delete/"])
@pytest.mark.parametrize("width", [1440, 390])
def test_one_repository_is_accessible_and_fits(
    admin_page: Page, live_server, axe: Check, story: Repository, part: str, width: int
):
    admin_page.set_viewport_size({"width": width, "height": 900})
    admin_page.goto(f"{live_server.url}{story.get_absolute_url()}{part}")
    axe(admin_page)
    assert admin_page.evaluate("document.documentElement.scrollWidth") <= width
    sources = admin_page.evaluate("[...document.scripts].map(script => new URL(script.src).origin)")
    assert set(sources) == {live_server.url}


def test_the_name_is_guessed_while_the_address_is_typed(admin_page: Page, live_server):
    admin_page.goto(f"{live_server.url}/repositories/register/")
    admin_page.get_by_label("Address of the repository").fill("https://github.com/acme/shop.git/")
    expect(admin_page.get_by_label("Name")).to_have_attribute("placeholder", "shop")


def test_a_form_with_errors_is_accessible(admin_page: Page, live_server, axe: Check):
    admin_page.goto(f"{live_server.url}/repositories/register/")
    admin_page.get_by_label("Address of the repository").fill("file:///etc/passwd")
    admin_page.get_by_role("button", name="Register and scan").click()
    expect(admin_page.get_by_role("alert")).to_contain_text("Nothing was stored.")
    field = admin_page.get_by_label("Address of the repository")
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby") or ""
    assert "id_url_error" in described
    axe(admin_page)


def test_signing_in_is_accessible(page: Page, live_server, axe: Check, transactional_db: None):
    User.objects.create_user("ada", password="violet-harbour-9")
    page.goto(f"{live_server.url}/teams/")
    axe(page)
    page.get_by_label("User name").fill("ada")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    axe(page)
    page.get_by_label("Password").fill("violet-harbour-9")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Teams")).to_be_visible()
    page.get_by_role("button", name="Account of ada").click()
    axe(page)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_running_scan_is_watched_until_it_ends(admin_page: Page, live_server, axe: Check, story: Repository):
    running = rows.scan(story, ScanState.SCANNING, files_total=987, files_done=12)
    admin_page.goto(live_server.url + story.get_absolute_url())
    expect(admin_page.get_by_text("12 of 987 files").first).to_be_visible()
    axe(admin_page)
    Scan.objects.filter(pk=running.pk).update(files_done=412)
    expect(admin_page.locator("#live")).to_contain_text("412 of 987 files")
    expect(admin_page.locator("#said")).to_contain_text("Scan running")
    expect(admin_page.locator("#running")).to_have_text("1 scan under way")
    Scan.objects.filter(pk=running.pk).update(state=ScanState.DONE, finished_at=running.queued_at, resolved_now=4)
    expect(admin_page.locator("#live")).to_have_count(0)
    expect(admin_page.get_by_role("button", name="Scan now")).to_be_visible()
    expect(admin_page.locator("#messages")).to_contain_text("The scan is done: 4 resolved.")
    expect(admin_page.locator("#said")).to_have_text("The scan is done: 4 resolved.")
    expect(admin_page.locator("#running")).to_have_text("No scan running")
    asked: list[str] = []
    admin_page.on("request", lambda request: asked.append(request.url))
    admin_page.wait_for_timeout(1500)
    assert asked == []


def test_the_list_follows_the_scans(admin_page: Page, live_server, story: Repository):
    running = rows.scan(story, ScanState.SCANNING)
    admin_page.goto(f"{live_server.url}/repositories/?sort=-left")
    row = admin_page.get_by_role("row", name=story.name)
    expect(row).to_contain_text("Scan under way")
    row.get_by_role("link", name=story.name).focus()
    Scan.objects.filter(pk=running.pk).update(state=ScanState.DONE, finished_at=running.queued_at)
    expect(row).not_to_contain_text("Scan under way")
    expect(row.get_by_role("link", name=story.name)).to_be_focused()
    expect(admin_page.locator("#running")).to_have_text("No scan running")
    expect(admin_page.locator("#rows[hx-get]")).to_have_count(0)


def test_the_theme_is_kept(admin_page: Page, live_server):
    admin_page.goto(f"{live_server.url}/teams/")
    admin_page.get_by_label("Dark").check(force=True)
    admin_page.goto(f"{live_server.url}/repositories/")
    assert admin_page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_the_menu_opens_on_a_small_screen(admin_page: Page, live_server, axe: Check):
    admin_page.set_viewport_size({"width": 390, "height": 800})
    admin_page.goto(f"{live_server.url}/repositories/")
    admin_page.get_by_role("button", name="Menu").click()
    expect(admin_page.get_by_role("link", name="Teams")).to_be_visible()
    axe(admin_page)


def test_the_list_works_without_scripts(browser, live_server, story: Repository):
    client = Client()
    client.force_login(rows.person("lead"))
    context = browser.new_context(java_script_enabled=False)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    context.add_cookies([cookie])
    page = context.new_page()
    page.goto(f"{live_server.url}/repositories/")
    page.get_by_placeholder("Name or address").fill("to_mig")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("row")).to_have_count(2)
    context.close()
