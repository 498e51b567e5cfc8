"""Many findings at once, by keyboard and without a script."""

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.models import Finding
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
