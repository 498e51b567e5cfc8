"""Who last changed a line, and where the mirror's history does not reach far enough to say so."""

from datetime import UTC, datetime

from audits.gitstore import Mirror, ls_remote
from audits.gitstore import blame as told_by
from tests.gitstore.fetching import local


def fetched(mirrors, shop):
    mirror = Mirror(mirrors, shop.url)
    with mirror:
        mirror.fetch(local(shop), ls_remote(local(shop)))
    return mirror


def blame(mirror, *asked):
    with mirror:
        return told_by(mirror, *asked)


def test_a_line_that_was_there_at_the_first_fetch_is_at_least_that_old(mirrors, shop):
    shop.commit({"y.py": "x\n"})
    mirror = fetched(mirrors, shop)
    shop.commit({"z.py": "x\n"})
    found = blame(fetched(mirrors, shop), shop.tip, "a.py", [1])
    assert found[1].boundary
    assert found[1].text == "import cohere"
    assert blame(mirror, shop.tip, "z.py", [1])[1].boundary is False


def test_a_line_has_the_author_of_its_last_change(mirrors, shop):
    fetched(mirrors, shop)
    shop.commit(
        {"a.py": "import cohere\nco = 1\n"}, author="Bob <b@x.org>", date=datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
    )
    ours = shop.tip
    shop.commit({"a.py": "# new\nimport cohere\nco = 1\n"})
    found = blame(fetched(mirrors, shop), shop.tip, "a.py", [1, 3])
    assert (found[3].name, found[3].mail, found[3].commit) == ("Bob", "b@x.org", ours)
    assert found[3].at == datetime(2025, 3, 4, 5, 6, tzinfo=UTC)
    assert found[1].commit == shop.tip


def test_the_root_of_a_whole_history_is_no_boundary(mirrors, shop):
    mirror = fetched(mirrors, shop)
    with mirror:
        mirror.deepen(local(shop), ls_remote(local(shop)), datetime(2000, 1, 1, tzinfo=UTC))
    found = blame(mirror, shop.tip, "a.py", [1])
    assert not found[1].boundary


def test_the_only_commit_there_is_no_boundary(mirrors, shop):
    """Although git, asked for one commit, notes that it may not be the first."""
    mirror = fetched(mirrors, shop)
    assert mirror.ends() == [shop.tip]
    assert not blame(mirror, shop.tip, "a.py", [1])[1].boundary
    with mirror:
        assert mirror.line(shop.tip).complete


def test_lines_that_are_not_there_are_not_told(mirrors, shop):
    mirror = fetched(mirrors, shop)
    assert blame(mirror, shop.tip, "a.py", [99]) == {}
    assert blame(mirror, shop.tip, "nowhere.py", [1]) == {}
    assert blame(mirror, shop.tip, "a.py", []) == {}


def test_a_hostile_author_is_only_text(mirrors, shop):
    mirror = fetched(mirrors, shop)
    shop.commit({"b.py": "x\n"}, author="\t<script> author x <a@b>")
    found = blame(fetched(mirrors, shop), shop.tip, "b.py", [1])
    assert "script" in found[1].name + found[1].mail
    assert mirror.path.is_dir()
