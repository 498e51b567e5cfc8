"""The tables of this package as Markdown, printed into docs/lifecycle.md: what is written there is what runs."""

from collections.abc import Iterable
from datetime import date, timedelta

from .axes import Disposition, Gone, Presence
from .states import Facts, derive
from .transitions import SIGHTINGS, STEPS

_TODAY = date(2026, 1, 15)
_PAST, _FUTURE = _TODAY - timedelta(days=1), _TODAY + timedelta(days=1)
_CASES: tuple[tuple[str, Disposition, dict[str, object]], ...] = (
    ("open, platform still answers", Disposition.OPEN, {"off_since": _FUTURE}),
    ("open, platform is off", Disposition.OPEN, {"off_since": _PAST}),
    ("open, somebody said “I fixed it”", Disposition.OPEN, {"off_since": _PAST, "claimed": True}),
    ("planned, due day to come", Disposition.PLANNED, {"due": _FUTURE, "off_since": _PAST}),
    ("planned, due day over", Disposition.PLANNED, {"due": _PAST}),
    ("waived, platform still answers", Disposition.WAIVED, {"until": _FUTURE, "off_since": _FUTURE}),
    ("waived, platform is off", Disposition.WAIVED, {"until": _FUTURE, "off_since": _PAST}),
    ("waived, last day over, platform is off", Disposition.WAIVED, {"until": _PAST, "off_since": _PAST}),
    ("dismissed", Disposition.DISMISSED, {}),
)
_PRESENCES = (
    ("present", Presence.PRESENT, None),
    ("unknown", Presence.UNKNOWN, None),
    ("absent, progress", Presence.ABSENT, Gone.MIGRATED),
    ("absent, another reason", Presence.ABSENT, Gone.RULE_CHANGED),
)


def people() -> str:
    """The steps that people take."""
    rows = (
        (
            step.move,
            ", ".join(step.before) if len(step.before) < len(Disposition) else "any",
            step.after or "stays",
            step.right,
            step.needs or "–",
            step.means,
        )
        for step in STEPS.values()
    )
    return _table(("Step", "From", "To", "Right", "Needs", "Means: it"), rows)


def machine() -> str:
    """What a scan decides, the first row that holds."""
    rows = (
        (
            row.when,
            ", ".join(row.before) or "–",
            row.after,
            row.reason or "–",
            "yes" if row.progress else "no",
            row.verb,
        )
        for row in SIGHTINGS
    )
    return _table(("When", "From", "To", "Reason", "Progress", "Event"), rows)


def states() -> str:
    """The derived states, worked out by `derive` itself."""
    rows = (
        (words, *(_shown(presence, disposition, gone, facts) for _, presence, gone in _PRESENCES))
        for words, disposition, facts in _CASES
    )
    return _table(("Disposition", *(words for words, *_ in _PRESENCES)), rows)


def document() -> str:
    """All three, under their headings."""
    return (
        f"### What people do\n\n{people()}\n\n### What a scan decides\n\n{machine()}\n\n"
        f"### What a page shows\n\n{states()}\n"
    )


def _shown(presence: Presence, disposition: Disposition, gone: Gone | None, facts: dict[str, object]) -> str:
    derived = derive(Facts(presence, disposition, gone=gone, **facts), _TODAY)  # type: ignore[arg-type]
    flags = (" (known broken)" if derived.known_broken else "") + (" (waiver ended)" if derived.lapsed else "")
    return derived.state.replace("_", " ").capitalize() + ("" if presence is Presence.ABSENT else flags)


def _table(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    head = tuple(head)
    lines = [head, ("---",) * len(head), *(tuple(map(str, row)) for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
