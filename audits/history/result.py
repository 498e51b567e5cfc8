"""The last step of a history: its points in place of those before, and since when each finding is there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q

from audits import lifecycle, query
from audits.engine import ENGINE_VERSION
from audits.lifecycle import Presence
from audits.models import Finding, FindingEvent, HistoryGone, HistoryPoint, HistoryRun, Repository, Scan, ScanState
from audits.models.scan import READ_STATES
from audits.scans.claims import database_now
from audits.scans.columns import all_known, looked_for
from audits.scans.text import clean

from .claims import HistoryClaim
from .curves import Curves
from .lives import calls_gone, lives

_CHUNK = 500


@dataclass
class Reading:
    """The sampled commits as far as they are read. `left_out` of them could not be walked."""

    fold: lifecycle.Fold
    unread: list[int] = field(default_factory=list)
    left_out: int = 0
    last: lifecycle.Sample | None = None

    def step(self, sample: lifecycle.Sample, unread: int) -> None:
        self.fold.step(sample)
        self.unread.append(unread)
        self.last = sample


def apply(claim: HistoryClaim, repository: Repository, base: Scan, reading: Reading, values: Mapping[str, Any]) -> None:
    """Write a history's result in one transaction that starts by proving the lease. Raises LostLease."""
    with transaction.atomic():
        claim.write()
        Repository.locked([repository.pk]).first()
        runs = HistoryRun.objects.filter(repository=repository).exclude(pk=claim.scan_id)
        HistoryPoint.objects.filter(run__in=runs).delete()
        runs.filter(is_current=True).update(is_current=False)
        HistoryPoint.objects.filter(run=claim.scan_id).delete()
        HistoryGone.objects.filter(run__repository=repository).delete()
        keys = _date(repository, reading, complete=bool(values["complete"]))
        until = _until(claim, repository, base)
        curves = Curves.of(repository, reading.fold, keys, until)
        findings = {track: str(pk) for pk, track in keys.items()}
        HistoryPoint.objects.bulk_create(_rows(claim.scan_id, reading, curves, findings), batch_size=_CHUNK)
        before, whole = (_before(repository, reading.fold, base, apart=apart) for apart, _ in curves.both())
        gone = calls_gone(repository, reading.fold, sum(before.values()), sum(whole.values()))
        HistoryGone.objects.bulk_create([row.of(claim.scan_id) for row in gone], batch_size=_CHUNK)
        claim.finish(
            ScanState.PARTIAL if reading.left_out else ScanState.DONE,
            is_current=True,
            engine=ENGINE_VERSION,
            base=base,
            base_at=until,
            ways_before=before,
            resolved_before=sum(before.values()),
            apart_before=whole,
            resolved_apart=sum(whole.values()),
            lives_before=lives(gone),
            parts_kept=True,
            **values,
        )


def _until(claim: HistoryClaim, repository: Repository, base: Scan) -> datetime:
    """This moment, unless a scan has read the repository since `base`: then the end of that scan is it no more."""
    newer = repository.scans.filter(state__in=READ_STATES, pk__gt=base.pk).exists()
    now: datetime = HistoryRun.objects.annotate(now=database_now()).values_list("now", flat=True).get(pk=claim.scan_id)
    return (base.finished_at or now) if newer else now


def _before(repository: Repository, fold: lifecycle.Fold, base: Scan, *, apart: bool) -> dict[str, int]:
    """The calls that were gone before any scan, by reason: what the history saw go less what the scans saw go.

    Both may name the same call's reason differently, so the sum is that of the totals; both count what people had
    dismissed, as a history may not know which calls these are.
    """
    resolved = query.ever_seen(apart=apart) & Q(presence=Presence.ABSENT)
    # A drop that the scan held was resolved later, by the person who accepted it.
    accepted = FindingEvent.objects.filter(finding=OuterRef("pk"), verb="resolved", scan__lte=base.pk)
    by_then = Q(resolved_at__lte=base.finished_at) | Exists(accepted)
    gone = Finding.objects.filter(resolved, by_then, repository=repository)
    counted = gone.order_by().values("absent_reason").annotate(n=Count("pk")).values_list("absent_reason", "n")
    scanned: dict[str, int] = dict(counted)
    ways = fold.curve(apart=apart)[-1].ways
    rest = max(sum(ways.values()) - sum(scanned.values()), 0)
    before = {}
    for reason, calls in sorted(ways.items(), key=lambda item: scanned.get(item[0], 0) - item[1]):
        if taken := min(max(calls - scanned.get(reason, 0), 0), rest):
            before[reason] = taken
            rest -= taken
    return before


