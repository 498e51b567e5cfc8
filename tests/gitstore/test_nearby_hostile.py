"""What would fill a worker's memory is not read here but left to a git that has limits; the answers stay right."""

import subprocess

import pytest

from audits.gitstore import Mirror, compare, ls_remote, nearby, open_local
from tests.gitbuild import RepositoryBuilder
from tests.gitstore.fetching import local

NAMES = 30_000


@pytest.fixture
def builder(tmp_path):
    return RepositoryBuilder(tmp_path / "r.git")


def git(builder, *arguments, text):
    done = subprocess.run(["git", "-C", builder.path, *arguments], input=text, capture_output=True, check=True)
    return done.stdout.decode().strip()


def tree(builder, rows):
    return git(builder, "mktree", text="".join(f"{row}\n" for row in rows).encode())


def committed(builder, root, parents, message="m"):
    head = "".join(f"parent {parent}\n" for parent in parents)
    text = f"tree {root}\n{head}author A <a@b> 1700000000 +0000\ncommitter A <a@b> 1700000000 +0000\n\n{message}\n"
    return git(builder, "hash-object", "-t", "commit", "-w", "--stdin", text=text.encode())


def wide(builder, blob, letter):
    return tree(builder, (f"100644 blob {blob}\t{letter}{number:05}" for number in range(NAMES)))


def told(builder, ask, old, new, monkeypatch):
    """The answer, and how many bytes of objects were read for it."""
    with open_local(builder.path) as source:
        read, contents = [], source._reader.contents

        def counted(oids):
            bodies = contents(oids)
            read.extend(len(body or b"") for body in bodies)
            return bodies

        monkeypatch.setattr(source._reader, "contents", counted)
        return ask(source._reader, old, new), sum(read)


def test_lists_that_are_too_much_together_are_not_read(builder, monkeypatch):
    first, blob = builder.commit({"a.py": "1"}), builder.blob("x")
    folders = [f"040000 tree {wide(builder, blob, letter)}\t{letter}" for letter in "bcdefg"]
    second = committed(builder, tree(builder, [f"100644 blob {blob}\ta.py", *folders]), [first])
    answer, read = told(builder, nearby.between, first, second, monkeypatch)
    assert answer is None
    assert read < 2_000


def test_one_list_in_many_folders_makes_few_rows(builder, monkeypatch, tmp_path):
    first, blob = builder.commit({"a.py": "1"}), builder.blob("x")
    one = wide(builder, blob, "n")
    folders = [f"040000 tree {one}\td{number}" for number in range(3)]
    second = committed(builder, tree(builder, [f"100644 blob {blob}\ta.py", *folders]), [first])
    answer, read = told(builder, nearby.between, first, second, monkeypatch)
    assert answer is None
    assert read < 1_200_000
    git(builder, "update-ref", "refs/heads/main", second, text=b"")
    with Mirror(tmp_path / "mirrors", builder.url) as mirror:
        mirror.fetch(local(builder), ls_remote(local(builder)), ancestor=first)
        assert len(compare(mirror, first, second, ["a.py"]).changed) == 3 * NAMES + 1
        assert mirror.former(first, second) == {}


def test_long_names_of_folders_are_for_git(builder, monkeypatch):
    first, blob = builder.commit({"a.py": "1"}), builder.blob("x")
    inner = tree(builder, (f"100644 blob {blob}\t{number}" for number in range(100)))
    second = committed(builder, tree(builder, [f"040000 tree {inner}\t{'n' * 5_000}"]), [first])
    assert told(builder, nearby.between, first, second, monkeypatch)[0] is None


def test_long_messages_are_not_read_and_the_ancestor_is_found(builder, monkeypatch, tmp_path):
    first = builder.commit({"a.py": "1"})
    root = git(builder, "rev-parse", f"{first}^{{tree}}", text=b"")
    long = [committed(builder, root, [first], f"{number}" + "m" * 2_000_000) for number in range(4)]
    tip = committed(builder, root, long)
    answer, read = told(builder, nearby.leads_to, tip, first, monkeypatch)
    assert (answer, read < 1_000) == (False, True)
    assert told(builder, nearby.between, first, long[0], monkeypatch) == (None, 0)
    git(builder, "update-ref", "refs/heads/main", tip, text=b"")
    with Mirror(tmp_path / "mirrors", builder.url) as mirror:
        mirror.fetch(local(builder), ls_remote(local(builder)), ancestor=first)
        assert mirror.descends(tip, first) is True
        assert mirror.descends(first, tip) is False


def test_a_commit_that_is_one_line_is_not_told(builder, monkeypatch):
    assert nearby._tree(b"tree " + b"1" * 40) == ""
    assert nearby._tree(b"") == nearby._tree(None) == nearby._tree(b"parent 1\n") == ""
