"""Making and removing channels. What each person may do with which stands here, beside the one table of `access`."""

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from audits import vault
from audits.access import Action, may
from audits.models import Channel, ChannelKind, Message, MessageKind, Team, User

from . import webhook
from .outbox import post
from .secrets import sealed
from .services import SERVICES, host_of, service_of


class Unfit(ValueError):
    """What was typed cannot be used; `str()` is the sentence for the field."""


def editable_by(user: User) -> "QuerySet[Channel]":
    """One's own; a lead's teams'; an admin's all."""
    if may(user, Action.ADMINISTER):
        return Channel.objects.filter(Q(person=None) | Q(person=user))
    if may(user, Action.EDIT_TEAMS):
        return Channel.objects.filter(Q(person=user) | Q(team__in=user.teams.all()))
    return Channel.objects.filter(person=user)


def teams_of(user: User) -> "QuerySet[Team]":
    """The teams for which this person may add a channel."""
    if may(user, Action.ADMINISTER):
        return Team.objects.all()
    return user.teams.all() if may(user, Action.EDIT_TEAMS) else Team.objects.none()


def subscribe(user: User, *, weekly: bool, alerts: bool) -> Channel:
    """Set what a person's own mail gets; both off keeps the row, which then gets nothing."""
    channel, _ = Channel.objects.update_or_create(
        person=user, defaults={"weekly": weekly, "alerts": alerts}, create_defaults={
            "weekly": weekly, "alerts": alerts, "kind": ChannelKind.MAIL, "created_by": user,
        }
    )  # fmt: skip
    return channel


def add(kind: str, address: str, *, team: Team | None, weekly: bool, alerts: bool, user: User) -> tuple[Channel, str]:
    """A channel of a team, or of the organisation without one; with it the key that its webhook signs with, else "".

    The key is told here once and never again. Raises Unfit.
    """
    address = address.strip()
    channel = Channel(kind=kind, team=team, weekly=weekly, alerts=alerts, created_by=user)
    key = ""
    if kind == ChannelKind.MAIL:
        channel.address = address
    else:
        _check(kind, address)
        key = webhook.new_key() if kind == ChannelKind.WEBHOOK else ""
        try:
            channel.secret = sealed(address, key)
        except vault.NoKey as error:
            raise Unfit(str(error)) from error
        service = service_of(address)
        channel.shown = service.name if service and kind == ChannelKind.CHAT else host_of(address)
    channel.save()
    return channel, key


def _check(kind: str, address: str) -> None:
    if kind == ChannelKind.CHAT and service_of(address) is None:
        forms = "; ".join(f"{service.name}: {service.example}" for service in SERVICES)
        raise Unfit(f"This is not the address of a chat service that is known here. {forms}.")
    if kind == ChannelKind.WEBHOOK and (sentence := webhook.problem(address)):
        raise Unfit(sentence)


def test(channel: Channel) -> None:
    """Queue a test message; one that waits already is tried again at once."""
    with transaction.atomic():
        waiting = Message.objects.filter(channel=channel, kind=MessageKind.TEST, sent_at=None, given_up_at=None)
        if not waiting.update(due_at=Now()):
            number = Message.objects.filter(channel=channel, kind=MessageKind.TEST).count()
            post([channel], MessageKind.TEST, f"test:{number}", {})
