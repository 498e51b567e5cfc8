"""One token, followed everywhere: after scans that went well and scans that did not, it is nowhere but at its host."""

import base64
import logging
import os
import subprocess
import threading
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client

from audits import credentials, intake, scans
from audits.gitstore import GitError, Remote, ls_remote
from audits.gitstore.errors import explain
from audits.models import CredentialKind, Finding, Scan
from audits.models.scan import OPEN_STATES
from tests import processes
from tests.waiting import PATIENCE, wait_for
from tests.web import rows

from .conftest import CANARY

TOKEN = f"{CANARY}-and-enough-to-be-one"
ENDINGS = {
    "auth": ("done", ""),
    "404": ("failed", "not_found"),
    "403": ("failed", "auth_failed"),
    "500": ("failed", "network"),
    "html": ("failed", "no_commits"),
    "redirect": ("failed", "moved"),
}


def spellings(secret):
    """The secret as plain text, in URLs, in hexadecimal, and inside the base64 of anything that holds it."""
    forms = {secret, quote(secret, safe=""), secret.encode().hex()}
    for shift in range(3):
        encoded = base64.b64encode(b"x" * shift + secret.encode()).decode().rstrip("=")
        # The first and the last signs depend on the neighbours too.
        forms.add(encoded[4 if shift else 0 : -2])
    return forms


FORMS = spellings(CANARY)


def hits(text):
    return [form for form in FORMS if form in text]


def test_the_search_would_find_it():
    for text in (f"x{TOKEN}", base64.b64encode(f"oauth2:{TOKEN}".encode()).decode(), f"%3A{TOKEN}"):
        assert hits(text)
    for user in ("a", "ab", "abc", "abcd"):
        assert hits(base64.b64encode(f"{user}:{TOKEN}".encode()).decode())


@contextmanager
def watched(broker):
    """Gathers, while the block runs, every command line of the machine and everything that the broker is told."""
    seen, stop = [], threading.Event()

    def command_lines():
        while not stop.is_set():
            lines = (b" ".join(processes.words(folder)).decode(errors="replace") for folder in processes.folders())
            seen.extend(line for line in lines if "git" in line)

    def messages():
        with broker.client as client, client.monitor() as monitor:
            connected.set()
            while not stop.is_set():
                if monitor.connection.can_read(timeout=0.2):
                    seen.append(str(monitor.next_command()))

    connected = threading.Event()
    threads = [threading.Thread(target=job, daemon=True) for job in (command_lines, messages)]
    for thread in threads:
        thread.start()
    try:
        assert connected.wait(PATIENCE)
        yield seen
    finally:
        # A test that fails ends them too, or they would meet the end of its broker.
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)


def dumped():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            yield table, str(cursor.fetchall())


def pages(repository):
    client = Client()
    client.force_login(rows.person("admin", "reader"))
    finding = Finding.objects.first()
    for url in (
        *("/", "/repositories/", "/findings/", "/findings/export/", "/teams/", "/settings/", "/settings/journal/"),
        *(f"/repositories/{repository.pk}/", f"/repositories/{repository.pk}/access/", "/settings/credentials/"),
        *(f"/findings/{finding.pk}/", "/admin/audits/credential/", "/admin/audits/auditevent/"),
        *(f"/admin/audits/credential/{row.pk}/change/" for row in credentials.Credential.objects.all()),
        *(f"/admin/audits/scan/{row.pk}/change/" for row in Scan.objects.all()),
    ):
        answer = client.get(url, follow=True)
        assert answer.status_code == 200, url
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        yield url, content.decode()


def files(*folders):
    for folder in folders:
        # What ends meanwhile is passed over by the walk.
        for path in (Path(place, name) for place, _, names in os.walk(folder) for name in names):
            if path.is_file():
                # Never opened by this process: closing the database's file would end SQLite's locks on it.
                read = subprocess.run(["cat", str(path)], capture_output=True, check=False)
                yield str(path), read.stdout.decode(errors="replace")


