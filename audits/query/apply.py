"""A Query on the database: which findings match, and in which order."""

import re
from collections.abc import Callable
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.text import slugify

from audits.areas import Area
from audits.models import Finding, FindingParameter, Repository, User

from .language import ANY, APART, Query
from .parameters import parameter_name
from .people import assigned, due, flagged, owned
from .state import STATES, in_state, left, state_expression, still_open

# Ties are broken by place. No condition joins another table, and each order but that of the state has an index which
# holds what is asked: a database walks it until a page is full, without reading a row.
ORDER = ("repository_id", "path", "cell", "line", "column", "id")
SORTS: dict[str, tuple[str, ...]] = {
    "age": ("first_seen_at",),
    "repository": ("repository__name",),
    "call": ("callee", "scope"),
    "parameters": ("ways",),
    "kind": ("kind",),
    "confidence": ("confidence",),
    "owner": ("owners",),
    "state": ("state",),
}
DEFAULT_SORT = "-age"
_COLUMNS = {"kind": "kind", "conf": "confidence", "platform": "platform", "lang": "language"}


_OTHERS = ("state", "team", "repo", "path", "area", "assignee", "owner", "due")


def with_state(findings: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """Annotate `state`, a key of STATES."""
    return findings.annotate(state=state_expression())


def apply(findings: "QuerySet[Finding]", query: Query, me: User | None = None) -> "QuerySet[Finding]":
    """The findings that match, with `state` annotated and in no particular order; none where the query has errors.

    `me` is who asks; without anybody the word `me` matches nothing.
    """
    if query.errors:
        return with_state(findings).none()
    found = with_state(findings).filter(condition(query, me))
    mine = FindingParameter.objects.order_by().values("finding")
    for name in query.values("param"):
        found = _among(found, mine.filter(name=parameter_name(name)))
    for name in query.values("way"):
        found = _among(found, mine.filter(name=parameter_name(name), in_the_way=True))
    return found


def condition(query: Query, me: User | None = None) -> Q:
    """What `apply` filters by, of a query without errors and without parameters: for several counts in one query."""
    conditions = [_text(value) for value in query.values("")]
    # Who names an area asks for what is left there; else what is left is the product's.
    apart = bool(query.values("area"))
    conditions += [_any(key, query.values(key), me, apart=apart) for key in (*_OTHERS, *_COLUMNS)]
    conditions += [flagged(word, me) for word in query.values("is")]
    return reduce(and_, conditions)


def _among(found: "QuerySet[Finding]", keys: "QuerySet[FindingParameter, Any]") -> "QuerySet[Finding]":
    """Those with one of `keys`, a list made once. Said as not without: else SQLite reads each key's wide row."""
    return found.exclude(~Q(pk__in=keys))


def _any(key: str, values: tuple[str, ...], me: User | None, *, apart: bool) -> Q:
    return reduce(or_, (_one(key, value, me, apart=apart) for value in values)) if values else Q()


def _one(key: str, value: str, me: User | None, *, apart: bool) -> Q:
    conditions: dict[str, Callable[[], Q]] = {
        "state": lambda: _state(value, apart=apart),
        "team": lambda: of_repository("team", value),
        "repo": lambda: of_repository("repo", value),
        "path": lambda: in_path(value),
        "area": lambda: _area(value),
        "assignee": lambda: assigned(value, me),
        "owner": lambda: owned(value, me),
        "due": lambda: due(value),
    }
    return conditions[key]() if key in conditions else Q(**{_COLUMNS[key]: value})


def _team(value: str) -> Q:
    # The name of a restricted team may be an open one's too: its word is its own.
    named = Q(team__name__iexact=value, team__restricted=False) | Q(team__slug=slugify(value))
    return Q(team__slug__iexact=value) | named


def of_repository(key: str, value: str) -> Q:
    """`team:` and `repo:`, of whatever belongs to a repository."""
    return _in(_repository(key, value))


def repositories_of(query: Query) -> Q:
    """`team:` and `repo:`, of the repositories themselves: all that the query asks for findings in."""
    keys = (key for key in ("team", "repo") if query.values(key))
    return reduce(and_, (reduce(or_, (_repository(key, value) for value in query.values(key))) for key in keys), Q())


def _repository(key: str, value: str) -> Q:
    if key == "repo":
        return Q(name__iexact=value)
    return Q(team=None) if value == "none" else _team(value)


def _in(repositories: Q) -> Q:
    return Q(repository__in=Repository.objects.order_by().filter(repositories))


def _area(value: str) -> Q:
    """One area is said as none of the others: for a bare one SQLite takes an index of few columns, and reads rows."""
    others = {APART: [Area.PRODUCT], ANY: [Area.EXCLUDED]}.get(value, [area for area in Area if area != value])
    return ~Q(area__in=others)


def _state(value: str, *, apart: bool) -> Q:
    if value == "left":
        return left(apart=apart)
    return still_open() if value == "open" else in_state(value)


def in_path(value: str) -> Q:
    """`path:`, of whatever stands on a line of a file: a part of the path, with `:6` behind it only that line."""
    return Q(path__icontains=value) | (_place(value) or Q())


def _place(value: str) -> Q | None:
    place = re.fullmatch(r"(.+):(\d{1,9})", value)
    return Q(path__icontains=place[1], line=int(place[2])) if place else None


def _text(value: str) -> Q:
    if place := _place(value):
        return place
    fields = ("path", "callee", "scope", "model", "method", "client")
    named = _in(Q(name__icontains=value))
    return reduce(or_, (Q(**{f"{field}__icontains": value}) for field in fields), named)


def ordered(findings: "QuerySet[Finding]", sort: str) -> "QuerySet[Finding]":
    """Sorted by a key of SORTS, descending with a leading `-`; anything else is the default, oldest first.

    Ties are broken by place and id, so that pages neither repeat nor lose a row.
    """
    columns, falls = direction(sort)
    return findings.order_by(*(F(column).desc() if falls else F(column).asc() for column in columns))


def direction(sort: str) -> tuple[tuple[str, ...], bool]:
    """The columns of an order, the first that differs decides, and whether all of them fall."""
    name = sort.removeprefix("-")
    if name not in SORTS:
        sort, name = DEFAULT_SORT, DEFAULT_SORT.removeprefix("-")
    # An old finding has an early date: the age grows as the date falls.
    return (*SORTS[name], *ORDER), sort.startswith("-") is (name != "age")


def state_words() -> dict[str, str]:
    """The words of `state:` with the label a menu shows."""
    return {"open": "All open", "left": "Left, as counted", **{k: v for k, v in STATES.items() if k != "open"}}
