from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.utils import timezone

from audits import query, triage
from audits.lifecycle import Dismissal
from audits.models import Finding, FindingEvent, Repository, Team, User
from tests.web import rows

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def ada() -> User:
    return rows.person("engineer", "ada")


@pytest.fixture
def bob() -> User:
    return rows.person("engineer", "bob")


@pytest.fixture
def row() -> Finding:
    return rows.finding(rows.repository(), digest="one")


def test_a_plan_names_an_owner_and_a_day(ada: User, bob: User, row: Finding):
    after = triage.decide(ada, row.pk, triage.plan(bob, today()), 0)
    assert (after.disposition, after.assignee, after.due, after.version) == ("planned", bob, today(), 1)
    event = row.events.get()
    assert (event.actor, event.verb, event.before, event.after) == (ada, "planned", "open", "planned")
    assert event.reason == f"bob, due {today().day} {today():%b %Y}"


def test_a_dismissal_remembers_the_statement_that_it_was_about(ada: User, row: Finding):
    after = triage.decide(ada, row.pk, triage.dismiss(Dismissal.TEST, "Only a fixture."), 0)
    assert (after.disposition, after.dismissal, after.comment, after.decided_digest) == (
        "dismissed",
        "test_or_fixture",
        "Only a fixture.",
        "one",
    )
    assert after.decided_by == ada
    assert row.events.get().comment == "Only a fixture."


def test_a_dismissal_needs_one_of_the_reasons():
    with pytest.raises(triage.Refused):
        triage.dismiss("wont_fix")


@pytest.mark.parametrize("days", [-1, 367])
def test_a_waiver_ends_within_a_year(days: int):
    with pytest.raises(triage.Refused):
        triage.waive(today() + timedelta(days=days), "Later.")


def test_a_waiver_needs_a_plan():
    with pytest.raises(triage.Refused):
        triage.waive(today(), " ")


def test_a_plan_is_not_due_yesterday(ada: User):
    with pytest.raises(triage.Refused):
        triage.plan(ada, today() - timedelta(days=1))


def test_reopening_takes_the_decision_back(ada: User, row: Finding):
    triage.decide(ada, row.pk, triage.waive(today(), "Next quarter."), 0)
    after = triage.decide(ada, row.pk, triage.reopen("Sooner, after all."), 1)
    assert (after.disposition, after.waived_until, after.comment, after.version) == ("open", None, "", 2)
    assert [event.verb for event in row.events.all()] == ["set_open", "waived"]


def test_of_two_people_one_wins_and_the_other_is_told_who(ada: User, bob: User, row: Finding):
    triage.decide(ada, row.pk, triage.dismiss(Dismissal.TEST), 0)
    with pytest.raises(triage.Refused, match="ada was faster: this finding is dismissed by now"):
        triage.decide(bob, row.pk, triage.plan(bob, None), 0)
    assert row.events.count() == 1


def test_a_dismissed_finding_is_opened_before_it_is_planned(ada: User, row: Finding):
    triage.decide(ada, row.pk, triage.dismiss(Dismissal.TEST), 0)
    with pytest.raises(triage.Refused, match="open it again first"):
        triage.decide(ada, row.pk, triage.plan(ada, None), 1)


def test_nothing_is_decided_about_what_is_gone(ada: User):
    gone = rows.finding(rows.repository(), "absent")
    with pytest.raises(triage.Refused, match="gone"):
        triage.decide(ada, gone.pk, triage.plan(ada, None), 0)


def test_a_confirmed_dismissal_holds_for_the_new_statement(ada: User):
    values = {"dismissal": "dead_code", "comment": "Never called.", "re_review": True}
    row = rows.finding(rows.repository(), digest="two", decided_digest="one", **values)
    after = triage.decide(ada, row.pk, triage.confirm(), 0)
    assert (after.disposition, after.re_review, after.decided_digest) == ("dismissed", False, "two")
    assert (after.dismissal, after.comment) == ("dead_code", "Never called.")
    assert row.events.get().reason == "dead_code"


def test_a_re_review_may_also_end_with_an_open_finding(ada: User):
    row = rows.finding(rows.repository(), dismissal="dead_code", re_review=True)
    after = triage.decide(ada, row.pk, triage.reopen(), 0)
    assert (after.disposition, after.re_review, after.dismissal) == ("open", False, "")


def test_only_a_dismissal_in_re_review_is_confirmed(ada: User, row: Finding):
    with pytest.raises(triage.Refused):
        triage.decide(ada, row.pk, triage.confirm(), 0)


def test_a_claim_waits_for_a_scan(ada: User, row: Finding):
    after = triage.decide(ada, row.pk, triage.claim(ada), 0)
    assert (after.claim, after.claimed_by, after.disposition) == ("waiting", ada, "open")
    assert after.claimed_at is not None


