"""Walking hostile trees within budgets, and reading blobs that may be missing, corrupt or huge."""

import tracemalloc

import pytest

from audits.gitstore import BLOB_LIMIT, GitError, display_path, local, open_local, raw_path, tree
from audits.gitstore.batch import ObjectReader
from audits.gitstore.environment import environment
from audits.gitstore.listing import Budget, listed
from audits.gitstore.tree import TreeSource
from tests.gitbuild import GROUP_WRITABLE, SUBMODULE, SYMLINK, TREE, RepositoryBuilder
from tests.gitstore.large import million_in_a_thousand_folders, million_in_one_folder

BUDGET = Budget(tree.PATHS_LIMIT, tree.TREES_LIMIT, tree.DEPTH_LIMIT, tree.PATH_BYTES_LIMIT, tree.TREE_BYTES_LIMIT)


@pytest.fixture
def builder(tmp_path):
    return RepositoryBuilder(tmp_path / "r.git")


def entries(builder):
    with open_local(builder.path) as source:
        return source.entries()


def files(builder):
    with open_local(builder.path) as source:
        return {entry.path: data for entry, data in source.read(source.entries())}


def refusal(builder):
    with pytest.raises(GitError) as caught:
        entries(builder)
    assert caught.value.message.endswith(".")
    return caught.value


def test_all_regular_files_are_listed_in_order(builder):
    builder.commit(
        {
            "b.py": "1",
            "a/c.py": "2",
            "a.py": "3",
            "a/b/d.py": "4",
            "old.py": "5",
            "odd.py": "6",
            "link.py": "b.py",
            "module": "1" * 40,
        },
        modes={"old.py": GROUP_WRITABLE, "odd.py": "100640", "link.py": SYMLINK, "module": SUBMODULE},
    )
    assert [entry.path for entry in entries(builder)] == ["a.py", "a/b/d.py", "a/c.py", "b.py", "odd.py", "old.py"]


def test_blobs_are_streamed_with_their_sizes(builder):
    builder.commit({f"f{number}.py": "x" * number for number in range(200)})
    with open_local(builder.path) as source:
        found = list(source.read(source.entries()))
    assert len(found) == 200
    assert all(entry.size == len(data) for entry, data in found)


def test_sha256_trees_are_walked(tmp_path):
    builder = RepositoryBuilder(tmp_path / "r.git", object_format="sha256")
    builder.commit({"a/b.py": "1"})
    with open_local(builder.path) as source:
        assert (source.object_format, len(source.commit)) == ("sha256", 64)
        assert [(entry.path, data) for entry, data in source.read(source.entries())] == [("a/b.py", b"1")]


@pytest.mark.hostile
def test_a_bomb_of_ten_levels_ends_at_once(builder):
    oid, mode = builder.blob("boom"), "100644"
    for _ in range(11):
        oid, mode = builder.tree([(mode, f"d{number}", oid) for number in range(10)]), TREE
    builder.publish(oid)
    error = refusal(builder)
    assert error.kind == "too_large"
    assert "200000 paths" in error.message


@pytest.mark.hostile
def test_a_bomb_of_empty_folders_ends_too(builder):
    oid = builder.tree([])
    for _ in range(11):
        oid = builder.tree([(TREE, f"d{number}", oid) for number in range(10)])
    builder.publish(oid)
    assert refusal(builder).kind == "too_large"


@pytest.mark.hostile
def test_a_deep_tree_is_refused_with_its_depth(builder):
    oid = builder.tree([("100644", "a.py", builder.blob("x"))])
    for _ in range(2000):
        oid = builder.tree([(TREE, "d", oid)])
    builder.publish(oid)
    assert "64 deep" in refusal(builder).message


@pytest.mark.hostile
def test_a_tree_that_holds_50000_files_is_walked(builder):
    oid = builder.blob("x = 1\n")
    builder.publish(builder.tree([("100644", f"f{number:06}.py", oid) for number in range(50_000)]))
    assert len(entries(builder)) == 50_000


@pytest.mark.hostile
@pytest.mark.parametrize("build", [million_in_one_folder, million_in_a_thousand_folders])
def test_a_tree_of_a_million_files_is_refused_in_little_memory(build, builder):
    build(builder)
    tracemalloc.start()
    try:
        error = refusal(builder)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert error.kind == "too_large"
    assert "200000 paths" in error.message
    # The list itself has 36 MB; of its rows no more are kept than may be walked.
    assert peak < 150 * 1024**2


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("limit", "value", "words"),
    [
        ("PATHS_LIMIT", 3, "3 paths"),
        ("TREES_LIMIT", 2, "different folders"),
        ("PATH_BYTES_LIMIT", 3, "3 bytes"),
        ("TREE_BYTES_LIMIT", 10, "a folder whose list"),
    ],
)
def test_each_budget_is_told_by_name(limit, value, words, builder, monkeypatch):
    builder.commit({"a/b.py": "", "c/d.py": "", "e/f.py": ""})
    monkeypatch.setattr(tree, limit, value)
    error = refusal(builder)
    assert error.kind == "too_large"
    assert words in error.message


