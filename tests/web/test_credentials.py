"""The pages of credentials and the journal: what goes in, what never comes out, who is told."""

from http import HTTPStatus
from importlib import import_module

import pytest
from cryptography.fernet import Fernet
from django.apps import apps
from django.test import Client
from django.utils import timezone
from redis import RedisError

from audits import credentials, forges
from audits.models import AuditEvent, Credential, HostForge, HostKey, Repository
from audits.models.repository import CheckState

from . import rows

pytestmark = pytest.mark.django_db
CANARY = "SECRETCANARY123"
TOKEN = {"forge": "github", "username": "", "token": CANARY}
LINE = "git.example.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXGLSDtoPYwaLWsTgLBP7pQ1ZEZJ0NSMa5bJ0Hn4Gla"


@pytest.fixture(autouse=True)
def sent(settings, monkeypatch) -> list:
    """Messages that would be sent; nobody listens."""
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    messages: list = []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: messages.append((task, *args)))
    return messages


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == HTTPStatus.OK
    return answer.content.decode()


def test_a_lead_sets_a_token_which_is_tested_and_never_shown(client: Client, sent: list):
    client.force_login(rows.person("lead"))
    shop = rows.repository()
    url = f"/repositories/{shop.pk}/access/"
    assert "None is set" in text(client, url)
    assert client.post(url, TOKEN).url == url
    kept = Credential.objects.get()
    assert (kept.place, kept.username, kept.repository) == ("github.com", "x-access-token", shop)
    assert sent == [("audits.tasks.check_credential", kept.pk)]
    page = text(client, url)
    assert "Token of its own" in page
    assert "A worker asks the host" in page
    assert CANARY not in page
    assert kept.secret not in page


@pytest.mark.parametrize(("forge", "user"), credentials.USERNAMES.items())
def test_each_forge_has_its_user_name(signed_in: Client, forge: str, user: str):
    signed_in.post(f"/repositories/{rows.repository().pk}/access/", {**TOKEN, "forge": forge})
    assert Credential.objects.get().username == user


def test_a_token_with_a_user_name_of_its_own(signed_in: Client):
    signed_in.post(f"/repositories/{rows.repository().pk}/access/", {**TOKEN, "username": "gitlab+deploy-token-7"})
    assert Credential.objects.get().username == "gitlab+deploy-token-7"


@pytest.mark.parametrize("data", [{**TOKEN, "token": ""}, {**TOKEN, "token": "two words"}, {**TOKEN, "forge": "other"}])
def test_what_is_refused_is_not_stored_and_not_shown_again(signed_in: Client, data: dict):
    page = signed_in.post(f"/repositories/{rows.repository().pk}/access/", data).content.decode()
    assert "Nothing was stored" in page
    assert CANARY not in page
    assert not Credential.objects.exists()


def test_without_a_key_of_the_server_nothing_is_stored(signed_in: Client, settings):
    settings.CREDENTIAL_KEYS = []
    page = signed_in.post(f"/repositories/{rows.repository().pk}/access/", TOKEN).content.decode()
    assert "no key to encrypt secrets with" in page


def test_an_ssh_address_takes_a_key_and_shows_the_public_half(signed_in: Client, settings):
    settings.GIT_SSH_ENABLED = True
    shop = rows.repository(url="ssh://git@github.com/acme/catalog-search")
    url = f"/repositories/{shop.pk}/access/"
    signed_in.post(url, {"private_key": ""})
    kept = Credential.objects.get()
    page = text(signed_in, url)
    assert kept.public in page
    assert "PRIVATE KEY-----\n" not in page
    refused = signed_in.post(url, {"private_key": f"-----BEGIN OPENSSH PRIVATE KEY-----\n{CANARY}"}).content.decode()
    assert "Copy all of its lines" in refused
    assert CANARY not in refused


def test_the_answer_appears_by_itself(signed_in: Client):
    shop = rows.repository(check_state=CheckState.WAITING)
    url = f"/repositories/{shop.pk}/tested/"
    assert "hx-get" in text(signed_in, url)
    Repository.objects.update(check_state=CheckState.FAILED, check_message="The server refused access.")
    page = text(signed_in, url)
    assert "hx-get" not in page
    assert "The server refused access." in page


