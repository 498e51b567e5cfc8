"""A free webhook: the one address that people choose themselves, so nothing but a checked, pinned host is reached.

The signature is that of Standard Webhooks (https://www.standardwebhooks.com, read 2026-11-25): HMAC-SHA256 over
`id.timestamp.body`, so that a receiver needs no code of ours.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import secrets
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import urllib3
from django.conf import settings

from audits import hosts

from .outbox import NotDelivered

TIMEOUT = 5.0
_ANSWER = 64 * 1024
_PREFIX = "whsec_"


def new_key() -> str:
    """A key for signing, as Standard Webhooks writes them."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(key: str, message_id: str, sent: int, body: bytes) -> str:
    """`v1,` and the signature of one message sent at `sent`, in seconds since 1970."""
    text = f"{message_id}.{sent}.".encode() + body
    digest = hmac.new(base64.b64decode(key.removeprefix(_PREFIX)), text, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def problem(url: str) -> str:
    """Why this cannot be the address of a webhook; empty when it can. Looks nothing up."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no address; paste the whole one, https://host/path."
    if parts.scheme != "https" or not parts.hostname or port == 0:
        return "A webhook's address starts with https:// and a host."
    if parts.username is not None or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        return "Leave out user name, password, spaces and letters outside ASCII."
    number = hosts.literal(parts.hostname)
    if number is not None and not hosts.allowed(number, internal=parts.hostname in settings.INTERNAL_HOOK_HOSTS):
        return (
            f"{parts.hostname} is an address that is not on the public internet. If it is yours, an administrator can "
            "add it to INTERNAL_HOOK_HOSTS."
        )
    return ""


def send(url: str, key: str, message_id: str, payload: Mapping[str, Any]) -> None:
    """POST `payload` as JSON. Raises NotDelivered; what the receiver answered is never part of the sentence.

    The name is looked up once, the address checked and then connected to: it cannot change in between. No redirect is
    followed, no more than 64 kB of the answer read, and 5 seconds is all it gets.
    """
    if sentence := problem(url):
        raise NotDelivered(sentence)
    body = json.dumps(payload).encode()
    sent = int(time.time())
    headers = {
        "content-type": "application/json",
        "user-agent": "Last-Call",
        "webhook-id": message_id,
        "webhook-timestamp": str(sent),
        "webhook-signature": signature(key, message_id, sent, body),
    }
    status = _post(url, body, headers)
    if not 200 <= status < 300:
        moved = " A redirect is not followed: give the final address." if 300 <= status < 400 else ""
        raise NotDelivered(f"The webhook answered {status}.{moved}")


def _post(url: str, body: bytes, headers: Mapping[str, str]) -> int:
    parts = urlsplit(url)
    host, port = str(parts.hostname), parts.port or 443
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    internal = host in settings.INTERNAL_HOOK_HOSTS
    try:
        addresses = hosts.addresses(host, port, internal=internal)
    except (hosts.UrlRefused, hosts.HostUnknown) as error:
        raise NotDelivered(str(error)) from error
    connection = _Pinned(
        addresses[0], port, server_hostname=host, ssl_context=_trust(internal=internal), timeout=TIMEOUT
    )
    # A timeout of a socket is one of each read: who drips a byte a second would have for ever. This one is of it all.
    timer = threading.Timer(TIMEOUT, connection.cut)
    timer.start()
    name = host if port == 443 else f"{host}:{port}"
    try:
        connection.request("POST", target, body=body, headers={"host": name, **headers}, preload_content=False)
        answer = connection.getresponse()
        answer.read(_ANSWER)
        if connection.late:
            # What was cut off in the middle of its headers looks like an answer.
            raise NotDelivered(_late(host))
        return answer.status
    except ssl.SSLCertVerificationError as error:
        raise NotDelivered(f"The certificate of {host} is not one that this server trusts for that name.") from error
    except (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError) as error:
        late = connection.late or isinstance(error, (TimeoutError, urllib3.exceptions.TimeoutError))
        said = _late(host) if late else f"{host} could not be reached ({type(error).__name__})."
        raise NotDelivered(said) from error
    finally:
        timer.cancel()
        connection.close()


def _late(host: str) -> str:
    return f"{host} did not answer within {TIMEOUT:.0f} seconds."


def _trust(*, internal: bool) -> ssl.SSLContext:
    """The machine's authorities; for internal hosts those of the organisation too."""
    context = ssl.create_default_context()
    if internal and (file := settings.INTERNAL_HOOK_AUTHORITIES):
        try:
            context.load_verify_locations(file)
        except OSError as error:
            raise NotDelivered("The server names a file in INTERNAL_HOOK_AUTHORITIES that cannot be read.") from error
    return context


class _Pinned(urllib3.connection.HTTPSConnection):
    """A connection to one address that can be cut from another thread, in the middle of a handshake too."""

    _spare: socket.socket | None = None
    late = False

    def _new_conn(self) -> socket.socket:
        plain = super()._new_conn()
        self._spare = plain.dup()
        return plain

    def cut(self) -> None:
        """End it now: whoever reads or writes gets an error, or what looks like an end."""
        self.late = True
        if self._spare is not None:
            with contextlib.suppress(OSError):
                self._spare.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        super().close()
        if self._spare is not None:
            self._spare.close()
