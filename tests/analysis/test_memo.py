"""A reading that remembers other commits of the same repository finds what one that remembers nothing finds."""

import random

import pytest

from audits.analysis import Memo, analyse
from audits.gitstore import open_local
from audits.lifecycle import Seen
from audits.sandbox import Sandbox
from tests.gitbuild import RepositoryBuilder

CLIENT = "import cohere\n\n\ndef client():\n    return cohere.Client()\n"
CALL = "from lib.client import client\n\n\ndef ask(q):\n    return client().generate(prompt=q, k={})\n"
CONTENTS = {
    "lib/client.py": [CLIENT, CLIENT + "# kept\n", "def client():\n    return None\n", None],
    "app.py": [CALL.format(1), CALL.format(2), "x = 1\n", None],
    "copy.py": [CALL.format(1), None],
    "plain.py": ["import os\n", "from app import ask\n", "from lib import client\n", None],
    "broken.py": ["import cohere\nprint 'x'\n", "import cohere\n", None],
    "README.md": ["one", "two"],
}


class Counting(Sandbox):
    """A real child, and the number of files that it was asked to read."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    def extract_all(self, files):
        for answer in super().extract_all(files):
            self.asked += 1
            yield answer

    def present_all(self, files):
        raise AssertionError("nothing is shown here")


@pytest.fixture(scope="module")
def sandbox():
    with Counting() as child:
        yield child


@pytest.fixture
def history(tmp_path):
    """A repository with random changes, and its commits; the same at every run."""
    chance = random.Random(7)
    builder = RepositoryBuilder(tmp_path / "repo.git")
    commits = []
    for _ in range(12):
        changes = {path: chance.choice(CONTENTS[path]) for path in chance.sample(sorted(CONTENTS), 2)}
        changes = {path: text for path, text in changes.items() if text is not None or path in builder.files}
        commits.append(builder.commit(changes))
    commits.append(builder.commit({"broken.py": CONTENTS["broken.py"][0]}))
    commits.append(builder.commit({"broken.py": CONTENTS["broken.py"][1]}))
    return builder, commits


def read(builder, commit, sandbox, memo=None):
    with open_local(builder.path, commit) as source:
        return analyse(source, sandbox, memo=memo, shown=False)


def test_each_commit_is_read_as_if_it_were_the_first(history, sandbox):
    builder, commits = history
    memo = Memo()
    reports = [read(builder, commit, sandbox, memo) for commit in commits]
    assert reports == [read(builder, commit, sandbox) for commit in commits]
    assert {len(report.usages) for report in reports} > {0, 1}
    assert any(report.unread for report in reports)


def test_no_blob_is_read_twice_while_it_stays(history, sandbox):
    builder, commits = history
    memo = Memo()
    read(builder, commits[-1], sandbox, memo)
    before = sandbox.asked
    other = builder.commit({"README.md": "three", "plain.py": "import cohere  # new\n"})
    read(builder, other, sandbox, memo)
    assert sandbox.asked == before + 1


def test_what_is_gone_does_not_lie_beside_what_takes_its_place(history, sandbox):
    """Of a large tree the facts of one commit are most of a worker's memory."""
    builder, _ = history
    known = []

    class Memory(Memo):
        def remember_facts(self, key, found):
            known.append(len(self._facts.keys() | self._needed.keys()))
            return super().remember_facts(key, found)

    memo = Memory()
    read(builder, builder.commit({f"m{number}.py": CLIENT + f"# {number}\n" for number in range(20)}), sandbox, memo)
    before = max(known)
    assert before >= 19
    del known[:]
    changed = {f"m{number}.py": CLIENT + f"# {number}, changed\n" for number in range(20)}
    read(builder, builder.commit(changed), sandbox, memo)
    assert known
    assert max(known) < 1.5 * before


def test_a_use_is_the_same_one_whether_it_is_shown_or_not(history):
    builder, commits = history
    for commit in commits[::4]:
        with Sandbox() as child, open_local(builder.path, commit) as source:
            shown = analyse(source, child)
        with Sandbox() as child, open_local(builder.path, commit) as source:
            plain = analyse(source, child, shown=False)
        assert [Seen.of(usage) for usage in shown.usages] == [Seen.of(usage) for usage in plain.usages]
