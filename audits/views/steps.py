"""Why a curve went from one number to another, and the numbers as files."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits import forges, progress
from audits.access import Action, allowed, findings_visible_to
from audits.exports import TABLE_FORMATS, TYPES
from audits.hosts import permalink
from audits.lifecycle import Cause
from audits.models import Finding, Repository
from audits.progress.behind import Behind
from audits.progress.explain import Explanation, explain
from audits.progress.hidden import parted
from audits.progress.interval import interval, misasked, misread
from audits.progress.tables import LEFT_TODAY, STEPS, TABLES, of_day, with_restricted

from ._asked import Asked, asked, nothing_of_that_name
from ._tests import tests_of

CALLS_SHOWN = 50


@dataclass(frozen=True)
class Call:
    """One call behind a number; `finding` is None where only commits tell of it, `link` is its line on the host."""

    behind: Behind
    repository: Repository
    finding: Finding | None
    link: str | None


@require_safe
@allowed(Action.VIEW)
def explain_page(request: HttpRequest) -> HttpResponse:
    """The step from one day to another: who, by what, and which calls."""
    of, today = asked(request), timezone.localdate()
    if of.errors:
        return nothing_of_that_name(request, of)
    start, end = _days(request)
    told = explain(of.scope, start, end)
    cause = Cause(word) if (word := request.GET.get("cause", "")) in set(Cause) else None
    context: dict[str, Any] = {
        "section": "overview",
        "tests": tests_of(request),
        "asked": of,
        "restricted": progress.restricted(request.user, of.scope, LEFT_TODAY),
        "told": told,
        "misread": misread(*_words(request)),
        "cause": cause,
        **(_calls(request, told, of, cause) if cause else {}),
        "before": (start - timedelta(days=7), start - timedelta(days=1)),
        "after": (end + timedelta(days=1), min(end + timedelta(days=7), today)) if end < today else None,
    }
    return render(request, "audits/explain.html", context)


def _calls(request: HttpRequest, told: Explanation, of: Asked, cause: Cause) -> dict[str, Any]:
    """A page of the calls, and by how many calls the number differs from their sum: nobody kept these."""
    sums = dict(told.causes)
    one = next((row for row in told.rows if str(row.repository.pk) == request.GET.get("of")), None)
    calls = told.behind(cause, one.repository.pk if one else None)
    number = one.causes.get(cause, 0) if one else sums.get(cause, 0)
    page = Paginator(calls, CALLS_SHOWN).get_page(request.GET.get("page"))
    return {
        "of": one.repository if one else of.repository,
        "number": number,
        "page": page,
        "calls": _shown(request, told, page),
        "untold": number - sum(call.calls for call in calls),
    }


def _shown(request: HttpRequest, told: Explanation, page: Page[Behind]) -> list[Call]:
    repositories = {row.repository.pk: row.repository for row in told.rows}
    findings = findings_visible_to(request.user).in_bulk([call.finding for call in page if call.finding])
    kinds = forges.of({repositories[row.repository] for row in page})
    return [
        _call(row, repositories[row.repository], findings.get(row.finding), kinds.get(row.repository, ""))
        for row in page
    ]


def _call(row: Behind, repository: Repository, finding: Finding | None, forge: str) -> Call:
    line = row.line if row.cell is None else 0
    return Call(row, repository, finding, permalink(repository.url, row.commit, row.path, line, line, forge))


@require_safe
@allowed(Action.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """A chart or a list as a file, of what its reader may see, with tests and the like where the page has them."""
    what, kind = request.GET.get("what", "numbers"), request.GET.get("format", "csv")
    of = asked(request)
    if kind not in TABLE_FORMATS or what not in (*TABLES, *STEPS):
        names = ", ".join([*TABLES, *STEPS])
        return HttpResponseBadRequest(f"what is one of {names}; format is csv or json.", content_type="text/plain")
    day = request.GET.get("day", "")
    if errors := [*of.errors, *(misread(*_words(request)) if what in STEPS else ()), *misasked(what, day)]:
        return HttpResponseBadRequest(" ".join(errors), content_type="text/plain; charset=utf-8")
    table = STEPS[what](of.scope, *_days(request)) if what in STEPS else of_day(what, of.scope, day)
    hidden = progress.restricted(
        request.user, of.scope, *([LEFT_TODAY] if what in STEPS or day else parted(what, of.scope))
    )
    columns, rows = with_restricted(table, hidden)
    answer = StreamingHttpResponse(TABLE_FORMATS[kind](columns, rows), content_type=TYPES[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="last-call-{what}.{kind}"'
    return answer


def _days(request: HttpRequest) -> tuple[date, date]:
    return interval(*_words(request))


def _words(request: HttpRequest) -> tuple[str, str]:
    return request.GET.get("from", ""), request.GET.get("to", "")
