"""The overview: what a team lead reads in ten seconds."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits import progress
from audits.access import Action, allowed
from audits.charts import Mark
from audits.models import Organisation
from audits.progress.attention import grouped
from audits.progress.figures import counts, due_of, figures
from audits.progress.flows import changes
from audits.progress.marks import happened
from audits.progress.matrix import matrix
from audits.progress.visit import news

from ._asked import Asked, asked, nothing_of_that_name
from ._tests import tests_of
from .session import VISIT

ATTENTION_SHOWN = 6
PARAMETERS_SHOWN = 12
DAYS = timedelta(days=6)


@require_safe
@allowed(Action.VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    """Of all that one may see, or of one parameter or platform in it; a team and a repository have their own pages."""
    of, tests = asked(request), tests_of(request)
    if of.errors:
        return nothing_of_that_name(request, of)
    scope = of.scope
    if page := _page_of(of):
        return redirect(page + tests.one)
    numbers = progress.summary_of(scope, progress.restricted(request.user, scope))
    cut, due = matrix(numbers, apart=tests.on, terms=of.terms), due_of(of.team)
    since = last_visit(request)
    changed = changes(scope, since)
    context: dict[str, Any] = {
        "section": "overview",
        "asked": of,
        "whose": of.whose,
        "beside": of.beside,
        "narrowed": of.narrowed,
        "coverage_at": "" if of.whose else "#attention",
        "numbers": numbers,
        "figures": figures(scope, due),
        "tests": tests,
        "apart": abs(counts(replace(scope, apart=not tests.on)).left - numbers.remaining),
        "due": due,
        "campaign": of.team or Organisation.current(),
        "happened": happened(scope.repositories),
        "marks": due_marks(due),
        "since": since,
        "visited": bool(request.session.get(VISIT)),
        "changed": changed,
        "news": news(changed),
        "peak": max((row.left for row in numbers.teams), default=0),
        "matrix": cut,
        "lines": cut.lines[:PARAMETERS_SHOWN],
        "statuses": tally(progress.STATUSES, numbers.statuses),
        "knowledge": tally(progress.KNOWLEDGE, numbers.knowledge),
        "attention": grouped(numbers.attention)[:ATTENTION_SHOWN],
    }
    return render(request, "audits/overview.html", context)


def _page_of(of: Asked) -> str:
    """The page of the repository or the team, where no part of its calls is asked for; "" else."""
    if of.scope.narrow:
        return ""
    if of.repository:
        return of.repository.get_absolute_url()
    return reverse("team", args=[of.team.pk]) if of.team else ""


def last_visit(request: HttpRequest) -> datetime:
    """When the visit before this one began; for somebody who was never here the start of the last seven days, as the
    explanation of a step counts them."""
    try:
        return datetime.fromisoformat(request.session.get(VISIT, ""))
    except ValueError:
        first = timezone.localdate() - DAYS
        return timezone.make_aware(datetime.combine(first, time.min))


def due_marks(due: date | None) -> list[Mark]:
    """The organisation's own day, for a chart that reaches so far."""
    return [Mark(due, "Our date", "due")] if due else []


def tally(words: dict[str, str], counts: dict[str, int]) -> list[dict[str, str | int]]:
    """The words with their counts; those of `RARE` only where there is one."""
    shown = (key for key in words if counts[key] or key not in progress.RARE)
    return [{"key": key, "word": words[key], "count": counts[key]} for key in shown]
