"""People's rules about paths: kept, and applied to the findings that are there, in the moment in which they change."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from audits import areas, notify, query
from audits.areas import Area, Rule
from audits.engine.filekinds import is_installed
from audits.lifecycle import Gone, Presence
from audits.models import AuditEvent, AuditVerb, Finding, FindingEvent, PathRule, Repository, UnreadFile, User
from audits.models.repository import OTHER_RULES

_CHUNK = 500
_INSTALLED = (
    "Calls of installed packages are nobody’s here, so no rule has node_modules, site-packages or dist-packages read: "
    "leave out the tick, or name your own folder."
)
_TWICE = "There is a rule for this pattern already: remove it first."


class By(NamedTuple):
    """What an event came by: a scan, or a person."""

    scan: int | None
    user: User | None


class Refused(ValueError):
    """Nothing was stored; `str()` is the sentence for the field."""


def area_of(repository_id: int) -> Callable[[str], Area]:
    """From a path in this repository to its area."""
    return areas.classifier(Rule(row.pattern, Area(row.area)) for row in _rules(repository_id))


def reads(repository_id: int) -> Callable[[str], bool]:
    """Is a path in this repository to be read, although files like it are passed over?"""
    return areas.reader((row.pattern, row.reads) for row in _rules(repository_id))


def _rules(repository_id: int) -> list[PathRule]:
    rows = PathRule.objects.filter(Q(repository=None) | Q(repository=repository_id)).order_by("pk")
    # The repository's own after the organisation's, however old each is.
    return sorted(rows, key=lambda row: row.repository_id is not None)


def add(pattern: str, area: str, repository: Repository | None, user: User, *, reads: bool = False) -> PathRule:
    """Keep a rule and apply it; what it `reads`, the next scan finds. Raises Refused."""
    try:
        pattern = checked(pattern, repository, reads=reads)
        with transaction.atomic():
            values = {"area": area, "reads": reads, "repository": repository, "created_by": user}
            rule = PathRule.objects.create(pattern=pattern, **values)
            _told(user, f"added {rule}", repository)
            _apply(rule, user)
    except IntegrityError as error:
        raise Refused(_TWICE) from error
    return rule


def checked(pattern: str, repository: Repository | None, *, reads: bool) -> str:
    """The pattern as it is kept. Raises Refused where no rule can have it."""
    try:
        pattern = areas.check(pattern)
    except areas.BadPattern as error:
        raise Refused(str(error)) from error
    if reads and is_installed(pattern):
        raise Refused(_INSTALLED)
    if PathRule.objects.filter(pattern=pattern, repository=repository).exists():
        raise Refused(_TWICE)
    return pattern


def remove(rule: PathRule, user: User) -> None:
    """Take a rule away; what it said of paths is undone."""
    with transaction.atomic():
        _told(user, f"removed {rule}", rule.repository)
        rule.delete()
        _apply(rule, user)


def settle(repository_ids: Iterable[int], scan: int | None = None, user: User | None = None) -> None:
    """Give every finding of these repositories the area that its path has by the rules of now.

    Each that had another one gets an event, so that a number which changes by it can say why; what `scan`, which is
    being written, has found first had none before, and `user` is who changed the rules. Those of an excluded path are
    absent for as long as the rule stands.
    """
    by = By(scan, user)
    for repository_id in repository_ids:
        rows = Finding.objects.filter(repository=repository_id).order_by()
        current = rows.values_list("path", "area").distinct()
        area = area_of(repository_id)
        wrong: dict[Area, list[str]] = defaultdict(list)
        for path, old in current:
            if (new := area(path)) != old:
                wrong[new].append(path)
        for new, paths in wrong.items():
            for start in range(0, len(paths), _CHUNK):
                moved = rows.filter(path__in=paths[start : start + _CHUNK]).exclude(area=new.value)
                _tell(moved.exclude(first_scan=scan) if scan else moved, new, by)
                moved.update(area=new.value)
        _exclude(rows, by)
        _take_back(rows, repository_id, by)


def _exclude(rows: "QuerySet[Finding]", by: By) -> None:
    """What stands in an excluded path is out of everybody's work; a scan looks for it all the same."""
    out = rows.filter(area=Area.EXCLUDED).exclude(presence=Presence.ABSENT)
    gone = {"absent_reason": Gone.PATH_EXCLUDED, "resolved_at": Now(), "hold": None, "held_reason": "", "claim": ""}
    _turn(out, "left_out", Presence.ABSENT, by, gone)


