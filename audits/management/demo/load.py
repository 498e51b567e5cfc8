"""Registers the demo's repositories and has them scanned by the running worker, stage by stage.

Times of scans are real. Findings that are resolved in the demo were seen by one scan and gone for a later one, as
anywhere: the branch moves on between the two. What was interrupted goes on where it stopped.
"""

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from django.conf import settings

from audits import history, intake
from audits.models import HistoryRun, HistoryTrigger, Organisation, Repository, Scan, ScanState, ScanTrigger
from audits.models.scan import OPEN_STATES, READ_STATES
from audits.scans import request_scan

from . import people
from .history import History
from .repositories import address, histories, move_to, stages

ORGANISATION = "Fernhill"
PATIENCE = 120.0
"""Seconds without any scan ending after which the worker is taken for dead."""


class Unloadable(Exception):
    """The demo could not be loaded; the text says why."""


def load(say: Callable[[str, bool], None]) -> None:
    """Needs a worker. Calls `say` with a sentence and whether its round is over. Raises Unloadable."""
    root = settings.DEMO_REPOSITORIES
    Organisation.objects.get_or_create(pk=1, defaults={"name": ORGANISATION})
    rounds = max(len(history.stages) for history in histories())
    for number in range(rounds):
        heading = f"Demo organisation, round {number + 1} of {rounds}:"
        _scan_stage(root, number, partial(_report, say, heading, "repositories scanned"))
    _read_pasts(partial(_report, say, "Demo organisation, its past:", "histories read"))
    people.settle()


def _report(say: Callable[[str, bool], None], heading: str, what: str, done: int, total: int) -> None:
    say(f"{heading} {done} of {total} {what}", done == total)


def _scan_stage(root: Path, number: int, report: Callable[[int, int], None]) -> None:
    waiting = []
    for told in histories():
        commits = stages(root, told.name)
        if number >= len(commits):
            continue
        repository = Repository.objects.filter(name=told.name).first()
        if repository is not None and repository.applied_commit in commits[number:]:
            continue
        move_to(root, told.name, commits[number])
        waiting.append(_queue(root, told, repository))
    _wait(waiting, report)


def _queue(root: Path, history: History, repository: Repository | None) -> Scan:
    if repository is not None:
        return request_scan(repository, ScanTrigger.COMMAND)
    try:
        repository = intake.register(str(address(root, history.name)), name=history.name, team=history.team)
    except intake.Refused as refusal:
        raise Unloadable(f"{history.name} was refused: {refusal.sentence}") from refusal
    return repository.scans.latest("pk")


def _wait(scans: list[Scan], report: Callable[[int, int], None]) -> None:
    ids = [scan.pk for scan in scans]
    _watch(len(ids), lambda: Scan.objects.filter(pk__in=ids, state__in=OPEN_STATES).count(), report)
    failed = Scan.objects.filter(pk__in=ids).exclude(state__in=READ_STATES).select_related("repository").first()
    if failed is not None:
        raise Unloadable(f"The scan of {failed.repository.name} ended {failed.state}: {failed.error_message}")


def _read_pasts(report: Callable[[int, int], None]) -> None:
    """Ask for every history up to the newest stage, and wait for them: the trend is there when the page opens."""
    names = [row.name for row in histories()]
    for _ in range(2):
        # Twice: one that a clock asked for between two stages ends at an earlier commit.
        rows = [row for row in Repository.objects.filter(name__in=names) if not _is_read(row)]
        ids = [history.request_history(row, HistoryTrigger.COMMAND).pk for row in rows]
        if ids:
            _watch(len(ids), partial(_open, ids), report)
        failed = HistoryRun.objects.filter(pk__in=ids, state=ScanState.FAILED).select_related("repository").first()
        if failed is not None:
            raise Unloadable(f"The past of {failed.repository.name} was not read: {failed.error_message}")


def _open(ids: list[int]) -> int:
    return HistoryRun.objects.filter(pk__in=ids, state__in=OPEN_STATES).count()


def _is_read(row: Repository) -> bool:
    return row.history_runs.filter(is_current=True, commit=row.applied_commit, engine=row.applied_engine).exists()


def _watch(total: int, left: Callable[[], int], report: Callable[[int, int], None]) -> None:
    ended, limit = -1, time.monotonic() + PATIENCE
    while ended < total:
        now = total - left()
        if now != ended:
            ended, limit = now, time.monotonic() + PATIENCE
            report(ended, total)
        elif time.monotonic() > limit:
            raise Unloadable("The worker takes nothing. Its log says why; then start again, which goes on from here.")
        else:
            time.sleep(0.1)
