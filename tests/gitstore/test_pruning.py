import os
import shutil
import time
from collections import namedtuple

import pytest

from audits.gitstore import Mirror, Remote, ls_remote, make_room, prune, tidy
from audits.gitstore import mirror as mirror_module
from audits.gitstore.mirror import PACKS_LIMIT

DAY = 24 * 3_600
Disk = namedtuple("Disk", "total used free")


def kept(mirrors, shop, key):
    """A mirror of the shop under another key."""
    remote = Remote(str(shop.path), local=True)
    with Mirror(mirrors, key) as mirror:
        mirror.fetch(remote, ls_remote(remote))
    return mirror


def test_it_deletes_the_mirrors_of_no_known_key(mirrors, shop):
    here, gone = kept(mirrors, shop, "here"), kept(mirrors, shop, "gone")
    assert prune(mirrors, ["here", "never-scanned"]) == 1
    assert here.path.is_dir()
    assert not gone.path.exists()


def test_a_mirror_that_is_in_use_stays(mirrors, shop):
    with kept(mirrors, shop, "gone") as mirror:
        assert prune(mirrors, []) == 0
        assert mirror.path.is_dir()
    assert prune(mirrors, []) == 1


def fetched(mirrors, shop, ancestor):
    """The mirror after a scan whose last result was of `ancestor`."""
    remote = Remote(str(shop.path), local=True)
    with Mirror(mirrors, "k") as mirror:
        mirror.fetch(remote, ls_remote(remote), ancestor=ancestor)
    return mirror


def packs(mirror):
    return len(list(mirror.path.glob("objects/pack/*.pack")))


@pytest.mark.hostile
def test_a_hundred_forced_pushes_leave_a_mirror_small_and_whole(mirrors, shop):
    base = shop.commit({"large.bin": os.urandom(300_000)})
    first = size(kept(mirrors, shop, "k").path)
    for _ in range(100):
        before = shop.tip
        shop.reset(base)
        shop.commit({"forced.bin": os.urandom(2_000)})
        mirror = fetched(mirrors, shop, before)
    assert size(mirror.path) < 2 * first
    assert packs(mirror) <= PACKS_LIMIT + 1
    with Mirror(mirrors, "k") as mirror, mirror.source(shop.tip) as source:
        assert mirror.descends(shop.tip, base)
        assert mirror.descends(shop.tip, before) is False
        assert {entry.path for entry, data in source.read(source.entries()) if data} > {"large.bin", "forced.bin"}


def test_the_last_result_of_a_branch_that_was_forced_outlives_the_packing(mirrors, shop, monkeypatch):
    monkeypatch.setattr("audits.gitstore.mirror.PACKS_LIMIT", 1)
    base, applied = shop.tip, shop.commit({"a.py": "2"})
    kept(mirrors, shop, "k")
    shop.reset(base)
    shop.commit({"a.py": "3"})
    assert packs(kept(mirrors, shop, "k")) == 2
    for _ in range(2):
        # Twice, as where the first scan died after its fetch.
        mirror = fetched(mirrors, shop, applied)
    assert packs(mirror) == 1
    with Mirror(mirrors, "k") as mirror:
        assert mirror.has(applied)


def test_a_mirror_that_cannot_be_packed_is_fetched_and_left_alone_for_a_while(mirrors, shop, monkeypatch):
    monkeypatch.setattr("audits.gitstore.mirror.PACKS_LIMIT", 1)
    real, asked = mirror_module.run, []

    def slow(arguments, *rest, **more):
        if "repack" not in arguments:
            return real(arguments, *rest, **more)
        asked.append(arguments)
        return 124, b"", ""

    monkeypatch.setattr(mirror_module, "run", slow)
    kept(mirrors, shop, "k")
    for number in range(5):
        before = shop.tip
        shop.commit({"more.py": str(number)})
        mirror = fetched(mirrors, shop, before)
    # With two packs and with five: more than twice as many.
    assert (packs(mirror), len(asked)) == (6, 2)
    with Mirror(mirrors, "k") as mirror:
        assert mirror.has(shop.tip)


def test_without_a_folder_there_is_nothing_to_do(mirrors):
    assert prune(mirrors, []) == 0


def aged(mirrors, shop, key, days):
    """A mirror that was last used so many days ago."""
    path = kept(mirrors, shop, key).path
    os.utime(path, (time.time() - days * DAY,) * 2)
    return path


def size(path):
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


def test_above_the_limit_the_least_recently_used_go_first(mirrors, shop):
    old, older, new = (aged(mirrors, shop, key, days) for key, days in (("a", 2), ("b", 3), ("c", 1)))
    assert tidy(mirrors, 2 * size(new) + 10) == 1
    assert (old.exists(), older.exists(), new.exists()) == (True, False, True)
    assert tidy(mirrors, 0) == 2


def test_below_the_limit_only_those_that_nobody_used_for_two_weeks_go(mirrors, shop):
    old, new = aged(mirrors, shop, "a", 15), aged(mirrors, shop, "b", 13)
    assert tidy(mirrors, 10**12) == 1
    assert (old.exists(), new.exists()) == (False, True)


def test_one_that_is_held_or_was_just_used_stays(mirrors, shop):
    used = kept(mirrors, shop, "used").path
    held = aged(mirrors, shop, "held", 3)
    with Mirror(mirrors, "held"):
        os.utime(held, (time.time() - 3 * DAY,) * 2)
        assert tidy(mirrors, 0) == 0
    assert used.exists()
    assert held.exists()


def test_one_whose_past_is_read_stays_however_long_a_commit_takes(mirrors, shop):
    with kept(mirrors, shop, "k") as mirror:
        pass
    with mirror.past() as source:
        os.utime(mirror.path, (time.time() - 15 * DAY,) * 2)
        assert (tidy(mirrors, 0), prune(mirrors, []), make_room(mirrors, 1 << 60)) == (0, 0, False)
        past = source(shop.tip)
        assert {entry.path for entry, data in past.read(past.entries()) if data} == {"a.py", "sub/b.py"}
        assert mirror.whole
    assert tidy(mirrors, 0) == 1
    assert not mirror.whole


def test_what_a_killed_process_left_goes_after_an_hour(mirrors):
    for name, hours in (("tmp-1", 2), ("tmp-2", 0)):
        (mirrors / name).mkdir(parents=True)
        os.utime(mirrors / name, (time.time() - hours * 3_600,) * 2)
    tidy(mirrors, 10**12)
    assert [path.name for path in mirrors.iterdir()] == ["tmp-2"]


def test_room_is_made_until_there_is_enough(mirrors, shop, monkeypatch):
    paths = [aged(mirrors, shop, key, days) for key, days in (("a", 3), ("b", 2), ("c", 1))]
    there = sum(map(size, paths))
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: Disk(there, 0, there - sum(map(size, filter(os.path.exists, paths))))
    )
    assert make_room(mirrors, size(paths[0]) + size(paths[1]))
    assert [path.exists() for path in paths] == [False, False, True]
    assert not make_room(mirrors, 10 * there)
