"""Teams and what each has left."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import progress, schedules
from audits.access import Action, allowed
from audits.forms import TeamEditForm, TeamForm
from audits.models import Organisation, Repository, Team


@require_safe
@allowed(Action.VIEW)
def teams(request: HttpRequest) -> HttpResponse:
    return _page(request, TeamForm())


@require_POST
@allowed(Action.EDIT_TEAMS)
def team_add(request: HttpRequest) -> HttpResponse:
    form = TeamForm(request.POST)
    if not form.is_valid():
        return _page(request, form)
    messages.success(request, f"The team {form.save()} was added.")
    return redirect("teams")


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_TEAMS)
def team_edit(request: HttpRequest, pk: int) -> HttpResponse:
    team = get_object_or_404(Team, pk=pk)
    rule = schedules.in_force(Repository(), Organisation.current())
    form = TeamEditForm(request.POST or None, instance=team, inherited=f"As the organisation ({rule.words})")
    if request.method == "POST" and form.is_valid():
        messages.success(request, f"The team {form.save()} was changed.")
        schedules.reschedule(timezone.now(), team.repositories.all())
        return redirect("teams")
    return render(request, "audits/teams_edit.html", {"section": "teams", "team": team, "form": form})


def _page(request: HttpRequest, form: TeamForm) -> HttpResponse:
    rows = progress.summary(request.user).teams
    idle = Team.objects.exclude(pk__in=[row.team.pk for row in rows if row.team])
    return render(request, "audits/teams.html", {"section": "teams", "rows": rows, "idle": idle, "form": form})
