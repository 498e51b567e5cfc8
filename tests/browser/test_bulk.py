"""Many findings at once, by keyboard and without a script."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.models import Finding, SavedView
from tests.progress import rows
from tests.web.rows import person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def many(transactional_db: None) -> None:
    search = rows.repository("catalog-search", team_name="Search")
    for number in range(55):
        rows.finding(search, path=f"app/expand_{number}.py", parameters=[("num_generations", "unsupported")])


def sign_in(page: Page, url: str) -> None:
    client = Client()
    client.force_login(person("engineer"))
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


@pytest.mark.parametrize("width", [1440, 390])
def test_rows_are_picked_by_key_and_dismissed(
    page: Page, live_server, axe: Callable[[Page], None], many: None, width: int
):
    sign_in(page, live_server.url)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/findings/?q=state:open")
    expect(page.locator("#bulk")).to_be_hidden()
    for key in "jxjx":
        page.keyboard.press(key)
    expect(page.locator("#bulk")).to_contain_text("2 selected")
    axe(page)
    page.get_by_role("button", name="Dismiss").click()
    expect(page.locator("h1")).to_have_text("Dismiss 2 findings?")
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_label("Reason").select_option("dead_code")
    page.get_by_role("button", name="Dismiss 2 findings").click()
    expect(page.get_by_text("2 findings are dismissed now.")).to_be_visible()
    assert Finding.objects.filter(disposition="dismissed").count() == 2


def test_the_columns_of_all_rows_stand_under_each_other_on_a_phone(page: Page, live_server):
    search = rows.repository("catalog-search", team_name="Search")
    values = [
        {"kind": "sdk_call", "confidence": "confirmed"},
        {"kind": "wrapper_other", "confidence": "likely", "presence": "unknown"},
        {"kind": "oci", "confidence": "possible", "owners": " @acme/a-team-with-a-long-name ", "claim": "waiting"},
    ]
    for number, more in enumerate(values):
        rows.finding(search, path=f"app/{number}.py", days_ago=400 * number, **more)
    sign_in(page, live_server.url)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/findings/?q=")
    cells = page.locator("[data-rows] > tr").evaluate_all(
        "rows => rows.map(row => [...row.cells].map(cell => Math.round(cell.getBoundingClientRect().left)))"
    )
    # Box, call, kind, confidence, owner.
    for column in (0, 1, 4, 5, 6):
        assert len({row[column] for row in cells}) == 1, (column, cells)
    for row in page.locator("[data-rows] > tr").all():
        assert row.evaluate("row => row.scrollWidth <= row.clientWidth")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_many_saved_views_do_not_widen_a_phones_page(page: Page, live_server, many: None):
    owner = person("lead")
    for number in range(6):
        SavedView.objects.create(owner=owner, name=f"A view for everybody, {number}", shared=True)
    sign_in(page, live_server.url)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/findings/?q=")
    assert page.locator(".tabs a").count() == 7
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_every_key_does_what_the_list_of_keys_says(page: Page, live_server, many: None):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/findings/?q=state:open")
    at = "[...document.querySelectorAll('[data-rows] > tr')].findIndex(row => row.hasAttribute('data-cursor'))"
    for key, expected in (("j", 0), ("j", 1), ("k", 0), ("k", 0)):
        page.keyboard.press(key)
        assert page.evaluate(at) == expected
    page.keyboard.press("x")
    expect(page.locator("#bulk")).to_contain_text("1 selected")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("jx?")
    expect(page.locator("#q")).to_have_value(re.compile(r"jx\?$"))
    expect(page.locator("#bulk")).to_contain_text("1 selected")


def test_back_from_a_finding_the_keys_go_on_from_its_row(page: Page, live_server, many: None):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/findings/?q=state:open")
    for key in ("j", "j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("h1")).to_contain_text("co.generate")
    page.go_back()
    expect(page.locator("[data-rows] > tr").nth(2)).to_have_attribute("data-cursor", "")
    page.keyboard.press("k")
    expect(page.locator("[data-rows] > tr").nth(1)).to_have_attribute("data-cursor", "")
    page.reload()
    expect(page.locator("[data-rows] > tr")).to_have_count(50)
    expect(page.locator("[data-cursor]")).to_have_count(0)


def test_on_a_phone_the_menus_fold_and_stay_open_while_one_chooses(page: Page, live_server, many: None):
    sign_in(page, live_server.url)
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/findings/?q=state:open")
    expect(page.locator(".menus")).to_be_hidden()
    page.get_by_label("Filters").focus()
    page.keyboard.press("Space")
    expect(page.locator(".menus")).to_be_visible()
    page.get_by_label("Confidence").select_option("confirmed")
    page.wait_for_url("**conf%3Aconfirmed**")
    expect(page.locator(".menus")).to_be_visible()


def test_the_head_picks_the_page_and_a_link_everything(page: Page, live_server, many: None):
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/findings/?q=state:open")
    page.get_by_label("Select all on this page").check()
    expect(page.locator("#bulk")).to_contain_text("50 selected")
    page.get_by_role("link", name="Select all 55 that match").click()
    expect(page.locator("#bulk")).to_contain_text("All 55 that match are selected")
    page.get_by_role("button", name="Plan").click()
    expect(page.locator("h1")).to_have_text("Plan 55 findings?")


def test_it_works_without_a_script(browser, live_server, many: None):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    sign_in(page, live_server.url)
    page.goto(f"{live_server.url}/findings/?q=state:open")
    page.locator("input[name=f]").first.check()
    page.get_by_role("button", name="Waive").click()
    page.get_by_label("What happens then").fill("It is switched off.")
    page.get_by_role("button", name="Waive 1 finding").click()
    assert "1 finding is waived now." in page.locator("main").inner_text()
    context.close()
