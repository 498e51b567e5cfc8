"""What a page costs does not grow with its rows: as many queries for n as for ten times n."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import AuditEvent, AuditVerb, Comment, Finding, FindingEvent, PathRule, SavedView, SetAside, Team
from tests.progress.rows import finding, repository, scan, team

from . import rows

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 30
OPEN = "state%3Aopen+area%3Aproduct"
PAGES = {
    "findings": f"/findings/?q={OPEN}",
    "findings by a parameter": f"/findings/?q={OPEN}+param%3Apreset&sort=-parameters",
    "findings of nobody": f"/findings/?q={OPEN}+is%3Aunowned+app&sort=repository",
    "saved views": "/findings/?q=",
    "set aside": "/findings/?q=is%3Asuppressed",
    "finding, its history and comments": "/findings/{finding}/",
    "finding within a list": f"/findings/{{finding}}/?q={OPEN}",
    "my work": "/my-work/",
    "repositories": "/repositories/",
    "repository and its scans": "/repositories/{repository}/",
    "teams": "/teams/",
    "team": "/teams/{team}/",
    "overview": "/",
    "overview of a parameter": "/?parameter=preset",
    "numbers": "/numbers/",
    "numbers of a past day": "/numbers/?day=2026-11-20",
    "parameters": "/parameters/",
    "timeline": "/timeline/",
    "weeks": "/weeks/",
    "path rules": "/path-rules/",
    "schedule": "/schedule/",
    "journal": "/settings/journal/",
    "people and settings": "/settings/",
}
EXPORTS = ("/findings/export/?q=&format=csv", "/findings/export/?q=&format=json")


def fill(me, of, call, start, end):
    """Rows `start` to `end` of everything that a page lists."""
    now = timezone.now()
    for n in range(start, end):
        other = repository(team_name=f"Team-{n}", unread=1)
        scan(of, days_ago=1)
        for row in (of, other):
            values = {"path": f"app/{n}.py", "assignee": me, "regressed": True, "reopened_at": now}
            finding(row, parameters=[("preset", "unsupported"), (f"p{n}", "unsupported")], **values)
            finding(row, re_review=True, dismissal="dead_code", owners=f" @acme/team-{n} @ada ")
            finding(row, disposition="waived", waived_until=timezone.localdate() + timedelta(days=3))
            finding(row, presence="absent", absent_reason="migrated")
            SetAside.objects.create(repository=row, path=f"{n}.py", line=n + 1, kind="sdk_call")
        person = rows.person("engineer", f"person-{n}")
        FindingEvent.objects.create(finding=call, at=now, actor=person, verb="assigned", scan=of.last_scan)
        Comment.objects.create(finding=call, at=now, author=person, text="See *there*.")
        SavedView.objects.create(owner=person, name=f"View {n}", shared=True)
        PathRule.objects.create(repository=other, pattern=f"p{n}/**", area="tests")
        AuditEvent.record(person, AuditVerb.ROLE_CHANGED, f"person-{n}", "Engineer")


def counts(client, call, of):
    words = {"finding": call.pk, "repository": of.pk, "team": of.team_id}
    found = {}
    for name, path in PAGES.items():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path.format(**words))
            assert page.status_code == 200, name
            found[name] = len(queries)
    for path in EXPORTS:
        with CaptureQueriesContext(connection) as queries:
            b"".join(client.get(path).streaming_content)
            found[path] = len(queries)
    return found


def test_ten_times_the_rows_cost_as_many_queries(client):
    me = rows.person("admin", "ada")
    client.force_login(me)
    of = repository("catalog-search", team_name="Search")
    me.teams.add(team("Search"))
    call = finding(of, parameters=[("preset", "unsupported")], owners=" @ada @acme/search ")
    fill(me, of, call, 0, FEW)
    client.get("/")
    few = counts(client, call, of)
    fill(me, of, call, FEW, MANY)
    assert Finding.objects.count() == 8 * MANY + 1
    assert Team.objects.count() == MANY + 1
    # What the frame counts is remembered by its first page.
    client.get("/")
    assert counts(client, call, of) == few
