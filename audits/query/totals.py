"""What the head of a list says of all that match: how many they are, and what they count as. One query."""

from collections import Counter, defaultdict
from dataclasses import astuple, dataclass

from django.db.models import Count, Q, QuerySet

from audits.areas import Area
from audits.lifecycle import Disposition, Presence
from audits.models import Finding

from .language import APART, Query, Term
from .remembered import by_repository
from .state import NOT_CALLS, STILL_OPEN, UNDISMISSED, calls, remaining, under_waiver, unknown, waived

# The index `finding_counts` begins with these, so the database counts the rows of each group on its way through it.
_GROUPED = ("presence", "disposition", "area", "kind", "repository")
# What else it holds, by keys and by words of `is:`. Where a filter asks for more, rows are counted one by one.
_HELD = (
    "state",
    "team",
    "repo",
    "area",
    "kind",
    "platform",
    "due",
    "owner",
    "conf",
    "lang",
    "assignee",
    "param",
    "way",
)
# States of calls that are or may be there.
_ON = (Presence.PRESENT.value, Presence.UNKNOWN.value)
_THERE = frozenset(("left", "waived", *STILL_OPEN))
_HELD_WORDS = ("unowned", "waiver-ending", "waiver-ended", "known-broken", "mine", "ours", "introduced", "discovered")


@dataclass(frozen=True, slots=True)
class Totals:
    """`count` findings match, of which some are left, unknown, waived, unowned, or no calls of their own.

    `apart` more would, if the filter did not ask for the product alone.
    """

    count: int = 0
    left: int = 0
    unknown: int = 0
    waived: int = 0
    unowned: int = 0
    no_calls: int = 0
    apart: int = 0


def whole(query: Query) -> Query:
    """The query that `totals` counts: where it asks for the product alone, all that stands apart is counted too."""
    return query.joined(Query((Term("area", APART),))) if _alone(query) else query


def totals(found: "QuerySet[Finding]", query: Query) -> Totals:
    """Of `query`; `found` is what matches `whole(query)`."""
    held = all(term.value in _HELD_WORDS if term.key == "is" else term.key in _HELD for term in query.terms)
    states = query.values("state")
    if states and _THERE.issuperset(states):
        # Nothing new, but said so that an index is walked in parts.
        found = found.filter(presence__in=_ON, disposition__in=UNDISMISSED)
    named, alone, count = bool(query.values("area")), _alone(query), _by_groups if held else _by_rows
    rows = by_repository(
        f"totals {named} {alone}", lambda part: count(part, named=named, alone=alone), found.order_by()
    )
    return Totals(*map(sum, zip(*map(astuple, rows), strict=True))) if rows else Totals()


def number_of(found: "QuerySet[Finding]") -> int:
    """How many findings these are."""
    return sum(by_repository("number", _numbers, found.order_by()))


def _numbers(found: "QuerySet[Finding]") -> dict[int, int]:
    told = Counter[int]()
    # By more than the repository: so the groups lie in one index, in their order.
    for *_, repository, number in found.values(*_GROUPED).annotate(n=Count("presence")).values_list(*_GROUPED, "n"):
        told[repository] += number
    return told


def _alone(query: Query) -> bool:
    return query.values("area") == (Area.PRODUCT,)


def _by_groups(found: "QuerySet[Finding]", *, named: bool, alone: bool) -> dict[int, Totals]:
    asked = {"n": Count("presence"), "unowned": Count("presence", filter=Q(owners=""))}
    # Only what a group does not tell is asked of each row.
    asked["waiting"] = Count("presence", filter=under_waiver())
    told = defaultdict[int, Counter[str]](Counter)
    rows = found.values(*_GROUPED).annotate(**asked).values_list(*_GROUPED, *asked)
    for presence, disposition, area, kind, repository, number, unowned, waiting in rows:
        counts = told[repository]
        if alone and area != Area.PRODUCT:
            counts["apart"] += number
            continue
        counts["count"] += number
        counts["unowned"] += unowned
        word = _word(presence, disposition, area, kind, apart=named)
        held = waiting if word in ("left", "unknown") else 0
        counts["waived"] += held
        counts[word] += number - held
    return {of: Totals(**{name: counts[name] for name in Totals.__slots__}) for of, counts in told.items()}


def _word(presence: str, disposition: str, area: str, kind: str, *, apart: bool) -> str:
    if kind in NOT_CALLS:
        return "no_calls"
    inside = area != Area.EXCLUDED if apart else area == Area.PRODUCT
    if not inside or disposition == Disposition.DISMISSED:
        return ""
    return {Presence.PRESENT.value: "left", Presence.UNKNOWN.value: "unknown"}.get(presence, "")


def _by_rows(found: "QuerySet[Finding]", *, named: bool, alone: bool) -> dict[int, Totals]:
    inside = Q(area=Area.PRODUCT) if alone else Q()
    kinds = {"count": Q(), "left": remaining(apart=named), "unknown": unknown(apart=named)}
    kinds["waived"] = waived(apart=named)
    kinds |= {"unowned": Q(owners=""), "no_calls": ~calls()}
    asked = {key: Count("presence", filter=(inside & condition) or None) for key, condition in kinds.items()}
    if alone:
        asked["apart"] = Count("presence", filter=~inside)
    rows = found.values("repository").annotate(**asked).values_list("repository", *asked)
    return {of: Totals(**dict(zip(asked, numbers, strict=True))) for of, *numbers in rows}
