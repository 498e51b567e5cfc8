import io
import json
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from audits.intake import register
from audits.management.commands import scan as command
from audits.models import Scan
from audits.scans import request_scan
from tests.gitbuild import RepositoryBuilder
from tests.progress.rows import repository
from tests.scans.conftest import SHOP


def run(*arguments):
    out, code, message = io.StringIO(), 0, ""
    try:
        call_command("scan", *arguments, stdout=out, stderr=io.StringIO())
    except CommandError as error:
        code, message = error.returncode, str(error)
    return out.getvalue(), code, message


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(command, "PATIENCE", 0.2)
    monkeypatch.setattr(command, "POLL", 0.05)


@pytest.mark.django_db
def test_it_queues_what_is_named():
    repository("shop", read=False), repository("api", read=False)
    assert run("shop") == ("shop: queued\n", 0, "")
    scan = Scan.objects.get()
    assert (scan.repository.name, scan.trigger) == ("shop", "command")


@pytest.mark.django_db
def test_it_queues_all():
    repository("shop", read=False), repository("api", read=False)
    out, code, _ = run("--all", "--format", "json")
    assert ({row["repository"]: row["state"] for row in json.loads(out)}, code) == (
        {"shop": "queued", "api": "queued"},
        0,
    )


@pytest.mark.django_db
def test_without_repositories_there_is_nothing_to_do():
    assert run("--all", "--wait", "--format", "json")[:2] == ("[]\n", 0)


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [[], ["--all", "shop"]])
def test_it_wants_names_or_all(arguments):
    assert run(*arguments)[1] == 2


@pytest.mark.django_db
def test_it_says_which_name_nobody_knows():
    repository("shop", read=False)
    out, code, message = run("shop", "shpo")
    assert (out, code) == ("", 1)
    assert "shpo" in message
    assert not Scan.objects.exists()


@pytest.mark.django_db
def test_it_gives_up_when_no_worker_takes_one(impatient):
    repository("shop", read=False)
    out, code, message = run("shop", "--wait", "--format", "json")
    assert (json.loads(out)[0]["state"], code) == ("queued", 2)
    assert "start a worker" in message


@pytest.mark.django_db
@pytest.mark.parametrize(("off", "told"), [(("shop", "api"), "asks for fewer requests"), (("shop",), "start a worker")])
def test_it_says_when_a_host_puts_scans_off(impatient, off, told):
    for name in ("shop", "api"):
        request_scan(repository(name, read=False), "command")
    Scan.objects.filter(repository__name__in=off).update(not_before=timezone.now() + timedelta(minutes=5))
    _, code, message = run("shop", "api", "--wait")
    assert code == 2
    assert told in message


@pytest.mark.django_db
def test_it_tells_of_a_failed_scan(impatient, monkeypatch):
    row = repository("shop", read=False)

    def fail(ids):
        Scan.objects.filter(repository=row).update(
            state="failed", error_kind="network", error_message="The host\x1b is down.", finished_at=timezone.now()
        )
        return load(ids)

    load = command._load
    monkeypatch.setattr(command, "_load", fail)
    out, code, message = run("shop", "--wait")
    assert message == "1 of 1 scans failed: shop."
    assert (out, code) == ("shop: failed, The host\\x1b is down.\n", 1)


@pytest.mark.broker
@pytest.mark.django_db(transaction=True)
def test_it_follows_a_worker_to_the_end(worker, tmp_path, settings):
    settings.LOCAL_REPOSITORY_ROOTS = [tmp_path]
    shop = RepositoryBuilder(tmp_path / "shop.git")
    shop.commit({"ask.py": SHOP})
    register(str(shop.path), scan=False)
    out, code, _ = run("shop", "--wait", "--format", "json")
    (row,) = json.loads(out)
    assert row.pop("seconds") > 0
    expected = {"repository": "shop", "state": "done", "commit": shop.tip, "usages": 1, "unread": 0, "error": None}
    assert (row, code) == (expected, 0)
