"""What mail programs do with a letter: some drop its style, some show its text alone, and names may be hostile."""

import email
import email.policy
import re

import pytest

from audits import notify
from audits.models import Channel, MessageKind, Organisation
from audits.notify import outbox, senders
from audits.notify.plain import WIDTH, one_line, wrapped
from tests.web import rows

pytestmark = pytest.mark.django_db


@pytest.fixture
def channel():
    return Channel.objects.create(kind="mail", address="team@calls.example")


def told(channel, inbox, kind, about):
    """The one mail that arrives, its lines unfolded and its parts decoded."""
    outbox.post([channel], kind, f"{kind}:1", about)
    assert outbox.deliver(senders.send) == 1
    [(_, raw)] = inbox.mails
    return email.message_from_string(raw, policy=email.policy.default)


def introduced(channel, inbox, *paths):
    row = rows.repository("מאגר (calls)")
    found = [rows.finding(row, path=path, line=number) for number, path in enumerate(paths, 1)]
    return told(channel, inbox, MessageKind.INTRODUCED, {"repository": row.pk, "findings": [str(f.pk) for f in found]})


def parts(mail):
    return [mail.get_body([kind]).get_content() for kind in ("plain", "html")]


def test_a_mail_says_where_it_is_changed_or_stopped(channel, inbox):
    mail = told(channel, inbox, MessageKind.TEST, {})
    assert mail["List-Unsubscribe"] == "<https://calls.example/notifications/>"
    for part in parts(mail):
        assert "https://calls.example/notifications/" in part
        assert "Change or stop these messages" in part


def test_a_path_with_line_ends_begins_no_line_and_no_header_of_its_own(channel, inbox):
    mail = introduced(channel, inbox, "a\r\nBcc: all@calls.example\n\nYour account ends today.py")
    assert mail.get_content_type() == "multipart/alternative"
    assert mail["Bcc"] is None
    assert mail["Subject"].strip() == "A call to migrate is new in מאגר (calls)"
    text, html = parts(mail)
    assert text.splitlines()[0] == "- a Bcc: all@calls.example Your account ends today.py:1"
    assert "<script" not in html


def test_marks_that_turn_letters_around_are_shown_as_what_they_are():
    assert one_line("a\u202egnp.py\nx") == "a\\u202egnp.py x"


def test_the_name_of_the_organisation_begins_no_header_of_its_own(channel, inbox):
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Acme\r\nBcc: all@calls.example"})
    mail = told(channel, inbox, MessageKind.TEST, {})
    assert mail["Bcc"] is None
    assert mail["From"].startswith('"Acme Bcc: all@calls.example" <')


@pytest.mark.parametrize("odd", ["\x1b[8m", "\x07", "\x9b8m", "\x7f"])
def test_what_commands_a_terminal_is_shown_as_what_it_is(channel, inbox, odd):
    mail = introduced(channel, inbox, f"a{odd}.py")
    shown = f"a\\u{ord(odd[0]):04x}{odd[1:]}.py:1"
    assert all(shown in part and odd[0] not in part for part in parts(mail))


def test_each_call_in_a_mail_leads_to_its_page(channel, inbox):
    mail = introduced(channel, inbox, "<b>.py", "b.py")
    text, html = parts(mail)
    assert re.findall(r'<a href="https://calls\.example/findings/[0-9a-f-]+/" dir="ltr">(.*?)</a>', html) == [
        "&lt;b&gt;.py:1",
        "b.py:2",
    ]
    assert "- <b>.py:1 " in text


def test_text_is_no_wider_than_a_letter_and_breaks_no_address(channel):
    own = rows.team("Search")
    Organisation.objects.update_or_create(pk=1, defaults={"weekly_goal": 3})
    channel.team = own
    rows.finding(rows.repository("a" * 100, team=own))
    rows.finding(rows.repository("short name", team=own))
    words = notify.digest(channel)
    wide = [line for line in words.text.split("\n") if len(line) > WIDTH]
    assert wide
    assert all("a" * 100 in line or line.startswith("http") for line in wide)
    assert words.url in words.text.split("\n")
    assert "\n-- \n" in words.text


def test_an_item_goes_on_below_its_words():
    assert wrapped("- " + "word " * 20) == "- " + " ".join(["word"] * 14) + "\n  " + " ".join(["word"] * 6)
    assert wrapped("  1,200  " + "x" * 80) == "  1,200  " + "x" * 80


def test_a_mail_whose_style_is_dropped_keeps_its_measures_and_no_colour(channel):
    rows.finding(rows.repository())
    bare = re.sub(r"<style>.*?</style>", "", notify.digest(channel).html, flags=re.DOTALL)
    assert "max-width: 560px" in bare
    assert bare.count('<table role="presentation" width="100%"') == 2
    assert bare.count("<td class") == bare.count('align="right"') > 2
    assert not re.search(r'style="[^"]*(?:color|background)', bare)
    # Of its elements some programs leave only those that every HTML had.
    assert not re.search(r"<(?:main|footer|header|section|article|nav)\b", bare)
    assert not re.search(r'(?:src|href)="(?!https?://)', bare)
