import pytest
from cryptography.fernet import Fernet
from django.test import Client

from audits.models import Channel, Message, User

from . import rows

pytestmark = pytest.mark.django_db
PAGE = "/notifications/"


@pytest.fixture(autouse=True)
def _key(settings):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]


def test_everybody_chooses_what_their_own_mail_gets(client: Client):
    viewer = rows.person("viewer")
    client.force_login(viewer)
    assert b"Add a channel" not in client.get(PAGE).content
    client.post(PAGE, {"email": "v@calls.example", "weekly": "on"})
    channel = Channel.objects.get()
    assert (channel.person, channel.weekly, channel.alerts) == (viewer, True, False)
    assert User.objects.get(pk=viewer.pk).email == "v@calls.example"
    client.post(PAGE, {"email": "", "weekly": ""})
    assert Channel.objects.get().weekly is False


def test_something_without_an_address_is_refused(client: Client):
    client.force_login(rows.person("viewer"))
    answer = client.post(PAGE, {"weekly": "on"})
    assert "Give an address, or tick nothing." in answer.content.decode()
    assert not Channel.objects.exists()


def test_an_admin_adds_for_the_organisation_and_the_key_is_shown_once(signed_in: Client):
    asked = {"kind": "webhook", "address": "https://hooks.calls.example/in?s=SECRETPART", "alerts": "on"}
    page = signed_in.post(f"{PAGE}add/", asked, follow=True).content.decode()
    assert "whsec_" in page
    again = signed_in.get(PAGE).content.decode()
    assert "whsec_" not in again
    assert "SECRETPART" not in again
    assert "hooks.calls.example" in again


@pytest.mark.parametrize(
    ("kind", "address"), [("mail", "no mail"), ("chat", "https://evil.example/"), ("webhook", "http://a.example/")]
)
def test_an_address_that_cannot_be_is_refused_at_the_field(signed_in: Client, kind: str, address: str):
    answer = signed_in.post(f"{PAGE}add/", {"kind": kind, "address": address})
    assert answer.context["form"].errors.keys() == {"address"}
    assert not Channel.objects.exists()


def test_a_lead_adds_for_their_teams_only(client: Client):
    lead, own, other = rows.person("lead"), rows.team("Own"), rows.team("Other")
    client.force_login(lead)
    assert b"Add a channel" not in client.get(PAGE).content
    lead.teams.add(own)
    for team in ("", other.pk):
        client.post(f"{PAGE}add/", {"kind": "mail", "address": "x@calls.example", "team": team})
    assert not Channel.objects.exists()
    client.post(f"{PAGE}add/", {"kind": "mail", "address": "x@calls.example", "team": own.pk})
    assert Channel.objects.get().team == own


def test_nobody_touches_a_channel_that_is_not_theirs(client: Client):
    channel = Channel.objects.create(kind="mail", address="all@calls.example")
    foreign = Channel.objects.create(person=rows.person("viewer", "other"))
    for role in ("viewer", "engineer", "lead"):
        client.force_login(rows.person(role))
        for row in (channel, foreign):
            assert client.get(f"{PAGE}{row.pk}/digest/").status_code == 404
            assert client.post(f"{PAGE}{row.pk}/test/").status_code == 404
            assert client.post(f"{PAGE}{row.pk}/delete/").status_code == 404


def test_a_test_message_is_queued_and_listed(signed_in: Client):
    channel = Channel.objects.create(kind="mail", address="all@calls.example")
    for _ in range(2):
        signed_in.post(f"{PAGE}{channel.pk}/test/")
    assert Message.objects.count() == 1
    page = signed_in.get(PAGE).content.decode()
    assert "Waits" in page
    assert "within a minute" in signed_in.post(f"{PAGE}{channel.pk}/test/", follow=True).content.decode()


def test_the_digest_is_shown_as_it_would_be_sent(signed_in: Client):
    channel = Channel.objects.create(kind="mail", address="all@calls.example")
    rows.finding(rows.repository("<b>shop</b>"))
    answer = signed_in.get(f"{PAGE}{channel.pk}/digest/")
    page = answer.content.decode()
    assert answer.context["section"] == signed_in.get(PAGE).context["section"]
    assert "1 call to Generate left" in page
    assert "<b>shop" not in page
    assert f"{PAGE}{channel.pk}/digest/mail/" in page


def test_the_digest_is_shown_as_a_mail_program_does(signed_in: Client):
    channel = Channel.objects.create(kind="mail", address="all@calls.example")
    rows.finding(rows.repository("<b>shop</b>"))
    answer = signed_in.get(f"{PAGE}{channel.pk}/digest/mail/")
    page = answer.content.decode()
    assert ">1 call to Generate left</h1>" in page
    assert "&lt;b&gt;shop" in page
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_removed_channel_gets_nothing_more(signed_in: Client):
    channel = Channel.objects.create(kind="mail", address="all@calls.example")
    signed_in.post(f"{PAGE}{channel.pk}/delete/")
    assert not Channel.objects.exists()
