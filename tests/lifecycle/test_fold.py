from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audits.engine.facts import Kind
from audits.lifecycle import ENDS, PROGRESS, Decision, Fold, Sample

from .uses import look, seen

START = datetime(2026, 1, 1, tzinfo=UTC)
CALLS = frozenset({Kind.SDK_CALL, Kind.HALF_MIGRATED})


def counts(place):
    return place.kind in CALLS


def at(week):
    return START + timedelta(weeks=week)


def commit(week, *uses, **more):
    paths = {use.path for use in uses} | more.pop("others", set())
    return Sample(f"c{week}", at(week), look(*paths, "README.md", commit=f"c{week}", **more), uses)


def folded(*samples, complete=True):
    fold = Fold(counts, complete)
    for row in samples:
        fold.step(row)
    return fold


def use(number, path="app.py", **more):
    return seen(path, line=number * 40, scope=f"f{number}", k=str(number), **more)


def numbers(fold):
    return [(p.remaining, p.resolved, p.added, p.returned, dict(p.gone)) for p in fold.points]


def test_a_migration_over_five_commits():
    a, b, c = use(1), use(2), use(3, path="old.py")
    fold = folded(
        commit(0, others={"app.py"}),
        commit(1, a, b),
        commit(2, a, b, c),
        commit(3, a, c),
        commit(4, a, c),
        commit(5, a),
    )
    assert numbers(fold) == [
        (0, 0, 0, 0, {}),
        (2, 0, 2, 0, {}),
        (3, 0, 1, 0, {}),
        (2, 1, 0, 0, {"code_changed": 1}),
        (2, 1, 0, 0, {}),
        (1, 2, 0, 0, {"file_deleted": 1}),
    ]
    assert fold.first_seen() == [at(1)]


def test_what_a_cut_history_begins_with_was_not_added():
    assert numbers(folded(commit(0, use(1)), commit(1, use(1), use(2)), complete=False)) == [
        (1, 0, 0, 0, {}),
        (2, 0, 1, 0, {}),
    ]


def test_a_use_that_comes_back_is_the_same_one_as_long_as_a_scan_would_know_it():
    fold = folded(commit(0, use(1)), commit(4, others={"app.py"}), commit(8, use(1)))
    assert numbers(fold)[-1] == (1, 0, 0, 1, {})
    assert fold.first_seen() == [at(0)]
    late = folded(commit(0, use(1)), commit(4, others={"app.py"}), commit(40, use(1)))
    assert numbers(late)[-1] == (1, 1, 1, 0, {})
    assert late.first_seen() == [at(40)]


def test_a_file_that_gives_no_answer_makes_its_uses_unknown_and_resolves_none():
    fold = folded(commit(0, use(1)), commit(1, others={"app.py"}, unread=frozenset({"app.py"})), commit(2, use(1)))
    assert [(p.remaining, p.unknown, p.resolved, p.added) for p in fold.points] == [
        (1, 0, 0, 1),
        (0, 1, 0, 0),
        (1, 0, 0, 0),
    ]


def test_mentions_are_tracked_and_counted_nowhere():
    mention = use(1, kind=Kind.MENTION)
    fold = folded(commit(0, mention), commit(1, mention, use(2)), commit(2, use(2)))
    assert [point.remaining for point in fold.points] == [0, 1, 1]
    assert fold.points[-1].resolved == 0


def test_a_use_that_a_comment_sets_aside_is_no_progress():
    aside = Sample("c1", at(1), look("app.py", commit="c1"), (), (use(1),))
    fold = folded(commit(0, use(1)), aside)
    assert numbers(fold)[-1] == (0, 0, 0, 0, {"set_aside": 1})


def test_beside_a_use_that_was_set_aside_before_another_one_makes_progress():
    rest = [Sample(f"c{n}", at(n), look("app.py", commit=f"c{n}"), (), (use(2),)) for n in (1, 2)]
    fold = folded(replace(rest[0], seen=(use(1),)), rest[1])
    assert numbers(fold)[-1] == (0, 1, 0, 0, {"code_changed": 1})


