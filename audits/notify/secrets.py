"""A channel's address and signing key at rest: encrypted with the keys that the credentials of git hosts have."""

import json

from audits import vault
from audits.models import Channel


def sealed(address: str, key: str = "") -> str:
    """Both as one encrypted text. Raises vault.NoKey."""
    return vault.encrypt(json.dumps([address, key]))


def opened(channel: Channel) -> tuple[str, str]:
    """(address, key) of a chat or a webhook. Raises vault.Unreadable."""
    address, key = json.loads(vault.decrypt(channel.secret))
    return str(address), str(key)
