"""What a scan costs follows what changed: processes, files read, and memory."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits import gitstore, scans
from audits.gitstore import batch, process
from audits.gitstore.write import Commit, write_repository
from audits.intake import register
from audits.models import Scan
from tests.gitbuild import RepositoryBuilder
from tests.scans.conftest import SHOP

PROJECT = Path(__file__).resolve().parents[2]
GIT = (
    "ls-remote",
    "fetch",
    "init",
    "cat-file",
    "merge-base",
    "rev-list",
    "ls-tree",
    "diff-tree",
    "diff",
    "log",
    "blame",
)
MEASURE = """
import sys
import django
from pathlib import Path
from datetime import UTC, datetime

django.setup()
from audits import analysis, gitstore, tasks  # what a worker has loaded
from audits.sandbox import Sandbox

path, root = sys.argv[1], Path(sys.argv[2])
remote = gitstore.Remote(path, local=True)
tip = gitstore.ls_remote(remote)
with gitstore.Mirror(root, "k") as mirror:
    mirror.fetch(remote, tip)
    mirror.deepen(remote, tip, datetime(2020, 1, 1, tzinfo=UTC))
    memo = analysis.Memo()
    with mirror.past() as source, Sandbox() as sandbox:
        for commit, _ in reversed(mirror.line(tip.commit).rows):
            report = analysis.analyse(source(commit), sandbox, memo=memo, shown=False)
        report = analysis.analyse(source(tip.commit), sandbox)
