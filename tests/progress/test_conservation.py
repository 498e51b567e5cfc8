"""Opening + inflow − outflow = closing: for every scope and interval, over random lives, histories and rules.

The rows are made by the product's own functions: findings with their events, daily numbers, path rules, decisions.
"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.lifecycle import PROGRESS, WAS_GONE, Presence, waiver_words
from audits.models import Finding, FindingEvent, Repository, Scan, Snapshot, Team
from audits.progress.asof import on
from audits.progress.explain import explain
from audits.progress.figures import present
from audits.progress.narrow import course
from audits.progress.scope import Scope
from audits.progress.series import totals, trend
from audits.progress.snapshots import take

from . import rows

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 4)
DAYS = 60
PLATFORMS, PARAMETERS = ("cohere", "bedrock"), ("num_generations", "preset")

AXES = {
    "presence": ("present", "absent", "unknown"),
    "disposition": ("open", "dismissed", "waived"),
    "area": ("product", "tests", "excluded"),
}

# One step of the life of a call: what happens, to which of the calls that are there.
steps = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(
            [
                *("new", "gone", "back", "dismiss", "undo", "lost", "seen", "tests", "product", "excluded"),
                *("waive", "waive"),
            ]
        ),
        st.integers(0, 5),
        st.integers(0, 3),
    ),
    max_size=14,
)


def moment(day: int) -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC) - timedelta(days=DAYS - day)


class World:
    """Three repositories of two teams; each step is a day on which something happens and the numbers are kept."""

    def __init__(self) -> None:
        self.repositories = [rows.repository(f"r{n}", team_name=("One", "Two", "")[n], read=False) for n in range(3)]
        self.firsts, self.later = ([rows.scan(row) for row in self.repositories] for _ in range(2))
        for scans, day in ((self.firsts, 0), (self.later, 1)):
            Scan.objects.filter(pk__in=[scan.pk for scan in scans]).update(finished_at=moment(day))
        Repository.objects.update(applied_commit="a" * 40, applied_at=moment(0))
        Snapshot.objects.all().delete()
        self.day = 0
        self.calls: list[Finding] = []

    def live(self, life: list[tuple[int, str, int, int]]) -> None:
        for number in range(3):
            self.open(number, first=True)
        self.keep()
        for at, what, which, where in life:
            self.day = min(self.day + 1, DAYS - 1)
            self.open(at) if what == "new" else self.change(what, which, where)
            self.keep()
        # The clock goes on: it notices waivers that end.
        while self.day < DAYS - 1:
            self.day += 1
            self.keep()

    def keep(self) -> None:
        with transaction.atomic():
            take(Repository.objects.all(), moment(self.day))

    def open(self, number: int, *, first: bool = False) -> None:
        kind = len(self.calls)
        made = rows.finding(
            self.repositories[number], platform=PLATFORMS[kind % 2], origin="introduced" if kind % 3 else "",
            parameters=[(PARAMETERS[kind // 2 % 2], "unsupported")],
        )  # fmt: skip
        self.calls.append(made)
        self.event(made, "opened", "", "present", scan=(self.firsts if first else self.later)[number])

    def change(self, what: str, which: int, where: int) -> None:
        call = self.calls[which % len(self.calls)]
        call.refresh_from_db()
        reason = ("migrated", "code_changed", "file_deleted", "rule_changed")[where]
        axis, goal = {
            "gone": ("presence", "absent"), "back": ("presence", "present"), "seen": ("presence", "present"),
            "lost": ("presence", "unknown"), "dismiss": ("disposition", "dismissed"), "undo": ("disposition", "open"),
            "waive": ("disposition", "waived"),
            "tests": ("area", "tests"), "product": ("area", "product"), "excluded": ("area", "excluded"),
        }[what]  # fmt: skip
        before = getattr(call, axis)
        if (before == goal and what != "waive") or (what == "lost" and before == "absent"):
            return
        values = {axis: goal}
        if axis == "presence":
            gone = goal == "absent"
            values |= {"absent_reason": reason if gone else "", "resolved_at": moment(self.day) if gone else None}
        if goal == "dismissed":
            values["dismissal"] = "dead_code"
        if goal == "waived":
            values["waived_until"] = moment(self.day).date() + timedelta(days=where)
        Finding.objects.filter(pk=call.pk).update(**values)
        told = waiver_words(values["waived_until"]) if goal == "waived" else reason if goal == "absent" else ""
        if before == "absent":
            told = f"{WAS_GONE}{call.absent_reason}"
        self.event(call, what, before, goal, reason=told, scan=self.later[0] if axis == "presence" else None)

    def event(self, call: Finding, verb: str, before: str, after: str, **more: object) -> None:
        at = moment(self.day)
        FindingEvent.objects.create(finding=call, at=at, verb=verb, before=before, after=after, **more)

    def scope(self, kind: str, apart: bool) -> Scope:
        whole = Scope.of(None, apart=apart)
        if kind == "team":
            return whole.team(Team.objects.get(name="One"))
        if kind == "repository":
            return whole.repository(self.repositories[2].pk)
        narrow = {"parameter": PARAMETERS[0]} if kind == "parameter" else {"platform": PLATFORMS[1]}
        return whole if kind == "all" else Scope(whole.repositories, apart=apart, **narrow)


def stands(scope: Scope, until: datetime) -> list[dict[str, str]]:
    """In plain Python from the events alone: the last word of each call on each axis, of those that counted then."""
    last: dict[object, dict[str, str]] = {}
    rows_of = FindingEvent.objects.filter(finding__in=scope.calls(), at__lt=until).order_by("at", "pk")
    for pk, after, reason in rows_of.values_list("finding", "after", "reason"):
        axis = next(name for name, words in AXES.items() if after in words)
        stand = last.setdefault(pk, {})
        stand[axis] = after
        if axis == "presence":
            stand["gone"] = reason if after == "absent" else ""
        if after == "waived":
            day = datetime.strptime(reason, "until %d %b %Y").date()
            stand["disposition"] = "waived" if midnight(day + timedelta(days=1)) >= until else "open"
    counted = {"product", "tests"} if scope.apart else {"product"}
    return [stand for stand in last.values() if stand.get("area", "product") in counted]


def recount(scope: Scope, until: datetime) -> int:
    """What was open then."""
    there = (stand for stand in stands(scope, until) if stand["presence"] in ("present", "unknown"))
    return sum(stand.get("disposition") not in ("dismissed", "waived") for stand in there)


def dismissed(scope: Scope, until: datetime) -> int:
    """What a person had dismissed, there or gone by a change of the code."""
    found = (stand for stand in stands(scope, until) if stand.get("disposition") == "dismissed")
    return sum(stand["presence"] != Presence.ABSENT or stand["gone"] in PROGRESS for stand in found)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=10, deadline=None
)
@given(steps, st.integers(0, DAYS), st.integers(0, DAYS))
def test_every_interval_adds_up_in_every_scope_and_to_a_recount_from_the_events(db, life, one, other):
    with transaction.atomic():
        world = World()
        world.live(life)
        start, end = sorted((moment(one).date(), moment(other).date()))
        for kind in ("all", "team", "repository", "parameter", "platform"):
            for apart in (False, True):
                check(world.scope(kind, apart), start, end)
        transaction.set_rollback(True)


def check(scope: Scope, start: date, end: date) -> None:
    told = explain(scope, start, end)
    assert told.other == 0, told
    assert told.opening + sum(calls for _, calls in told.causes) == told.closing
    assert told.opening == recount(scope, midnight(start))
    assert told.closing == recount(scope, midnight(end + timedelta(days=1)))
    assert all(set(row.behind) == set(row.causes) for row in told.rows)
    found = list(course(scope, {})) if scope.narrow else None
    if found is not None:
        # Without what people and rules decided now, the curve of events alone ends where the findings stand.
        assert totals(found, [midnight(TODAY + timedelta(days=1))]) == [present(scope)]
    # The page of that day has the same calls, and each of them one by one.
    day = on(scope, end)
    assert (day.numbers.left + day.numbers.unknown, day.points is None) == (told.closing, False)
    assert day.dismissed == dismissed(scope, midnight(end + timedelta(days=1)))
    curve = trend(scope.repositories, present(scope), apart=scope.apart, found=found)
    days = [day for day in curve if day.day <= end]
    if days and end < TODAY:
        assert days[-1].numbers.left + days[-1].numbers.unknown == told.closing


def midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
