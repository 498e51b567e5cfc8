"""Secrets at rest: encrypted with keys that are settings (CREDENTIAL_KEYS), never rows."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class NoKey(ValueError):
    """Nothing can be encrypted here; `str()` says what an administrator does about it."""


class Unreadable(ValueError):
    """No key of this server opens the text."""


def encrypt(text: str) -> str:
    """With the first key. Raises NoKey."""
    return _fernet().encrypt(text.encode()).decode()


def decrypt(text: str) -> str:
    """With whichever key fits. Raises Unreadable."""
    try:
        return _fernet().decrypt(text.encode()).decode()
    except (InvalidToken, NoKey) as error:
        raise Unreadable("No key of CREDENTIAL_KEYS opens this.") from error


def rotate(text: str) -> str:
    """The same, encrypted with the first key. Raises NoKey and Unreadable."""
    try:
        return _fernet().rotate(text.encode()).decode()
    except InvalidToken as error:
        raise Unreadable("No key of CREDENTIAL_KEYS opens this.") from error


def _fernet() -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in settings.CREDENTIAL_KEYS])
    except ValueError as error:
        raise NoKey("This server has no key to encrypt secrets with: an admin sets CREDENTIAL_KEYS.") from error