def _rows(run_id: int, reading: Reading, curves: Curves, findings: Mapping[str, str]) -> list[HistoryPoint]:
    unread = dict(zip((moment.commit for moment in reading.fold.moments), reading.unread, strict=True))
    return [
        HistoryPoint(
            run_id=run_id,
            number=number,
            commit=point.commit,
            at=point.at,
            chats=point.chats,
            files_unread=unread[point.commit],
            apart=_counts(whole),
            moved=_sides([_object(row, findings) for row in side.moved] for side in (point, whole)),
            parts=_sides(_parts(side) for side in (point, whole)),
            **_counts(point),
        )
        for number, (point, whole) in enumerate(zip(curves.product, curves.whole, strict=True))
    ]


def _sides(told: Iterable[list[Any]]) -> dict[str, list[Any]]:
    """Of the product, and of the whole with tests and the like where that differs."""
    product, whole = told
    return ({"product": product} if product else {}) | ({"whole": whole} if whole != product else {})


def _parts(point: lifecycle.Point) -> list[list[Any]]:
    return [[*_traits(traits), column, calls] for (traits, column), calls in sorted(point.parts.items())]


def _traits(traits: lifecycle.Traits) -> list[Any]:
    return [traits.platform, list(traits.ways)]


def _object(row: lifecycle.Moved, findings: Mapping[str, str]) -> dict[str, Any]:
    """`finding` only where it is there still."""
    known, found = row.known, findings.get(row.key)
    told: dict[str, Any] = {"word": row.word, "calls": row.calls, "part": _traits(row.traits)}
    told |= {"now": _traits(row.now)} if row.now else {}
    if known:
        told |= {"path": known.path, "line": known.line, "callee": clean(known.callee), "commit": known.commit}
        told |= {"cell": known.cell} if known.cell is not None else {}
    return told | ({"finding": found} if found else {})


def _counts(point: lifecycle.Point) -> dict[str, Any]:
    names = ("remaining", "unknown", "resolved", "added", "returned", "waived")
    return {name: getattr(point, name) for name in names} | {"gone": dict(point.gone), "ways": dict(point.ways)}


def _date(repository: Repository, reading: Reading, *, complete: bool) -> dict[UUID, str]:
    """Findings that the last sample holds have been there since its use was first seen, if that is longer.

    Returns which of the fold's tracks each of them is.
    """
    last = reading.last
    if last is None:
        return {}
    there = Finding.objects.filter(looked_for(), repository=repository).defer(*query.WIDE)
    rows = {str(row.pk): row for row in there}
    plan = lifecycle.reconcile(all_known(rows.values()), last.seen, last.look, last.aside)
    firsts = reading.fold.first_seen()
    tracks = {track.index: key for key, track in reading.fold.tracks.items() if track.seen}
    found = [(rows[key], firsts[at], tracks[at]) for key, at in plan.matched if at in tracks]
    _note_older(found, reading.fold, complete=complete)
    since: dict[datetime, list[UUID]] = defaultdict(list)
    for row, first, _ in found:
        if first < row.first_seen_at:
            since[first].append(row.pk)
    for first, keys in since.items():
        _update(keys, first_seen_at=first)
    return {row.pk: track for row, _, track in found}


def _note_older(found: Sequence[tuple[Finding, datetime, str]], fold: lifecycle.Fold, *, complete: bool) -> None:
    """Those that the first sample holds are older than it, unless the branch begins there.

    What blame, or an earlier run of a longer history, told of a day before that holds still; so does what was told of
    findings that this run does not reach, such as those that are gone by now.
    """
    opening = fold.moments[0]
    older: dict[bool, list[UUID]] = {True: [], False: []}
    for row, first, track in found:
        open_start = not complete and track in opening.states
        told = first < row.first_seen_at or (first == row.first_seen_at and not open_start)
        if told and open_start is not row.older:
            older[open_start].append(row.pk)
    for word, keys in older.items():
        _update(keys, older=word)


def _update(keys: Sequence[UUID], **values: Any) -> None:
    for start in range(0, len(keys), _CHUNK):
        Finding.objects.filter(pk__in=keys[start : start + _CHUNK]).update(**values)
