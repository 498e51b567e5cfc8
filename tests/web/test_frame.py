"""What holds for every page: the policy, the vendored files, and nothing inline in any template."""

import hashlib
import json
import re
import sqlite3
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import OperationalError, connection
from django.template.loader import get_template
from django.test import Client

from migrator_site.csp import policy

from . import rows

ROOT = Path(settings.BASE_DIR)
# Mail is no page of ours: no policy applies to it, and its look has to travel inside.
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*.html") if path.parent.name != "notify")
NEVER_CACHED = "max-age=0, no-cache, no-store, must-revalidate, private"
INLINE = re.compile(r"""\sstyle=|<style|\son[a-z]+=|<script(?![^>]*\ssrc=)|\|safe\b|autoescape|javascript:|hx-on""")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_a_template_holds_nothing_inline(path: Path):
    text = path.read_text()
    assert INLINE.findall(text) == []
    assert re.findall(r"\s[a-z-]+=\{\{", text) == [], "every attribute is quoted"
    get_template(str(path.relative_to(ROOT / "templates")))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "templates")))
def test_what_htmx_asks_for_can_be_had_without_it(path: Path):
    text = path.read_text()
    assert len(re.findall(r"hx-get=", text)) <= len(re.findall(r"\b(?:href|action)=", text))
    assert "hx-post" not in text or 'method="post"' in text


def test_nothing_is_marked_safe():
    marked = [path.name for path in (ROOT / "audits").rglob("*.py") if "mark_safe" in path.read_text()]
    assert marked == []


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/sign-in/", "/repositories/", "/nowhere", "/healthz"])
def test_every_answer_carries_the_policy(client: Client, url: str):
    client.force_login(rows.person("viewer"))
    answer = client.get(url)
    assert answer["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    )
    assert (answer["X-Frame-Options"], answer["X-Content-Type-Options"]) == ("DENY", "nosniff")


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/sign-in/", "/", "/findings/export/?format=csv", "/api/v1/", "/nowhere"])
def test_no_answer_is_kept_where_the_next_person_could_read_it(client: Client, url: str):
    client.force_login(rows.person("viewer"))
    assert client.get(url)["Cache-Control"] in ("no-store", NEVER_CACHED)


def test_a_redirect_to_https_carries_the_policy_too(client: Client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert "default-src 'none'" in client.get("/findings/")["Content-Security-Policy"]


def test_a_directive_may_have_several_sources():
    assert policy({"img-src": ["'self'", "data:"], "base-uri": "'none'"}) == "img-src 'self' data:; base-uri 'none'"


@pytest.mark.parametrize("entry", json.loads((ROOT / "static/vendor.json").read_text()), ids=lambda e: e["file"])
def test_a_vendored_file_is_the_one_we_took(entry: dict[str, str]):
    assert hashlib.sha256((ROOT / "static" / entry["file"]).read_bytes()).hexdigest() == entry["sha256"]
    assert (ROOT / "static" / entry["text"]).read_text().strip()
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"])


def test_every_icon_that_is_used_is_in_the_sprite():
    sprite = set(re.findall(r'<symbol id="([^"]+)"', (ROOT / "static/icons.svg").read_text()))
    code = "".join(path.read_text() for path in [*TEMPLATES, *(ROOT / "audits/templatetags").glob("*.py")])
    used = set(re.findall(r"""\{% icon "([^"]+)\"""", code)) | set(
        re.findall(r"""\("[a-z]*", "([a-z-]+)", "[A-Z]""", code)
    )
    assert used <= sprite


def test_every_font_is_vendored():
    fonts = {path.name for path in (ROOT / "static/fonts").iterdir()}
    listed = {Path(entry["file"]).name for entry in json.loads((ROOT / "static/vendor.json").read_text())}
    assert fonts <= listed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "words"), [("viewer", []), ("engineer", ["Scan all"]), ("lead", ["Scan all", "Register"])]
)
def test_nobody_is_offered_what_would_be_refused(client: Client, role: str, words: list[str]):
    rows.repository()
    client.force_login(rows.person(role))
    page = client.get("/repositories/").content.decode()
    assert [word for word in ("Scan all", "Register") if word in page] == words
    assert "/settings/" not in page


def test_an_address_for_forms_alone_shows_the_way_back(signed_in: Client):
    for address, above in (("/teams/add/", "/teams/"), ("/settings/people/add/", "/settings/")):
        page = signed_in.get(address)
        assert page.status_code == 405
        assert page.headers["Allow"] == "POST"
        assert f'href="{above}"' in page.content.decode()
        assert "Only a form leads here" in page.content.decode()


def no_file() -> Exception:
    try:
        sqlite3.connect("/none/such/folder/database")
    except sqlite3.Error as error:
        return error
    raise AssertionError


def no_server() -> Exception:
    try:
        psycopg.connect(host="/none/such/folder")
    except psycopg.Error as error:
        return error
    raise AssertionError


def no_column() -> Exception:
    try:
        sqlite3.connect(":memory:").execute("SELECT a FROM b")
    except sqlite3.Error as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    ("cause", "status", "words"),
    [
        (no_file, 503, "The database does not answer"),
        (no_server, 503, "The database does not answer"),
        (psycopg.errors.AdminShutdown, 503, "The database does not answer"),
        (no_column, 500, "Something broke on our side"),
        (psycopg.errors.QueryCanceled, 500, "Something broke on our side"),
        (psycopg.errors.DiskFull, 500, "Something broke on our side"),
        (lambda: None, 500, "Something broke on our side"),
    ],
    ids=["no file", "no server", "server ended", "no column", "too slow", "disk full", "unknown"],
)
def test_a_page_tells_a_database_that_is_away_from_faults_of_ours(signed_in: Client, cause, status, words):
    def away(*told: object) -> None:
        raise OperationalError("a fault") from cause()

    signed_in.raise_request_exception = False
    with connection.execute_wrapper(away):
        answer = signed_in.get("/")
    assert (answer.status_code, answer.get("Retry-After")) == (status, "30" if status == 503 else None)
    assert words in answer.content.decode()
    assert signed_in.get("/").status_code == 200


def test_a_fault_of_ours_is_told_as_one(signed_in: Client):
    def broken(*told: object) -> None:
        raise RuntimeError("a fault")

    signed_in.raise_request_exception = False
    with connection.execute_wrapper(broken):
        answer = signed_in.get("/")
    assert (answer.status_code, "Something broke on our side" in answer.content.decode()) == (500, True)
