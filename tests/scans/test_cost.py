"""What a scan costs follows what changed: processes, files read, and memory."""

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import gitstore, scans
from audits.gitstore import batch, process
from audits.gitstore.write import Commit, set_branch, write_repository
from audits.intake import register
from audits.models import Scan
from audits.scans import result
from tests.gitbuild import RepositoryBuilder
from tests.progress import rows
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

django.setup()
from django.conf import settings

settings.DEBUG = False  # or every statement would be kept
from audits import history, scans, tasks  # what a worker has loaded
from audits.history import request_history
from audits.intake import register
from audits.models import HistoryRun, Repository, Scan
from audits.scans import doorbell
from migrator_site.celery import app

doorbell.put = lambda *message, **options: None

def peak():
    # The peak that getrusage gives begins with that of the process that started this one.
    row = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(row.split()[1]) // 1024


path, job, *others = sys.argv[1:]
for other in others:
    scans.run_scan(scans.request_scan(register(other, scan=False)).pk)
before = peak()
repository = Repository.objects.filter(name="large").first() or register(path, scan=False)
if job == "history":
    history.run_history(request_history(repository).pk)
    print(HistoryRun.objects.get().state, HistoryRun.objects.get().points_done)
else:
    scans.run_scan(scans.request_scan(repository).pk)
    print(*Scan.objects.order_by("-pk").values_list("state", "files_total", "remaining")[0])
print(before, peak())
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


def test_an_unchanged_tip_costs_eight_statements(scan, registered, monkeypatch):
    # A git that a loaded machine lets wait is no part of it.
    monkeypatch.setattr("audits.scans.heartbeat.LOOK_EVERY", float("inf"))
    scan()
    asked = scans.request_scan(registered)
    with CaptureQueriesContext(connection) as told:
        scans.run_scan(asked.pk)
    words = [row["sql"].split()[0] for row in told]
    counted = [word for word in words if word in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    assert (counted.count("UPDATE"), len(counted)) == (4, 8)


def test_numbers_are_each_repositorys_own_and_of_their_day(scan, registered, monkeypatch):
    scan()
    other = rows.repository(read=False)
    today = timezone.localdate()

    def left():
        return [result._numbers(row)["remaining"] for row in (registered, other)]

    assert left() == [1, 0]
    assert result._numbers(registered) == {"remaining": 1, "resolved": 0, "present": 1, "waiting": 0}
    registered.findings.update(disposition="waived", waived_until=today)
    assert left() == [0, 0]
    monkeypatch.setattr(timezone, "localdate", lambda: today + timedelta(days=1))
    assert left() == [1, 0]


def test_a_changed_tip_is_looked_up_once(scan, shop, started):
    scan()
    shop.commit({"shop/more.py": SHOP})
    del started[:]
    scan()
    # Only the git that reads all objects: the fetch tells that the tip is there, the objects how they differ.
    assert started == ["ls-remote", "cat-file", "fetch", "blame"]
    shop.commit({"x.py": "1\n"})
    del started[:]
    scan()
    assert started == ["ls-remote", "cat-file", "fetch"]


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

    shop.commit({"x.py": "0\n"})
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


def test_a_change_that_touches_no_call_sorts_no_paths_anew(scan, shop):
    def asked_for_rules() -> int:
        with CaptureQueriesContext(connection) as told:
            scan()
        return sum("audits_pathrule" in row["sql"] for row in told.captured_queries)

    assert asked_for_rules() == 2
    shop.commit({"shop/other.py": "x = 1\n"})
    assert asked_for_rules() == 1
    shop.commit({"shop/more.py": SHOP})
    assert asked_for_rules() == 2


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


def many_files(first, count):
    filler = "".join(f"def f{number}(x):\n    return x * {number}\n\n" for number in range(20))
    return {
        f"p{number // 100}/m{number}.py": (SHOP if number % 25 == 0 else f"import os\n{filler}").encode()
        + b"# %d\n" % number
        for number in range(first, first + count)
    }


def test_fifty_thousand_files_stay_below_300_mb(tmp_path, settings):
    """A scan, one of another file and the history, each as a worker's process does it, with its database; a file in 25
    has a use.

    Each of them makes a worker replace its process. The first comes into one that has scanned before, as much as it
    may without being replaced. The children that read the files have limits of their own and are not counted.
    """
    files = many_files(0, 50_000)
    when = datetime(2026, 1, 1, tzinfo=UTC)
    first = Commit("A", "a@example.com", when, "Many files\n", files)
    second = Commit("A", "a@example.com", when.replace(month=2), "One more\n", {"one.py": SHOP.encode()})
    commits = write_repository(tmp_path / "large.git", [first, second])
    before = [str(tmp_path / "first.git"), str(tmp_path / "second.git")]
    for number, path in enumerate(before, 1):
        write_repository(Path(path), [Commit("A", "a@example.com", when, "Some\n", many_files(number * 50_000, 8_000))])
    kept = {"DATA_DIR": str(tmp_path / "data"), "LOCAL_REPOSITORY_ROOTS": str(tmp_path), "DEBUG": "1"}
    (tmp_path / "data").mkdir()
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {**kept, "DJANGO_SETTINGS_MODULE": "migrator_site.settings", "LOG_LEVEL": "ERROR"}
    run = partial(subprocess.run, cwd=PROJECT, capture_output=True, text=True, env=environment)
    run([sys.executable, "manage.py", "migrate"], check=True)
    ended, befores, peaks = [], [], []
    for number, job, *others in (0, "scan", *before), (1, "scan"), (1, "history"):
        set_branch(tmp_path / "large.git", "main", commits[number])
        done = run([sys.executable, "-c", MEASURE, str(tmp_path / "large.git"), job, *others])
        assert done.returncode == 0, done.stderr[-2000:]
        *told, had, megabytes = done.stdout.split()
        ended.append(told)
        befores.append(int(had))
        peaks.append(int(megabytes))
    assert ended == [["done", "50000", "2000"], ["done", "50001", "2001"], ["done", "2"]]
    limit = settings.CELERY_WORKER_MAX_MEMORY_PER_CHILD / 1024
    assert max(peaks) < 300
    assert befores[1] + 20 < befores[0] < limit < min(peaks), (befores, peaks)
