import pytest
from django.utils import timezone

from audits import scans, schedules
from audits.models import Repository


def test_it_keeps_that_the_host_answered(registered, shop):
    scans.check(registered.pk)
    registered.refresh_from_db()
    assert (registered.check_state, registered.check_message) == ("answered", f"Branch main is at {shop.tip[:12]}.")
    assert registered.checked_at is not None


def test_it_keeps_why_the_host_did_not_answer(registered):
    Repository.objects.update(branch="no-such-branch")
    scans.check(registered.pk)
    registered.refresh_from_db()
    assert registered.check_state == "failed"
    assert "branch" in registered.check_message


def test_it_asks_no_host_that_is_no_longer_allowed(registered, settings):
    settings.LOCAL_REPOSITORY_ROOTS = []
    scans.check(registered.pk)
    registered.refresh_from_db()
    assert "LOCAL_REPOSITORY_ROOTS" in registered.check_message


@pytest.mark.django_db
def test_a_repository_that_is_gone_is_nobodys_business():
    scans.check(4711)


def test_an_answer_ends_the_pause_that_refusals_made(registered):
    Repository.objects.update(failures=3, refusals=3, paused_at=timezone.now(), next_scan_at=None)
    scans.check(registered.pk)
    registered.refresh_from_db()
    assert (registered.paused_at, registered.refusals) == (None, 0)
    assert schedules.queue_due() == 1
