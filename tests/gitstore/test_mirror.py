"""Mirrors: fetched bare, kept, thrown away on doubt."""

import os

import pytest

from audits.gitstore import GitError, Mirror, ls_remote, mirror
from tests.gitbuild import RepositoryBuilder
from tests.gitstore.fetching import fetch, files, local
from tests.gitstore.large import MIB, zeros


def test_the_files_of_the_tip_can_be_read(mirrors, shop):
    assert fetch(mirrors, shop) == {"a.py": b"import cohere\n", "sub/b.py": b"x = 1\n"}
    # Nothing that the machine puts into every new repository.
    assert not list(mirrors.rglob("hooks"))


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


def test_the_git_that_reads_may_be_started_before_another_one_fetches(mirrors, shop):
    fetch(mirrors, shop)
    shop.commit({"a.py": "2"})
    with Mirror(mirrors, shop.url) as kept:
        kept.start_reading()
        reader = kept.reader
        kept.fetch(local(shop), ls_remote(local(shop)))
        assert files(kept.source(shop.tip))["a.py"] == b"2"
        assert (kept.reader is reader, reader.starts) == (True, 1)


def test_a_git_that_was_started_on_what_is_thrown_away_ends_with_it(mirrors, shop):
    with Mirror(mirrors, shop.url) as kept:
        kept.start_reading()
        assert not kept.path.exists()
    fetch(mirrors, shop)
    shop.commit({"a.py": "2"})
    with Mirror(mirrors, shop.url) as kept:
        (kept.path / "HEAD").unlink()
        kept.start_reading()
        before = kept.reader
        kept.fetch(local(shop), ls_remote(local(shop)))
        assert files(kept.source(shop.tip))["a.py"] == b"2"
        assert kept.reader is not before


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


def test_a_commit_that_a_whole_history_does_not_hold_is_denied(mirrors, shop):
    first = shop.tip
    shop.commit({"a.py": "2"})
    fetch(mirrors, shop, ancestor=first)
    with Mirror(mirrors, shop.url) as kept:
        assert kept.descends(shop.tip, "0" * 40) is False


def test_a_commit_that_the_branch_has_left_behind_is_still_fetched(mirrors, served, remote):
    """From a server: the objects of a local repository could be borrowed."""
    builder = RepositoryBuilder(served / "shop.git")
    builder.commit({"a.py": "1"})
    tip = ls_remote(remote())
    builder.commit({"a.py": "moved on"})
    with Mirror(mirrors, "k") as kept:
        kept.fetch(remote(), tip)
        assert files(kept.source(tip.commit)) == {"a.py": b"1"}


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


def test_a_pack_that_unpacks_to_more_than_there_is_time_for_is_not_called_slow_alone(mirrors, server, remote, served):
    """A gigabyte in four megabytes: the server has sent it long before it is unpacked."""
    builder = RepositoryBuilder(served / "shop.git")
    builder.files["big.bin"] = ("100644", zeros(builder, 1024 * MIB))
    builder.commit({"a.py": "1"})
    tip = ls_remote(remote())
    with Mirror(mirrors, "k") as kept:
        with pytest.raises(GitError) as caught:
            kept.fetch(remote(), tip, timeout=1)
        assert (caught.value.kind, "once unpacked" in caught.value.message) == ("timed_out", True)
        assert not kept.path.exists()


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
        for mode, kind, seconds in (("404", "not_found", 60), ("html", None, 60), ("silent", "timed_out", 2)):
            server.mode = mode
            with pytest.raises(GitError) as caught:
                kept.fetch(remote(), tip, timeout=seconds)
            assert kind is None or caught.value.kind == kind
        server.mode = "ok"
        kept.fetch(remote(), tip)
        assert kept.has(tip.commit)
        assert first
