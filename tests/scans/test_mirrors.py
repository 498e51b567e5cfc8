"""Mirrors are a cache: any worker makes one again, and a full disk costs the oldest, not the scan."""

import errno
import os
import shutil
import time

import pytest

from audits import gitstore
from audits.models import Scan
from audits.scans import mirrors


def kept(settings):
    return sorted(settings.MIRROR_ROOT.glob("*.git"))


def test_a_mirror_that_was_deleted_between_two_scans_is_made_again(scan, shop, settings):
    scan()
    shutil.rmtree(settings.MIRROR_ROOT)
    shop.commit({"shop/other.py": "x = 1\n"})
    row = scan()
    assert (row.state, row.remaining, row.opened_now, row.resolved_now) == ("done", 1, 0, 0)


def test_two_hosts_without_a_shared_disk_take_turns(scan, shop, settings, tmp_path):
    for number, host in enumerate(("one", "two", "one", "two")):
        settings.MIRROR_ROOT = tmp_path / host
        shop.commit({"shop/other.py": f"x = {number}\n"})
        row = scan()
        assert (row.state, row.remaining, row.resolved) == ("done", 1, 0)
    assert [len(list((tmp_path / host).glob("*.git"))) for host in ("one", "two")] == [1, 1]


def test_after_a_scan_the_limit_is_kept(scan, shop, settings):
    settings.MIRROR_LIMIT = 0
    scan()
    old = kept(settings)[0]
    os.utime(old, (time.time() - 3_600,) * 2)
    assert mirrors.tidy() == 0
    (settings.MIRROR_ROOT / mirrors.STAMP).unlink()
    assert mirrors.tidy() == 1
    assert kept(settings) == []


class TestFullDisk:
    @pytest.fixture
    def full(self, monkeypatch):
        """A disk that is full until a mirror goes."""
        real = shutil.disk_usage

        def usage(path):
            there = real(path)
            return there._replace(free=0 if list(path.glob("old.git")) else there.free)

        monkeypatch.setattr(shutil, "disk_usage", usage)

    def test_the_least_recently_used_mirror_makes_room(self, scan, settings, full):
        old = settings.MIRROR_ROOT / "old.git"
        old.mkdir(parents=True)
        os.utime(old, (time.time() - 3_600,) * 2)
        assert scan().state == "done"
        assert not old.exists()

    def test_where_none_can_go_the_scan_says_so_and_the_next_one_works(self, scan, settings, full):
        old = settings.MIRROR_ROOT / "old.git"
        old.mkdir(parents=True)
        row = scan()
        assert (row.state, row.error_kind) == ("failed", "disk_full")
        old.rmdir()
        assert scan().state == "done"


def test_a_fault_that_is_not_the_disks_makes_no_room(registered, settings, monkeypatch):
    class Failing(gitstore.Mirror):
        def fetch(self, *args, **kwargs):
            raise gitstore.GitError("network", "no answer")

    monkeypatch.setattr(gitstore, "make_room", lambda *_: pytest.fail("made room"))
    with Failing(settings.MIRROR_ROOT, "k") as mirror, pytest.raises(gitstore.GitError):
        mirrors.fetch(mirror, gitstore.Remote("/x", local=True), gitstore.Tip("a" * 40, "main", "sha1"))
    assert not Scan.objects.exists()


def test_a_folder_that_takes_no_mirrors_is_told_and_is_no_fault_of_the_repository(scan, monkeypatch):
    def refuse(path, patience):
        raise PermissionError(errno.EACCES, "Permission denied")

    with monkeypatch.context() as patch:
        patch.setattr("audits.gitstore.mirror.acquire", refuse)
        row = scan()
    assert (row.state, row.error_kind) == ("failed", "mirrors_unwritable")
    assert "MIRROR_ROOT" in row.error_message
    assert scan().state == "done"
