"""Stored encrypted, opened with a key of the list, bound to one host."""

import shutil
import subprocess
from io import StringIO

import pytest
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519, rsa
from django.core.management import CommandError, call_command

from audits import credentials, vault
from audits.gitstore import GitError
from audits.models import AuditEvent, Credential, CredentialKind, HostKey
from tests.web import rows

from .conftest import CANARY

pytestmark = pytest.mark.django_db
TOKEN, SSH = CredentialKind.TOKEN, CredentialKind.SSH_KEY
PLACE = "git.example.com"
HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBXGLSDtoPYwaLWsTgLBP7pQ1ZEZJ0NSMa5bJ0Hn4Gla"


@pytest.fixture
def store(lead):
    def store(secret=CANARY, kind=TOKEN, place=PLACE, repository=None, username="oauth2"):
        return credentials.store(kind, place, secret, username=username, repository=repository, user=lead)

    return store


def pem(key):
    closing = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, closing).decode()


def same(text, key):
    """Whether the text is this key as OpenSSH writes it, which holds a random number."""
    kept = serialization.load_ssh_private_key(text.encode(), None)
    return pkcs8(kept) == pkcs8(key)


def pkcs8(key, password=None):
    closing = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, closing).decode()


def test_the_row_does_not_hold_the_secret_and_the_key_opens_it(store):
    kept = store()
    assert CANARY not in kept.secret
    access = credentials.unlock(kept)
    assert access.header == "Authorization: Basic b2F1dGgyOlNFQ1JFVENBTkFSWTEyMw=="
    assert CANARY in access.hidden
    assert CANARY not in repr(access)
    assert "b2F1" not in repr(access)


def test_setting_it_again_replaces_it(store):
    store()
    kept = store("another-token")
    assert Credential.objects.get() == kept
    assert "another-token" in credentials.unlock(kept).hidden


def test_a_repository_s_own_credential_goes_before_its_host_s_and_never_to_another_place(store):
    shop, other = rows.repository("shop"), rows.repository("other")
    host, own = store(), store("own-token", repository=shop)
    assert credentials.chosen(shop.pk, PLACE, "https") == own
    assert credentials.chosen(other.pk, PLACE, "https") == host
    for place, scheme in ((f"{PLACE}:8443", "https"), ("evil.example", "https"), (PLACE, "ssh"), (PLACE, "file")):
        assert credentials.chosen(shop.pk, place, scheme) is None


def test_a_row_that_was_moved_to_another_host_opens_nothing(store):
    kept = store()
    Credential.objects.update(place="evil.example")
    kept.refresh_from_db()
    with pytest.raises(GitError) as caught:
        credentials.unlock(kept)
    assert caught.value.kind == "credential_unreadable"


@pytest.mark.parametrize("keys", [[], ["A" * 43 + "="], ["no key"]])
def test_with_another_key_it_is_unreadable_and_says_what_to_do(store, settings, keys):
    kept = store()
    settings.CREDENTIAL_KEYS = keys
    with pytest.raises(GitError) as caught:
        credentials.unlock(kept)
    assert caught.value.kind == "credential_unreadable"
    assert "Set the credential again" in caught.value.message


def test_without_a_key_nothing_is_stored(store, settings):
    settings.CREDENTIAL_KEYS = []
    with pytest.raises(vault.NoKey):
        store()
    assert not Credential.objects.exists()


def test_rotation_moves_all_to_the_first_key_and_names_what_no_key_opens(store, settings):
    first, second, third = (Fernet.generate_key().decode() for _ in range(3))
    settings.CREDENTIAL_KEYS = [third]
    store(place="lost.example")
    settings.CREDENTIAL_KEYS = [first]
    kept = store()
    settings.CREDENTIAL_KEYS = [second, first]
    said = StringIO()
    with pytest.raises(CommandError, match=r"Token for lost\.example"):
        call_command("rotate_credentials", stdout=said)
    assert "first key: 1." in said.getvalue()
    settings.CREDENTIAL_KEYS = [second]
    kept.refresh_from_db()
    assert CANARY in credentials.unlock(kept).hidden


def test_what_a_person_sets_while_all_is_rotated_stays(store, monkeypatch):
    kept, rotate = store(), vault.rotate

    def meanwhile(text):
        store("another-token")
        return rotate(text)

    monkeypatch.setattr(vault, "rotate", meanwhile)
    assert credentials.rotate() == (0, [])
    kept.refresh_from_db()
    assert "another-token" in credentials.unlock(kept).hidden


