import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection

from audits.models import Team


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
        timeout=60,
    )
    assert run.stdout == "Search\n", run.stderr
