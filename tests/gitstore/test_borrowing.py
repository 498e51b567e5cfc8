"""Repositories on this disk that git will not serve, since objects are missing, are read where they lie."""

import shutil
import subprocess
from datetime import UTC, datetime

import pytest

from audits.gitstore import GitError, Mirror, ls_remote
from tests.gitstore.fetching import fetch, local

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.mark.hostile
@pytest.mark.parametrize("damage", ["lose", "corrupt"])
def test_what_is_missing_is_no_file_and_the_rest_is_read(damage, mirrors, shop):
    getattr(shop, damage)(shop.oid("a.py"))
    assert fetch(mirrors, shop) == {"a.py": None, "sub/b.py": b"x = 1\n"}


def test_a_new_commit_is_seen_and_a_mended_repository_is_copied(mirrors, shop):
    blob = shop.path / "objects" / shop.oid("a.py")[:2] / shop.oid("a.py")[2:]
    kept_bytes = blob.read_bytes()
    shop.lose(shop.oid("a.py"))
    fetch(mirrors, shop)
    first = shop.tip
    shop.commit({"c.py": "y = 2\n"})
    assert fetch(mirrors, shop)["c.py"] == b"y = 2\n"
    with Mirror(mirrors, shop.url) as kept:
        assert kept.descends(shop.tip, first)
    blob.write_bytes(kept_bytes)
    shop.commit({"d.py": "z = 3\n"})
    assert fetch(mirrors, shop)["a.py"] == b"import cohere\n"
    with Mirror(mirrors, shop.url) as kept:
        assert not (kept.path / "objects/info/alternates").exists()


def test_its_past_is_read_as_far_as_it_goes(mirrors, shop):
    first = shop.tip
    cut = shop.commit({"n.py": "n = 1\n"})
    shop.commit({"n.py": "n = 2\n"})
    shop.lose(shop.oid("a.py"))
    shop.lose(first)
    (shop.path / "shallow").write_text(f"{cut}\n")
    tip = ls_remote(local(shop))
    with Mirror(mirrors, shop.url) as kept:
        kept.fetch(local(shop), tip)
        kept.deepen(local(shop), tip, LONG_AGO)
        line = kept.line(tip.commit)
    assert ([commit for commit, _ in line.rows], line.complete) == ([tip.commit, cut], False)


def test_without_its_commit_there_is_nothing_to_read(mirrors, shop):
    tip = ls_remote(local(shop))
    shop.lose(tip.commit)
    with Mirror(mirrors, shop.url) as kept, pytest.raises(GitError) as caught:
        kept.fetch(local(shop), tip)
    assert caught.value.kind in ("missing_objects", "not_found", "unreadable")
    assert not kept.path.exists()


@pytest.mark.hostile
def test_what_a_partial_clone_lacks_is_asked_of_nobody(mirrors, shop, tmp_path):
    """Of a repository that git may reach, too: the way to folders is open for as long as one of them is fetched."""
    full = tmp_path / "full.git"
    shutil.copytree(shop.path, full)
    with (full / "config").open("a") as config:
        config.write("[uploadpack]\n\tallowFilter = true\n\tallowAnySHA1InWant = true\n")
    with (shop.path / "config").open("a") as config:
        config.write('\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n')
        config.write(f"\turl = file://{full}\n\tpromisor = true\n\tpartialclonefilter = blob:none\n")
    missing = shop.oid("a.py")
    shop.lose(missing)
    before = sorted(path.name for path in (shop.path / "objects").rglob("*"))
    assert fetch(mirrors, shop) == {"a.py": None, "sub/b.py": b"x = 1\n"}
    assert sorted(path.name for path in (shop.path / "objects").rglob("*")) == before
    # As git itself would, were it to read the repository by its own configuration.
    plain = ["git", "--git-dir", str(shop.path), "cat-file", "blob", missing]
    assert subprocess.run(plain, capture_output=True, check=True).stdout == b"import cohere\n"