def test_the_test_of_a_repository_uses_what_the_scan_would_use(signed_in: Client, sent: list):
    shop = rows.repository()
    signed_in.post(f"/repositories/{shop.pk}/test/")
    kept = rows.credential(shop)
    signed_in.post(f"/repositories/{shop.pk}/test/")
    assert sent == [("audits.tasks.check_repository", shop.pk), ("audits.tasks.check_credential", kept.pk)]


def test_another_host_takes_the_credential_away_and_says_so(signed_in: Client):
    shop = rows.repository()
    rows.credential(shop)
    answer = signed_in.post(f"/repositories/{shop.pk}/address/", {"url": "https://gitlab.com/acme/shop"}, follow=True)
    assert "Its credential belonged to the earlier host and was removed" in answer.content.decode()
    assert not Credential.objects.exists()
    shop.refresh_from_db()
    assert (shop.url, shop.host, shop.key) == ("https://gitlab.com/acme/shop", "gitlab.com", "gitlab.com/acme/shop")


def test_another_scheme_does_too(signed_in: Client, settings):
    settings.GIT_SSH_ENABLED = True
    shop = rows.repository()
    rows.credential(shop)
    signed_in.post(f"/repositories/{shop.pk}/address/", {"url": "git@github.com:acme/catalog-search"})
    assert not Credential.objects.exists()


def test_another_path_on_the_same_host_keeps_it(signed_in: Client):
    shop = rows.repository()
    rows.credential(shop)
    answer = signed_in.post(f"/repositories/{shop.pk}/address/", {"url": "https://github.com/acme/moved"}, follow=True)
    assert "was removed" not in answer.content.decode()
    assert Credential.objects.exists()


@pytest.mark.parametrize(
    "url", ["https://github.com/acme/other", "http://github.com/a/b", "https://evil.example/a/b", ""]
)
def test_an_address_that_is_taken_or_not_allowed_changes_nothing(signed_in: Client, url: str):
    shop = rows.repository()
    rows.repository("other")
    rows.credential(shop)
    page = signed_in.post(f"/repositories/{shop.pk}/address/", {"url": url}).content.decode()
    assert "Nothing was stored" in page
    assert Repository.objects.get(pk=shop.pk).url == shop.url
    assert Credential.objects.exists()


def test_a_host_s_token_serves_its_repositories(signed_in: Client, sent: list):
    shop = rows.repository()
    assert (
        signed_in.post("/settings/credentials/", {**TOKEN, "place": "GitHub.com:443"}).url == "/settings/credentials/"
    )
    kept = Credential.objects.get()
    assert (kept.place, kept.repository) == ("github.com", None)
    assert sent == [("audits.tasks.check_credential", kept.pk)]
    assert "which an admin has set for the whole host" in text(signed_in, f"/repositories/{shop.pk}/access/")
    page = text(signed_in, "/settings/credentials/")
    assert CANARY not in page
    assert kept.secret not in page


@pytest.mark.parametrize("place", ["", "evil.example", "github.com/acme", "user:pw@github.com", "[::1]"])
def test_only_an_allowed_host_gets_one(signed_in: Client, place: str):
    assert "Nothing was stored" in signed_in.post("/settings/credentials/", {**TOKEN, "place": place}).content.decode()


def test_a_lead_removes_a_repository_s_credential_but_no_host_s(client: Client):
    client.force_login(rows.person("lead"))
    own, whole = rows.credential(rows.repository()), rows.credential()
    assert client.post(f"/settings/credentials/{whole.pk}/delete/").status_code == HTTPStatus.FORBIDDEN
    assert client.post(f"/settings/credentials/{own.pk}/delete/").status_code == HTTPStatus.FOUND
    assert list(Credential.objects.all()) == [whole]


def test_a_lead_outside_a_restricted_team_finds_nothing(client: Client):
    client.force_login(rows.person("lead"))
    team = rows.team()
    team.restricted = True
    team.save()
    shop = rows.repository(team=team)
    kept = rows.credential(shop)
    for url in (f"/repositories/{shop.pk}/access/", f"/settings/credentials/{kept.pk}/delete/"):
        assert client.post(url, TOKEN).status_code == HTTPStatus.NOT_FOUND


def test_the_database_admin_does_not_show_the_ciphertext(signed_in: Client):
    kept = rows.credential()
    for url in (f"/admin/audits/credential/{kept.pk}/change/", "/admin/audits/credential/"):
        assert "CIPHERTEXT" not in text(signed_in, url)


