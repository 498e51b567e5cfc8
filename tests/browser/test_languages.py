"""The pages of uses in other languages: code in its own colours, a replacement in the same language."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from audits.engine.facts import FileKind
from audits.engine.present import present
from audits.models import Finding
from tests.engine.languages.found import usages
from tests.engine.languages.test_compiled import GO, JAVA
from tests.engine.languages.test_replacements import TS
from tests.engine.languages.test_shell import SCRIPT
from tests.progress import rows
from tests.web.rows import person
from tests.web.test_finding import store

pytestmark = pytest.mark.django_db(transaction=True)
SOURCES = {FileKind.TYPESCRIPT: TS, FileKind.GO: GO, FileKind.JAVA: JAVA, FileKind.SHELL: SCRIPT}


@pytest.fixture
def shown(transactional_db: None) -> dict[FileKind, Finding]:
    """The first use of each language's sample, stored."""
    repository = rows.repository("catalog-search", team_name="Search")
    made = {}
    for kind, source in SOURCES.items():
        (usage, *_) = present(kind, source.encode(), usages(kind, source))
        told = {name: getattr(usage, name) or "" for name in ("method", "client", "model")}
        made[kind] = store(usage, repository, language=usage.language.value, **told)
    return made


@pytest.mark.parametrize("kind", SOURCES)
def test_a_page_is_accessible_and_fits(
    page: Page, live_server, axe: Callable[[Page], None], shown: dict[FileKind, Finding], kind: FileKind
):
    client = Client()
    client.force_login(person("lead"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    for width in (1440, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.goto(live_server.url + shown[kind].get_absolute_url())
        expect(page.get_by_role("heading", name="Proposed change")).to_be_visible()
        if folder := os.environ.get("PICTURES"):
            page.emulate_media(color_scheme="light")
            page.screenshot(path=Path(folder) / f"{kind}-{width}.png", full_page=True)
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_list_filters_by_language(page: Page, live_server, shown: dict[FileKind, Finding]):
    client = Client()
    client.force_login(person("lead"))
    page.context.add_cookies(
        [{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}]
    )
    page.goto(live_server.url + "/findings/?q=lang:go")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.get_by_label("Language")).to_have_value("go")
