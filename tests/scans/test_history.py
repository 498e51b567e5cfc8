"""What a scan concludes when the commit before it is no ancestor, another branch's, or was read by another engine."""

import shutil

import pytest

from audits import progress, scans
from audits.engine.facts import Unread, UnreadReason
from audits.models import Finding, FindingEvent, Repository, Scan
from audits.sandbox import Sandbox
from tests.scans.conftest import SHOP
from tests.web import rows

MORE = SHOP.replace("question", "quest")


def presences():
    return sorted(Finding.objects.values_list("path", "presence", "absent_reason"))


def engine_was(version):
    Repository.objects.update(applied_engine=version)


class TestRewrittenHistory:
    @pytest.fixture
    def set_back(self, scan, shop):
        """Two uses were scanned; then a forced push took the commit of the second away."""
        first = shop.tip
        second = shop.commit({"shop/more.py": MORE})
        scan()
        shop.reset(first)
        return second

    def test_what_it_took_away_is_gone_and_no_progress_however_often_it_is_scanned(self, set_back, scan, registered):
        for unchanged in (False, True, True):
            row = scan()
            assert (row.unchanged, row.resolved, row.resolved_now, row.remaining) == (unchanged, 0, 0, 1)
            assert presences() == [("shop/ask.py", "present", ""), ("shop/more.py", "absent", "history_rewritten")]
        assert FindingEvent.objects.get(verb="left_out").reason == "history_rewritten"
        assert not FindingEvent.objects.filter(verb="resolved").exists()
        assert registered.settled

    def test_a_repository_that_lost_all_its_calls_so_is_neither_migrated_nor_unused(self, scan, shop, registered):
        scan()
        shop.reset(shop.commit({"README.md": "Begun anew.\n", "shop/ask.py": None}, parents=[]))
        row = scan()
        assert Scan.objects.annotate(lost=progress.lost_by()).get(pk=row.pk).lost == 1
        found = progress.statuses(Repository.objects.all()).get()
        assert (found.status, found.lost_count, found.ever_count) == ("rewritten", 1, 0)
        assert not progress.statuses(Repository.objects.all()).filter(progress.at_zero()).exists()
        assert not progress.summary(rows.person("viewer")).repositories_at_zero

    def test_one_that_lost_one_of_many_is_migrated(self, scan, shop, registered):
        shop.commit({f"shop/more{number}.py": MORE for number in range(3)})
        scan()
        base = shop.commit(dict.fromkeys(f"shop/more{number}.py" for number in range(3)))
        shop.commit({"shop/late.py": MORE, "shop/ask.py": None})
        scan()
        shop.reset(base)
        shop.commit({"shop/ask.py": None})
        scan()
        found = progress.statuses(Repository.objects.all()).get()
        assert (found.status, found.lost_count, found.resolved_count) == ("migrated", 1, 3)
        assert progress.statuses(Repository.objects.all()).filter(progress.at_zero()).exists()
        assert progress.summary(rows.person("viewer")).repositories_at_zero == 1

    def test_a_later_commit_settles_what_it_removes_itself(self, set_back, scan, shop):
        scan()
        shop.commit({"shop/ask.py": "x = 1\n"})
        assert scan().resolved == 1
        assert ("shop/ask.py", "absent", "code_changed") in presences()

    def test_a_use_that_a_second_push_brings_back_has_not_regressed(self, set_back, scan, shop):
        scan()
        shop.reset(set_back)
        assert scan().remaining == 2
        assert not Finding.objects.filter(regressed=True).exists()
        assert FindingEvent.objects.get(verb="reopened").reason == "Was gone: history_rewritten"

    def test_a_file_that_could_not_be_read_at_first_makes_no_progress_of_it(self, scan, shop, registered, monkeypatch):
        first = shop.commit({"shop/more.py": "import cohere\n"})
        shop.commit({"shop/more.py": MORE})
        scan()
        shop.reset(first)
        slow = Unread(UnreadReason.BUDGET, "no time")
        with monkeypatch.context() as patched:
            patched.setattr(Sandbox, "extract_all", lambda self, files: ((key, slow, "") for key, _, _ in files))
            assert scan().state == "partial"
        assert ("shop/more.py", "unknown", "") in presences()
        assert not registered.settled
        assert scan().resolved == 0
        assert ("shop/more.py", "absent", "history_rewritten") in presences()

    def test_a_mirror_that_was_lost_meanwhile_makes_no_progress_of_it(self, set_back, scan, settings):
        shutil.rmtree(settings.MIRROR_ROOT)
        assert scan().resolved == 0
        assert ("shop/more.py", "absent", "history_rewritten") in presences()


