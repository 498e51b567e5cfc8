"""Whatever stands in an address, a page answers: with something, or that there is nothing such, never with a fault."""

from itertools import cycle, product

import pytest
from django.test import Client

from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db
JUNK = (
    *(
        "",
        " ",
        "\0",
        "a\0b",
        "-1",
        "0",
        "1e9",
        "9" * 19,
        "9" * 5000,
        "٣",
        "²",
        "true",
        "[]",
        "{}",
        "%",
        "%%s" * 60,
        "_" * 300,
    ),
    *(
        "\ud800",
        "\U0001f600",
        "'\"><",
        "state:",
        "state:left state:nope",
        'path:"',
        "a:9999999999",
        "x:999999999",
        "due:week",
    ),
    *(
        "param:\0",
        "repo:%",
        "team:none owner:me",
        "is:suppressed",
        "is:suppressed state:open",
        "assignee:me",
        "2026-99-99",
    ),
    *("0000-00-00", "9999-12-31", "../../etc/passwd", "a" * 10_000, "sort", "-", "--age", "password", "open"),
)
PAGES = {
    "/findings/": ("q", "sort", "page", "all", "add", "state", "repo", "team", "kind", "lang", "way", "conf", "area"),
    "/findings/export/": ("q", "sort", "format"),
    "/findings/{finding}/": ("q", "sort", "was"),
    "/my-work/": ("q", "page"),
    "/repositories/": ("q", "team", "status", "known", "needs", "page", "sort", "tests"),
    "/repositories/{repository}/": ("scans", "tests"),
    "/repositories/{repository}/live/": ("scan",),
    "/path-rules/": ("q", "page"),
    "/api/v1/findings/": ("q", "sort", "page", "page_size"),
    "/settings/journal/": ("page", "q"),
}


@pytest.mark.parametrize("address", PAGES)
def test_no_value_of_a_parameter_is_a_fault(client, address):
    client.force_login(rows.person("admin"))
    of = repository("service")
    path = address.format(finding=finding(of, parameters=[("preset", "unsupported")]).pk, repository=of.pk)
    # Each value where each parameter stands in turn, and all of them with it at once.
    names = [*zip(cycle([[name] for name in PAGES[address]]), JUNK, strict=False), *product([PAGES[address]], JUNK)]
    for taking, value in names:
        asked = {"q": "state:open", **dict.fromkeys(taking, value.encode("utf-8", "surrogatepass"))}
        response = client.get(path, asked, headers={"HX-Request": "true"} if "live" in path else {})
        body = b"".join(response.streaming_content) if response.streaming else response.content
        assert response.status_code in (200, 302, 400, 404), (taking, value[:80], response.status_code)
        assert body or response.status_code == 302


@pytest.mark.parametrize("value", [value for value in JUNK if "\ud800" not in value])
def test_no_value_of_a_form_is_a_fault(client: Client, value):
    client.force_login(rows.person("lead"))
    row = finding(repository())
    for move in ("plan", "assign", "waive", "claim"):
        names = ("version", "owner", "person", "due", "until", "reason", "comment", "plan", "q", "sort", "was")
        for sent in ({"version": 0, **dict.fromkeys(names, value)}, {**dict.fromkeys(names, value), "version": 0}):
            # Too much for a form is refused.
            assert client.post(f"/findings/{row.pk}/decide/{move}/", sent).status_code in (302, 400)
    names = ("q", "sort", "owner", "person", "until", "plan", "comment")
    for move, more in product(("plan", "waive"), ({}, {"seen": value}, {"all": "1", "seen": value})):
        sent = {"move": move, "f": [row.pk, value], **dict.fromkeys(names, value), **more}
        assert client.post("/findings/bulk/", sent).status_code in (200, 302, 400)
    for path in ("/findings/views/add/", f"/findings/{row.pk}/comment/"):
        sent = {"name": value, "query": value, "sort": value, "shared": value, "text": value}
        assert client.post(path, sent).status_code in (302, 400)
