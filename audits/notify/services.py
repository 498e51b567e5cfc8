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


TEAMS = "Microsoft Teams"
_WORD = r"[A-Za-z0-9_-]+"
_QUOTED = r"[A-Za-z0-9_%.-]+"


def _form(text: str) -> re.Pattern[str]:
    return re.compile(text, re.ASCII)


# apprise takes options of its own from a query, a file or an address to fetch among them: only the service's pass.
SERVICES = (
    Service(
        "Slack",
        _form(r"https://hooks\.slack\.com/services/[A-Za-z0-9]+/[A-Za-z0-9]+/[A-Za-z0-9]+/?"),
        "https://hooks.slack.com/services/T…/B…/…",
    ),
    Service(
        TEAMS,
        _form(
            r"https://(?:(?:[a-z0-9-]+\.)+logic\.azure\.com(?::443)?|"
            r"(?:[a-z0-9-]+\.)+environment\.api\.powerplatform\.com(?::443)?/powerautomate/automations/direct(?:/cu/[0-9]+)?)"
            rf"/workflows/{_WORD}/triggers/manual/paths/invoke/?"
            rf"\?api-version={_QUOTED}&sp={_QUOTED}&sv={_QUOTED}&sig=[A-Za-z0-9_%-]+"
        ),
        "https://….environment.api.powerplatform.com:443/powerautomate/automations/direct/workflows/…",
    ),
    Service(
        "Discord",
        _form(rf"https://(?:discord|discordapp)\.com/api/webhooks/[0-9]+/{_WORD}/?"),
        "https://discord.com/api/webhooks/…/…",
    ),
    Service(
        "Google Chat",
        _form(rf"https://chat\.googleapis\.com/v1/spaces/{_WORD}/messages\?key={_QUOTED}&token={_QUOTED}"),
        "https://chat.googleapis.com/v1/spaces/…/messages?key=…&token=…",
    ),
    Service("Telegram", _form(r"tgram://[0-9]+:[A-Za-z0-9_-]+/-?[0-9]+/?"), "tgram://bot-token/chat-id"),
)


def service_of(address: str) -> Service | None:
    """The service whose form `address` has; None for any other text."""
    return next((service for service in SERVICES if service.pattern.fullmatch(address)), None)


def host_of(address: str) -> str:
    """What may be shown of an address: everything behind the host may be a secret."""
    return urlsplit(address).hostname or ""
