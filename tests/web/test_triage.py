"""Deciding about a finding on its page: what is offered, what is done, what is said."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits import triage
from audits.models import Comment, Finding, Repository, Scan
from audits.templatetags.markdown import markdown
from tests.web import rows
from tests.web.rows import HOSTILE

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def row() -> Finding:
    return rows.finding(rows.repository(), digest="one")


@pytest.fixture
def engineer(client: Client) -> Client:
    client.force_login(rows.person("engineer", "ada"))
    return client


def decide(client: Client, row: Finding, move: str, **values: object):
    return client.post(reverse("finding-decide", args=[row.pk, move]), {"version": row.version, **values}, follow=True)


def page(client: Client, row: Finding, query: str = "") -> str:
    answer = client.get(row.get_absolute_url() + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_finding_is_planned_and_says_so(engineer, row):
    bob = rows.person("engineer", "bob")
    answer = decide(engineer, row, "plan", owner=bob.pk, due=today().isoformat())
    assert "The finding is planned." in answer.content.decode()
    row.refresh_from_db()
    assert (row.disposition, row.assignee, row.due) == ("planned", bob, today())
    assert "Planned: bob, due" in page(engineer, row)


def test_the_list_that_one_came_from_is_kept(engineer, row):
    shown = page(engineer, row, "?q=state:open&sort=kind")
    assert '<input type="hidden" name="q" value="state:open">' in shown
    answer = decide(engineer, row, "dismiss", reason="dead_code", q="state:open", sort="kind")
    assert answer.redirect_chain[0][0] == f"{row.get_absolute_url()}?q=state%3Aopen&sort=kind"


def test_somebody_who_was_too_late_is_told_by_whom(engineer, row):
    bob = rows.person("lead", "bob")
    triage.decide(bob, row.pk, triage.dismiss("dead_code"), 0)
    late = decide(engineer, row, "plan", owner=bob.pk)
    assert "bob was faster: this finding is dismissed by now." in late.content.decode()


def test_two_pages_of_one_person_are_not_somebody_else(engineer, row):
    decide(engineer, row, "dismiss", reason="dead_code")
    late = decide(engineer, row, "reopen")
    assert "You changed this finding from another page: it is dismissed by now." in late.content.decode()


@pytest.mark.parametrize(
    ("move", "values", "said"),
    [
        ("dismiss", {"reason": "wont_fix"}, "Select a valid choice."),
        ("waive", {"until": timedelta(0), "plan": " "}, "Say what is going to happen when the waiver ends."),
        ("waive", {"until": timedelta(days=400), "plan": "x"}, "A waiver ends on a day between"),
        ("plan", {"owner": "999999"}, "Who migrates it: Select a valid choice."),
        ("waive", {"until": "", "plan": "x"}, "Last day of the waiver: This field is required."),
        ("confirm", {}, "does not wait for a re-review"),
    ],
)
def test_what_cannot_be_done_is_said_and_not_done(engineer, row, move, values, said):
    values = {
        name: (today() + value).isoformat() if isinstance(value, timedelta) else value for name, value in values.items()
    }
    assert said in decide(engineer, row, move, **values).content.decode()
    row.refresh_from_db()
    assert (row.disposition, row.version) == ("open", 0)


def test_there_is_no_move_of_another_name(engineer, row):
    assert decide(engineer, row, "close").status_code == 404


def test_saying_that_it_is_fixed_asks_for_a_scan(engineer, row):
    decide(engineer, row, "claim")
    assert Scan.objects.get().state == "queued"
    assert "<b>ada said " in page(engineer, row)


def test_a_claim_that_does_not_hold_stands_on_the_page(engineer):
    by = rows.person("engineer", "bob")
    row = rows.finding(rows.repository(), claim="contradicted", claimed_by=by, claimed_at=timezone.now())
    assert "It is still there." in page(engineer, row)


def test_a_dismissal_in_doubt_is_confirmed_with_one_click(engineer):
    values = {"dismissal": "dead_code", "comment": "Never called.", "re_review": True, "decided_at": timezone.now()}
    row = rows.finding(rows.repository(), **values)
    shown = page(engineer, row)
    assert "The statement changed since it was dismissed" in shown
    assert "Never called." in shown
    decide(engineer, row, "confirm")
    row.refresh_from_db()
    assert (row.disposition, row.re_review) == ("dismissed", False)


def test_a_waiver_of_what_no_longer_works_is_known_broken(engineer):
    row = rows.finding(rows.repository(), disposition="waived")
    assert "Known broken" in page(engineer, row)
    listed = engineer.get("/findings/?q=state:waived").content.decode()
    assert "Known broken</span>" in listed
    assert "Waived</span>" not in listed
    over = rows.finding(rows.repository("b"), disposition="waived", waived_until=today() - timedelta(days=1))
    assert "The waiver ended on" in page(engineer, over)


def test_a_viewer_reads_and_is_offered_nothing(client, row):
    client.force_login(rows.person("viewer"))
    Comment.objects.create(finding=row, at=timezone.now(), text="Hello", author=None)
    shown = page(client, row)
    assert "Hello" in shown
    assert "I fixed it" not in shown
    assert "<textarea" not in shown


def test_what_is_gone_offers_no_decision(engineer):
    row = rows.finding(rows.repository(), "absent")
    assert "I fixed it" not in page(engineer, row)


def test_comments_are_markdown_and_harmless(engineer, row):
    engineer.post(reverse("finding-comment", args=[row.pk]), {"text": f"See `x` and **y**\n\n{HOSTILE}"})
    shown = page(engineer, row)
    assert "<code>x</code> and <strong>y</strong>" in shown
    assert "<img" not in shown
    assert "onerror=alert" not in shown.replace("&quot;", "").replace("&lt;img src=x onerror=alert", "")


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "![a](https://x.org/a.png)",
        "<script>alert(1)</script>",
        "[a](data:text/html,x)",
        '<https://x.org/" onclick=alert(1)>',
        "[a](<java\nscript:alert(1)>)",
        "> " * 500 + "x",
        "[" * 3000,
    ],
)
def test_no_markdown_makes_a_script(text):
    made = str(markdown(text))
    for bad in ("<script", "<img", 'href="javascript', 'href="data', 'onclick="', " style="):
        assert bad not in made


def test_links_of_comments_do_not_tell_where_one_came_from():
    assert markdown("[a](https://x.org)") == (
        '<p><a href="https://x.org" rel="noopener noreferrer nofollow">a</a></p>\n'
    )


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("see https://x.org/a_b?c=1&d=2, and more", ["https://x.org/a_b?c=1&amp;d=2"]),
        ("(http://x.org/y).", ["http://x.org/y"]),
        ("- **https://x.org/#L3-L4**", ["https://x.org/#L3-L4"]),
        ("[https://x.org](https://y.org) https://z.org", ["https://y.org", "https://z.org"]),
        ("<https://x.org>", ["https://x.org"]),
        (
            "**https://x.org/a_b_c/__init__.py** *https://x.org/a*b*c*",
            ["https://x.org/a_b_c/__init__.py", "https://x.org/a*b*c"],
        ),
        ("`https://x.org`", []),
        ("    https://x.org", []),
        ("javascript:alert(1) data:text/html,x", []),
        ("https://x.org\n\n" + "> " * 30 + "deep", ["https://x.org"]),
    ],
)
def test_an_address_in_a_text_is_a_link(text, linked):
    assert re.findall(r'<a href="([^"]*)" rel="noopener noreferrer nofollow">', markdown(text)) == linked


@pytest.mark.parametrize("depth", [1, 5, 17, 18, 19, 20, 21, 400])
@pytest.mark.parametrize("sign", ["> ", "* a\n"])
def test_no_depth_of_quotes_and_lists_loses_words(sign, depth):
    lines = "".join("  " * n + sign for n in range(depth)) if "\n" in sign else sign * depth
    assert "the words" in markdown(f"{lines}{'  ' * depth if chr(10) in sign else ''}the words")


def test_an_empty_comment_is_refused_with_a_sentence(engineer, row):
    answer = engineer.post(reverse("finding-comment", args=[row.pk]), {"text": " "}, follow=True)
    assert "A comment needs words." in answer.content.decode()
    assert not Comment.objects.exists()


def test_a_comment_is_taken_back_by_its_author_or_an_admin(engineer, row):
    other = rows.person("engineer", "bob")
    mine = Comment.objects.create(finding=row, at=timezone.now(), text="a", author=rows.person("engineer", "eve"))
    address = reverse("comment-delete", args=[row.pk, mine.pk])
    assert engineer.post(address).status_code == 403
    engineer.force_login(other)
    assert engineer.post(address).status_code == 403
    engineer.force_login(mine.author)
    assert engineer.post(address).status_code == 302
    assert not Comment.objects.exists()


def test_who_wrote_the_line_is_shown_or_said_to_be_unknown(engineer):
    of = rows.repository()
    known = {"blame": "known", "blame_name": HOSTILE, "blame_at": timezone.now(), "blame_commit": "b" * 40}
    shown = page(engineer, rows.finding(of, **known, origin="introduced"))
    assert "Written after the baseline" in shown
    assert f"https://github.com/acme/catalog-search/commit/{'b' * 40}" in shown
    assert "<img" not in shown
    assert "Older than the history" in page(engineer, rows.finding(of, blame="boundary"))


def test_a_page_costs_the_same_queries_for_any_number_of_comments(engineer, row, django_assert_max_num_queries):
    for number in range(30):
        person = rows.person("engineer", f"p{number}")
        Comment.objects.create(finding=row, at=timezone.now(), text="a", author=person)
    with django_assert_max_num_queries(20):
        page(engineer, row)


class TestHolds:
    def test_a_lead_judges_a_drop_on_the_page_of_the_repository(self, client):
        client.force_login(rows.person("lead"))
        of = rows.repository()
        hold = of.holds.create(at=timezone.now(), known=20, gone=12, files=12, touched=0, scan=rows.scan(of))
        rows.finding(of, "unknown", hold=hold, held_reason="code_changed")
        shown = client.get(of.get_absolute_url()).content.decode()
        assert "12 of 20 findings were not seen" in shown
        address = reverse("repository-hold", args=[of.pk, hold.pk])
        asked = client.get(address, {"verdict": "accept"}).content.decode()
        assert "Accept that 1 finding is gone?" in asked
        assert "1 call that is unknown or waived now becomes resolved" in asked
        assert "app/expand.py" in asked.replace("<wbr>", "")
        unsaid = client.post(address, {"verdict": "accept", "seen": 1}).content.decode()
        assert "Say why you believe it." in unsaid
        other = client.post(address, {"verdict": "accept", "seen": 2, "comment": "I looked."}).content.decode()
        assert "it is 1 finding now" in other
        assert "I looked." in other
        assert Finding.objects.get().presence == "unknown"
        sent = {"verdict": "accept", "seen": 1, "comment": "I looked."}
        answer = client.post(address, sent, follow=True).content.decode()
        assert "The drop was accepted: 1 finding counts as gone." in answer
        row = Finding.objects.get()
        assert (row.presence, row.events.get(verb="resolved").comment) == ("absent", "I looked.")
        again = client.post(address, {"verdict": "reject"}, follow=True).content.decode()
        assert "Somebody else has judged this drop already" in again

    def test_a_drop_of_which_all_was_seen_again_asks_nothing(self, client):
        client.force_login(rows.person("lead"))
        of = rows.repository()
        hold = of.holds.create(at=timezone.now(), known=20, gone=12, files=12, touched=0, scan=rows.scan(of))
        address = reverse("repository-hold", args=[of.pk, hold.pk])
        for verdict in ("accept", "reject"):
            assert "nothing is left to judge" in client.get(address, {"verdict": verdict}, follow=True).content.decode()
        hold.refresh_from_db()
        assert hold.accepted is None


def test_a_claim_whose_scan_failed_says_so(engineer, row):
    decide(engineer, row, "claim")
    assert "The next scan looks." in page(engineer, row)
    later = timezone.now() + timedelta(minutes=1)
    scan = Scan.objects.create(
        repository=row.repository, state="failed", error_message="Nobody answered.", queued_at=later, finished_at=later
    )
    Repository.objects.filter(pk=row.repository_id).update(last_scan=scan)
    shown = page(engineer, row)
    assert "failed, so nobody has looked yet" in shown
    assert "The next scan looks." not in shown


def test_whoever_is_too_late_keeps_the_words(engineer, row):
    decide(engineer, row, "plan", owner=rows.person("engineer", "bob").pk)
    answer = decide(engineer, row, "dismiss", reason="dead_code", comment="Nobody calls it.")
    assert "Nobody calls it." in answer.content.decode()


def test_a_picture_in_a_comment_is_a_link():
    assert str(markdown("![chart](http://host/x.png)")).strip() == (
        '<p><a href="http://host/x.png" rel="noopener noreferrer nofollow">chart</a></p>'
    )
    assert "javascript" not in markdown("![x](javascript:alert)").replace("(javascript:alert)", "")
