"""When much is gone and little has changed: the line between progress and a drop that a person has to judge."""

import pytest

from audits.lifecycle import Difference, drop

from .uses import known, look, reconcile, replace


def gone(count, *, files=12, touched=0, **changes):
    """So many of `count` uses of as many files, `files` of which lost theirs while `touched` of these changed."""
    there = [replace(known(f"k{n:03}", f"f{n}.py", commit="b"), **changes) for n in range(count)]
    changed = frozenset(f"f{n}.py" for n in range(touched))
    eyes = look(*(item.path for item in there), commit="c", difference=Difference("b", changed))
    return drop(there, reconcile(there, there[files:], eyes), eyes)


@pytest.mark.parametrize(
    ("count", "files", "touched", "suspicious"),
    [
        (20, 10, 0, False),
        (20, 11, 0, True),
        (40, 12, 0, False),
        (40, 13, 0, True),
        (12, 12, 5, True),
        (12, 12, 6, False),
    ],
)
def test_more_than_ten_and_than_three_tenths_while_fewer_than_half_of_the_files_changed(
    count, files, touched, suspicious
):
    found = gone(count, files=files, touched=touched)
    assert (len(found.gone), found.known, found.files, found.touched) == (files, count, files, touched)
    assert found.suspicious is suspicious


@pytest.mark.parametrize("changes", [{"left_out": True}, {"absent": True}])
def test_what_stands_in_no_total_is_no_part_of_a_drop(changes):
    found = gone(20, **changes)
    assert (found.gone, found.known, found.suspicious) == ((), 0, False)
