"""Repositories and servers that mean harm: each costs itself, is told in a sentence, and closes nothing."""

from functools import partial

import pytest

from audits import scans
from audits.intake import register
from audits.models import BlobFacts, Finding, Scan, UnreadFile
from audits.sandbox import Sandbox
from tests.broker import pool_process
from tests.gitbuild import SUBMODULE, SYMLINK, TREE, RepositoryBuilder
from tests.gitstore.large import million_in_a_thousand_folders, million_in_one_folder
from tests.scans.conftest import SHOP
from tests.waiting import wait_for

from .conftest import HANG, ended, known, lapse, page, undisturbed, whole

pytestmark = [pytest.mark.fault, pytest.mark.hostile, pytest.mark.django_db(transaction=True)]
NAMED = "import cohere  # co.generate()\n"
KILLERS = {
    "a_list_unclosed_12000.py": NAMED + "x = " + "[" * 12000 + "\n",
    "b_call_nest_1000.py": NAMED + "x = " + "f(" * 1000 + ")" * 1000 + "\n",
    "c_match_tuple_20.py": HANG,
    "d_list_unclosed_10000.py": NAMED + "x = " + "[" * 10000 + "\n",
}
# What each is unread for. Whether the others end by the stack, by the memory or by their time depends on the machine.
DEATHS = {"crashed", "out_of_memory", "timed_out"}
REASONS = dict.fromkeys(KILLERS, DEATHS) | {"c_match_tuple_20.py": {"timed_out"}}


@pytest.mark.broker
def test_files_that_kill_their_parser_cost_themselves_and_are_not_tried_again(
    make, start_worker, ledger, monkeypatch, settings
):
    repository = make("shop", scan=False)
    builder = make.builders["shop"]
    calm = undisturbed(builder)
    builder.commit({f"bad/{name}": text for name, text in KILLERS.items()})
    worker = start_worker(FILE_DEADLINE="5")
    pool = pool_process(worker)
    row = ended(scans.request_scan(repository))
    assert (row.state, row.attempt, row.files_unread) == ("partial", 1, 4)
    assert worker.process.poll() is None
    assert worker.log.count("ready.") == 1
    assert pool_process(worker) == pool
    told = {unread.path.removeprefix("bad/"): unread.reason for unread in UnreadFile.objects.all()}
    assert all(told[name] in reasons for name, reasons in REASONS.items()), told
    assert told.keys() == KILLERS.keys()
    assert sum(row.file_states.values()) == row.files_total
    assert row.file_states["scanned"] == row.files_total - len(KILLERS)
    ledger.compare("Files that kill or hang their parser", known(repository), calm, times=len(KILLERS))
    shown = page(repository)
    assert "4 files" in shown
    assert all(name in shown for name in KILLERS)
    # Again, with a new commit that leaves them as they are, and a use in it, so that no last result stands in for the
    # reading: only what timed out once gets its second try.
    worker.kill()
    builder.commit({"shop/ask.py": SHOP + "# new\n"})
    asked, settings.FILE_DEADLINE = [], 5
    give = Sandbox._give
    monkeypatch.setattr(Sandbox, "_give", lambda self, to, job: asked.append(job.data) or give(self, to, job))
    again = scans.request_scan(repository)
    scans.run_scan(again.pk)
    again.refresh_from_db()
    assert (again.state, again.files_unread) == ("partial", 4)
    assert (SHOP + "# new\n").encode() in asked
    tried = {name for name, text in KILLERS.items() if text.encode() in asked}
    assert tried == {name for name, reason in told.items() if reason == "timed_out"}
    assert known(repository).uses == calm.uses
    assert BlobFacts.objects.filter(unread="timed_out", tries=2).exists() or "timed_out" not in told.values()


def bomb(builder):
    """10^11 paths in a few hundred bytes."""
    tree = builder.tree([("100644", f"f{n}.py", builder.blob(SHOP)) for n in range(10)])
    for _ in range(10):
        tree = builder.tree([(TREE, f"d{n}", tree) for n in range(10)])
    builder.publish(tree)


def deep(builder):
    tree = builder.tree([("100644", "f.py", builder.blob(SHOP))])
    for _ in range(500):
        tree = builder.tree([(TREE, "d", tree)])
    builder.publish(tree)


def parent_folder(builder):
    builder.publish(builder.tree([("100644", "..", builder.blob(SHOP))]))


def git_folder(builder):
    inner = builder.tree([("100755", "post-checkout", builder.blob("#!/bin/sh\ntouch PWNED\n"))])
    builder.publish(builder.tree([(TREE, ".git", builder.tree([(TREE, "hooks", inner)]))]))


def twice(builder):
    blob = builder.blob(SHOP)
    builder.publish(builder.tree([("100644", "a.py", blob), ("100644", "a.py", blob)], ordered=True))


def missing(builder):
    builder.publish(builder.tree([(TREE, "d", "1" * 40)]))


def links_and_modules(builder):
    builder.commit(
        {
            "passwd": "/etc/passwd",
            "loop": "loop",
            "module": "2" * 40,
            ".gitmodules": '[submodule "-x"]\n\turl = ext::sh\n',
        },
        modes={"passwd": SYMLINK, "loop": SYMLINK, "module": SUBMODULE},
    )


def odd_names(builder):
    names = ("a\nb.py", "t\tab.py", "\udcff\udcfe.py", "\u202egnp.py", "<script>.py", "=cmd|calc.py", "\x1b[31m.py")
    builder.commit(dict.fromkeys(names, SHOP))


