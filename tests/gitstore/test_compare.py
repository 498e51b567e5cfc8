"""What differs between two commits: paths, renames, changed lines; and nothing where git does not tell."""

import json

import pytest

from audits.gitstore import Mirror, compare, ls_remote
from audits.lifecycle import Difference, Hunk
from tests.gitbuild import SYMLINK, RepositoryBuilder
from tests.gitstore.fetching import local

TEXT = "".join(f"line {number}\n" for number in range(1, 31))


@pytest.fixture
def kept(mirrors, shop):
    """`kept(old)` compares the mirror's commit `old` with the shop's tip."""

    def run(*wanted: str):
        old = shop.tip
        with Mirror(mirrors, shop.url) as mirror:
            mirror.fetch(local(shop), ls_remote(local(shop)))
        yield
        with Mirror(mirrors, shop.url) as mirror:
            mirror.fetch(local(shop), ls_remote(local(shop)))
            yield compare(mirror, old, shop.tip, wanted)

    return run


def between(kept, shop: RepositoryBuilder, change, *wanted: str, **more):
    steps = kept(*wanted)
    next(steps)
    shop.commit(change, **more)
    return next(steps)


def test_changed_lines_are_told_without_context(kept, shop):
    shop.commit({"a.py": TEXT})
    changed = TEXT.replace("line 3\n", "").replace("line 9\n", "line 9\nnew\nnew\n").replace("line 20\n", "other\n")
    found = between(kept, shop, {"a.py": changed}, "a.py")
    assert found.changed == {"a.py"}
    assert found.hunks == {"a.py": ((3, 1, 2, 0), (9, 0, 9, 2), (20, 1, 21, 1))}


def test_lines_that_look_like_a_patch_are_counted_off(kept, shop):
    shop.commit({"a.py": TEXT})
    hostile = TEXT.replace("line 3\n", "@@ -1 +1 @@\ndiff --git a/x b/x\nBinary files a and b differ\n")
    found = between(kept, shop, {"a.py": hostile.replace("line 30\n", "thirty")}, "a.py")
    assert found.hunks == {"a.py": ((3, 1, 3, 3), (30, 1, 32, 1))}


def test_a_renamed_and_edited_file_is_followed(kept, shop):
    shop.commit({"old.py": TEXT})
    found = between(kept, shop, {"old.py": None, "new.py": "first\n" + TEXT}, "old.py")
    assert found.renames == {"old.py": "new.py"}
    assert found.hunks == {"old.py": ((0, 0, 1, 1),)}
    assert found.changed == {"old.py", "new.py"}


def test_a_deleted_an_added_and_a_binary_file_have_no_lines(kept, shop):
    shop.commit({"gone.py": TEXT, "b.bin": b"\0\1" * 50, "c.py": TEXT})
    change = {"gone.py": None, "new.py": "x\n", "b.bin": b"\0\2" * 60, "c.py": TEXT + "end\n"}
    found = between(kept, shop, change, "gone.py", "b.bin", "c.py")
    assert found.changed == {"gone.py", "new.py", "b.bin", "c.py"}
    assert found.hunks == {"c.py": ((30, 0, 31, 1),)}


def test_only_white_space_is_no_change_of_a_line(kept, shop):
    shop.commit({"a.py": TEXT})
    found = between(kept, shop, {"a.py": TEXT.replace("\n", "\r\n")}, "a.py")
    assert (found.changed, found.hunks.get("a.py", ())) == ({"a.py"}, ())


def test_odd_names_are_paths_and_no_patterns(kept, shop):
    shop.commit({"*.py": TEXT, "--output=x": TEXT, "plain.py": TEXT, "new\nline": TEXT, "b\udcff.py": TEXT})
    changed = TEXT + "end\n"
    names = ["*.py", "--output=x", "new\nline", '"b\\377.py"']
    found = between(kept, shop, dict.fromkeys(["*.py", "--output=x", "new\nline", "b\udcff.py"], changed), *names)
    assert found.changed == set(names)
    assert set(found.hunks) == set(names)


def test_a_file_that_becomes_a_link_does_not_shift_the_others(kept, shop):
    shop.commit({"a.py": TEXT, "b.py": TEXT})
    change = {"a.py": "b.py", "b.py": TEXT + "end\n"}
    found = between(kept, shop, change, "a.py", "b.py", modes={"a.py": SYMLINK})
    assert found.hunks == {"b.py": ((30, 0, 31, 1),)}


def test_without_the_old_commit_there_is_no_comparison(mirrors, shop):
    with Mirror(mirrors, shop.url) as mirror:
        mirror.fetch(local(shop), ls_remote(local(shop)))
        assert compare(mirror, "0" * 40, shop.tip, []) is None


def test_a_missing_file_costs_only_the_renames_that_its_content_would_tell(shop):
    """A mirror of which a blob is gone: equal content needs none to be read."""
    shop.commit({"old.py": TEXT, "was.py": TEXT + "end\n"})
    before = shop.tip
    shop.commit({"old.py": None, "new.py": TEXT, "was.py": None, "is.py": TEXT + "other end\n"})
    oid = shop.files["is.py"][1]
    (shop.git_dir / "objects" / oid[:2] / oid[2:]).unlink()
    with Mirror(shop.path.parent, "unused") as mirror:
        mirror.path = shop.git_dir
        found = compare(mirror, before, shop.tip, ["old.py"])
    assert found.renames == {"old.py": "new.py"}
    assert found.changed == {"old.py", "new.py", "was.py", "is.py"}


def test_the_lines_of_a_notebooks_cells_are_told_on_both_sides(kept, shop):
    def notebook(*cells):
        return json.dumps({"cells": [{"cell_type": "code", "source": [f"{text}\n", "x"]} for text in cells]}, indent=1)

    shop.commit({"n.ipynb": notebook("a", "b"), "other.ipynb": notebook("a")})
    found = between(kept, shop, {"n.ipynb": notebook("new", "a", "b"), "other.ipynb": notebook("b")}, "n.ipynb")
    assert set(found.cells) == {"n.ipynb"}
    before, now = found.cells["n.ipynb"]
    difference = Difference(
        "c", found.changed, found.renames, {"n.ipynb": tuple(Hunk(*h) for h in found.hunks["n.ipynb"])}, found.cells
    )
    assert before.keys() == {(cell, line) for cell in (0, 1) for line in (1, 2)}
    assert sorted(now.values()) == [(cell, line) for cell in (0, 1, 2) for line in (1, 2)]
    assert [difference.place("n.ipynb", cell, 1) for cell in (0, 1)] == [(1, 1), (2, 1)]
