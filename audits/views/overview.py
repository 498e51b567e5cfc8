"""The overview: what a team lead reads in ten seconds."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
from audits.progress.scope import Scope
from audits.progress.visit import news

from ._tests import tests_of
from .session import VISIT

ATTENTION_SHOWN = 6
PARAMETERS_SHOWN = 12
DAYS = timedelta(days=6)


@require_safe
@allowed(Action.VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    tests = tests_of(request)
    numbers = progress.summary(request.user, apart=tests.on)
    scope = Scope.of(request.user, apart=tests.on)
    cut, due = matrix(numbers, apart=tests.on), due_of()
    since = last_visit(request)
    changed = changes(scope, since)
    context: dict[str, Any] = {
        "section": "overview",
        "numbers": numbers,
        "figures": figures(scope, due),
        "tests": tests,
        "apart": abs(counts(replace(scope, apart=not tests.on)).left - numbers.remaining),
        "due": due,
        "campaign": Organisation.current(),
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
