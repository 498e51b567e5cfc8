from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.db.models import F
from django.utils import timezone

from audits import analysis, gitstore, scans
from audits.engine import ENGINE_VERSION
from audits.health.system import stored_facts
from audits.models import BlobFacts, Finding, FindingEvent, FindingParameter, Repository, Scan, UnreadFile
from audits.progress.alerts import TITLES
from audits.sandbox import Sandbox
from audits.scans import claims, facts
from tests.scans.conftest import SHOP

CONFLICT = SHOP.replace("    return", "<<<<<<< HEAD\n    return")
HANG = "import cohere  # co.generate()\nmatch a:\n case " + "(" * 20 + "1" + ",)" * 20 + ": pass\n"


def verbs():
    return sorted(FindingEvent.objects.values_list("verb", flat=True))


def test_it_finds_a_use_and_tells_everything_of_it(scan, registered, shop):
    row = scan()
    assert (row.state, row.error_message, row.attempt) == ("done", "", 1)
    assert (row.commit, row.branch, row.engine) == (shop.tip, "main", ENGINE_VERSION)
    assert (row.usages, row.remaining, row.resolved, row.opened_now, row.resolved_now) == (1, 1, 0, 1, 0)
    assert (row.files_total, row.files_done, row.files_parsed, row.files_unread) == (2, 2, 1, 0)
    assert row.seconds > 0
    assert row.lease_until is None
    assert row.queued_at <= row.started_at <= row.fetched_at <= row.finished_at
    assert (registered.applied_commit, registered.applied_branch) == (shop.tip, "main")
    assert (registered.last_scan_id, registered.failures, registered.settled) == (row.pk, 0, True)
    finding = Finding.objects.get()
    assert (finding.path, finding.line, finding.kind, finding.confidence) == ("shop/ask.py", 7, "sdk_call", "confirmed")
    assert (finding.presence, finding.commit, finding.first_scan_id) == ("present", shop.tip, row.pk)
    assert finding.detail["path"] == "shop/ask.py"
    assert FindingParameter.objects.get(name="logit_bias").in_the_way
    assert not FindingParameter.objects.get(name="temperature").in_the_way
    assert verbs() == ["opened"]


def test_an_unchanged_tip_costs_one_question_to_the_host(scan, monkeypatch, shop):
    first = scan()
    monkeypatch.setattr(gitstore.Mirror, "__init__", lambda *args: pytest.fail("a mirror was opened"))
    again = scan()
    assert (again.state, again.unchanged, again.commit) == ("done", True, shop.tip)
    assert (again.usages, again.remaining, again.files_total) == (1, 1, first.files_total)
    assert verbs() == ["opened"]


def test_another_engine_scans_the_same_commit_again_without_an_event(scan, registered):
    scan()
    Repository.objects.update(applied_engine="0.9")
    again = scan()
    assert (again.state, again.unchanged, registered.applied_engine) == ("done", False, ENGINE_VERSION)
    assert verbs() == ["opened"]


def test_another_engine_reads_every_file_again(scan, monkeypatch):
    with monkeypatch.context() as patch:
        for module in ("analysis.files", "analysis.looks", "analysis.results", "analysis.run", "scans.run"):
            patch.setattr(f"audits.{module}.ENGINE_VERSION", "0.9")
        assert scan().blobs_extracted == 1
    again = scan()
    assert (again.unchanged, again.blobs_extracted) == (False, 1)


