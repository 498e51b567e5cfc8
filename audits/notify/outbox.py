"""The outbox: a row in the transaction of what it tells of, sent afterwards and at least once."""

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.db.models import DateTimeField, DurationField, Expression, ExpressionWrapper, F, QuerySet, Value
from django.db.models.functions import Now

from audits.models import Channel, Message

# After each failure the next try comes later; what a day did not deliver is given up and said on the page.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60, 16 * 60))
# While one worker sends, no other one takes the message; a worker that dies gives it back by this.
_SENDING = timedelta(minutes=5)
_AT_ONCE = 50
logger = logging.getLogger(__name__)


class NotDelivered(Exception):
    """The message did not arrive; `str()` is a sentence for the channel's owner and holds no secret."""


class Needless(Exception):
    """There is nothing to say any more, and no fault to report; `str()` says why in a sentence."""


def post(channels: Iterable[Channel], kind: str, key: str, about: Mapping[str, Any]) -> None:
    """Queue a message for each channel, inside the caller's transaction; an occasion that is known changes nothing."""
    post_all(kind, [(channels, key, about)])


def post_all(kind: str, occasions: Iterable[tuple[Iterable[Channel], str, Mapping[str, Any]]]) -> None:
    """The same for many occasions of one kind, each with its channels, its key and what it is about; one query."""
    Message.objects.bulk_create(
        [
            Message(channel=channel, kind=kind, key=key[:120], about=dict(about), queued_at=Now(), due_at=Now())
            for channels, key, about in occasions
            for channel in channels
        ],
        ignore_conflicts=True,
    )


def waiting() -> "QuerySet[Message]":
    """Messages to be sent now, by the database's clock, the oldest first."""
    return Message.objects.filter(sent_at=None, given_up_at=None, due_at__lte=Now()).order_by("due_at", "queued_at")


def deliver(send: Callable[[Message], None]) -> int:
    """Hand what is due to `send`, which raises NotDelivered or Needless; returns how many are done with.

    A message is taken by counting the attempt: of two workers one gets it, and one that dies while it sends leaves it
    due again. It may then arrive twice, which is better than never.
    """
    arrived = 0
    for message in waiting().select_related("channel__person", "channel__team")[:_AT_ONCE]:
        if (
            waiting()
            .filter(pk=message.pk, attempts=message.attempts)
            .update(due_at=_later(_SENDING), attempts=F("attempts") + 1)
        ):
            arrived += _try(message, send)
    return arrived


def _try(message: Message, send: Callable[[Message], None]) -> bool:
    row = Message.objects.filter(pk=message.pk)
    try:
        send(message)
    except Needless as reason:
        row.update(sent_at=Now(), error=str(reason)[:500])
        return True
    except NotDelivered as error:
        logger.warning("Message %s was not delivered: %s", message.pk, error)
        return _put_off(message, str(error))
    except Exception:
        # A fault of ours must not keep the messages behind it, nor come back every five minutes unseen.
        logger.exception("Message %s could not be written or sent", message.pk)
        return _put_off(message, "Something in Last Call itself went wrong; the worker's log names the fault.")
    row.update(sent_at=Now(), error="")
    return True


def _put_off(message: Message, error: str) -> bool:
    """Later again, or never; False for the caller."""
    tried = message.attempts
    values: dict[str, Any] = {"error": error[:500]}
    values |= {"due_at": _later(WAITS[tried])} if tried < len(WAITS) else {"given_up_at": Now()}
    Message.objects.filter(pk=message.pk).update(**values)
    return False


def _later(wait: timedelta) -> Expression:
    return ExpressionWrapper(Now() + Value(wait, output_field=DurationField()), output_field=DateTimeField())
