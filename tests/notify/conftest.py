import pytest
from aiosmtpd.controller import Controller
from cryptography.fernet import Fernet
from django.test import override_settings

from tests.ports import free_port
from tests.waiting import PATIENCE


class Inbox:
    """A real SMTP server on loopback; `mails` are (recipients, text of the whole mail)."""

    def __init__(self):
        self.mails = []
        self.refuse = False

    async def handle_DATA(self, server, session, envelope):
        if self.refuse:
            return "554 no thanks"
        self.mails.append((envelope.rcpt_tos, envelope.content.decode()))
        return "250 taken"


@pytest.fixture
def inbox():
    box = Inbox()
    host, port = "127.0.0.1", free_port()
    server = Controller(box, hostname=host, port=port, ready_timeout=PATIENCE)
    server.start()
    mail = {"EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend", "EMAIL_HOST": host, "EMAIL_PORT": port}
    with override_settings(EMAIL_IS_SET=True, PUBLIC_URL="https://calls.example", **mail):
        yield box
    server.stop()


@pytest.fixture
def vault_key(settings):
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
