"""The list of repositories and one repository: what is left, what is known, when it is read again."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Case, Exists, OuterRef, Prefetch, Q, Value, When
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import health, intake, progress, query, scans, schedules
from audits.access import Action, allowed, may, person, visible_to
from audits.forms import RepositoryFilter, RepositoryForm
from audits.models import AuditEvent, AuditVerb, Dependency, FindingEvent, Organisation, Repository, Scan
from audits.models.repository import CheckState
from audits.models.scan import OPEN_STATES, READ_STATES
from audits.progress.scope import Scope
from audits.progress.whereabouts import whereabouts

from ._came import add_parts
from ._tests import tests_of
from ._ways import ways
from .past import past_of

# The key to sort by ("" for none), the word, the class of the column.
COLUMNS = (
    ("name", "Repository", ""),
    ("team", "Team", ""),
    ("", "Status", ""),
    ("", "Freshness", ""),
    ("", "Dependencies", ""),
    ("left", "Calls left", "end"),
    ("unread", "Unread files", "end"),
    ("read", "Last read", ""),
)
PAGE = 50
SCANS_SHOWN = 10
FINDINGS_SHOWN = 10
UNREAD_SHOWN = 50
DEPENDENCIES_SHOWN = 50


@require_safe
@allowed(Action.VIEW)
def repositories(request: HttpRequest) -> HttpResponse:
    running = Scan.objects.filter(repository=OuterRef("pk"), state__in=OPEN_STATES)
    tests = tests_of(request)
    rows = (
        progress.statuses(visible_to(request.user), apart=tests.on)
        .annotate(scanning=Exists(running))
        .select_related("team")
    )
    rows = rows.prefetch_related(Prefetch("dependencies", Dependency.objects.worst_first()))
    archived = visible_to(request.user).exclude(archived_at=None).count()
    if request.GET.get("status") != progress.ARCHIVED:
        rows = rows.filter(archived_at=None)
    shown = RepositoryFilter(request.GET, queryset=rows.order_by("name"), request=request)
    context = {
        "section": "repositories",
        "tests": tests,
        "restricted": _restricted(request, shown),
        "filter": shown,
        "filtered": _filtered(request.GET),
        "archived": archived,
        "page": Paginator(shown.qs, PAGE).get_page(request.GET.get("page")),
        "columns": COLUMNS,
        "sorted": request.GET.get("sort", "name"),
    }
    return render(request, "audits/repositories.html", context)


@require_safe
@allowed(Action.VIEW)
def repository(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "audits/repository.html", page_of(request, pk))


def page_of(request: HttpRequest, pk: int) -> dict[str, Any]:
    """The context of one repository's page; raises Http404 for one that this person may not know of."""
    tests = tests_of(request)
    rows = progress.statuses(visible_to(request.user), apart=tests.on).select_related("team", "created_by")
    organisation = Organisation.current()
    found = get_object_or_404(rows, pk=pk)
    running = open_scan(found)
    left = found.findings.filter(query.remaining(apart=tests.on) | query.unknown(apart=tests.on)).annotate(
        state=query.state_expression()
    )
    return {
        "section": "repositories",
        "repository": found,
        "tests": tests,
        "live": running,
        "waits": waits(found, running),
        "findings": left.prefetch_related(ways())[:FINDINGS_SHOWN],
        "findings_query": " ".join([str(query.Term("repo", found.name)), *(["area:any"] if tests.on else [])]),
        "carried": _carried(found, "any" if tests.on else "product"),
        "waived_query": f"state:waived {query.Term('repo', found.name)} area:{'any' if tests.on else 'product'}",
        "aside": found.set_aside.all()[:UNREAD_SHOWN],
        "aside_count": found.set_aside.count(),
        "unread": found.unread_files.order_by("-names_api", "path")[:UNREAD_SHOWN],
        **_passed_over(found),
        "holds": list(scans.waiting(found).select_related("scan")),
        "dismissed_query": f"state:dismissed {query.Term('repo', found.name)} area:{'any' if tests.on else 'product'}",
        "apart_query": f"{query.Term('repo', found.name)} area:any",
        "lost_query": f"state:out_of_scope {query.Term('repo', found.name)}",
        "holds_query": f"state:stale {query.Term('repo', found.name)}",
        "may_judge": may(request.user, Action.JUDGE),
        "dependencies": _by_package(found.dependencies.worst_first()[:DEPENDENCIES_SHOWN]),
        "whereabouts": whereabouts(Scope.of(request.user, apart=tests.on).repository(found.pk)),
        "rule": schedules.in_force(found, organisation),
        "organisation": organisation,
        **past_of(found, apart=tests.on),
        **_scans_of(found, request.GET.get("scans")),
    }


def _carried(found: Repository, area: str) -> str:
    """The list of what is left or unknown as a finding's page takes it, in the order of the repository's page."""
    asked = f"state:left state:stale {query.Term('repo', found.name)} area:{area}"
    return urlencode({"q": asked, "sort": "repository"})


def _passed_over(found: Repository) -> dict[str, Any]:
    """What the last complete scan passed over, and where the most of it lies."""
    columns = ("files_passed_over", "passed_over_in")
    count, places = found.scans.filter(state__in=READ_STATES).values_list(*columns).first() or (0, {})
    rows = sorted(places.items(), key=lambda row: (-row[1], row[0]))
    return {"passed_over": count, "passed_over_in": rows, "passed_over_more": count - sum(places.values())}


