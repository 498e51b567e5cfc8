"""The child itself: what it may do, what it answers, and when it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audits.engine import FileKind
from audits.engine.facts import UnreadReason
from audits.sandbox import Sandbox, SandboxError, limits, template
from tests.sandbox.samples import GOOD, MATCH_TUPLE, PROJECT, check, children, ends, running

# Of no other test, so that each of these starts what its children are forked from.
MEMORY = 2 * 1024**3 - 4096


@pytest.fixture
def fresh():
    yield
    left = template._templates.pop((os.getpid(), MEMORY), None)
    if left is not None:
        left.close()


@pytest.mark.fault
def test_the_child_dies_with_a_killed_worker_even_while_the_parser_hangs():
    program = (
        "import sys, threading, time\n"
        "from audits.engine import FileKind\n"
        "from audits.sandbox import Sandbox\n"
        "sandbox = Sandbox(deadline=60)\n"
        "sandbox.extract(FileKind.PYTHON, b'import cohere')\n"
        "print(sandbox.pids[0], flush=True)\n"
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
            process = Path(f"/proc/{other.pids[0]}")
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


@pytest.fixture
def obeying(monkeypatch, fresh, tmp_path):
    """Every child runs the file that it is given, in place of reading it."""
    program = tmp_path / "taken.py"
    program.write_text(
        f"import site, sys\nsite.main()\nsys.path.insert(0, {str(PROJECT)!r})\n"
        "from audits.sandbox import child, forks\n"
        "child._work = lambda head, data: exec(data)\nforks.main(int(sys.argv[2]))\n"
    )
    monkeypatch.setattr(limits, "__file__", str(program))


@pytest.mark.hostile
def test_neither_may_the_child_of_a_scan(obeying):
    with Sandbox(deadline=60, memory=MEMORY) as sandbox:
        for deed in DEEDS:
            told = sandbox.extract(FileKind.PYTHON, deed.encode())
            assert told.detail.startswith("PermissionError: "), (deed, told)


FAULTS = ["LookupError", "RecursionError", "UnicodeError", "NotImplementedError", "SystemExit", "KeyboardInterrupt"]


@pytest.mark.hostile
def test_whatever_a_reader_raises_costs_its_file_and_no_child(obeying):
    with Sandbox(deadline=60, memory=MEMORY) as sandbox:
        for fault in [*FAULTS, "BaseException"]:
            told = sandbox.extract(FileKind.PYTHON, f"raise {fault}('odd')".encode())
            assert (told.reason, told.detail) == (UnreadReason.UNPARSABLE, f"{fault}: odd")
        assert (sandbox.spawns, sandbox.deaths) == (1, 0)


@pytest.fixture
def lying(monkeypatch, fresh, tmp_path):
    """`lying(lines)` has every child say that it is ready, take the first bytes of a request and go through `lines`."""

    def lying(*lines):
        program = tmp_path / "liar.py"
        program.write_text(
            f"import os, site, sys, time\nsite.main()\nsys.path.insert(0, {str(PROJECT)!r})\n"
            "from audits.sandbox import child, forks\n"
            "def lie(deadline, requests, replies):\n"
            f" os.write(replies, b'\\0\\0\\0\\2{{}}')\n os.read(requests, 4)\n"
            + "".join(f" {line}\n" for line in lines)
            + "child.serve = lie\nforks.main(int(sys.argv[2]))\n"
        )
        monkeypatch.setattr(limits, "__file__", str(program))

    return lying


@pytest.mark.parametrize(
    "answer",
    [b"\xff\xff\xff\xff", b"\0\0\0\x03[1]", b"\0\0\0\x02{}", b"\0\0\0\x04nope", b"\0\0\0\x20" + b"[" * 32],
    ids=["huge", "list", "empty", "no json", "nested"],
)
def test_a_malformed_answer_counts_as_a_crash(answer, lying):
    lying(f"os.write(replies, {answer!r})", "time.sleep(600)")
    with Sandbox(deadline=60, memory=MEMORY) as sandbox:
        assert sandbox.extract(FileKind.PYTHON, GOOD).reason == UnreadReason.CRASHED
        assert sandbox.deaths == 1


@pytest.mark.parametrize("begun", [b"", b"\0\0\0\x20["], ids=["nothing", "half an answer"])
def test_one_that_only_waits_is_ended_too_though_it_uses_no_processor(begun, lying):
    """The limit of the processor never comes: it is the parent's clock that ends it."""
    lying(f"os.write(replies, {begun!r})", "time.sleep(600)")
    with Sandbox(deadline=1, memory=MEMORY) as sandbox:
        assert sandbox.extract(FileKind.PYTHON, GOOD).reason == UnreadReason.TIMED_OUT
        assert not sandbox.pids