def test_somebody_who_may_only_read_decides_nothing(ada: User, row: Finding):
    viewer = rows.person("viewer")
    for decision in (triage.plan(ada, None), triage.dismiss(Dismissal.TEST)):
        with pytest.raises(PermissionDenied):
            triage.decide(viewer, row.pk, decision, 0)
    with pytest.raises(PermissionDenied):
        triage.decide_all(viewer, Finding.objects.all(), triage.reopen())
    with pytest.raises(PermissionDenied):
        triage.comment(viewer, row, "Hello")
    assert not FindingEvent.objects.exists()


def test_work_is_given_only_to_somebody_who_may_do_it(ada: User, row: Finding):
    with pytest.raises(triage.Refused, match="viewer may not work on findings"):
        triage.decide(ada, row.pk, triage.assign(rows.person("viewer")), 0)


def test_many_change_together_and_what_takes_no_step_is_counted(ada: User):
    of = rows.repository()
    made = [rows.finding(of), rows.finding(of, disposition="planned"), rows.finding(of, disposition="dismissed")]
    rows.finding(of, "absent")
    outcome = triage.decide_all(ada, Finding.objects.filter(repository=of), triage.plan(ada, today()))
    assert (outcome.changed, outcome.skipped) == (2, 2)
    assert FindingEvent.objects.count() == 2
    assert set(Finding.objects.filter(assignee=ada).values_list("pk", flat=True)) == {made[0].pk, made[1].pk}


def test_only_the_selection_that_was_seen_is_decided(ada: User, row: Finding):
    seen = query.glance(Finding.objects.all(), Q()).digest
    assert triage.decide_all(ada, Finding.objects.all(), triage.plan(ada, None), seen=seen).changed == 1


def another_one(row: Finding) -> None:
    rows.finding(row.repository)


def another_in_its_place(row: Finding) -> None:
    another_one(row)
    row.delete()


def a_scan_that_misses_it(row: Finding) -> None:
    Finding.objects.filter(pk=row.pk).update(presence="unknown")


def a_decision(row: Finding) -> None:
    triage.decide(rows.person("engineer", "bob"), row.pk, triage.dismiss(Dismissal.TEST), 0)


@pytest.mark.parametrize("meanwhile", [another_one, another_in_its_place, a_scan_that_misses_it, a_decision])
def test_a_selection_that_changed_meanwhile_changes_nothing(ada: User, row: Finding, meanwhile):
    seen = query.glance(Finding.objects.all(), Q()).digest
    meanwhile(row)
    before = FindingEvent.objects.count()
    count = "2 findings" if meanwhile is another_one else "1 finding"
    with pytest.raises(triage.Refused, match=f"has changed since you looked: it is {count} now"):
        triage.decide_all(ada, Finding.objects.all(), triage.assign(ada), seen=seen)
    assert FindingEvent.objects.count() == before
    assert not Finding.objects.filter(assignee=ada).exists()


def test_many_are_changed_in_few_queries(ada: User, django_assert_max_num_queries):
    of = rows.repository()
    for _ in range(30):
        rows.finding(of)
    # One of them asks which repositories are at zero by it.
    with django_assert_max_num_queries(8):
        triage.decide_all(ada, Finding.objects.all(), triage.dismiss(Dismissal.GENERATED))


def test_a_comment_needs_words(ada: User, row: Finding):
    with pytest.raises(triage.Refused):
        triage.comment(ada, row, " \n")
    assert triage.comment(ada, row, "See\0 the ticket.").text == "See the ticket."


def test_nobody_is_given_what_they_may_not_see(bob: User, row: Finding):
    closed = Team.objects.create(name="Closed", slug="closed", restricted=True)
    Repository.objects.update(team=closed)
    admin = rows.person("admin", "root")
    for decision in (triage.assign(bob), triage.plan(bob, None)):
        with pytest.raises(triage.Refused, match="bob may not see the repository"):
            triage.decide(admin, row.pk, decision, 0)
        with pytest.raises(triage.Refused, match="bob may not see the repository"):
            triage.decide_all(admin, Finding.objects.all(), decision)
    bob.teams.add(closed)
    assert triage.decide(admin, row.pk, triage.assign(bob), 0).assignee == bob


def test_a_comment_is_deleted_by_its_author_or_an_admin(ada: User, bob: User, row: Finding):
    said = triage.comment(ada, row, "See the ticket.")
    for other in (bob, rows.person("lead")):
        with pytest.raises(PermissionDenied):
            triage.delete_comment(other, said)
    triage.delete_comment(rows.person("admin"), said)
    triage.delete_comment(ada, triage.comment(ada, row, "Or that one."))
    assert not row.comments.exists()


def test_what_is_gone_hinders_nobody_who_may_not_see_it(ada: User, bob: User):
    closed = Team.objects.create(name="Closed", slug="closed", restricted=True)
    closed.members.add(ada)
    rows.finding(rows.repository("secret", team=closed), presence="absent", absent_reason="code_changed")
    there = rows.finding(rows.repository("open"))
    assert triage.decide_all(ada, Finding.objects.all(), triage.plan(bob, None)) == triage.Outcome(1, 1)
    there.refresh_from_db()
    assert there.assignee == bob
