"""A use in an excluded path: absent for that reason, known again by each scan, and back with its decision."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import intake, pathrules, progress, query, triage
from audits.lifecycle import Cause, Gone, Presence
from audits.models import Finding, FindingEvent, Hold, PathRule, UnreadFile
from audits.progress.explain import explain
from audits.progress.scope import Scope
from audits.progress.snapshots import take
from tests.scans.conftest import SHOP
from tests.web import rows

pytestmark = pytest.mark.django_db
PATH = "shop/ask.py"


@pytest.fixture
def lead():
    return rows.person("lead")


@pytest.fixture
def excluded(registered, scan, lead):
    """One call, planned by the lead and then excluded."""
    scan()
    call = Finding.objects.get()
    triage.decide(lead, call.pk, triage.plan(lead, timezone.localdate() + timedelta(days=9)), call.version)
    pathrules.add(PATH, "excluded", registered, lead)
    return registered


def stand():
    row = Finding.objects.get()
    return row.presence, row.absent_reason, row.disposition


def take_back(lead):
    pathrules.remove(PathRule.objects.get(), lead)


def verbs():
    return list(FindingEvent.objects.order_by("pk").values_list("verb", flat=True))


def test_it_is_absent_and_back_at_once_with_its_decision(excluded, lead):
    assert stand() == (Presence.ABSENT, Gone.PATH_EXCLUDED, "planned")
    assert query.state_of(Finding.objects.get()) == "out_of_scope"
    assert progress.summary(None).remaining == 0
    with pytest.raises(triage.Refused, match="excludes"):
        triage.decide(lead, Finding.objects.get().pk, triage.reopen(), Finding.objects.get().version)
    take_back(lead)
    assert stand() == (Presence.PRESENT, "", "planned")
    assert progress.summary(None).remaining == 1
    assert verbs() == ["opened", "planned", "area", "left_out", "area", "counted_again"]


def test_the_step_adds_up_both_ways(excluded, lead):
    take(Scope.of(None).repositories)
    today = timezone.localdate()
    found = explain(Scope.of(None), today, today)
    assert (found.other, dict(found.causes).get(Cause.PATHS)) == (0, -1)
    assert found.opening + sum(calls for _, calls in found.causes) == found.closing == 0
    take_back(lead)
    take(Scope.of(None).repositories)
    found = explain(Scope.of(None), today, today)
    assert found.other == 0
    assert found.opening + sum(calls for _, calls in found.causes) == found.closing == 1


def test_scans_know_it_again_and_say_nothing(excluded, shop, scan, lead):
    before = verbs()
    shop.commit({PATH: f"# A line more.\n{SHOP}"})
    scan()
    assert verbs() == before
    assert stand()[:2] == (Presence.ABSENT, Gone.PATH_EXCLUDED)
    take_back(lead)
    assert stand() == (Presence.PRESENT, "", "planned")
    assert Finding.objects.get().line > 1


def test_a_move_out_of_the_path_brings_it_back(excluded, shop, scan):
    shop.commit({PATH: None, "shop/other.py": SHOP})
    scan()
    assert stand() == (Presence.PRESENT, "", "planned")
    assert Finding.objects.get().path == "shop/other.py"


def test_what_goes_meanwhile_is_gone_and_returns_for_no_rule(excluded, shop, scan, lead):
    shop.commit({PATH: None, "readme.py": "print(1)\n"})
    scan()
    assert stand()[:2] == (Presence.ABSENT, Gone.FILE_DELETED)
    take_back(lead)
    assert stand()[:2] == (Presence.ABSENT, Gone.FILE_DELETED)


def test_an_unread_file_is_unknown_when_the_rule_goes(excluded, shop, scan, lead):
    shop.commit({PATH: f"{SHOP}\ndef broken(:\n"})
    scan()
    assert stand()[:2] == (Presence.ABSENT, Gone.PATH_EXCLUDED)
    take_back(lead)
    assert stand()[:2] == (Presence.UNKNOWN, "")


def test_what_another_reading_of_the_commit_missed_is_unknown_until_a_scan_looks(excluded, scan, lead):
    UnreadFile.objects.create(repository=excluded, path=PATH, reason="timed_out")
    take_back(lead)
    assert stand() == (Presence.UNKNOWN, "", "planned")
    assert not scan().unchanged
    assert stand() == (Presence.PRESENT, "", "planned")
    assert scan().unchanged


def test_a_rule_taken_back_asks_for_no_look_where_all_was_seen(excluded, scan, lead):
    take_back(lead)
    assert scan().unchanged
    assert stand() == (Presence.PRESENT, "", "planned")


def test_a_new_use_in_an_excluded_path_counts_nowhere(excluded, shop, scan):
    shop.commit({PATH: f"{SHOP}\n\ndef more(q):\n    return co.generate(prompt=q)\n"})
    scan()
    assert set(Finding.objects.values_list("absent_reason", flat=True)) == {Gone.PATH_EXCLUDED}
    assert progress.summary(None).remaining == 0


def test_a_new_use_in_an_excluded_path_has_its_author_when_the_rule_goes(registered, scan, lead):
    pathrules.add(PATH, "excluded", registered, lead)
    scan()
    take_back(lead)
    row = Finding.objects.get()
    assert (row.presence, row.blame != "") == (Presence.PRESENT, True)


def test_a_drop_counts_none_of_them(registered, shop, scan, lead):
    many = "".join(f"\n\ndef f{n}(q):\n    return co.generate(prompt=q, k={n})\n" for n in range(30))
    shop.commit({PATH: f"{SHOP}{many}"})
    scan()
    pathrules.add(PATH, "excluded", registered, lead)
    shop.commit({PATH: "print(1)\n"})
    scan()
    assert not Hold.objects.exists()
    assert set(Finding.objects.values_list("presence", flat=True)) == {Presence.ABSENT}


def test_an_archived_repository_keeps_what_is_excluded_apart(excluded, lead):
    assert intake.archive(excluded, lead, removed=True) == 0
    take_back(lead)
    assert stand()[:2] == (Presence.ABSENT, Gone.REPOSITORY_REMOVED)
    excluded.refresh_from_db()
    assert intake.unarchive(excluded, lead)
    assert stand() == (Presence.UNKNOWN, "", "planned")


def test_a_removed_repository_says_so(registered, scan, lead):
    scan()
    assert intake.archive(registered, lead, removed=True) == 1
    assert stand()[:2] == (Presence.ABSENT, Gone.REPOSITORY_REMOVED)
    assert progress.summary(None).remaining == 0
    pathrules.add(PATH, "excluded", registered, lead)
    registered.refresh_from_db()
    assert intake.unarchive(registered, lead)
    assert stand()[:2] == (Presence.ABSENT, Gone.PATH_EXCLUDED)
