"""Asking for scans, and watching one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import reselect, reswap, retarget

from audits import progress, scans
from audits.access import Action, allowed, person, visible_to
from audits.models import Repository, ScanState, ScanTrigger
from audits.models.scan import READ_STATES

from ._asked import number
from ._came import add_parts
from .repositories import open_scan, page_of, waits


@require_safe
@allowed(Action.VIEW)
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """The running scan, asked for every second; when it has ended the whole page once more, which asks no longer."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    if "HX-Request" not in request.headers:
        return redirect(repository)
    running = open_scan(repository)
    if waits(repository, running):
        return render(request, "audits/_repository_live.html", {"repository": repository, "live": running})
    _say_the_end(request, repository)
    page = render(request, "audits/repository.html", page_of(request, pk))
    return retarget(reswap(reselect(page, "#main"), "outerHTML"), "#main")


def _say_the_end(request: HttpRequest, repository: Repository) -> None:
    """One sentence on the scan that was watched; a failed one has its own note on the page."""
    watched = number(request.GET.get("scan", ""))
    watching = repository.scans.annotate(first=progress.is_first())
    ended = watching.filter(pk=watched, state__in=READ_STATES).first() if watched else None
    if ended is None:
        return
    add_parts([ended])
    result = render_to_string("audits/_scan_result.html", {"scan": ended}).strip()
    tell = messages.success if ended.state == ScanState.DONE else messages.warning
    tell(request, f"The scan is {ended.get_state_display().lower()}: {result}.")


@require_POST
@allowed(Action.SCAN)
def scan(request: HttpRequest, pk: int) -> HttpResponse:
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    if repository.archived_at:
        messages.warning(request, f"{repository.name} is archived: it is not scanned until a lead takes it back.")
    else:
        scans.request_scan(repository, ScanTrigger.PERSON, person(request))
    return redirect(repository)


@require_POST
@allowed(Action.SCAN)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """The scan that the button stood at, not another one that has begun since."""
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    meant = repository.scans.filter(pk=number(request.POST.get("scan", ""))).first()
    if meant is not None and scans.cancel(meant, person(request)):
        messages.success(request, "The scan was cancelled. What earlier scans found is kept.")
    else:
        messages.warning(request, "That scan has ended already.")
    return redirect(repository)


@require_POST
@allowed(Action.SCAN)
def scan_all(request: HttpRequest) -> HttpResponse:
    rows = visible_to(request.user).filter(archived_at=None)
    asked = [scans.request_scan(row, ScanTrigger.PERSON, person(request)) for row in rows]
    if asked:
        messages.success(request, f"Asked for {len(asked)} scans; the workers take them one by one.")
    else:
        messages.warning(request, "There is no repository to scan yet.")
    return redirect("repositories")
