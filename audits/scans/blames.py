"""Who last changed the line of a finding, asked by the worker after a result, for findings of which it is not known.

It may be left out at any moment: what was not asked, or ended where the mirror's history is cut off, is asked again
after a later scan, as soon as the mirror reaches back further.
"""

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as dt_time
from functools import cache
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from audits.gitstore import Blamed, GitError, Mirror, blame, lines_of_cells, note, noted
from audits.lifecycle import Blame, Origin, Presence
from audits.models import Finding, Organisation, Repository, Scan, ScanState

from .columns import fit_paths, looked_for
from .text import fit
from .worded import ANY, Worded

# Cohere was founded in 2019.
EARLIEST = datetime(2019, 11, 1, tzinfo=UTC)

FILES_LIMIT = 200
SECONDS = 30.0


def fill(
    repository_id: int, mirror: Mirror, commit: str, base: str = "", changed: frozenset[str] | None = None
) -> None:
    """Ask for findings of `commit` that were seen there, a file at a time, within SECONDS and FILES_LIMIT files.

    Those of excluded paths are among them: they are to know it when their rule goes.

    `changed` are the paths that differ from the commit `base`, None where that is not known. Where all of `base` was
    asked for in this very mirror, a line in the others whose author git could not tell has none now either, as long as
    history reaches no further.
    """
    left = fit_paths(changed) if changed is not None and noted(mirror, _told(repository_id, base)) else None
    by_path = _asked_for(repository_id, commit, left)
    if not by_path:
        if left is not None:
            # What held at `base` holds here.
            note(mirror, _told(repository_id, commit))
        return
    baseline = baseline_of(repository_id)
    if commit in mirror.cuts():
        # The history begins here: every line is as old as this commit, or older.
        if _all_boundary(mirror, commit, [row for found in by_path.values() for row in found], baseline):
            note(mirror, _told(repository_id, commit))
    elif _ask(mirror, commit, by_path, baseline):
        note(mirror, _told(repository_id, commit))


def _asked_for(repository_id: int, commit: str, left: frozenset[str] | None) -> dict[str, list[Finding]]:
    """By path the findings to ask for: those never asked for first. Most scans have none, which is told by little."""
    by_path: dict[str, list[Finding]] = defaultdict(list)
    rows = _unknown().ask(repository_id)
    if not any(at == commit and (not blame or left is None or path in left) for at, blame, path in rows):
        return by_path
    there = Finding.objects.filter(_not_known(), repository=repository_id, commit=commit)
    for row in there.defer("detail", "snippet").order_by("blame", "path"):
        if not row.blame or left is None or row.path in left:
            by_path[row.path].append(row)
    return by_path


@cache
def _unknown() -> Worded:
    rows = Finding.objects.filter(_not_known(), repository=ANY).order_by()
    return Worded(rows.values_list("commit", "blame", "path").distinct())


def _not_known() -> Q:
    return looked_for() & ~Q(presence=Presence.UNKNOWN) & ~Q(blame=Blame.KNOWN)


def _told(repository_id: int, commit: str) -> str:
    return f"All of repository {repository_id} was asked for at {commit}."


def _ask(mirror: Mirror, commit: str, by_path: Mapping[str, Sequence[Finding]], baseline: datetime) -> bool:
    """Whether git was asked for all of them, and answered."""
    until = time.monotonic() + SECONDS
    answered = len(by_path) <= FILES_LIMIT
    changes: dict[tuple[tuple[str, Any], ...], list[UUID]] = defaultdict(list)
    for path, found in list(by_path.items())[:FILES_LIMIT]:
        if time.monotonic() > until:
            answered = False
            break
        lines = _lines(mirror, commit, path, found)
        told = blame(mirror, commit, path, lines.values())
        answered = answered and bool(told or not lines)
        for row in found:
            if values := _said(row, told.get(lines.get(row.pk, 0)), baseline):
                changes[tuple(values.items())].append(row.pk)
    for same, keys in changes.items():
        _write(keys, dict(same))
    return answered


def _write(keys: Sequence[UUID], values: Mapping[str, Any], **only: Any) -> None:
    """Of findings of one repository, whose row is locked first as by everybody who writes many."""
    for start in range(0, len(keys), 500):
        rows = Finding.objects.filter(pk__in=keys[start : start + 500], **only)
        with transaction.atomic():
            list(Repository.locked(rows.order_by().values("repository")[:1]).values_list("pk"))
            rows.update(**values)


