"""Chat services whose host is fixed: only these are handed to apprise, which else posts to any address it is given.

Each pattern is the address as the service itself shows it for an incoming webhook, so that people can paste it.
Sources: the pages of each service about incoming webhooks, and apprise's list of services it takes them for
(https://github.com/caronc/apprise/wiki), checked 2026-11-25.
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Service:
    """A chat service: its `name`, and the form of its addresses."""

    name: str
    pattern: re.Pattern[str]
    example: str


_WORD = r"[A-Za-z0-9_%.-]+"
SERVICES = (
    Service(
        "Slack",
        re.compile(rf"https://hooks\.slack\.com/services/{_WORD}/{_WORD}/{_WORD}/?", re.ASCII),
        "https://hooks.slack.com/services/T…/B…/…",
    ),
    Service(
        "Microsoft Teams",
        re.compile(
            rf"https://[a-z0-9.-]+\.logic\.azure\.com(:443)?/workflows/{_WORD}/triggers/manual/paths/invoke/?\?[\w%&=./+-]+",
            re.ASCII,
        ),
        "https://prod-00.westeurope.logic.azure.com:443/workflows/…",
    ),
    Service(
        "Discord",
        re.compile(rf"https://(?:discord|discordapp)\.com/api/webhooks/[0-9]+/{_WORD}/?", re.ASCII),
        "https://discord.com/api/webhooks/…/…",
    ),
    Service(
        "Google Chat",
        re.compile(rf"https://chat\.googleapis\.com/v1/spaces/{_WORD}/messages\?[\w%&=-]+", re.ASCII),
        "https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…",
    ),
    Service("Telegram", re.compile(r"tgram://[0-9]+:[A-Za-z0-9_-]+/-?[0-9]+/?", re.ASCII), "tgram://bot-token/chat-id"),
)


def service_of(address: str) -> Service | None:
    """The service whose form `address` has; None for any other text."""
    return next((service for service in SERVICES if service.pattern.fullmatch(address)), None)


def host_of(address: str) -> str:
    """What may be shown of an address: everything behind the host may be a secret."""
    return urlsplit(address).hostname or ""
