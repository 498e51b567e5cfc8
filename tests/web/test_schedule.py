import sys
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits.models import AuditEvent, AuditVerb, Organisation, Repository, ScanState, User

from . import rows

pytestmark = pytest.mark.django_db


def due(name: str, minutes: int, **values: object) -> Repository:
    return rows.repository(name, next_scan_at=timezone.now() + timedelta(minutes=minutes), **values)


def test_the_next_runs_stand_in_the_order_of_their_time_with_their_rule(signed_in: Client):
    team = rows.team()
    team.schedule = "1h"
    team.save()
    due("later", 90, schedule="30 4 * * 1", time_zone="Europe/Berlin")
    due("soon", 5, team=team)
    due("between", 30)
    page = signed_in.get("/schedule/")
    assert [(row.name, rule.words) for row, rule in page.context["coming"]] == [
        ("soon", "Hourly"),
        ("between", "Daily"),
        ("later", "By cron “30 4 * * 1” (Europe/Berlin)"),
    ]


def test_a_long_list_of_next_runs_says_of_how_many_it_is_the_beginning(signed_in: Client, monkeypatch):
    monkeypatch.setattr(sys.modules["audits.views.schedule"], "SHOWN", 2)
    for number in range(3):
        due(f"r{number}", number)
    assert "first 2 of 3" in signed_in.get("/schedule/").content.decode()


def test_the_last_runs_are_those_of_the_clock(signed_in: Client):
    made = rows.repository()
    rows.scan(made, trigger="person")
    run = rows.scan(made, ScanState.FAILED, trigger="schedule")
    rows.scan(made, ScanState.QUEUED, trigger="schedule")
    page = signed_in.get("/schedule/")
    assert list(page.context["past"]) == [run]
    assert "The host did not answer in 60 s." in page.content.decode()


def test_more_rows_cost_no_more_queries(signed_in: Client):
    costs = []
    for count in (2, 8):
        for number in range(count):
            made = due(f"r{count}-{number}", number, team=rows.team(f"Team {number}"))
            rows.scan(made, trigger="schedule")
            rows.repository(f"p{count}-{number}", paused_at=timezone.now(), failures=25)
        with CaptureQueriesContext(connection) as queries:
            signed_in.get("/schedule/")
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_all_schedules_are_paused_and_resumed_and_every_page_says_so(signed_in: Client, admin: User):
    due("soon", 5)
    page = signed_in.post("/schedule/pause/", follow=True).content.decode()
    assert "All schedules are paused</b> since today" in page
    assert Organisation.current().paused_by == admin
    assert "All schedules are paused" in signed_in.get("/teams/").content.decode()
    assert "All schedules are paused" not in signed_in.post("/schedule/resume/", follow=True).content.decode()
    assert Organisation.current().paused_at is None


def test_a_paused_repository_says_why_and_is_resumed(signed_in: Client):
    made = rows.repository(paused_at=timezone.now(), failures=3, refusals=3)
    for url in ("/schedule/", made.get_absolute_url()):
        assert f'action="{made.get_absolute_url()}resume/"' in signed_in.get(url).content.decode()
    assert "The host refused 3 times" in signed_in.get("/schedule/").content.decode()
    page = signed_in.post(f"{made.get_absolute_url()}resume/", follow=True).content.decode()
    assert "The schedule scans catalog-search again." in page
    made.refresh_from_db()
    assert (made.paused_at, made.failures, made.next_scan_at > timezone.now()) == (None, 0, True)


def test_a_repository_gets_a_schedule_of_its_own_and_gives_it_back(signed_in: Client):
    team = rows.team()
    made = rows.repository(team=team)
    url = f"{made.get_absolute_url()}edit/"
    assert "As the organisation (Daily)" in signed_in.get(url).content.decode()
    sent = {"name": made.name, "team": team.pk, "every": "1h"}
    signed_in.post(url, sent)
    made.refresh_from_db()
    assert made.schedule == "1h"
    assert timezone.now() < made.next_scan_at <= timezone.now() + timedelta(hours=1)
    assert "Hourly, of its own" in signed_in.get(made.get_absolute_url()).content.decode()
    signed_in.post(url, {**sent, "every": ""})
    made.refresh_from_db()
    assert made.schedule == ""


def test_a_team_gives_its_schedule_to_its_repositories(signed_in: Client):
    team = rows.team()
    made, other = rows.repository(team=team), rows.repository("other")
    signed_in.post(f"/teams/{team.pk}/edit/", {"name": team.name, "every": "hours", "hours": "2"})
    for row in (team, made, other):
        row.refresh_from_db()
    assert team.schedule == "2h"
    assert made.next_scan_at <= timezone.now() + timedelta(hours=2)
    assert other.next_scan_at is None
    assert "Every 2 hours, from the team" in signed_in.get(made.get_absolute_url()).content.decode()
    assert "As the team (Every 2 hours)" in signed_in.get(f"{made.get_absolute_url()}edit/").content.decode()
    said = AuditEvent.objects.get(verb=AuditVerb.SETTINGS_CHANGED, subject=f"Team {team.name}")
    assert (said.actor.username, said.detail) == ("admin", "every, hours, zone")