places = st.builds(
    use,
    st.integers(1, 6),
    path=st.sampled_from(["a.py", "b.py", "lib/a.py"]),
    kind=st.sampled_from([Kind.SDK_CALL, Kind.MENTION, Kind.HALF_MIGRATED]),
)
unread = st.frozensets(st.sampled_from(["a.py", "b.py"]), max_size=1)
histories = st.lists(
    st.tuples(st.lists(places, max_size=6, unique_by=lambda p: (p.path, p.line)), unread, st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


def samples_of(history):
    week = 0
    for number, (uses, blind, weeks) in enumerate(history):
        week += weeks
        there = [place for place in uses if place.path not in blind]
        paths = {place.path for place in uses} | blind
        yield Sample(f"c{number}", at(week), look(*paths, "x", commit=f"c{number}", unread=blind), there)


@given(histories, st.booleans())
def test_each_point_is_the_one_before_and_what_came_and_went(history, complete):
    samples = list(samples_of(history))
    fold = folded(*samples, complete=complete)
    opening = 0 if complete else fold.points[0].remaining
    for row, point in zip(samples, fold.points, strict=True):
        assert opening + point.added + point.returned - sum(point.gone.values()) == point.remaining + point.unknown
        assert point.remaining == sum(counts(place) for place in row.seen)
        opening = point.remaining + point.unknown


@given(histories)
def test_what_was_ever_added_is_there_unknown_or_gone(history):
    fold = folded(*samples_of(history))
    last = fold.points[-1]
    gone = Counter(t.reason for t in fold.tracks.values() if t.reason and t.counted)
    assert last.resolved == sum(number for reason, number in gone.items() if reason in PROGRESS)
    assert sum(t.in_scope for t in fold.tracks.values()) == last.remaining + last.unknown


@given(histories)
def test_a_use_is_first_seen_in_a_sample_and_never_after_the_last(history):
    samples = list(samples_of(history))
    fold = folded(*samples)
    firsts = fold.first_seen()
    assert len(firsts) == len(samples[-1].seen)
    assert all(first in {row.at for row in samples} for first in firsts)


@given(histories)
def test_the_same_commit_once_more_changes_nothing(history):
    samples = list(samples_of(history))
    fold = folded(*samples)
    before = fold.points[-1]
    last = samples[-1]
    fold.step(Sample("again", last.at, last.look, last.seen))
    again = fold.points[-1]
    assert (again.remaining, again.unknown, again.added, again.returned) == (before.remaining, before.unknown, 0, 0)
    assert not again.gone


@given(
    histories,
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 8), st.sampled_from([*ENDS, *ENDS.values()])), max_size=6),
)
def test_decisions_are_points_that_add_up_too(history, decided):
    samples = list(samples_of(history))
    fold = folded(*samples)
    told = [Decision(at(week), frozenset({str(key)}), word) for week, key, word in sorted(decided)]
    points = fold.curve(told)
    opening = 0
    for point in points:
        assert opening + point.added + point.returned - sum(point.gone.values()) == point.remaining + point.unknown
        opening = point.remaining + point.unknown
    assert [point.at for point in points] == sorted(point.at for point in points)
    assert len(points) == len(samples) + sum(one.at >= samples[0].at for one in told)


def test_what_an_unread_file_may_hold_is_unknown_until_it_was_read():
    a, lost = use(1), {"unread": frozenset({"b.py"}), "naming": frozenset({"b.py"}), "others": {"app.py", "b.py"}}
    steps = [commit(0, a), commit(1, **lost), commit(2, **lost), commit(3, others={"app.py", "b.py"})]
    fold = folded(*steps)
    assert [(p.remaining, p.resolved) for p in fold.points] == [(1, 0), (0, 0), (0, 0), (0, 1)]
    assert folded(*steps[:3], commit(3, use(1, path="b.py"))).points[-1].remaining == 1
