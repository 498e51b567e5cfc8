"""The calls behind a number of an explanation: findings where scans saw them, places in commits where histories did."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audits.lifecycle import Cause
from audits.models import HistoryPoint

from .ledger import Line
from .narrow import held, moved
from .scope import Scope
from .series import Runs
from .weekly import cause_of


@dataclass(frozen=True, slots=True)
class Behind:
    """One call that came (`calls` is 1) or went (-1) at `at`.

    `finding` is None where nobody scanned at that time and it is there no more; the rest says where it stood, in which
    commit, and is empty for what events tell of.
    """

    repository: int
    cause: Cause
    at: datetime
    calls: int
    finding: UUID | None = None
    commit: str = ""
    path: str = ""
    line: int = 0
    cell: int | None = None
    callee: str = ""


def of_events(lines: Iterable[Line]) -> Iterator[Behind]:
    """Of entries of the ledger; a call that was only lost from sight is none."""
    for line in lines:
        if line.entry.open:
            yield Behind(line.repository, line.entry.cause, line.entry.at, line.entry.open, line.finding)


def of_past(scope: Scope, runs: Runs, since: datetime, until: datetime) -> Iterator[Behind]:
    """Of the commits of these moments, and of what people decided after them; one query.

    Nothing of runs that were read before calls were kept, and of what commits and findings differ by at the end.
    """
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()], at__gte=since, at__lt=until)
    for pk, at, told in rows.order_by("at", "run", "number").values_list("run__repository", "at", "moved"):
        for word, calls, row in moved(scope, told):
            yield _behind(pk, at, cause_of(word), calls, row)


def of_openings(scope: Scope, runs: Runs, begun: Mapping[int, datetime]) -> Iterator[Behind]:
    """The calls with which the histories of repositories begin that do not reach their branch's first commit, as of
    the moments in `begun`; one query."""
    rows = HistoryPoint.objects.filter(run__in=[runs[pk].pk for pk in begun], number=0).order_by("run")
    for pk, told in rows.values_list("run__repository", "moved"):
        for row in held(scope, told):
            yield _behind(pk, begun[pk], Cause.ADDED, 1, row)


def _behind(repository: int, at: datetime, cause: Cause, calls: int, told: dict[str, Any]) -> Behind:
    words = {name: told[name] for name in ("commit", "path", "line", "cell", "callee") if name in told}
    finding = UUID(told["finding"]) if "finding" in told else None
    return Behind(repository, cause, at, calls, finding, **words)