def done(scan):
    """How a scan ended."""
    wait_for(lambda: Scan.objects.get(pk=scan.pk).state not in OPEN_STATES, "the scan does not end")
    scan.refresh_from_db()
    return scan.state, scan.error_kind


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_a_token_is_nowhere_but_at_its_host(server, lead, broker, start_worker, tmp_path, settings, caplog):
    caplog.set_level(logging.DEBUG)
    server.password = ("oauth2", TOKEN)
    worker = start_worker(
        CREDENTIAL_KEYS=settings.CREDENTIAL_KEYS[0],
        INTERNAL_GIT_HOSTS=server.place,
        INTERNAL_GIT_AUTHORITIES=str(server.authority),
        LOG_LEVEL="DEBUG",
    )

    with watched(broker) as seen:
        repository = intake.register(f"https://{server.place}/shop.git", user=lead, scan=False)
        kind = CredentialKind.TOKEN
        kept = credentials.store(kind, server.place, TOKEN, username="oauth2", repository=repository, user=lead)
        scans.send(scans.CHECK_CREDENTIAL, kept.pk)
        for mode, expected in ENDINGS.items():
            server.mode, server.target = mode, f"https://localhost:{server.port}/elsewhere"
            assert done(scans.request_scan(repository)) == expected, mode
        # Too slow for git's patience: this one lasts half a minute.
        server.mode = "silent"
        assert done(scans.request_scan(repository)) == ("failed", "timed_out")
        server.mode = "auth"
        credentials.store(kind, server.place, f"{TOKEN}-wrong", username="oauth2", repository=repository, user=lead)
        assert done(scans.request_scan(repository)) == ("failed", "auth_failed")
        # Somebody dies in the middle of a fetch.
        server.mode = "silent"
        asked = len(server.log)
        scans.request_scan(repository)
        wait_for(lambda: len(server.log) > asked, "git does not ask")
        worker.kill()
    assert any(hits(sent or "") for _, sent in server.log)
    assert any("ls-remote" in line for line in seen)
    assert any("fetch" in line for line in seen)
    assert any("audits.tasks.scan_now" in line or "LPUSH" in line for line in seen)
    found = [("command line or message", hits(line)) for line in seen if hits(line)]
    found += [(table, hits(text)) for table, text in dumped() if hits(text)]
    found += [(url, hits(text)) for url, text in pages(repository) if hits(text)]
    folders = (tmp_path, Path(django_settings.DATA_DIR))
    found += [(path, hits(text)) for path, text in files(*folders) if hits(text)]
    assert not hits(caplog.text)
    assert found == []


@pytest.mark.parametrize("mode", ["silent", "drip"])
def test_a_server_that_is_too_slow_brings_it_into_no_message(server, mode):
    header = "Authorization: Basic " + base64.b64encode(f"oauth2:{TOKEN}".encode()).decode()
    server.mode = mode
    url = f"https://{server.place}/shop.git"
    remote = Remote(url, header=header, hidden=(TOKEN,), authorities=str(server.authority), patience=2)
    with pytest.raises(GitError) as caught:
        ls_remote(remote, timeout=60)
    assert caught.value.kind == "timed_out"
    assert not hits(caught.value.message)


def test_a_server_that_repeats_what_it_was_sent_brings_it_into_no_message(server):
    """git shows what a server says; the forms of the token are taken out."""

    pair = base64.b64encode(f"oauth2:{TOKEN}".encode()).decode()
    secrets = (f"Authorization: Basic {pair}", TOKEN, f"oauth2:{TOKEN}")
    for said in (TOKEN, pair, f"oauth2:{TOKEN}", quote(f"oauth2:{TOKEN}", safe=""), f"https://x:{TOKEN}@h/?t={TOKEN}"):
        assert not hits(explain(128, f"remote: strange words {said} follow", secrets).message)
