"""Mirrors: fetched bare, kept under a lock, thrown away on doubt."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from audits.gitstore import GitError, Mirror, Remote, ls_remote, mirror
from tests.gitbuild import SYMLINK, RepositoryBuilder

PROJECT = Path(__file__).resolve().parents[2]


def local(builder):
    return Remote(str(builder.path), local=True)


def files(source):
    with source:
        return {entry.path: data for entry, data in source.read(source.entries())}


def fetch(mirrors, builder, branch="", **more):
    """Fetch the tip of a repository on this disk and return its files."""
    tip = ls_remote(local(builder), branch)
    with Mirror(mirrors, builder.url) as kept:
        kept.fetch(local(builder), tip, **more)
        return files(kept.source(tip.commit))


@pytest.fixture
def shop(tmp_path):
    builder = RepositoryBuilder(tmp_path / "shop.git")
    builder.commit({"a.py": "import cohere\n", "sub/b.py": "x = 1\n"})
    return builder


def test_the_files_of_the_tip_can_be_read(mirrors, shop):
    assert fetch(mirrors, shop) == {"a.py": b"import cohere\n", "sub/b.py": b"x = 1\n"}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a repository to another user")
@pytest.mark.parametrize("bare", [True, False])
def test_a_repository_that_another_user_owns_is_served(bare, mirrors, tmp_path):
    builder = RepositoryBuilder(tmp_path / 'so "called"', bare=bare)
    builder.commit({"a.py": "1"})
    for path in (builder.path, *builder.path.rglob("*")):
        os.chown(path, 65534, 65534)
    assert fetch(mirrors, builder) == {"a.py": b"1"}


def test_over_https_too(mirrors, remote, served):
    builder = RepositoryBuilder(served / "shop.git")
    builder.commit({"a.py": "1"})
    tip = ls_remote(remote())
    with Mirror(mirrors, "k") as kept:
        kept.fetch(remote(), tip)
        assert files(kept.source(tip.commit)) == {"a.py": b"1"}


def test_sha256_repositories_are_fetched(mirrors, tmp_path):
    builder = RepositoryBuilder(tmp_path / "new.git", object_format="sha256")
    builder.commit({"a.py": "1"})
    assert fetch(mirrors, builder) == {"a.py": b"1"}


def test_a_mirror_of_another_object_format_is_made_anew(mirrors, tmp_path):
    old = RepositoryBuilder(tmp_path / "x.git")
    old.commit({"a.py": "1"})
    fetch(mirrors, old)
    (tmp_path / "x.git").rename(tmp_path / "gone.git")
    new = RepositoryBuilder(tmp_path / "x.git", object_format="sha256")
    new.commit({"a.py": "2"})
    assert fetch(mirrors, new) == {"a.py": b"2"}


def test_the_first_fetch_takes_one_commit_and_later_ones_all_since(mirrors, shop):
    shop.commit({"a.py": "2"})
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        assert len((kept.path / "shallow").read_text().split()) == 1
    before = shop.tip
    between = shop.commit({"a.py": "3"})
    after = shop.commit({"a.py": "4"})
    assert fetch(mirrors, shop)["a.py"] == b"4"
    with Mirror(mirrors, shop.url) as kept:
        assert kept.has(between)
        assert kept.descends(after, before) is True


def test_an_unchanged_tip_needs_no_fetch(mirrors, shop, monkeypatch):
    fetch(mirrors, shop)
    tip = ls_remote(local(shop))
    monkeypatch.setattr(
        mirror, "run", lambda arguments, *a, **k: pytest.fail("fetched") if "fetch" in arguments else (0, b"", "")
    )
    with Mirror(mirrors, shop.url) as kept:
        kept.fetch(local(shop), tip)


def test_a_forced_push_is_fetched_and_told_apart(mirrors, shop):
    first = shop.tip
    fetch(mirrors, shop)
    pushed = shop.commit({"a.py": "2"})
    fetch(mirrors, shop)
    shop.reset(first)
    forced = shop.commit({"a.py": "3"})
    assert fetch(mirrors, shop)["a.py"] == b"3"
    with Mirror(mirrors, shop.url) as kept:
        assert kept.descends(forced, pushed) is False
        assert kept.descends(forced, first) is True


def test_descent_behind_a_cut_history_is_unknown_not_denied(mirrors, shop):
    first = shop.tip
    shop.commit({"a.py": "2"})
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        assert kept.descends(shop.tip, first) is None
        assert kept.descends(shop.tip, "0" * 40) is None


def test_a_mirror_made_anew_reaches_back_for_the_last_scan(mirrors, shop):
    first = shop.tip
    for number in range(3):
        shop.commit({"a.py": str(number)})
    fetch(mirrors, shop, ancestor=first)
    with Mirror(mirrors, shop.url) as kept:
        assert kept.descends(shop.tip, first) is True


def test_a_commit_that_the_branch_has_left_behind_is_still_fetched(mirrors, shop):
    tip = ls_remote(local(shop))
    shop.commit({"a.py": "moved on"})
    with Mirror(mirrors, shop.url) as kept:
        kept.fetch(local(shop), tip)
        assert files(kept.source(tip.commit))["a.py"] == b"import cohere\n"


def test_a_detached_head_is_fetched(mirrors, shop):
    shop.head(shop.tip)
    assert set(fetch(mirrors, shop)) == {"a.py", "sub/b.py"}


def test_only_the_wanted_branch_is_fetched(mirrors, shop):
    shop.branch("big")
    other = shop.commit({"big.py": "x"})
    shop.tag("v1")
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        assert not kept.has(other)
    assert "big.py" in fetch(mirrors, shop, "big")


def test_a_commit_that_was_never_fetched_has_no_source(mirrors, shop):
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept, pytest.raises(GitError) as caught:
        kept.source("1" * 40)
    assert caught.value.kind == "missing_objects"


@pytest.mark.parametrize(
    "leftover",
    ["shallow.lock", "packed-refs.lock", "config.lock", "refs/scan/head.lock", "objects/pack/tmp_pack_AbC123"],
)
def test_what_a_killed_fetch_left_is_removed(leftover, mirrors, shop):
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        (kept.path / leftover).parent.mkdir(parents=True, exist_ok=True)
        (kept.path / leftover).touch()
    shop.commit({"a.py": "2"})
    assert fetch(mirrors, shop)["a.py"] == b"2"
    assert not (kept.path / leftover).exists()


@pytest.mark.parametrize("damage", ["HEAD", "config", "objects/pack", "refs"])
def test_a_damaged_mirror_is_thrown_away(damage, mirrors, shop):
    fetch(mirrors, shop)
    with Mirror(mirrors, shop.url) as kept:
        target = kept.path / damage
        for path in sorted(target.rglob("*"), reverse=True) if target.is_dir() else [target]:
            path.chmod(0o700)
            path.write_bytes(b"rubbish") if path.is_file() else None
    shop.commit({"a.py": "2"})
    assert fetch(mirrors, shop) == {"a.py": b"2", "sub/b.py": b"x = 1\n"}


@pytest.mark.fault
def test_killed_fetches_never_block_the_next_one(mirrors, shop):
    program = (
        "import sys\nfrom pathlib import Path\nfrom audits.gitstore import *\n"
        "remote = Remote(sys.argv[1], local=True)\ntip = ls_remote(remote)\nprint('.', flush=True)\n"
        "with Mirror(Path(sys.argv[2]), sys.argv[1]) as mirror:\n mirror.fetch(remote, tip)\n"
    )
    for number in range(4):
        shop.commit({f"f{number}.py": "x" * 1000})
        worker = subprocess.Popen(
            [sys.executable, "-c", program, shop.url, str(mirrors)], cwd=PROJECT, stdout=subprocess.PIPE
        )
        worker.stdout.read(1)
        time.sleep(0.015 * number)
        worker.kill()
        worker.wait()
        worker.stdout.close()
        assert f"f{number}.py" in fetch(mirrors, shop)


def test_two_processes_do_not_share_a_mirror(mirrors, shop):
    with Mirror(mirrors, "k"), pytest.raises(GitError) as caught, Mirror(mirrors, "k", patience=0.2):
        pass
    assert caught.value.kind == "timed_out"
    with Mirror(mirrors, "k", patience=0.2), Mirror(mirrors, "other", patience=0.2):
        pass


def test_a_failed_first_fetch_leaves_no_mirror(mirrors, server, remote, served):
    builder = RepositoryBuilder(served / "shop.git")
    builder.commit({"a.py": "1"})
    tip = ls_remote(remote())
    server.mode = "503"
    with Mirror(mirrors, "k") as kept:
        with pytest.raises(GitError):
            kept.fetch(remote(), tip)
        assert not kept.path.exists()
        server.mode = "ok"
        kept.fetch(remote(), tip)


def test_a_server_that_fails_later_leaves_the_mirror_as_it_was(mirrors, server, remote, served):
    builder = RepositoryBuilder(served / "shop.git")
    first = builder.commit({"a.py": "1"})
    tip = ls_remote(remote())
    with Mirror(mirrors, "k") as kept:
        kept.fetch(remote(), tip)
        builder.commit({"a.py": "2"})
        tip = ls_remote(remote())
        for mode, kind in (("404", "not_found"), ("html", None), ("silent", "timed_out")):
            server.mode = mode
            with pytest.raises(GitError) as caught:
                kept.fetch(remote(), tip, timeout=2)
            assert kind is None or caught.value.kind == kind
        server.mode = "ok"
        kept.fetch(remote(), tip)
        assert kept.has(tip.commit)
        assert first


@pytest.mark.fault
def test_a_killed_worker_leaves_no_git_running(server, remote, served, mirrors):
    RepositoryBuilder(served / "shop.git").commit({"a.py": "1"})
    server.mode = "silent"
    arguments = [server.url("shop.git"), server.pin, str(server.authority)]
    program = (
        "import sys\nfrom audits.gitstore import *\n"
        "ls_remote(Remote(sys.argv[1], pin=sys.argv[2], authorities=sys.argv[3]), timeout=2)\n"
    )
    worker = subprocess.Popen([sys.executable, "-c", program, *arguments], cwd=PROJECT)
    while not server.log:
        time.sleep(0.05)
    worker.kill()
    worker.wait()

    def left():
        found = []
        for entry in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                found += [entry] if server.url("shop.git").encode() in entry.read_bytes() else []
            except OSError:
                continue
        return found

    assert left()
    assert any(not left() or time.sleep(0.1) for _ in range(80))


def test_a_repository_over_its_budget_is_too_large(mirrors, tmp_path):
    builder = RepositoryBuilder(tmp_path / "big.git")
    builder.commit({"a.bin": os.urandom(300_000)})
    tip = ls_remote(local(builder))
    with Mirror(mirrors, builder.url, budget=100_000) as kept, pytest.raises(GitError) as caught:
        kept.fetch(local(builder), tip)
    assert caught.value.kind == "too_large"
    assert not kept.path.exists()


def test_a_full_disk_is_told_before_it_is_full(mirrors, shop, monkeypatch):
    monkeypatch.setattr(mirror, "FREE_FLOOR", 1 << 60)
    with pytest.raises(GitError) as caught:
        fetch(mirrors, shop)
    assert caught.value.kind == "disk_full"


@pytest.mark.hostile
def test_repositories_that_lack_objects_say_so(mirrors, shop):
    shop.lose(shop.oid("a.py"))
    with pytest.raises(GitError) as caught:
        fetch(mirrors, shop)
    assert caught.value.kind == "missing_objects"
    assert "audit" in caught.value.message


@pytest.mark.hostile
def test_corrupt_objects_say_so(mirrors, shop):
    shop.corrupt(shop.oid("a.py"))
    with pytest.raises(GitError) as caught:
        fetch(mirrors, shop)
    assert caught.value.kind == "missing_objects"


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["..", ".", ".git", ".GIT", "a/b.py", "GIT~1", ".g\u200cit"])
def test_names_that_lead_out_of_a_folder_are_refused(name, mirrors, shop):
    shop.publish(shop.tree([("100644", name, shop.blob("x"))]))
    with pytest.raises(GitError) as caught:
        fetch(mirrors, shop)
    assert caught.value.kind == "refused_objects"
    assert "git fsck" in caught.value.message


@pytest.mark.hostile
def test_commits_with_harmless_defects_are_fetched(mirrors, shop):
    tree = shop.tree([("100644", "a.py", shop.blob("ok"))])
    for line in ("A <a@b.c> 1 +1", "A<a@b.c> 1 +0000", "A <a@b.c> 99999999999999999999 +0000", " <a@b.c> 01 +0000"):
        shop.ref(
            "refs/heads/main", shop.raw("commit", f"tree {tree}\nauthor {line}\ncommitter {line}\n\nx\0y\n".encode())
        )
        assert fetch(mirrors, shop) == {"a.py": b"ok"}


@pytest.mark.hostile
def test_nothing_of_a_repository_is_written_as_a_file_or_run(tmp_path, mirrors):
    builder = RepositoryBuilder(tmp_path / "evil.git")
    marker = tmp_path / "PWNED"
    builder.commit(
        {
            ".gitmodules": f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {marker}"\n',
            ".gitattributes": "* filter=evil ident text working-tree-encoding=UTF-16\n",
            "link.py": "/etc/passwd",
            "folder": "/etc",
            "module": "1" * 40,
            "real.py": "x = 1\n",
        },
        modes={"link.py": SYMLINK, "folder": SYMLINK, "module": "160000"},
    )
    hook = builder.path / "hooks" / "post-upload-pack"
    hook.parent.mkdir()
    hook.write_text(f"#!/bin/sh\ntouch {marker}\n")
    hook.chmod(0o755)
    with (builder.path / "config").open("a") as config:
        config.write(f"[uploadpack]\n\tpackObjectsHook = touch {marker}\n[core]\n\tfsmonitor = touch {marker}\n")
        config.write(f"\tsshCommand = touch {marker}\n\thooksPath = {hook.parent}\n")
    before = {path for path in tmp_path.rglob("*") if mirrors not in path.parents}
    found = fetch(mirrors, builder)
    assert set(found) == {".gitmodules", ".gitattributes", "real.py"}
    assert found["real.py"] == b"x = 1\n"
    after = {path for path in tmp_path.rglob("*") if mirrors not in path.parents}
    assert after - before <= {mirrors}
    assert not list(mirrors.rglob("*.py"))


def test_the_lock_is_free_again_after_a_worker_was_killed(mirrors):
    program = "import sys, time\nfrom pathlib import Path\nfrom audits.gitstore import Mirror\n"
    program += "with Mirror(Path(sys.argv[1]), 'k'):\n print('.', flush=True)\n time.sleep(60)\n"
    worker = subprocess.Popen([sys.executable, "-c", program, str(mirrors)], cwd=PROJECT, stdout=subprocess.PIPE)
    worker.stdout.read(1)
    os.kill(worker.pid, signal.SIGKILL)
    worker.wait()
    worker.stdout.close()
    with Mirror(mirrors, "k", patience=1):
        pass
