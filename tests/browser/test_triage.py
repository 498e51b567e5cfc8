"""Deciding about a finding in a real browser: by keyboard, without a script, and for a screen reader."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from audits.models import Comment, Finding
from tests.web import rows
from tests.web.rows import HOSTILE, person
from tests.web.test_finding import store

pytestmark = pytest.mark.django_db(transaction=True)
Check = Callable[[Page], None]


@pytest.fixture
def decided(transactional_db: None) -> Finding:
    """A finding about which everything has been said, by people whose words mean harm."""
    bob = person("engineer", "bob")
    row = store(row=rows.repository())
    Finding.objects.filter(pk=row.pk).update(
        re_review=True,
        dismissal="dead_code",
        comment=HOSTILE,
        decided_by=bob,
        decided_at=timezone.now(),
        claim="contradicted",
        claimed_by=bob,
        claimed_at=timezone.now(),
        assignee=bob,
        due=timezone.localdate(),
        blame="known",
        blame_name=HOSTILE,
        blame_mail=HOSTILE,
        blame_commit="b" * 40,
        blame_at=timezone.now() - timedelta(days=900),
        origin="discovered",
    )
    Comment.objects.create(finding=row, author=bob, at=timezone.now(), text=f"- a\n- `b`\n\n{HOSTILE}\n\n{'x' * 300}")
    row.refresh_from_db()
    return row


def cookie(live_server, role: str) -> dict[str, str]:
    client = Client()
    client.force_login(person(role))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}


@pytest.fixture
def engineer(page: Page, live_server, decided: Finding) -> Page:
    page.context.add_cookies([cookie(live_server, "engineer")])
    page.on("dialog", lambda dialog: pytest.fail(f"a script ran: {dialog.message}"))
    return page


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_is_accessible_and_fits(engineer: Page, live_server, axe: Check, decided: Finding, width: int):
    engineer.set_viewport_size({"width": width, "height": 900})
    engineer.goto(live_server.url + decided.get_absolute_url())
    axe(engineer)
    assert engineer.evaluate("document.documentElement.scrollWidth") <= width
    for name in ("Plan", "Assign", "Waive until…", "Dismiss…"):
        engineer.get_by_role("button", name=name, exact=True).click()
        expect(engineer.get_by_role("dialog")).to_be_visible()
        axe(engineer)
        engineer.keyboard.press("Escape")
        expect(engineer.get_by_role("dialog")).to_have_count(0)


def test_a_finding_is_dismissed_by_keyboard(engineer: Page, live_server, decided: Finding):
    Finding.objects.update(re_review=False, dismissal="")
    engineer.goto(live_server.url + decided.get_absolute_url())
    engineer.get_by_role("button", name="Dismiss…").focus()
    engineer.keyboard.press("Enter")
    engineer.keyboard.press("Tab")
    expect(engineer.get_by_label("Reason")).to_be_focused()
    engineer.keyboard.press("d")
    engineer.get_by_label("What others should know").press("Tab")
    engineer.keyboard.press("Enter")
    expect(engineer.get_by_text("The finding is dismissed.")).to_be_visible()
    assert Finding.objects.get().dismissal == "dead_code"


def test_everything_works_without_a_script(browser: Browser, live_server, decided: Finding):
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies([cookie(live_server, "engineer")])
    page = context.new_page()
    page.goto(live_server.url + decided.get_absolute_url())
    page.get_by_role("button", name="The reason still holds").click()
    page.get_by_text("The dismissal holds for the statement as it is now.").wait_for()
    page.get_by_role("button", name="Open again").click()
    page.get_by_role("button", name="Waive until…").click()
    page.get_by_label("What happens then").fill("Switched off in May.")
    page.get_by_role("button", name="Waive it until a day").click()
    page.get_by_text("The finding is waived until its day.").wait_for()
    page.get_by_label("Comment", exact=True).fill("Done **then**.")
    page.get_by_role("button", name="Comment", exact=True).click()
    page.locator("strong", has_text="then").wait_for()
    context.close()
    assert [event.verb for event in Finding.objects.get().events.order_by("pk")] == ["confirmed", "set_open", "waived"]


@pytest.mark.parametrize("width", [1440, 390])
def test_a_drop_is_judged_on_an_accessible_page(page: Page, live_server, axe: Check, decided: Finding, width: int):
    of = decided.repository
    scan = rows.scan(of, held_now=14)
    hold = of.holds.create(at=timezone.now(), known=42, gone=14, files=12, touched=0, scan=scan)
    rows.finding(of, "unknown", hold=hold, held_reason="code_changed")
    page.context.add_cookies([cookie(live_server, "lead")])
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + of.get_absolute_url())
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Accept").click()
    page.get_by_role("heading", name="Accept that 1 finding is gone?").wait_for()
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("link", name="Decide later").click()
    page.get_by_role("link", name="Reject").click()
    page.get_by_role("button", name="Reject").click()
    page.get_by_text("The drop was rejected").wait_for()
    assert page.get_by_role("heading", name="Suspicious drop").count() == 0
