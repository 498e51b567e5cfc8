"""How a use ends, and how it does not: real commits, real scans."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from audits import scans, triage
from audits.lifecycle import RETURNS_WITHIN
from audits.models import Finding, FindingEvent, Organisation, Repository, Scan
from audits.models.change import versions
from audits.progress.ledger import ledger
from audits.progress.scope import Scope
from audits.scans.blames import baseline_of
from tests.scans.conftest import SHOP
from tests.web import rows

CALL = "co.generate(prompt=question, temperature=0.5, logit_bias={1: 2})"
CHAT = SHOP.replace(CALL, "co.chat(message=question).text")
TWIN = f"{SHOP}\n\ndef ask_again(question):\n    return {CALL}\n"


def verbs(row: Finding) -> list[str]:
    return [event.verb for event in row.events.order_by("pk")]


def reason() -> str:
    return Finding.objects.get().absent_reason


def test_a_chat_call_in_its_place_is_a_migration(scan, shop):
    scan()
    shop.commit({"shop/ask.py": CHAT})
    row = scan()
    assert (reason(), row.resolved_now, row.chat_sites) == ("migrated", 1, 1)


def test_a_chat_call_that_was_there_before_migrates_nothing(scan, shop):
    both = CHAT.replace("return", "co.generate(prompt=question)\n    return")
    shop.commit({"shop/ask.py": both})
    scan()
    shop.commit({"shop/ask.py": CHAT})
    scan()
    assert reason() == "code_deleted"


def test_a_chat_call_elsewhere_migrates_nothing(scan, shop):
    scan()
    other = SHOP.replace(CALL, "None")
    shop.commit({"shop/ask.py": other + "\n\ndef chat(question):\n    return co.chat(message=question)\n"})
    scan()
    assert reason() == "code_changed"


def test_a_function_that_was_taken_out_is_deleted_code(scan, shop):
    scan()
    shop.commit({"shop/ask.py": SHOP.partition("\n\ndef ask")[0] + "\n"})
    scan()
    assert reason() == "code_deleted"


def test_a_function_that_went_beside_one_that_changed_is_deleted_code(scan, shop):
    other = "def answer(question):\n    return {}\n\n\ndef ask"
    shop.commit({"shop/ask.py": SHOP.replace("def ask", other.format("one(question)"))})
    scan()
    shop.commit({"shop/ask.py": SHOP.partition("def ask")[0] + other.format("two(question)").partition("\n\n\n")[0]})
    scan()
    assert reason() == "code_deleted"


def test_the_first_of_two_twins_is_the_one_that_is_gone(scan, shop):
    once = SHOP.replace("return ", "")
    shop.commit({"shop/ask.py": f"{once}    {CALL}\n"})
    scan()
    first, second = Finding.objects.order_by("line")
    shop.commit({"shop/ask.py": f"# one\n{once.rpartition('    ')[0]}    # was here\n    {CALL}\n"})
    scan()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.presence, second.presence) == ("absent", "present")


def test_a_call_whose_copies_nobody_can_tell_apart_has_moved(scan, shop):
    scan()
    copies = {name: SHOP.replace("ask(", f"{name[0]}(") for name in ("a.py", "b.py")}
    shop.commit({"shop/ask.py": "import cohere\n", **copies})
    row = scan()
    old = Finding.objects.get(presence="absent")
    assert (old.absent_reason, old.moved_to.path) == ("moved", "a.py")
    assert (row.resolved_now, row.opened_now, row.remaining, row.resolved) == (0, 2, 2, 0)


def test_a_use_that_returns_after_a_long_time_is_a_new_one_with_a_link(scan, shop):
    scan()
    shop.commit({"shop/ask.py": "x = 1\n"})
    scan()
    Finding.objects.update(resolved_at=timezone.now() - RETURNS_WITHIN - timedelta(days=1))
    old = Finding.objects.get()
    shop.commit({"shop/ask.py": SHOP})
    scan()
    new = Finding.objects.get(presence="present")
    assert (new.previous, new.regressed) == (old, False)


class TestWords:
    """What people have said, and the next scan."""

    @pytest.fixture
    def ada(self, db):
        return rows.person("engineer", "ada")

    def test_a_dismissal_outlives_a_new_layout_and_a_new_name(self, scan, shop, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.dismiss("dead_code"), 0)
        laid_out = SHOP.replace("temperature=", "\n  temperature = ").replace('"', "'")
        shop.commit({"shop/ask.py": None, "shop/other.py": "# moved\n" + laid_out})
        scan()
        row = Finding.objects.get()
        assert (row.disposition, row.re_review, row.path) == ("dismissed", False, "shop/other.py")

    def test_a_dismissed_statement_with_other_arguments_waits_for_re_review(self, scan, shop, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.dismiss("dead_code", "Never called."), 0)
        shop.commit({"shop/ask.py": SHOP.replace("0.5", "0.7")})
        row = scan()
        found = Finding.objects.get()
        assert (found.disposition, found.re_review, found.dismissal) == ("open", True, "dead_code")
        assert found.comment == "Never called."
        assert row.remaining == 1
        assert verbs(found) == ["opened", "dismissed", "re_review"]
        confirmed = triage.decide(ada, found.pk, triage.confirm(), found.version)
        scan()
        confirmed.refresh_from_db()
        assert confirmed.disposition == "dismissed"

    def test_rules_that_read_a_statement_anew_put_no_dismissal_in_doubt(self, scan, shop, ada, registered):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.dismiss("dead_code"), 0)
        Finding.objects.update(decided_digest="of an older engine")
        registered.applied_engine = "older"
        registered.save(update_fields=["applied_engine"])
        scan()
        row = Finding.objects.get()
        assert (row.disposition, row.decided_digest) == ("dismissed", row.digest)

    def test_a_claim_that_does_not_hold_is_contradicted(self, scan, shop, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.claim(ada), 0)
        shop.commit({"README.md": "Fixed.\n"})
        scan()
        row = Finding.objects.get()
        assert (row.claim, verbs(row)) == ("contradicted", ["opened", "claimed", "contradicted"])

    def test_a_claim_is_contradicted_even_when_nothing_was_pushed(self, scan, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.claim(ada), 0)
        assert scan().unchanged
        assert Finding.objects.get().claim == "contradicted"

    def test_a_claim_that_holds_ends_with_the_use(self, scan, shop, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.claim(ada), 0)
        shop.commit({"shop/ask.py": CHAT})
        scan()
        row = Finding.objects.get()
        assert (row.presence, row.claim) == ("absent", "")

    def test_a_scan_that_began_before_the_claim_says_nothing_about_it(self, scan, shop, ada):
        scan()
        triage.decide(ada, Finding.objects.get().pk, triage.claim(ada), 0)
        Finding.objects.update(claimed_at=timezone.now() + timedelta(hours=1))
        shop.commit({"README.md": "Later.\n"})
        scan()
        assert Finding.objects.get().claim == "waiting"


class TestBlame:
    def test_a_line_written_after_the_baseline_was_introduced(self, scan, shop):
        Organisation.objects.update_or_create(pk=1, defaults={"baseline": "2024-01-02"})
        shop.commit({"README.md": "More.\n"})
        scan()
        old = Finding.objects.get()
        assert (old.blame, old.origin) == ("boundary", "discovered")
        shop.clock += timedelta(days=30)
        shop.commit({"shop/ask.py": TWIN}, author="Bob <bob@example.org>")
        scan()
        new = Finding.objects.get(scope="ask_again")
        assert (new.blame, new.blame_name, new.blame_mail) == ("known", "Bob", "bob@example.org")
        assert (new.origin, new.blame_commit) == ("introduced", shop.tip)
        old.refresh_from_db()
        assert (old.blame, old.blame_name, old.origin) == ("boundary", "", "discovered")

    def test_a_setting_has_an_author_however_its_file_writes_it(self, scan, shop):
        files = {".env": "COHERE_MODEL=command-nightly\n", "a.json": '{"cohere": {"model": "command-nightly"}}\n'}
        scan()
        shop.commit({"shop/ask.py": None, **files}, author="Bob <bob@example.org>")
        scan()
        assert dict(Finding.objects.filter(presence="present").values_list("path", "blame_name")) == {
            ".env": "Bob",
            "a.json": "Bob",
        }

    def test_on_the_first_day_what_is_younger_than_the_first_scan_was_introduced(self, scan, shop):
        shop.commit({"README.md": "A shop.\n"}, date=datetime.now(UTC) - timedelta(minutes=5))
        scan()
        shop.commit({"shop/late.py": SHOP}, date=datetime.now(UTC) - timedelta(minutes=4))
        shop.commit({"shop/ask.py": TWIN}, date=datetime.now(UTC) + timedelta(seconds=1))
        scan()
        told = dict(Finding.objects.values_list("scope", "origin"))
        assert told["ask_again"] == "introduced"
        assert Finding.objects.get(path="shop/late.py").origin == "discovered"
        causes = {
            line.finding: line.entry.cause for line in ledger(Scope.of(None), timezone.now() - timedelta(hours=1))
        }
        assert causes[Finding.objects.get(scope="ask_again").pk] == "introduced"
        # What the first scan could not read whole, a later commit's date says nothing about.
        Scan.objects.update(state="partial")
        assert baseline_of(Repository.objects.get().pk) > timezone.now()

    def test_a_line_of_a_notebooks_cell_has_its_author_too(self, scan, shop):
        Organisation.objects.update_or_create(pk=1, defaults={"baseline": "2024-01-02"})
        scan()
        shop.clock += timedelta(days=30)
        cells = [{"cell_type": "markdown", "source": ["# Ask"]}, {"cell_type": "code", "source": TWIN.splitlines(True)}]
        shop.commit(
            {"ask.ipynb": json.dumps({"cells": cells, "nbformat": 4}, indent=1)}, author="Bob <bob@example.org>"
        )
        scan()
        rows = Finding.objects.exclude(cell=None)
        assert {(row.cell, row.blame, row.blame_name, row.origin) for row in rows} == {
            (1, "known", "Bob", "introduced")
        }

    def test_of_a_line_older_than_the_mirror_nobody_claims_to_know(self, scan, shop):
        Organisation.objects.update_or_create(pk=1, defaults={"baseline": "2020-01-01"})
        shop.commit({"README.md": "More.\n"})
        scan()
        assert (Finding.objects.get().blame, Finding.objects.get().origin) == ("boundary", "")

    def test_the_first_commit_of_all_has_its_author(self, scan, shop):
        Organisation.objects.update_or_create(pk=1, defaults={"baseline": "2020-01-01"})
        scan()
        row = Finding.objects.get()
        assert (row.blame, row.blame_commit, row.origin, row.is_dated) == ("known", shop.tip, "introduced", True)
        assert row.first_seen_at == row.blame_at

    def test_a_call_is_as_old_as_its_line_or_older_than_the_mirror(self, scan, shop):
        began = shop.clock
        shop.commit({"README.md": "More.\n"})
        scan()
        old = Finding.objects.get()
        assert (old.first_seen_at.date() <= began.date(), old.is_dated) == (True, False)
        shop.clock += timedelta(days=30)
        shop.commit({"shop/ask.py": TWIN})
        scan()
        new = Finding.objects.get(scope="ask_again")
        assert (new.first_seen_at, new.is_dated) == (new.blame_at, True)
        assert new.first_seen_at < new.discovered_at - timedelta(days=1)

    def test_a_date_before_there_was_a_cohere_makes_no_call_old(self, scan, shop):
        scan()
        shop.commit({"shop/ask.py": TWIN}, date=datetime(1970, 1, 2, tzinfo=UTC))
        scan()
        new = Finding.objects.get(scope="ask_again")
        assert (new.blame_at.year, new.first_seen_at) == (1970, new.discovered_at)

    def test_where_nobody_knows_the_page_does_not_say_a_day(self, scan):
        scan()
        Finding.objects.update(blame="failed", first_seen_at=F("discovered_at"))
        assert not Finding.objects.get().is_dated

    def test_another_baseline_sorts_the_findings_anew(self, scan, shop):
        shop.commit({"README.md": "More.\n"})
        scan()
        shop.commit({"shop/ask.py": TWIN})
        scan()
        Organisation.objects.update_or_create(pk=1, defaults={"baseline": "2030-01-01"})
        scans.rebase()
        assert list(Finding.objects.order_by("line").values_list("blame", "origin")) == [
            ("", ""),
            ("known", "discovered"),
        ]


def test_findings_with_older_hashes_are_known_again(scan, shop):
    scan()
    Finding.objects.update(hash_version=1, call_hash="1" * 64, shape_hash="2" * 64)
    shop.commit({"shop/ask.py": None, "elsewhere.py": SHOP})
    scan()
    row = Finding.objects.get()
    assert (row.path, row.hash_version, verbs(row)) == ("elsewhere.py", 2, ["opened", "moved"])


def test_the_same_commit_twice_gives_no_event(scan, registered):
    scan()
    events = FindingEvent.objects.count()
    told = versions()
    type(registered).objects.update(settled=False)
    scan()
    # And no count is asked anew for it.
    assert (FindingEvent.objects.count(), Scan.objects.count(), versions()) == (events, 2, told)
    assert Finding.objects.filter(presence="present", version=F("version")).count() == 1
