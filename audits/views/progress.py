"""Pages about how far it is: a team, weeks by repository, parameters, the sunset's dates."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from audits import progress, query
from audits.access import Action, allowed, findings_visible_to, teams_open_to, visible_to
from audits.engine.catalogue.parameters import PARAMETERS
from audits.engine.catalogue.platforms import GUIDE_DATE, PLATFORMS
from audits.forms import DueForm
from audits.models import Organisation
from audits.progress import breakdown
from audits.progress.figures import due_of, figures
from audits.progress.heat import WEEKS, heat
from audits.progress.marks import happened
from audits.progress.matrix import matrix
from audits.progress.scope import Scope

from ._tests import tests_of, tests_on
from .overview import due_marks, tally

HEAT_ROWS = 50


@require_safe
@allowed(Action.VIEW)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team as the overview shows all of them."""
    found = get_object_or_404(teams_open_to(request.user), pk=pk)
    tests = tests_of(request)
    scope = Scope.of(request.user, apart=tests.on).team(found)
    numbers, due = progress.summary_of(scope), due_of(found)
    rows = progress.statuses(scope.repositories.filter(archived_at=None), apart=tests.on)
    context: dict[str, Any] = {
        "section": "teams",
        "team": found,
        "whose": f"&team={found.pk}",
        "beside": f"&team={found.pk}",
        "narrowed": f"+team%3A{found.slug}",
        "numbers": numbers,
        "figures": figures(scope, due),
        "tests": tests,
        "due": due,
        "campaign": found,
        "given": progress.given(findings_visible_to(request.user), found, apart=tests.on),
        "happened": happened(scope.repositories),
        "marks": due_marks(due),
        "rows": sorted(rows, key=lambda row: (-getattr(row, "left", 0), row.name)),
        "lines": matrix(numbers, apart=tests.on).lines,
        "members": found.members.filter(is_active=True).order_by("username"),
        "statuses": tally(progress.STATUSES, numbers.statuses),
    }
    return render(request, "audits/team.html", context)


@require_safe
@allowed(Action.VIEW)
def heat_page(request: HttpRequest) -> HttpResponse:
    rows = (
        visible_to(request.user)
        .filter(archived_at=None)
        .select_related("team")
        .order_by(F("team__name").asc(nulls_last=True), "name")
    )
    page = Paginator(rows, HEAT_ROWS).get_page(request.GET.get("page"))
    tests = tests_of(request)
    scope = Scope.of(request.user, apart=tests.on)
    context = {
        "section": "overview",
        "tests": tests,
        "page": page,
        "lines": heat(list(page.object_list), timezone.localdate(), scope=scope),
        "weeks": WEEKS,
        "restricted": progress.restricted(request.user, scope),
    }
    return render(request, "audits/heat.html", context)


@require_safe
@allowed(Action.VIEW)
def parameters(request: HttpRequest) -> HttpResponse:
    tests = tests_of(request)
    rows = breakdown.parameters(findings_visible_to(request.user), apart=tests.on)
    # A rule for a special value stands on the finding's own page; what holds for any value comes last.
    told = [(row, PARAMETERS.get(row.name, ())[-1:]) for row in rows]
    hidden = progress.restricted(request.user, Scope.of(request.user, apart=tests.on), progress.WHOLE)
    context = {"section": "parameters", "tests": tests, "rows": told, "restricted": hidden}
    return render(request, "audits/parameters.html", context)


@require_safe
@allowed(Action.VIEW)
def timeline(request: HttpRequest) -> HttpResponse:
    return _timeline(request, DueForm(instance=Organisation.current()))


@require_POST
@allowed(Action.EDIT_TEAMS)
def due_edit(request: HttpRequest) -> HttpResponse:
    form = DueForm(request.POST, instance=Organisation.current())
    if not form.is_valid():
        return _timeline(request, form)
    due = form.save().due
    messages.success(request, f"Our date is {due:%-d %b %Y} now." if due else "There is no date of our own any more.")
    return redirect("timeline")


def _timeline(request: HttpRequest, form: DueForm) -> HttpResponse:
    tests = tests_on(request, reverse("timeline"))
    found = breakdown.platforms(findings_visible_to(request.user), apart=tests.on)
    calls = {row.platform: row for row in found}
    context = {
        "tests": tests,
        "restricted": progress.restricted(request.user, Scope.of(request.user, apart=tests.on), progress.WHOLE),
        "section": "timeline",
        "form": form,
        "guide_date": GUIDE_DATE,
        "platforms": [
            (platform, target, calls.get(platform), query.days_overdue(platform))
            for platform, target in PLATFORMS.items()
        ],
        "due": due_of(),
        "teams": teams_open_to(request.user).exclude(due=None).order_by("due", "name"),
    }
    return render(request, "audits/timeline.html", context)
