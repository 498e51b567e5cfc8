"""Entries of a finding's life: what they are, and that they always add up."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from audits.lifecycle import Cause, Change, Disposition, Entry, Gone, Life, Presence, entries, tallies

START = datetime(2025, 9, 15, tzinfo=UTC)


def at(number):
    return START + timedelta(days=number)


def life(*changes, presence="present", disposition="open", origin=""):
    rows = tuple(Change(at(number), *change) for number, change in enumerate(changes))
    return Life(Presence(presence), Disposition(disposition), rows, origin)


def told(found):
    return [(entry.cause, entry.left, entry.unknown) for entry in found]


def test_the_first_scan_of_a_repository_adds_it_and_a_later_one_discovers():
    opened = ("", "present", "", 7)
    assert told(entries(life(opened), frozenset({7}))) == [(Cause.ADDED, 1, 0)]
    assert told(entries(life(opened), frozenset({3}))) == [(Cause.DISCOVERED, 1, 0)]
    assert told(entries(life(opened, origin="introduced"))) == [(Cause.INTRODUCED, 1, 0)]


def test_each_way_out_has_its_cause():
    ways = {
        "migrated": Cause.MIGRATED,
        "code_changed": Cause.CHANGED,
        "code_deleted": Cause.DELETED,
        "file_deleted": Cause.DELETED,
        "rule_changed": Cause.RULES,
        "branch_changed": Cause.LEFT_OUT,
        "set_aside": Cause.LEFT_OUT,
    }
    for reason, cause in ways.items():
        gone = life(("", "present"), ("present", "absent", reason), presence="absent")
        assert told(entries(gone))[1] == (cause, -1, 0), reason


def test_what_our_rules_took_and_bring_back_is_no_work_of_people():
    for reason, cause in {
        "rule_changed": Cause.RULES,
        "branch_changed": Cause.LEFT_OUT,
        "moved": Cause.LEFT_OUT,
    }.items():
        back = (("", "present"), ("present", "absent", reason), ("absent", "present", f"Was gone: {reason}"))
        assert [entry.cause for entry in entries(life(*back))][1:] == [cause, cause]
        assert [entry.cause for entry in entries(life(("", "present", reason)))] == [cause]
    back = (("", "present"), ("present", "absent", "migrated"), ("absent", "present", "Was gone: migrated"))
    assert entries(life(*back))[-1].cause is Cause.REGRESSED


def test_a_use_out_of_sight_has_not_gone():
    found = entries(life(("", "present"), ("present", "unknown"), ("unknown", "present")))
    assert told(found)[1:] == [(Cause.READING, -1, 1), (Cause.READING, 1, -1)]
    assert sum(entry.open for entry in found) == 1


def test_one_that_is_gone_when_it_is_seen_again_counts_once():
    found = entries(life(("present", "unknown"), ("unknown", "absent", "migrated"), presence="absent"))
    assert told(found) == [(Cause.READING, -1, 1), (Cause.MIGRATED, 0, -1)]


def test_people_take_it_out_and_bring_it_back():
    changes = (("", "present"), ("open", "dismissed"), ("dismissed", "open"), ("open", "waived"), ("waived", "open"))
    assert told(entries(life(*changes)))[1:] == [
        (Cause.DISMISSED, -1, 0), (Cause.DECISION, 1, 0), (Cause.WAIVED, -1, 0), (Cause.WAIVER_ENDED, 1, 0)
    ]  # fmt: skip


def test_a_dismissed_call_that_is_gone_stands_in_no_column():
    changes = (("", "present"), ("open", "dismissed"), ("present", "absent", "migrated"))
    told = tallies(life(*changes, presence="absent", disposition="dismissed"))
    assert [sum(tally) for _, tally in told] == [1, 0, 0]


def test_what_happens_behind_a_dismissal_changes_nothing():
    changes = (("", "present"), ("open", "dismissed"), ("present", "absent", "migrated"))
    assert told(entries(life(*changes, presence="absent", disposition="dismissed")))[1:] == [(Cause.DISMISSED, -1, 0)]


def test_events_of_neither_axis_are_no_entries():
    assert entries(life(("", ""), ("open", "open"), ("a", "b"))) == []


states = st.tuples(st.sampled_from(list(Presence)), st.sampled_from(list(Disposition)))


@st.composite
def lives(draw):
    """A random walk on both axes, with the state it ends in."""
    presence, disposition = Presence.PRESENT, Disposition.OPEN
    changes = [("", "present")]
    for goal_presence, goal_disposition in draw(st.lists(states, max_size=12)):
        if draw(st.booleans()) and goal_presence is not presence:
            changes.append((presence, goal_presence, draw(st.sampled_from(list(Gone)))))
            presence = goal_presence
        elif goal_disposition is not disposition:
            changes.append((disposition, goal_disposition))
            disposition = goal_disposition
    return life(*changes, presence=presence, disposition=disposition)


def counts(found: list[Entry]):
    return sum(entry.left for entry in found), sum(entry.unknown for entry in found)


@given(lives(), st.integers(0, 14))
def test_opening_and_entries_make_the_closing_for_every_interval(one, cut):
    """Read from any day on, the entries lead from what was there on that day to what is there now."""
    found = entries(one)
    now = (
        int(one.presence == "present" and one.disposition in ("open", "planned")),
        int(one.presence == "unknown" and one.disposition in ("open", "planned")),
    )
    assert counts(found) == now
    late = Life(one.presence, one.disposition, tuple(change for change in one.changes if change.at >= at(cut)))
    early = [entry for entry in found if entry.at < at(cut)]
    assert counts(early + entries(late)) == now
    assert all(entry.open == 0 for entry in found if entry.cause is Cause.READING)
