"""What edits made of calls that are there still: which parameters are in the way of them now, and were before."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from uuid import UUID

from audits.models import Finding, FindingParameter

_CHUNK = 500


def edits(rows: Sequence[Finding], now: Iterable[FindingParameter]) -> Iterator[tuple[Finding, str]]:
    """Those of `rows`, whose stored parameters are those of before, that have others in the way by `now`, and in words
    which; a query for each 500 rows."""
    new, old = defaultdict[UUID, set[str]](set), defaultdict[UUID, set[str]](set)
    for passed in now:
        if passed.in_the_way:
            new[passed.finding_id].add(passed.name)
    for start in range(0, len(rows), _CHUNK):
        part = FindingParameter.objects.filter(finding__in=rows[start : start + _CHUNK], in_the_way=True)
        for pk, name in part.values_list("finding", "name"):
            old[pk].add(name)
    for row in rows:
        came, went = sorted(new[row.pk] - old[row.pk]), sorted(old[row.pk] - new[row.pk])
        if came or went:
            told = (("now in the way", came), ("no more", went))
            yield row, "; ".join(f"{words}: {', '.join(names)}" for words, names in told if names)