# The peak that getrusage gives begins with that of the process that started this one.
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(report.seen, len(report.usages), int(peak.split()[1]) // 1024)
"""


@pytest.fixture
def started(monkeypatch):
    """The git commands that are started."""
    commands = []
    real = process.start

    def start(arguments, *more, **named):
        commands.append(next(word for word in arguments if word in GIT))
        return real(arguments, *more, **named)

    monkeypatch.setattr(process, "start", start)
    monkeypatch.setattr(batch, "start", start)
    return commands


@pytest.fixture
def asked(monkeypatch):
    """The files that the child process is asked to read, and to show."""
    files = []
    real = scans.run.Sandbox.answers

    def answers(self, jobs):
        return real(self, (files.append(job.head["work"]) or job for job in jobs))

    monkeypatch.setattr(scans.run.Sandbox, "answers", answers)
    return files


def test_an_unchanged_tip_costs_one_question_and_one_row(scan, started, asked):
    scan()
    del started[:], asked[:]
    assert scan().unchanged
    assert (started, asked, Scan.objects.count()) == (["ls-remote"], [], 2)


def test_an_unchanged_tip_costs_nine_statements(scan, registered):
    scan()
    asked = scans.request_scan(registered)
    with CaptureQueriesContext(connection) as told:
        scans.run_scan(asked.pk)
    words = [row["sql"].split()[0] for row in told]
    counted = [word for word in words if word in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    assert (counted.count("UPDATE"), len(counted)) == (4, 9)


def test_a_changed_tip_is_looked_up_once(scan, shop, started):
    scan()
    shop.commit({"shop/more.py": SHOP})
    del started[:]
    scan()
    # Only the git that reads all objects: the fetch tells that the tip is there, the objects how they differ.
    assert started == ["ls-remote", "fetch", "cat-file", "blame"]
    shop.commit({"x.py": "1\n"})
    del started[:]
    scan()
    assert started == ["ls-remote", "fetch", "cat-file"]


def test_a_changed_file_costs_its_own_bytes(scan, shop, monkeypatch):
    shop.commit({f"lib/part{number}.py": f"x = {number}\n" for number in range(40)})
    scan()
    read = []
    real = gitstore.tree.TreeSource.read
    monkeypatch.setattr(
        gitstore.tree.TreeSource, "read", lambda self, rows: real(self, [read.append(row.path) or row for row in rows])
    )
    shop.commit({"lib/part7.py": "x = 'other'\n", "lib/new.py": "y = 1\n"})
    scan()
    assert {path for path in read if path.startswith("lib")} == {"lib/part7.py", "lib/new.py"}


def test_a_line_whose_author_nobody_knows_is_asked_for_again_when_its_file_has_changed(scan, shop, started, registered):
    def blames(files):
        shop.commit(files)
        del started[:]
        scan()
        return started.count("blame")

    scan()
    found = registered.findings.get
    # The first scan has seen the end of the history: all that is as it was then is as old as that, or older.
    assert [blames({"x.py": f"{number}\n"}) for number in (1, 2, 3)] == [0, 0, 0]
    assert found().blame == "boundary"
    assert blames({"shop/ask.py": SHOP.replace("0.5", "0.7")}) == 1
    assert found().blame == "known"
    assert blames({"shop/more.py": SHOP}) == 1
    assert blames({"x.py": "4\n"}) == 0


def test_an_author_that_a_scan_had_no_time_for_is_asked_for_by_the_next(scan, shop, registered, monkeypatch):
    shop.commit({"x.py": "0\n"})
    scan()
    shop.commit({"x.py": "1\n"})
    scan()
    assert registered.findings.get().blame == "boundary"
    shop.commit({"shop/ask.py": SHOP.replace("0.5", "0.7")})
    with monkeypatch.context() as hurried:
        hurried.setattr("audits.scans.blames.SECONDS", -1.0)
        scan()
    assert registered.findings.get().blame != "known"
    shop.commit({"x.py": "2\n"})
    scan()
    assert registered.findings.get().blame == "known"


def test_a_change_that_touches_no_call_keeps_no_numbers_anew(scan, shop):
    def counts_anew() -> bool:
        with CaptureQueriesContext(connection) as told:
            scan()
        return any("audits_snapshot" in row["sql"] for row in told.captured_queries)

    assert counts_anew()
    shop.commit({"shop/other.py": "x = 1\n"})
    assert not counts_anew()
    shop.commit({"shop/more.py": SHOP})
    assert counts_anew()
    shop.commit({"shop/chat.py": 'import cohere\n\ncohere.ClientV2("k").chat(model="m", messages=[])\n'})
    assert counts_anew()
    shop.commit({"shop/bad.py": "import cohere\nprint 'x'\n"})
    assert counts_anew()


def test_a_rescan_reads_only_blobs_that_nobody_has_seen(scan, shop, asked):
    shop.commit({f"shop/part{number}.py": SHOP + f"# {number}\n" for number in range(20)})
    scan()
    assert asked.count("extract") == 21
    del asked[:]
    shop.commit({"shop/part3.py": SHOP + "# changed\n", "shop/copy.py": SHOP + "# 4\n", "README.md": "Other\n"})
    row = scan()
    assert (row.remaining, row.opened_now, asked.count("extract")) == (22, 1, 1)


def test_another_repository_with_the_same_files_starts_no_child(scan, shop, asked, registered):
    scan()
    del asked[:]
    other = RepositoryBuilder(shop.path.parent / "fork.git")
    other.commit({"shop/ask.py": SHOP})
    row = scans.request_scan(register(str(other.path), scan=False))
    scans.run_scan(row.pk)
    row.refresh_from_db()
    assert (row.remaining, asked) == (1, [])


def test_fifty_thousand_files_stay_below_300_mb(tmp_path):
    """A scan and two commits of history; the child, which has limits of its own, is not counted."""
    filler = "".join(f"def f{number}(x):\n    return x * {number}\n\n" for number in range(20))
    files = {f"p{number // 100}/m{number}.py": f"import os\n{filler}# {number}\n".encode() for number in range(50_000)}
    files |= {f"p{number}/use.py": SHOP.encode() + b"# %d\n" % number for number in range(100)}
    when = datetime(2026, 1, 1, tzinfo=UTC)
    first = Commit("A", "a@example.com", when, "Many files\n", files)
    second = Commit("A", "a@example.com", when.replace(month=2), "One more\n", {"one.py": SHOP.encode()})
    write_repository(tmp_path / "large.git", [first, second])
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    command = [sys.executable, "-c", MEASURE, str(tmp_path / "large.git"), str(tmp_path / "mirrors")]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    seen, usages, megabytes = map(int, done.stdout.split())
    assert (seen, usages) == (50_101, 101)
    assert megabytes < 300