def test_a_new_key_is_one():
    said = StringIO()
    call_command("rotate_credentials", "--new-key", stdout=said)
    Fernet(said.getvalue().strip())


@pytest.mark.parametrize("text", ["", "abc", "two words", "line\nHost: evil", "ünï-code-token", "x" * 5000])
def test_what_is_no_token_is_refused(store, text):
    with pytest.raises(credentials.Unfit):
        store(text)


@pytest.mark.parametrize("username", ["", "a:b", "a b", "a\r\nX: y"])
def test_what_is_no_user_name_is_refused(store, username):
    with pytest.raises(credentials.Unfit):
        store(username=username)


@pytest.mark.parametrize("make", [ed25519.Ed25519PrivateKey.generate, lambda: rsa.generate_private_key(65537, 2048)])
def test_a_private_key_is_kept_and_its_public_half_shown(store, make):
    key = make()
    kept = store(pem(key).replace("\n", "\r\n"), SSH)
    assert same(credentials.unlock(kept).private_key, key)
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    assert kept.public.startswith(public.decode())


def test_a_key_of_the_older_form_is_taken_too(store):
    key = rsa.generate_private_key(65537, 2048)
    old = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    )
    assert same(credentials.unlock(store(old.decode(), SSH)).private_key, key)


def test_without_a_key_a_new_pair_is_made(store):
    kept = store("", SSH)
    assert credentials.unlock(kept).private_key.startswith("-----BEGIN OPENSSH PRIVATE KEY-----")
    assert kept.public.startswith("ssh-ed25519 AAAA")


UNUSABLE = {
    "no private key": lambda: "hello",
    "passphrase": lambda: pkcs8(ed25519.Ed25519PrivateKey.generate(), b"word"),
    "Copy all of its lines": lambda: pem(ed25519.Ed25519PrivateKey.generate())[:200],
    "too weak": lambda: pem(rsa.generate_private_key(65537, 1024)),
    "Only Ed25519": lambda: pkcs8(ed448.Ed448PrivateKey.generate()),
}


@pytest.mark.parametrize("why", UNUSABLE)
def test_what_is_no_usable_key_is_refused_with_the_reason(store, why):
    with pytest.raises(credentials.Unfit, match=why):
        store(UNUSABLE[why](), SSH)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="no ssh-keygen: apt-get install openssh-client")
def test_a_key_with_a_passphrase_is_refused_as_ssh_keygen_writes_it(store, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "word", "-f", tmp_path / "key"], check=True)
    with pytest.raises(credentials.Unfit, match="passphrase"):
        store((tmp_path / "key").read_text(), SSH)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (PLACE, f"{PLACE} {HOST_KEY}"),
        (PLACE, f"{PLACE},192.0.2.7 {HOST_KEY} a comment"),
        (PLACE, f"# {PLACE}:22 SSH-2.0\n\n{HOST_KEY}"),
        (f"{PLACE}:2222", f"[{PLACE}]:2222 {HOST_KEY}"),
        (f"{PLACE}:2222", HOST_KEY),
    ],
)
def test_the_lines_of_ssh_keyscan_are_host_keys(lead, place, line):
    assert credentials.add_host_keys(place, line, lead) == 1
    assert credentials.host_keys(place) == (HOST_KEY,)
    assert credentials.add_host_keys(place, line, lead) == 0


@pytest.mark.parametrize(
    "line",
    ["", "# nothing", f"other.example {HOST_KEY}", f"{PLACE} ssh-ed25519 AAAA", f"{PLACE} {HOST_KEY[:-8]}", "|1|x|y z"],
)
def test_what_is_no_key_of_this_host_is_refused(lead, line):
    with pytest.raises(credentials.Unfit):
        credentials.add_host_keys(PLACE, line, lead)
    assert not HostKey.objects.exists()


def test_each_deed_leaves_one_row_without_the_secret(store, lead):
    shop = rows.repository("shop")
    kept = store(repository=shop)
    credentials.remove(kept, lead)
    credentials.add_host_keys(PLACE, HOST_KEY, lead)
    credentials.remove_host_key(HostKey.objects.get(), lead)
    told = list(AuditEvent.objects.order_by("pk").values_list("name", "verb", "subject"))
    assert told == [
        ("lead", "credential_set", f"{PLACE} for shop"),
        ("lead", "credential_removed", f"{PLACE} for shop"),
        ("lead", "host_key_added", PLACE),
        ("lead", "host_key_removed", PLACE),
    ]
    assert CANARY not in str(list(AuditEvent.objects.values()))