REPOSITORIES = {
    bomb: "too_large",
    deep: "too_large",
    million_in_one_folder: "too_large",
    million_in_a_thousand_folders: "too_large",
    parent_folder: "refused_objects",
    git_folder: "refused_objects",
    twice: "refused_objects",
    missing: "missing_objects",
    links_and_modules: "",
    odd_names: "",
}


@pytest.mark.parametrize("build", REPOSITORIES, ids=lambda build: build.__name__)
def test_a_hostile_state_is_told_and_closes_nothing(build, make, tmp_path, ledger):
    repository = make("shop", scan=False)
    builder = make.builders["shop"]
    assert ran(repository).state == "done"
    before, tip = known(repository), builder.tip
    build(builder)
    row = ran(repository)
    assert row.error_kind == REPOSITORIES[build], row.error_message
    whole(repository)
    after = known(repository)
    if REPOSITORIES[build]:
        assert row.error_message.endswith(".")
        assert row.error_message.split(".")[0] in page(repository)
        ledger.compare("Hostile repositories", after, before)
    else:
        assert row.state == "done"
        ledger.add("Hostile repositories", 1, lost=sum((before.uses - after.uses).values()))
        assert before.uses <= after.uses
        page(repository)
    assert not list(tmp_path.rglob("PWNED*"))
    assert not list((tmp_path / "mirrors").rglob("*.py"))
    builder.reset(tip)
    builder.commit({"README.md": "back to normal\n"})
    assert ran(repository).state == "done"
    assert known(repository).uses == before.uses


def test_a_file_whose_bytes_are_missing_is_unread_and_its_uses_stay(make):
    repository = make("shop", scan=False)
    builder = make.builders["shop"]
    ran(repository)
    before = known(repository)
    path = Finding.objects.first().path
    builder.commit({path: SHOP + "# new\n"})
    builder.lose(builder.oid(path))
    row = ran(repository)
    assert (row.state, row.error_kind, row.files_unread) == ("partial", "", 1)
    assert [unread.reason for unread in UnreadFile.objects.all()] == ["object_missing"]
    assert {finding.path: finding.presence for finding in Finding.objects.all()} == {
        found: "unknown" if found == path else "present" for found, _, _ in before.uses
    }


SERVERS = {
    "html": "no_commits",
    "404": "not_found",
    "410": "not_found",
    "401": "auth_failed",
    "403": "auth_failed",
    "429": "",
    "500": "network",
    "503": "",
    "redirect": "moved",
}


def test_servers_that_answer_wrongly_close_nothing(served, ledger, broker):
    builder = RepositoryBuilder(served.root / "shop.git")
    builder.commit({"shop/ask.py": SHOP})
    repository = register(f"https://{served.place}/shop.git", scan=False)
    assert ran(repository).state == "done"
    before = known(repository)
    builder.commit({"shop/new.py": SHOP})
    for mode, kind in SERVERS.items():
        served.mode, served.target = mode, f"https://localhost:{served.port}/elsewhere"
        row = ran(repository)
        if kind:
            assert (row.state, row.error_kind) == ("failed", kind), mode
            assert row.error_message.split(".")[0] in page(repository), mode
        assert row.state in ("failed", "queued"), mode
        whole(repository)
        ledger.compare("Servers that answer wrongly", known(repository), before)
        Scan.objects.filter(repository=repository, state="queued").delete()
    served.mode = "ok"
    assert ran(repository).state == "done"
    ledger.compare("Servers that answer wrongly", known(repository), undisturbed(builder), times=0)


@pytest.mark.parametrize("state", ["empty", "unborn", "headodd"])
def test_repositories_without_a_commit_to_read_close_nothing(state, make, ledger):
    repository = make("shop", scan=False)
    builder = make.builders["shop"]
    assert ran(repository).state == "done"
    before, tip = known(repository), builder.tip
    ref = builder.git_dir / "refs/heads/main"
    if state == "empty":
        ref.unlink()
    elif state == "unborn":
        builder.ref("refs/heads/other", tip)
        builder.head("ref: refs/heads/nowhere")
    else:
        builder.head("ref: refs/odd/nowhere")
    row = ran(repository)
    assert (row.state, row.error_kind) == ("failed", "no_commits")
    assert row.error_message.split(".")[0] in page(repository)
    ledger.compare("Repositories without a commit to read", known(repository), before)
    builder.ref("refs/heads/main", tip)
    builder.head("ref: refs/heads/main")
    assert ran(repository).state == "done"
    assert known(repository) == before


def ran(repository):
    """A scan in this process, and its row."""
    row = scans.request_scan(repository)
    scans.run_scan(row.pk)
    row.refresh_from_db()
    return row


@pytest.mark.broker
def test_a_poisoned_scan_is_tried_three_times_and_others_go_on(make, start_worker, ledger, settings):
    """Here the worker itself is killed each time, by what it can never get past."""
    settings.SCAN_RING_AGAIN = 0
    poison = make("poison", hang=True)
    row = poison.scans.get()
    for attempt in (1, 2, 3):
        worker = start_worker()
        wait_for(partial(reads, row, attempt), "the scan is not taken")
        worker.kill()
        lapse(row)
    good = make("good")
    start_worker()
    row = ended(row)
    assert (row.state, row.error_kind, row.attempt) == ("failed", "worker_lost", 3)
    assert "The worker was lost 3 times" in page(poison)
    assert not Finding.objects.filter(repository=poison).exists()
    assert ended(good.scans.get()).state == "done"
    ledger.compare("Scan that takes its worker along three times", known(good), undisturbed(make.builders["good"]), 3)


def reads(row, attempt):
    """Whether the scan is read for the so-manieth time; who lost its worker is rung for again."""
    scans.reap()
    now = Scan.objects.get(pk=row.pk)
    return (now.state, now.attempt) == ("scanning", attempt)
