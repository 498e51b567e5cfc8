"""A repository that people bring to zero is told of at once, not after its next scan."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import pathrules, scans, triage
from audits.lifecycle import Dismissal
from audits.models import Channel, Finding, Message, Repository, ScanTrigger
from audits.notify import outbox, senders
from tests.scans.conftest import SHOP, registered, roots, rung, scan, shop  # noqa: F401
from tests.triage.test_races import beside
from tests.web import rows

pytestmark = pytest.mark.django_db
MORE = SHOP.replace("question", "quest")
DISMISSED = triage.dismiss(Dismissal.DEAD_CODE)


@pytest.fixture
def channel(db):
    return Channel.objects.create(kind="mail", address="everybody@calls.example")


@pytest.fixture
def lead(db):
    return rows.person("lead", "lena")


@pytest.fixture
def half(channel, scan, shop, registered):  # noqa: F811
    """Of two calls one is migrated, as a scan has seen."""
    shop.commit({"shop/more.py": MORE})
    scan()
    shop.commit({"shop/more.py": "x = 1\n"})
    scan()
    assert zeros() == 0
    return registered


def zeros():
    return Message.objects.filter(kind="zero").count()


def last_call():
    return Finding.objects.get(path="shop/ask.py")


def decide(lead, decision):
    row = last_call()
    triage.decide(lead, row.pk, decision, row.version)


class TestOneDecision:
    def test_a_dismissal_of_the_last_call_is_told_at_once_and_once(self, half, lead, scan, inbox):  # noqa: F811
        decide(lead, DISMISSED)
        (message,) = Message.objects.filter(kind="zero")
        assert message.about == {"repository": half.pk}
        # The scan before saw a call left, so the next one looks as well.
        scan()
        assert zeros() == 1
        outbox.deliver(senders.send)
        assert "shop is at zero" in inbox.mails[0][1]

    def test_through_the_page_too(self, half, lead, client):
        row = last_call()
        client.force_login(lead)
        values = {"version": str(row.version), "reason": Dismissal.DEAD_CODE.value}
        assert client.post(f"/findings/{row.pk}/decide/dismiss/", values).status_code == 302
        assert zeros() == 1

    def test_nothing_is_told_of_a_decision_that_is_undone(self, half, lead, monkeypatch):
        monkeypatch.setattr(outbox.Message.objects, "bulk_create", lambda *_, **__: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            decide(lead, DISMISSED)
        assert (last_call().disposition, zeros()) == ("open", 0)

    def test_a_dismissal_that_is_taken_back_does_not_silence_the_next_zero(self, half, lead, scan, shop):  # noqa: F811
        decide(lead, DISMISSED)
        decide(lead, triage.reopen())
        assert zeros() == 1
        shop.commit({"shop/ask.py": "x = 1\n"})
        scan()
        assert zeros() == 2

    @pytest.mark.parametrize("move", ["plan", "waive", "assign"])
    def test_what_stays_work_is_not_told(self, half, lead, move):
        today = timezone.localdate()
        waiver = triage.waive(today + timedelta(days=9), "Later.")
        decide(lead, {"plan": triage.plan(lead, None), "waive": waiver, "assign": triage.assign(lead)}[move])
        assert zeros() == 0

    def test_a_waived_call_is_told_once_it_is_dismissed(self, half, lead):
        decide(lead, triage.waive(timezone.localdate() + timedelta(days=9), "Later."))
        assert zeros() == 0
        decide(lead, DISMISSED)
        assert zeros() == 1

    def test_a_dismissal_that_is_confirmed_is_told(self, half, lead):
        Finding.objects.filter(pk=last_call().pk).update(re_review=True, dismissal="dead_code")
        decide(lead, triage.confirm())
        assert zeros() == 1

    def test_nothing_is_told_while_another_call_is_left(self, half, lead):
        rows.finding(half, path="other.py")
        decide(lead, DISMISSED)
        assert zeros() == 0

    def test_nothing_is_told_while_a_call_is_unknown(self, half, lead):
        rows.finding(half, "unknown", path="other.py")
        decide(lead, DISMISSED)
        assert zeros() == 0

    def test_nothing_is_told_while_a_file_is_unread(self, half, lead):
        rows.unread(half)
        decide(lead, DISMISSED)
        assert zeros() == 0

    def test_nothing_is_told_where_nobody_migrated_anything(self, channel, scan, registered, lead):  # noqa: F811
        scan()
        decide(lead, DISMISSED)
        assert zeros() == 0

    def test_a_call_of_a_test_ends_nothing(self, channel, lead):
        of = at_zero("long-done")
        row = rows.finding(of, area="tests")
        triage.decide(lead, row.pk, DISMISSED, 0)
        assert zeros() == 0

    @pytest.mark.django_db(transaction=True)
    def test_of_two_who_dismiss_the_last_two_calls_at_once_one_brings_it_to_zero(self, channel, lead):
        of = at_zero()
        one, other = (rows.finding(of, path=path) for path in ("a.py", "b.py"))
        with beside(partial(triage.decide, lead, other.pk, DISMISSED, 0)) as meets:
            triage.decide(lead, one.pk, DISMISSED, 0)
            meets()
        assert zeros() == 1


def at_zero(name: str = "search", **values) -> Repository:
    """Its only call was migrated, before there was a channel."""
    of = rows.repository(name, **values)
    rows.scan(of)
    rows.finding(of, "absent")
    return of


class TestManyAtOnce:
    def dismissed(self, lead, start, count):
        """The queries of one decision that brings `count` repositories to zero."""
        made = [at_zero(f"r{n}", team=rows.team(f"T{n}")) for n in range(start, start + count)]
        keys = [rows.finding(of).pk for of in made]
        with CaptureQueriesContext(connection) as queries:
            triage.decide_all(lead, Finding.objects.filter(pk__in=keys), DISMISSED)
        return len(queries)

    def test_each_repository_is_told_and_the_queries_stay_as_many(self, channel, lead):
        few = self.dismissed(lead, 0, 2)
        assert zeros() == 2
        assert self.dismissed(lead, 2, 20) == few
        assert zeros() == 22

    def test_only_what_the_decision_brought_there(self, channel, lead):
        at_zero("long-done")
        left, done = at_zero("left"), at_zero("done")
        for of in (left, left, done):
            rows.finding(of)
        chosen = Finding.objects.filter(Q(repository=done) | Q(pk=left.findings.filter(presence="present")[0].pk))
        triage.decide_all(lead, chosen, DISMISSED)
        assert [message.about for message in Message.objects.all()] == [{"repository": done.pk}]

    def test_a_team_hears_of_its_own_and_the_organisation_of_the_rest(self, channel, lead):
        member = rows.person("engineer", "mia")
        own = Channel.objects.create(kind="mail", person=member, address="mia@calls.example")
        member.teams.add(rows.team("Search"))
        made = [at_zero("own", team=rows.team("Search")), at_zero("other", team=rows.team("Other"))]
        keys = [rows.finding(of).pk for of in made]
        triage.decide_all(lead, Finding.objects.filter(pk__in=keys), DISMISSED)
        told = {(message.channel, message.about["repository"]) for message in Message.objects.all()}
        assert told == {(own, made[0].pk), (channel, made[1].pk)}


class TestPathRules:
    @pytest.mark.parametrize("area", ["excluded", "tests"])
    def test_a_rule_that_takes_the_last_call_out_is_told(self, half, lead, area):
        pathrules.add("shop/ask.py", area, half, lead)
        assert zeros() == 1

    def test_a_call_that_came_to_zero_and_is_ruled_out_is_told_again(self, half, lead, scan, shop):  # noqa: F811
        decide(lead, DISMISSED)
        shop.commit({"shop/new.py": MORE})
        scan()
        assert zeros() == 1
        pathrules.add("shop/new.py", "tests", half, lead)
        assert zeros() == 2
        scan()
        assert zeros() == 2

    def test_a_call_that_a_rule_brings_into_the_totals_leaves_zero(self, half, lead, scan, shop):  # noqa: F811
        shop.commit({"shop/new.py": MORE})
        scan()
        rule = pathrules.add("shop/new.py", "tests", half, lead)
        decide(lead, DISMISSED)
        assert zeros() == 1
        pathrules.remove(rule, lead)
        brought = Finding.objects.get(path="shop/new.py")
        triage.decide(lead, brought.pk, DISMISSED, brought.version)
        assert zeros() == 2

    def test_a_rule_for_all_tells_of_what_it_brought_there(self, channel, lead):
        at_zero("long-done")
        done = at_zero("done")
        rows.finding(done, path="old/ask.py")
        rows.finding(at_zero("left"), path="app/ask.py")
        pathrules.add("old/**", "excluded", None, lead)
        assert [message.about for message in Message.objects.all()] == [{"repository": done.pk}]


def test_a_claim_is_told_by_the_scan_that_confirms_it(half, lead, shop):  # noqa: F811
    shop.commit({"shop/ask.py": "x = 1\n"})
    asked = scans.request_scan(half, ScanTrigger.PERSON, lead)
    decide(lead, triage.claim(lead))
    assert zeros() == 0
    scans.run_scan(asked.pk)
    assert zeros() == 1