def test_a_branch_that_moves_on_meanwhile_is_read_where_it_was(scan, shop, monkeypatch):
    scan()
    tip, fetch = shop.commit({"README.md": "Another one\n"}), gitstore.Mirror.fetch

    def moved_on(*arguments, **options):
        shop.commit({"shop/more.py": SHOP})
        return fetch(*arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(gitstore.Mirror, "fetch", moved_on)
        row = scan()
    assert (row.commit, row.usages) == (tip, 1)
    assert scan().usages == 2


def test_a_use_whose_line_moved_is_the_same_finding(scan, shop):
    scan()
    before = Finding.objects.get()
    shop.commit({"shop/ask.py": "# A comment\n\n" + SHOP})
    assert scan().opened_now == 0
    after = Finding.objects.get()
    assert (after.pk, after.line, after.commit) == (before.pk, 9, shop.tip)
    assert after.first_seen_at == before.first_seen_at < after.last_seen_at
    assert verbs() == ["opened"]


def test_a_use_gone_from_a_newer_commit_is_resolved(scan, shop):
    scan()
    shop.commit({"shop/ask.py": "def ask(question):\n    return question\n"})
    row = scan()
    finding = Finding.objects.get()
    assert (finding.presence, finding.absent_reason) == ("absent", "code_changed")
    assert (row.usages, row.remaining, row.resolved, row.resolved_now) == (0, 0, 1, 1)
    assert verbs() == ["opened", "resolved"]


def test_a_use_whose_file_was_deleted_is_resolved(scan, shop):
    scan()
    shop.commit({"shop/ask.py": None})
    scan()
    assert Finding.objects.get().absent_reason == "file_deleted"


def test_a_renamed_file_keeps_its_findings(scan, shop):
    scan()
    shop.commit({"shop/ask.py": None, "store/ask.py": SHOP})
    scan()
    assert Finding.objects.get().path == "store/ask.py"
    assert FindingEvent.objects.get(verb="moved").reason == "shop/ask.py → store/ask.py"


def test_a_returning_use_is_the_same_finding_and_regressed(scan, shop):
    scan()
    shop.commit({"shop/ask.py": "x = 1\n"})
    scan()
    shop.commit({"shop/ask.py": SHOP})
    row = scan()
    finding = Finding.objects.get()
    assert (finding.presence, finding.absent_reason, finding.resolved_at) == ("present", "", None)
    assert finding.regressed
    assert (row.opened_now, row.remaining, row.resolved) == (1, 1, 0)
    assert verbs() == ["opened", "reopened", "resolved"]


def test_a_use_that_returns_after_a_season_is_a_new_finding(scan, shop):
    scan()
    shop.commit({"shop/ask.py": "x = 1\n"})
    scan()
    Finding.objects.update(resolved_at=timezone.now() - timedelta(days=91))
    shop.commit({"shop/ask.py": SHOP})
    scan()
    assert sorted(Finding.objects.values_list("presence", flat=True)) == ["absent", "present"]


def test_a_file_that_was_not_read_keeps_its_findings(scan, shop, registered):
    scan()
    shop.commit({"shop/ask.py": CONFLICT})
    row = scan()
    assert (row.state, row.files_unread, row.remaining, row.resolved) == ("partial", 1, 0, 0)
    assert Finding.objects.get().presence == "unknown"
    unread = UnreadFile.objects.get()
    assert (unread.path, unread.reason, unread.names_api) == ("shop/ask.py", "unparsable", True)
    assert registered.settled
    again = scan()
    assert (again.state, again.unchanged, again.files_unread) == ("partial", True, 1)
    shop.commit({"shop/ask.py": SHOP})
    assert scan().state == "done"
    assert Finding.objects.get().presence == "present"
    assert not UnreadFile.objects.exists()
    assert verbs() == ["lost_sight", "opened", "seen"]


def test_people_keep_what_they_decided(scan, shop):
    scan()
    Finding.objects.update(disposition="dismissed", dismissal="dead_code", decided_digest=F("digest"))
    shop.commit({"shop/ask.py": "#\n" + SHOP})
    row = scan()
    assert Finding.objects.get().disposition == "dismissed"
    assert row.remaining == 0


def test_another_branch_is_another_scope(scan, shop, registered):
    scan()
    shop.branch("next")
    shop.commit({"shop/ask.py": None})
    Repository.objects.update(branch="next")
    assert scan().resolved == 0
    assert Finding.objects.get().absent_reason == "branch_changed"


@pytest.mark.parametrize("kind", ["gone", "no_commits", "branch"])
def test_a_repository_that_cannot_be_read_closes_nothing(kind, scan, shop, registered):
    scan()
    if kind == "gone":
        shop.path.rename(shop.path.with_name("elsewhere.git"))
    elif kind == "no_commits":
        (shop.git_dir / "refs/heads/main").unlink()
    else:
        Repository.objects.update(branch="no-such-branch")
    row = scan()
    assert row.state == "failed"
    assert row.error_kind in ("url_not_allowed", "not_found", "no_commits", "branch_not_found")
    assert len(row.error_message) > 20
    # A folder that is gone is no question of what is allowed.
    assert "allowed" not in TITLES[row.error_kind]
    assert Finding.objects.get().presence == "present"
    assert (registered.failures, registered.last_scan_id, registered.applied_commit != "") == (1, row.pk, True)


@pytest.mark.parametrize("url", ["ext::sh -c touch% /tmp/pwned", "file:///etc", "https://127.0.0.1/x/y", "/etc"])
def test_an_address_put_into_the_row_by_other_means_starts_no_process(url, scan, monkeypatch):
    Repository.objects.update(url=url)
    monkeypatch.setattr(gitstore, "ls_remote", lambda *args, **kwargs: pytest.fail("git was asked"))
    row = scan()
    assert (row.state, row.error_kind) == ("failed", "url_not_allowed")


def test_a_fault_of_ours_ends_on_the_row_and_is_raised(registered, monkeypatch):
    monkeypatch.setattr(analysis, "analyse", lambda *args, **kwargs: 1 / 0)
    asked = scans.request_scan(registered)
    with pytest.raises(ZeroDivisionError):
        scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.error_kind) == ("failed", "internal")
    assert "log" in asked.error_message