def _take_back(rows: "QuerySet[Finding]", repository_id: int, by: By) -> None:
    """There again where the last result saw it; else nobody can tell before another scan has looked."""
    out = rows.filter(absent_reason=Gone.PATH_EXCLUDED).exclude(area=Area.EXCLUDED)
    if not out.exists():
        return
    there: dict[str, Any] = {"absent_reason": "", "resolved_at": None}
    repository = Repository.objects.get(pk=repository_id)
    if repository.archived_at:
        # It left before the repository did, and comes back with it.
        _turn(out, "left_out", Presence.ABSENT, by, {"absent_reason": repository.left_as}, repository.left_as)
        return
    unread = UnreadFile.objects.filter(repository=repository_id).values("path")
    # Another reading of the commit in which it was seen may have failed at its file.
    seen = Q(last_scan=by.scan) if by.scan else Q(commit=repository.applied_commit) & ~Q(path__in=unread)
    _turn(out.filter(seen), "counted_again", Presence.PRESENT, by, there)
    if _turn(out, "taken_back", Presence.UNKNOWN, by, there):
        # The next scan is to look, though the tip be the same; of a scan that is being written, its end says it.
        Repository.objects.filter(pk=repository_id).update(settled=False)


def _turn(
    rows: "QuerySet[Finding]",
    verb: str,
    after: Presence,
    by: By,
    values: dict[str, Any],
    reason: str = Gone.PATH_EXCLUDED,
) -> int:
    """Another presence, with an event each; how many there were."""
    found = list(rows.values_list("pk", "presence"))
    for start in range(0, len(found), _CHUNK):
        part = found[start : start + _CHUNK]
        Finding.objects.filter(pk__in=[pk for pk, _ in part]).update(presence=after, **values)
        what = {"verb": verb, "after": after, "reason": reason, "scan_id": by.scan, "actor": by.user}
        FindingEvent.objects.bulk_create(
            FindingEvent(finding_id=pk, at=Now(), before=before, **what) for pk, before in part
        )
    return len(found)


def _tell(moved: "QuerySet[Finding]", new: Area, by: By) -> None:
    what = {"verb": "area", "after": new.value, "reason": new.value, "scan_id": by.scan, "actor": by.user}
    rows = [FindingEvent(finding_id=pk, at=Now(), before=old, **what) for pk, old in moved.values_list("pk", "area")]
    FindingEvent.objects.bulk_create(rows, batch_size=_CHUNK)


def _apply(rule: PathRule, user: User) -> None:
    """The findings of now at once; the curve of the past follows, since it counts by the same rules."""
    rows = Repository.objects.filter(pk=rule.repository_id) if rule.repository_id else Repository.objects.all()
    list(Repository.locked(rows.values("pk")).values_list("pk"))
    rows.update(paths_ruled_at=Now())
    reading = PathRule.objects.filter(reads=True)
    if rule.repository_id:
        reading = reading.filter(Q(repository=None) | Q(repository=rule.repository_id))
    # One that does not read may go before one that does.
    if rule.reads or reading.exists():
        # Read by other rules: the next scan reads its commit once more, so what differs is nobody's progress.
        rows.exclude(applied_engine="").update(settled=False, applied_engine=OTHER_RULES)
    work = query.remaining() | query.unknown() | query.waived()
    there = Finding.objects.filter(work, repository__in=rows.values("pk")).order_by()
    had = set(there.values_list("repository", flat=True).distinct())
    settle(rows.values_list("pk", flat=True), user=user)
    notify.reached(had)


def _told(user: User, what: str, repository: Repository | None) -> None:
    AuditEvent.record(user, AuditVerb.SETTINGS_CHANGED, f"path rules of {repository or 'the organisation'}", what)
