"""Pages about how far it is: a team, the steps of a chart, weeks by repository, parameters, the sunset's dates."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from audits import progress
from audits.access import Action, allowed, findings_visible_to, teams_open_to, visible_to
from audits.engine.catalogue.parameters import PARAMETERS
from audits.engine.catalogue.platforms import GUIDE_DATE, PLATFORMS
from audits.exports import TABLE_FORMATS
from audits.forms import DueForm
from audits.lifecycle import Cause
from audits.models import Organisation, Repository
from audits.progress import breakdown
from audits.progress.explain import Explanation, explain
from audits.progress.figures import due_of, figures
from audits.progress.heat import WEEKS, heat
from audits.progress.marks import happened
from audits.progress.matrix import matrix
from audits.progress.scope import Scope
from audits.progress.tables import TABLES, step, with_restricted

from ._tests import tests_of
from .overview import due_marks

HEAT_ROWS = 50
_TEN_YEARS = timedelta(days=3653)


@require_safe
@allowed(Action.VIEW)
def team(request: HttpRequest, pk: int) -> HttpResponse:
    """One team as the overview shows all of them."""
    found = get_object_or_404(teams_open_to(request.user), pk=pk)
    tests = tests_of(request)
    scope = Scope.of(request.user, apart=tests.on).team(found)
    numbers, due = progress.summary_of(scope.repositories, apart=tests.on), due_of(found)
    rows = progress.statuses(scope.repositories.filter(archived_at=None), apart=tests.on)
    context: dict[str, Any] = {
        "section": "teams",
        "team": found,
        "numbers": numbers,
        "figures": figures(scope, due),
        "tests": tests,
        "due": due,
        "campaign": found,
        "happened": happened(scope.repositories),
        "marks": due_marks(due),
        "rows": sorted(rows, key=lambda row: (-getattr(row, "left", 0), row.name)),
        "lines": matrix(numbers, apart=tests.on).lines,
        "members": found.members.filter(is_active=True).order_by("username"),
        "statuses": [
            {"key": key, "word": word, "count": numbers.statuses[key]} for key, word in progress.STATUSES.items()
        ],
    }
    return render(request, "audits/team.html", context)


@require_safe
@allowed(Action.VIEW)
def explain_page(request: HttpRequest) -> HttpResponse:
    """The step from one day to another: who, by what, and which calls."""
    today = timezone.localdate()
    end = _day(request.GET.get("to", ""), today)
    start = min(_day(request.GET.get("from", ""), end - timedelta(days=6)), end)
    team = teams_open_to(request.user).filter(pk=_number(request.GET.get("team", ""))).first()
    one = visible_to(request.user).filter(pk=_number(request.GET.get("repository", ""))).first()
    tests = tests_of(request)
    scope = Scope.of(request.user, apart=tests.on)
    scope = scope.repository(one.pk) if one else scope.team(team) if team else scope
    told = explain(scope, start, end)
    cause = request.GET.get("cause", "")
    context: dict[str, Any] = {
        "section": "overview",
        "tests": tests,
        "restricted": 0 if one or team else progress.restricted(request.user, apart=tests.on),
        "told": told,
        "team": None if one else team,
        "repository": one,
        "cause": cause if cause in set(Cause) else "",
        "findings": _findings(request, told, one, cause),
        "whose": f"&repository={one.pk}" if one else f"&team={team.pk}" if team else "",
        "before": (start - timedelta(days=7), start - timedelta(days=1)),
        "after": (end + timedelta(days=1), min(end + timedelta(days=7), today)) if end < today else None,
    }
    return render(request, "audits/explain.html", context)


def _findings(request: HttpRequest, told: Explanation, one: Repository | None, cause: str) -> Any:
    if one is None or cause not in set(Cause):
        return ()
    keys = [key for row in told.rows for key in row.findings.get(Cause(cause), ())]
    return findings_visible_to(request.user).filter(pk__in=keys[:200]).select_related("repository")


@require_safe
@allowed(Action.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """A chart or a list as a file, of what its reader may see, with tests and the like where the page has them."""
    what, kind = request.GET.get("what", "numbers"), request.GET.get("format", "csv")
    scope = Scope.of(request.user, apart=tests_of(request).on)
    team = teams_open_to(request.user).filter(pk=_number(request.GET.get("team", ""))).first()
    one = visible_to(request.user).filter(pk=_number(request.GET.get("repository", ""))).first()
    scope = scope.repository(one.pk) if one else scope.team(team) if team else scope
    if kind not in TABLE_FORMATS or what not in (*TABLES, "step"):
        names = ", ".join([*TABLES, "step"])
        return HttpResponseBadRequest(f"what is one of {names}; format is csv or json.", content_type="text/plain")
    end = _day(request.GET.get("to", ""), timezone.localdate())
    start = min(_day(request.GET.get("from", ""), end - timedelta(days=6)), end)
    table = step(scope, start, end) if what == "step" else TABLES[what](scope)
    narrow = one is not None or team is not None
    hidden = 0 if narrow else progress.restricted(request.user, apart=scope.apart)
    columns, rows = with_restricted(what, table, hidden)
    types = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    answer = StreamingHttpResponse(TABLE_FORMATS[kind](columns, rows), content_type=types[kind])
    answer.headers["Content-Disposition"] = f'attachment; filename="last-call-{what}.{kind}"'
    return answer


@require_safe
@allowed(Action.VIEW)
def heat_page(request: HttpRequest) -> HttpResponse:
    rows = visible_to(request.user).filter(archived_at=None).select_related("team").order_by("team__name", "name")
    page = Paginator(rows, HEAT_ROWS).get_page(request.GET.get("page"))
    tests = tests_of(request)
    context = {
        "section": "overview",
        "tests": tests,
        "page": page,
        "lines": heat(list(page.object_list), timezone.localdate(), apart=tests.on),
        "weeks": WEEKS,
        "restricted": progress.restricted(request.user, apart=tests.on),
    }
    return render(request, "audits/heat.html", context)


@require_safe
@allowed(Action.VIEW)
def parameters(request: HttpRequest) -> HttpResponse:
    tests = tests_of(request)
    rows = breakdown.parameters(findings_visible_to(request.user), apart=tests.on)
    # A rule for a special value stands on the finding's own page; what holds for any value comes last.
    told = [(row, PARAMETERS.get(row.name, ())[-1:]) for row in rows]
    hidden = progress.restricted(request.user, apart=tests.on)
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
    tests = tests_of(request)
    found = breakdown.platforms(findings_visible_to(request.user), apart=tests.on)
    calls = {row.platform: row for row in found}
    context = {
        "tests": tests,
        "restricted": progress.restricted(request.user, apart=tests.on),
        "section": "timeline",
        "form": form,
        "guide_date": GUIDE_DATE,
        "platforms": [(target, calls.get(platform)) for platform, target in PLATFORMS.items()],
        "due": due_of(),
        "teams": teams_open_to(request.user).exclude(due=None).order_by("due", "name"),
    }
    return render(request, "audits/timeline.html", context)


def _day(text: str, default: date) -> date:
    """A day of the address, kept within ten years and not in the future; what is none is the default."""
    try:
        day = parse_date(text) or default
    except ValueError:
        day = default
    today = timezone.localdate()
    return min(max(day, today - _TEN_YEARS), today)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0
