"""Too many wrong passwords: failures are counted by person and network, in the database, which survives restarts.

An attempt is a row before its password is compared, so that a hundred at once are not a hundred guesses; the right
password takes the person's rows away. Nothing here knows whether an account exists: the answer is the same without one.
"""

import ipaddress
from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, DurationField, Expression, ExpressionWrapper, QuerySet, Value
from django.db.models.functions import Now
from django.http import HttpRequest

from audits.models import SignInAttempt

WINDOW = timedelta(minutes=15)
A_PERSON, A_NETWORK = 5, 50


def begin(username: str, network: str) -> bool:
    """Count an attempt; False when there have been too many, whose password is then not even compared."""
    SignInAttempt.objects.filter(at__lt=_window_start()).delete()
    attempt = SignInAttempt.objects.create(at=Now(), username=_folded(username), network=network)
    # Only those before it, so that of many at the same moment the first ones get through.
    before = SignInAttempt.objects.filter(network=network, at__gte=_window_start(), pk__lt=attempt.pk)
    if before.count() < A_NETWORK and _of(before, username).count() < A_PERSON:
        return True
    attempt.delete()
    return False


def succeed(username: str, network: str) -> None:
    """Forget the failures of somebody who knows the password."""
    _of(SignInAttempt.objects.filter(network=network), username).delete()


def network_of(request: HttpRequest) -> str:
    """The client's /24, for IPv6 its /64. A header is believed only where the settings name one."""
    text = request.META.get("REMOTE_ADDR", "")
    if settings.CLIENT_ADDRESS_HEADER:
        # A client can send the header too; the last entry is the one that our own proxy put there.
        text = request.headers.get(settings.CLIENT_ADDRESS_HEADER, text).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


def _of(rows: "QuerySet[SignInAttempt]", username: str) -> "QuerySet[SignInAttempt]":
    return rows.filter(username=_folded(username))


def _folded(username: str) -> str:
    return username.replace("\0", "").casefold()[:150]


def _window_start() -> Expression:
    return ExpressionWrapper(Now() - Value(WINDOW, output_field=DurationField()), output_field=DateTimeField())
