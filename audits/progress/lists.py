"""The lists that stand beside the numbers, as tables: scans, files and their owners, unread files, what runs next."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Prefetch, QuerySet

from audits import query
from audits.models import Dependency, Organisation, Repository, Scan, SetAside, Team, UnreadFile, User

from .daytables import Table
from .marks import happened
from .numbers import summary_of
from .scope import Scope


def matrix(scope: Scope) -> Table:
    """A call counts once for each of its parameters; a cell without a call is no row."""
    numbers = summary_of(scope)
    names = {row.team.pk if row.team else None: row.name for row in numbers.teams}
    cells = [
        (row.name, names[team], row.verdict, calls)
        for row in numbers.parameters
        for team, calls in sorted(row.by_team.items(), key=lambda item: (-item[1], names[item[0]]))
    ]
    return ("parameter", "team", "verdict", "left"), cells


def files(scope: Scope) -> Table:
    """Files with calls left, and whose CODEOWNERS says they are."""
    rows = _left(scope, "repository__name", "path", "owners")
    told = [(name, path, " ".join(owners.split()), calls) for name, path, owners, calls in rows]
    return ("repository", "path", "owners", "left"), sorted(told, key=lambda row: (-row[-1], *row[:2]))


def owners(scope: Scope) -> Table:
    """A call may have several; of an empty name are those that nobody owns."""
    sums: dict[tuple[str, str], int] = {}
    for repository, names, calls in _left(scope, "repository__name", "owners"):
        for name in set(names.split()) or {""}:
            sums[repository, name] = sums.get((repository, name), 0) + calls
    told = [(repository, name, calls) for (repository, name), calls in sums.items()]
    return ("repository", "owner", "left"), sorted(told, key=lambda row: (-row[-1], *row[:2]))


def _left(scope: Scope, *columns: str) -> "QuerySet[Any, Any]":
    left = scope.findings().filter(query.remaining(apart=scope.apart)).order_by()
    return left.values_list(*columns).annotate(calls=Count("pk"))


def aside(scope: Scope) -> Table:
    columns = ("path", "cell", "line", "kind", "callee", "reason")
    rows = SetAside.objects.filter(repository__in=_pks(scope)).order_by("repository__name", "path", "cell", "line")
    return ("repository", *columns), list(rows.values_list("repository__name", *columns))


def dependencies(scope: Scope) -> Table:
    columns = ("path", "line", "cell", "ecosystem", "package", "spec", "version", "readiness", "needs", "meaning")
    rows = Dependency.objects.filter(repository__in=_pks(scope)).order_by("repository__name", "path", "line", "package")
    return ("repository", *columns, "source"), list(rows.values_list("repository__name", *columns, "source"))


def unread(scope: Scope) -> Table:
    columns = ("path", "reason", "detail", "names_api", "lines")
    rows = UnreadFile.objects.filter(repository__in=_pks(scope)).order_by("repository__name", "-names_api", "path")
    return ("repository", *columns), list(rows.values_list("repository__name", *columns))


def scans(scope: Scope) -> Table:
    """Newest first; `new` and `gone` are calls that the scan found so."""
    columns = ("id", "state", "trigger", "queued_at", "started_at", "finished_at", "seconds", "branch", "commit")
    counts = ("engine", "files_unread", "remaining", "opened_now", "resolved_now", "error_kind", "error_message")
    rows = Scan.objects.filter(repository__in=_pks(scope)).order_by("-pk")
    told = rows.values_list("repository__name", *columns, "requested_by__username", *counts)
    return ("repository", *columns, "by", *counts[:2], "left_then", "new", "gone", *counts[-2:]), list(told)


def schedule(scope: Scope) -> Table:
    """What is scanned when: by whose rule, as it is stored, and what is paused."""
    whole = Organisation.current().schedule
    rows = Repository.objects.filter(pk__in=_pks(scope), archived_at=None).select_related("team")
    columns = ("next_scan_at", "paused_at", "failures", "refusals")
    return ("repository", "rule", "rule_of", *columns), [
        (row.name, *_rule(row, whole), *(getattr(row, name) for name in columns))
        for row in rows.order_by("next_scan_at", "name")
    ]


def _rule(row: Repository, whole: str) -> tuple[str, str]:
    if row.schedule:
        return row.schedule, "repository"
    if row.team and row.team.schedule:
        return row.team.schedule, "team"
    return whole, "organisation"


CAMPAIGN = ("due", "manager", "weekly_goal", "members")


def campaigns(teams: Iterable[int]) -> dict[int, tuple[Any, ...]]:
    """CAMPAIGN of each team; members by name, one beside the other. Two queries."""
    rows = Team.objects.filter(pk__in=list(teams)).select_related("manager")
    active = Prefetch("members", User.objects.filter(is_active=True).order_by("username"))
    return {
        row.pk: (row.due, _name(row.manager), row.weekly_goal, ", ".join(map(_name, row.members.all())))
        for row in rows.prefetch_related(active)
    }


def _name(person: User | None) -> str:
    return person.username if person else ""


def marks(scope: Scope) -> Table:
    """What a chart marks beside its numbers."""
    return ("day", "kind", "what"), [(row.day, row.kind, row.what) for row in happened(scope.repositories)]


def _pks(scope: Scope) -> "QuerySet[Any, Any]":
    return scope.repositories.order_by().values("pk")
