"""A message to a chat service, handed over by apprise; what repositories wrote stays text there and calls nobody."""

import logging
import re

import apprise
from apprise.conversion import text_to_markdown

from audits.models import Message

from .letters import Letter
from .outbox import NotDelivered
from .secrets import opened
from .services import TEAMS, Service, service_of

# No picture of theirs is fetched by readers, and no answer leads a message elsewhere.
_ASSET = apprise.AppriseAsset(app_id="Last Call", app_desc="Last Call", image_url_mask="", http_redirects=False)
# Slack's and Google Chat's <…>, Discord's @everyone, Teams' <at>: a path may be called so.
_CALLS = re.compile(r"<(?=[!@#/]|users/|at>)|@(?=everyone|here|channel|all)", re.IGNORECASE)
_STATUS = re.compile(r"error=([1-5][0-9]{2})\b")


def send(message: Message, words: Letter) -> None:
    """Raises NotDelivered, which says what the service answered."""
    address, _ = opened(message.channel)
    service = service_of(address)
    if service is None:
        raise NotDelivered("This is not the address of a chat service that is known here; enter it again.")
    body, form = _body(service, words)
    with apprise.LogCapture(level=logging.WARNING, fmt="%(message)s") as said:  # type: ignore[no-untyped-call]
        target = apprise.Apprise.instantiate(address, asset=_ASSET, suppress_exceptions=True)
        if target is None:
            raise NotDelivered(f"This is no address that {service.name} gives; make a new one there and enter it.")
        if target.notify(title=_quiet(words.subject), body=body, body_format=form):
            return
        found = _STATUS.findall(said.getvalue())
    raise NotDelivered(_sentence(service.name, int(found[-1]) if found else 0))


def _body(service: Service, words: Letter) -> tuple[str, apprise.NotifyFormat]:
    lines = [_quiet(line) for line in words.lines]
    if service.name != TEAMS:
        return "\n".join([*lines, words.url]), apprise.NotifyFormat.TEXT
    # Its cards know no bare address, and a line ends at an empty one alone.
    told = [*map(text_to_markdown, lines), f"[Open in Last Call]({words.url})"]
    return "\n\n".join(told), apprise.NotifyFormat.MARKDOWN


def _quiet(text: str) -> str:
    return _CALLS.sub("\\g<0>\u200b", text)


def _sentence(name: str, status: int) -> str:
    """What the service's answer asks of the channel's owner; 0 where there was none."""
    if not status:
        return f"{name} could not be reached. Look at the address, and whether this server may reach it."
    if status < 300:
        return f"{name} answered ({status}), but did not take it. Look there whether the address still works."
    if status == 429:
        return f"{name} takes no more messages at the moment (429)."
    if status >= 500:
        return f"{name} has a fault of its own at the moment ({status})."
    return f"{name} refused it ({status}): the address was withdrawn or is wrong. Make a new one there and enter it."