def test_an_admin_enters_the_keys_of_an_ssh_host(signed_in: Client, settings):
    settings.GIT_SSH_ENABLED = True
    settings.ALLOWED_GIT_HOSTS = ["git.example.com"]
    signed_in.post("/settings/host-keys/", {"place": "git.example.com", "lines": LINE})
    key = HostKey.objects.get()
    assert credentials.fingerprint(key.key) in text(signed_in, "/settings/credentials/")
    signed_in.post(f"/settings/host-keys/{key.pk}/delete/")
    assert not HostKey.objects.exists()
    page = signed_in.post("/settings/host-keys/", {"place": "git.example.com", "lines": "nonsense"}).content.decode()
    assert "names another host" in page


def test_without_a_queue_the_test_says_so(signed_in: Client, monkeypatch):
    monkeypatch.setattr("audits.views.credentials.scans.send", lambda *_: False)
    shop = rows.repository()
    signed_in.post(f"/repositories/{shop.pk}/test/")
    assert "The queue does not answer" in text(signed_in, f"/repositories/{shop.pk}/access/")


def test_a_token_that_nobody_can_test_now_leaves_no_page_waiting(signed_in: Client, monkeypatch):
    monkeypatch.setattr("audits.views.credentials.scans.send", lambda *_: False)
    shop = rows.repository(check_state=CheckState.ANSWERED, checked_at=timezone.now())
    url = f"/repositories/{shop.pk}/access/"
    signed_in.post(url, TOKEN)
    page = text(signed_in, url)
    assert "hx-get" not in page
    assert "The queue does not answer" in page
    shop.refresh_from_db()
    # Nobody was asked, so no host has refused anything.
    assert shop.check_state == Credential.objects.get().check_state == "unasked"
    assert "The connection was not tested." in page


@pytest.mark.parametrize("deed", ["access", "test"])
@pytest.mark.parametrize("fault", [None, RedisError("It broke off")], ids=["", "and the queue broke off"])
def test_an_answer_that_is_there_at_once_is_shown(signed_in: Client, monkeypatch, deed: str, fault):
    shop = rows.repository()
    if deed == "test":
        rows.credential(shop)

    def answer(*_, **__):
        for model in (Repository, Credential):
            model.objects.update(check_state=CheckState.ANSWERED, check_message="Branch main is at 123.")
        if fault:
            raise fault

    monkeypatch.setattr("audits.scans.doorbell.put", answer)
    signed_in.post(f"/repositories/{shop.pk}/{deed}/", TOKEN)
    assert "Branch main is at 123." in text(signed_in, f"/repositories/{shop.pk}/access/")


def test_the_journal_tells_who_did_what(signed_in: Client):
    signed_in.post("/repositories/register/", {"url": "https://github.com/acme/shop"})
    shop = Repository.objects.get()
    signed_in.post(f"/repositories/{shop.pk}/edit/", {"name": "store", "team": "", "branch": ""})
    signed_in.post(f"/repositories/{shop.pk}/access/", TOKEN)
    signed_in.post(f"/settings/credentials/{Credential.objects.get().pk}/delete/")
    somebody = rows.person("viewer", "somebody")
    signed_in.post(f"/settings/people/{somebody.pk}/", {"role": "lead", "active": "on"})
    shop.refresh_from_db()
    finding = rows.finding(shop)
    finding.events.create(at=finding.last_seen_at, verb="dismissed", reason="dead code", actor=somebody)
    signed_in.post(f"/repositories/{shop.pk}/delete/")
    assert list(AuditEvent.objects.order_by("pk").values_list("name", "verb", "subject")) == [
        ("admin", "repository_added", "shop"),
        ("admin", "repository_changed", "store"),
        ("admin", "credential_set", "github.com for store"),
        ("admin", "credential_removed", "github.com for store"),
        ("admin", "role_changed", "somebody"),
        ("admin", "repository_deleted", "store"),
    ]
    page = text(signed_in, "/settings/journal/")
    for words in ("Registered a repository", "Set a credential", "Changed a role", "Deleted a repository"):
        assert words in page
    assert CANARY not in page


def test_the_journal_tells_of_decisions_about_findings(signed_in: Client):
    somebody = rows.person("engineer", "somebody")
    finding = rows.finding(rows.repository())
    finding.events.create(at=finding.last_seen_at, verb="dismissed", reason="dead code", actor=somebody)
    finding.events.create(at=finding.last_seen_at, verb="opened")
    page = text(signed_in, "/settings/journal/")
    assert "catalog-search: app/expand.py" in page
    assert "dead code" in page
    assert "Opened" not in page


