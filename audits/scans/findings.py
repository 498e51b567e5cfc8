"""Findings brought up to date with what a scan saw: `lifecycle` decides, this writes rows and events.

Called inside the scan's last transaction. Only fields that differ are written, people's fields never: a scan and a
person may work on one finding at the same moment.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q

from audits import lifecycle
from audits.analysis import Report
from audits.engine import codec
from audits.engine.facts import Usage
from audits.lifecycle import Presence
from audits.models import Finding, FindingEvent, FindingParameter

from .text import clean, clean_json, fit

_CHUNK = 500
_SNIPPET = 4_000


def fit_usage(usage: Usage) -> Usage:
    """The usage with the texts by which it is recognised cut to their columns, so that it equals its stored self."""
    cut = fit(Finding, {"path": usage.path, "scope": usage.scope, "callee": usage.callee})
    return replace(usage, **cut)


def fit_paths(paths: Iterable[str]) -> frozenset[str]:
    limit = Finding._meta.get_field("path").max_length
    return frozenset(clean(path, limit) for path in paths)


@dataclass(frozen=True)
class Sight:
    """What a scan saw, its texts cut to their columns: uses, uses set aside, files whose uses have no excerpt."""

    usages: Sequence[Usage]
    aside: Sequence[Usage]
    unpresented: frozenset[str]

    @classmethod
    def of(cls, report: Report) -> "Sight":
        usages, aside = ([fit_usage(usage) for usage in found] for found in (report.usages, report.suppressed))
        return cls(usages, aside, fit_paths(report.unpresented))


@dataclass(frozen=True)
class Changes:
    """What `record` did, for the scan's row; `resolved` counts progress only."""

    opened: int
    resolved: int


class Recorder:
    """One scan's writing: `scan_id` and `commit` say where from, `now` is the database's clock."""

    def __init__(self, repository_id: int, scan_id: int, commit: str, now: datetime) -> None:
        self.repository_id = repository_id
        self.scan_id = scan_id
        self.commit = commit
        self.now = now
        self.events: list[FindingEvent] = []
        self.stale_parameters: list[Finding] = []
        self.parameters: list[FindingParameter] = []

    def record(self, sight: Sight, look: lifecycle.Look) -> Changes:
        """Apply the decisions of `lifecycle.reconcile` to the rows; once a Recorder."""
        rows = {str(row.pk): row for row in self._candidates()}
        known = [known_of(row, with_proof=bool(look.unread)) for row in rows.values()]
        usages, aside = sight.usages, [lifecycle.Seen.of(usage) for usage in sight.aside]
        plan = lifecycle.reconcile(known, [lifecycle.Seen.of(usage) for usage in usages], look, aside)
        for key, index in plan.matched:
            self._see_again(rows[key], usages[index], sight)
        for key, index in plan.reopened:
            self._reopen(rows[key], usages[index], sight)
        seen = [rows[key].pk for key, _ in (*plan.matched, *plan.reopened)]
        for part in _chunks(seen):
            Finding.objects.filter(pk__in=part).update(
                last_seen_at=self.now, last_scan=self.scan_id, commit=self.commit
            )
        self._open([usages[index] for index in plan.opened])
        self._resolve([(rows[key], reason) for key, reason in plan.resolved])
        self._lose_sight([rows[key] for key in plan.unknown])
        self._flush()
        progress = [key for key, reason in plan.resolved if reason in lifecycle.PROGRESS]
        return Changes(opened=len(plan.opened) + len(plan.reopened), resolved=len(progress))

    def _candidates(self) -> Iterable[Finding]:
        since = self.now - lifecycle.RETURNS_WITHIN
        recent = ~Q(presence=Presence.ABSENT) | Q(resolved_at__gte=since)
        return Finding.objects.filter(recent, repository=self.repository_id).order_by()

    def _see_again(self, row: Finding, usage: Usage, sight: Sight) -> None:
        if row.presence == Presence.UNKNOWN:
            self._event(row, "seen", Presence.UNKNOWN, Presence.PRESENT)
        if row.path != usage.path:
            self._event(row, "moved", reason=f"{row.path} → {usage.path}")
        self._update(row, usage, sight, {"presence": Presence.PRESENT})

    def _reopen(self, row: Finding, usage: Usage, sight: Sight) -> None:
        """Only what was migrated can regress."""
        self._event(row, "reopened", Presence.ABSENT, Presence.PRESENT, reason=f"Was gone: {row.absent_reason}")
        back = {"presence": Presence.PRESENT, "absent_reason": "", "resolved_at": None}
        regressed = row.regressed or row.absent_reason in lifecycle.PROGRESS
        self._update(row, usage, sight, {**back, "regressed": regressed})

    def _update(self, row: Finding, usage: Usage, sight: Sight, values: dict[str, Any]) -> None:
        values = {**_fields(usage), **values}
        if usage.path in sight.unpresented and row.call_hash == values["call_hash"]:
            # The same call: what was shown of it still tells more than nothing.
            values["snippet"] = row.snippet
            values["detail"] |= {name: row.detail[name] for name in _SHOWN if row.detail.get(name)}
        changed = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not changed:
            return
        Finding.objects.filter(pk=row.pk).update(**changed)
        if "detail" in changed:
            self.stale_parameters.append(row)
            self.parameters += _parameters(row, usage)

    def _open(self, usages: Sequence[Usage]) -> None:
        rows = [
            Finding(
                repository_id=self.repository_id,
                first_seen_at=self.now,
                discovered_at=self.now,
                first_scan_id=self.scan_id,
                last_seen_at=self.now,
                last_scan_id=self.scan_id,
                commit=self.commit,
                **_fields(usage),
            )
            for usage in usages
        ]
        Finding.objects.bulk_create(rows, batch_size=_CHUNK)
        for row, usage in zip(rows, usages, strict=True):
            self._event(row, "opened", after=Presence.PRESENT)
            self.parameters += _parameters(row, usage)

    def _resolve(self, gone: Sequence[tuple[Finding, lifecycle.Gone]]) -> None:
        for reason in lifecycle.Gone:
            rows = [row for row, why in gone if why is reason]
            self._each(rows, presence=Presence.ABSENT, absent_reason=reason.value, resolved_at=self.now)
            verb = "resolved" if reason in lifecycle.PROGRESS else "left_out"
            for row in rows:
                self._event(row, verb, row.presence, Presence.ABSENT, reason=reason.value)

    def _lose_sight(self, rows: Sequence[Finding]) -> None:
        rows = [row for row in rows if row.presence != Presence.UNKNOWN]
        self._each(rows, presence=Presence.UNKNOWN)
        for row in rows:
            self._event(row, "lost_sight", row.presence, Presence.UNKNOWN)

    def _each(self, rows: Sequence[Finding], **values: Any) -> None:
        for part in _chunks([row.pk for row in rows]):
            Finding.objects.filter(pk__in=part).update(**values)

    def _event(self, row: Finding, verb: str, before: str = "", after: str = "", reason: str = "") -> None:
        values = fit(FindingEvent, {"verb": verb, "before": before, "after": after, "reason": reason})
        self.events.append(FindingEvent(finding=row, at=self.now, scan_id=self.scan_id, **values))

    def _flush(self) -> None:
        for part in _chunks([row.pk for row in self.stale_parameters]):
            FindingParameter.objects.filter(finding__in=part).delete()
        FindingParameter.objects.bulk_create(self.parameters, batch_size=_CHUNK)
        FindingEvent.objects.bulk_create(self.events, batch_size=_CHUNK)


