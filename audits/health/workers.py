"""The workers that answer, and what each is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from kombu.exceptions import OperationalError
from redis import RedisError

from audits.models import HistoryRun, Repository, Scan
from audits.models.scan import LIVE_STATES
from migrator_site.celery import app

# The page waits so long for every answer, however many workers there are.
PATIENCE = 0.5
_SCANS = ("audits.tasks.scan", "audits.tasks.scan_now")
_HISTORIES = ("audits.tasks.history",)


@dataclass(frozen=True)
class Work:
    """What a worker does: a scan, the past of a repository, or one of the small tasks by its name."""

    task: str
    since: datetime | None
    scan: Scan | None = None
    past_of: Repository | None = None


@dataclass(frozen=True)
class Worker:
    name: str
    work: tuple[Work, ...]


def workers() -> tuple[Worker, ...]:
    """Those that answered in time, by name. Asks the broker, so it is called only where that answers."""
    try:
        replies: Mapping[str, Any] = app.control.inspect(timeout=PATIENCE).active() or {}
    except (OperationalError, RedisError, OSError):
        return ()
    tasks = [task for found in replies.values() for task in found]
    scans = Scan.objects.select_related("repository").in_bulk({pk for task in tasks if (pk := _id(task, _SCANS))})
    histories = HistoryRun.objects.select_related("repository")
    pasts = histories.in_bulk({pk for task in tasks if (pk := _id(task, _HISTORIES))})
    return tuple(
        Worker(name, tuple(_work(task, scans, pasts) for task in found)) for name, found in sorted(replies.items())
    )


def running() -> "QuerySet[Scan]":
    """The scans that hold a lease, whoever holds it, longest first."""
    return Scan.objects.filter(state__in=LIVE_STATES).select_related("repository").order_by("started_at", "pk")


def _work(task: Mapping[str, Any], scans: Mapping[int, Scan], pasts: Mapping[int, HistoryRun]) -> Work:
    past = pasts.get(_id(task, _HISTORIES) or 0)
    return Work(
        task=str(task.get("name", "")).rpartition(".")[2].replace("_", " "),
        since=datetime.fromtimestamp(task["time_start"], UTC) if task.get("time_start") else None,
        scan=scans.get(_id(task, _SCANS) or 0),
        past_of=past.repository if past else None,
    )


def _id(task: Mapping[str, Any], names: Sequence[str]) -> int | None:
    """The row that a task of one of these names is about."""
    arguments: Sequence[Any] = task.get("args") or []
    known = task.get("name") in names and len(arguments) == 1 and isinstance(arguments[0], int)
    return int(arguments[0]) if known else None
