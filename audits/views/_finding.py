"""What the page of one finding says, put together from its row and its stored usage."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from audits import exports, forges, query
from audits.areas import Area
from audits.engine.catalogue import guide
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Parameter, ProofStep, ResponseRead, Usage, Verdict
from audits.hosts import commit_page, permalink, tells_forge
from audits.lifecycle import PROGRESS, Disposition, Gone
from audits.models import Finding, FindingEvent
from audits.query.rows import WIDE

from ._notes import SETTINGS, mark_words, note
from ._ways import ORDER

# What the page shows of other rows.
JOINED = (
    *("repository__team", "repository__last_scan", "first_scan", "last_scan", "assignee", "decided_by", "claimed_by"),
    *("previous", "moved_to"),
)
PROOF_TITLES = {"confirmed": "Why it is certain", "likely": "Why it is likely", "possible": "Why it may be one"}
# What the page quotes whatever the call passes; one sentence is about two parameters.
GUIDE = {
    "source": guide.SOURCE,
    "intro": guide.UNSUPPORTED_INTRO,
    "unsupported": tuple(dict.fromkeys(guide.UNSUPPORTED.values())),
    "unchanged": guide.UNCHANGED,
    "fine_tuned": guide.FINE_TUNED,
    "prompt": guide.PROMPT,
}
EVENTS_SHOWN = 50
MAY_BE = ("circle-help", "", "Found for the first time here; it may be a call that stood elsewhere")
# FindingEvent.verb: icon, colour, words; the reason follows where there is one.
EVENTS = {
    "opened": ("circle-dot", "accent", "Found for the first time"),
    "resolved": ("circle-check", "green", "Resolved"),
    "left_out": ("circle-help", "", "No longer counted"),
    "reopened": ("rotate-ccw", "red", "Came back"),
    "taken_back": ("circle-help", "amber", "Not to be told until a scan has looked"),
    "counted_again": ("circle-dot", "accent", "Counted again; it was left out before"),
    "lost_sight": ("circle-help", "amber", "Not to be told: a file that would tell could not be read"),
    "seen": ("circle-dot", "", "Seen again"),
    "area": ("arrow-right", "", "Its path belongs to another part now"),
    "moved": ("arrow-right", "", "Moved, still the same finding"),
    "edited": ("pencil", "", "Its parameters changed"),
    "held": ("circle-help", "amber", "Not seen, in a drop that a lead has to judge"),
    "kept": ("circle-help", "amber", "The drop was rejected"),
    "planned": ("calendar", "accent", "Planned"),
    "assigned": ("user-plus", "accent", "Assigned"),
    "dismissed": ("ban", "", "Dismissed"),
    "waived": ("eye-off", "", "Waived"),
    "set_open": ("rotate-ccw", "accent", "Opened again"),
    "confirmed": ("check", "", "Looked again, the dismissal holds"),
    "re_review": ("rotate-ccw", "amber", "The dismissed statement changed"),
    "claimed": ("check", "accent", "Said that it is fixed"),
    "contradicted": ("triangle-alert", "red", "Not fixed: the call is still there"),
}


@dataclass(frozen=True)
class Place:
    """A line of the repository with a short text, and its page on the host where there is one."""

    text: str
    path: str
    line: int
    cell: int | None
    href: str | None


def context(row: Finding) -> dict[str, Any]:
    """Everything the template needs of `row`; it costs the queries of its history."""
    usage = exports.usage_of(row)
    target = PLATFORMS[usage.platform]
    state = query.state_of(row)
    later = _later(row)
    said = note(row, usage, state, back=later is not None)
    forge = forges.of([row.repository]).get(row.repository_id, "")
    return {
        "finding": row,
        "repository": row.repository,
        "usage": usage,
        "state": state,
        "gone": row.absent_reason in PROGRESS,
        "note": said,
        "sunset_told": target.state in said.rest,
        "target": target,
        "days_overdue": query.days_overdue(row.platform) if state == "overdue" else None,
        "age_days": (
            timezone.localdate(row.resolved_at or timezone.now()) - timezone.localdate(row.first_seen_at)
        ).days,
        "blame_link": commit_page(row.repository.url, row.blame_commit, forge),
        "unnamed_host": "" if forge or tells_forge(row.repository.url) else row.repository.host,
        "permalink": _link(row, (usage.path, usage.line, usage.end_line, usage.cell), forge),
        "proof_title": PROOF_TITLES[usage.confidence],
        "proof": [_place(row, step, forge) for step in usage.proof],
        "reads": [_place(row, read, forge) for read in usage.reads],
        "parameters": _rows([*_worst_first(usage.parameters), *usage.defaults]),
        "guide": GUIDE,
        "notes": _notes(usage),
        "mark": mark_words(usage),
        "is_setting": usage.language in SETTINGS,
        "verdicts": _verdicts(usage.parameters + usage.defaults),
        "has_call_mark": any(line.mark == "call" for line in usage.excerpt),
        "read_lines": [line.number for line in usage.excerpt if line.mark == "read"],
        "aside_reason": _aside_reason(row),
        "later": later,
        **_history(row),
    }


def _aside_reason(row: Finding) -> str:
    """What the comment that sets the call aside says, where one alone can be the call's."""
    if row.absent_reason != Gone.SET_ASIDE:
        return ""
    there = row.repository.set_aside.filter(path=row.path, callee=row.callee).values_list("reason", flat=True)
    found = list(there[:2])
    return found[0] if len(found) == 1 else ""


