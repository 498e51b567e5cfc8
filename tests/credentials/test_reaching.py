"""Scans of a private repository over a real git server that asks for a password."""

import pytest

from audits import scans
from audits.models import Credential, Finding
from tests.gitserver import GitServer

pytestmark = pytest.mark.django_db


def test_without_a_credential_the_scan_says_that_access_was_refused(scan):
    ended = scan()
    assert (ended.state, ended.error_kind) == ("failed", "auth_failed")


def test_with_the_host_s_token_it_is_read(scan, token, server):
    token()
    assert scan().state == "done"
    assert Finding.objects.count() == 1
    assert server.authorization in [sent for _, sent in server.log]


def test_with_a_token_of_its_own_it_is_read(scan, token, private):
    token("not-the-password")
    token(repository=private)
    assert scan().state == "done"


def test_a_wrong_token_is_told_as_one_and_closes_nothing(scan, token, server):
    token()
    scan()
    token("wrong-token-wrong-token")
    ended = scan()
    assert (ended.state, ended.error_kind) == ("failed", "auth_failed")
    assert "wrong-token" not in ended.error_message
    assert Finding.objects.get().presence == "present"


def test_a_server_that_refuses_outright_is_told_alike(scan, token, server):
    token()
    server.mode = "403"
    assert scan().error_kind == "auth_failed"


def test_a_key_that_opens_nothing_is_the_scan_s_sentence(scan, token, settings):
    token()
    settings.CREDENTIAL_KEYS = []
    ended = scan()
    assert (ended.state, ended.error_kind) == ("failed", "credential_unreadable")
    assert "Set the credential again" in ended.error_message


def test_a_redirect_takes_the_token_nowhere(scan, token, server, served, keys):
    token()
    with GitServer(served, keys) as other:
        server.mode, server.target = "redirect", other.url("").rstrip("/")
        assert scan().error_kind == "moved"
        assert other.log == []


def test_a_token_of_another_host_is_not_sent(scan, token, server):
    token(place="localhost")
    token(place=f"git.example.test:{server.port}")
    assert scan().error_kind == "auth_failed"
    assert {sent for _, sent in server.log} == {None}


def test_the_test_of_a_host_s_credential_asks_for_a_repository_there(token, private, server):
    kept = token()
    scans.check_credential(kept.pk)
    kept.refresh_from_db()
    private.refresh_from_db()
    assert kept.check_state == private.check_state == "answered"
    assert "Branch main is at" in kept.check_message


def test_the_test_of_a_wrong_token_says_so(token, private):
    kept = token("wrong-token", repository=private)
    scans.check_credential(kept.pk)
    kept.refresh_from_db()
    assert kept.check_state == "failed"
    assert "token is wrong or expired" in kept.check_message


def test_a_host_without_a_repository_cannot_be_asked(token):
    kept = token()
    scans.check_credential(kept.pk)
    kept.refresh_from_db()
    assert (kept.check_state, "Register one" in kept.check_message) == ("failed", True)
    Credential.objects.all().delete()
    scans.check_credential(kept.pk)
