"""Changes that leave a use the use it was: each with git's difference at hand, and without."""

import json
import random
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audits.lifecycle import PROGRESS, Gone, Look, reconcile
from tests.lifecycle.histories import (
    HEAD,
    Scans,
    as_known,
    calls,
    function,
    functions,
    module,
    programs,
    rendered,
    uses,
)

FEW = settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def scans(tmp_path):
    return Scans(tmp_path)


both = pytest.mark.parametrize("git", [True, False], ids=["git", "trees"])


@both
@FEW
@given(programs)
def test_the_same_commit_twice_gives_no_event(scans, git, program):
    files = rendered(program)
    assert scans.step(files, files, git=git).in_place


@FEW
@given(programs, programs, st.randoms(use_true_random=False))
def test_the_order_of_what_is_read_changes_nothing(program, other, order: random.Random):
    before, after = as_known(uses(rendered(program))), uses(rendered(other))
    look = Look(frozenset(rendered(other)), commit="two")
    plan = reconcile(before, after, look)
    mixed_before = order.sample(before, len(before))
    numbers = order.sample(range(len(after)), len(after))
    mixed = reconcile(mixed_before, [after[number] for number in numbers], look)
    assert {(key, numbers[index]) for key, index in mixed.matched} == set(plan.matched)
    assert {numbers[index] for index in mixed.opened} == set(plan.opened)
    assert set(mixed.resolved) == set(plan.resolved)
    assert {(key, numbers[index]) for key, index in mixed.moved} == set(plan.moved)


@both
@FEW
@given(programs, st.integers(1, 60))
def test_lines_inserted_above(scans, git, program, count):
    files = rendered(program)
    assert scans.step(files, {path: "# new\n" * count + text for path, text in files.items()}, git=git).in_place


@both
@FEW
@given(programs)
def test_other_ends_of_lines(scans, git, program):
    files = rendered(program)
    assert scans.step(files, {path: text.replace("\n", "\r\n") for path, text in files.items()}, git=git).in_place


@both
@settings(FEW, max_examples=8)
@given(programs)
def test_another_layout(scans, git, program):
    """What is written by hand, and the same after `ruff format`."""
    by_hand = {
        path: text.replace("(prompt=q, temperature=", "(\n        prompt = q ,\n  temperature = ")
        for path, text in rendered(program).items()
    }
    formatted = {path: ruff_format(text) for path, text in by_hand.items()}
    assert formatted != by_hand
    assert scans.step(by_hand, formatted, git=git).in_place


