"""Who reads a channel, and so what may be said in it: decided at the moment of sending, not when it was queued."""

from django.db.models import Q, QuerySet

from audits import access
from audits.models import Channel, Finding, Repository, Team, User


def readable(channel: Channel) -> "QuerySet[Repository]":
    """The repositories that a channel may speak of.

    A person's: what the person may see; a team's: its own; the organisation's: those of no restricted team, since
    nobody knows who reads along.
    """
    if channel.person is not None:
        return access.visible_to(channel.person)
    if channel.team is not None:
        return Repository.objects.filter(team=channel.team)
    return Repository.objects.exclude(team__in=Team.objects.filter(restricted=True))


def alerted(repository: Repository) -> "QuerySet[Channel]":
    """The channels that are told at once what happens in a repository.

    Its team's own and those of the team's members. Where that is nobody, the organisation's.
    """
    wanted = Channel.objects.filter(alerts=True)
    active = Q(person=None) | Q(person__is_active=True)
    if repository.team_id is not None:
        near = Q(team=repository.team_id) | Q(person__teams=repository.team_id)
        channels = wanted.filter(near & active).distinct()
        if channels.exists():
            return channels
    return wanted.filter(person=None, team=None)


def organisation_wide() -> "QuerySet[Channel]":
    """The channels that are told of the organisation as a whole: its own, and those of leads and admins."""
    return Channel.objects.filter(alerts=True).filter(Q(team=None, person=None) | Q(person__in=_leading()))


def _leading() -> "QuerySet[User]":
    return User.objects.filter(is_active=True).filter(Q(role__in=access.LEADING) | Q(is_superuser=True))


def owner_of(finding: Finding) -> "QuerySet[Channel]":
    """The channel of the person to whom a finding is assigned, if they take messages at once."""
    return Channel.objects.filter(alerts=True, person__is_active=True, person=getattr(finding, "owner_id", None) or 0)
