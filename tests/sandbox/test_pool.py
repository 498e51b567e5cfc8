"""Several children read at the same time; the answers come in the order of the files all the same."""

import os
import signal

import pytest

from audits.engine import FileKind, ModuleFacts
from audits.engine.facts import UnreadReason
from audits.sandbox import Sandbox, pool
from tests.sandbox.samples import GOOD, LIST_UNCLOSED, MATCH_TUPLE, check, ends

PYTHON = FileKind.PYTHON


def numbered(count):
    """Files of very different lengths."""
    return [(number, PYTHON, b"import cohere\n" + b"x = 1\n" * (number % 7 * 60)) for number in range(count)]


def test_answers_keep_the_order_of_the_files_and_what_a_store_keeps():
    with Sandbox(children=3) as many, Sandbox(children=1) as one:
        answers = list(many.extract_all(numbered(60)))
        assert [key for key, _, _ in answers] == list(range(60))
        assert answers == list(one.extract_all(numbered(60)))
        # The third is started when the second one is there, if enough files wait by then.
        assert many.spawns in (2, 3)
        assert one.spawns == 1


def test_few_files_are_not_worth_another_child():
    with Sandbox(children=4) as sandbox:
        assert len(list(sandbox.extract_all(numbered(pool.WORTH_A_START)))) == pool.WORTH_A_START
        assert sandbox.spawns == 1


@pytest.mark.hostile
def test_each_killer_costs_one_file_among_many():
    killers = {
        9: (LIST_UNCLOSED, UnreadReason.CRASHED),
        20: (MATCH_TUPLE, UnreadReason.TIMED_OUT),
        21: (b"print 'x'\n", UnreadReason.UNPARSABLE),
    }
    files = [killers.get(number, (GOOD, None)) for number in range(40)]
    with Sandbox(children=3, deadline=12) as sandbox:
        answers = list(sandbox.extract_all((reason, PYTHON, data) for data, reason in files))
        assert len(answers) == 40
        for reason, answer, _ in answers:
            check(answer, reason)
        assert sandbox.deaths == 2


@pytest.mark.hostile
def test_after_the_allowed_deaths_the_rest_is_not_tried():
    files = [(None, PYTHON, LIST_UNCLOSED)] * 3 + [(None, PYTHON, GOOD)] * 30
    with Sandbox(children=2, deaths=2) as sandbox:
        answers = [answer for _, answer, _ in sandbox.extract_all(files)]
        assert len(answers) == 33
        assert sandbox.deaths <= 3
        assert answers[-1].reason == UnreadReason.BUDGET


def test_a_reader_that_stops_early_gets_no_answer_of_before():
    with Sandbox(children=2) as sandbox:
        asked = sandbox.extract_all(numbered(40))
        assert next(asked)[0] == 0
        asked.close()
        assert isinstance(sandbox.extract(PYTHON, b"y = 1\n"), ModuleFacts)
        assert [row[0] for row in sandbox.extract_all(numbered(20))] == list(range(20))


def test_children_killed_while_idle_cost_nothing_and_none_is_left():
    with Sandbox(children=2) as sandbox:
        list(sandbox.extract_all(numbered(40)))
        children = sandbox.pids
        for child in children:
            os.kill(child, signal.SIGKILL)
        assert all(ends(child) for child in children)
        assert len(list(sandbox.extract_all(numbered(10)))) == 10
        assert sandbox.deaths == 0
        last = sandbox.pids
    assert all(ends(child) for child in last)
