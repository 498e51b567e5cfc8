"""System checks: what this installation's settings and machine must fulfil, said before the first request."""

import shutil
import stat
from collections.abc import Sequence
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any

from cryptography.fernet import Fernet
from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from django.db import DatabaseError

from audits import gitstore
from audits.gitstore import MINIMUM_GIT, GitError

TAG = "lastcall"
MINIMUM = {"GitPython": (3, 2, 1), "libcst": (1, 9)}
NETWORK_DISKS = {"nfs", "nfs4", "cifs", "smb3", "fuse.sshfs"}

Configs = Sequence[AppConfig] | None


@register(TAG)
def sqlite(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Without these options web, worker and beat lock each other out of a SQLite file."""
    database = settings.DATABASES["default"]
    if not database["ENGINE"].endswith("sqlite3"):
        return []
    options = database.get("OPTIONS", {})
    found: list[CheckMessage] = []
    if (
        options.get("transaction_mode") != "IMMEDIATE"
        or "journal_mode=wal" not in options.get("init_command", "").lower()
    ):
        found.append(
            Error(
                "SQLite runs without WAL and IMMEDIATE transactions: several processes would fail with “locked”.",
                hint="Keep the OPTIONS of migrator_site/settings.py, or set DATABASE_URL to a PostgreSQL.",
                id="lastcall.E001",
            )
        )
    disk = file_system(Path(database["NAME"]).parent)
    if disk in NETWORK_DISKS:
        found.append(
            Warning(
                f"The SQLite file lies on a network disk ({disk}), where its locks cannot be relied on.",
                hint="Set DATA_DIR to a local folder, or DATABASE_URL to a PostgreSQL.",
                id="lastcall.W001",
            )
        )
    return found


@register(TAG)
def time_limits(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """A limit inside another must end first: else a scan that still runs is handed to a second worker."""
    names = ("FILE_DEADLINE", "SCAN_DEADLINE", "CELERY_TASK_TIME_LIMIT", "BROKER_VISIBILITY")
    values = [getattr(settings, name) for name in names]
    if all(shorter < longer for shorter, longer in pairwise(values)):
        return []
    stated = ", ".join(f"{name}={value}" for name, value in zip(names, values, strict=True))
    return [Error(f"Each of these must be smaller than the next one: {stated}.", id="lastcall.E002")]


@register(TAG)
def lease(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Running scans extend it. Over at once, each tick would hand them to another worker; longer than the broker's
    patience, a dead worker's scan would keep whoever is told of it again from taking it."""
    if 1 <= settings.SCAN_LEASE < settings.BROKER_VISIBILITY:
        return []
    told = f"SCAN_LEASE={settings.SCAN_LEASE}, BROKER_VISIBILITY={settings.BROKER_VISIBILITY}"
    return [Error(f"SCAN_LEASE must be 1 or more, and smaller than BROKER_VISIBILITY: {told}.", id="lastcall.E011")]


@register(TAG)
def local_roots(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """A local repository can borrow objects of any other one that the worker's account may read."""
    if not (settings.PRODUCTION and settings.LOCAL_REPOSITORY_ROOTS):
        return []
    return [
        Error(
            "LOCAL_REPOSITORY_ROOTS is set in production: a repository there can lead git into other repositories.",
            hint="Unset it and register repositories by https or ssh, or unset PRODUCTION on a machine of your own.",
            id="lastcall.E003",
        )
    ]


@register(TAG)
def mirrors(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Mirrors hold private source code: never under a folder that is served, never open to other accounts."""
    root = Path(settings.MIRROR_ROOT).resolve()
    found: list[CheckMessage] = []
    served = [Path(settings.STATIC_ROOT).resolve(), *(Path(folder).resolve() for folder in settings.STATICFILES_DIRS)]
    if any(root.is_relative_to(folder) for folder in served):
        found.append(Error(f"MIRROR_ROOT lies under a folder that is served: {root}.", id="lastcall.E004"))
    if root.is_dir() and root.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        found.append(
            Warning(f"Other accounts can read the mirrors in {root}.", hint=f"chmod 700 {root}", id="lastcall.W002")
        )
    return found


@register(TAG)
def programs(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """What the audit cannot do without."""
    found: list[CheckMessage] = []
    if shutil.which("git") is None:
        found.append(Warning("git was not found on PATH: no repository can be fetched.", id="lastcall.W003"))
    for package, least in MINIMUM.items():
        parts = tuple(int(part) for part in metadata.version(package).split(".")[:3] if part.isdigit())
        if parts < least:
            wanted = ".".join(map(str, least))
            found.append(Error(f"{package} is older than {wanted}.", hint="make install", id="lastcall.E005"))
    return found


@register(TAG)
def credential_keys(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Keys that encrypt: well-formed, and none that signs sessions too."""
    found: list[CheckMessage] = []
    for number, key in enumerate(settings.CREDENTIAL_KEYS, 1):
        try:
            Fernet(key)
        except ValueError:
            hint = "Make one: python manage.py rotate_credentials --new-key"
            found.append(Error(f"Number {number} of CREDENTIAL_KEYS is no key.", hint=hint, id="lastcall.E008"))
    if settings.SECRET_KEY in settings.CREDENTIAL_KEYS:
        found.append(
            Error(
                "CREDENTIAL_KEYS holds SECRET_KEY: whoever learns one would have the other.",
                hint="Make one of its own: python manage.py rotate_credentials --new-key",
                id="lastcall.E010",
            )
        )
    return found


@register(TAG, deploy=True)
def credentials_have_a_key(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Without its key no stored credential opens, and every private repository's scan fails."""
    if settings.CREDENTIAL_KEYS:
        return []
    try:
        there = apps.get_model("audits", "Credential").objects.exists()
    except DatabaseError:  # before the first migration, or without a server: other checks tell of it
        return []
    if not there:
        return []
    return [
        Error(
            "Credentials are stored, but CREDENTIAL_KEYS is not set: they cannot be read.",
            hint="Put the key with which they were stored into CREDENTIAL_KEYS.",
            id="lastcall.E009",
        )
    ]


@register(TAG, deploy=True)
def git_version(app_configs: Configs, **kwargs: Any) -> list[CheckMessage]:
    """Older versions ignore some of the settings that keep a hostile repository from harming the worker."""
    try:
        version = gitstore.git_version()
    except GitError as error:
        return [Error(error.message, id="lastcall.E006")]
    if version and version >= MINIMUM_GIT:
        return []
    wanted, said = (".".join(map(str, parts)) for parts in (MINIMUM_GIT, version or ("unknown",)))
    return [
        Warning(
            f"git {wanted} or newer is needed on every machine with a worker; this one has {said}.",
            hint="Install the newest git of your distribution.",
            id="lastcall.W007",
        )
    ]


def file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, as Linux names it; empty where nobody says."""
    mounts = Path("/proc/self/mounts")
    if not mounts.is_file():
        return ""
    best, kind = "", ""
    for line in mounts.read_text(errors="replace").splitlines():
        _, point, name, *_ = line.split(" ")
        if len(point) >= len(best) and folder.is_relative_to(point):
            best, kind = point, name
    return kind
