"""What a filter or a list of keys means at a moment, as far as a person is asked about it before they decide."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, Func, Q, QuerySet, TextField

from audits.models import Finding

from .remembered import by_repository


@dataclass(frozen=True)
class Glance:
    """`digest` is the same for the same findings with the same version, presence and disposition, in any order; another
    one as soon as either differs. `taking` of them take the step.
    """

    count: int
    repositories: int
    digest: str
    taking: int


class _Joined(Aggregate):
    """The texts of all rows, with commas between, in no order."""

    function, output_field = "GROUP_CONCAT", TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **extra: Any) -> Any:
        return super().as_sql(compiler, connection, template="STRING_AGG(%(expressions)s, ',')", **extra)


class _Spaced(Func):
    """Columns that are never NULL, as one text with spaces between."""

    arg_joiner, template, output_field = " || ' ' || ", "(%(expressions)s)", TextField()


def glance(findings: "QuerySet[Finding]", taking: Q) -> Glance:
    """A query of a row a repository: the database writes what is told of each finding, as in `digest_of`."""

    def parts(found: "QuerySet[Finding]") -> dict[int, tuple[int, str, int]]:
        told, some = _Joined(_Spaced("pk", "version", "presence", "disposition")), Count("pk", filter=taking)
        rows = found.values("repository").annotate(told=told, some=some).values_list("repository", "told", "some")
        # A database writes a key with dashes or without; no other part has any.
        texts = ((of, text.replace("-", "").split(","), number) for of, text, number in rows)
        return {of: (len(lines), _digest(lines), number) for of, lines, number in texts}

    rows = list(by_repository(f"glance {taking}", parts, findings.order_by()))
    digest = _digest(part for _, part, _ in rows)
    return Glance(sum(row[0] for row in rows), len(rows), digest, sum(row[2] for row in rows))


def digest_of(rows: Iterable[tuple[UUID, int, str, str, int]]) -> str:
    """The same `digest` of rows in hand: key, version, presence, disposition and repository."""
    told = defaultdict[int, list[str]](list)
    for key, version, presence, disposition, repository in rows:
        told[repository].append(f"{key.hex} {version} {presence} {disposition}")
    return _digest(map(_digest, told.values()))


def _digest(told: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()
