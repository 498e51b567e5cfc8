"""On which object the Chat call is made, and what must be true of it."""

import re
from dataclasses import dataclass

from audits.engine import catalogue
from audits.engine.catalogue import Client
from audits.engine.facts import CallSite, Confidence, Kind, Platform
from audits.engine.secrets import mask
from audits.engine.verdicts import client_of, is_aws

_FIRST_V2 = (5, 8, 0)
_SOURCE_LIMIT = 300
# What stands in text for a reader where something is left out.
_CUT = "…"
_GETATTR = re.compile(r"""getattr\((?P<own>[\w.]+),\s*["'][^"']*["']\s*\)""")


@dataclass(frozen=True, slots=True)
class Receiver:
    """The expressions on which `chat` is called (raw responses included), whether it is awaited, and notes."""

    v2: str
    v1: str
    awaits: bool
    notes: tuple[str, ...]


def receivers(site: CallSite, method: str) -> Receiver:
    """The receivers of a site's Chat calls, which are of `method`: chat or chat_stream."""
    own, raw = _own(site)
    unnamed = []
    if not own or _CUT in own:
        shown = f"`{own}`" if own.strip("()…") else "the client, which the call does not name"
        unnamed = [f"`co` stands for {shown}."]
        own = "co"
    client = client_of(site)
    asynchronous = client.asynchronous if client is not None else site.awaited
    v2, notes = _v2(site, own, client, method)
    v1, more = _v1(site, own, client, asynchronous)
    notes += more
    notes += [*unnamed, *_await_notes(site, own, client), *_version_notes(site)]
    return Receiver(v2 + raw, v1 + raw, site.awaited, tuple(notes))


def _own(site: CallSite) -> tuple[str, str]:
    """The call's own receiver ("" where the call names none), and what stands between it and the method."""
    raw = f".{catalogue.RAW_ATTRIBUTE}"
    if site.receiver:
        own = mask(site.receiver).removesuffix(raw)
        return _whole(own), raw if site.receiver.endswith(raw) else ""
    callee = mask(site.callee).strip()
    tail = f".{site.method}"
    own = callee.removesuffix(tail).rstrip() if callee.endswith(tail) else ""
    looked_up = _GETATTR.fullmatch(callee)
    if looked_up is not None:
        own = looked_up["own"].strip()
    if not own or len(own) > _SOURCE_LIMIT:
        return "", ""
    # A name for the raw client's methods: the client itself has what Chat v2 needs.
    named = f"{own} ← "
    kept = (mask(step.text).removeprefix(named) for step in site.proof if step.text.startswith(named))
    own = next((source for source in kept if source.endswith(raw)), own)
    if own.endswith(raw):
        return _whole(own.removesuffix(raw).rstrip()), raw
    return _whole(own), ""


def _whole(source: str) -> str:
    return f"({source})" if "\n" in source or "\r" in source else source


def _v2(site: CallSite, own: str, client: Client | None, method: str) -> tuple[str, list[str]]:
    if site.platform is Platform.BEDROCK:
        return own, [
            f"Shown on Cohere's own platform, where chat models are alive: make `{own}` a cohere.ClientV2 with a key "
            "of Cohere's (for Chat v1 a cohere.Client)."
        ]
    if is_aws(site):
        return own, [
            f"Chat v2 is in the cohere package: make `{own}` a cohere.SagemakerClientV2 for the same region, with the "
            "endpoint's name as model.",
        ]
    if client is None or client.chat == "none":
        return own, [
            f"`{own}` must be a cohere.ClientV2; on a cohere.Client of 5.8.0 or later write `{own}.v2.{method}(…)`."
        ]
    if client.chat == "self":
        return own, []
    if site.platform is Platform.COHERE or site.platform is Platform.UNKNOWN or site.platform is Platform.PRIVATE:
        # The SDK set it on the object up to 5.15, where super() does not look.
        holder = "self.v2" if own.startswith("super(") else f"{own}.v2"
        return holder, [
            f"`{holder}` is Chat v2 on this {_short(client)}; made as {client.successor} it is `{own}.{method}(…)`."
        ]
    return own, [f"Chat v2 needs {client.successor or 'a v2 client'}: make `{own}` one."]


def _short(client: Client) -> str:
    return client.path.rsplit(".", 1)[-1]


def _v1(site: CallSite, own: str, client: Client | None, asynchronous: bool) -> tuple[str, list[str]]:
    if site.platform is Platform.BEDROCK or client is None or client.chat_v1:
        return own, []
    # How the module names the class is not known here, nor are the constructor's arguments: neither is made up.
    made = "cohere.AsyncClient" if asynchronous else "cohere.Client"
    lacks = "has no Chat" if client.chat == "none" else "speaks Chat v2 only"
    return own, [f"`{own}` {lacks}: for Chat v1 make it a {made}, with the arguments that it has now."]


def _await_notes(site: CallSite, own: str, client: Client | None) -> list[str]:
    """What is wrong with the `await` of a client that is known, here and after the migration."""
    if client is None or site.reference or site.later or site.confidence is not Confidence.CONFIRMED:
        return []
    if site.awaited and not client.asynchronous:
        other = f"{client.path.rpartition('.')[0]}.Async{_short(client)}"
        way = f"make it a {other}, or leave" if other in catalogue.CLIENTS else "leave"
        return [f"`{own}` is a {client.path}, whose calls are not awaited: {way} the `await` out."]
    bases = (f"{site.callee}(", *(f"{site.bound}{mark}" for mark in ".[" if site.bound))
    read = site.kind is Kind.SDK_CALL and any(row.text.startswith(bases) for row in site.reads)
    if client.asynchronous and not site.awaited and read:
        return [f"`{own}` is a {client.path}: without `await` the call gives a coroutine, and no answer to read."]
    return []


def _version_notes(site: CallSite) -> list[str]:
    version = catalogue.parse_version(site.era)
    if version is None or version >= _FIRST_V2 or is_aws(site):
        return []
    return [f"Chat v2 needs cohere 5.8.0 or later; this code is written for SDK {mask(site.era or '')[:40]}."]
