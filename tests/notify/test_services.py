import apprise
import pytest

from audits.models import Channel, Message, MessageKind
from audits.notify import Unfit, add, outbox, senders
from audits.notify.services import service_of
from tests.web import rows

GIVEN = {
    "Slack": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
    "Microsoft Teams": "https://prod-04.westeurope.logic.azure.com:443/workflows/643e69f83c8944078b2cfb78b2dd1bb8/triggers/"
    "manual/paths/invoke?api-version=2022-03-01-preview&sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=KODuebWbDGYFr0z0eu-6Rj8aUKz7108W3wrNJZxFE5A",
    "Microsoft Teams, new": "https://default942ead725f3ae61fb3309f7e87a28a.4a.environment.api.powerplatform.com:443/powerautomate/"
    "automations/direct/cu/08/workflows/b950a56150be4c05b3ace20939dcfd32/triggers/manual/paths/invoke?api-version=1&"
    "sp=%2Ftriggers%2Fmanual%2Frun&sv=1.0&sig=tFs9LpcdsN1pG3OGt8lUzSvoT9b3kU9ttXVmxiETPXE",
    "Discord": "https://discord.com/api/webhooks/417421629803061248/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "Google Chat": "https://chat.googleapis.com/v1/spaces/AAAA1111/messages?key=abcdefghijklmnop&token=token-123",
    "Telegram": "tgram://123456789:abcdefg_hijklmnop/12315544/",
}  # fmt: skip


@pytest.mark.parametrize("name", GIVEN)
def test_the_address_that_a_service_shows_is_known_and_sendable(name):
    service = service_of(GIVEN[name])
    assert service is not None
    assert service.name == name.partition(",")[0]
    assert apprise.Apprise.instantiate(GIVEN[name]) is not None


@pytest.mark.parametrize(
    "address",
    ["json://127.0.0.1/x", "https://evil.example/services/T/B/x", "mailto://a:b@c.example", "slack://a/b/c",
     "https://hooks.slack.com.evil.example/services/T/B/x", "https://evil.example/https://hooks.slack.com/services/T/B/x",
     GIVEN["Microsoft Teams"] + "&template=http%3A%2F%2F127.0.0.1%2Fx", GIVEN["Google Chat"] + "&template=/etc/passwd",
     GIVEN["Microsoft Teams"].replace("&sig=", "&template=x&sig="), "https://environment.api.powerplatform.com.evil.example/"
     + GIVEN["Microsoft Teams, new"].partition("443/")[2], GIVEN["Slack"] + "?template=x",
     # What the sender would make no target of.
     "https://hooks.slack.com/services/T-1/B/x", "https://hooks.slack.com/services/T/B/x.y", GIVEN["Discord"] + ".x",
     GIVEN["Google Chat"].replace("AAAA", "A.A"), GIVEN["Microsoft Teams"] + ".x",
     "https://hooks.slack.com/services/T/B/x@evil.example", "https://x@evil.example\\.logic.azure.com/workflows/a"],
)  # fmt: skip
@pytest.mark.django_db
def test_an_address_of_any_other_host_is_refused(address, vault_key):
    assert service_of(address) is None
    with pytest.raises(Unfit, match="not the address of a chat service"):
        add("chat", address, team=None, weekly=True, alerts=True, user=rows.person("admin"))


@pytest.mark.django_db
def test_the_address_is_a_secret_in_the_database(vault_key):
    channel, _ = add("chat", GIVEN["Slack"], team=None, weekly=True, alerts=True, user=rows.person("admin"))
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in "".join(str(value) for value in Channel.objects.values().get().values())
    assert channel.where == "Slack"


@pytest.mark.django_db
def test_keys_that_cannot_read_it_are_said(vault_key, settings, inbox):
    channel, key = add("webhook", "https://a.example/h", team=None, weekly=True, alerts=True, user=rows.person("admin"))
    assert key.startswith("whsec_")
    settings.CREDENTIAL_KEYS = ["Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmFyYmF6Zm9vYmE="]
    outbox.post([channel], MessageKind.TEST, "test:1", {})
    outbox.deliver(senders.send)
    assert "enter it again" in Message.objects.get().error
