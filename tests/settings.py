"""Settings of the test run: all that is kept lies in a fresh folder, and nothing is read from the caller's shell.

`TEST_DATABASE` is `sqlite` (default), `postgres` (a server that the test run starts itself) or the URL of one.
"""

import os
import tempfile
from pathlib import Path

for _name in (
    *("ALLOWED_HOSTS", "ALLOWED_GIT_HOSTS", "DATABASE_URL", "DEBUG", "HTTPS", "INTERNAL_GIT_HOSTS"),
    *("CLIENT_ADDRESS_HEADER", "CREDENTIAL_KEYS", "GIT_SSH_ENABLED", "INTERNAL_GIT_AUTHORITIES"),
    *("LOCAL_REPOSITORY_ROOTS", "POSTGRES_HOST", "PRODUCTION", "REDIS_URL", "SECRET_KEY"),
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