class TestAnotherBranch:
    def test_from_a_commit_without_a_branch_to_a_branch_is_no_progress(self, scan, shop, registered):
        shop.head(shop.tip)
        scan()
        assert registered.applied_branch == ""
        shop.branch("next")
        shop.commit({"shop/ask.py": "x = 1\n"})
        Repository.objects.update(branch="next")
        registered.refresh_from_db()
        assert scan().resolved == 0
        assert presences() == [("shop/ask.py", "absent", "branch_changed")]

    def test_back_on_the_first_branch_nothing_has_regressed(self, scan, shop, registered):
        scan()
        shop.branch("next")
        shop.commit({"shop/ask.py": "x = 1\n"})
        for branch in ("next", "main"):
            Repository.objects.update(branch=branch)
            registered.refresh_from_db()
            scan()
        assert presences() == [("shop/ask.py", "present", "")]
        assert not Finding.objects.get().regressed

    def test_a_branch_whose_name_is_too_long_to_store_is_refused_with_a_sentence(self, scan, shop, registered):
        shop.branch("b" * 201)
        shop.head(f"ref: refs/heads/{'b' * 201}")
        row = scan()
        assert (row.state, row.error_kind) == ("failed", "branch_not_found")
        assert "200 characters" in row.error_message

    def test_a_branch_of_bytes_that_are_no_text_is_one_branch(self, scan, shop, registered):
        (shop.git_dir / "refs/heads/\udcff").write_text(shop.tip + "\n")
        (shop.git_dir / "HEAD").write_bytes(b"ref: refs/heads/\xff\n")
        assert scan().state == "done"
        assert scan().unchanged


class TestAnotherEngine:
    """The engine of the first scan found one use more than the present one does: a call in a file of its own."""

    @pytest.fixture
    def no_longer_found(self, scan, shop):
        scan()
        Finding.objects.update(callee="old.rule", call_hash="0" * 64, shape_hash="0" * 64, line=400)
        engine_was("0.9")

    def test_what_it_no_longer_finds_in_the_same_commit_is_a_rule_that_changed(self, no_longer_found, scan):
        row = scan()
        assert (row.resolved, row.resolved_now, row.remaining) == (0, 0, 1)
        assert ("shop/ask.py", "absent", "rule_changed") in presences()

    def test_in_a_new_commit_it_tells_the_rule_from_the_code(self, no_longer_found, scan, shop):
        shop.commit({"shop/ask.py": "x = 1\n"})
        row = scan()
        assert (row.resolved, row.resolved_now, row.remaining, row.usages) == (1, 1, 0, 0)
        assert presences() == [("shop/ask.py", "absent", "code_changed"), ("shop/ask.py", "absent", "rule_changed")]

    def test_a_migration_beside_an_upgrade_counts(self, scan, shop, registered):
        scan()
        engine_was("0.9")
        shop.commit({"shop/ask.py": "x = 1\n"})
        assert scan().resolved == 1
        assert presences() == [("shop/ask.py", "absent", "code_changed")]

    def test_without_the_former_commit_nothing_is_progress(self, scan, shop, registered, settings):
        scan()
        Repository.objects.update(applied_engine="0.9", applied_commit="f" * 40)
        Finding.objects.update(commit="")
        shop.commit({"shop/ask.py": "x = 1\n"})
        assert scan().resolved == 0
        assert presences() == [("shop/ask.py", "absent", "rule_changed")]


class TestExcerpts:
    @pytest.fixture
    def unshown(self, scan, shop, monkeypatch):
        """A scan of a later commit that could read everything but not make the excerpts."""

        def run(files):
            shop.commit(files)
            with monkeypatch.context() as patched:
                slow = Unread(UnreadReason.TIMED_OUT, "slow")
                patched.setattr(Sandbox, "present_all", lambda self, files: ((key, slow, "") for key, *_ in files))
                return scan()

        scan()
        return run

    def test_one_that_could_not_be_made_leaves_the_last_one(self, unshown, scan, registered):
        before = Finding.objects.get()
        unshown({"README.md": "Other\n"})
        after = Finding.objects.get()
        assert before.snippet != ""
        assert (after.snippet, after.detail) == (before.snippet, before.detail)

    def test_it_is_made_by_the_next_scan_of_the_same_commit(self, unshown, scan, registered):
        unshown({"shop/ask.py": "# Moved\n\n" + SHOP})
        assert not registered.settled
        assert not scan().unchanged
        assert registered.settled
        assert Finding.objects.get().detail["excerpt"][0]["number"] > 1

    def test_one_of_a_call_that_reads_otherwise_now_is_not_kept(self, unshown):
        unshown({"shop/ask.py": SHOP.replace("0.5", "0.9")})
        assert Finding.objects.get().snippet == ""


def test_a_confirmed_result_is_as_fresh_as_a_new_one(scan, registered):
    scan()
    Finding.objects.update(last_seen_at="2024-01-01T00:00:00Z")
    asked = scans.request_scan(registered)
    scans.run_scan(asked.pk)
    asked.refresh_from_db()
    assert asked.unchanged
    assert Finding.objects.get().last_seen_at >= asked.started_at


def test_a_use_that_a_comment_sets_aside_is_no_progress_and_comes_back_with_its_history(scan, shop, registered):
    scan()
    shop.commit({"shop/ask.py": SHOP.replace("logit_bias={1: 2})", "logit_bias={1: 2})  # last-call: ignore[old]")})
    row = scan()
    assert (row.resolved, row.resolved_now, row.remaining) == (0, 0, 0)
    assert presences() == [("shop/ask.py", "absent", "set_aside")]
    shop.commit({"shop/ask.py": SHOP})
    assert scan().remaining == 1
    assert not Finding.objects.get().regressed
