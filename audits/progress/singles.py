"""Calls one by one as they stood at a past moment: where a number needs more of them than a curve keeps."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, Case, Max, When
from django.utils import timezone

from audits.engine.catalogue.platforms import OFF_SINCE
from audits.engine.facts import Platform
from audits.lifecycle import PROGRESS, WAS_GONE, Change, Disposition, Gone, Life, Presence, Stand, standing
from audits.models import FindingEvent, HistoryPoint, HistoryRun
from audits.models.finding import is_dated

from .effort import with_points
from .figures import written_after_the_end
from .ledger import STAND, changes_since, life_of
from .scope import Scope
from .series import Runs

_ASIDE = (Disposition.DISMISSED, Disposition.WAIVED)
_COLUMNS = ("blame", "first_seen_at", "discovered_at", "older")


@dataclass(frozen=True, slots=True)
class Single:
    """A call that was there, or had been. `presence` and `disposition` are those of that moment, `days` from when it
    was first seen (`dated`: that says when it came) until it went, or until that moment; `late` that it was written
    after its platform's end; `gone` is a word of Gone, or "".

    What a scan saw go, and a history too, is told twice, as both date it otherwise: `counts` where it stands in the
    numbers of that moment, which go by commits, `lives` where it is one of the lives of calls, which go by scans.
    """

    repository: int
    platform: str
    presence: Presence
    disposition: Disposition
    points: int
    days: int
    dated: bool
    late: bool
    gone: str
    counts: bool = True
    lives: bool = True

    @property
    def left(self) -> bool:
        return self.counts and self.presence is Presence.PRESENT and self.disposition not in _ASIDE

    @property
    def waived(self) -> bool:
        return self.counts and self.presence is not Presence.ABSENT and self.disposition is Disposition.WAIVED

    @property
    def dismissed(self) -> bool:
        """There, or gone by a change of the code since."""
        return self.counts and self.disposition is Disposition.DISMISSED and (not self.gone or self.gone in PROGRESS)

    @property
    def life(self) -> tuple[int, bool] | None:
        """As `ages.survival` takes it; None for what is none."""
        if not self.lives or (self.gone and self.gone not in PROGRESS):
            return None
        return self.days, bool(self.gone) and self.disposition is not Disposition.DISMISSED

    @property
    def lost(self) -> bool:
        """A forced push had taken it away."""
        return self.gone == Gone.HISTORY_REWRITTEN


def singles(scope: Scope, moment: datetime, runs: Runs, opening: datetime) -> Iterator[Single]:
    """The calls in scope just before `moment`; six queries. `opening` as for `series.steps`.

    What no scan had seen by then was there if commits or blame date it before the last past commit that was read by
    then: so the curve has it. A call that was gone when its history ended was there as long as that says, and is told
    as it was when it went.
    """
    read = _read_by(moment, runs, opening)
    yield from _of_histories(scope, moment, runs, read)
    changes, went, now = changes_since(scope, moment), _last_gone(scope, moment), timezone.now()
    late = Case(When(written_after_the_end(), then=True), default=False, output_field=BooleanField())
    rows = with_points(scope.calls().order_by()).annotate(late=late)
    columns = ("pk", "repository", "waived_until", "platform", "points", "late", *_COLUMNS, *STAND)
    for pk, repository, until, platform, points, written, blame, first, found, older, *stand in rows.values_list(
        *columns
    ):
        life = life_of(stand, changes.get(pk, ()), until, now)
        then = _stand(scope, life, moment, there=repository in read and first <= read[repository])
        if then is None or then.presence is None:
            continue
        absent = then.presence is Presence.ABSENT
        gone = _reason(changes.get(pk, ()), moment, stand[-1]) if absent else ""
        dated = is_dated(blame, first, found, older)
        days = max(((went.get(pk, moment) if absent else moment) - first).days, 0)
        told = Single(repository, platform, then.presence, then.disposition, points, days, dated, written, gone)
        yield replace(told, counts=False) if _told(life, runs.get(repository), then, moment) else told


def _read_by(moment: datetime, runs: Runs, opening: datetime) -> dict[int, datetime]:
    """By repository the last past commit that was read before `moment`, or the first one that was read of a history
    that is cut: what it holds was there before; one query."""
    found: dict[int, datetime] = {}
    rows = HistoryPoint.objects.filter(run__in=[run.pk for run in runs.values()]).order_by("run", "number")
    for pk, at in rows.values_list("run__repository", "at"):
        if at < moment or (pk not in found and opening < moment and not runs[pk].complete):
            found[pk] = at
    return found


def _of_histories(scope: Scope, moment: datetime, runs: Runs, read: Mapping[int, datetime]) -> Iterator[Single]:
    rows = scope.gone().filter(run__in=[run.pk for run in runs.values()]).exclude(first_at=None).order_by()
    columns = ("run__repository", "platform", "points", "first_at", "gone_at", "older", "reason", "seen")
    for repository, platform, points, first, at, older, reason, seen in rows.exclude(first_at=None).values_list(
        *columns
    ):
        if repository not in read or first > read[repository]:
            continue
        gone = reason if at < moment else ""
        if gone and seen:
            continue
        off_since = OFF_SINCE.get(Platform(platform))
        late = bool(off_since and not older and timezone.localdate(first) >= off_since)
        days = max((min(at, moment) - first).days, 0)
        presence = Presence.ABSENT if gone else Presence.PRESENT
        told = Single(repository, platform, presence, Disposition.OPEN, points, days, not older, late, gone)
        yield replace(told, lives=not seen)


def _last_gone(scope: Scope, moment: datetime) -> dict[UUID, datetime]:
    """When each call that had gone before `moment` went last; one query."""
    events = FindingEvent.objects.filter(after=Presence.ABSENT, at__lt=moment, finding__in=scope.calls().values("pk"))
    return dict(events.order_by().values("finding").annotate(last=Max("at")).values_list("finding", "last"))


def _reason(changes: Iterable[Change], moment: datetime, now: str) -> str:
    """Why a call that was absent then had gone: as its return says, `now` where it never came back."""
    back = (row for row in changes if row.at >= moment and row.before == Presence.ABSENT)
    return next((row.reason.removeprefix(WAS_GONE) for row in back), now)


def _told(life: Life, run: HistoryRun | None, then: Stand, moment: datetime) -> bool:
    """Whether a history tells until when it was there, though a scan saw it go later."""
    if run is None or not run.parts_kept or run.base_at is None or moment > run.base_at:
        return False
    left = then.presence is Presence.PRESENT and then.disposition not in _ASIDE
    return left and life.reason in PROGRESS and standing(life, run.base_at).presence is Presence.ABSENT


def _stand(scope: Scope, life: Life, moment: datetime, *, there: bool) -> Stand | None:
    """None for what did not count; what no scan had seen by then was `there` or not."""
    then = standing(life, moment)
    if not then.in_scope(apart=scope.apart):
        return None
    return Stand(Presence.PRESENT, Disposition.OPEN, then.area) if then.presence is None and there else then