def _chunks(items: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (items[start : start + _CHUNK] for start in range(0, len(items), _CHUNK))


def known_of(row: Finding, *, with_proof: bool = False) -> lifecycle.Known:
    """`with_proof`: the paths of the proof matter only in a scan that left something unread."""
    steps = row.detail.get("proof", ()) if with_proof else ()
    return lifecycle.Known(
        id=str(row.pk),
        path=row.path,
        line=row.line,
        column=row.column,
        cell=row.cell,
        scope=row.scope,
        callee=row.callee,
        kind=row.kind,
        call_hash=row.call_hash,
        shape_hash=row.shape_hash,
        commit=row.commit,
        absent=row.presence == Presence.ABSENT,
        depends=frozenset(step["path"] for step in steps) - {row.path},
    )


# What `present` adds to a usage.
_SHOWN = ("snippet", "excerpt", "replacement", "hardcoded_key")
_SAME_NAME: tuple[str, ...] = ("path", "line", "end_line", "column", "cell", "scope", "callee", "digest")


def _fields(usage: Usage) -> dict[str, Any]:
    """The columns that a sighting fills, ready for the database."""
    values = {
        **{name: getattr(usage, name) for name in _SAME_NAME},
        "kind": usage.kind.value,
        "platform": usage.platform.value,
        "language": usage.language.value,
        "confidence": usage.confidence.value,
        "method": usage.method or "",
        "client": usage.client or "",
        "model": usage.model or "",
        "call_hash": lifecycle.call_hash(usage),
        "shape_hash": lifecycle.shape_hash(usage),
    }
    return {
        **fit(Finding, values),
        "snippet": clean(usage.snippet, _SNIPPET),
        "detail": clean_json(codec.encode(usage)),
    }


def _parameters(row: Finding, usage: Usage) -> list[FindingParameter]:
    """Of the parameters that were passed; a name that occurs twice counts once."""
    verdicts = {parameter.name: parameter.verdict.value for parameter in reversed(usage.parameters)}
    in_the_way = set(usage.unsupported)
    rows = {}
    for name, verdict in verdicts.items():
        values = fit(FindingParameter, {"name": name, "verdict": verdict})
        rows[values["name"]] = FindingParameter(finding=row, in_the_way=name in in_the_way, **values)
    return list(rows.values())
