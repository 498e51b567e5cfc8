"""Repositories that want too much, lack something or mean harm: a kind and a sentence, and nothing of them runs."""

import os

import pytest

from audits.gitstore import GitError, Mirror, ls_remote, mirror
from tests.gitbuild import SUBMODULE, SYMLINK, RepositoryBuilder
from tests.gitstore.fetching import fetch, local


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
@pytest.mark.parametrize("damage", ["lose", "corrupt"])
def test_servers_that_lack_objects_say_so(damage, mirrors, shop, remote):
    tip = ls_remote(remote())
    getattr(shop, damage)(shop.oid("a.py"))
    with Mirror(mirrors, shop.url) as kept, pytest.raises(GitError) as caught:
        kept.fetch(remote(), tip)
    assert not kept.path.exists()
    assert caught.value.kind == "missing_objects"
    assert "audit" in caught.value.message


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
def test_trees_with_harmless_defects_are_fetched(mirrors, shop):
    blob, modules = shop.blob("ok"), shop.blob('[submodule "x"]\n\tpath = x\n\turl = -u./payload\n')
    inner = shop.tree([("100644", "a.py", blob)])
    for extra in (("100644", ".gitmodules", modules), (SYMLINK, ".gitmodules", blob), ("100664", "m.py", blob)):
        shop.publish(shop.tree([("040000", "padded", inner), extra]))
        assert fetch(mirrors, shop)["padded/a.py"] == b"ok"


@pytest.mark.hostile
@pytest.mark.parametrize(
    "rows",
    [
        [("100644", "a.py"), ("100644", "a.py")],
        [("100644", "b.py"), ("100644", "a.py")],
        [(SUBMODULE, "module")],
    ],
    ids=["duplicates", "not sorted", "a module of no commit"],
)
def test_trees_with_structural_defects_are_refused(rows, mirrors, shop):
    blob = shop.blob("x")
    oids = {SUBMODULE: "0" * 40}
    shop.publish(shop.tree([(mode, name, oids.get(mode, blob)) for mode, name in rows], ordered=True))
    with pytest.raises(GitError) as caught:
        fetch(mirrors, shop)
    assert caught.value.kind == "refused_objects"


@pytest.mark.hostile
def test_thousands_of_other_refs_cost_nothing_and_broken_ones_do_no_harm(mirrors, shop):
    with (shop.git_dir / "packed-refs").open("w") as packed:
        packed.writelines(f"{shop.tip} refs/tags/t{number:05}\n" for number in range(20_000))
    shop.ref("refs/heads/broken", "3" * 40)
    shop.ref("refs/tags/main", shop.tip)
    assert "a.py" in fetch(mirrors, shop)
    assert [path for path in mirrors.glob("*/refs/**/*") if path.is_file()] == list(mirrors.glob("*/refs/scan/head"))


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
