"""What is told to whom, from real scans and real rows."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import notify, scans, triage
from audits.models import Channel, Finding, FindingEvent, Message, Organisation, Repository, Team
from audits.notify import outbox, senders
from audits.notify.letters import NothingToSay, letter
from tests.scans.conftest import SHOP, registered, roots, rung, scan, shop  # noqa: F401
from tests.web import rows

pytestmark = pytest.mark.django_db
MORE = SHOP.replace("question", "quest")


@pytest.fixture
def channel(db):
    return Channel.objects.create(kind="mail", address="everybody@calls.example")


def kinds():
    return sorted(Message.objects.values_list("kind", flat=True))


def forget_what_was_found():
    """As if rules of before had found nothing."""
    Finding.objects.all().delete()
    Repository.objects.update(applied_engine="0.9")


class TestScans:
    def test_what_was_there_all_along_is_no_news(self, channel, scan):  # noqa: F811
        scan()
        scan()
        assert kinds() == []

    def test_a_new_call_and_one_that_returns_are_told_once(self, channel, scan, shop, inbox):  # noqa: F811
        scan()
        shop.commit({"shop/more.py": MORE})
        scan()
        assert kinds() == ["introduced"]
        shop.commit({"shop/more.py": "x = 1\n"})
        scan()
        shop.commit({"shop/more.py": MORE})
        scan()
        assert kinds() == ["introduced", "regressed"]
        assert outbox.deliver(senders.send) == 2
        text = "".join(mail for _, mail in inbox.mails)
        assert "A call to migrate is new in shop" in text
        assert "A call to migrate came back in shop" in text
        assert "shop/more.py:7 co.generate" in text
        # Their ids are drawn at random.
        new, back = map(letter, Message.objects.order_by("kind"))
        # The mail's heading is its subject; the author is of the day on which the call was first found.
        assert [new.html.count(new.subject), new.text.count(new.subject)] == [2, 0]
        assert new.lines[0].startswith("shop/more.py:7 co.generate")
        assert new.lines[0].endswith(f"; last changed by {Finding.objects.get(path='shop/more.py').blame_name}")
        assert "last changed" not in back.text

    def test_what_new_rules_find_is_no_news(self, channel, scan, shop):  # noqa: F811
        scan()
        forget_what_was_found()
        assert scan().opened_now == 1
        assert kinds() == []

    def test_what_is_written_beside_an_upgrade_is_news(self, channel, scan, shop):  # noqa: F811
        scan()
        forget_what_was_found()
        shop.commit({"shop/more.py": MORE})
        assert (scan().opened_now, Finding.objects.count()) == (1, 2)
        (message,) = Message.objects.all()
        assert (message.kind, len(message.about["findings"])) == ("introduced", 1)

    def test_zero_is_told_when_it_is_reached(self, channel, scan, shop):  # noqa: F811
        scan()
        shop.commit({"shop/ask.py": "x = 1\n"})
        scan()
        assert kinds() == ["zero"]
        scan()
        assert kinds() == ["zero"]

    def test_zero_is_not_told_while_a_file_is_unread(self, channel, scan, shop):  # noqa: F811
        shop.commit({"shop/bad.py": "import cohere\nprint 'x'\n"})
        scan()
        shop.commit({"shop/ask.py": "x = 1\n"})
        row = scan()
        assert (row.remaining, row.resolved_now, row.files_unread) == (0, 1, 1)
        assert kinds() == []

    def test_zero_is_told_once_the_last_unread_file_is_read(self, channel, scan, shop, inbox):  # noqa: F811
        shop.commit({"shop/bad.py": "import cohere\nprint 'x'\n"})
        scan()
        shop.commit({"shop/ask.py": "x = 1\n"})
        scan()
        assert kinds() == []
        shop.commit({"shop/bad.py": "x = 1\n"})
        row = scan()
        assert (row.resolved_now, row.files_unread) == (0, 0)
        assert kinds() == ["zero"]
        shop.commit({"shop/chat.py": 'import cohere\n\nco = cohere.ClientV2("k")\nco.chat(model="m", messages=[])\n'})
        scan()
        assert kinds() == ["zero"]
        shop.commit({"shop/more.py": MORE})
        scan()
        # Before it was sent a call came.
        assert Message.objects.get(kind="zero").about == {"repository": row.repository_id}
        with pytest.raises(NothingToSay):
            letter(Message.objects.get(kind="zero"))
        shop.commit({"shop/more.py": "x = 1\n"})
        scan()
        assert kinds() == ["introduced", "zero", "zero"]

    def test_zero_is_told_when_the_last_call_was_waived_and_not_before(self, channel, scan, shop):  # noqa: F811
        shop.commit({"shop/more.py": MORE})
        scan()
        waived = Finding.objects.get(path="shop/ask.py")
        until = timezone.localdate() + timedelta(days=9)
        triage.decide(rows.person("lead"), waived.pk, triage.waive(until, "Later."), waived.version)
        shop.commit({"shop/more.py": "x = 1\n"})
        scan()
        assert "zero" not in kinds()
        shop.commit({"shop/ask.py": "x = 1\n"})
        scan()
        assert "zero" in kinds()

    def test_a_scan_that_is_taken_over_tells_nothing(self, channel, scan, shop, monkeypatch):  # noqa: F811
        scan()
        shop.commit({"shop/more.py": MORE})
        monkeypatch.setattr("audits.scans.claims.Claim.end", _lost)
        scan()
        assert kinds() == []


def _lost(*_):
    raise scans.claims.LostLease("gone")


class TestReaders:
    def test_a_team_hears_of_its_own_and_the_organisation_of_the_rest(self, channel):
        search = rows.team("Search")
        own = Channel.objects.create(kind="mail", team=search, address="search@calls.example")
        member = rows.person("engineer")
        member.teams.add(search)
        personal = Channel.objects.create(person=member)
        quiet = rows.person("viewer")
        quiet.teams.add(search)
        Channel.objects.create(person=quiet, alerts=False)
        theirs, nobodys = rows.repository("a", team=search), rows.repository("b")
        told = notify.readers.alerted([theirs, nobodys])
        assert (set(told[theirs.pk]), told[nobodys.pk]) == ({own, personal}, [channel])

    def test_what_the_reader_may_not_see_is_not_said(self, channel):
        secret = rows.team("Secret")
        Team.objects.update(restricted=True)
        hidden = rows.finding(rows.repository("hidden-name", team=secret))
        about = {"repository": hidden.repository_id, "findings": [str(hidden.pk)]}
        outbox.post([channel], "introduced", "introduced:1", about)
        with pytest.raises(NothingToSay):
            letter(Message.objects.get())
        assert "0 calls to Generate left" in notify.digest(channel).subject
        assert "+ 1 in restricted repositories." in notify.digest(channel).text
        assert "hidden-name" not in notify.digest(channel).text
        assert "1 call to Generate left" in notify.digest(Channel.objects.create(kind="mail", team=secret)).subject

    def test_what_nobody_has_read_is_not_called_zero(self, channel):
        rows.repository("new")
        told = notify.digest(channel)
        assert told.subject == "Your organisation: No repository read yet"
        assert "0 calls to Generate left" not in told.text + told.html

    def test_a_call_says_what_is_in_its_way_and_who_changed_it(self, channel, django_assert_num_queries):
        of = rows.repository()
        told = [
            rows.finding(of, path=f"{n}.py", blame="known", blame_name="Ada <b>@everyone</b>\n L.") for n in range(3)
        ]
        rows.finding(of, path="other.py", blame="boundary", blame_name="Nobody")
        about = {"repository": of.pk, "findings": [str(row.pk) for row in told]}
        message = Message(channel=channel, kind="introduced", about=about)
        words = letter(message)
        line = "0.py:45 self.co.generate; in the way: num_generations; last changed by Ada <b>@everyone</b> L."
        assert words.lines[0] == line
        assert "<b>" not in words.html
        about["findings"] = about["findings"][:1]
        with CaptureQueriesContext(connection) as one:
            letter(message)
        about["findings"] = [str(row.pk) for row in told]
        with django_assert_num_queries(len(one)):
            letter(message)

    def test_a_call_that_is_gone_by_then_is_not_told(self, channel, inbox):
        gone = rows.finding(rows.repository(), presence="absent")
        about = {"repository": gone.repository_id, "findings": [str(gone.pk)]}
        outbox.post([channel], "introduced", "introduced:1", about)
        outbox.deliver(senders.send)
        assert inbox.mails == []
        assert Message.objects.get().sent_at is not None


class TestOwners:
    """A new or returning call is told to who looks after it, beside the team, and to nobody twice."""

    def told(self):
        return {message.channel: len(message.about["findings"]) for message in Message.objects.all()}

    def person(self, name, **fields):
        someone = rows.person("engineer", name)
        for key, value in fields.items():
            setattr(someone, key, value)
        someone.save()
        return Channel.objects.create(person=someone)

    @pytest.fixture
    def tell(self, db):
        """Two calls that a scan has opened, one of them assigned and owned as asked."""

        def tell(repository, assignee=None, owners=""):
            read = rows.scan(repository)
            for values in ({"assignee": assignee, "owners": owners}, {}):
                call = rows.finding(repository, path=f"{len(values)}.py", **values)
                FindingEvent.objects.create(finding=call, at=timezone.now(), verb="opened", scan=read, after="present")
            notify.occasions._tell(read, "introduced", FindingEvent.objects.filter(scan=read))
            return self.told()

        return tell

    def test_the_assignee_hears_of_their_own_and_the_team_of_all(self, channel, tell):
        mine = self.person("ada")
        other = self.person("bob")
        team = rows.team("Search")
        own = Channel.objects.create(kind="mail", team=team, address="search@calls.example")
        told = tell(rows.repository(team=team), assignee=mine.person, owners=" @bob ")
        assert told == {own: 2, mine: 1}
        assert other not in told

    def test_without_an_assignee_those_whom_codeowners_names(self, channel, tell):
        by_name, by_mail = self.person("Ada"), self.person("bob", email="Bob@acme.example")
        self.person("carol")
        assert tell(rows.repository(), owners=" @ada bob@acme.example @nobody ") == {channel: 2, by_name: 1, by_mail: 1}

    def test_an_owner_without_a_name_is_nobody(self, channel, tell):
        self.person("carol", email="")
        assert tell(rows.repository(), owners=" @ @/ ") == {channel: 2}

    def test_a_team_that_owns_files_in_the_repository_of_another(self, tell):
        owning, member = rows.team("Data"), self.person("ada")
        member.person.teams.add(owning)
        room = Channel.objects.create(kind="mail", team=owning, address="data@calls.example")
        theirs = Channel.objects.create(kind="mail", team=rows.team("Search"), address="search@calls.example")
        told = tell(rows.repository(team=rows.team("Search")), owners=" @acme/data ")
        assert told == {theirs: 2, room: 1, member: 1}
        assert all("A call to migrate is new" in letter(m).subject for m in Message.objects.filter(channel=room))

    def test_a_member_who_is_the_assignee_is_told_once_of_all(self, tell):
        mine, team = self.person("ada"), rows.team("Search")
        mine.person.teams.add(team)
        assert tell(rows.repository(team=team), assignee=mine.person) == {mine: 2}

    def test_nobody_is_told_of_what_they_may_not_see(self, channel, tell):
        mine, data = self.person("ada"), rows.team("Data")
        Channel.objects.create(kind="mail", team=data, address="data@calls.example")
        secret = rows.team("Secret")
        Team.objects.filter(pk=secret.pk).update(restricted=True)
        assert set(tell(rows.repository(team=secret), assignee=mine.person)) == {channel}
        Message.objects.all().delete()
        assert set(tell(rows.repository("other", team=secret), owners=" @acme/data @ada ")) == {channel}

    def test_who_takes_no_messages_at_once_gets_none(self, channel, tell):
        mine = self.person("ada")
        Channel.objects.filter(pk=mine.pk).update(alerts=False)
        assert tell(rows.repository(), assignee=mine.person) == {channel: 2}

    def test_a_real_scan_tells_the_assignee_that_a_call_is_back(self, channel, scan, shop):  # noqa: F811
        scan()
        mine = self.person("ada")
        Finding.objects.update(assignee=mine.person)
        before = shop.commit({"shop/ask.py": "x = 1\n"})
        assert before
        scan()
        shop.commit({"shop/ask.py": SHOP})
        scan()
        assert Message.objects.filter(kind="regressed", channel=mine).count() == 1


class TestClock:
    MONDAY = timezone.make_aware(datetime(2026, 3, 2, 7, 30))

    def test_a_digest_goes_once_a_week_from_monday_morning_on(self, channel):
        Channel.objects.update(created_at=self.MONDAY - timedelta(days=9))
        notify.look_round(self.MONDAY - timedelta(hours=1))
        assert kinds() == []
        for hours in (0, 1, 30, 150):
            notify.look_round(self.MONDAY + timedelta(hours=hours))
        assert list(Message.objects.values_list("key", flat=True)) == ["digest:2026-03-02"]
        notify.look_round(self.MONDAY + timedelta(days=7))
        assert Message.objects.count() == 2

    def test_a_channel_made_in_the_week_waits_for_monday(self, channel):
        Channel.objects.update(created_at=self.MONDAY + timedelta(days=1))
        notify.look_round(self.MONDAY + timedelta(days=2))
        assert kinds() == []

    def test_three_days_of_failures_are_told_once_until_a_scan_succeeds(self, channel):
        now = timezone.now()
        row = rows.repository()
        rows.scan(row, at=now - timedelta(days=9))
        for days in (5, 4, 1):
            rows.scan(row, "failed", at=now - timedelta(days=days))
        Repository.objects.update(failures=3, archived_at=now)
        notify.look_round(now)
        assert kinds() == []
        Repository.objects.update(archived_at=None)
        for _ in range(2):
            notify.look_round(now)
        assert kinds() == ["failing"]
        told = letter(Message.objects.get()).lines
        assert "The host did not answer in 60 s." in told
        day = timezone.localdate(now - timedelta(days=9))
        assert f"has succeeded since {day.day} {day:%b %Y}; its numbers are of that day." in told[0]

    def test_many_that_fail_are_told_in_as_few_queries_as_two(self, channel):
        now, counts = timezone.now(), []
        for many in (2, 10):
            for number in range(many):
                row = rows.repository(f"r{many}-{number}")
                rows.scan(row, at=now - timedelta(days=9))
                rows.scan(row, "failed", at=now - timedelta(days=5))
            Repository.objects.update(failures=3)
            with CaptureQueriesContext(connection) as queries:
                notify.look_round(now)
            counts.append(len(queries))
        assert kinds() == ["failing"] * 12
        assert counts[0] == counts[1]

    def test_one_failure_after_a_long_pause_is_not_three_days_of_them(self, channel):
        """A weekly schedule's last good scan is older than three days whenever the next one fails."""
        now = timezone.now()
        row = rows.repository()
        rows.scan(row, at=now - timedelta(days=7))
        rows.scan(row, "failed", at=now - timedelta(days=2))
        Repository.objects.update(failures=1)
        notify.look_round(now)
        assert kinds() == []
        notify.look_round(now + timedelta(days=1, minutes=1))
        assert kinds() == ["failing"]

    def test_what_turns_letters_around_is_spelled_out(self, channel):
        row = rows.repository("shop\u202eyp.exe")
        rows.scan(row, "failed", at=timezone.now(), error_message="a\u2066b")
        Repository.objects.update(failures=3)
        told = letter(Message(channel=channel, kind="failing", about={"repository": row.pk}))
        assert told.subject == "Scans of shop\\u202eyp.exe fail"
        assert told.lines[1] == "a\\u2066b"
        assert not {"\u202e", "\u2066"} & {*told.text, *told.html}

    def test_a_scan_that_failed_today_is_not_told(self, channel):
        row = rows.repository()
        rows.scan(row, at=timezone.now() - timedelta(days=1))
        rows.scan(row, "failed")
        Repository.objects.update(failures=1)
        notify.look_round()
        assert kinds() == []

    def test_two_weeks_without_progress_are_told_once(self, channel):
        now = timezone.now()
        row = rows.repository()
        rows.finding(row, first_seen_at=now - timedelta(days=90))
        notify.look_round(now)
        assert kinds() == []
        gone = rows.finding(row, presence="absent", absent_reason="code_changed")
        Finding.objects.filter(pk=gone.pk).update(resolved_at=now - timedelta(days=20))
        for _ in range(2):
            notify.look_round(now)
        assert kinds() == ["stalled"]
        assert "No call has gone for two weeks, and 1 is left." in letter(Message.objects.get()).text

    def test_a_team_that_stands_still_is_told_though_another_goes_on(self, channel):
        now = timezone.now()
        teams = [Team.objects.create(name=name, slug=name.lower()) for name in ("Slow", "Quick")]
        for team in teams:
            Channel.objects.create(kind="mail", address=f"{team.slug}@calls.example", team=team)
            row = rows.repository(team.slug, team=team)
            rows.finding(row, first_seen_at=now - timedelta(days=90))
            rows.scan(row, at=now - timedelta(days=20))
        gone = rows.finding(row, presence="absent", absent_reason="code_changed")
        Finding.objects.filter(pk=gone.pk).update(resolved_at=now - timedelta(days=1))
        for _ in range(2):
            notify.look_round(now)
        (message,) = Message.objects.filter(kind="stalled")
        assert message.channel.team == teams[0]
        assert letter(message).subject == "The migration of Slow stands still"
        assert letter(message).url.endswith(f"/teams/{teams[0].pk}/")

    def test_it_says_what_its_reader_may_not_see_as_one_number(self, channel):
        now = timezone.now()
        for name, restricted in (("Open", False), ("Secret", True)):
            team = Team.objects.create(name=name, slug=name.lower(), restricted=restricted)
            row = rows.repository(name.lower(), team=team)
            rows.finding(row, first_seen_at=now - timedelta(days=90))
            rows.scan(row, at=now - timedelta(days=20))
        notify.look_round(now)
        told = letter(Message.objects.get(kind="stalled"))
        assert told.lines == ("No call has gone for two weeks, and 1 is left.", "+ 1 in restricted repositories.")

    def test_where_nothing_ever_went_it_stands_still_since_the_first_scan(self, channel):
        # A Monday may come before the look after three days.
        Channel.objects.update(weekly=False)
        now = timezone.now()
        row = rows.repository()
        rows.finding(row, first_seen_at=now - timedelta(days=90))
        rows.scan(row, at=now - timedelta(days=13))
        notify.look_round(now)
        assert kinds() == []
        for days in (2, 3):
            notify.look_round(now + timedelta(days=days))
        assert kinds() == ["stalled"]


