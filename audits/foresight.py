"""What a rule about paths would do to the open calls, so that whoever takes most of them away confirms it first."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from audits import areas, pathrules, query
from audits.areas import Area, Rule
from audits.models import Finding, PathRule, Repository, Scan
from audits.models.scan import READ_STATES


@dataclass(frozen=True)
class Effect:
    """`out` of the `of` open calls leave the headlines, or all work where the rule excludes them; `places` are where
    most of these stand, each with how many: repositories, of a rule of one repository its files. `passed_over` files
    were read by nobody, `everything` says that the pattern names nothing in particular."""

    of: int
    out: int
    places: tuple[tuple[str, int], ...]
    passed_over: int
    everything: bool

    @property
    def wide(self) -> bool:
        return self.everything or 2 * self.out > self.of


def foresee(pattern: str, area: str, repository: Repository | None, *, reads: bool = False) -> Effect:
    """Of a rule that `pathrules.add` would take; three queries. Raises pathrules.Refused where it would not."""
    pattern = pathrules.checked(pattern, repository, reads=reads)
    scope = Repository.objects.filter(archived_at=None)
    scope = scope.filter(pk=repository.pk) if repository else scope
    area_of = _classifiers(Rule(pattern, Area(area)), repository)
    of, places = 0, Counter[str]()
    for pk, name, path, old, calls in _open(scope):
        if area != Area.EXCLUDED and old != Area.PRODUCT:
            continue
        of += calls
        if area_of(pk)(path) != old:
            places[path if repository else name] += calls
    return Effect(of, places.total(), tuple(places.most_common(10)), _passed_over(scope), _names_nothing(pattern))


def _open(scope: "QuerySet[Repository]") -> "QuerySet[Finding, tuple[int, str, str, str, int]]":
    there = query.remaining(apart=True) | query.unknown(apart=True) | query.waived(apart=True)
    rows = Finding.objects.filter(there, repository__in=scope.order_by()).order_by()
    grouped = rows.values("repository", "repository__name", "path", "area").annotate(calls=Count("pk"))
    return grouped.values_list("repository", "repository__name", "path", "area", "calls")


def _classifiers(new: Rule, repository: Repository | None) -> Callable[[int], Callable[[str], Area]]:
    """From a repository to what the rules of now, and `new` behind those of its kind, say of a path in it."""
    rows = PathRule.objects.order_by("pk")
    rules = defaultdict[int | None, list[Rule]](list)
    for row in rows.filter(Q(repository=None) | Q(repository=repository)) if repository else rows:
        rules[row.repository_id].append(Rule(row.pattern, Area(row.area)))
    rules[repository.pk if repository else None].append(new)
    usual = areas.classifier(rules[None])
    own = {pk: areas.classifier([*rules[None], *some]) for pk, some in rules.items() if pk is not None}
    return lambda pk: own.get(pk, usual)


def _passed_over(scope: "QuerySet[Repository]") -> int:
    last = Scan.objects.filter(repository=OuterRef("pk"), state__in=READ_STATES).order_by("-pk")
    counts = scope.order_by().annotate(over=Subquery(last.values("files_passed_over")[:1]))
    return counts.aggregate(all=Sum("over"))["all"] or 0


def _names_nothing(pattern: str) -> bool:
    return not any(sign.isalnum() for sign in pattern)
