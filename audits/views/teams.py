"""Teams and what each has left."""

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import progress, schedules
from audits.access import Action, allowed, person, teams_open_to
from audits.forms import TeamEditForm, TeamForm
from audits.models import AuditEvent, AuditVerb, Organisation, Repository, Team

from ._tests import tests_on


@require_safe
@allowed(Action.VIEW)
def teams(request: HttpRequest) -> HttpResponse:
    return _page(request, TeamForm(known=teams_open_to(request.user)))


@require_POST
@allowed(Action.EDIT_TEAMS)
def team_add(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST, known=teams_open_to(request.user))
    if not form.is_valid():
        return _page(request, form)
    messages.success(request, f"The team {form.save()} was added.")
    return redirect("teams")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_TEAMS)
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    known = teams_open_to(request.user)
    team = get_object_or_404(known, pk=pk)
    before = (team.restricted, _members(team))
    rule = schedules.in_force(Repository(), Organisation.current())
    inherited = f"As the organisation ({rule.words})"
    form = TeamEditForm(request.POST or None, instance=team, known=known, inherited=inherited)
    if request.method == "POST" and form.is_valid():
        messages.success(request, f"The team {form.save()} was changed.")
        if (team.restricted, _members(team)) != before:
            door = "restricted" if team.restricted else "open to all"
            AuditEvent.record(
                person(request), AuditVerb.TEAM_CHANGED, team.name, f"{door}; {', '.join(_members(team))}"
            )
        if changed := [name for name in form.changed_data if name not in ("restricted", "members")]:
            AuditEvent.record(person(request), AuditVerb.SETTINGS_CHANGED, f"Team {team.name}", ", ".join(changed))
        schedules.reschedule(timezone.now(), team.repositories.all())
        return redirect("teams")
    return render(request, "audits/teams_edit.html", {"section": "teams", "team": team, "form": form})


def _members(team: Team) -> list[str]:
    return list(team.members.order_by("username").values_list("username", flat=True))


def _page(request: HttpRequest, form: TeamForm) -> HttpResponse:
    tests = tests_on(request, reverse("teams"))
    numbers = progress.summary(request.user, apart=tests.on)
    prefetch_related_objects([row.team for row in numbers.teams if row.team], "manager")
    context = {
        "section": "teams",
        "tests": tests,
        "rows": numbers.teams,
        "restricted": numbers.restricted,
        "idle": teams_open_to(request.user).filter(repositories=None).select_related("manager"),
        "form": form,
    }
    return render(request, "audits/teams.html", context)
