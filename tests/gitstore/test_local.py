"""Repositories and folders read in place: bare, work tree, plain, and what must not be opened in them."""

import os
import shutil
import subprocess

import pytest

from audits.gitstore import GitError, open_local
from tests.gitbuild import SUBMODULE, SYMLINK, RepositoryBuilder


def files(path, ref=""):
    with open_local(path, ref) as source:
        return {entry.path: data for entry, data in source.read(source.entries())}


def refusal(path, ref=""):
    with pytest.raises(GitError) as caught:
        files(path, ref)
    assert caught.value.message.endswith(".")
    return caught.value


@pytest.fixture
def bare(tmp_path):
    builder = RepositoryBuilder(tmp_path / "bare.git")
    builder.commit({"a.py": "main"})
    return builder


@pytest.fixture
def tree(tmp_path):
    builder = RepositoryBuilder(tmp_path / "tree", bare=False)
    builder.commit({"a.py": "committed", "sub/b.py": "b", ".gitignore": "ignored/\n*.log.py\n"})
    return builder


def test_a_bare_repository_is_read_at_head(bare):
    with open_local(bare.path) as source:
        assert (source.commit, source.name) == (bare.tip, str(bare.path))
    assert files(bare.path) == {"a.py": b"main"}


def test_a_ref_is_a_branch_a_tag_or_a_commit(bare):
    first = bare.tip
    bare.tag("v1", annotated=True)
    bare.branch("feature/x")
    bare.commit({"a.py": "feature"})
    assert files(bare.path, "feature/x") == {"a.py": b"feature"}
    assert files(bare.path, "v1") == files(bare.path, first) == files(bare.path, first[:10]) == {"a.py": b"main"}


@pytest.mark.parametrize(
    "ref", ["nope", "-x", "--output=x", "HEAD~1", "a..b", "main:a.py", "@{-1}", "\x1b[31m", "0" * 40]
)
def test_a_ref_that_does_not_exist_is_answered_with_the_branches(ref, bare):
    error = refusal(bare.path, ref)
    assert error.kind == "branch_not_found"
    assert "main" in error.message
    assert error.message.isprintable()


def test_packed_refs_and_objects_are_read(bare):
    subprocess.run(["git", "--git-dir", bare.path, "gc", "-q"], check=True, capture_output=True)
    assert files(bare.path) == {"a.py": b"main"}


def test_an_empty_repository_has_no_files(tmp_path):
    builder = RepositoryBuilder(tmp_path / "empty.git")
    with open_local(builder.path) as source:
        assert source.commit is None
        assert source.entries() == ()


def test_an_unborn_head_beside_branches_names_them(bare):
    bare.branch("trunk")
    bare.head("ref: refs/heads/none")
    error = refusal(bare.path)
    assert error.kind == "no_commits"
    assert "main" in error.message
    assert "trunk" in error.message
    assert files(bare.path, "trunk") == {"a.py": b"main"}


def test_a_head_whose_commit_is_gone_is_told(bare):
    bare.lose(bare.tip)
    assert refusal(bare.path).kind == "missing_objects"


def test_a_work_tree_is_read_as_it_lies_there(tree):
    (tree.path / "a.py").write_text("changed")
    (tree.path / "new.py").write_text("new")
    (tree.path / "sub/b.py").unlink()
    for ignored in ("ignored/x.py", "y.log.py"):
        (tree.path / ignored).parent.mkdir(exist_ok=True)
        (tree.path / ignored).write_text("ignored")
    found = files(tree.path)
    assert found == {"a.py": b"changed", "new.py": b"new", ".gitignore": b"ignored/\n*.log.py\n"}
    with open_local(tree.path) as source:
        assert source.commit == tree.tip
        assert all(entry.oid == "" and entry.size is not None for entry in source.entries())


def test_a_ref_of_a_work_tree_is_read_from_its_objects(tree):
    (tree.path / "a.py").write_text("changed")
    assert files(tree.path, "main")["a.py"] == b"committed"


def test_a_work_tree_without_a_commit_is_read(tmp_path):
    builder = RepositoryBuilder(tmp_path / "young", bare=False)
    (builder.path / "a.py").write_text("x")
    assert files(builder.path) == {"a.py": b"x"}


def test_a_linked_work_tree_is_read(tree, tmp_path):
    linked = tmp_path / "linked"
    command = ["git", "-C", tree.path, "worktree", "add", "-q", "--detach", linked]
    subprocess.run(command, check=True, capture_output=True)
    assert files(linked)["sub/b.py"] == b"b"
    assert files(linked, "main")["a.py"] == b"committed"


@pytest.mark.hostile
@pytest.mark.parametrize("kind", ["work tree", "plain"])
def test_links_pipes_and_devices_are_never_opened(kind, tmp_path, tree):
    path = tree.path
    if kind == "plain":
        shutil.rmtree(path / ".git")
    secret = tmp_path / "secret.py"
    secret.write_text("key")
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets/b.py").write_text("key")
    (path / "link.py").symlink_to(secret)
    (path / "folder").symlink_to(tmp_path / "secrets")
    os.mkfifo(path / "pipe.py")
    (path / "loop").symlink_to(".")
    shutil.rmtree(path / "sub")
    (path / "sub").symlink_to(tmp_path / "secrets")
    assert b"key" not in files(path).values()
    assert set(files(path)) == {"a.py", ".gitignore"}


