"""Scans of a private repository over a real git server that asks for a password."""

import pytest

from audits import gitstore, intake, scans, tasks
from audits.models import Credential, Finding, Repository
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


@pytest.fixture
def elsewhere(server, served, keys):
    """Another server that has the same repository, to which this one can send people: git would find it there."""
    with GitServer(served, keys) as other:
        server.target = f"https://{other.place}"
        assert gitstore.ls_remote(gitstore.Remote(f"{server.target}/shop.git", authorities=str(server.authority)))
        other.log.clear()
        yield other


@pytest.mark.parametrize("own", [False, True], ids=["of its host", "of its own"])
@pytest.mark.parametrize("step", ["ls-remote", "fetch", "pack"])
def test_a_redirect_takes_the_token_nowhere(step, own, scan, token, private, server, elsewhere, monkeypatch):
    token(repository=private if own else None)
    fetch = gitstore.Mirror.fetch

    def redirected(*arguments, **options):
        server.mode = "redirect" if step == "fetch" else "redirect-pack"
        return fetch(*arguments, **options)

    if step == "ls-remote":
        server.mode = "redirect"
    else:
        monkeypatch.setattr(gitstore.Mirror, "fetch", redirected)
    ended = scan()
    assert (ended.state, ended.error_kind) == ("failed", "moved")
    assert server.authorization in [sent for _, sent in server.log]
    assert elsewhere.log == []
    assert not Finding.objects.exists()


@pytest.mark.parametrize("own", [False, True], ids=["of its host", "of its own"])
def test_neither_does_that_of_the_button(own, token, private, server, elsewhere, client, lead, monkeypatch):
    kept, rung = token(repository=private if own else None), []
    monkeypatch.setattr("audits.scans.doorbell.put", lambda task, args, **_: rung.append((task, args)))
    client.force_login(lead)
    server.mode = "redirect"
    client.post(f"/repositories/{private.pk}/test/")
    ((task, arguments),) = rung
    assert task == (scans.CHECK_CREDENTIAL if own else scans.CHECK)
    assert arguments == [kept.pk if own else private.pk]
    getattr(tasks, task.rpartition(".")[2])(*arguments)
    assert "is never followed" in client.get(f"/repositories/{private.pk}/access/").content.decode()
    assert server.authorization in [sent for _, sent in server.log]
    assert elsewhere.log == []


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


@pytest.mark.parametrize(("first", "later"), [("wrong-token", None), (None, "wrong-token")])
def test_the_answer_to_an_earlier_token_is_dropped(first, later, token, private, monkeypatch):
    """The host is asked with one token; before it answers, a person sets another one, whose test is quicker."""
    kept = token(**({"text": first} if first else {}), repository=private)
    Repository.objects.update(refusals=3, failures=3, paused_at=kept.set_at, next_scan_at=None)
    ask = gitstore.ls_remote

    def meanwhile(*arguments):
        answer = ask(*arguments) if first is None else None
        monkeypatch.setattr(gitstore, "ls_remote", ask)
        token(**({"text": later} if later else {}), repository=private)
        scans.check_credential(kept.pk)
        return answer or ask(*arguments)

    monkeypatch.setattr(gitstore, "ls_remote", meanwhile)
    scans.check_credential(kept.pk)
    kept.refresh_from_db()
    private.refresh_from_db()
    expected = "failed" if later else "answered"
    assert (kept.check_state, private.check_state) == (expected, expected)
    assert (private.paused_at is None) is (later is None)


@pytest.mark.parametrize("own", [True, False])
def test_so_is_that_to_an_earlier_question_though_nobody_could_put_the_later_one(
    own, client, token, private, lead, monkeypatch
):
    """Two are asked for, the second while the queue is away: that is newer than the first's answer."""
    kept = token(repository=private) if own else None
    client.force_login(lead)
    ask = gitstore.ls_remote

    def meanwhile(*arguments):
        monkeypatch.setattr("audits.views.credentials.scans.send", lambda *_: False)
        client.post(f"/repositories/{private.pk}/test/")
        return ask(*arguments)

    monkeypatch.setattr(gitstore, "ls_remote", meanwhile)
    scans.check_credential(kept.pk) if kept else scans.check(private.pk)
    rows = [private, kept] if kept else [private]
    for row in rows:
        row.refresh_from_db()
    assert {(row.check_state, "queue does not answer" in row.check_message) for row in rows} == {("unasked", True)}
    monkeypatch.setattr(gitstore, "ls_remote", ask)
    scans.check_credential(kept.pk) if kept else scans.check(private.pk)
    for row in rows:
        row.refresh_from_db()
    assert {row.check_state for row in rows} == {"answered" if own else "failed"}


def test_so_is_that_of_an_earlier_address(token, private, server, lead, monkeypatch):
    token()
    ask = gitstore.ls_remote

    def meanwhile(*arguments):
        answer = ask(*arguments)
        intake.move(private, f"https://{server.place}/gone.git", lead)
        return answer

    monkeypatch.setattr(gitstore, "ls_remote", meanwhile)
    scans.check(private.pk)
    private.refresh_from_db()
    assert private.check_state == "waiting"
    monkeypatch.setattr(gitstore, "ls_remote", ask)
    scans.check(private.pk)
    private.refresh_from_db()
    assert (private.check_state, "no repository at this address" in private.check_message) == ("failed", True)


def test_a_host_without_a_repository_cannot_be_asked(token):
    kept = token()
    scans.check_credential(kept.pk)
    kept.refresh_from_db()
    assert (kept.check_state, "Register one" in kept.check_message) == ("failed", True)
    Credential.objects.all().delete()
    scans.check_credential(kept.pk)
