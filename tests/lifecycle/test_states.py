from datetime import date, timedelta

import pytest

from audits.lifecycle import PROGRESS, SIGHTINGS, STEPS, Disposition, Facts, Gone, Move, Presence, State, derive

TODAY = date(2026, 3, 1)
PAST, FUTURE = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def state(presence=Presence.PRESENT, disposition=Disposition.OPEN, **facts):
    return derive(Facts(presence, disposition, **facts), TODAY).state


@pytest.mark.parametrize("gone", Gone)
def test_only_changed_code_resolves(gone: Gone):
    expected = State.RESOLVED if gone in PROGRESS else State.OUT_OF_SCOPE
    assert state(Presence.ABSENT, gone=gone) is expected


def test_a_dismissal_never_makes_progress_of_what_is_there():
    assert state(Presence.PRESENT, Disposition.DISMISSED) is State.DISMISSED
    assert state(Presence.UNKNOWN, Disposition.DISMISSED) is State.DISMISSED


def test_an_open_call_is_overdue_from_the_day_its_platform_is_off():
    assert state(off_since=FUTURE) is State.OPEN
    assert state(off_since=TODAY) is State.OVERDUE


def test_a_plan_holds_until_its_day_is_over():
    assert state(disposition=Disposition.PLANNED, due=TODAY, off_since=PAST) is State.PLANNED
    assert state(disposition=Disposition.PLANNED, due=PAST) is State.OVERDUE
    assert state(disposition=Disposition.PLANNED) is State.PLANNED


def test_a_waiver_ends_by_itself():
    assert state(disposition=Disposition.WAIVED, until=TODAY) is State.WAIVED
    assert state(disposition=Disposition.WAIVED, until=PAST) is State.OPEN
    assert derive(Facts(Presence.PRESENT, Disposition.WAIVED, until=PAST), TODAY).lapsed


def test_a_waiver_of_a_platform_that_is_off_is_known_broken():
    row = Facts(Presence.PRESENT, Disposition.WAIVED, until=FUTURE, off_since=TODAY)
    assert derive(row, TODAY).known_broken
    assert not derive(row, TODAY - timedelta(days=1)).known_broken


def test_a_claim_is_in_progress_until_a_scan_has_looked():
    assert state(claimed=True, off_since=PAST) is State.IN_PROGRESS


def test_what_could_not_be_read_is_stale():
    assert state(Presence.UNKNOWN, Disposition.PLANNED) is State.STALE


def test_what_is_no_call_of_its_own_is_out_of_scope():
    assert state(counts=False) is State.OUT_OF_SCOPE


def test_the_table_has_a_row_for_every_move_and_every_reason():
    assert set(STEPS) == set(Move)
    told = {row.reason for row in SIGHTINGS if row.reason}
    assert told == set(Gone)
    assert {row.reason for row in SIGHTINGS if row.progress} == set(PROGRESS)
