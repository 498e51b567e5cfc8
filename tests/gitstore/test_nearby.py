"""What is told without another git is what git tells; the rest is left to it."""

import random
import subprocess
from itertools import pairwise

import pytest

from audits.gitstore import Mirror, compare, ls_remote, nearby, open_local
from tests.gitbuild import EXECUTABLE, SUBMODULE, SYMLINK, RepositoryBuilder
from tests.gitstore.fetching import local


@pytest.fixture
def builder(tmp_path):
    return RepositoryBuilder(tmp_path / "r.git")


def told(builder, old, new):
    with open_local(builder.path) as source:
        return nearby.between(source._reader, old, new)


def raw(builder, old, new):
    """Status and path as git tells them, changes of permissions left out."""
    command = ["git", "-C", builder.path, "diff-tree", "-r", "-z", "--no-renames", "--ignore-submodules=all", old, new]
    words = subprocess.run(command, capture_output=True, check=True).stdout.split(b"\0")
    rows = [(*head.split(b" "), path) for head, path in zip(words[::2], words[1::2], strict=False)]
    return {(status, path) for _, _, left, right, status, path in rows if left != right}


def test_random_commits_differ_as_git_says(builder):
    chance = random.Random(7)
    names = [f"{a}/{b}/f{c}.py" for a in "xyz" for b in "uv" for c in range(3)] + [
        "top.py",
        "ü/né w.py",
        "odd\nname.py",
    ]
    commits = [builder.commit(dict.fromkeys(names[::2], "0"))]
    for number in range(40):
        chosen = chance.sample(names, 3)
        gone = chance.random() < 0.3
        files = {name: None if gone and name in builder.files else f"{number}" for name in chosen}
        commits.append(builder.commit({name: text for name, text in files.items() if text or name in builder.files}))
    answered = 0
    for old, new in pairwise(commits):
        found, expected = told(builder, old, new), raw(builder, old, new)
        statuses = {status for status, _ in expected}
        if found is None:
            assert {b"A", b"D"} <= statuses
            continue
        answered += 1
        shown = [(b"M", path) for path, _ in found.changed] + [(b"A", path) for path in found.came]
        assert {*shown, *((b"D", path) for path, _ in found.went)} == expected
        for path, oid in (*found.changed, *found.went):
            name = subprocess.run(
                ["git", "-C", builder.path, "rev-parse", b"%s:%s" % (old.encode(), path)], capture_output=True
            )
            assert name.stdout.decode().strip() == oid
    assert answered > 20


def test_what_may_be_renamed_or_became_another_thing_is_for_git(builder):
    first = builder.commit({"a.py": "1", "link": "a.py", "m": "1" * 40}, modes={"link": SYMLINK, "m": SUBMODULE})
    moved = builder.move("a.py", "b.py")
    assert told(builder, first, moved) is None
    other = builder.commit({"link": "text"})
    assert told(builder, moved, other) is None
    permitted = builder.commit({"b.py": "1", "m": "2" * 40}, modes={"b.py": EXECUTABLE, "m": SUBMODULE})
    assert told(builder, other, permitted) == ((), (), ())
    assert told(builder, other, "3" * 40) is None
    assert told(builder, builder.blob("no commit"), other) is None


def test_many_folders_are_for_git(builder, monkeypatch):
    first = builder.commit({f"d{number}/e/f.py": "1" for number in range(5)})
    second = builder.commit({f"d{number}/e/f.py": "2" for number in range(5)})
    assert len(told(builder, first, second).changed) == 5
    monkeypatch.setattr(nearby, "FOLDERS", 5)
    assert told(builder, first, second) is None


def test_close_ancestors_are_found_in_the_objects(builder, monkeypatch):
    commits = [builder.commit({"a.py": str(number)}) for number in range(30)]
    builder.branch("side", commits[3])
    side = builder.commit({"b.py": "1"})
    builder.switch("main")
    merge = builder.commit({"c.py": "1"}, parents=[commits[-1], side])
    with open_local(builder.path) as source:
        assert all(nearby.leads_to(source._reader, merge, commit) for commit in (*commits, side))
        assert not nearby.leads_to(source._reader, commits[5], side)
        assert not nearby.leads_to(source._reader, commits[5], commits[6])
        monkeypatch.setattr(nearby, "COMMITS", 10)
        assert not nearby.leads_to(source._reader, commits[-1], commits[0])


def test_a_comparison_is_the_same_with_and_without_it(builder, tmp_path, monkeypatch):
    first = builder.commit({"a.py": "1\n2\n3\n", "d/b.py": "x\n", "d/c.py": "y\n"})
    second = builder.commit({"a.py": "1\nnew\n2\n3\n", "d/b.py": None})
    with Mirror(tmp_path / "mirrors", builder.url) as mirror:
        mirror.fetch(local(builder), ls_remote(local(builder)), ancestor=first)
        mirror.fetch(local(builder), ls_remote(local(builder)))
        one = compare(mirror, first, second, ["a.py", "d/b.py"])
        monkeypatch.setattr(mirror, "between", lambda old, new: None)
        assert one == compare(mirror, first, second, ["a.py", "d/b.py"])
        assert one.hunks
