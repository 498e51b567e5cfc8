"""`is:suppressed`: the uses that a comment in their source sets aside. They are no findings and stand in no number."""

from functools import reduce
from operator import and_, or_

from django.db.models import Q, QuerySet

from audits.models import Repository, SetAside

from .apply import in_path, of_repository
from .language import Query

WORD = "suppressed"
# What is known of such a use; all else that a finding has, it has not.
KEYS = ("team", "repo", "path", "kind")


def asks_aside(query: Query) -> bool:
    return WORD in query.values("is")


def checked(query: Query) -> Query:
    """The query, with an error where it asks for what only findings have."""
    if not asks_aside(query) or query.errors:
        return query
    wrong = [term for term in query.terms if term.key not in (*KEYS, "") and str(term) != f"is:{WORD}"]
    if not wrong:
        return query
    words = f"What is set aside has no “{wrong[0]}”: beside is:{WORD} only {', '.join(KEYS)} and text narrow the list."
    return Query(query.terms, (words,))


def aside_part(query: Query) -> Query:
    """What of the query can be asked of such a use, too."""
    return Query(tuple(term for term in query.terms if term.key in (*KEYS, "")), query.errors)


def apply_aside(rows: "QuerySet[SetAside]", query: Query) -> "QuerySet[SetAside]":
    """Those that match, by place; none where the query has errors."""
    if checked(query).errors:
        return rows.none()
    conditions = [reduce(or_, (_one(key, value) for value in found)) for key in KEYS if (found := query.values(key))]
    conditions += [_text(value) for value in query.values("")]
    ordered = rows.order_by("repository__name", "path", "cell", "line", "pk")
    return ordered.filter(reduce(and_, conditions, Q())).select_related("repository__team")


def _one(key: str, value: str) -> Q:
    if key in ("team", "repo"):
        return of_repository(key, value)
    return in_path(value) if key == "path" else Q(kind=value)


def _text(value: str) -> Q:
    named = Q(repository__in=Repository.objects.order_by().filter(name__icontains=value))
    return in_path(value) | Q(callee__icontains=value) | Q(reason__icontains=value) | named
