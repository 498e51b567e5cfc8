"""What a finding counts as: the one place where presence, disposition, kind and platform become a state.

Lists, numbers and exports all read these conditions, so that a total and the list behind it cannot differ.
"""

from datetime import date
from functools import reduce
from itertools import takewhile
from operator import and_

from django.db.models import Case, CharField, Q, Value, When
from django.utils import timezone

from audits.areas import Area
from audits.engine.catalogue.platforms import OFF_SINCE
from audits.engine.facts import Kind, Platform
from audits.lifecycle import PROGRESS, Claim, Derived, Disposition, Facts, Gone, Presence, derive
from audits.models import Finding

# Worth reading, but no calls of their own: they are listed as out of scope and stand in no total. A caller of a
# project's own helper would count the call inside the helper a second time, and goes with it.
NOT_CALLS = (Kind.MENTION.value, Kind.RESPONSE_ACCESS.value, Kind.WRAPPER_PROJECT.value)
# The conditions of totals name what they take, not what they leave: a database then counts parts of `finding_counts`
# and looks at no other. Those of lists say the same by what they leave, since a list walks another index in its order.
CALLS = tuple(kind.value for kind in Kind if kind.value not in NOT_CALLS)
UNDISMISSED = tuple(word.value for word in Disposition if word is not Disposition.DISMISSED)
# Calls to Chat that cannot succeed: the same outage, and left, but a headline must not name them calls to Generate.
CHAT_FAILURES = (Kind.HALF_MIGRATED.value, Kind.DEAD_MODEL.value)
# Gone from the list for our own reasons; nobody migrated anything.
NO_PROGRESS = tuple(reason.value for reason in Gone if reason not in PROGRESS)

STATES = {
    "overdue": "Overdue",
    "open": "Open",
    "planned": "Planned",
    "in_progress": "In progress",
    "stale": "Stale",
    "waived": "Waived",
    "dismissed": "Dismissed",
    "resolved": "Resolved",
    "out_of_scope": "Out of scope",
}
# What `state:open` stands for in the filter language: everything that somebody has to look at.
STILL_OPEN = ("open", "overdue", "planned", "in_progress", "stale")


def calls() -> Q:
    """Findings that count: calls, whatever became of them."""
    return Q(kind__in=CALLS)


def counted(*, apart: bool = False) -> Q:
    """Calls that stand in totals: the product's, and with `apart` those of tests, examples and the like too."""
    areas = [area.value for area in Area if area is not Area.EXCLUDED]
    return calls() & (Q(area__in=areas) if apart else Q(area=Area.PRODUCT))


def is_counted(row: Finding) -> bool:
    """`counted()` for a row in hand, of the product alone."""
    return row.kind in CALLS and row.area == Area.PRODUCT


def ever_seen(*, apart: bool = False) -> Q:
    """Every call that was seen and not taken back by ourselves: left, unknown, waived, resolved and dismissed."""
    return counted(apart=apart) & ~Q(absent_reason__in=NO_PROGRESS)


def remaining(*, apart: bool = False, today: date | None = None) -> Q:
    """The headline: calls that the last scan saw and nobody dismissed, or waived until a day that is not over."""
    return counted(apart=apart) & Q(presence=Presence.PRESENT, disposition__in=UNDISMISSED) & ~under_waiver(today)


def waived(*, apart: bool = False, today: date | None = None) -> Q:
    """Beside the headline: calls that are or may be there, and that a person lets wait until a day that is not over."""
    return counted(apart=apart) & Q(presence__in=[Presence.PRESENT, Presence.UNKNOWN]) & under_waiver(today)


def left(*, apart: bool = False) -> Q:
    """`remaining` as a list asks for it."""
    areas = ~Q(area=Area.EXCLUDED) if apart else ~Q(area__in=[area for area in Area if area is not Area.PRODUCT])
    there = ~Q(presence__in=[Presence.ABSENT, Presence.UNKNOWN]) & ~Q(disposition=Disposition.DISMISSED)
    return there & ~under_waiver() & ~Q(kind__in=NOT_CALLS) & areas


def chat_failures(*, apart: bool = False) -> Q:
    """The part of `remaining` that has left Generate and fails in Chat."""
    return remaining(apart=apart) & Q(kind__in=CHAT_FAILURES)


def unknown(*, apart: bool = False, today: date | None = None) -> Q:
    """Calls in files that the last scan could not read; neither left nor done."""
    return counted(apart=apart) & Q(presence=Presence.UNKNOWN, disposition__in=UNDISMISSED) & ~under_waiver(today)


def resolved(*, apart: bool = False) -> Q:
    """Calls that are gone because the code changed, and of which nobody had said before that they do not count."""
    return ever_seen(apart=apart) & Q(presence=Presence.ABSENT, disposition__in=UNDISMISSED)


