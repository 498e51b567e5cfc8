"""Who reads a channel, and so what may be said in it: decided at the moment of sending, not when it was queued."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, Lower

from audits import access
from audits.models import Channel, Finding, MessageKind, Repository, Team, User


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


def alerted(repositories: Iterable[Repository]) -> dict[int, list[Channel]]:
    """By repository the channels that are told at once what happens in it; at most two queries.

    Its team's own and those of the team's members. Where that is nobody, the organisation's.
    """
    rows = list(repositories)
    teams = {row.team_id for row in rows if row.team_id is not None}
    wanted = Channel.objects.filter(alerts=True)
    near = wanted.annotate(of=Coalesce("team", "person__teams")).filter(of__in=teams)
    found = defaultdict[int | None, list[Channel]](list)
    for channel in near.filter(Q(person=None) | Q(person__is_active=True)):
        found[channel.of].append(channel)
    nobody = any(row.team_id not in found for row in rows)
    everybody = list(wanted.filter(person=None, team=None)) if nobody else []
    return {row.pk: found.get(row.team_id, everybody) for row in rows}


def organisation_wide() -> "QuerySet[Channel]":
    """The channels that are told of the organisation as a whole: its own, and those of leads and admins."""
    return Channel.objects.filter(alerts=True).filter(Q(team=None, person=None) | Q(person__in=_leading()))


def _leading() -> "QuerySet[User]":
    return User.objects.filter(is_active=True).filter(Q(role__in=access.LEADING) | Q(is_superuser=True))


def takes(channel: Channel, kind: str) -> bool:
    """Whether a channel, as it is now, takes messages of a kind: much may have changed since they were queued."""
    if channel.person is not None and not channel.person.is_active:
        return False
    if kind == MessageKind.TEST:
        return True
    if kind == MessageKind.DIGEST:
        return channel.weekly
    if kind == MessageKind.STALLED and channel.team_id is None:
        return organisation_wide().filter(pk=channel.pk).exists()
    return channel.alerts


def alertable(channel: Channel) -> "QuerySet[Repository]":
    """The repositories of whose calls a channel may be told at once: a team may own files in those of others."""
    if channel.team_id is None:
        return readable(channel)
    return Repository.objects.filter(Q(team=channel.team_id) | Q(team=None) | Q(team__restricted=False))


def owners(findings: Iterable[Finding]) -> dict[Channel, list[Finding]]:
    """Who looks after some findings of one repository and takes messages at once, with what each looks after.

    A finding's assignee; where it has none, the people and teams that CODEOWNERS names, a team through its channels and
    its members'. Nobody is told of what they may not see. At most four queries and one a channel.
    """
    rows = list(findings)
    named = {name for row in rows if row.assignee_id is None for name in _words(row)}
    people = _people({row.assignee_id for row in rows if row.assignee_id}, named)
    teams = Team.objects.filter(slug__in={name.rpartition("/")[2] for name in named if "/" in name})
    wanted = Channel.objects.filter(Q(person=None) | Q(person__is_active=True), alerts=True)
    near = wanted.filter(Q(person__in=people) | Q(team__in=teams) | Q(person__teams__in=teams)).distinct()
    found = {channel: list(_of(channel, rows)) for channel in near.select_related("person", "team")}
    return {channel: own for channel, own in found.items() if own and _hears(channel, own[0])}


def _words(finding: Finding) -> set[str]:
    """Handles, teams and addresses; "@" alone, which a hostile file may say, is nobody."""
    return {name.removeprefix("@").lower() for name in finding.owner_names} - {""}


def _people(assigned: Iterable[int], named: Iterable[str]) -> "QuerySet[User]":
    """By id, or by what CODEOWNERS says: a handle that is a user name here, or a mail address."""
    lower = User.objects.annotate(handle=Lower("username"), mail=Lower("email"))
    return lower.filter(Q(pk__in=set(assigned)) | Q(handle__in=named) | Q(mail__in=named))


def _of(channel: Channel, findings: Iterable[Finding]) -> Iterator[Finding]:
    person = channel.person
    names = {person.username.lower(), person.email.lower()} - {""} if person else set()
    teams = [channel.team] if channel.team else list(person.teams.all()) if person else []
    words = {f"/{team.slug}" for team in teams}
    for finding in findings:
        owned = _words(finding)
        mine = owned & names or any(f"/{name.rpartition('/')[2]}" in words for name in owned if "/" in name)
        if (person and finding.assignee_id == person.pk) or (finding.assignee_id is None and mine):
            yield finding


def _hears(channel: Channel, finding: Finding) -> bool:
    return alertable(channel).filter(pk=finding.repository_id).exists()
