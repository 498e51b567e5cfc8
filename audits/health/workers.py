"""The workers that answer, and what each is doing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from kombu.exceptions import OperationalError
from redis import RedisError

from audits.models import Scan
from audits.models.scan import LIVE_STATES
from migrator_site.celery import app

# The page waits so long for every answer, however many workers there are.
PATIENCE = 0.5
_SCANS = ("audits.tasks.scan", "audits.tasks.scan_now")


@dataclass(frozen=True)
class Work:
    """What a worker does: a scan, or one of the small tasks by its name."""

    task: str
    since: datetime | None
    scan: Scan | None = None


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
    wanted = {scan_id for tasks in replies.values() for scan_id in map(_scan_id, tasks) if scan_id}
    scans = Scan.objects.select_related("repository").in_bulk(wanted)
    return tuple(Worker(name, _works(tasks, scans)) for name, tasks in sorted(replies.items()))


def running() -> "QuerySet[Scan]":
    """The scans that hold a lease, whoever holds it, longest first."""
    return Scan.objects.filter(state__in=LIVE_STATES).select_related("repository").order_by("started_at", "pk")


def _works(tasks: Sequence[Mapping[str, Any]], scans: Mapping[int, Scan]) -> tuple[Work, ...]:
    return tuple(
        Work(
            task=str(task.get("name", "")).rpartition(".")[2].replace("_", " "),
            since=datetime.fromtimestamp(task["time_start"], UTC) if task.get("time_start") else None,
            scan=scans.get(_scan_id(task) or 0),
        )
        for task in tasks
    )


def _scan_id(task: Mapping[str, Any]) -> int | None:
    arguments: Sequence[Any] = task.get("args") or []
    known = task.get("name") in _SCANS and len(arguments) == 1 and isinstance(arguments[0], int)
    return int(arguments[0]) if known else None
