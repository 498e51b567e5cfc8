"""What a chat service is sent, up to the wire, and what is said of its answer."""

import json

import pytest
import requests

from audits.models import Message
from audits.notify import add, channels, chat, outbox, senders
from audits.notify.letters import Letter
from audits.notify.outbox import NotDelivered
from tests.web import rows

from .test_services import GIVEN

pytestmark = pytest.mark.django_db
HOSTILE = Letter(
    "A call to migrate is new in <!channel>",
    ("a_b/<!channel>.py:7 co.generate", "@everyone/<users/all>*x*.py", "<at>everybody</at>"),
    "https://calls.example/repositories/1/",
    {},
)
ACCEPTED = {name: 202 if "Teams" in name else 204 if name == "Discord" else 200 for name in GIVEN}


class Wire(list):
    """The requests that would leave, each answered with `status`, by Slack with `slack`, and a `Location`."""

    status = 200
    slack = b"ok"

    def send(self, adapter, request, **kwargs):
        self.append(request)
        answer = requests.Response()
        answer.status_code, answer.request, answer.url = self.status, request, request.url
        slack = "slack" in request.url and self.status == 200
        answer._content = self.slack if slack else b'{"ok": true, "result": {}}'
        answer.headers["Location"] = "https://elsewhere.example/"
        return answer


@pytest.fixture
def wire(monkeypatch, vault_key):
    made = Wire()
    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", lambda *args, **kwargs: made.send(*args, **kwargs))
    return made


def queued(name: str) -> Message:
    channel, _ = add("chat", GIVEN[name], team=None, weekly=True, alerts=True, user=rows.person("admin"))
    channels.test(channel)
    return Message.objects.get()


@pytest.mark.parametrize("name", GIVEN)
def test_one_message_is_one_request_to_the_address_that_was_given(wire, name):
    wire.status = ACCEPTED[name]
    queued(name)
    assert outbox.deliver(senders.send) == 1
    assert outbox.deliver(senders.send) == 0
    (sent,) = wire
    given = requests.Request("POST", GIVEN[name]).prepare().url if GIVEN[name].startswith("https") else ""
    assert not given or sent.url.partition("?")[0] == given.partition("?")[0]
    assert sorted(sent.url.partition("?")[2].split("&")) == sorted(given.partition("?")[2].split("&"))
    body = json.loads(sent.body)
    assert "Messages arrive here" in json.dumps(body)
    assert "pprise" not in json.dumps(body)
    assert sent.headers["User-Agent"] == "Last Call"


@pytest.mark.parametrize("name", GIVEN)
def test_what_a_path_is_called_calls_nobody(wire, name):
    wire.status = ACCEPTED[name]
    chat.send(queued(name), HOSTILE)
    text = json.dumps(json.loads(wire[0].body), ensure_ascii=False)
    assert "co" in text
    for call in ("<!channel>", "@everyone", "<users/", "<at>"):
        assert call not in text


def test_teams_gets_a_link_and_a_line_each(wire):
    wire.status = 202
    chat.send(queued("Microsoft Teams, new"), HOSTILE)
    card = json.loads(wire[0].body)["attachments"][0]["content"]["body"]
    assert [block["type"] for block in card] == ["TextBlock", "TextBlock"]
    first, *_, last = card[1]["text"].split("\n\n")
    assert first.startswith(r"a\_b/")
    assert last == "[Open in Last Call](https://calls.example/repositories/1/)"


@pytest.mark.parametrize(
    ("status", "sentence"),
    [(404, "refused it (404): the address was withdrawn"), (403, "refused it (403)"), (429, "no more messages"),
     (500, "fault of its own at the moment (500)"), (503, "(503)"), (302, "refused it (302)")],
)  # fmt: skip
@pytest.mark.parametrize("name", GIVEN)
def test_what_it_answers_is_said(wire, name, status, sentence):
    wire.status = status
    queued(name)
    assert outbox.deliver(senders.send) == 0
    waiting = Message.objects.get()
    assert sentence in waiting.error
    assert (waiting.attempts, waiting.sent_at) == (1, None)
    assert not any("elsewhere" in request.url for request in wire)


def test_one_that_does_not_answer_is_said(wire, monkeypatch):
    def fail(*_, **__):
        raise requests.ConnectionError("no route")

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", fail)
    with pytest.raises(NotDelivered, match="Slack could not be reached"):
        chat.send(queued("Slack"), HOSTILE)


def test_an_answer_that_is_no_consent_is_no_refusal_of_the_address(wire):
    """Slack says 200 and "ok" where it takes a message."""
    wire.slack = b"no_text"
    with pytest.raises(NotDelivered, match=r"Slack answered \(200\), but did not take it"):
        chat.send(queued("Slack"), HOSTILE)
