from datetime import timedelta
from http import HTTPStatus

import pytest
from django.test import Client
from django.utils import timezone

from audits.models import Repository, Scan, ScanState, User

from . import rows

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


def live(client: Client, repository: Repository) -> str:
    return client.get(f"{repository.get_absolute_url()}live/", headers=HTMX).content.decode()


def test_asking_queues_one_scan_however_often(signed_in: Client, admin: User):
    made = rows.repository()
    for _ in range(3):
        assert signed_in.post(f"{made.get_absolute_url()}scan/").url == made.get_absolute_url()
    assert [(scan.state, scan.requested_by) for scan in Scan.objects.all()] == [(ScanState.QUEUED, admin)]


def test_a_scan_is_cancelled_by_whoever_presses_the_button(signed_in: Client, admin: User):
    made = rows.repository()
    running = rows.scan(made, ScanState.SCANNING)
    assert "repositories/1/cancel/".replace("1", str(made.pk)) in live(signed_in, made)
    page = signed_in.post(f"{made.get_absolute_url()}cancel/", {"scan": running.pk}, follow=True).content.decode()
    assert "The scan was cancelled." in page
    assert "by admin" in page
    running.refresh_from_db()
    assert (running.state, running.cancelled_by) == (ScanState.CANCELLED, admin)
    again = signed_in.post(f"{made.get_absolute_url()}cancel/", {"scan": running.pk}, follow=True).content.decode()
    assert "That scan has ended already." in again


@pytest.mark.parametrize("which", ["", "x", "0", "9" * 30, "-1", "another"])
def test_only_the_scan_that_is_meant_is_cancelled(signed_in: Client, which: str):
    made, other = rows.repository(), rows.repository("other")
    running, foreign = rows.scan(made, ScanState.SCANNING), rows.scan(other, ScanState.SCANNING)
    sent = str(foreign.pk) if which == "another" else which
    signed_in.post(f"{made.get_absolute_url()}cancel/", {"scan": sent})
    for scan in (running, foreign):
        scan.refresh_from_db()
        assert scan.state == ScanState.SCANNING


def test_a_viewer_watches_and_cannot_cancel(client: Client):
    client.force_login(rows.person("viewer"))
    made = rows.repository()
    rows.scan(made, ScanState.SCANNING)
    assert "cancel" not in live(client, made)


