from datetime import UTC, datetime

import pytest

from audits.gitstore.mirror import Mirror
from audits.gitstore.remote import Remote, ls_remote
from audits.gitstore.write import Commit, set_branch, write_repository


def history():
    first = {"app.py": b"import cohere\n", "odd name/data 1\n": None, "a/b c.txt": b"data 3\nabc"}
    del first["odd name/data 1\n"]
    return [
        Commit("Ana Ruiz", "ana@fernhill.example", datetime(2025, 3, 4, 9, tzinfo=UTC), "Begin\n\nWith a body.", first),
        Commit("Bo Lind", "bo@fernhill.example", datetime(2025, 4, 1, 9, tzinfo=UTC), "Drop", {"a/b c.txt": None}),
    ]


def test_it_writes_the_same_commits_at_every_run(tmp_path):
    one = write_repository(tmp_path / "one.git", history())
    two = write_repository(tmp_path / "two.git", history())
    assert one == two
    assert one[1] == "c870e95eb4e359111bafc187f12d4e04d9c91aca"


def test_it_writes_what_git_itself_can_serve(tmp_path):
    commits = write_repository(tmp_path / "one.git", history())
    remote = Remote(url=str(tmp_path / "one.git"), local=True)
    tip = ls_remote(remote)
    assert (tip.commit, tip.branch) == (commits[1], "main")
    set_branch(tmp_path / "one.git", "main", commits[0])
    tip = ls_remote(remote)
    assert tip.commit == commits[0]
    with Mirror(tmp_path / "mirrors", "one") as mirror:
        mirror.fetch(remote, tip)
        source = mirror.source(tip.commit)
        assert {entry.path for entry in source.entries()} == {"app.py", "a/b c.txt"}
        source.close()


def test_it_refuses_to_write_over_a_repository(tmp_path):
    write_repository(tmp_path / "one.git", history())
    with pytest.raises(FileExistsError):
        write_repository(tmp_path / "one.git", history())
