"""One process at a time in a mirror, and what is left when one is killed in it."""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from audits.gitstore import GitError, Mirror, ls_remote
from tests.gitbuild import RepositoryBuilder
from tests.gitstore.fetching import fetch, files
from tests.processes import folders, words
from tests.waiting import PATIENCE, reached, wait_for

PROJECT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "leftover",
    [
        *("shallow.lock", "packed-refs.lock", "config.lock", "refs/scan/head.lock", "objects/pack/tmp_pack_AbC123"),
        *("objects/pack/.tmp-12-pack-AbC123.pack", "objects/ab/tmp_obj_AbC123", "objects/tmp_objdir-incoming-AbC123/x"),
    ],
)
def test_what_a_killed_fetch_left_is_removed(leftover, mirrors, shop):
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        (kept.path / leftover).parent.mkdir(parents=True, exist_ok=True)
        (kept.path / leftover).touch()
        (kept.path / "mark").touch()
    shop.commit({"a.py": "2"})
    assert fetch(mirrors, shop)["a.py"] == b"2"
    assert not (kept.path / leftover).exists()
    # Nor was the mirror thrown away for it.
    assert (kept.path / "mark").exists()


@pytest.mark.fault
def test_killed_fetches_never_block_the_next_one(mirrors, shop):
    program = (
        "import sys\nfrom pathlib import Path\nfrom audits.gitstore import *\n"
        "remote = Remote(sys.argv[1], local=True)\ntip = ls_remote(remote)\nprint('.', flush=True)\n"
        "with Mirror(Path(sys.argv[2]), sys.argv[1]) as mirror:\n mirror.fetch(remote, tip)\n"
    )
    chance = random.Random(25)
    for number in range(25):
        shop.commit({f"f{number}.py": "x" * 1000})
        worker = subprocess.Popen(
            [sys.executable, "-c", program, shop.url, str(mirrors)], cwd=PROJECT, stdout=subprocess.PIPE
        )
        worker.stdout.read(1)
        time.sleep(chance.uniform(0, 0.08))
        worker.kill()
        worker.wait()
        worker.stdout.close()
        assert f"f{number}.py" in fetch(mirrors, shop)


@pytest.mark.fault
def test_fetches_killed_with_half_a_pack_never_block_the_next_one(mirrors, served, server, remote):
    """Each of the 25 meets a fetch that runs: the server sends half of a pack and waits."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom audits.gitstore import *\n"
        "remote = Remote(sys.argv[1], pin=sys.argv[2], authorities=sys.argv[3])\ntip = ls_remote(remote)\n"
        "with Mirror(Path(sys.argv[4]), 'k') as mirror:\n mirror.fetch(remote, tip)\n"
    )
    builder = RepositoryBuilder(served / "shop.git")
    arguments = [server.url("shop.git"), server.pin, str(server.authority), str(mirrors)]
    for number in range(25):
        data = random.Random(number).randbytes(100_000)
        builder.commit({"big.bin": data})
        server.halfway.clear()
        server.go.clear()
        server.mode = "half"
        worker = subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=PROJECT)
        assert server.halfway.wait(PATIENCE), "the fetch does not begin"
        worker.kill()
        worker.wait()
        server.mode = "ok"
        server.go.set()
        tip = ls_remote(remote())
        with Mirror(mirrors, "k") as kept:
            kept.fetch(remote(), tip)
            assert files(kept.source(tip.commit)) == {"big.bin": data}
            assert not list(kept.path.rglob("tmp_*"))
            assert not list(kept.path.rglob("*.lock"))


def test_two_processes_do_not_share_a_mirror(mirrors, shop):
    with Mirror(mirrors, "k"), pytest.raises(GitError) as caught, Mirror(mirrors, "k", patience=0.2):
        pass
    assert caught.value.kind == "timed_out"
    with Mirror(mirrors, "k", patience=0.2), Mirror(mirrors, "other", patience=0.2):
        pass


@pytest.fixture
def worker(request, server, shop, mirrors):
    """A process that holds the mirror "k" while its git waits for a server that fell silent."""
    program = getattr(request, "param", "") + (
        "import sys\nfrom pathlib import Path\nfrom audits.gitstore import *\n"
        # Its patience with the server ends later than every test.
        "remote = Remote(sys.argv[1], pin=sys.argv[2], authorities=sys.argv[3], patience=3_600)\n"
        "tip = ls_remote(remote)\nprint('.', flush=True)\nsys.stdin.read(1)\n"
        "with Mirror(Path(sys.argv[4]), 'k') as mirror:\n mirror.fetch(remote, tip, timeout=3_600)\n"
    )
    arguments = [server.url("shop.git"), server.pin, str(server.authority), str(mirrors)]
    worker = subprocess.Popen(
        [sys.executable, "-c", program, *arguments], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    worker.stdout.read(1)
    server.mode, asked = "silent", len(server.log)
    worker.stdin.write(b".")
    worker.stdin.flush()
    wait_for(lambda: len(server.log) > asked, "git does not ask")
    yield worker
    worker.kill()
    worker.wait()
    assert end(server)
    worker.stdin.close()
    worker.stdout.close()


def gits(server):
    """The processes of git that speak with the server."""
    lines = ((int(folder.name), words(folder)) for folder in folders())
    return [pid for pid, line in lines if server.url("shop.git").encode() in line and b"-c" not in line]


def end(server):
    return reached(lambda: gits(server) == [])


@pytest.mark.fault
def test_a_killed_worker_takes_its_git_along(server, worker):
    assert gits(server)
    worker.kill()
    worker.wait()
    assert end(server)
    assert not server.tired


# A machine without util-linux: nobody tells git that its worker is gone.
UNTOLD = "from audits.gitstore import process\nprocess._has_util_linux = lambda: False\n"


@pytest.mark.fault
@pytest.mark.parametrize("worker", [UNTOLD], indirect=True, ids=["untold"])
def test_a_mirror_stays_locked_while_the_git_of_a_killed_worker_writes(server, worker, mirrors):
    worker.kill()
    worker.wait()
    with pytest.raises(GitError, match="busy"), Mirror(mirrors, "k", patience=0.5):
        pass
    for process in gits(server):
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGTERM)
    with Mirror(mirrors, "k", patience=PATIENCE):
        assert gits(server) == []


def test_the_lock_is_free_again_after_a_worker_was_killed(mirrors):
    program = "import sys, time\nfrom pathlib import Path\nfrom audits.gitstore import Mirror\n"
    program += "with Mirror(Path(sys.argv[1]), 'k'):\n print('.', flush=True)\n time.sleep(600)\n"
    worker = subprocess.Popen([sys.executable, "-c", program, str(mirrors)], cwd=PROJECT, stdout=subprocess.PIPE)
    worker.stdout.read(1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    with Mirror(mirrors, "k", patience=PATIENCE):
        pass