def test_a_busy_database_costs_an_attempt_not_the_scan(registered, monkeypatch, rung):
    def busy(*args, **kwargs):
        raise OperationalError("database is locked")

    asked = scans.request_scan(registered)
    with monkeypatch.context() as patched:
        patched.setattr(analysis, "analyse", busy)
        with pytest.raises(OperationalError):
            scans.run_scan(asked.pk)
    assert scans.reap() == 1
    scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.attempt) == ("done", 2)


def test_a_worker_that_lost_its_lease_writes_nothing(registered, monkeypatch, shop):
    """Another worker takes the scan over while this one reads; only the other one's result is there."""
    asked = scans.request_scan(registered)
    analyse, others = analysis.analyse, []

    def overtaken(*args, **kwargs):
        report = analyse(*args, **kwargs)
        if not others:
            Scan.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
            others.append(claims.take(asked.pk))
        return report

    monkeypatch.setattr(analysis, "analyse", overtaken)
    scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert (asked.state, asked.lease_owner, asked.attempt) == ("fetching", others[0].owner, 2)
    assert not Finding.objects.exists()


def test_a_scan_of_a_deleted_repository_ends_quietly(registered, monkeypatch):
    asked = scans.request_scan(registered)
    analyse = analysis.analyse

    def deleted(*args, **kwargs):
        Repository.objects.all().delete()
        return analyse(*args, **kwargs)

    monkeypatch.setattr(analysis, "analyse", deleted)
    scans.run_scan(asked.pk)
    assert not Scan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_git_and_the_parser_work(scan, monkeypatch):
    open_while = []

    def watch(module, name):
        original = getattr(module, name)

        def watched(*args, **kwargs):
            open_while.append(connection.in_atomic_block)
            return original(*args, **kwargs)

        monkeypatch.setattr(module, name, watched)

    watch(gitstore, "ls_remote"), watch(gitstore.Mirror, "fetch"), watch(analysis, "analyse")
    assert scan().state == "done"
    assert open_while == [False, False, False]


