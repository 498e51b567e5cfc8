"""The child that reads hostile bytes: what kills it costs one file, and the next file is read."""

import os
import pydoc_data.topics
import select
import signal
import threading
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from audits.engine import FileKind, ModuleFacts, Unread
from audits.engine.facts import UnreadReason
from audits.engine.steps import judge, link
from audits.sandbox import Sandbox, pool
from tests.sandbox.samples import CALL_NEST, GOOD, LIST_UNCLOSED, MATCH_TUPLE, START, check, ends, resident
from tests.waiting import PATIENCE, reached


def test_it_returns_the_facts_of_a_file(sandbox):
    facts = sandbox.extract(FileKind.PYTHON, GOOD)
    assert isinstance(facts, ModuleFacts)
    (call,) = [site for site in link({"a.py": facts}) if site.method == "generate"]
    assert call.span.line == 4


def test_it_presents_usages_with_their_code(sandbox):
    facts = sandbox.extract(FileKind.PYTHON, GOOD)
    usages = tuple(judge(site) for site in link({"a.py": facts}))
    shown = sandbox.present(FileKind.PYTHON, GOOD, usages)
    assert not isinstance(shown, Unread)
    assert len(shown) == len(usages)
    assert all(usage.snippet and usage.excerpt for usage in shown)


def test_one_child_reads_many_files(sandbox):
    spawns = sandbox.spawns
    for number in range(30):
        assert isinstance(sandbox.extract(FileKind.PYTHON, b"import cohere\nx = %d\n" % number), ModuleFacts)
    assert sandbox.spawns == max(spawns, 1)


def test_a_syntax_error_is_unparsable_and_costs_no_child(sandbox):
    deaths = sandbox.deaths
    answer = sandbox.extract(FileKind.PYTHON, START + b"x = '''\n")
    assert isinstance(answer, Unread)
    assert answer.reason == UnreadReason.UNPARSABLE
    assert sandbox.deaths == deaths


@pytest.mark.parametrize(
    "source",
    [b"x = " + b"[" * 200 + b"]" * 200, b"x = a" + b".b" * 1000, b"if a: pass\n" + b"elif b: pass\n" * 3000],
    ids=["list200", "attr1000", "elif3000"],
)
def test_legitimate_deep_code_is_read(sandbox, source):
    assert isinstance(sandbox.extract(FileKind.PYTHON, START + source + b"\n"), ModuleFacts)


def test_a_module_that_meets_the_usual_limit_of_recursion_is_read(sandbox):
    """757 kB of one dictionary, which LibCST's visitors do not come through with Python's own limit."""
    data = Path(pydoc_data.topics.__file__).read_bytes()
    assert isinstance(sandbox.extract(FileKind.PYTHON, START + data), ModuleFacts)


@pytest.mark.hostile
def test_each_killer_costs_one_file_and_says_why():
    files = [
        (GOOD, None),
        (CALL_NEST, UnreadReason.OUT_OF_MEMORY),
        (GOOD, None),
        (LIST_UNCLOSED, UnreadReason.CRASHED),
        (GOOD, None),
    ]
    with Sandbox(deadline=PATIENCE, memory=768 * 1024**2) as sandbox:
        for data, reason in files:
            check(sandbox.extract(FileKind.PYTHON, data), reason)
        assert (sandbox.deaths, sandbox.spawns) == (2, 3)


def test_three_thousand_brackets_are_read(sandbox):
    """They end a parser that has the usual stack."""
    data = START + b"x = " + b"(" * 3000 + b"1" + b")" * 3000 + b"\n"
    assert isinstance(sandbox.extract(FileKind.PYTHON, data), ModuleFacts)


@pytest.mark.hostile
def test_a_file_that_hangs_the_parser_is_ended_at_its_deadline():
    with Sandbox(deadline=3) as sandbox:
        check(sandbox.extract(FileKind.PYTHON, MATCH_TUPLE), UnreadReason.TIMED_OUT)
        check(sandbox.extract(FileKind.PYTHON, GOOD), None)
        assert (sandbox.deaths, sandbox.spawns) == (1, 2)


@pytest.mark.hostile
def test_after_the_allowed_deaths_no_child_is_started_any_more():
    with Sandbox(deaths=1) as sandbox:
        assert sandbox.extract(FileKind.PYTHON, LIST_UNCLOSED).reason == UnreadReason.CRASHED
        spawns = sandbox.spawns
        assert sandbox.extract(FileKind.PYTHON, GOOD).reason == UnreadReason.BUDGET
        assert sandbox.present(FileKind.PYTHON, GOOD, ()).reason == UnreadReason.BUDGET
        assert sandbox.spawns == spawns


def readers(sandbox):
    """The children that read a file now."""
    return [child.pid for child, job in list(sandbox._busy.items()) if job is not None]