@pytest.mark.hostile
@pytest.mark.parametrize("name", ["", ".", "..", ".git", ".GiT", "a/b.py", "/etc/x.py"])
def test_names_that_are_no_names_are_refused(name, builder):
    builder.publish(builder.tree([("100644", name, builder.blob("x"))]))
    assert refusal(builder).kind == "refused_objects"


@pytest.mark.hostile
def test_two_files_of_one_name_are_refused(builder):
    oid = builder.blob("x")
    builder.publish(builder.tree([("100644", "a.py", oid), ("100644", "a.py", oid)]))
    assert "two files named" in refusal(builder).message


@pytest.mark.hostile
@pytest.mark.parametrize(
    "body",
    [
        *(b"100644 a.py\0short", b"no tree at all", b"100644 a.py", b" \0" + b"x" * 20),
        *(mode + b" a.py\0" + b"x" * 20 for mode in (b"10x644", b"100649", b"0100644", b"-10064")),
    ],
)
def test_a_malformed_tree_is_refused(body, builder):
    builder.publish(builder.raw("tree", body))
    assert refusal(builder).kind == "refused_objects"


ODD = [
    *(
        b"new\nline.py",
        b"tab\t.py",
        b"\xff\xfe.py",
        b"rtl\xe2\x80\xae.py",
        b"esc\x1b[31m.py",
        b"<script>alert(1).py",
    ),
    *(
        b"=cmd|calc.py",
        b"-rf.py",
        b'"quoted".py',
        b"back\\slash.py",
        b" .py",
        b"caf\xc3\xa9.py",
        b"caf\xe9.py",
        b"A.py",
        b"a.py",
    ),
]


@pytest.mark.hostile
def test_odd_names_are_labels_that_differ_and_can_be_undone(builder):
    oid = builder.blob("x")
    builder.publish(builder.tree([("100644", name, oid) for name in ODD]))
    found = entries(builder)
    assert {entry.raw for entry in found} == set(ODD)
    assert len({entry.path for entry in found}) == len(ODD)
    for entry in found:
        entry.path.encode()
        assert raw_path(entry.path) == entry.raw
        assert entry.label.endswith(".py")


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"a/caf\xc3\xa9.py", "a/café.py"),
        (b"caf\xe9.py", '"caf\\351.py"'),
        (b'\xff"\\\n', '"\\377\\"\\\\\\n"'),
        (b'"a"', '"\\"a\\""'),
    ],
)
def test_bytes_that_are_no_text_are_quoted_as_git_does(raw, text):
    assert display_path(raw) == text
    assert raw_path(text) == raw


@pytest.mark.hostile
def test_missing_and_corrupt_blobs_cost_only_themselves(builder):
    names = [f"f{number}.py" for number in range(150)]
    builder.commit({name: name for name in names})
    for name in names[10:14]:
        builder.lose(builder.oid(name))
    for name in (names[50], names[51], names[149]):
        builder.corrupt(builder.oid(name))
    liar = builder.object_path(builder.oid(names[70]))
    liar.write_bytes(builder.object_path(builder.oid(names[71])).read_bytes())
    found = files(builder)
    gone = {names[number] for number in (10, 11, 12, 13, 50, 51, 70, 149)}
    assert {name for name, data in found.items() if data is None} == gone
    assert all(data == name.encode() for name, data in found.items() if name not in gone)


@pytest.mark.hostile
def test_an_object_of_another_type_is_no_file(builder):
    commit = builder.commit({"a.py": "1"})
    builder.publish(builder.tree([("100644", "a.py", commit), ("100644", "b.py", builder.blob("2"))]))
    assert files(builder) == {"a.py": None, "b.py": b"2"}


@pytest.mark.hostile
def test_a_missing_tree_is_told_and_not_taken_for_empty(builder):
    builder.commit({"a/b.py": "1"})
    builder.lose(builder.tree([("100644", "b.py", builder.oid("a/b.py"))]))
    assert refusal(builder).kind == "missing_objects"