def test_a_child_that_cannot_start_is_an_error_of_the_installation(monkeypatch, fresh, tmp_path):
    program = tmp_path / "broken.py"
    program.write_text("raise ImportError('No module named libcst')\n")
    monkeypatch.setattr(limits, "__file__", str(program))
    with Sandbox(memory=MEMORY) as sandbox, pytest.raises(SandboxError, match="No module named libcst"):
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
        "print(json.dumps(queue.get(timeout=180)))\n"
        "task.join()\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, timeout=240)
    assert json.loads(done.stdout) is True, done.stderr


def test_a_process_that_has_used_it_leaves_nothing_open_when_it_ends():
    program = (
        "from audits.engine import FileKind\n"
        "from audits.sandbox import Sandbox, template\n"
        "with Sandbox() as sandbox:\n"
        "    sandbox.extract(FileKind.PYTHON, b'import cohere')\n"
        "print(*[left.pid for left in template._templates.values()])\n"
    )
    command = [sys.executable, "-W", "always::ResourceWarning", "-c", program]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert done.stderr == ""
    assert not running(int(done.stdout))


def test_each_scan_has_children_of_its_own_and_what_they_are_forked_from_reads_nothing():
    with Sandbox() as first:
        first.extract(FileKind.PYTHON, GOOD)
        (child,) = first.pids
        parent = template.template(2 * 1024**3).pid
        assert child in children(parent)
        with Sandbox() as second:
            second.extract(FileKind.PYTHON, GOOD)
            assert set(second.pids).isdisjoint(first.pids)
            assert {*second.pids, child} <= set(children(parent))
            ours = [os.readlink(path) for path in Path(f"/proc/{parent}/fd").iterdir()]
            assert not [path for path in ours if path.startswith("pipe:")]
    assert ends(child)
    assert running(parent)


def test_when_what_they_are_forked_from_is_killed_another_takes_its_place():
    with Sandbox(deadline=60) as sandbox:
        sandbox.extract(FileKind.PYTHON, GOOD)
        (child,) = sandbox.pids
        killed = template.template(2 * 1024**3).pid
        os.kill(killed, signal.SIGKILL)
        assert ends(child)
        check(sandbox.extract(FileKind.PYTHON, GOOD), None)
        assert sandbox.deaths == 0
    assert template.template(2 * 1024**3).pid != killed


def test_each_child_has_a_network_of_its_own_which_leads_nowhere():
    with Sandbox() as first, Sandbox() as second:
        first.extract(FileKind.PYTHON, GOOD)
        second.extract(FileKind.PYTHON, GOOD)
        theirs = {os.readlink(f"/proc/{child}/ns/net") for child in (*first.pids, *second.pids)}
    if os.readlink("/proc/self/ns/net") in theirs:
        pytest.skip("this machine lets nobody cut the network: sockets are refused by the audit hook alone")
    assert len(theirs) == 2


def test_how_an_older_child_of_the_same_number_ended_says_nothing(fresh):
    forks = template.template(MEMORY)
    # The system gives numbers out in order, and begins again at the end.
    forks._codes.update(dict.fromkeys(range(forks.pid, forks.pid + 10_000), 0))
    child = forks.fork(5)
    assert forks.code(child.pid) is None
    child.end()
    assert ends(child.pid)
