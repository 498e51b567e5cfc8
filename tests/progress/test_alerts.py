"""What is wrong with a repository, and that it is gone with its cause."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from audits import progress, scans
from audits.gitstore.errors import sentence
from audits.models import Organisation, Repository, Scan, UnreadFile
from audits.progress.alerts import NEXT, REFUTED, TITLES, Known, alerts
from audits.scans import request_scan
from tests.gitbuild import RepositoryBuilder
from tests.gitserver import GitServer, make_keys
from tests.progress.rows import repository, scan

NOW = timezone.now()
WELL = Known(now=NOW, registered=NOW - timedelta(days=90), read=NOW - timedelta(hours=3), files=100)


def kinds(**changes):
    return [alert.kind for alert in alerts(replace(WELL, **changes))]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        *(
            ({"failure": kind, "message": "It is so."}, kind)
            for kind in TITLES
            if kind not in ("paused", "unread", "stale")
        ),
        ({"failure": "worker_lost", "message": "The worker was lost."}, "failed"),
        ({"check": "The host did not answer."}, "check_failed"),
        ({"paused": NOW, "failures": 25}, "paused"),
        ({"unread": 6}, "unread"),
        ({"read": NOW - timedelta(days=8)}, "stale"),
        ({"read": None, "registered": NOW - timedelta(days=8)}, "stale"),
        ({"read": NOW - timedelta(days=3), "days": 2}, "stale"),
    ],
)
def test_each_cause_has_its_alert_with_a_title_and_a_sentence(changes, kind):
    (alert,) = alerts(replace(WELL, **changes))
    assert (alert.kind, alert.title) == (kind, TITLES[kind])
    assert alert.text.endswith(".")


@pytest.mark.parametrize(
    ("kind", "left"),
    [
        ("timed_out", "The server was too slow and the attempt was ended."),
        ("network", "The server could not be reached or broke off. Check that it is up."),
        (
            "rate_limited",
            "The server asks for fewer requests, or has no time for them. A token usually raises the limit.",
        ),
    ],
)
def test_a_paused_repository_is_promised_no_next_scan(kind, left):
    message = sentence(kind).message
    assert NEXT in message
    changes = {"failure": kind, "message": message}
    assert alerts(replace(WELL, **changes))[0].text == message
    paused, failed = alerts(replace(WELL, **changes, paused=NOW, failures=25))
    assert (paused.kind, failed.text) == ("paused", left)


@pytest.mark.parametrize("kind", sorted(REFUTED))
def test_what_the_host_refutes_since_is_its_fault_no_longer(kind):
    changes = {"failure": kind, "message": "The token is wrong.", "failed": NOW}
    (alert,) = alerts(replace(WELL, **changes, answered=NOW + timedelta(seconds=1)))
    assert (alert.kind, alert.text.endswith("Scan it.")) == ("failed", True)
    (alert,) = alerts(replace(WELL, **changes, answered=NOW - timedelta(seconds=1)))
    assert alert.text == "The token is wrong."


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"unread": 5},
        {"unread": 5, "files": 0},
        {"read": NOW - timedelta(days=6)},
        {"read": None, "registered": NOW},
        {"failures": 2},
        {"read": NOW - timedelta(days=8), "days": 14},
    ],
)
def test_without_a_cause_there_is_none(changes):
    assert kinds(**changes) == []


def test_the_worst_comes_first_and_none_hides_another():
    everything = {"paused": NOW, "failure": "tls", "message": "x.", "unread": 50, "read": NOW - timedelta(days=30)}
    assert kinds(**everything) == ["paused", "tls", "unread", "stale"]


def test_a_pause_says_what_it_comes_from():
    (refused,) = alerts(replace(WELL, paused=NOW, failures=3, refusals=3))
    assert "the host refused 3 times" in refused.text
    (failing,) = alerts(replace(WELL, paused=NOW, failures=25, refusals=1))
    assert "25 scans failed in a row" in failing.text


def of(row):
    found = progress.statuses(Repository.objects.all()).get(pk=row.pk)
    return [alert.kind for alert in progress.alerts_of(found, Organisation.current())]


@pytest.mark.django_db
def test_they_come_from_the_rows_and_many_rows_cost_one_query(django_assert_num_queries):
    for number in range(4):
        row = repository()
        scan(row, "failed", error_kind="tls", error_message="Its identity could not be proven.")
        Scan.objects.filter(repository=row, state="done").update(files_total=10)
        UnreadFile.objects.create(repository=row, path=f"{number}.py", reason="unparsable")
    organisation = Organisation.current()
    with django_assert_num_queries(1):
        rows = list(progress.statuses(Repository.objects.all()))
        found = [[alert.kind for alert in progress.alerts_of(row, organisation)] for row in rows]
    assert found == [["tls", "unread"]] * 4


@pytest.mark.django_db
def test_failures_are_told_since_the_first_after_the_last_good_scan():
    row = repository()
    Scan.objects.filter(repository=row).update(finished_at=NOW - timedelta(days=4))
    for days in (6, 3, 1):
        failed = scan(row, "failed", error_kind="tls", error_message="Its identity could not be proven.")
        Scan.objects.filter(pk=failed.pk).update(finished_at=NOW - timedelta(days=days))
    found = progress.statuses(Repository.objects.all()).get()
    assert [alert.since for alert in progress.alerts_of(found, Organisation.current())] == [NOW - timedelta(days=3)]


@pytest.fixture
def server(tmp_path):
    with GitServer(tmp_path / "served", make_keys(tmp_path)) as running:
        yield running


@pytest.fixture
def shop(server, settings, tmp_path):
    """A repository on that server, registered, and what is read of it."""
    settings.INTERNAL_GIT_HOSTS, settings.INTERNAL_GIT_AUTHORITIES = [server.place], str(server.authority)
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    builder = RepositoryBuilder(tmp_path / "served" / "shop.git")
    builder.commit({"app.py": "x = 1\n"})
    row = repository(read=False)
    address = f"https://{server.place}/shop.git"
    Repository.objects.filter(pk=row.pk).update(url=address, key=address, host="localhost")
    return row


def read(row):
    scans.run_scan(request_scan(row).pk)
    return of(row)


@pytest.mark.django_db
@pytest.mark.hostile
@pytest.mark.parametrize(
    ("mode", "kind"),
    [("401", "auth_failed"), ("404", "not_found"), ("redirect", "moved"), ("html", "no_commits"), ("500", "failed")],
)
def test_what_a_server_answers_is_an_alert_until_it_answers_well(server, shop, mode, kind):
    assert read(shop) == []
    server.mode, server.target = mode, "/new"
    assert read(shop) == [kind]
    server.mode = "ok"
    assert read(shop) == []


@pytest.mark.django_db
def test_the_third_refusal_pauses_it_and_a_good_scan_ends_both(server, shop):
    server.mode = "401"
    assert [read(shop) for _ in range(3)][-1] == ["paused", "auth_failed"]
    server.mode = "ok"
    assert read(shop) == []


@pytest.mark.django_db
def test_a_branch_that_is_gone_is_an_alert_until_it_is_back(shop, server):
    Repository.objects.update(branch="release")
    assert read(shop) == ["branch_not_found"]
    Repository.objects.update(branch="")
    assert read(shop) == []


@pytest.mark.django_db
@pytest.mark.parametrize("setting", ["INTERNAL_GIT_HOSTS", "INTERNAL_GIT_AUTHORITIES"])
def test_what_an_admin_mends_is_gone_with_it(shop, settings, setting):
    before = getattr(settings, setting)
    setattr(settings, setting, [] if setting == "INTERNAL_GIT_HOSTS" else "")
    assert read(shop) == [{"INTERNAL_GIT_HOSTS": "url_not_allowed", "INTERNAL_GIT_AUTHORITIES": "tls"}[setting]]
    setattr(settings, setting, before)
    assert read(shop) == []
