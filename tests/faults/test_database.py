"""Several processes at one database: nobody is locked out, and no change is lost."""

import os
import subprocess
import sys

import pytest

from audits.models import Repository
from tests.broker import PROJECT
from tests.progress.rows import repository
from tests.waiting import PATIENCE

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
PROCESSES, TIMES = 4, 60
COUNT = f"""
import django; django.setup()
from django.db import transaction
from audits.models import Repository
for _ in range({TIMES}):
    with transaction.atomic():
        row = Repository.objects.select_for_update().get()
        row.failures += 1
        row.save(update_fields=["failures"])
"""


def test_read_and_write_in_many_processes_at_once_loses_nothing(database_url, settings):
    repository(read=False)
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "migrator_site.settings",
        "DATABASE_URL": database_url,
        "DATA_DIR": str(settings.DATA_DIR),
    }
    running = [
        subprocess.Popen([sys.executable, "-c", COUNT], cwd=PROJECT, env=environment, stderr=subprocess.PIPE, text=True)
        for _ in range(PROCESSES)
    ]
    ends = [(process.communicate(timeout=PATIENCE)[1], process.returncode) for process in running]
    assert ends == [("", 0)] * PROCESSES
    assert Repository.objects.get().failures == PROCESSES * TIMES
