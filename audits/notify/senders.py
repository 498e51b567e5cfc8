"""How a message leaves: by mail, by a chat service of a fixed host, or by our own webhook client."""

import smtplib
from datetime import UTC
from email.utils import formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from audits import vault
from audits.models import ChannelKind, Message, Organisation

from . import chat, webhook
from .letters import Letter, NothingToSay, letter
from .outbox import Needless, NotDelivered
from .plain import one_line
from .secrets import opened

MAIL_UNSET = "Mail is not set up: an administrator sets EMAIL_URL on the server."


def send(message: Message) -> None:
    """Write and send one message. Raises NotDelivered, and Needless where its reason is gone by now."""
    try:
        words = letter(message)
    except NothingToSay as reason:
        raise Needless(str(reason)) from reason
    try:
        _SENDERS[ChannelKind(message.channel.kind)](message, words)
    except vault.Unreadable as error:
        raise NotDelivered("The address cannot be decrypted with the server's keys; enter it again.") from error


def _mail(message: Message, words: Letter) -> None:
    if not settings.EMAIL_IS_SET:
        raise NotDelivered(MAIL_UNSET)
    person = message.channel.person
    to = person.email if person else message.channel.address
    if not to:
        raise NotDelivered("The account has no mail address; give it one.")
    mail = EmailMultiAlternatives(
        words.subject,
        words.text,
        formataddr((one_line(Organisation.current().name), settings.DEFAULT_FROM_EMAIL)),
        [to],
        headers={
            "Message-ID": f"<{message.pk}@last-call>",
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{words.settings_url}>",
        },
    )
    mail.attach_alternative(words.html, "text/html")
    try:
        mail.send()
    except (smtplib.SMTPException, OSError) as error:
        raise NotDelivered(f"The mail server refused it or cannot be reached ({type(error).__name__}).") from error


def _webhook(message: Message, words: Letter) -> None:
    address, key = opened(message.channel)
    payload = {
        "type": message.kind,
        "timestamp": message.queued_at.astimezone(UTC).isoformat(timespec="seconds"),
        "data": {"subject": words.subject, "lines": list(words.lines), "url": words.url, **words.facts},
    }
    webhook.send(address, key, str(message.pk), payload)


_SENDERS = {ChannelKind.MAIL: _mail, ChannelKind.CHAT: chat.send, ChannelKind.WEBHOOK: _webhook}