def _lines(mirror: Mirror, commit: str, path: str, rows: Sequence[Finding]) -> dict[UUID, int]:
    """The line of the file for each row: of a cell's line, where that can be told."""
    if all(row.cell is None for row in rows):
        return {row.pk: row.line for row in rows}
    cells = lines_of_cells(mirror, commit, path)
    places = {row.pk: (row.cell or 0, row.line) for row in rows}
    return {pk: cells[place] for pk, place in places.items() if place in cells}


def baseline_of(repository_id: int) -> datetime:
    """The moment from which on a use counts as introduced: the end of the organisation's day, else that of the day of
    registration, or of the first scan on it that read every file. What is younger than that scan it cannot have missed.
    """
    if set_day := Organisation.current().baseline:
        return _end(set_day)
    created = Repository.objects.values_list("created_at", flat=True).get(pk=repository_id)
    whole = Scan.objects.filter(repository=repository_id, state=ScanState.DONE, finished_at__isnull=False)
    first = whole.order_by("finished_at").values_list("finished_at", flat=True).first()
    end = _end(timezone.localdate(created))
    # Commits have whole seconds.
    return min(first.replace(microsecond=0), end) if first else end


def _end(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), dt_time()))


def rebase() -> None:
    """Sort all findings anew by a changed baseline; of a line behind the mirror's end the next scan asks again."""
    for pk in Repository.objects.values_list("pk", flat=True):
        baseline = baseline_of(pk)
        rows = Finding.objects.filter(repository=pk).order_by()
        known = rows.filter(blame=Blame.KNOWN, blame_at__isnull=False)
        with transaction.atomic():
            Repository.locked([pk]).first()
            rows.filter(blame=Blame.BOUNDARY).update(blame="", origin="")
            known.filter(blame_at__lt=baseline).update(origin=Origin.DISCOVERED)
            known.filter(blame_at__gte=baseline).update(origin=Origin.INTRODUCED)


def origin(at: datetime | None, *, boundary: bool, baseline: datetime) -> str:
    """Introduced since the baseline or discovered; "" where a line is older than what the mirror holds by who knows."""
    if at is None:
        return ""
    if at < baseline:
        return Origin.DISCOVERED
    return "" if boundary else Origin.INTRODUCED


def _all_boundary(mirror: Mirror, commit: str, rows: Sequence[Finding], baseline: datetime) -> bool:
    """Say so of all of them; False where the commit claims no time."""
    try:
        seconds = mirror.line(commit).rows[0][1]
        at = datetime.fromtimestamp(seconds, timezone.get_current_timezone())
    except (GitError, ValueError, OverflowError, OSError):
        return False
    values = {"blame": Blame.BOUNDARY, "origin": origin(at, boundary=True, baseline=baseline)}
    _as_old_as([row.pk for row in rows if row.first_seen_at > at], at)
    keys = [row.pk for row in rows if row.blame != Blame.BOUNDARY]
    _write(keys, values)
    return True


def _said(row: Finding, told: Blamed | None, baseline: datetime) -> dict[str, Any]:
    """The columns to write, none where they say so already; what makes the call older is written at once."""
    values: dict[str, Any] = {"blame": Blame.FAILED}
    if told is not None and _is_the_line(row, told):
        values = {
            "blame": Blame.BOUNDARY if told.boundary else Blame.KNOWN,
            "origin": origin(told.at, boundary=told.boundary, baseline=baseline),
        }
        if not told.boundary:
            values |= {
                "blame_commit": told.commit,
                "blame_name": told.name,
                "blame_mail": told.mail,
                "blame_at": told.at,
            }
        if told.at is not None and told.at < row.first_seen_at:
            _as_old_as([row.pk], told.at)
    values = fit(Finding, values)
    return values if any(getattr(row, name) != value for name, value in values.items()) else {}


def _as_old_as(keys: Sequence[UUID], at: datetime | None) -> None:
    """A call has been there since its line has its words, if that is longer than it was seen.

    Authors may claim any date: one before there was a Cohere is none.
    """
    if at is None or at < EARLIEST:
        return
    _write(keys, {"first_seen_at": at}, first_seen_at__gt=at)


def _is_the_line(row: Finding, told: Blamed) -> bool:
    """git counts lines by line feeds alone; where a file has other ends of lines, its line is another one."""
    # A setting is told as "key: value", whatever stands between the two in its file.
    name = row.callee.rpartition(": ")[2].rpartition(".")[2].strip("()[]'\" ")
    return not name or name in told.text
