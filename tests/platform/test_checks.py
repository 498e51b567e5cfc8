import json
import os
import subprocess
import sys
from itertools import pairwise
from types import SimpleNamespace

import pytest
from cryptography.fernet import Fernet
from django.conf import settings as django_settings
from django.utils import timezone

from audits.gitstore import environment
from audits.models import Credential
from migrator_site import checks
from migrator_site import settings as real
from tests.waiting import PATIENCE

KEY = "a-key-that-is-long-and-different-enough-to-be-accepted-0123456789"


def manage(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=real.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(django_settings.DATA_DIR), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )


def production(**more):
    values = {"PRODUCTION": "1", "SECRET_KEY": KEY, "ALLOWED_HOSTS": "lastcall.example"}
    return values | {"DATABASE_URL": "postgres://a:b@db/c", "REDIS_URL": "redis://redis:6379"} | more


def test_production_passes_every_check_of_a_deployment():
    run = manage("check", "--deploy", "--fail-level", "WARNING", **production())
    assert run.returncode == 0, run.stderr
    assert "no issues" in run.stdout


def loaded(name, **environment):
    """A setting as a process with this environment has it."""
    code = f"from migrator_site import settings; import json; print(json.dumps(settings.{name}))"
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=real.BASE_DIR,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(django_settings.DATA_DIR), **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


@pytest.mark.parametrize("name", ["ALLOWED_GIT_HOSTS", "INTERNAL_GIT_HOSTS"])
def test_hosts_are_compared_without_case_and_spaces(name):
    assert loaded(name, **{name: "Git.Example.com, gitlab.example.com:8443 ,"}) == [
        "git.example.com",
        "gitlab.example.com:8443",
    ]


@pytest.mark.parametrize("password", ["p/w@d%zz:#?", "$HOME", "plain"])
def test_any_password_reaches_the_database(password):
    database = loaded("DATABASES", POSTGRES_HOST="db", POSTGRES_PASSWORD=password)["default"]
    assert (database["HOST"], database["USER"], database["PASSWORD"]) == ("db", "lastcall", password)


def test_a_whole_address_wins_over_parts_and_an_empty_one_counts_as_none():
    url = "postgres://a:b@other/c"
    assert loaded("DATABASES", POSTGRES_HOST="db", DATABASE_URL=url)["default"]["HOST"] == "other"
    assert loaded("DATABASES", DATABASE_URL="")["default"]["ENGINE"].endswith("sqlite3")


def test_subdomains_are_bound_to_https_only_when_asked():
    assert loaded("SECURE_HSTS_INCLUDE_SUBDOMAINS", **production()) is False
    assert loaded("SECURE_HSTS_INCLUDE_SUBDOMAINS", **production(HSTS_SUBDOMAINS="1")) is True


@pytest.mark.parametrize("key", ["", "short", real.SAMPLE_KEY])
def test_production_refuses_to_start_without_a_key_of_its_own(key):
    run = manage("check", **production(SECRET_KEY=key))
    assert run.returncode != 0
    assert "SECRET_KEY" in run.stderr


def test_production_refuses_local_repositories(tmp_path):
    run = manage("check", **production(LOCAL_REPOSITORY_ROOTS=str(tmp_path)))
    assert run.returncode != 0
    assert "lastcall.E003" in run.stderr


@pytest.mark.parametrize(
    ("inner", "outer"),
    pairwise(("FILE_DEADLINE", "SCAN_DEADLINE", "CELERY_TASK_TIME_LIMIT", "BROKER_VISIBILITY")),
)
def test_the_time_limits_stand_in_order(settings, inner, outer):
    assert checks.time_limits(None) == []
    setattr(settings, outer, getattr(settings, inner))
    assert [message.id for message in checks.time_limits(None)] == ["lastcall.E002"]


@pytest.mark.parametrize(("lease", "bad"), [(0, True), (-5, True), (1, False), (7199, False), (7200, True)])
def test_a_lease_lasts_and_is_over_before_the_broker_tells_again(settings, lease, bad):
    settings.SCAN_LEASE, settings.BROKER_VISIBILITY = lease, 7200
    assert [message.id for message in checks.lease(None)] == ["lastcall.E011"] * bad


def test_nothing_starts_with_another_lease():
    run = manage("check", **production(SCAN_LEASE="0"))
    assert run.returncode != 0
    assert "lastcall.E011" in run.stderr


def test_sqlite_without_its_options_is_an_error(monkeypatch):
    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": "/x/y.sqlite3", "OPTIONS": {}}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": database}))
    assert [message.id for message in checks.sqlite(None)] == ["lastcall.E001"]
    database["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL;",
    }
    assert checks.sqlite(None) == []


def test_keys_of_credentials_are_keys_and_none_signs_sessions_too(settings):
    key = Fernet.generate_key().decode()
    settings.CREDENTIAL_KEYS = [key, Fernet.generate_key().decode()]
    assert checks.credential_keys(None) == []
    settings.CREDENTIAL_KEYS = [key, "short"]
    assert [message.id for message in checks.credential_keys(None)] == ["lastcall.E008"]
    settings.SECRET_KEY, settings.CREDENTIAL_KEYS = key, [key]
    assert [message.id for message in checks.credential_keys(None)] == ["lastcall.E010"]


@pytest.mark.django_db
def test_a_deployment_with_credentials_needs_their_key(settings):
    settings.CREDENTIAL_KEYS = []
    assert checks.credentials_have_a_key(None) == []
    Credential.objects.create(place="git.example.com", kind="token", secret="x", set_at=timezone.now())
    assert [message.id for message in checks.credentials_have_a_key(None)] == ["lastcall.E009"]
    settings.CREDENTIAL_KEYS = [Fernet.generate_key().decode()]
    assert checks.credentials_have_a_key(None) == []


def test_mirrors_under_a_served_folder_are_an_error(settings):
    settings.MIRROR_ROOT = settings.STATIC_ROOT / "mirrors"
    assert [message.id for message in checks.mirrors(None)] == ["lastcall.E004"]


def test_mirrors_open_to_others_are_warned_of(settings, tmp_path):
    settings.MIRROR_ROOT = tmp_path / "mirrors"
    settings.MIRROR_ROOT.mkdir()
    settings.MIRROR_ROOT.chmod(0o755)
    assert [message.id for message in checks.mirrors(None)] == ["lastcall.W002"]
    settings.MIRROR_ROOT.chmod(0o700)
    assert checks.mirrors(None) == []


def test_this_machine_has_what_is_needed():
    assert checks.programs(None) == []
    assert checks.git_version(None) == []


def test_a_git_that_is_too_old_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "git").write_text("#!/bin/sh\necho git version 2.30.1\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.setattr(environment, "_TOOLS_PATH", f"{tmp_path}:/usr/bin:/bin")
    (message,) = checks.git_version(None)
    assert (message.id, "2.30.1" in message.msg) == ("lastcall.W007", True)


def test_a_deep_data_folder_gets_a_short_socket(tmp_path):
    assert real.broker_socket(tmp_path) == tmp_path / "broker.sock"
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    assert len(str(real.broker_socket(deep))) <= 100
    assert real.broker_socket(deep) == real.broker_socket(deep)
    assert real.broker_socket(deep) != real.broker_socket(deep / "f")