def test_the_digest_holds_the_numbers_of_the_overview(channel):
    row = rows.repository("catalog-search")
    rows.scan(row)
    rows.finding(row)
    rows.finding(row, presence="absent", absent_reason="code_changed")
    words = notify.digest(channel)
    assert words.subject.endswith("1 call to Generate left")
    first, last = (timezone.localdate() - timedelta(days=days) for days in (7, 1))
    assert f"From {first:%-d %b %Y} to {last:%-d %b %Y} 0 went and 0 came." in words.text
    assert f"/explain/?from={first}&to={last}" in words.text
    assert "1 of 1 repository read completely in the last 7 days; 0 files unread." in words.text
    assert "catalog-search" in words.html


def test_the_goal_of_a_digest_counts_no_waiver(channel):
    Organisation.objects.update_or_create(pk=1, defaults={"weekly_goal": 3})
    lead, row, today = rows.person("lead"), rows.repository(), timezone.localdate()
    waived, dismissed, _ = (rows.finding(row, first_seen_at=timezone.now() - timedelta(days=90)) for _ in range(3))
    triage.decide(lead, waived.pk, triage.waive(today + timedelta(days=60), "Later."), waived.version)
    triage.decide(lead, dismissed.pk, triage.dismiss("dead_code", "Nobody calls it."), dismissed.version)
    text = notify.digest(channel, today + timedelta(days=1)).text
    assert "2 went and 0 came." in text
    assert "The goal is 3 a week: 1 went but for those waived." in text


def test_the_digest_of_a_team_tells_what_codeowners_gives_it_elsewhere(channel):
    search, secret = rows.team("Search"), rows.team("Secret")
    Team.objects.filter(pk=secret.pk).update(restricted=True)
    own = Channel.objects.create(kind="mail", team=search, address="search@calls.example")
    rows.finding(rows.repository("own", team=search), owners=" @acme/search ")
    for name, team in (("shared", None), ("hidden-name", secret)):
        rows.finding(rows.repository(name, team=team), owners=" @acme/search ")
    told = notify.digest(own)
    assert told.subject == "Search: 1 call to Generate left"
    assert "+ 1 in other repositories by CODEOWNERS." in told.text
    assert told.facts["in_other_repositories"] == 1
    assert "in other repositories" not in notify.digest(channel).text
    # A mail's heading is not said once more below it.
    assert [told.html.count("1 call to Generate left"), told.html.count(f">{told.context['since']}</p>")] == [2, 1]
