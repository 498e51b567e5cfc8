"""Rules that hold for every call of git in the product, and mirrors that another account has touched."""

import os
import re
from pathlib import Path

import pytest

from audits.gitstore import Mirror, ls_remote
from audits.gitstore.errors import explain

from .fetching import files, local

PRODUCT = Path(__file__).resolve().parents[2] / "audits"
# What writes files named by a repository, or runs what it holds, and what would put a secret on a command line.
FORBIDDEN = (
    r"clone_from|\bRepo\(|[\"'](?:checkout|clone|submodule|worktree|reset|restore|switch|pull|merge|am|apply)[\"']"
)

# These talk of programs in other words, and start none: `gitstore` alone may.
WORDS_OF_LANGUAGES = ("engine", "query")


def test_nothing_is_ever_checked_out_cloned_or_merged():
    found = [
        (path.name, number, line.strip())
        for path in PRODUCT.rglob("*.py")
        if path.relative_to(PRODUCT).parts[0] not in WORDS_OF_LANGUAGES
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(FORBIDDEN, line) and not line.lstrip().startswith("#")
    ]
    assert found == []


def test_only_the_environment_carries_configuration():
    for path in (PRODUCT / "gitstore").rglob("*.py"):
        assert not re.search(r"""["']-c["'],\s*f?["'](?:http|credential|core\.sshCommand)""", path.read_text()), path


@pytest.mark.skipif(os.geteuid() != 0, reason="another account's mirror: only root can give files away")
def test_a_mirror_that_another_account_owns_is_still_read(mirrors, shop):
    tip = ls_remote(local(shop))
    with Mirror(mirrors, "k") as mirror:
        mirror.fetch(local(shop), tip)
        for path in [mirror.path, *mirror.path.rglob("*")]:
            os.chown(path, 12345, 12345)
        shop.commit({"b.py": "2"})
        mirror.fetch(local(shop), ls_remote(local(shop)))
        assert "b.py" in files(mirror.source(shop.tip))


@pytest.mark.parametrize(
    "said",
    [
        "fatal: could not read Username for 'https://git.example.com': terminal prompts disabled",
        "fatal: could not read Password for 'https://oauth2@git.example.com': No such device or address",
        "fatal: Authentication failed for 'https://git.example.com/acme/shop/'",
        "fatal: unable to access 'https://git.example.com/acme/shop/': The requested URL returned error: 403",
        "git@git.example.com: Permission denied (publickey).\nfatal: Could not read from remote repository.",
    ],
)
def test_however_a_refusal_is_put_it_is_one(said):
    told = explain(128, said)
    assert told.kind == "auth_failed"
    # Over SSH there is no token.
    assert ("SSH key" in told.message, "token" in told.message) == ("publickey" in said, "publickey" not in said)


def test_a_refusal_names_a_key_only_where_one_is_set():
    said = "git@git.example.com: Permission denied (publickey)."
    with_one, without = explain(128, said), explain(128, said, keyless=True)
    assert (with_one.kind, without.kind) == ("auth_failed", "auth_failed")
    assert ("refused the SSH key" in with_one.message, "none is set" in with_one.message) == (True, False)
    assert ("refused the SSH key" in without.message, "none is set" in without.message) == (False, True)
    # Where a page puts it.
    assert all("Address and access" in told.message for told in (with_one, without))
    assert "token" in explain(128, "fatal: Authentication failed", keyless=True).message


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("GnuTLS recv error (-110): The TLS connection was non-properly terminated.", "network"),
        ("gnutls_handshake() failed: Error in the pull function.", "network"),
        ("OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0", "network"),
        ("OpenSSL SSL_connect: SSL_ERROR_SYSCALL in connection to git.example.com:443", "network"),
        ("server certificate verification failed. CAfile: none CRLfile: none", "tls"),
        ("SSL certificate problem: self-signed certificate", "tls"),
        ("SSL: certificate subject name 'a.example' does not match target host name 'b.example'", "tls"),
    ],
)
def test_a_connection_that_breaks_off_says_nothing_of_the_certificate(said: str, kind: str):
    assert explain(128, f"fatal: unable to access 'https://git.example.com/a/b/': {said}").kind == kind
