"""The one address that people choose themselves, against a real receiver over TLS on loopback."""

import base64
import hashlib
import hmac
import json
import os
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from audits.notify import webhook
from audits.notify.outbox import NotDelivered
from tests.gitserver import HOST, make_keys
from tests.waiting import PATIENCE

KEY = webhook.new_key()
OTHER = "other.example.test"


class Receiver(HTTPServer):
    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen = []
        self.status, self.location, self.drips, self.heard = 204, "", False, threading.Event()

    def handle_error(self, request, client_address):
        """A client that gives up is part of the tests."""


class Handler(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((self.path, dict(self.headers.items()), body))
        if self.server.drips:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nServer: x")
            self.server.heard.wait(PATIENCE)
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("location", self.server.location)
        self.end_headers()

    def log_message(self, *arguments):
        """Nothing to say."""


@pytest.fixture
def receiver(tmp_path, monkeypatch, settings):
    """A receiver that HOST leads to, allowed as an internal host and trusted through its own certificate."""
    keys = make_keys(tmp_path)
    server = Receiver()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(keys / "cert.pem", keys / "key.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    server.url = f"https://{HOST}:{server.server_address[1]}/hook?a=1"
    monkeypatch.setenv("SSL_CERT_FILE", str(keys / "cert.pem"))
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1"))
    settings.INTERNAL_HOOK_HOSTS = [HOST]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def leads_to(*texts):
    """Stands in for the one thing that cannot be had here, a name server: each look-up gives the next address."""
    left = list(texts)
    real = socket.getaddrinfo

    def look_up(host, port, *rest, **more):
        text = (left.pop(0) if len(left) > 1 else left[0]) if host in (HOST, OTHER) else host
        return real(text, port, *rest, **more)

    return look_up


def test_it_arrives_signed_by_the_standard(receiver):
    webhook.send(receiver.url, KEY, "message-1", {"type": "test"})
    [(path, headers, body)] = receiver.seen
    assert (path, json.loads(body)) == ("/hook?a=1", {"type": "test"})
    assert headers["host"] == receiver.url.split("/")[2]
    text = f"message-1.{headers['webhook-timestamp']}.".encode() + body
    mac = hmac.new(base64.b64decode(KEY.removeprefix("whsec_")), text, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(mac).decode()


@pytest.mark.parametrize("status", [400, 404, 500])
def test_another_answer_than_yes_is_not_delivered(receiver, status):
    receiver.status = status
    with pytest.raises(NotDelivered, match=f"answered {status}"):
        webhook.send(receiver.url, KEY, "1", {})


def test_a_redirect_is_not_followed(receiver):
    receiver.status, receiver.location = 302, f"https://{HOST}:{receiver.server_address[1]}/elsewhere"
    with pytest.raises(NotDelivered, match="give the final address"):
        webhook.send(receiver.url, KEY, "1", {})
    assert [path for path, _, _ in receiver.seen] == ["/hook?a=1"]


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.8", "::1", "64:ff9b::7f00:1"])
def test_an_inner_address_is_refused_unless_the_host_is_marked(receiver, settings, monkeypatch, address):
    settings.INTERNAL_HOOK_HOSTS = []
    monkeypatch.setattr("audits.hosts.names.socket.getaddrinfo", lambda *_, **__: [(0, 0, 0, "", (address, 0))])
    with pytest.raises(NotDelivered, match="not on the public internet"):
        webhook.send(receiver.url, KEY, "1", {})
    assert receiver.seen == []


def test_the_checked_address_is_the_one_that_is_connected_to(receiver, monkeypatch):
    """A name that leads elsewhere at the second look is never looked up a second time."""
    monkeypatch.setattr(socket, "getaddrinfo", leads_to("127.0.0.1", "192.0.2.1"))
    webhook.send(receiver.url, KEY, "1", {})
    assert len(receiver.seen) == 1


def test_a_certificate_of_another_name_is_refused(receiver, settings, monkeypatch):
    settings.INTERNAL_HOOK_HOSTS = [OTHER]
    with pytest.raises(NotDelivered, match=f"The certificate of {OTHER} is not one that this server trusts"):
        webhook.send(receiver.url.replace(HOST, OTHER), KEY, "1", {})
    assert receiver.seen == []


def test_authorities_of_our_own_vouch_for_internal_hosts(receiver, settings, monkeypatch):
    settings.INTERNAL_HOOK_AUTHORITIES = os.environ["SSL_CERT_FILE"]
    monkeypatch.delenv("SSL_CERT_FILE")
    webhook.send(receiver.url, KEY, "1", {})
    assert len(receiver.seen) == 1
    settings.INTERNAL_HOOK_AUTHORITIES = "/nowhere.pem"
    with pytest.raises(NotDelivered, match="INTERNAL_HOOK_AUTHORITIES that cannot be read"):
        webhook.send(receiver.url, KEY, "2", {})


def test_a_certificate_that_nobody_vouches_for_is_named_as_the_reason(receiver, monkeypatch):
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(NotDelivered, match=f"The certificate of {HOST} is not one that this server trusts"):
        webhook.send(receiver.url, KEY, "1", {})
    assert receiver.seen == []


def test_a_server_that_never_answers_gets_five_seconds(monkeypatch, receiver):
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    with socket.socket() as deaf:
        deaf.bind(("127.0.0.1", 0))
        deaf.listen()
        with pytest.raises(NotDelivered, match=f"{HOST} did not answer within"):
            webhook.send(f"https://{HOST}:{deaf.getsockname()[1]}/", KEY, "1", {})


def test_an_answer_that_was_cut_off_is_none(monkeypatch, receiver):
    """The yes has come, and the headers drip: what we end ourselves looks like their end."""
    monkeypatch.setattr(webhook, "TIMEOUT", 0.5)
    receiver.drips = True
    with pytest.raises(NotDelivered, match=f"{HOST} did not answer within"):
        webhook.send(receiver.url, KEY, "1", {})
    receiver.heard.set()


@pytest.mark.parametrize(
    "url",
    ["http://a.example/", "https://", "https://u:p@a.example/", "https://a.example/ x", "https://exämple.org/",
     "ftp://a.example/", "https://a.example:0/", "https://a.example:99999/", "https://a\\@b.example/", "javascript:x"],
)  # fmt: skip
def test_what_can_be_no_address_is_said_at_the_field(url):
    assert webhook.problem(url)
    with pytest.raises(NotDelivered):
        webhook.send(url, KEY, "1", {})


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "10.0.0.5", "169.254.169.254", "[::1]", "localhost", "a.localhost.", "2130706433", "0x7f.1",
     "[::ffff:127.0.0.1]", "[fd00::1]"],
)  # fmt: skip
def test_an_inner_address_is_refused_at_the_field(host):
    assert "not on the public internet" in webhook.problem(f"https://{host}/hook")


def test_an_inner_address_that_an_administrator_allows_is_taken_at_the_field(settings):
    settings.INTERNAL_HOOK_HOSTS = ("10.0.0.5", "169.254.169.254")
    assert not webhook.problem("https://10.0.0.5/hook")
    assert webhook.problem("https://169.254.169.254/latest")
    assert not webhook.problem("https://93.184.216.34/hook")
