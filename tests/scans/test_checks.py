import pytest

from audits import scans
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