def uncounted() -> Q:
    """Calls that scans saw and that stand in no total of the product, for their place or for a rule about it."""
    ours = Q(absent_reason__in=[reason for reason in NO_PROGRESS if reason != Gone.PATH_EXCLUDED])
    return calls() & ~Q(area=Area.PRODUCT) & ~ours


def lost(*, apart: bool = False) -> Q:
    """Calls whose commits a forced push took away: neither left nor anybody's progress."""
    return counted(apart=apart) & Q(presence=Presence.ABSENT, absent_reason=Gone.HISTORY_REWRITTEN)


def dismissed(*, apart: bool = False) -> Q:
    """Calls that a person said do not count, whether they are still there or went by a change of the code since."""
    return ever_seen(apart=apart) & Q(disposition=Disposition.DISMISSED)


def overdue_platforms(today: date | None = None) -> list[str]:
    """Platforms whose enforced date has passed."""
    day = today or timezone.localdate()
    return [platform.value for platform, off_since in OFF_SINCE.items() if off_since <= day]


def days_overdue(platform: str, today: date | None = None) -> int | None:
    """Full days since the platform stopped to answer; None where no date is known or it has not come yet."""
    off_since = OFF_SINCE.get(Platform(platform))
    days = ((today or timezone.localdate()) - off_since).days if off_since else 0
    return days if days > 0 else None


def _derivation(day: date) -> tuple[tuple[str, Q], ...]:
    """The states in the order in which they are asked for: the first that holds is the row's, none is "open"."""
    off = Q(platform__in=overdue_platforms(day))
    late = Q(disposition=Disposition.PLANNED, due__lt=day)
    return (
        ("out_of_scope", Q(kind__in=NOT_CALLS) | Q(area=Area.EXCLUDED) | Q(absent_reason__in=NO_PROGRESS)),
        ("dismissed", Q(disposition=Disposition.DISMISSED)),
        ("resolved", Q(presence=Presence.ABSENT)),
        ("waived", under_waiver(day)),
        ("stale", Q(presence=Presence.UNKNOWN)),
        ("in_progress", Q(claim=Claim.WAITING)),
        ("planned", Q(disposition=Disposition.PLANNED) & ~late),
        ("overdue", off | late),
    )


def under_waiver(today: date | None = None) -> Q:
    """Under a waiver that has not ended, be the call there or not."""
    return Q(disposition=Disposition.WAIVED, waived_until__gte=today or timezone.localdate())


def state_expression(today: date | None = None) -> Case:
    """The derived state as SQL; annotate a queryset of findings with it under the name `state`."""
    rows = _derivation(today or timezone.localdate())
    whens = [When(condition, then=Value(state)) for state, condition in rows]
    return Case(*whens, default=Value("open"), output_field=CharField())


def in_state(state: str, today: date | None = None) -> Q:
    """Rows of one state of STATES: as `state_expression` has it, and cheaper, since no row's state is worked out."""
    rows = _derivation(today or timezone.localdate())
    earlier = list(takewhile(lambda row: row[0] != state, rows))
    own = dict(rows).get(state, Q())
    return reduce(and_, (~condition for _, condition in earlier), own)


def still_open(today: date | None = None) -> Q:
    """Rows of a state of STILL_OPEN: calls that are or may be there, and that no dismissal or waiver sets aside."""
    there = ~Q(presence=Presence.ABSENT) & ~Q(disposition=Disposition.DISMISSED)
    return there & ~under_waiver(today) & ~Q(kind__in=NOT_CALLS) & ~Q(area=Area.EXCLUDED)


def known_broken(today: date | None = None, *, apart: bool = False) -> Q:
    """Calls under a waiver that has not ended, on a platform that no longer answers."""
    return waived(apart=apart, today=today) & Q(platform__in=overdue_platforms(today))


def facts_of(finding: Finding) -> Facts:
    """What the state of a row in hand depends on."""
    return Facts(
        presence=Presence(finding.presence),
        disposition=Disposition(finding.disposition),
        counts=finding.kind not in NOT_CALLS and finding.area != Area.EXCLUDED,
        gone=Gone(finding.absent_reason) if finding.absent_reason else None,
        due=finding.due,
        until=finding.waived_until,
        off_since=OFF_SINCE.get(Platform(finding.platform)),
        claimed=finding.claim == Claim.WAITING,
    )


def derived(finding: Finding, today: date | None = None) -> Derived:
    """State and flags of one row in hand."""
    return derive(facts_of(finding), today or timezone.localdate())


def state_of(finding: Finding, today: date | None = None) -> str:
    """The state of one row in hand, a key of STATES."""
    return derived(finding, today).state.value
