"""A repository's past: what its trend rests on, and asking for it anew."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits import history, progress
from audits.access import Action, allowed, person, visible_to
from audits.engine.catalogue.platforms import GUIDE_DATE, OFF_SINCE
from audits.engine.facts import Platform
from audits.models import HistoryTrigger, Repository, ScanState
from audits.progress import series
from audits.progress.figures import present
from audits.progress.marks import happened
from audits.progress.numbers import window
from audits.progress.scope import Scope

from ._tests import tests_of


def past_of(repository: Any, *, apart: bool = False) -> dict[str, Any]:
    """The context of the card, for a row of `progress.statuses()`: the curve, the run it is from, the newest run."""
    own = Repository.objects.filter(pk=repository.pk)
    runs = repository.history_runs.order_by("-pk")
    newest, current = runs.first(), runs.filter(is_current=True).first()
    before = sum(current.before(apart=apart).values()) if current else 0
    stands = repository.left + repository.unknown_count + repository.waived_count + repository.resolved_count
    return {
        "ever": repository.ever_count + before,
        "resolved": repository.resolved_count + before,
        "rest": repository.ever_count - stands,
        "trend": series.trend(own, present(Scope(own, apart=apart)), window(), apart=apart),
        "happened": happened(own),
        "past": current,
        "reading": newest if newest and newest.is_open else None,
        "unread_past": newest if newest and newest.state == ScanState.FAILED else None,
        "guide_date": GUIDE_DATE,
        "enforced": OFF_SINCE[Platform.COHERE],
    }


@require_safe
@allowed(Action.VIEW)
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The card while a history is read, asked for every two seconds; when it has ended it asks no longer."""
    tests = tests_of(request)
    repository = get_object_or_404(progress.statuses(visible_to(request.user), apart=tests.on), pk=pk)
    if "HX-Request" not in request.headers:
        return redirect(repository)
    return render(
        request,
        "audits/_repository_trend.html",
        {"repository": repository, "tests": tests, **past_of(repository, apart=tests.on)},
    )


@require_POST
@allowed(Action.EDIT_REPOSITORIES)
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    if repository.archived_at:
        messages.warning(request, f"{repository.name} is archived: its past is kept as it was read.")
    elif repository.applied_commit:
        history.request_history(repository, HistoryTrigger.PERSON, person(request))
        messages.success(request, "Its past is read as soon as no scan waits for the worker.")
    else:
        messages.warning(request, "Scan the repository first: its past is read up to the commit that was scanned.")
    return redirect(repository)
