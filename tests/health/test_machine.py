import socket
from datetime import timedelta

import pytest
from django.utils import timezone

from audits import gitstore
from audits.health import machine
from audits.models import Machine


@pytest.fixture
def a_minute_later(monkeypatch):
    def forget():
        monkeypatch.setitem(machine._last, "report", float("-inf"))

    forget()
    return forget


@pytest.mark.django_db
def test_a_worker_tells_of_its_machine_once_a_minute(settings, tmp_path, a_minute_later):
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    assert machine.report()
    assert not machine.report()
    row = Machine.objects.get()
    assert (row.name, row.mirrors, row.mirrors_bytes) == (socket.gethostname(), 0, 0)
    assert 0 < row.disk_free < row.disk_total
    assert row.git == ".".join(map(str, gitstore.git_version()))
    a_minute_later()
    (settings.MIRROR_ROOT / "x.git" / "objects").mkdir(parents=True)
    (settings.MIRROR_ROOT / "x.git" / "objects" / "pack").write_bytes(b"x" * 700)
    assert machine.report()
    assert list(Machine.objects.values_list("mirrors", "mirrors_bytes", "mirrors_limit")) == [
        (1, 700, settings.MIRROR_LIMIT)
    ]


@pytest.mark.django_db
def test_a_machine_that_is_gone_for_a_week_is_forgotten(settings, tmp_path, a_minute_later):
    settings.MIRROR_ROOT = tmp_path
    for name, days in (("old", 8), ("recent", 6)):
        Machine.objects.create(name=name, seen_at=timezone.now() - timedelta(days=days))
    machine.report()
    assert set(Machine.objects.values_list("name", flat=True)) == {"recent", socket.gethostname()}


def test_the_version_of_any_git_is_understood(monkeypatch, tmp_path):
    for said, version in (
        ("git version 2.39.5", (2, 39, 5)),
        ("git version 2.50.1 (Apple Git-155)", (2, 50, 1)),
        ("git version 2.49", (2, 49, 0)),
        ("hello", None),
    ):
        program = tmp_path / "git"
        program.write_text(f"#!/bin/sh\necho '{said}'\n")
        program.chmod(0o755)
        monkeypatch.setattr("audits.gitstore.machine.run", lambda *_, said=said, **__: (0, said.encode(), ""))
        assert gitstore.git_version() == version
