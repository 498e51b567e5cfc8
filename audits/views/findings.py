"""The list of findings, its exports, and one finding. The filter lives in the URL, as `q`."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from audits import exports, query
from audits.access import Action, allowed, findings_visible_to, may, person, set_aside_visible_to, visible_to
from audits.models import Finding, Repository
from audits.progress.covered import covered_in
from audits.progress.hidden import Restricted, restricted_beside

from . import _aside, _decided, _finding, saved_views
from ._bulk import MOVES
from ._instead import instead
from ._menus import chosen, menus
from ._owners import owners
from ._ways import ways

PAGE = 50
# What stands in the totals; the page says how many match apart from it.
DEFAULT = "state:open area:product"
# So many repositories are named beside the calls of a search.
NAMED = 5
# What an export says of calls that its reader may not see, in words, beside rows that are findings and nothing else.
HIDDEN = "X-Restricted"
# The key to sort by, the word, whether the first click sorts it downwards, the class of the column.
COLUMNS = (
    ("call", "Call and scope", False, ""),
    ("repository", "Repository and line", False, ""),
    ("parameters", "Parameters in the way", True, ""),
    ("kind", "Kind", False, ""),
    ("confidence", "Confidence", False, ""),
    ("owner", "Owner", False, ""),
    ("age", "Age", True, "end"),
    ("state", "State", False, ""),
)


@require_safe
@allowed(Action.VIEW)
def findings(request: HttpRequest) -> HttpResponse:
    """Without any filter in the address: what is open. Menus and the added words are folded into `q`."""
    if not request.GET:
        return redirect(address(DEFAULT))
    asked = query.checked(chosen(request.GET))
    sort = request.GET.get("sort", "")
    here = address(str(asked), sort)
    # The browser's Back asks by htmx as well, and wants the whole page.
    htmx = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    if not asked.errors and not htmx and set(request.GET) - {"q", "sort", "page", "all"}:
        return redirect(here)
    response = render(request, f"audits/{'_findings_list' if htmx else 'findings'}.html", _list(request, asked, sort))
    if htmx and "page" not in request.GET and not asked.errors:
        response["HX-Push-Url"] = here
    patch_vary_headers(response, ["HX-Request", "HX-History-Restore-Request"])
    return response


def address(text: str, sort: str = "", **more: object) -> str:
    """The list under this filter; `more` are further parameters."""
    return f"{reverse('findings')}?{urlencode({'q': text, **({'sort': sort} if sort else {}), **more})}"


def _list(request: HttpRequest, asked: query.Query, sort: str) -> dict[str, Any]:
    visible = findings_visible_to(request.user)
    me = person(request)
    text = str(asked)
    return {
        "section": "findings",
        "asked": asked,
        "text": text,
        "typed": request.GET.get("add") or request.GET.get("q", "") if asked.errors else "",
        "sort": sort,
        "carried": urlencode({"q": text, **({"sort": sort} if sort else {})}),
        "chips": [(term, address(str(asked.without(term)), sort)) for term in asked.terms],
        "menus": menus(asked, visible_to(request.user), visible, me),
        "columns": [_column(text, sort or query.DEFAULT_SORT, *column) for column in COLUMNS],
        "unowned_href": address(str(asked.joined(query.parse("is:unowned"))), sort),
        "default": text == DEFAULT and not sort,
        "restricted": restricted_beside(me, asked),
        "named": _named(request, asked),
        "coverage": covered_in(visible_to(request.user).filter(query.repositories_of(asked))),
        **saved_views.menu(me, text, sort),
        **_shown(request, asked, sort),
    }


def _named(request: HttpRequest, asked: query.Query) -> list[Repository]:
    """The repositories whose names hold all that was typed without a key: with no call left, no row leads to them."""
    words = asked.values("")
    if not words or asked.errors:
        return []
    rows = visible_to(request.user).filter(*(Q(name__icontains=word) for word in words))
    return list(rows.order_by("name")[:NAMED])


def _shown(request: HttpRequest, asked: query.Query, sort: str) -> dict[str, Any]:
    """The page, and what the head says of all that match: of findings, or of what is set aside."""
    me, number = person(request), request.GET.get("page")
    if query.asks_aside(asked):
        return _aside.page(me, asked, number, PAGE)
    visible = findings_visible_to(me)
    totals = query.totals(query.apply(visible, query.whole(asked), me), asked)
    page = Paginator(query.Listed(query.apply(visible, asked, me), sort, totals.count), PAGE).get_page(number)
    prefetch_related_objects(list(page), ways())
    meant = [] if totals.count else instead(visible, asked, me)
    aside = query.aside_part(asked)
    return {
        "page": page,
        "bulk": _bulk(request, str(asked), sort),
        "instead": [(term, address(str(whole), sort)) for term, whole in meant],
        "apart_href": address(str(asked.replaced("area", query.APART)), sort),
        "set_aside": query.apply_aside(set_aside_visible_to(me), aside).count(),
        "set_aside_href": address(str(aside.joined(query.parse("is:suppressed")))),
        "set_aside_wider": any(term not in aside.terms and term.key not in ("state", "area") for term in asked.terms),
        **asdict(totals),
    }


def _bulk(request: HttpRequest, text: str, sort: str) -> dict[str, Any]:
    """The bar of what can be done to many at once; nothing for somebody who may not."""
    if not may(request.user, Action.TRIAGE):
        return {}
    return {
        "moves": [(move.value, icon, word) for move, (icon, word, *_) in MOVES.items()],
        "all": "all" in request.GET,
        "all_href": address(text, sort, all=1),
        "some_href": address(text, sort),
    }


def _column(text: str, sort: str, key: str, word: str, down: bool, css: str) -> dict[str, str]:
    """A column's head: where a click leads, and how the list is sorted by it now."""
    current = {key: "ascending", f"-{key}": "descending"}.get(sort, "")
    first, second = (f"-{key}", key) if down else (key, f"-{key}")
    return {"word": word, "css": css, "current": current, "href": address(text, second if sort == first else first)}


