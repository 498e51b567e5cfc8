"""When what is scanned: the next runs, the last ones, and what is paused."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from audits import schedules
from audits.access import Action, allowed, person, visible_to
from audits.models import AuditEvent, AuditVerb, Organisation, Scan, ScanTrigger
from audits.models.scan import OPEN_STATES

SHOWN = 50


@require_safe
@allowed(Action.VIEW)
def schedule(request: HttpRequest) -> HttpResponse:
    organisation = Organisation.current()
    repositories = visible_to(request.user).select_related("team")
    due = repositories.exclude(next_scan_at=None)
    coming = list(due.order_by("next_scan_at", "pk")[:SHOWN])
    scans = Scan.objects.filter(repository__in=visible_to(request.user)).select_related("repository", "requested_by")
    context = {
        "section": "schedule",
        "organisation": organisation,
        "rule": schedules.InForce(organisation.schedule, organisation.time_zone, "organisation"),
        "coming": [(row, schedules.in_force(row, organisation)) for row in coming],
        "coming_in_all": due.count() if len(coming) == SHOWN else len(coming),
        "paused": repositories.exclude(paused_at=None).order_by("-paused_at", "name")[:SHOWN],
        "waiting": scans.filter(state__in=OPEN_STATES).count(),
        "past": scans.exclude(finished_at=None).filter(trigger=ScanTrigger.SCHEDULE).order_by("-finished_at")[:SHOWN],
        "shown": SHOWN,
    }
    return render(request, "audits/schedule.html", context)


@require_POST
@allowed(Action.ADMINISTER)
def pause(request: HttpRequest) -> HttpResponse:
    schedules.pause_all(person(request))
    AuditEvent.record(person(request), AuditVerb.SETTINGS_CHANGED, "Schedules", "Paused all of them.")
    messages.success(request, "All schedules are paused. People can still scan.")
    return redirect("schedule")


@require_POST
@allowed(Action.ADMINISTER)
def resume(request: HttpRequest) -> HttpResponse:
    schedules.resume_all()
    AuditEvent.record(person(request), AuditVerb.SETTINGS_CHANGED, "Schedules", "Resumed all of them.")
    messages.success(request, "The schedules go on. What was missed is caught up once.")
    return redirect("schedule")


@require_POST
@allowed(Action.EDIT_REPOSITORIES)
def resume_one(request: HttpRequest, pk: int) -> HttpResponse:
    repository = get_object_or_404(visible_to(request.user), pk=pk)
    schedules.resume(repository)
    AuditEvent.record(person(request), AuditVerb.REPOSITORY_CHANGED, repository.name, "Resumed its schedule.")
    messages.success(request, f"The schedule scans {repository.name} again.")
    return redirect(repository)
