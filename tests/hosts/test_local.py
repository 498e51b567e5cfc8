"""Paths on the server's own disk: only below the folders that were named, whatever links say."""

import os

import pytest

from audits.hosts import UrlRefused, parse_address
from tests.gitbuild import RepositoryBuilder


@pytest.fixture
def root(tmp_path):
    folder = tmp_path / "repositories"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(tmp_path):
    builder = RepositoryBuilder(tmp_path / "secret.git")
    builder.commit({"a.py": "key"})
    return builder


def parse(text, root):
    return parse_address(str(text), allowed_hosts=[], local_roots=[root], ssh=False)


def test_bare_repositories_and_work_trees_pass(root):
    bare = RepositoryBuilder(root / "shop.git")
    tree = RepositoryBuilder(root / "web", bare=False)
    tree.commit({"a.py": ""})
    address = parse(bare.path, root)
    assert (address.url, address.local, address.name) == (str(bare.path), True, "shop")
    assert parse(f"{tree.path}/", root).key == parse(tree.path / ".git", root).key == f"file://{tree.path}"


def test_a_folder_named_repo_is_called_by_its_parent(root):
    assert parse(RepositoryBuilder(root / "org+shop" / "repo").path, root).name == "org+shop"


def test_nothing_passes_without_roots(root):
    path = RepositoryBuilder(root / "shop.git").path
    with pytest.raises(UrlRefused, match="not enabled"):
        parse_address(str(path), allowed_hosts=[], local_roots=[], ssh=False)


def test_outside_the_roots_nothing_is_told_about_the_disk(root, secret, tmp_path):
    sentences = set()
    for path in (secret.path, tmp_path / "nothing-here", root / ".." / "secret.git"):
        with pytest.raises(UrlRefused, match="LOCAL_REPOSITORY_ROOTS") as refusal:
            parse(path, root)
        sentences.add(str(refusal.value))
    assert len(sentences) == 1


def test_a_link_out_of_the_root_is_refused(root, secret):
    (root / "link").symlink_to(secret.path)
    with pytest.raises(UrlRefused, match="LOCAL_REPOSITORY_ROOTS"):
        parse(root / "link", root)


def test_a_git_folder_that_lies_elsewhere_is_refused(root, secret):
    (root / "linked").mkdir()
    (root / "linked" / ".git").symlink_to(secret.path)
    (root / "pointing").mkdir()
    (root / "pointing" / ".git").write_text(f"gitdir: {secret.path}\n")
    (root / "pointing" / "HEAD").touch()
    for name in ("linked", "pointing"):
        with pytest.raises(UrlRefused):
            parse(root / name, root)


def test_a_repository_that_borrows_objects_from_outside_is_refused(root, secret):
    builder = RepositoryBuilder(root / "borrower.git")
    (builder.path / "objects/info/alternates").write_text(f"{secret.path}/objects\n")
    with pytest.raises(UrlRefused, match="reads from"):
        parse(builder.path, root)
    (builder.path / "objects/info/alternates").write_text("../../../secret.git/objects\n")
    with pytest.raises(UrlRefused, match="reads from"):
        parse(builder.path, root)


def test_objects_behind_a_link_are_refused(root, secret):
    builder = RepositoryBuilder(root / "linked.git")
    for folder in ("pack", "info"):
        (builder.path / "objects" / folder).rmdir()
    (builder.path / "objects").rmdir()
    (builder.path / "objects").symlink_to(secret.path / "objects")
    with pytest.raises(UrlRefused, match="reads from"):
        parse(builder.path, root)


def test_missing_folders_and_plain_ones_have_their_own_sentences(root):
    (root / "plain").mkdir()
    with pytest.raises(UrlRefused, match="no folder"):
        parse(root / "absent", root)
    with pytest.raises(UrlRefused, match="not a git repository"):
        parse(root / "plain", root)


def test_loops_and_control_characters_are_refused(root):
    os.symlink("loop", root / "loop")
    for path in (root / "loop", f"{root}/a\nb", f"{root}/a\0b"):
        with pytest.raises(UrlRefused):
            parse(path, root)