def _by_package(rows: Iterable[Dependency]) -> list[list[Dependency]]:
    """Those of which the same is said stand together, in the order of the first of each."""
    found: dict[tuple[str, ...], list[Dependency]] = {}
    for row in rows:
        found.setdefault((row.package, row.ecosystem, row.asked, row.readiness, row.meaning, row.source), []).append(
            row
        )
    return list(found.values())


def _scans_of(found: Repository, page: str | None) -> dict[str, Any]:
    """The list of scans and the three that the page speaks of."""
    scans = found.scans.annotate(first=progress.is_first()).select_related("requested_by", "cancelled_by")
    scans = scans.order_by("-pk")
    read = scans.filter(state__in=READ_STATES)
    left = Exists(FindingEvent.objects.filter(scan=OuterRef("pk"), verb="left_out"))
    shown = Paginator(scans, SCANS_SHOWN).get_page(page)
    last_change = read.filter(Q(opened_now__gt=0) | Q(resolved_now__gt=0) | Q(left)).first()
    last_read = read.first()
    add_parts([*shown, last_read, last_change])
    return {"scans": shown, "last_read": last_read, "last_change": last_change}


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_REPOSITORIES)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_to(request.user).select_related("team"), pk=pk)
    if found.archived_at:
        messages.warning(request, f"{found.name} is archived: take it back before you change it.")
        return redirect(found)
    form = RepositoryForm(request.POST or None, instance=found, inherited=_inherited(found), by=person(request))
    if request.method == "POST" and form.is_valid() and form.stored():
        schedules.reschedule(timezone.now(), Repository.objects.filter(pk=pk))
        changed = ", ".join(form.changed_data)
        AuditEvent.record(person(request), AuditVerb.REPOSITORY_CHANGED, found.name, changed)
        messages.success(request, f"{found.name} was changed.")
        return redirect(found)
    context = {"section": "repositories", "repository": Repository.objects.get(pk=pk), "form": form}
    return render(request, "audits/repository_edit.html", context)


def _inherited(repository: Repository) -> str:
    """ "As its team or the organisation (daily)": the schedule without one of its own, the team's as it is stored."""
    rule = schedules.in_force(Repository(key=repository.key, team=repository.team), Organisation.current())
    return f"As the {rule.source} ({rule.words})"


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_REPOSITORIES)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(progress.statuses(visible_to(request.user)), pk=pk)
    if request.method == "POST":
        intake.remove(found, person(request))
        messages.success(request, f"{found.name} was deleted, with its findings and scans.")
        return redirect("repositories")
    context = {"section": "repositories", "repository": found, "lost": intake.lost_with(found)}
    return render(request, "audits/confirm_delete.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_REPOSITORIES)
def archive(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(progress.statuses(visible_to(request.user)), pk=pk)
    if found.archived_at:
        messages.warning(request, f"{found.name} is archived already.")
        return redirect(found)
    if request.method == "POST":
        removed = "removed" in request.POST
        intake.archive(found, person(request), removed=removed)
        word = "archived as removed" if removed else "archived"
        messages.success(request, f"{found.name} is {word}: it is scanned no more and counts in no total.")
        return redirect(found)
    return render(request, "audits/confirm_archive.html", {"section": "repositories", "repository": found})


@require_POST
@allowed(Action.EDIT_REPOSITORIES)
def unarchive(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(visible_to(request.user), pk=pk)
    if intake.unarchive(found, person(request)):
        messages.success(request, f"{found.name} is back. What its scan still finds counts again.")
    else:
        messages.warning(request, f"{found.name} is not archived.")
    return redirect(found)


def _restricted(request: HttpRequest, shown: RepositoryFilter) -> progress.Restricted:
    """A team that one may open hides nothing; no other filter is asked of what one may not see."""
    if request.GET.get("team") and shown.is_valid():
        return progress.NOTHING
    words = "calls left, whatever the filter" if _filtered(request.GET) else "calls left"
    return progress.restricted(request.user, Scope.of(request.user, apart=tests_of(request).on), words)


def _filtered(chosen: QueryDict) -> bool:
    return any(value for key, value in chosen.items() if key not in ("page", "sort", "tests"))


def open_scan(repository: Repository) -> Scan | None:
    """The scan that runs, `silent` where its worker gives no sign of life, `over` where its lease has ended; else the
    one that waits in the queue, `unheard` where the broker does not answer."""
    rows = repository.scans.filter(state__in=OPEN_STATES).select_related("requested_by")
    silent = Case(When(scans.silent(), then=True), default=False)
    found = rows.annotate(silent=silent, unheard=Value(False)).order_by("pk").first()
    if found is not None:
        found.unheard = found.waits_unrung and not health.answers()
        found.over = bool(found.silent and found.lease_until and found.lease_until < timezone.now())  # type: ignore[attr-defined]
    return found


def waits(repository: Repository, running: Scan | None) -> bool:
    """Whether the page has something to wait for: a scan, or the host's first answer, unless a scan had one since.

    The question is lost with the broker's messages; a scan is not, and asks the same.
    """
    if running is not None or repository.check_state != CheckState.WAITING:
        return running is not None
    asked, last = repository.checked_at or repository.created_at, repository.last_scan
    return last is None or last.finished_at is None or last.finished_at < asked