@require_safe
@allowed(Action.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    asked, kind = query.checked(query.parse(request.GET.get("q", ""))), request.GET.get("format", "csv")
    formats = exports.TABLE_FORMATS if query.asks_aside(asked) else exports.FORMATS
    if asked.errors or kind not in formats:
        wrong = " ".join(asked.errors) or f"The format is one of {', '.join(formats)}."
        return HttpResponseBadRequest(wrong, content_type="text/plain")
    hidden = restricted_beside(person(request), asked)
    if query.asks_aside(asked):
        rows = _aside.exported(_aside.found(person(request), asked))
        lines = exports.TABLE_FORMATS[kind](_aside.COLUMNS, rows)
    else:
        found = query.apply(findings_visible_to(request.user), asked, person(request))
        lines = _written(kind, found, request.GET.get("sort", ""), hidden)
    response = StreamingHttpResponse(lines, content_type=exports.TYPES[kind])
    if hidden:
        response[HIDDEN] = str(hidden)
    response["Content-Disposition"] = f'attachment; filename="{_file_name(hidden)}.{kind}"'
    return response


def _file_name(hidden: Restricted) -> str:
    """Whoever opens the file sees no header, and no row of it has room: the name says what is not in it."""
    said = slugify(f"plus {hidden}".replace(",", "")) if hidden else ""
    return "-".join(filter(None, ("findings", f"{timezone.localdate():%Y-%m-%d}", said)))


def _written(kind: str, found: "QuerySet[Finding]", sort: str, hidden: Restricted) -> Iterator[str]:
    """SARIF has room for what is said of the whole; in CSV and JSON each row is a finding, and there is none for it."""
    if kind == "sarif":
        return exports.findings_as_sarif(found, sort, hidden.fields if hidden else None)
    return exports.FORMATS[kind](found, sort)


@require_safe
@allowed(Action.VIEW)
def finding(request: HttpRequest, pk: UUID) -> HttpResponse:
    visible = findings_visible_to(request.user)
    row = get_object_or_404(visible.select_related(*_finding.JOINED), pk=pk)
    context = {
        "section": "findings",
        **_finding.context(row),
        "owners": owners(row, request.user),
        **_decided.context(request, row),
        **_neighbours(request, row),
    }
    return render(request, "audits/finding.html", context)


def _neighbours(request: HttpRequest, row: Finding) -> dict[str, Any]:
    """Previous and next within the list that the reader came from; nothing where the address names none.

    `was` is the state before a decision of just now: the reader goes on from where they were.
    """
    if "q" not in request.GET:
        return {}
    me, asked, sort = person(request), query.parse(request.GET["q"]), request.GET.get("sort", "")
    visible, was = findings_visible_to(me), request.GET.get("was", "")
    place = query.beside(query.apply(visible, asked, me), sort, row, was if was in query.STATES else "")
    carried = urlencode({"q": str(asked), **({"sort": sort} if sort else {})})
    beside = {"previous": place.previous, "next": place.next}
    return {
        "came_from": address(str(asked), sort),
        "came_text": str(asked) or "all findings",
        "position": place.before + 1 if place.inside else None,
        "of": query.totals(query.apply(visible, query.whole(asked), me), asked).count,
        **{name: f"{reverse('finding', args=[key])}?{carried}" for name, key in beside.items() if key},
    }
