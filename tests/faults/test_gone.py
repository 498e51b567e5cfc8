"""A repository that its host no longer has: ticks of the clock, a worker, and a server that says so each time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import notify, schedules, tasks
from audits.intake import register
from audits.models import Channel, Message, Repository, Scan
from audits.models.repository import PAUSE_AFTER, STOP_AFTER_REFUSALS
from audits.models.scan import OPEN_STATES
from audits.notify.occasions import FAILING_AFTER
from audits.recurrence import SLOW_AFTER
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import known, page, undisturbed, whole

pytestmark = [pytest.mark.broker, pytest.mark.fault, pytest.mark.django_db(transaction=True)]
DAY = timedelta(days=1)


@pytest.fixture
def remote(served, serving, start_worker):
    """A registered repository on that server which a worker has read once, and its builder."""
    builder = RepositoryBuilder(served.root / "shop.git")
    builder.commit({"shop/ask.py": SHOP})
    repository = register(f"https://{served.place}/shop.git", scan=False)
    start_worker(**serving)
    assert tick(repository).state == "done"
    return repository, builder


def ticks(repository):
    """The clock's tick, as beat sends it, when the repository is due. The worker has taken it when this returns."""
    Repository.objects.filter(pk=repository.pk).exclude(next_scan_at=None).update(
        next_scan_at=timezone.now() - timedelta(minutes=1)
    )
    tasks.queue_due.delay()


def tick(repository):
    """A tick at which the repository is due, and the scan that comes of it, when it has ended."""
    before = repository.scans.count()
    ticks(repository)
    wait_for(lambda: repository.scans.count() > before, "the tick queues nothing")
    wait_for(lambda: not repository.scans.filter(state__in=OPEN_STATES).exists(), "the scan does not end")
    repository.refresh_from_db()
    row = repository.scans.order_by("-pk").first()
    assert row.trigger == "schedule"
    return row


def rests(repository):
    """A tick asks for no scan of a repository that is paused, though others that are due are queued by it."""
    before = repository.scans.count()
    due = timezone.now() - timedelta(minutes=1)
    other = Repository.objects.create(name="other", key="other", url="https://other.test/a/b", next_scan_at=due)
    ticks(repository)
    ended = Scan.objects.filter(repository=other).exclude(state__in=OPEN_STATES)
    wait_for(ended.exists, "the tick queues nothing")
    other.delete()
    return repository.scans.count() == before


@pytest.mark.parametrize("status", ["404", "410"])
def test_three_ticks_that_find_nothing_pause_it_and_keep_what_is_known(status, remote, served, ledger):
    repository, builder = remote
    channel = Channel.objects.create(kind="mail", address="everybody@calls.example", alerts=True)
    before, read = known(repository), repository.applied_at
    served.mode = status
    for number in range(1, STOP_AFTER_REFUSALS + 1):
        asked = len(served.log)
        row = tick(repository)
        assert (row.state, row.error_kind, repository.failures) == ("failed", "not_found", number)
        assert len(served.log) > asked
        assert (repository.paused_at is None) is (number < STOP_AFTER_REFUSALS)
        whole(repository)
        assert "There is no repository at this address." in page(repository)
    ledger.compare(f"The server says {status} at three ticks", known(repository), before, times=number)
    assert (repository.next_scan_at, repository.applied_at) == (None, read)
    assert f"the host refused {number} times" in page(repository)
    assert rests(repository)
    # Days later: the numbers are marked as old, and somebody is told once.
    Scan.objects.filter(repository=repository, state="done").update(finished_at=timezone.now() - 8 * DAY)
    Scan.objects.filter(repository=repository, state="failed").update(finished_at=timezone.now() - 7 * DAY)
    shown = page(repository)
    assert "Not read in the last 7 days" in shown
    for _ in range(2):
        notify.look_round(timezone.now() + FAILING_AFTER)
    assert Message.objects.filter(channel=channel, kind="failing").count() == 1
    served.mode = "ok"
    schedules.resume(repository)
    assert tick(repository).state == "done"
    assert (repository.failures, repository.refusals, repository.paused_at) == (0, 0, None)
    ledger.compare(f"The server says {status} at three ticks", known(repository), undisturbed(builder), times=0)


def test_what_passes_slows_the_clock_from_the_third_failure_on_and_pauses_it_at_the_25th(remote, served, ledger):
    repository, builder = remote
    before = known(repository)
    served.mode = "500"
    waits = []
    for number in range(1, PAUSE_AFTER + 1):
        row = tick(repository)
        assert (row.state, row.error_kind, repository.failures) == ("failed", "network", number)
        waits.append(repository.next_scan_at and repository.next_scan_at - row.finished_at)
        assert (repository.paused_at is None) is (number < PAUSE_AFTER)
    assert all(wait <= DAY for wait in waits[: SLOW_AFTER - 1])
    assert DAY < waits[SLOW_AFTER - 1] <= 2 * DAY < waits[SLOW_AFTER] <= 4 * DAY < waits[SLOW_AFTER + 1]
    assert waits[-1] is None
    assert "25 scans failed in a row" in page(repository)
    assert rests(repository)
    whole(repository)
    ledger.compare("25 ticks at which the server fails", known(repository), before, times=PAUSE_AFTER)
    served.mode = "ok"
    schedules.resume(repository)
    assert tick(repository).state == "done"
    assert known(repository).uses == undisturbed(builder).uses
