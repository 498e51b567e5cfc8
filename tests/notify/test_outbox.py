"""Sending: once an occasion, again after a failure, never at the same time by two."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audits.models import Channel, Message, MessageKind
from audits.notify import outbox, senders
from tests.web import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel():
    return Channel.objects.create(kind="mail", address="team@calls.example")


def make_due():
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))


def test_an_occasion_is_told_once_a_channel(channel):
    other = Channel.objects.create(kind="mail", address="other@calls.example")
    for _ in range(3):
        outbox.post([channel, other], MessageKind.TEST, "test:1", {})
    assert Message.objects.count() == 2


def test_what_is_rolled_back_is_never_told(channel):
    with transaction.atomic():
        outbox.post([channel], MessageKind.TEST, "test:1", {})
        transaction.set_rollback(True)
    assert not Message.objects.exists()


def test_mail_arrives_as_text_and_html(channel, inbox):
    outbox.post([channel], MessageKind.TEST, "test:1", {})
    assert outbox.deliver(senders.send) == 1
    [(to, mail)] = inbox.mails
    assert to == ["team@calls.example"]
    assert "Subject: A test of Last Call" in mail
    assert "text/plain" in mail
    assert "text/html" in mail
    assert "https://calls.example/notifications/" in mail
    assert Message.objects.get().sent_at is not None
    assert outbox.deliver(senders.send) == 0


def test_a_failure_waits_longer_each_time_and_is_given_up_in_words(channel, inbox):
    inbox.refuse = True
    outbox.post([channel], MessageKind.TEST, "test:1", {})
    waits = []
    for _ in range(len(outbox.WAITS) + 1):
        assert outbox.deliver(senders.send) == 0
        message = Message.objects.get()
        waits.append(message.due_at - timezone.now())
        make_due()
    assert waits[:-1] == sorted(waits[:-1])
    assert message.given_up_at is not None
    assert "refused it or cannot be reached" in message.error
    inbox.refuse = False
    assert outbox.deliver(senders.send) == 0


def test_without_a_mail_server_it_says_what_to_do(channel, settings):
    settings.EMAIL_IS_SET = False
    outbox.post([channel], MessageKind.TEST, "test:1", {})
    outbox.deliver(senders.send)
    assert "EMAIL_URL" in Message.objects.get().error


def test_what_needs_no_saying_any_more_is_not_called_sent(channel, inbox):
    outbox.post([channel], MessageKind.ZERO, "zero:1", {"repository": 0})
    assert outbox.deliver(senders.send) == 1
    assert inbox.mails == []
    assert "gone" in Message.objects.get().error


def test_two_workers_send_a_message_once(channel):
    outbox.post([channel], MessageKind.TEST, "test:1", {})
    sent = []

    def send(message):
        sent.append(message.pk)
        assert outbox.deliver(send) == 0

    assert outbox.deliver(send) == 1
    assert len(sent) == 1


def test_a_worker_that_dies_while_it_sends_loses_nothing(channel, inbox):
    outbox.post([channel], MessageKind.TEST, "test:1", {})

    def die(message):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        outbox.deliver(die)
    assert outbox.deliver(senders.send) == 0
    make_due()
    assert outbox.deliver(senders.send) == 1


def test_mail_of_a_person_without_an_address_says_so(inbox):
    person = rows.person("viewer")
    outbox.post([Channel.objects.create(person=person)], MessageKind.TEST, "test:1", {})
    outbox.deliver(senders.send)
    assert "no mail address" in Message.objects.get().error