def test_a_worker_that_gives_no_sign_of_life_is_told_with_what_comes_of_it(signed_in: Client):
    made = rows.repository()
    scan = rows.scan(made, ScanState.FETCHING)
    assert "no sign of life" not in live(signed_in, made)
    Scan.objects.filter(pk=scan.pk).update(lease_until=timezone.now() + timedelta(seconds=5))
    assert "no sign of life" in live(signed_in, made)
    assert "another worker begins the scan anew after today at" in live(signed_in, made)
    Scan.objects.filter(pk=scan.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert "or gave it back: another begins the scan anew" in live(signed_in, made)


def test_a_scan_that_no_worker_was_told_of_names_the_broker(signed_in: Client, settings):
    settings.REDIS_URL = "unix:///nowhere/broker.sock"
    made = rows.repository()
    scan = rows.scan(made, ScanState.QUEUED)
    assert "The broker does not answer: the scan is kept" in live(signed_in, made)
    Scan.objects.filter(pk=scan.pk).update(rung_at=timezone.now())
    assert "The broker does not answer" not in live(signed_in, made)


def test_an_attempt_that_was_cut_short_is_told_while_the_next_runs_and_after(signed_in: Client):
    made = rows.repository()
    scan = rows.scan(made, ScanState.SCANNING, attempt=2)
    told = "ttempt 2, as an earlier worker did not finish it"
    assert told in live(signed_in, made)
    Scan.objects.filter(pk=scan.pk).update(state=ScanState.DONE, lease_until=None, finished_at=timezone.now())
    assert told in signed_in.get(made.get_absolute_url()).content.decode()


def test_a_host_that_asks_for_patience_is_named(signed_in: Client):
    made = rows.repository()
    rows.scan(made, ScanState.QUEUED, not_before=timezone.now())
    assert "The host asks for fewer requests: tried again today" in live(signed_in, made)


def test_all_repositories_are_asked_for_at_once(signed_in: Client):
    for name in ("a1", "b1", "c1"):
        rows.repository(name)
    page = signed_in.post("/repositories/scan/", follow=True).content.decode()
    assert "Asked for 3 scans" in page
    assert Scan.objects.count() == 3


def test_nothing_to_scan_is_said(signed_in: Client):
    assert "no repository to scan yet" in signed_in.post("/repositories/scan/", follow=True).content.decode()


@pytest.mark.parametrize(
    ("state", "values", "told"),
    [
        (ScanState.QUEUED, {}, "Scan waits for a worker"),
        (ScanState.FETCHING, {}, "Asking the host and fetching"),
        (ScanState.SCANNING, {"files_total": 987, "files_done": 412}, "412 of 987 files"),
        (ScanState.SCANNING, {"files_total": 987, "files_done": 987}, "All 987 files read: following clients"),
    ],
)
def test_a_running_scan_asks_again(signed_in: Client, state: str, values: dict[str, int], told: str):
    made = rows.repository()
    rows.scan(made, state, **values)
    for page in (live(signed_in, made), signed_in.get(made.get_absolute_url()).content.decode()):
        assert told in page
        assert 'hx-trigger="every 1s"' in page


@pytest.mark.parametrize("state", [ScanState.DONE, ScanState.PARTIAL, ScanState.FAILED])
def test_a_scan_that_has_ended_brings_the_page_and_asks_no_longer(signed_in: Client, state: str):
    made = rows.repository()
    rows.scan(made, state)
    answer = signed_in.get(f"{made.get_absolute_url()}live/", headers=HTMX)
    assert "hx-trigger" not in answer.content.decode()
    assert (answer["HX-Retarget"], answer["HX-Reselect"], answer["HX-Reswap"]) == ("#main", "#main", "outerHTML")


def test_the_end_of_the_watched_scan_is_said_once(signed_in: Client):
    made = rows.repository()
    ended = rows.scan(made, ScanState.PARTIAL, resolved_now=4, files_unread=1)
    page = signed_in.get(f"{made.get_absolute_url()}live/?scan={ended.pk}", headers=HTMX).content.decode()
    assert "The scan is partial: 4 resolved, 1 file unread." in page
    assert "The scan is" not in signed_in.get(made.get_absolute_url()).content.decode()


@pytest.mark.parametrize("watched", ["", "x", "-1", "٣", "9" * 40])
def test_another_end_is_not_said(signed_in: Client, watched: str):
    made = rows.repository()
    rows.scan(made, ScanState.DONE)
    page = signed_in.get(f"{made.get_absolute_url()}live/", {"scan": watched}, headers=HTMX)
    assert page.status_code == HTTPStatus.OK
    assert "The scan is" not in page.content.decode()


def test_the_host_is_waited_for_as_well(signed_in: Client):
    made = rows.repository(check_state="waiting")
    assert "Asking the host" in live(signed_in, made)
    Repository.objects.update(check_state="answered")
    assert "hx-trigger" not in live(signed_in, made)


def test_without_scripts_the_page_reloads_itself(signed_in: Client):
    made = rows.repository()
    rows.scan(made, ScanState.QUEUED)
    page = signed_in.get(made.get_absolute_url()).content.decode()
    assert '<noscript><meta http-equiv="refresh"' in page
    answer = signed_in.get(f"{made.get_absolute_url()}live/")
    assert (answer.status_code, answer.url) == (HTTPStatus.FOUND, made.get_absolute_url())


def test_every_scan_keeps_its_story(signed_in: Client, admin: User):
    made = rows.repository()
    rows.scan(made, trigger="schedule", unchanged=True)
    rows.scan(made, ScanState.FAILED, requested_by=admin)
    rows.scan(made, ScanState.SUPERSEDED)
    rows.scan(made, resolved_now=4, remaining=38)
    page = signed_in.get(made.get_absolute_url()).content.decode()
    for text in ("same commit, nothing to read", "4 resolved", "Schedule", "admin", "Superseded", "42 s", "3fa92c1"):
        assert text in page, text


def test_old_scans_are_a_page_away(signed_in: Client):
    made = rows.repository()
    for number in range(12):
        rows.scan(made, remaining=number)
    page = signed_in.get(f"{made.get_absolute_url()}?scans=2").content.decode()
    assert "11–12 of 12" in page


def test_a_fragment_of_an_ended_session_reloads_the_page(client: Client):
    made = rows.repository()
    answer = client.get(f"{made.get_absolute_url()}live/", headers=HTMX, follow=True)
    assert answer["HX-Refresh"] == "true"
