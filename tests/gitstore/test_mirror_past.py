"""How far back a mirror reaches, and what it takes when a server does not play along."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from audits.gitstore import GitError, Line, Mirror, Remote, batch, ls_remote, mirror
from tests.gitbuild import RepositoryBuilder
from tests.gitstore.fetching import files, local

START = datetime(2025, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
OPTIONS = ("--depth", "--shallow", "--unshallow", "--deepen")


@pytest.fixture
def shop(served):
    """A hundred commits, one a day."""
    builder = RepositoryBuilder(served / "shop.git")
    for day in range(100):
        builder.commit({"a.py": str(day)}, date=START + day * DAY)
    return builder


@pytest.fixture
def asked(monkeypatch):
    """The options of every fetch."""
    calls = []
    real = mirror.run

    def run(arguments, *more, **named):
        if "fetch" in arguments:
            calls.append([word for word in arguments if word.startswith(OPTIONS)])
        return real(arguments, *more, **named)

    monkeypatch.setattr(mirror, "run", run)
    return calls


@pytest.fixture
def kept(mirrors, shop):
    with Mirror(mirrors, shop.url) as kept:
        kept.fetch(local(shop), ls_remote(local(shop)))
        yield kept


def deepen(kept, shop, days):
    kept.deepen(local(shop), ls_remote(local(shop)), START + days * DAY)
    return kept.line(shop.tip)


def test_the_first_fetch_knows_one_commit_and_that_there_is_more(kept, shop):
    line = kept.line(shop.tip)
    assert (line.rows, line.complete) == ([(shop.tip, int((START + 99 * DAY).timestamp()))], False)


def test_it_reaches_back_as_far_as_asked_and_to_the_state_at_that_time(kept, shop):
    line = deepen(kept, shop, 60.5)
    assert (len(line.rows), line.complete) == (40, False)


def test_it_is_asked_once_and_never_cut_again(kept, shop, asked):
    assert len(deepen(kept, shop, 10.5).rows) == 90
    assert len(deepen(kept, shop, 60).rows) == 90
    assert [options[0].partition("=")[0] for options in asked] == ["--shallow-since", "--deepen"]


def test_the_whole_history_says_so(kept, shop):
    line = deepen(kept, shop, -10)
    assert (len(line.rows), line.complete) == (100, True)
    assert kept.descends(shop.tip, "0" * 40) is False


def test_later_fetches_go_on_from_there(kept, shop, asked):
    deepen(kept, shop, 60)
    shop.commit({"b.py": "1"}, date=START + 100 * DAY)
    kept.fetch(local(shop), ls_remote(local(shop)))
    assert len(kept.line(shop.tip).rows) == 41
    assert asked[-1] == []


class TestAnOldServer:
    """Real git on our side, and a server that lacks what we ask for."""

    @pytest.fixture
    def remote(self, server):
        return Remote(server.url("shop.git"), pin=server.pin, authorities=str(server.authority))

    def test_without_shallow_since_it_is_asked_for_everything(self, mirrors, shop, server, remote, asked):
        server.lacks = b"deepen-since"
        with Mirror(mirrors, "shop") as kept:
            kept.fetch(remote, ls_remote(remote))
            assert len(kept.line(shop.tip).rows) == 1
            kept.deepen(remote, ls_remote(remote), START + 60 * DAY)
            line = kept.line(shop.tip)
        assert (len(line.rows), line.complete) == (100, True)
        assert [options[0].partition("=")[0] for options in asked] == ["--depth", "--shallow-since", "--unshallow"]

    @pytest.mark.parametrize(("mode", "lacks"), [("ok", b"shallow"), ("files", b"")])
    def test_one_that_gives_no_part_of_a_history_is_asked_for_all_of_it(
        self, mirrors, shop, server, remote, asked, mode, lacks
    ):
        server.mode, server.lacks = mode, lacks
        subprocess.run(["git", "-C", shop.path, "update-server-info"], check=True)
        with Mirror(mirrors, "shop") as kept:
            kept.fetch(remote, ls_remote(remote))
            assert files(kept.source(shop.tip)) == {"a.py": b"99"}
            kept.deepen(remote, ls_remote(remote), START)
            line = kept.line(shop.tip)
        assert (len(line.rows), line.complete) == (100, True)
        assert asked == [["--depth=1"], []]


def test_a_time_after_the_newest_commit_needs_everything(kept, shop, asked):
    """The server finds no commit to give: its clock, or the commit's date, is wrong."""
    before = kept.line(shop.tip)
    kept.deepen(local(shop), ls_remote(local(shop)), START + 500 * DAY)
    assert kept.line(shop.tip) == before
    assert asked == []


