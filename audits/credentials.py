"""Credentials of git hosts: encrypted at rest, usable for their own host only, and readable by nobody but git's caller.

The keys are those of `vault`; `rotate` moves what is stored to the first of them. What is encrypted names its place,
so a row that was moved to another host by hand opens nothing.
"""

import base64
import hashlib
import json
import re
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Now

from audits import vault
from audits.gitstore import GitError
from audits.models import AuditEvent, AuditVerb, Channel, Credential, CredentialKind, HostKey, Repository, User
from audits.models.repository import CheckState

RSA_BITS = 2048
# As whom a token signs in, where the forge does not care or has a word for it.
USERNAMES = {
    "github": "x-access-token",
    "gitlab": "oauth2",
    "bitbucket": "x-token-auth",
    "gitea": "oauth2",
}
KINDS = {"https": CredentialKind.TOKEN, "ssh": CredentialKind.SSH_KEY}
UNREADABLE = (
    "The stored credential of this host cannot be decrypted with the keys of this server. Set the credential again, or "
    "have an administrator put the earlier key back into CREDENTIAL_KEYS."
)
_TOKEN = re.compile(r"[!-~]{4,4000}", re.ASCII)
_USERNAME = re.compile(r"[!-9;-~]{1,100}", re.ASCII)
_HOST_KEY = re.compile(r"(?:ssh-(?:ed25519|rsa)|ecdsa-sha2-nistp(?:256|384|521)) AAAA[A-Za-z0-9+/]{20,1800}={0,2}")


class Unfit(ValueError):
    """What was typed cannot be used; `str()` is the sentence for the field."""


@dataclass(frozen=True, slots=True)
class Access:
    """What git is given for one call. `hidden` are all texts that no message may repeat."""

    header: str = field(default="", repr=False)
    private_key: str = field(default="", repr=False)
    hidden: tuple[str, ...] = field(default=(), repr=False)


def store(
    kind: CredentialKind,
    place: str,
    secret: str,
    *,
    username: str = "",
    repository: Repository | None,
    user: User,
    forge: str = "",
) -> Credential:
    """Encrypt and keep a credential in place of the one there was. An SSH key without `secret` is made here.

    Raises Unfit with the sentence for the field, and vault.NoKey.
    """
    is_key = kind == CredentialKind.SSH_KEY
    secret, public = _key_pair(secret) if is_key else (_fit_token(secret, username), "")
    whose: dict[str, Any] = {"repository": repository}
    if repository is None:
        whose |= {"place": place, "kind": kind}
    values = {
        "place": place,
        "kind": kind,
        "username": username,
        "secret": _encrypt(place, kind, secret),
        "public": public,
        "forge": forge if forge in USERNAMES else "",
        "set_at": Now(),
        "set_by": user,
        "check_state": CheckState.WAITING,
        "check_message": "",
        "checked_at": Now(),
    }
    with transaction.atomic():
        kept, _ = Credential.objects.update_or_create(defaults=values, **whose)
        AuditEvent.record(user, AuditVerb.CREDENTIAL_SET, _subject(kept), kept.get_kind_display())
    kept.refresh_from_db()
    return kept


def remove(credential: Credential, user: User, why: str = "") -> None:
    with transaction.atomic():
        AuditEvent.record(
            user, AuditVerb.CREDENTIAL_REMOVED, _subject(credential), why or credential.get_kind_display()
        )
        credential.delete()


def chosen(repository_id: int | None, place: str, scheme: str) -> Credential | None:
    """The credential for a fetch from `place`: the repository's own before the host's, and none of another host."""
    rows = Credential.objects.filter(place=place, kind=KINDS.get(scheme, ""))
    whose = Q(repository=None) | Q(repository=repository_id) if repository_id else Q(repository=None)
    return rows.filter(whose).order_by(F("repository").asc(nulls_last=True)).first()


def unlock(credential: Credential | None) -> Access:
    """Decrypt for one call of git. Raises GitError `credential_unreadable`."""
    if credential is None:
        return Access()
    try:
        kept = json.loads(vault.decrypt(credential.secret))
    except vault.Unreadable as error:
        raise GitError("credential_unreadable", UNREADABLE) from error
    if (kept["place"], kept["kind"]) != (credential.place, credential.kind):
        raise GitError("credential_unreadable", UNREADABLE)
    secret = kept["secret"]
    if credential.kind == CredentialKind.SSH_KEY:
        return Access(private_key=secret)
    pair = f"{credential.username}:{secret}"
    encoded = base64.b64encode(pair.encode()).decode()
    return Access(header=f"Authorization: Basic {encoded}", hidden=(secret, pair))


def host_keys(place: str) -> tuple[str, ...]:
    """The keys of which an SSH server at `place` must prove one; none where no admin has entered any."""
    return tuple(HostKey.objects.filter(place=place).values_list("key", flat=True))