@pytest.mark.hostile
@pytest.mark.parametrize("body", ["tree ", "tree \n", "tree nothing", "tree " + "a" * 39, "tree " + "x" * 100_000])
def test_a_commit_that_is_cut_off_is_told(body, builder):
    with raw_source(builder, body) as source, pytest.raises(GitError) as caught:
        source.entries()
    assert caught.value.kind == "refused_objects"


@pytest.mark.hostile
def test_a_commit_that_ends_after_its_tree_is_read(builder):
    builder.commit({"a.py": "1"})
    tree = builder.tree([("100644", "a.py", builder.oid("a.py"))])
    with raw_source(builder, f"tree {tree}") as source:
        assert [entry.path for entry in source.entries()] == ["a.py"]


def raw_source(builder, body):
    """A commit of any content, as a mirror that git filled without looking would hand it out."""
    reader = ObjectReader(["--git-dir", str(builder.git_dir)], environment(), "sha1")
    return TreeSource("r", builder.raw("commit", body.encode()), reader)


@pytest.mark.hostile
def test_a_huge_blob_is_not_loaded_but_its_size_is_known(builder):
    builder.commit({"a.py": b"\0" * (BLOB_LIMIT + 1), "b.py": "2"})
    with open_local(builder.path) as source:
        found = {entry.path: (entry.size, data) for entry, data in source.read(source.entries())}
    assert found == {"a.py": (BLOB_LIMIT + 1, None), "b.py": (1, b"2")}


@pytest.mark.hostile
def test_replaced_objects_are_read_as_they_were(builder):
    builder.commit({"a.py": "real"})
    builder.ref(f"refs/replace/{builder.oid('a.py')}", builder.blob("fake"))
    assert files(builder) == {"a.py": b"real"}


def test_closing_ends_git_and_nothing_was_written(builder, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "none"))
    builder.commit({"a.py": "1"})
    before = snapshot(builder.path, local._BLANK)
    with open_local(builder.path) as source:
        list(source.read(source.entries()))
        process = source._reader._process
    assert process.poll() is not None
    assert snapshot(builder.path, local._BLANK) == before


def snapshot(*folders):
    """Each file below, and when it was written."""
    return {path: path.stat().st_mtime_ns for folder in folders for path in folder.rglob("*")}


def test_a_tree_of_many_folders_is_listed_as_it_is_walked(builder):
    names = [f"d{number}/e{number % 7}/{name}" for number in range(70) for name in ("a.py", "ü b.txt")]
    builder.commit(
        {**{name: name for name in names}, "old.py": "5", "link.py": "old.py", "module": "1" * 40},
        modes={"old.py": GROUP_WRITABLE, "link.py": SYMLINK, "module": SUBMODULE},
    )
    with open_local(builder.path) as source:
        walked = list(tree.Walk(source._reader, source._root(source.commit)).files())
        listing = listed(source._reader, source.commit, BUDGET)
        assert [(entry.path, entry.oid) for entry in listing] == [(entry.path, entry.oid) for entry in walked]
        assert source.entries() == listing


@pytest.mark.hostile
@pytest.mark.parametrize(
    "rows",
    [
        *([("100644", name, "blob")] for name in (b"", b".", b"..", b".GiT", b"a/b.py", b"\xff.py", b'"q".py')),
        [("100644", b"a.py", "blob"), ("100644", b"a.py", "blob")],
        [("100649", b"a.py", "blob")],
        [("100644", b"a/b.py", "blob"), (TREE, b"a", "tree")],
        [(TREE, b"gone", "missing")],
        [],
    ],
)
def test_what_a_listing_may_not_decide_is_left_to_the_walk(rows, builder):
    lost = builder.tree([("100644", "x.py", builder.blob("lost"))])
    oids = {"blob": builder.blob("x"), "tree": builder.tree([("100644", "b.py", builder.blob("x"))]), "missing": lost}
    builder.publish(builder.tree([(mode, name, oids[what]) for mode, name, what in rows]))
    builder.lose(lost)
    with open_local(builder.path) as source:
        assert listed(source._reader, source.commit, BUDGET) is None


@pytest.mark.hostile
def test_a_bomb_of_many_different_folders_ends_at_once(builder):
    folders = [builder.tree([("100644", f"{number}.py", builder.blob(str(number)))]) for number in range(100)]
    oid = builder.tree([(TREE, f"d{number}", folder) for number, folder in enumerate(folders)])
    for _ in range(8):
        oid = builder.tree([(TREE, f"d{number}", oid) for number in range(10)])
    builder.publish(oid)
    assert "200000 paths" in refusal(builder).message
