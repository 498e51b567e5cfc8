"""Settings of the test run: all that is kept lies in a fresh folder, and nothing is read from the caller's shell.

`TEST_DATABASE` is `sqlite` (default), `postgres` (a server that the test run starts itself) or the URL of one.
"""

import os
import tempfile
from pathlib import Path

for _name in (
    *("ALLOWED_GIT_HOSTS", "ALLOWED_HOSTS", "BEHIND_PROXY", "BROKER_VISIBILITY", "CLIENT_ADDRESS_HEADER"),
    *("CREDENTIAL_KEYS", "CSRF_TRUSTED_ORIGINS", "DATABASE_URL", "DEBUG", "EMAIL_FROM", "EMAIL_URL"),
    *("FETCHES_A_HOST", "FILE_DEADLINE", "GIT_SSH_ENABLED", "HISTORIES_AT_ONCE", "HOST_BACK_OFF", "HSTS_SUBDOMAINS"),
    *("HTTPS", "INTERNAL_GIT_AUTHORITIES", "INTERNAL_GIT_HOSTS", "INTERNAL_HOOK_AUTHORITIES", "INTERNAL_HOOK_HOSTS"),
    *("LOCAL_REPOSITORY_ROOTS", "LOG_FORMAT", "LOG_LEVEL", "METRICS_TOKEN", "MIRROR_LIMIT", "MIRROR_ROOT"),
    *("POSTGRES_DB", "POSTGRES_HOST", "POSTGRES_PASSWORD", "POSTGRES_PORT", "POSTGRES_USER", "PRODUCTION"),
    *("PUBLIC_URL", "REDIS_URL", "SCAN_LEASE", "SCAN_RING_AGAIN", "SCHEDULED_IN_FLIGHT", "SECRET_KEY", "STATIC_ROOT"),
    "WORKER_STOP_GRACE",
    *("TIME_ZONE", "WORKER_MAX_MEMORY"),
):
    os.environ.pop(_name, None)
# The path is short because a unix socket in it may be 107 bytes at most. xdist's workers inherit the variable.
_kept = Path(os.environ.get("TEST_DATA_DIR") or tempfile.mkdtemp(prefix="lc-"))
os.environ["TEST_DATA_DIR"] = str(_kept)
DATA_DIR = _kept / os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = str(DATA_DIR)
TEST_DATABASE = os.environ.get("TEST_DATABASE", "sqlite")
if TEST_DATABASE == "postgres":
    os.environ["DATABASE_URL"] = "postgres://postgres@localhost/lastcall"
elif "://" in TEST_DATABASE:
    os.environ["DATABASE_URL"] = TEST_DATABASE

from migrator_site.settings import *  # noqa: E402, F403
from migrator_site.settings import DATABASES, STATIC_ROOT, STORAGES  # noqa: E402

STATIC_ROOT.mkdir(parents=True, exist_ok=True)
if TEST_DATABASE == "sqlite":
    # A file, not memory: workers that a test starts open the same database.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 0
if TEST_DATABASE == "postgres":
    DATABASES["default"]["HOST"] = str(DATA_DIR / "postgres")

# One Argon2 hash costs more than most tests, and nothing here is secret.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
