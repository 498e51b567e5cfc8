"""What waits for the person who asks: short lists, each with the filter that shows it all."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q, QuerySet, prefetch_related_objects
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
OPEN = "state:open area:product"


@dataclass(frozen=True)
class Part:
    """One list: at most ROWS findings of `count`; `href` is the filter that shows them."""

    key: str
    title: str
    nothing: str
    href: str
    found: "QuerySet[Finding]"
    count: int = 0
    rows: tuple[Finding, ...] = ()
    seen: bool = False

    @property
    def carried(self) -> str:
        """The filter as a finding's page takes it, which offers what stands before and after in the list."""
        return self.href.partition("?")[2]


@require_safe
@allowed(Action.VIEW)
def my_work(request: HttpRequest) -> HttpResponse:
    me = person(request)
    parts = [_filled(part) for part in _parts(me, findings_visible_to(me))]
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
    mine = [query.Term("is", "mine")] if me.teams.exists() else []

    def part(key: str, title: str, nothing: str, text: str, *more: query.Term, narrower: Q = Q()) -> Part:  # noqa: B008
        asked = query.parse(text).joined(query.Query(more))
        found = visible.filter(query.condition(asked, me), narrower)
        return Part(key, title, nothing, address(str(asked)), found)

    yield part("mine", "Assigned to me", "Nobody has given you a call.", "state:open assignee:me")
    nothing = "No open call is in your teams’ repositories, or yours by CODEOWNERS."
    yield part("team", "My team’s, and mine by CODEOWNERS", nothing, f"{OPEN} is:ours")
    yield part("review", "Awaiting re-review", "No dismissal waits for another look.", "is:re-review", *mine)
    yield part("waivers", "Waivers that end within 14 days", "No waiver ends soon.", "is:waiver-ending", *mine)
    yield part("ended", "Waivers that have ended", "No waiver has ended.", "is:waiver-ended", *mine)
    nothing = "Nothing came back since you looked."
    new = Q(reopened_at__gt=me.last_visit_at or me.date_joined)
    yield replace(
        part("regressed", "Regressed since I looked", nothing, "is:regressed", *mine, narrower=new), seen=True
    )
    nothing = "No open call is without an owner."
    yield part("unowned", "Unowned: CODEOWNERS names nobody", nothing, f"{OPEN} is:unowned")


def _filled(part: Part) -> Part:
    count = query.number_of(part.found)
    rows = query.Listed(part.found, "", count)[:ROWS] if count else []
    prefetch_related_objects(rows, ways())
    return replace(part, count=count, rows=tuple(rows))
