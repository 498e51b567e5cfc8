"""API tokens: made once, shown once, kept as a digest, and never worth more than their owner is at that moment."""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db import transaction

from audits.models import ApiToken, AuditEvent, AuditVerb, TokenScope, User

BEGINNING = "lc_"
# Characters of a token that stay readable in lists: too few to guess the rest from.
SHOWN = len(BEGINNING) + 6
# "Last used" is told to the hour, so that a busy program does not write a row with each of its requests.
_USED_EVERY = timedelta(hours=1)


def issue(owner: User, name: str, scope: TokenScope, days: int, now: datetime) -> tuple[ApiToken, str]:
    """A new token and the text that only its owner is shown, now and never again.

    The text has 256 random bits, so one round of SHA-256 keeps it: there is no dictionary to try.
    """
    text = BEGINNING + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            owner=owner,
            name=name,
            scope=scope,
            prefix=text[:SHOWN],
            digest=_digest(text),
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        detail = f"{token.get_scope_display()}, until {token.expires_at:%-d %b %Y}"
        AuditEvent.record(owner, AuditVerb.TOKEN_MADE, str(token), detail)
    return token, text


def holder(text: str, now: datetime) -> ApiToken | None:
    """The token with this text, its owner loaded; None where it is unknown or over, or its owner may not sign in."""
    live = ApiToken.objects.filter(digest=_digest(text), expires_at__gt=now, owner__is_active=True)
    token = live.select_related("owner").first()
    if token is not None and (token.used_at is None or token.used_at <= now - _USED_EVERY):
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
    return token


def revoke(token: ApiToken, by: User) -> None:
    """End it at once: its row is gone."""
    with transaction.atomic():
        AuditEvent.record(by, AuditVerb.TOKEN_REVOKED, str(token), "" if token.owner == by else f"of {token.owner}")
        token.delete()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
