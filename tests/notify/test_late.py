"""What has changed between the hour in which a message was queued and the one in which it is sent."""

import pytest
from django.utils import timezone

from audits import notify
from audits.models import Channel, Message, MessageKind, Repository, User
from audits.notify import outbox, senders
from tests.web import rows

pytestmark = pytest.mark.django_db


def sent(inbox) -> tuple[int, str]:
    """How many mails left, and why the last message did not."""
    assert outbox.deliver(senders.send) == 1
    return len(inbox.mails), Message.objects.get().error


@pytest.fixture
def lead():
    row = rows.person("lead")
    User.objects.filter(pk=row.pk).update(email="lead@calls.example")
    return row


def queued(lead: User, kind: MessageKind, **about) -> Channel:
    channel = notify.subscribe(lead, weekly=True, alerts=True)
    outbox.post([channel], kind, "late:1", about)
    return channel


@pytest.mark.parametrize("kind", [MessageKind.DIGEST, MessageKind.STALLED, MessageKind.TEST])
def test_an_account_that_is_closed_meanwhile_gets_nothing(lead, inbox, kind):
    rows.finding(rows.repository())
    queued(lead, kind)
    User.objects.filter(pk=lead.pk).update(is_active=False)
    count, why = sent(inbox)
    assert count == 0
    assert "takes no messages any more" in why


@pytest.mark.parametrize(
    ("weekly", "alerts", "kind", "count"),
    [
        (False, True, MessageKind.DIGEST, 0),
        (True, False, MessageKind.DIGEST, 1),
        (True, False, MessageKind.STALLED, 0),
        (False, True, MessageKind.STALLED, 1),
        (False, False, MessageKind.TEST, 1),
    ],
)
def test_what_is_switched_off_meanwhile_is_not_sent(lead, inbox, weekly, alerts, kind, count):
    rows.finding(rows.repository())
    queued(lead, kind)
    notify.subscribe(lead, weekly=weekly, alerts=alerts)
    told, why = sent(inbox)
    assert told == count
    assert ("switched this off" in why) is (count == 0)


def test_who_leads_no_more_is_not_told_of_the_whole_organisation(lead, inbox):
    rows.finding(rows.repository())
    queued(lead, MessageKind.STALLED)
    User.objects.filter(pk=lead.pk).update(role="viewer")
    assert sent(inbox)[0] == 0


def test_calls_of_a_repository_that_was_archived_meanwhile_are_not_told(lead, inbox):
    row = rows.repository()
    found = rows.finding(row)
    queued(lead, MessageKind.INTRODUCED, repository=row.pk, findings=[str(found.pk)])
    Repository.objects.update(archived_at=timezone.now())
    count, why = sent(inbox)
    assert count == 0
    assert "archived" in why
