import os
import subprocess
import sys
from types import SimpleNamespace

import pytest
from celery.fixups.django import DjangoWorkerFixup
from celery.signals import task_prerun
from django.conf import settings
from django.db import connection

from audits.models import Organisation, Team
from migrator_site.celery import app
from tests.waiting import PATIENCE


@pytest.mark.django_db
def test_it_runs_on_the_database_that_was_asked_for():
    assert connection.vendor == ("sqlite" if settings.TEST_DATABASE == "sqlite" else "postgresql")
    Team.objects.create(name="Search", slug="search")
    assert Team.objects.count() == 1


def test_it_hands_the_same_database_to_a_process(database_url):
    Team.objects.create(name="Search", slug="search")
    code = "import django; django.setup(); from audits.models import Team; print(Team.objects.get().name)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        env={"DATABASE_URL": database_url, "DJANGO_SETTINGS_MODULE": "migrator_site.settings", "PATH": "/usr/bin:/bin"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.stdout == "Search\n", run.stderr


READ_AND_WRITE = """
import sys, django
django.setup()
from django.db import transaction
from audits.models import Organisation
for _ in range(60):
    with transaction.atomic():
        row = Organisation.objects.select_for_update().get(pk=1)
        row.history_months = (row.history_months + 1) % 100
        row.save(update_fields=["history_months"])
"""


@pytest.mark.fault
@pytest.mark.django_db(transaction=True)
def test_four_processes_that_read_and_write_lock_nobody_out(database_url):
    Organisation.objects.create(pk=1, history_months=0)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "migrator_site.settings", "DATABASE_URL": database_url}
    command = [sys.executable, "-c", READ_AND_WRITE]
    running = [
        subprocess.Popen(command, cwd=settings.BASE_DIR, env=environment, stderr=subprocess.PIPE) for _ in range(4)
    ]
    complaints = [process.communicate(timeout=PATIENCE)[1].decode() for process in running]
    assert complaints == [""] * 4
    assert Organisation.objects.get(pk=1).history_months == 240 % 100


def test_tasks_of_a_worker_share_a_connection_for_a_while(monkeypatch):
    fixup, closed = DjangoWorkerFixup(app), []
    monkeypatch.setattr(fixup, "_close_database", lambda: closed.append(True))
    task = SimpleNamespace(request=SimpleNamespace(is_eager=False))

    def run(tasks):
        for _ in range(tasks):
            fixup.on_task_prerun(task)
            fixup.on_task_postrun(task)
        return len(closed)

    assert (run(20), run(1), run(20)) == (0, 1, 2)


def test_no_task_begins_with_a_connection_that_broke(monkeypatch):
    looked_at = []
    monkeypatch.setattr(connection, "close_if_unusable_or_obsolete", lambda: looked_at.append(True))
    task_prerun.send(sender=None)
    assert looked_at == [True]
    assert settings.DATABASES["default"]["CONN_HEALTH_CHECKS"]