def test_what_a_full_disk_refuses_is_not_asked_for_again(kept, shop, monkeypatch):
    calls = []
    monkeypatch.setattr(mirror, "run", lambda a, *m, **n: calls.append(a) or (128, b"", "No space left on device"))
    monkeypatch.setattr(Mirror, "line", lambda *_: Line([(shop.tip, 2**40)], False))
    with pytest.raises(GitError) as caught:
        kept.deepen(local(shop), mirror.Tip(shop.tip, "main", "sha1"), START)
    assert (caught.value.kind, len(calls)) == ("disk_full", 1)


def test_hostile_dates_come_as_they_are_claimed(mirrors, served):
    builder = RepositoryBuilder(served / "odd.git")
    tree = builder.tree([])
    for stamp in ("-5", "99999999999999", "12"):
        body = f"tree {tree}\nauthor A <a@b.c> {stamp} +0000\ncommitter A <a@b.c> {stamp} +0000\n\nx\n"
        parent = f"parent {builder.tip}\n" if builder.tip else ""
        commit = builder.raw("commit", body.replace("\nauthor", f"\n{parent}author", 1).encode())
        builder.ref("refs/heads/main", commit)
    with Mirror(mirrors, "odd") as kept:
        kept.fetch(local(builder), ls_remote(local(builder)))
        kept.deepen(local(builder), ls_remote(local(builder)), START)
        line = kept.line(builder.tip)
    assert len(line.rows) in (1, 3)
    assert line.rows[0][1] == 12


def test_the_line_of_a_merge_is_its_first_parents(mirrors, served):
    builder = RepositoryBuilder(served / "merged.git")
    root = builder.commit({"a.py": "1"})
    builder.branch("side")
    side = builder.commit({"b.py": "1"})
    builder.switch("main")
    merge = builder.commit({"a.py": "2"}, parents=[root, side])
    with Mirror(mirrors, "merged") as kept:
        kept.fetch(local(builder), ls_remote(local(builder)))
        kept.deepen(local(builder), ls_remote(local(builder)), datetime(2000, 1, 1, tzinfo=UTC))
        assert [commit for commit, _ in kept.line(merge).rows] == [merge, root]


def test_several_commits_are_read_one_after_the_other(kept, shop, monkeypatch):
    shop.commit({"lib/b.py": "b", "lib/deep/c.py": "c"})
    shop.commit({"a.py": "last"})
    tip = ls_remote(local(shop))
    kept.fetch(local(shop), tip)
    commits = [commit for commit, _ in kept.line(tip.commit).rows]
    started = []
    real = batch.start
    monkeypatch.setattr(batch, "start", lambda *a, **k: started.append(a) or real(*a, **k))
    with kept.past() as source:
        found = [{entry.path: data for entry, data in past.read(past.entries())} for past in map(source, commits)]
    assert len(started) == 1
    assert found == [files(kept.source(commit)) for commit in commits]
    assert [sorted(tree) for tree in found] == [["a.py", "lib/b.py", "lib/deep/c.py"]] * 2 + [["a.py"]]


def test_merges_of_older_branches_do_not_stop_it(mirrors, served):
    """git's server ends at the newest of them, and names boundaries behind it that it has not sent."""
    builder = RepositoryBuilder(served / "merged.git")
    root = builder.commit({"a.py": "0"}, date=START)
    for number in range(6):
        builder.branch(f"side{number}", root)
        side = builder.commit({f"s{number}.py": "1"}, date=START + number * DAY)
        builder.switch("main")
        builder.commit({"b.py": str(number)}, parents=[builder.tip, side], date=START + (60 + number) * DAY)
    for day in range(5):
        builder.commit({"a.py": str(day)}, date=START + (90 + day) * DAY)
    with Mirror(mirrors, "merged") as kept:
        kept.fetch(local(builder), ls_remote(local(builder)))
        line = deepen(kept, builder, 50)
        assert line.rows[-1][1] <= (START + 50 * DAY).timestamp()
        assert all(kept.has(cut) for cut in kept.cuts())
        assert deepen(kept, builder, -10).complete