def add_host_keys(place: str, text: str, user: User) -> int:
    """Keep the keys of lines as `ssh-keyscan` prints them, or of a file of known hosts; returns how many are new.

    Raises Unfit for a line that is no key, or names another host.
    """
    keys = [key for line in text.splitlines() if (key := _host_key(place, line.strip()))]
    if not keys:
        raise Unfit(f"Paste at least one line, as `ssh-keyscan {_bare(place)}` prints them.")
    with transaction.atomic():
        known = set(host_keys(place))
        new = [key for key in dict.fromkeys(keys) if key not in known]
        HostKey.objects.bulk_create(HostKey(place=place, key=key, added_at=Now(), added_by=user) for key in new)
        for key in new:
            AuditEvent.record(user, AuditVerb.HOST_KEY_ADDED, place, fingerprint(key))
    return len(new)


def remove_host_key(key: HostKey, user: User) -> None:
    with transaction.atomic():
        AuditEvent.record(user, AuditVerb.HOST_KEY_REMOVED, key.place, fingerprint(key.key))
        key.delete()


def fingerprint(line: str) -> str:
    """`ED25519 SHA256:…` as ssh shows it, of "TYPE KEY"."""
    kind, _, blob = line.partition(" ")
    name = "ECDSA" if kind.startswith("ecdsa") else kind.removeprefix("ssh-").upper()
    return f"{name} SHA256:{_sha256(base64.b64decode(blob.split()[0]))}"


def rotate() -> tuple[int, list[Credential | Channel]]:
    """Encrypt every stored secret anew with the first key: how many were, which ones no key opens.

    Raises vault.NoKey.
    """
    done, lost = 0, []
    rows: list[Credential | Channel] = [*Credential.objects.select_related("repository")]
    rows += Channel.objects.exclude(secret="")
    for row in rows:
        try:
            secret = vault.rotate(row.secret)
        except vault.Unreadable:
            lost.append(row)
            continue
        # By compare-and-set: somebody may be setting another one at this moment.
        done += type(row)._default_manager.filter(pk=row.pk, secret=row.secret).update(secret=secret)
    return done, lost


def _encrypt(place: str, kind: str, secret: str) -> str:
    return vault.encrypt(json.dumps({"place": place, "kind": kind, "secret": secret}))


def _fit_token(token: str, username: str) -> str:
    token = token.strip()
    if not _TOKEN.fullmatch(token):
        raise Unfit("A token is one word of at least four letters, digits and signs. Copy it again.")
    if not _USERNAME.fullmatch(username):
        raise Unfit("The user name is one word without a colon.")
    return token


def _key_pair(text: str) -> tuple[str, str]:
    """(private, public) as OpenSSH writes them; a new Ed25519 pair for an empty text. Raises Unfit."""
    key = _private_key(text.strip() + "\n") if text.strip() else ed25519.Ed25519PrivateKey.generate()
    if not isinstance(key, ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
        raise Unfit("Only Ed25519, ECDSA and RSA keys are taken.")
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < RSA_BITS:
        raise Unfit(f"An RSA key of {key.key_size} bits is too weak: {RSA_BITS} is the least, Ed25519 is better.")
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return private.decode(), f"{public.decode()} last-call"


def _private_key(text: str) -> object:
    load = serialization.load_ssh_private_key
    if "BEGIN OPENSSH" not in text:
        load = serialization.load_pem_private_key  # type: ignore[assignment]
    try:
        return load(text.encode(), None)
    except (TypeError, ValueError) as error:
        if "password" in str(error).lower() or "encrypted" in str(error).lower():
            raise Unfit("This key has a passphrase, which no worker could type: use one without.") from error
        raise Unfit("This is no private key as ssh-keygen writes them. Copy all of its lines.") from error
    except Exception as error:
        raise Unfit("This is no private key that can be used here.") from error


def _host_key(place: str, line: str) -> str:
    """ "TYPE KEY" of one line, "" for a comment. Raises Unfit."""
    if not line or line.startswith("#"):
        return ""
    host, port = place.partition(":")[::2]
    words = line.split()
    if words[0].startswith(("ssh-", "ecdsa-")):
        words.insert(0, host)
    names = {host, f"[{host}]:{port or 22}"}
    if not names & set(words[0].split(",")):
        raise Unfit(f"This line names another host than {place}: {words[0][:80]}")
    key = " ".join(words[1:3])
    if not _HOST_KEY.fullmatch(key):
        raise Unfit("A line holds no Ed25519, ECDSA or RSA key. Paste what ssh-keyscan prints.")
    try:
        serialization.load_ssh_public_key(key.encode())
    except Exception as error:
        raise Unfit("A key is cut off or misspelt. Paste what ssh-keyscan prints.") from error
    return key


def _bare(place: str) -> str:
    host, port = place.partition(":")[::2]
    return f"-p {port} {host}" if port else host


def _subject(credential: Credential) -> str:
    owner = f" for {credential.repository.name}" if credential.repository else ""
    return f"{credential.place}{owner}"


def _sha256(blob: bytes) -> str:
    return base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")