@pytest.mark.hostile
def test_a_file_that_turns_into_a_link_or_a_pipe_is_not_followed(tree, tmp_path):
    with open_local(tree.path) as source:
        entries = {entry.path: entry for entry in source.entries()}
        (tree.path / "a.py").unlink()
        (tree.path / "a.py").symlink_to("/etc/passwd")
        (tree.path / "sub/b.py").unlink()
        os.mkfifo(tree.path / "sub/b.py")
        assert [data for _, data in source.read([entries["a.py"], entries["sub/b.py"]])] == [None, None]


@pytest.mark.hostile
def test_a_hostile_configuration_runs_nothing(tree, tmp_path):
    marker = tmp_path / "PWNED"
    program = tmp_path / "evil.sh"
    program.write_text(f"#!/bin/sh\ntouch {marker}\n")
    program.chmod(0o755)
    with (tree.git_dir / "config").open("a") as config:
        config.write(f"\tfsmonitor = {program}\n\thooksPath = {tmp_path}\n\tpager = {program}\n\tworktree = /etc\n")
        config.write(f'[filter "evil"]\n\tclean = {program}\n\tsmudge = {program}\n[diff]\n\texternal = {program}\n')
        config.write(f"[alias]\n\tls-files = !{program}\n[extensions]\n\tpartialClone = origin\n")
        config.write(
            f'[remote "origin"]\n\turl = ext::{program}\n\tpromisor = true\n[core]\n\tsshCommand = {program}\n'
        )
    (tree.path / ".gitattributes").write_text("* filter=evil\n")
    tree.lose(tree.oid("a.py"))
    assert set(files(tree.path)) == {"a.py", "sub/b.py", ".gitignore", ".gitattributes"}
    assert files(tree.path, "main")["a.py"] is None
    assert not marker.exists()


@pytest.mark.hostile
def test_a_partial_clone_is_read_without_fetching_the_rest(bare):
    bare.commit({"b.py": "b", "c.py": "c"})
    with (bare.path / "config").open("a") as config:
        config.write('\trepositoryformatversion = 1\n[extensions]\n\tpartialClone = origin\n[remote "origin"]\n')
        config.write("\turl = https://127.0.0.1:9/x\n\tpromisor = true\n\tpartialclonefilter = blob:none\n")
    bare.lose(bare.oid("b.py"))
    assert files(bare.path) == {"a.py": b"main", "b.py": None, "c.py": b"c"}


def test_submodules_and_links_of_a_work_tree_are_left_out(tmp_path):
    builder = RepositoryBuilder(tmp_path / "tree", bare=False)
    builder.commit({"a.py": "1", "l.py": "a.py", "module": "1" * 40}, modes={"l.py": SYMLINK, "module": SUBMODULE})
    (builder.path / "module").mkdir()
    assert set(files(builder.path)) == {"a.py"}


def test_a_plain_folder_is_read_whole(tmp_path):
    (tmp_path / "x/y").mkdir(parents=True)
    (tmp_path / "x/y/a.py").write_text("1")
    (tmp_path / "x/.gitignore").write_text("*.py")
    os.mkdir(os.fsencode(tmp_path) + b"/x/\xff")
    (tmp_path / "x" / os.fsdecode(b"\xff") / "b.py").write_text("2")
    assert files(tmp_path) == {"x/y/a.py": b"1", "x/.gitignore": b"*.py", '"x/\\377/b.py"': b"2"}


def test_a_git_folder_inside_a_plain_one_is_left_out(tmp_path):
    RepositoryBuilder(tmp_path / "inner", bare=False).commit({"a.py": "1"})
    assert files(tmp_path) == {"inner/a.py": b"1"}


def test_a_plain_folder_too_large_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr("audits.gitstore.folder.PATHS_LIMIT", 2)
    for number in range(3):
        (tmp_path / f"{number}.py").touch()
    assert refusal(tmp_path).kind == "too_large"


def test_what_is_no_folder_has_its_sentence(tmp_path, bare):
    (tmp_path / "file").touch()
    assert "does not exist" in refusal(tmp_path / "absent").message
    assert "is a file" in refusal(tmp_path / "file").message
    (tmp_path / "plain").mkdir()
    assert "no git repository" in refusal(tmp_path / "plain", "main").message


def test_a_repository_of_a_later_format_is_unreadable_not_empty(bare):
    (bare.path / "config").write_text("[core]\n\trepositoryformatversion = 9\n\tbare = true\n")
    assert refusal(bare.path).kind == "unreadable"


def test_without_git_the_sentence_says_so(bare, monkeypatch):
    monkeypatch.setattr("audits.gitstore.environment._TOOLS_PATH", str(bare.path))
    monkeypatch.setenv("PATH", str(bare.path))
    assert refusal(bare.path).kind == "git_missing"


@pytest.mark.hostile
@pytest.mark.parametrize("content", ["rubbish", "", "0" * 40])
def test_a_repository_whose_only_branch_is_broken_is_not_taken_for_empty(content, bare):
    (bare.path / "refs/heads/main").write_text(content)
    assert refusal(bare.path).kind in ("no_commits", "missing_objects", "unreadable")