@contextmanager
def killing(sandbox, times):
    """Kill so many children, one after another, each as soon as it reads: as a machine short of memory does."""

    def kill():
        killed = []

        def one_more_reads():
            found = [child for child in readers(sandbox) if child not in killed]
            killed.extend(found[:1])
            return found

        for _ in range(times):
            # Nothing is raised in this thread: the test tells what became of the children.
            if reached(one_more_reads):
                with suppress(ProcessLookupError):
                    os.kill(killed[-1], signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    yield
    killer.join()


def test_a_child_that_somebody_kills_costs_nothing_but_time():
    slow = b"import cohere\nmatch a:\n case " + b"(" * 10 + b"1" + b",)" * 10 + b": pass\n"
    with Sandbox(deadline=PATIENCE) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        with killing(sandbox, 1):
            answer = sandbox.extract(FileKind.PYTHON, slow)
        assert isinstance(answer, ModuleFacts)
        assert (sandbox.deaths, sandbox.spawns) == (1, 2)


def test_a_child_that_somebody_kills_twice_costs_the_file_it_read():
    with Sandbox(deadline=PATIENCE) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        with killing(sandbox, 2):
            answer = sandbox.extract(FileKind.PYTHON, MATCH_TUPLE)
        assert answer.reason == UnreadReason.CRASHED
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)


def test_a_child_killed_between_two_files_costs_nothing():
    with Sandbox() as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        (child,) = sandbox.pids
        os.kill(child, signal.SIGKILL)
        assert ends(child)
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)
        assert (sandbox.deaths, sandbox.spawns) == (0, 2)


def test_it_starts_afresh_after_many_files(monkeypatch):
    monkeypatch.setattr(pool, "RECYCLE_FILES", 2)
    with Sandbox() as sandbox:
        for _ in range(3):
            assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)
        assert (sandbox.spawns, sandbox.deaths) == (2, 0)


def test_ten_thousand_files_leave_its_memory_as_it_was():
    """By the numbers of production a child is replaced after 2,000 files; the last takes no more than the first."""
    files = ((None, FileKind.PYTHON, b"import cohere\nx = [%d]\n" % number) for number in range(10_000))
    sizes, pids = [], set()
    with Sandbox(children=1) as sandbox:
        for number, (_, facts, _) in enumerate(sandbox.extract_all(files)):
            assert isinstance(facts, ModuleFacts)
            if number % 100 == 50:
                pids |= set(sandbox.pids)
                sizes.append(max(map(resident, sandbox.pids)))
        assert (sandbox.deaths, sandbox.spawns, len(pids)) == (0, 5, 5)
    # Of each child's hundred files the first ones count as well: the last of the last child has no more than these.
    assert max(sizes) < 1.25 * max(sizes[:10])
    assert max(sizes) < 200 * 1024**2


def test_a_child_that_has_grown_is_replaced(monkeypatch):
    monkeypatch.setattr(pool, "RECYCLE_BYTES", 1)
    with Sandbox() as sandbox:
        for _ in range(2):
            sandbox.extract(FileKind.PYTHON, GOOD)
        assert sandbox.spawns == 2


def test_a_file_far_too_large_is_not_even_sent():
    with Sandbox() as sandbox:
        answer = sandbox.extract(FileKind.PYTHON, bytes(pool.DATA_LIMIT + 1))
        assert answer.reason == UnreadReason.TOO_LARGE
        assert sandbox.spawns == 0


def test_closing_leaves_no_process():
    with Sandbox() as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        child = sandbox.pids[0]
    assert ends(child)


def test_an_aborted_request_ends_the_child_so_that_no_answer_is_taken_for_the_next():
    with Sandbox(deadline=PATIENCE) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        child = sandbox.pids[0]
        previous = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        bell = threading.Thread(
            target=lambda: reached(lambda: readers(sandbox)) and os.kill(os.getpid(), signal.SIGALRM)
        )
        try:
            bell.start()
            with pytest.raises(KeyboardInterrupt):
                sandbox.extract(FileKind.PYTHON, MATCH_TUPLE)
        finally:
            bell.join()
            signal.signal(signal.SIGALRM, previous)
        assert ends(child)
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)


def test_an_answer_that_waits_for_its_reader_is_not_late():
    with Sandbox(deadline=60, children=1) as sandbox:
        answers = sandbox.extract_all((number, FileKind.PYTHON, GOOD) for number in range(2))
        next(answers)
        # The next file is read meanwhile; whoever takes the answers is busy with a slow database for longer than that.
        (child,) = sandbox._busy
        assert reached(lambda: select.select([child.answers], [], [], 0)[0])
        child.until = 0.0
        assert isinstance(next(answers)[1], ModuleFacts)