def _later(row: Finding) -> Finding | None:
    """The finding that follows this call since it came back, too late for this one to go on."""
    return row.later.defer(*WIDE).order_by("pk").first() if row.absent_reason else None


def _history(row: Finding) -> dict[str, Any]:
    events = list(_events(row))
    return {"events": _told(_one_line_each(events), _stood(row, events)), "moved_from": _moved_from(row, events)}


def _one_line_each(events: list[FindingEvent]) -> list[FindingEvent]:
    """Newest first, without the step to another part of which the next event, of the same rule, says all."""
    return [
        event
        for event, newer in zip(events, [None, *events], strict=False)
        if not (newer and event.verb == "area" and _says_all(newer, event))
    ]


def _says_all(newer: FindingEvent, area: FindingEvent) -> bool:
    if (newer.scan_id, newer.actor_id) != (area.scan_id, area.actor_id):
        return False
    if area.after == Area.EXCLUDED:
        return (newer.verb, newer.reason) == ("left_out", Gone.PATH_EXCLUDED)
    return (area.before, area.after) == (Area.EXCLUDED, Area.PRODUCT) and newer.verb in ("counted_again", "taken_back")


def _stood(row: Finding, events: list[FindingEvent]) -> str:
    """The disposition before the oldest of these events, "" where there is none before."""
    if len(events) < EVENTS_SHOWN:
        return ""
    before = row.events.filter(after__in=list(Disposition), at__lte=events[-1].at).exclude(pk__gte=events[-1].pk)
    return before.values_list("after", flat=True).order_by("-at", "-pk").first() or ""


def _moved_from(row: Finding, events: list[FindingEvent]) -> list[Finding]:
    """The findings of which this may be the call, where several stood and nobody could tell which is which."""
    if not any((event.verb, event.reason) == ("opened", Gone.MOVED) for event in events):
        return []
    return list(row.moved_from.defer(*WIDE).order_by("path", "line", "pk")[:5])


def _told(events: list[FindingEvent], stands: str) -> list[tuple[tuple[str, str, str], FindingEvent]]:
    """Each with icon, colour and words, newest first: what goes while it is dismissed is not resolved."""
    told = []
    for event in reversed(events):
        stands = event.after if event.after in set(Disposition) else stands
        look = EVENTS.get(event.verb, ("circle", "", event.verb))
        if (event.verb, event.reason) == ("opened", Gone.MOVED):
            look = MAY_BE
        gone = event.verb == "resolved" and stands == Disposition.DISMISSED
        told.append((("circle-help", "", "Gone, dismissed before") if gone else look, event))
    return told[::-1]


def _events(row: Finding) -> Any:
    return row.events.select_related("actor", "scan").order_by("-at", "-pk")[:EVENTS_SHOWN]


def _link(row: Finding, where: tuple[str, int, int, int | None], forge: str) -> str | None:
    """`where` is path, first and last line, cell."""
    path, line, end_line, cell = where
    # A line of a cell is not a line of the file: the link then goes to the file only.
    first, last = (line, end_line) if cell is None else (0, 0)
    return permalink(row.repository.url, row.commit, path, first, last, forge)


def _place(row: Finding, step: ProofStep | ResponseRead, forge: str) -> Place:
    where = step.path, step.line, step.line, step.cell
    return Place(step.text, step.path, step.line, step.cell, _link(row, where, forge))


def _worst_first(parameters: tuple[Parameter, ...]) -> list[Parameter]:
    return sorted(parameters, key=lambda parameter: (ORDER.index(parameter.verdict), parameter.name))


def _rows(parameters: list[Parameter]) -> list[tuple[Parameter, bool]]:
    """Each with whether the guide's sentence is folded: it stands above already, or says that nothing changes.

    Disputes always show theirs.
    """
    rows, quoted = [], set[str]()
    for parameter in parameters:
        rows.append((parameter, parameter.verdict is Verdict.KEPT or parameter.guide in quoted))
        if parameter.verdict is not Verdict.DISPUTED:
            quoted.add(parameter.guide)
    return rows


def _notes(usage: Usage) -> list[str]:
    """What to do by hand, without the sentence that stands on top of the page already."""
    notes = usage.replacement.notes if usage.replacement else ()
    return [text for text in notes if text != PLATFORMS[usage.platform].way_out]


def _verdicts(parameters: tuple[Parameter, ...]) -> str:
    """ "1 unsupported, 2 kept": the worst first."""
    counts = Counter(parameter.verdict for parameter in parameters)
    return ", ".join(f"{counts[verdict]} {verdict.value}" for verdict in ORDER if counts[verdict])
