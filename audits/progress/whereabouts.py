"""Where the calls that are left stand: the files with most of them, and whose they are."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count

from audits import query

from .scope import Scope

FILES_SHOWN, OWNERS_SHOWN = 8, 8


@dataclass(frozen=True)
class Whereabouts:
    """Pairs of a name and its calls, most first; `more` of each are not among them. A call may have several owners."""

    files: tuple[tuple[str, int], ...]
    more_files: int
    owners: tuple[tuple[str, int], ...]
    more_owners: int
    unowned: int


def whereabouts(scope: Scope) -> Whereabouts:
    """Of one repository, for there a path is a name; one query."""
    left = scope.findings().filter(query.remaining(apart=scope.apart)).order_by()
    files, owners, unowned = Counter[str](), Counter[str](), 0
    for path, names, calls in left.values_list("path", "owners").annotate(calls=Count("pk")):
        files[path] += calls
        unowned += 0 if names.strip() else calls
        owners.update(dict.fromkeys(names.split(), calls))
    return Whereabouts(
        _most(files)[:FILES_SHOWN],
        max(len(files) - FILES_SHOWN, 0),
        _most(owners)[:OWNERS_SHOWN],
        max(len(owners) - OWNERS_SHOWN, 0),
        unowned,
    )


def _most(counted: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(counted.items(), key=lambda item: (-item[1], item[0])))
