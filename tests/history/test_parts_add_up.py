"""Opening + inflow − outflow = closing for a parameter and a platform over random pasts, and a recount of commits.

The rows are made by the product's own functions, from samples as a reading of commits gives them.
"""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audits.history.curves import Curves
from audits.history.lives import calls_gone
from audits.history.result import Reading, _rows
from audits.lifecycle import Cause, Fold, Look, Sample, Seen, Traits
from audits.models import FindingEvent, HistoryGone, HistoryPoint, HistoryRun, Repository, Scan, Snapshot
from audits.progress.asof import on
from audits.progress.explain import explain
from audits.progress.figures import counts
from audits.progress.interval import begins
from audits.progress.scope import Scope
from tests.progress import rows

pytestmark = pytest.mark.django_db
KINDS = [
    Traits(platform, ways)
    for platform in ("cohere", "bedrock")
    for ways in ((), ("num_generations",), ("preset",), ("num_generations", "preset"))
]
SCOPES = [
    {}, {"parameter": "num_generations"}, {"parameter": "preset"}, {"platform": "cohere"}, {"platform": "bedrock"},
    {"parameter": "preset", "platform": "bedrock"},
]  # fmt: skip
GONE, UNREAD = "gone", "unread"
CALLS, DAYS = 4, 12
# What each of four calls is in each of twelve commits, one a day; the last two of them stand in tests.
pasts = st.lists(
    st.lists(st.sampled_from([GONE, UNREAD, *KINDS]), min_size=CALLS, max_size=CALLS), min_size=DAYS, max_size=DAYS
)


def path(number):
    return f"tests/p{number}.py" if number > 1 else f"p{number}.py"


def moment(number):
    return begins(timezone.localdate() - timedelta(days=DAYS + 1 - number)) + timedelta(hours=12)


def sample(number, states):
    seen = [(n, state) for n, state in enumerate(states) if isinstance(state, Traits)]
    return Sample(
        commit=f"{number:040d}",
        at=moment(number),
        look=Look(
            paths=frozenset(path(n) for n, state in enumerate(states) if state != GONE),
            commit=f"{number:040d}",
            unread=frozenset(path(n) for n, state in enumerate(states) if state == UNREAD),
            chats={},
        ),
        seen=[
            Seen(path(n), 1, 0, None, "ask", "co.generate", "sdk_call", f"{n:064d}", f"{n:064d}") for n, _ in seen
        ],
        traits=[state for _, state in seen],
    )  # fmt: skip


def stood(past, number):
    """In plain Python: what each call is known as after that commit, by its number."""
    known = {}
    for states in past[: number + 1]:
        for n, state in enumerate(states):
            if isinstance(state, Traits):
                known[n] = state
            elif state == GONE:
                known.pop(n, None)
    return known


def recount(scope, past, number):
    there = stood(past, number) if number >= 0 else {}
    return sum(scope.holds(*kind) for n, kind in there.items() if scope.apart or n < 2)


def write(past, *, complete):
    """A repository whose past is read, and that a scan has seen as its last commit has it."""
    repository = rows.repository(read=False)
    first = rows.scan(repository)
    Scan.objects.update(finished_at=moment(DAYS))
    Repository.objects.update(applied_commit="a" * 40, applied_at=moment(DAYS))
    Snapshot.objects.all().delete()
    for n, kind in stood(past, DAYS - 1).items():
        call = rows.finding(
            repository, path=path(n), platform=kind.platform, area="tests" if n > 1 else "product", scope="ask",
            parameters=[(name, "unsupported") for name in kind.ways],
        )  # fmt: skip
        at = moment(DAYS)
        FindingEvent.objects.create(finding=call, at=at, verb="opened", before="", after="present", scan=first)
    reading = Reading(Fold(lambda place: not place.path.startswith("tests"), complete, lambda place: True))
    for number, states in enumerate(past):
        reading.step(sample(number, states), 0)
    until = moment(DAYS) + timedelta(hours=1)
    curves = Curves.of(repository, reading.fold, {}, until)
    run = HistoryRun.objects.create(
        repository=repository, is_current=True, state="done", queued_at=until, base=first, base_at=until,
        complete=complete, parts_kept=True,
    )  # fmt: skip
    HistoryPoint.objects.bulk_create(_rows(run.pk, reading, curves, {}))
    ways = [curve[-1].resolved for _, curve in curves.both()]
    HistoryGone.objects.bulk_create(row.of(run.pk) for row in calls_gone(repository, reading.fold, *ways))


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=12, deadline=None
)
@given(pasts, st.booleans(), st.integers(-1, DAYS), st.integers(-1, DAYS))
def test_every_past_interval_of_a_parameter_and_a_platform_adds_up(db, past, complete, one, other):
    with transaction.atomic():
        write(past, complete=complete)
        start, end = sorted((one, other))
        for words in SCOPES:
            for apart in (False, True):
                check(Scope(Repository.objects.all(), apart=apart, **words), past, start, end, complete=complete)
        platforms = [counts(Scope(Repository.objects.all(), platform=name)) for name in ("cohere", "bedrock")]
        whole = counts(Scope(Repository.objects.all()))
        assert sum(part.left for part in platforms) == whole.left
        transaction.set_rollback(True)


def check(scope, past, start, end, *, complete):
    told = explain(scope, moment(start).date(), moment(end).date())
    assert told.other == 0, told
    assert told.opening + sum(calls for _, calls in told.causes) == told.closing
    # A history that does not begin with the branch says that what it opens with was there before.
    before = recount(scope, past, max(start - 1, -1 if complete else 0))
    assert told.opening == before
    assert told.closing == recount(scope, past, max(min(end, DAYS - 1), -1 if complete else 0))
    day = on(scope, moment(end).date())
    assert day.numbers.left + day.numbers.unknown == told.closing
    for row in told.rows:
        for cause, calls in row.causes.items():
            if cause is not Cause.READING:
                assert sum(call.calls for call in row.behind.get(cause, ())) == calls


def test_a_recount_of_a_past_is_what_one_reads_off_it():
    many, none = KINDS[1], KINDS[0]
    past = [[none, GONE, GONE, GONE], [many, many, GONE, GONE], [UNREAD, GONE, many, GONE]]
    scope = Scope(Repository.objects.none(), parameter="num_generations")
    assert [recount(scope, past, number) for number in range(3)] == [0, 2, 1]
    assert all(len(later) == len(earlier) for earlier, later in pairwise(past))
