"""What waits for the person who asks: short lists, each with the filter that shows it all."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audits import query
from audits.access import Action, allowed, findings_visible_to, person
from audits.models import Finding, User

from ._ways import ways
from .findings import address

ROWS = 5
# What a list without an index of its own begins with: the words of what all such lists are counted within.
OPEN = "state:open area:product"


@dataclass(frozen=True)
class Part:
    """One list: at most ROWS findings of `count`; `href` is the filter that shows them.

    `wide`: no index finds them, and `condition` is what they are beside OPEN.
    """

    key: str
    title: str
    nothing: str
    href: str
    condition: Q
    found: "QuerySet[Finding]"
    count: int = 0
    rows: tuple[Finding, ...] = ()
    seen: bool = False
    wide: bool = False

    @property
    def carried(self) -> str:
        """The filter as a finding's page takes it, which offers what stands before and after in the list."""
        return self.href.partition("?")[2]


@require_safe
@allowed(Action.VIEW)
def my_work(request: HttpRequest) -> HttpResponse:
    me = person(request)
    visible = findings_visible_to(me)
    parts = list(_parts(me, visible))
    found = query.remembered("my work", lambda: _found(visible, parts), *(part.found.order_by() for part in parts))
    parts = [_filled(part, *found[part.key]) for part in parts]
    context: dict[str, Any] = {"section": "my-work", "parts": parts, "since": me.last_visit_at or me.date_joined}
    return render(request, "audits/my_work.html", context)


@require_POST
@allowed(Action.VIEW)
def my_work_seen(request: HttpRequest) -> HttpResponse:
    """What regressed until now was seen: the list of it starts anew."""
    User.objects.filter(pk=person(request).pk).update(last_visit_at=timezone.now())
    return redirect("my-work")


def _parts(me: User, visible: "QuerySet[Finding]") -> Iterator[Part]:
    # Of what others look after nobody is told; whoever has no team is told of all.
    ours = [query.Term("is", "ours")] if me.teams.exists() else []

    def part(key: str, title: str, nothing: str, text: str, *more: query.Term, narrower: Q = Q()) -> Part:  # noqa: B008
        asked = query.parse(text).joined(query.Query(more))
        # What holds for every row of that count is not asked of each row again.
        wide = text.startswith(OPEN)
        own = query.condition(query.parse(text.removeprefix(OPEN)).joined(query.Query(more)), me) & narrower
        found = visible.filter(query.condition(query.parse(OPEN), me), own) if wide else visible.filter(own)
        return Part(key, title, nothing, address(str(asked)), own, found, wide=wide)

    yield part("mine", "Assigned to me", "Nobody has given you a call.", "state:open assignee:me")
    nothing = "No open call is in your teams’ repositories, or yours by CODEOWNERS."
    yield part("team", "My team’s, and mine by CODEOWNERS", nothing, f"{OPEN} is:ours")
    yield part("review", "Awaiting re-review", "No dismissal waits for another look.", "is:re-review", *ours)
    yield part("waivers", "Waivers that end within 14 days", "No waiver ends soon.", "is:waiver-ending", *ours)
    yield part("ended", "Waivers that have ended", "No waiver has ended.", "is:waiver-ended", *ours)
    nothing = "Nothing came back since you looked."
    new = Q(reopened_at__gt=me.last_visit_at or me.date_joined)
    yield replace(
        part("regressed", "Regressed since I looked", nothing, "is:regressed", *ours, narrower=new), seen=True
    )
    nothing = "CODEOWNERS names somebody for each open call."
    yield part("unowned", "Unowned: CODEOWNERS names nobody", nothing, f"{OPEN} is:unowned")


def _found(visible: "QuerySet[Finding]", parts: Iterable[Part]) -> dict[str, tuple[int, list[UUID]]]:
    """By part its number of findings, and which come first."""
    counts = _counts(visible, parts)
    first = {part.key: list(query.keys(part.found, "")[:ROWS]) for part in parts if counts[part.key]}
    return {key: (count, first.get(key, [])) for key, count in counts.items()}


def _counts(visible: "QuerySet[Finding]", parts: Iterable[Part]) -> dict[str, int]:
    """By key. What an index finds is few; the others are parts of what is open, counted in one pass over that."""
    wide = {part.key: Count("presence", filter=part.condition) for part in parts if part.wide}
    counts = visible.filter(query.there(), ~query.under_waiver()).aggregate(**wide)
    return counts | {part.key: part.found.order_by().count() for part in parts if not part.wide}


def _filled(part: Part, count: int, first: list[UUID]) -> Part:
    rows = query.rows_of(first) if first else []
    prefetch_related_objects(rows, ways())
    return replace(part, count=count, rows=tuple(rows))
