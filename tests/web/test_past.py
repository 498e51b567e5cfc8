"""A repository's past on its page: asked for, watched, failed, and drawn."""

import pytest
from django.urls import reverse
from django.utils import timezone

from audits.models import HistoryRun
from tests.progress.rows import repository

from . import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def found():
    return repository("shop")


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    monkeypatch.setattr("audits.scans.doorbell.put", lambda *args, **_: None)


def page(client, found, role="lead"):
    client.force_login(rows.person(role))
    return client.get(found.get_absolute_url()).content.decode()


def run(found, state="done", **fields):
    fields.setdefault("error_message", "The host is away." if state == "failed" else "")
    if state == "scanning":
        fields["lease_until"] = timezone.now()
    return HistoryRun.objects.create(repository=found, state=state, queued_at=timezone.now(), **fields)


def test_a_lead_asks_and_sees_it_wait(client, found):
    client.force_login(rows.person("lead"))
    answer = client.post(reverse("repository-history", args=[found.pk]), follow=True)
    text = answer.content.decode()
    assert "as soon as no scan waits" in text
    assert "Its past waits to be read" in text
    assert reverse("repository-past", args=[found.pk]) in text
    assert HistoryRun.objects.get().requested_by == answer.wsgi_request.user


def test_a_repository_that_was_never_scanned_is_to_be_scanned_first(client):
    client.force_login(rows.person("lead"))
    text = client.post(reverse("repository-history", args=[repository(read=False).pk]), follow=True).content.decode()
    assert "Scan the repository first" in text
    assert not HistoryRun.objects.exists()


def test_the_card_asks_again_while_it_is_read_and_then_no_more(client, found):
    reading = run(found, "scanning", points_done=5, points_total=24)
    client.force_login(rows.person("viewer"))
    address = reverse("repository-past", args=[found.pk])
    text = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "5 of 24 past commits read" in text
    assert "every 2s" in text
    HistoryRun.objects.filter(pk=reading.pk).update(state="done", is_current=True, base_at=timezone.now())
    assert "every 2s" not in client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert client.get(address).url == found.get_absolute_url()


def test_what_failed_says_so_beside_the_curve_that_stays(client, found):
    run(found, is_current=True, base_at=timezone.now(), points_total=24, resolved_before=3)
    run(found, "failed", finished_at=timezone.now())
    text = page(client, found)
    assert "The host is away." in text
    assert "24 past commits" in text
    assert "3 calls gone before the first scan" in text


def test_a_branch_that_was_rewritten_is_marked(client, found):
    run(found, is_current=True, base_at=timezone.now(), points_total=2, resolved_before=1, rewritten=True)
    assert "rewritten by force" in page(client, found)


def test_only_a_lead_has_the_button(client, found):
    run(found, is_current=True, base_at=timezone.now(), points_total=2, resolved_before=1)
    assert "Read its past again" in page(client, found)
    assert "Read its past again" not in page(client, found, "engineer")
