"""Every number on one page: of any scope, at the end of any day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from audits import progress
from audits.access import Action, allowed, teams_open_to, visible_to
from audits.engine.catalogue.parameters import PARAMETERS
from audits.engine.catalogue.platforms import PLATFORMS
from audits.progress.asof import on
from audits.progress.figures import due_of
from audits.progress.interval import day_of, misread
from audits.progress.tables import LEFT_TODAY

from ._asked import asked, nothing_of_that_name
from ._tests import tests_of


@require_safe
@allowed(Action.VIEW)
def numbers_page(request: HttpRequest) -> HttpResponse:
    of, today = asked(request), timezone.localdate()
    if of.errors:
        return nothing_of_that_name(request, of)
    errors = misread("", request.GET.get("day", ""))
    day = today if errors else min(day_of(request.GET.get("day", "")) or today, today)
    context: dict[str, Any] = {
        "section": "overview",
        "tests": tests_of(request),
        "asked": of,
        "whose": of.whose,
        "misread": errors,
        "day": day,
        "today": day >= today,
        "of_day": "" if day >= today else f"&day={day}",
        "found": on(of.scope, day, due_of(of.team)),
        "restricted": progress.restricted(request.user, of.scope, *([] if day >= today else [LEFT_TODAY])),
        "teams": teams_open_to(request.user).order_by("name"),
        "repositories": visible_to(request.user).order_by("name").values_list("pk", "name"),
        "parameters": sorted({*PARAMETERS, *filter(None, [of.scope.parameter])}),
        "platforms": [(platform.value, target.name) for platform, target in PLATFORMS.items()],
    }
    return render(request, "audits/numbers.html", context)