@pytest.mark.hostile
def test_odd_text_reaches_the_database_in_a_form_that_it_takes(scan, shop, roots):
    shop.commit(
        {
            "odd/\udcff\n.py": SHOP,
            "nul.py": SHOP.replace("temperature=0.5", "stop_sequences=['\\0', '\\ud800']"),
            "long/" + "d" * 200 + ".py": SHOP.replace("question", "q" * 5000),
        }
    )
    row = scan()
    assert row.state in ("done", "partial")
    assert row.error_message == ""
    assert Finding.objects.count() >= 3
    assert scan().unchanged


class TestFiles:
    """What killed the parser is remembered by its blob, whatever repository or commit brings it again."""

    @pytest.fixture(autouse=True)
    def short(self, settings):
        settings.FILE_DEADLINE = 1.5

    @pytest.fixture
    def spawns(self, monkeypatch):
        made = []
        close = Sandbox.close

        def closing(self):
            made.append((self.spawns, self.deaths))
            close(self)

        monkeypatch.setattr(Sandbox, "close", closing)
        return made

    @pytest.mark.hostile
    def test_a_crashing_file_is_not_tried_again(self, scan, shop, spawns, registered):
        shop.commit({"bad.py": "import cohere  # co.generate()\nx = " + "[" * 10_000 + "\n"})
        row = scan()
        assert (row.state, row.usages) == ("partial", 1)
        assert UnreadFile.objects.get().reason == "crashed"
        # Another use, so that the last result does not stand in for the reading.
        shop.commit({"shop/ask.py": SHOP.replace("0.5", "0.6")})
        scan()
        assert UnreadFile.objects.get().path == "bad.py"
        assert spawns[-1] == (1, 0)

    @pytest.mark.hostile
    def test_a_file_that_timed_out_is_tried_once_more_in_a_later_scan(self, scan, shop, spawns, registered):
        shop.commit({"slow.py": HANG})
        for settled in (False, True):
            row = scan()
            assert (row.state, UnreadFile.objects.get().reason) == ("partial", "timed_out")
            assert spawns[-1][1] == 1
            registered.refresh_from_db()
            assert registered.settled is settled
        assert BlobFacts.objects.get(unread="timed_out").tries == 2

    @pytest.mark.hostile
    def test_a_file_that_timed_out_twice_is_told_and_costs_no_more(self, scan, shop, spawns, registered):
        shop.commit({"slow.py": HANG})
        scan(), scan()
        tried = len(spawns)
        row = scan()
        assert (row.unchanged, row.state, row.files_unread, len(spawns)) == (True, "partial", 1, tried)
        shop.commit({"README.md": "Changed\n"})
        row = scan()
        assert (row.unchanged, row.state, row.files_unread, spawns[-1][1]) == (False, "partial", 1, 0)
        registered.refresh_from_db()
        assert (registered.settled, UnreadFile.objects.get().path) == (True, "slow.py")


def test_facts_are_stored_once_and_shared(scan, shop, db):
    scan()
    scan()
    assert BlobFacts.objects.filter(kind="python").count() == 1
    assert Scan.objects.earliest("pk").blobs_extracted == stored_facts() == 1
    assert BlobFacts.objects.filter(kind__startswith="s").count() == 1
    assert facts.DbFactStore().get_many([]) == {}


def test_what_a_scan_says_is_new_is_what_the_headline_counts(scan, shop):
    shop.commit({"tests/test_ask.py": SHOP, "shop/again.py": SHOP})
    row = scan()
    assert (row.remaining, row.opened_now, row.apart_now) == (2, 2, 1)
    shop.commit({"tests/test_ask.py": "x = 1\n", "shop/again.py": "x = 1\n"})
    row = scan()
    assert (row.remaining, row.opened_now, row.resolved_now, row.apart_now) == (1, 0, 1, 1)