def ruff_format(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "-q", "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout


@both
@FEW
@given(functions)
def test_a_renamed_file(scans, git, found):
    assert scans.step({"a.py": module(found)}, {"pkg/b.py": module(found)}, git=git).in_place


@both
@FEW
@given(calls, st.permutations(["ask", "answer", "draft"]))
def test_functions_with_equal_bodies_keep_their_calls_in_another_order(scans, git, made, order):
    """git says that the bodies stayed and only the names changed."""
    old, new = (module(dict.fromkeys(names, made)) for names in (["ask", "answer", "draft"], order))
    step = scans.step({"a.py": old}, {"a.py": new}, git=git)
    assert step.quiet
    assert all(step.before[old].scope == step.after[new].scope for old, new in step.pairs.items())


@both
@FEW
@given(functions, st.integers(0, 2))
def test_a_renamed_file_with_a_new_function_in_it(scans, git, found, value):
    old, new = module(found), module(found) + "\n\nX = 1\n" + function("newcomer", [value])
    step = scans.step({"a.py": old}, {"b.py": new}, git=git)
    assert len(step.pairs) == len(step.before)
    assert not step.plan.resolved
    assert [step.after[index].scope for index in step.plan.opened] == ["newcomer"]


@both
@FEW
@given(functions)
def test_a_renamed_file_whose_calls_were_edited(scans, git, found):
    old = module(found)
    new = old.replace("temperature=0.1", "temperature=0.15")
    step = scans.step({"pkg/a.py": old}, {"pkg/b/a.py": new}, git=git)
    assert step.in_place


@both
@FEW
@given(programs, st.integers(0, 2))
def test_a_function_moved_to_another_module(scans, git, program, value):
    files = rendered(program)
    mover = function("mover", [value]).replace("0.", "0.9")
    step = scans.step({**files, "z.py": HEAD + mover}, {**files, "z.py": HEAD, "new/home.py": HEAD + mover}, git=git)
    assert step.quiet
    moved = [(step.before[old].path, step.after[new].path) for old, new in step.pairs.items()]
    assert ("z.py", "new/home.py") in moved
    assert all(old == new for old, new in moved if old != "z.py")


@FEW
@given(st.integers(0, 2), st.integers(2, 4), st.data())
def test_one_of_several_twins_is_deleted(scans, value, count, data):
    gone = data.draw(st.integers(0, count - 1))
    lines = [f"    a = co.generate(prompt=q, temperature=0.{value})\n    note({n})\n" for n in range(count)]
    old = HEAD + "\n\ndef ask(q):\n" + "".join(lines)
    new = "# above\n" + HEAD + "\n\ndef ask(q):\n" + "".join([*lines[:gone], f"    note({gone})\n", *lines[gone + 1 :]])
    step = scans.step({"a.py": old}, {"a.py": new})
    assert step.plan.resolved == ((str(gone), Gone.CODE_DELETED),)
    assert step.pairs == {n: n - (n > gone) for n in range(count) if n != gone}


@both
@FEW
@given(functions)
def test_a_copied_file(scans, git, found):
    text = module(found)
    step = scans.step({"b.py": text}, {"a.py": text, "b.py": text}, git=git)
    assert not step.plan.resolved
    assert {step.after[index].path for index in step.pairs.values()} == {"b.py"}
    assert {step.after[index].path for index in step.plan.opened} == {"a.py"}


@both
@FEW
@given(programs, programs)
def test_squashed_commits_end_where_the_single_ones_do(scans, git, program, other):
    """A scan knows two trees; what lay between them, and in how many commits, it never saw."""
    old, new = rendered(program), rendered(other)
    step = scans.step(old, new, git=git)
    assert len(step.pairs) + len(step.plan.resolved) == len(step.before)
    assert len(step.pairs) + len(step.plan.opened) == len(step.after)
    assert scans.step(new, new, git=git).in_place


@both
@FEW
@given(programs, programs)
def test_a_rebase_or_a_forced_push_is_never_progress(scans, git, program, other):
    old, new = rendered(program), rendered(other)
    before, after = uses(old), uses(new)
    difference = scans.difference(old, new) if git else None
    commit = difference.base if difference else "one"
    look = Look(frozenset(new), commit="two", difference=difference, rewritten=frozenset({commit}))
    plan = reconcile(as_known(before, commit), after, look)
    assert {reason for _, reason in plan.resolved} <= {Gone.HISTORY_REWRITTEN, Gone.MOVED}
    kept = scans.step(old, new, git=git)
    assert set(plan.matched) == set(kept.plan.matched)


@FEW
@given(programs, programs)
def test_a_scan_of_an_older_commit_is_never_progress(program, other):
    """It comes late: the commits that findings were seen in do not lead to its own."""
    newer, older = uses(rendered(program)), uses(rendered(other))
    look = Look(frozenset(rendered(other)), commit="older", rewritten=frozenset({"newer"}))
    plan = reconcile(as_known(newer, "newer"), older, look)
    assert not {reason for _, reason in plan.resolved} & set(PROGRESS)


@FEW
@given(programs, st.data())
def test_a_commit_of_which_nobody_can_tell_closes_nothing(program, data):
    before = uses(rendered(program))
    look = Look(frozenset(), commit="two", unsure=frozenset({"one"}))
    plan = reconcile(as_known(before), [], look)
    assert len(plan.unknown) == len(before)


@both
@FEW
@given(programs, st.data())
def test_a_partial_scan_closes_nothing_in_the_files_it_did_not_read(scans, git, program, data):
    files = rendered(program)
    unread = data.draw(st.sets(st.sampled_from(sorted(files)), min_size=1))
    emptied = dict.fromkeys(files, "x = 1\n")
    step = scans.step(files, emptied, git=git, unread=frozenset(unread))
    waiting = {step.before[int(key)].path for key in step.plan.unknown}
    assert waiting == unread
    assert {step.before[int(key)].path for key, _ in step.plan.resolved} == files.keys() - unread


@both
@FEW
@given(st.lists(st.integers(0, 2), min_size=1, max_size=4), st.data())
def test_a_cell_inserted_into_a_notebook(scans, git, values, data):
    at = data.draw(st.integers(0, len(values)))
    cells = [HEAD, *(f"co.generate(prompt='a', temperature=0.{value})\n" for value in values)]
    with_more = [*cells[: at + 1], "print('new')\n", *cells[at + 1 :]]
    assert scans.step({"n.ipynb": notebook(cells)}, {"n.ipynb": notebook(with_more)}, git=git).in_place


@FEW
@given(st.lists(st.sampled_from(["print('b')\n", "co.generate(prompt='a', temperature=0.1)\n"]), max_size=5), st.data())
def test_a_cell_deleted_from_a_notebook_is_the_one_that_is_gone(scans, cells, data):
    """Also where the others hold the same call: the lines of cells are mapped as those of files are."""
    cells = [HEAD, *cells, "co.generate(prompt='a', temperature=0.1)\n"]
    at = data.draw(st.sampled_from([n for n, text in enumerate(cells) if "generate" in text]))
    rest = cells[:at] + cells[at + 1 :]
    # Each cell with lines of its own, by which git tells it from its twins.
    old, new = ([f"# {n}\n{text}" for n, text in enumerate(cells) if n != gone] for gone in (None, at))
    assert len(new) == len(rest)
    step = scans.step({"n.ipynb": notebook(old)}, {"n.ipynb": notebook(new)})
    gone = [int(key) for key, _ in step.plan.resolved]
    assert [step.before[index].cell for index in gone] == [at]


def notebook(cells: list[str]) -> str:
    rows = [{"cell_type": "code", "source": text.splitlines(True), "metadata": {}, "outputs": []} for text in cells]
    kernel = {"kernelspec": {"language": "python", "name": "python3"}}
    return json.dumps({"cells": rows, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}, indent=1)


@both
@FEW
@given(programs, programs)
def test_what_is_closed_as_progress_is_less_than_before(scans, git, program, other):
    """Ambiguity fails closed: the totals before and after differ by exactly what came and what went."""
    old, new = rendered(program), rendered(other)
    assume(old != new)
    step = scans.step(old, new, git=git)
    moved = dict(step.plan.moved)
    assert len(set(moved.values())) == len(moved)
    assert set(moved.values()) <= set(step.plan.opened)
    progress = [key for key, reason in step.plan.resolved if reason in PROGRESS]
    fresh = set(step.plan.opened) - set(moved.values())
    assert len(step.before) - len(progress) + len(fresh) == len(step.after)
