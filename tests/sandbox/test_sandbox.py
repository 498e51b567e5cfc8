"""The child that reads hostile bytes: what kills it costs one file, and it can do nothing but read."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from audits.engine import FileKind, ModuleFacts, Unread, judge, link
from audits.engine.facts import UnreadReason
from audits.sandbox import Sandbox, SandboxError, limits, parent

PROJECT = Path(__file__).resolve().parents[2]
GOOD = b"import cohere\n\nco = cohere.Client()\nprint(co.generate(prompt='Hi', k=3).generations[0].text)\n"
START = b"import cohere\n"
CALL_NEST = START + b"x = " + b"f(" * 1000 + b")" * 1000
MATCH_TUPLE = START + b"match a:\n case " + b"(" * 20 + b"1" + b",)" * 20 + b": pass\n"
LIST_UNCLOSED = START + b"x = " + b"[" * 10_000


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(deadline=30) as sandbox:
        yield sandbox


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def ends(pid: int) -> bool:
    return any(not running(pid) or time.sleep(0.05) for _ in range(100))


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
    answer = sandbox.extract(FileKind.PYTHON, START + b"print 'x'\n")
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


@pytest.mark.hostile
def test_each_killer_costs_one_file_and_says_why():
    files = [
        (GOOD, None),
        (CALL_NEST, UnreadReason.OUT_OF_MEMORY),
        (GOOD, None),
        (LIST_UNCLOSED, UnreadReason.CRASHED),
        (GOOD, None),
    ]
    with Sandbox(deadline=60, memory=768 * 1024**2) as sandbox:
        for data, reason in files:
            check(sandbox.extract(FileKind.PYTHON, data), reason)
        assert (sandbox.deaths, sandbox.spawns) == (2, 3)


@pytest.mark.hostile
def test_a_file_that_hangs_the_parser_is_ended_at_its_deadline():
    with Sandbox(deadline=2) as sandbox:
        began = time.monotonic()
        check(sandbox.extract(FileKind.PYTHON, MATCH_TUPLE), UnreadReason.TIMED_OUT)
        assert time.monotonic() - began < 30
        check(sandbox.extract(FileKind.PYTHON, GOOD), None)
        assert (sandbox.deaths, sandbox.spawns) == (1, 2)


def check(answer, reason):
    if reason is None:
        assert isinstance(answer, ModuleFacts)
    else:
        assert isinstance(answer, Unread)
        assert answer.reason == reason
        assert answer.detail.endswith(".")


@pytest.mark.hostile
def test_after_the_allowed_deaths_no_child_is_started_any_more():
    with Sandbox(deaths=1) as sandbox:
        assert sandbox.extract(FileKind.PYTHON, LIST_UNCLOSED).reason == UnreadReason.CRASHED
        spawns = sandbox.spawns
        assert sandbox.extract(FileKind.PYTHON, GOOD).reason == UnreadReason.BUDGET
        assert sandbox.present(FileKind.PYTHON, GOOD, ()).reason == UnreadReason.BUDGET
        assert sandbox.spawns == spawns


def test_a_child_that_somebody_kills_costs_the_file_it_read():
    with Sandbox(deadline=20) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        child = sandbox._process.pid
        killer = threading.Timer(0.5, os.kill, (child, signal.SIGKILL))
        killer.start()
        answer = sandbox.extract(FileKind.PYTHON, MATCH_TUPLE)
        killer.join()
        assert answer.reason == UnreadReason.CRASHED
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)


def test_a_child_killed_between_two_files_costs_nothing():
    with Sandbox() as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        os.kill(sandbox._process.pid, signal.SIGKILL)
        sandbox._process.wait()
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)
        assert (sandbox.deaths, sandbox.spawns) == (0, 2)


def test_it_starts_afresh_after_many_files(monkeypatch):
    monkeypatch.setattr(parent, "RECYCLE_FILES", 2)
    with Sandbox() as sandbox:
        for _ in range(3):
            assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)
        assert (sandbox.spawns, sandbox.deaths) == (2, 0)


def test_a_child_that_has_grown_is_replaced(monkeypatch):
    monkeypatch.setattr(parent, "RECYCLE_BYTES", 1)
    with Sandbox() as sandbox:
        for _ in range(2):
            sandbox.extract(FileKind.PYTHON, GOOD)
        assert sandbox.spawns == 2


def test_a_file_far_too_large_is_not_even_sent():
    with Sandbox() as sandbox:
        answer = sandbox.extract(FileKind.PYTHON, bytes(parent.DATA_LIMIT + 1))
        assert answer.reason == UnreadReason.TOO_LARGE
        assert sandbox.spawns == 0


def test_closing_leaves_no_process():
    with Sandbox() as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        child = sandbox._process.pid
    assert ends(child)


def test_an_aborted_request_ends_the_child_so_that_no_answer_is_taken_for_the_next():
    with Sandbox(deadline=30) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        child = sandbox._process.pid
        previous = signal.signal(signal.SIGALRM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        try:
            with pytest.raises(KeyboardInterrupt):
                sandbox.extract(FileKind.PYTHON, MATCH_TUPLE)
        finally:
            signal.signal(signal.SIGALRM, previous)
        assert ends(child)
        assert isinstance(sandbox.extract(FileKind.PYTHON, GOOD), ModuleFacts)


@pytest.mark.fault
def test_the_child_dies_with_a_killed_worker_even_while_the_parser_hangs():
    program = (
        "import sys, threading, time\n"
        "from audits.engine import FileKind\n"
        "from audits.sandbox import Sandbox\n"
        "sandbox = Sandbox(deadline=60)\n"
        "sandbox.extract(FileKind.PYTHON, b'import cohere')\n"
        "print(sandbox._process.pid, flush=True)\n"
        f"sandbox.extract(FileKind.PYTHON, {MATCH_TUPLE!r})\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", program], cwd=PROJECT, stdout=subprocess.PIPE, text=True)
    child = int(worker.stdout.readline())
    time.sleep(0.3)
    assert running(child)
    worker.kill()
    worker.wait()
    worker.stdout.close()
    assert ends(child)


def test_it_has_no_environment_no_descriptors_and_tight_limits(sandbox):
    os.environ["LASTCALL_CANARY"] = "secret"
    try:
        with open(__file__, "rb") as kept, Sandbox() as other:
            os.set_inheritable(kept.fileno(), True)
            other.extract(FileKind.PYTHON, GOOD)
            process = Path(f"/proc/{other._process.pid}")
            assert b"secret" not in (process / "environ").read_bytes()
            targets = [os.readlink(descriptor) for descriptor in (process / "fd").iterdir()]
            limit_rows = (process / "limits").read_text()
    finally:
        del os.environ["LASTCALL_CANARY"]
    assert all(target == "/dev/null" or target.startswith("pipe:") for target in targets)
    found = {row[:26].strip(): row[26:47].strip() for row in limit_rows.splitlines()}
    assert found["Max file size"] == found["Max core file size"] == "0"
    assert found["Max open files"] == "64"
    assert found["Max stack size"] == str(limits.STACK)
    assert found["Max address space"] == str(2 * 1024**3)
    assert found["Max cpu time"].isdigit()


DEEDS = [
    "import socket; socket.create_connection(('127.0.0.1', 9))",
    "open('x', 'w')",
    "import os; os.open('x', os.O_CREAT | os.O_RDWR)",
    "import os; os.remove('y')",
    "import os; os.system('true')",
    "import os; os.fork()",
    "import subprocess; subprocess.run(['true'])",
]


@pytest.mark.hostile
def test_it_may_neither_write_nor_connect_nor_start_programs(tmp_path):
    (tmp_path / "y").touch()
    program = (
        "import sys\nfrom audits.sandbox import child\nchild.harden()\nfor deed in sys.argv[1:]:\n"
        " try:\n  exec(deed)\n except PermissionError:\n  print('refused')\n else:\n  print(deed)\n"
    )
    command = [sys.executable, "-B", "-c", program, *DEEDS]
    done = subprocess.run(command, cwd=tmp_path, env={"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True)
    assert done.stdout.split("\n")[:-1] == ["refused"] * len(DEEDS), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["y"]


@pytest.mark.parametrize(
    "answer",
    [b"\xff\xff\xff\xff", b"\0\0\0\x03[1]", b"\0\0\0\x02{}", b"\0\0\0\x04nope", b"\0\0\0\x20" + b"[" * 32],
    ids=["huge", "list", "empty", "no json", "nested"],
)
def test_a_malformed_answer_counts_as_a_crash(answer, monkeypatch, tmp_path):
    program = tmp_path / "liar.py"
    program.write_text(
        "import sys, time\nout = sys.stdout.buffer\nout.write(b'\\0\\0\\0\\2{}'); out.flush()\n"
        f"sys.stdin.buffer.read(4); out.write({answer!r}); out.flush(); time.sleep(20)\n"
    )
    monkeypatch.setattr(limits, "__file__", str(program))
    with Sandbox(deadline=5) as sandbox:
        assert sandbox.extract(FileKind.PYTHON, GOOD).reason == UnreadReason.CRASHED
        assert sandbox.deaths == 1


def test_a_child_that_cannot_start_is_an_error_of_the_installation(monkeypatch, tmp_path):
    program = tmp_path / "broken.py"
    program.write_text("raise ImportError('No module named libcst')\n")
    monkeypatch.setattr(limits, "__file__", str(program))
    with Sandbox() as sandbox, pytest.raises(SandboxError, match="No module named libcst"):
        sandbox.extract(FileKind.PYTHON, GOOD)


def test_it_works_inside_a_daemonic_process():
    program = (
        "import json, multiprocessing\n"
        "def work(queue):\n"
        "    from audits.engine import FileKind, ModuleFacts\n"
        "    from audits.sandbox import Sandbox\n"
        "    with Sandbox() as sandbox:\n"
        "        queue.put(isinstance(sandbox.extract(FileKind.PYTHON, b'import cohere'), ModuleFacts))\n"
        "context = multiprocessing.get_context('fork')\n"
        "queue = context.Queue()\n"
        "task = context.Process(target=work, args=(queue,), daemon=True)\n"
        "task.start()\n"
        "print(json.dumps(queue.get(timeout=60)))\n"
        "task.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=90)
    assert json.loads(done.stdout) is True, done.stderr
