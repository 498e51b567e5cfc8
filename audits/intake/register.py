"""Registering repositories: by the form, by pasted lines, by the command line. What is refused leaves no row behind."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.dateformat import format as format_date

from audits import hosts, schedules
from audits.access import teams_open_to
from audits.models import AuditEvent, AuditVerb, Repository, ScanTrigger, Team, User
from audits.scans import CHECK, address_of, request_scan, send

from .names import free_name, give_way, known_to, name_problem, slug_for, taken

_RACES = 3
_BRANCH = "To have another branch of it read, edit it there."


class Refused(ValueError):
    """Nothing was stored. `field` is url, name, team or branch; `sentence` is for the person at that field.

    `known` is the repository that has the address already.
    """

    def __init__(self, field: str, sentence: str, known: Repository | None = None) -> None:
        super().__init__(sentence)
        self.field = field
        self.sentence = sentence
        self.known = known


@dataclass(frozen=True, slots=True)
class Line:
    """What became of one pasted line: a repository or a sentence why not, with the one that is `known` already.

    `number` counts every line that was pasted, from 1.
    """

    number: int
    text: str
    repository: Repository | None = None
    error: str = ""
    known: Repository | None = None


def register(
    text: str,
    *,
    name: str = "",
    team: Team | str | None = None,
    branch: str = "",
    user: User | None = None,
    scan: bool = True,
) -> Repository:
    """Store a repository and queue the question to its host and, with `scan`, its first scan.

    Without `name` a free one is made from the address; a `team` given by name is created if there is none; without
    `branch` the host's default one is followed. Raises Refused, having stored nothing.
    """
    address = _address(text)
    name, branch = name.strip(), branch.strip()
    if name and (problem := name_problem(name)):
        raise Refused("name", problem)
    if branch and not hosts.branch_ok(branch):
        raise Refused("branch", f"“{branch[:80]}” cannot be the name of a branch; write it as git shows it, like main.")
    for _ in range(_RACES):
        _refuse_known(address, name, user)
        try:
            with transaction.atomic():
                return _store(address, name or free_name(address, user), team, branch, user, scan=scan)
        except IntegrityError:
            # Somebody registered the same address or name a moment ago: the next turn says so.
            continue
    raise Refused(
        "url", "Somebody else is registering this repository at the moment; look at the list of repositories."
    )


def register_many(lines: Iterable[str], *, team: Team | str | None = None, user: User | None = None) -> list[Line]:
    """Register pasted lines, each an address and, after a space, perhaps a team that exists.

    Empty lines and comments, which start with `#`, are left out. A line's own team goes before `team`. One refused line
    does not keep the others from being registered.
    """
    results = []
    for number, text in pasted(lines):
        url, *words = text.split()
        try:
            repository = register(url, team=_existing(" ".join(words), user) if words else team, user=user)
        except Refused as refusal:
            results.append(Line(number, text, error=refusal.sentence, known=refusal.known))
        else:
            results.append(Line(number, text, repository))
    return results


def pasted(lines: Iterable[str]) -> list[tuple[int, str]]:
    """The lines that say something, stripped, each with its number; neither the empty ones nor comments."""
    stripped = ((number, line.strip()) for number, line in enumerate(lines, 1))
    return [(number, text) for number, text in stripped if text and not text.startswith("#")]


def already(known: Repository, user: User | None, sentence: str) -> Refused:
    """The refusal of an address that a repository has: whoever may not know of that one is not told which it is."""
    if known_to(user).filter(pk=known.pk).exists():
        return Refused("url", sentence, known)
    return Refused("url", "A repository of a restricted team has this address already; an admin can say more.")


def _existing(name: str, user: User | None) -> Team:
    open_to = Team.objects.all() if user is None else teams_open_to(user)
    known = open_to.filter(name__iexact=name).order_by("restricted", "pk").first()
    if known is None:
        short = name if len(name) <= 80 else f"{name[:80]}…"
        raise Refused("team", f"No team is called {short}. Add it on the Teams page, or leave it out.")
    return known


def _address(text: str) -> hosts.Address:
    try:
        return address_of(text)
    except hosts.UrlRefused as refusal:
        raise Refused("url", str(refusal)) from refusal


def _refuse_known(address: hosts.Address, name: str, user: User | None) -> None:
    known = Repository.objects.filter(key=address.key).first()
    if known is not None:
        day = format_date(timezone.localtime(known.created_at), "j F Y")
        raise already(known, user, f"This is {known.name}, registered on {day} as {known.url}. {_BRANCH}")
    if name and (sentence := taken(name, user)):
        raise Refused("name", sentence)


def _store(
    address: hosts.Address, name: str, team: Team | str | None, branch: str, user: User | None, *, scan: bool
) -> Repository:
    give_way(name, user)
    repository = Repository(
        name=name,
        url=address.url,
        key=address.key,
        host=address.host,
        is_local=address.local,
        branch=branch,
        team=_team(team),
        created_by=user,
    )
    repository.next_scan_at = schedules.next_run(repository, timezone.now())
    repository.save(force_insert=True)
    AuditEvent.record(user, AuditVerb.REPOSITORY_ADDED, repository.name, repository.url)
    transaction.on_commit(partial(send, CHECK, repository.pk))
    if scan:
        request_scan(repository, ScanTrigger.REGISTRATION, user)
    return repository


def _team(team: Team | str | None) -> Team | None:
    if team is None or isinstance(team, Team):
        return team
    name = " ".join(team.split())
    if not name:
        return None
    if len(name) > 80 or not name.isprintable():
        raise Refused("team", "A team's name has at most 80 characters, all of them printable.")
    known = Team.objects.filter(name__iexact=name).order_by("restricted", "pk").first()
    return known or Team.objects.create(name=name, slug=slug_for(name))
