"""Pages about progress, notifications, rules, access and the machine: accessible, and never wider than the window."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page

from audits.models import Channel, HistoryPoint, HistoryRun, Organisation, PathRule, SetAside, User
from tests.progress import rows
from tests.web.rows import HOSTILE, person

pytestmark = pytest.mark.django_db(transaction=True)
PAGES = (
    *("/", "/teams/", "/teams/{team}/", "/teams/{team}/edit/", "/explain/?from=2020-01-01", "/weeks/", "/parameters/"),
    "/explain/?from=2020-01-01&cause=migrated",
    *("/timeline/", "/notifications/", "/notifications/{channel}/digest/", "/path-rules/", "/settings/", "/system/"),
    *(
        "/schedule/",
        "/my-work/",
        "/numbers/",
        "/numbers/?day=2026-10-01",
        "/?parameter=num_generations",
        "/?platform=cohere",
    ),
)


GONE = {
    "word": "migrated", "calls": -1, "path": HOSTILE, "line": 3, "callee": HOSTILE, "commit": "a" * 40,
}  # fmt: skip

# What a heading says beside its words; a menu, and what is for another width or for paper, may be out of sight.
HIDDEN_IN_HEADINGS = """[...document.querySelectorAll(".head *, .card > header *")]
    .filter(one => !one.closest("details, [popover], [hidden], [type=hidden], svg, .only-narrow, .print-only"))
    .filter(one => !one.checkVisibility() && getComputedStyle(one).display !== "contents")
    .map(one => one.outerHTML.slice(0, 99))"""


@pytest.fixture
def told(transactional_db: None) -> dict[str, int]:
    """A team with a past, a forecast and something of everything; names as hostile as a repository can make them."""
    admin = person("admin")
    Organisation.objects.create(pk=1, name="Acme", due=timezone.localdate() + timedelta(days=200))
    row = rows.repository("catalog-search", team_name="Search", read=False, unread=2)
    for weeks in range(10, 0, -1):
        rows.scan(row, days_ago=weeks * 7, remaining=20 + weeks * 3, resolved=33 - weeks * 3)
    row.refresh_from_db()
    for number in range(20):
        rows.finding(row, parameters=[("num_generations", "unsupported")], path=HOSTILE if number == 1 else "app/a.py")
    rows.finding(row, presence="absent", absent_reason="migrated")
    run = HistoryRun.objects.create(
        repository=row, state="done", queued_at=timezone.now(), is_current=True, complete=True,
        base_at=timezone.now() - timedelta(days=80),
    )  # fmt: skip
    for number in range(10):
        HistoryPoint.objects.create(
            run=run, number=number, at=timezone.now() - timedelta(weeks=21 - number), remaining=60 - number * 2,
            unknown=number % 2, resolved=number * 2, ways={"migrated": number * 2}, added=0, returned=0,
            gone={"migrated": 2} if number else {}, moved={"product": [GONE, GONE]} if number else {},
        )  # fmt: skip
    PathRule.objects.create(pattern="legacy/**", area="vendored")
    SetAside.objects.create(repository=row, path="a.py", line=1, kind="sdk_call", reason=HOSTILE)
    team = row.team
    team.members.add(admin)
    return {
        "repository": row.pk,
        "team": team.pk,
        "channel": Channel.objects.create(kind="mail", team=team, address="a@b.example").pk,
    }


@pytest.mark.parametrize(
    ("address", "status"),
    [*((address, 200) for address in PAGES), ("/repositories/{repository}/archive/", 200),
     ("/repositories/{repository}/delete/", 200), ("/?team=nix", 400), ("/explain/?parameter=nix", 400),
     ("/numbers/?platform=nix", 400), ("/nowhere/", 404)],
)  # fmt: skip
def test_a_page_is_accessible_and_fits(page: Page, live_server, axe: Callable[[Page], None], told, address, status):
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(live_server.url + address.format(**told))
        assert answer is not None
        assert answer.status == status, address
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert width < 1440 or page.evaluate(HIDDEN_IN_HEADINGS) == []


@pytest.mark.parametrize("status", [403, 500, 503])
def test_a_page_that_is_refused_or_broken_is_accessible(page: Page, live_server, axe, told, status: int):
    """An engineer is refused; the words of the two others need no person and no database."""
    client = Client()
    client.force_login(person("engineer") if status == 403 else User.objects.get(username="admin"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    shown = live_server.url + "/settings/journal/"
    if status >= 500:
        words = render_to_string(f"{status}.html")
        page.route(shown, lambda route: route.fulfill(status=status, content_type="text/html", body=words))
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        answer = page.goto(shown)
        assert answer is not None
        assert answer.status == status
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_numbers_of_a_scope_are_asked_for_by_keyboard_and_without_scripts(browser, live_server, told):
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + "/numbers/")
    page.focus("#platform")
    page.keyboard.type("Co")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**platform=cohere**")
    assert page.locator("h1").inner_text().startswith("20 calls left")
    context.close()


def test_a_formula_opens_inside_the_window_wherever_its_mark_stands(page: Page, live_server, told):
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url)
    page.locator(".lead .formula").evaluate("one => one.open = true")
    for width in range(870, 1450, 20):
        page.set_viewport_size({"width": width, "height": 900})
        box = page.locator(".lead .formula p").bounding_box()
        assert box is not None
        assert box["x"] >= 0, width
        assert box["x"] + box["width"] <= width, width


def test_a_click_on_the_curve_explains_the_step_in_any_window(page: Page, live_server, told):
    client = Client()
    client.force_login(User.objects.get(username="admin"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(live_server.url)
    page.locator(".burndown:visible .hit rect").nth(3).click(force=True)
    page.wait_for_url("**/explain/?*to=*")
    # A narrow window stacks a step's causes below each other: none is out of sight.
    page.set_viewport_size({"width": 390, "height": 900})
    page.goto(f"{live_server.url}/explain/?from=2020-01-01")
    assert page.locator(".scroll:has(> .step)").evaluate("one => one.scrollWidth <= one.clientWidth")