@pytest.mark.parametrize(("role", "shown"), [("lead", True), ("engineer", False)])
def test_a_refused_repository_leads_those_who_may_to_its_credential(client: Client, role: str, shown: bool):
    client.force_login(rows.person(role))
    shop = rows.repository()
    rows.scan(shop, "failed", error_kind="auth_failed", error_message="The server refused access.")
    Repository.objects.update(last_scan=shop.scans.get())
    page = text(client, f"/repositories/{shop.pk}/")
    alerts = page.split('id="alerts"')[1].split("</section>")[0]
    assert "The server refused access." in alerts
    assert (f"/repositories/{shop.pk}/access/" in alerts) == shown


def test_what_was_said_of_a_host_makes_the_links_to_its_code(client: Client, settings):
    settings.ALLOWED_GIT_HOSTS = ["git.acme.com"]
    client.force_login(rows.person("admin"))
    of = rows.repository(url="https://git.acme.com/g/r", key="git.acme.com/g/r", host="git.acme.com")
    found = rows.finding(of, commit="a" * 40)
    assert "Copy permalink" not in text(client, found.get_absolute_url())
    sent = {**TOKEN, "forge": "gitlab", "place": "git.acme.com"}
    assert client.post("/settings/credentials/", sent).status_code == HTTPStatus.FOUND
    assert f"https://git.acme.com/g/r/-/blob/{'a' * 40}/app/expand.py#L45-49" in text(client, found.get_absolute_url())
    other = rows.repository("x", url="https://git.acme.com/g/x", key="git.acme.com/g/x", host="git.acme.com")
    rows.credential(other, place="git.acme.com", forge="gitea")
    assert forges.of([of, other]) == {of.pk: "gitlab", other.pk: "gitea"}


def test_an_admin_says_what_a_host_is_that_takes_a_key_or_nothing(client: Client, django_assert_num_queries):
    admin, url = rows.person("admin"), "ssh://git@code.acme.com:2222/g/r"
    of = rows.repository(url=url, key="code.acme.com:2222/g/r", host="code.acme.com")
    found = rows.finding(of, commit="a" * 40)
    client.force_login(rows.person("engineer"))
    page = text(client, found.get_absolute_url())
    assert "nobody has said what <code>code.acme.com</code> is. An admin can" in page
    client.force_login(admin)
    assert "/settings/credentials/#hosts" in text(client, found.get_absolute_url())
    page = text(client, "/settings/credentials/")
    assert "Kind of code.acme.com" in page
    assert "Kind of github.com" not in page
    said = {"host": "code.acme.com", "forge": "gitea"}
    assert (
        "code.acme.com is Gitea or Forgejo now." in client.post("/settings/hosts/", said, follow=True).content.decode()
    )
    assert f"https://code.acme.com/g/r/src/commit/{'a' * 40}/app/expand.py#L45-L49" in text(
        client, found.get_absolute_url()
    )
    assert '<option value="gitea" selected>' in text(client, "/settings/credentials/")
    rows.credential(of, place="code.acme.com", forge="gitlab")
    with django_assert_num_queries(2):
        assert forges.of([of]) == {of.pk: "gitea"}
    assert "code.acme.com" in text(client, "/settings/journal/")
    client.post("/settings/hosts/", {**said, "forge": ""})
    assert forges.of([of]) == {of.pk: "gitlab"}


@pytest.mark.parametrize(
    "sent", [{}, {"host": "github.com", "forge": "gitlab"}, {"host": "code.acme.com", "forge": "x"}]
)
def test_only_a_listed_host_is_said_to_be_one_of_the_kinds(client: Client, sent: dict[str, str]):
    client.force_login(rows.person("admin"))
    rows.repository(url="https://code.acme.com/g/r", key="code.acme.com/g/r", host="code.acme.com")
    assert "Nothing was saved" in client.post("/settings/hosts/", sent, follow=True).content.decode()
    assert not HostForge.objects.exists()


def test_a_token_of_before_tells_its_host_where_its_user_name_does():
    fill = import_module("audits.migrations.0039_what_a_host_is").fill
    names = ("x-access-token", "x-token-auth", "oauth2", "deploy")
    kept = [rows.credential(rows.repository(name), username=name) for name in names]
    fill(apps, None)
    for one in kept:
        one.refresh_from_db()
    assert [one.forge for one in kept] == ["github", "bitbucket", "", ""]
