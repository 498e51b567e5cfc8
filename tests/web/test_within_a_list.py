"""Previous and next on the page of a finding: the order is the list's, page after page, however it is sorted."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.query import SORTS
from tests.progress.rows import finding, repository
from tests.web import rows

pytestmark = pytest.mark.django_db
ORDERS = ["", *SORTS, *(f"-{key}" for key in SORTS)]


@pytest.fixture
def engineer(client):
    client.force_login(rows.person("engineer"))
    return client


def many():
    """Calls of each state and order, in files and in cells, with ties."""
    soon = timezone.localdate() + timedelta(days=9)
    states = [
        {},
        {"platform": "oci"},
        {"disposition": "planned", "due": soon},
        {"presence": "absent", "absent_reason": "migrated"},
        {"disposition": "waived", "waived_until": soon},
        {"presence": "unknown"},
        {"claim": "waiting"},
    ]
    for name in ("beta", "alpha"):
        of = repository(name)
        for n in range(30):
            place = {"path": f"app/{n % 4}.py", "line": n % 5 + 1, "cell": (None, 1, 2)[n % 3], "ways": n % 3}
            more = {"kind": ("sdk_call", "bedrock")[n % 2], "callee": f"co.{n % 3}", "scope": f"f{n % 2}"}
            finding(of, days_ago=n % 6, **states[n % len(states)], **place, **more)


@pytest.mark.parametrize("sort", ORDERS)
def test_next_leads_through_the_list_in_its_order(engineer, sort):
    many()
    listed = []
    for page in (1, 2):
        shown = engineer.get("/findings/", {"q": "", "sort": sort, "page": page}).context["page"]
        listed += [row.pk for row in shown]
    assert len(set(listed)) == 60
    for at in (0, 49, 50, 59):
        page = engineer.get(f"/findings/{listed[at]}/", {"q": "", "sort": sort})
        assert page.context["position"] == at + 1
        for rel, beside in (("prev", at - 1), ("next", at + 1)):
            found = re.search(f'rel="{rel}" href="/findings/([^/]+)/', page.content.decode())
            assert (found and found[1]) == (str(listed[beside]) if 0 <= beside < 60 else None)


@pytest.mark.parametrize("sort", ["state", "-state"])
def test_a_decision_moves_nobody_to_another_place_of_the_list(engineer, sort):
    of = repository("service")
    calls = [finding(of, path=f"{n}.py", platform="unknown") for n in range(4)]
    finding(of, path="0.py", platform="unknown", presence="unknown")
    finding(of, path="0.py", platform="unknown", disposition="dismissed", dismissal="dead_code")
    asked = {"q": "", "sort": sort}
    before = engineer.get(f"/findings/{calls[1].pk}/", asked).context
    sent = {"version": 0, "until": timezone.localdate(), "plan": "It is switched off.", **asked}
    after = engineer.post(f"/findings/{calls[1].pk}/decide/waive/", sent, follow=True)
    assert after.context["state"] == "waived"
    for name in ("previous", "next", "position"):
        assert after.context[name] == before[name]
    sent = {"version": 1, "was": "open", **asked}
    again = engineer.post(f"/findings/{calls[1].pk}/decide/reopen/", sent, follow=True)
    assert again.context["next"] == before["next"]
    following = engineer.get(before["next"]).context
    assert following["finding"].path == ("0.py" if sort == "-state" else "2.py")


def test_what_stands_beside_it_is_asked_and_not_the_list(engineer):
    """However far down a list it stands: no statement reads the keys before it."""
    many()
    call = finding(repository("service"))
    with CaptureQueriesContext(connection) as queries:
        page = engineer.get(f"/findings/{call.pk}/", {"q": ""}).context
    assert page["of"] == 61
    keys = [row["sql"] for row in queries if "ORDER BY" in row["sql"] and 'FROM "audits_finding"' in row["sql"]]
    assert keys
    assert all(sql.endswith("LIMIT 1") for sql in keys)


def test_a_finding_outside_of_the_list_has_a_place_in_its_order(engineer):
    of = repository("service")
    calls = [finding(of, path=f"{n}.py", kind="bedrock" if n == 1 else "sdk_call") for n in range(3)]
    page = engineer.get(f"/findings/{calls[1].pk}/", {"q": "kind:sdk_call"}).context
    assert (page["position"], page["of"]) == (None, 2)
    assert str(calls[0].pk) in page["previous"]
    assert str(calls[2].pk) in page["next"]
