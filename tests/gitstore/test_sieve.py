"""A search by git itself: what it may say of files, and what it must leave to a reading."""

import subprocess

import pytest

from audits.gitstore import open_local
from tests.gitbuild import RepositoryBuilder

FILES = {
    "a.py": "import cohere\n",
    "b/c.py": "x = 1\n",
    "b/ü.md": "Cohere\n",
    "data.json": b'{"a": "\0cohere"}',
    "wide.py": "import cohere".encode("utf-16"),
    'odd".py': "cohere\n",
    "new\nline.py": "cohere\n",
    "Makefile": "run:\n\tcohere\n",
    "note.txt": "cohere\n",
}


@pytest.fixture
def builder(tmp_path):
    return RepositoryBuilder(tmp_path / "repo.git")


def packed(builder):
    """The same with all objects in one pack, as a fetch leaves them."""
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)
    subprocess.run(["git", "-C", builder.path, "prune-packed"], check=True, capture_output=True)
    return builder


def sift(builder, patterns=(r"(?i)cohere", r"\xff\xfe"), wanted=lambda path: not path.endswith(".txt")):
    with open_local(builder.path) as source:
        return source.sift([entry for entry in source.entries() if wanted(entry.path)], patterns)


def test_it_names_the_files_that_hold_a_match_whatever_they_are(builder):
    builder.commit({**FILES, ".gitattributes": "*.md diff=evil\n*.py -text -diff\n*.json binary\n"})
    found = sift(packed(builder))
    assert found == {"a.py", "b/ü.md", "data.json", "wide.py", 'odd".py', "Makefile", *odd(builder)}


def odd(builder):
    with open_local(builder.path) as source:
        return {entry.path for entry in source.entries() if "new" in entry.path}


@pytest.mark.hostile
def test_a_program_that_attributes_name_is_not_run(builder, tmp_path):
    builder.commit({"a.py": "x\n", ".gitattributes": "*.py diff=evil filter=evil\n"})
    mark = tmp_path / "PWNED"
    for name in ("diff.evil.textconv", "diff.evil.command", "filter.evil.smudge"):
        subprocess.run(["git", "-C", builder.path, "config", name, f"touch {mark}"], check=True)
    assert sift(packed(builder)) == frozenset()
    assert not mark.exists()


def test_loose_objects_are_left_to_a_reading(builder):
    builder.commit(FILES)
    assert sift(builder) is None


def test_objects_of_another_store_are_left_to_a_reading(builder, tmp_path):
    builder.commit(FILES)
    packed(builder)
    (builder.path / "objects" / "info" / "alternates").write_text(f"{tmp_path}\n")
    assert sift(builder) is None


@pytest.mark.hostile
def test_a_file_that_git_cannot_read_is_not_said_to_hold_nothing(builder):
    names = [f"f{number}.py" for number in range(5)]
    builder.commit({name: name for name in names})
    builder.lose(builder.oid("f3.py"))
    listed = "".join(f"{builder.oid(name)}\n" for name in names if name != "f3.py")
    tree = subprocess.run(["git", "-C", builder.path, "rev-parse", "HEAD^{tree}"], capture_output=True, text=True)
    subprocess.run(
        ["git", "-C", builder.path, "pack-objects", "-q", str(builder.path / "objects/pack/pack")],
        input=f"{listed}{builder.tip}\n{tree.stdout}",
        text=True,
        check=True,
        capture_output=True,
    )
    subprocess.run(["git", "-C", builder.path, "prune-packed"], check=True, capture_output=True)
    assert sift(builder) == {"f3.py"}


def test_an_expression_that_git_does_not_take_leaves_all_to_a_reading(builder):
    builder.commit(FILES)
    assert sift(packed(builder), patterns=["cohere", "("]) is None


def test_a_folder_on_disk_is_read(tmp_path):
    (tmp_path / "a.py").write_text("cohere")
    with open_local(tmp_path) as source:
        assert source.sift(source.entries(), ["cohere"]) is None


@pytest.mark.hostile
@pytest.mark.parametrize("pattern", ["x" * 140_000, "a\0b"])
def test_a_pattern_that_no_program_takes_is_left_to_a_reading(builder, pattern):
    builder.commit(FILES)
    assert sift(packed(builder), [pattern]) is None
