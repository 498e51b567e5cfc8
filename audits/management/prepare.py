"""What `up` sets in order before any process runs; each step looks first whether it is needed."""

import errno
import fcntl
import hashlib
import os
import secrets
import socket
from pathlib import Path

from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from audits.models import Role, User
from audits.models.indexes import measure

# Neither 0 and o nor 1 and l: a password is read from one screen and typed at another.
ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def lock(folder: Path) -> int:
    """A descriptor that holds the data folder for one running product. Raises CommandError when another has it."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(folder / "up.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        owner = os.read(descriptor, 200).decode(errors="replace").strip()
        os.close(descriptor)
        raise CommandError(
            f"Last Call already runs in {folder} ({owner}). Stop it with Ctrl-C, or give this one a folder of its own: "
            "DATA_DIR=/another/folder."
        ) from error
    os.ftruncate(descriptor, 0)
    # The process stays the same one through exec, and the descriptor stays open in it, but not in its children.
    os.set_inheritable(descriptor, True)
    return descriptor


def free(bind: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in bind else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
        except OSError as error:
            if error.errno in (errno.EADDRINUSE, errno.EACCES):
                return False
            raise CommandError(f"Cannot listen on {bind}: {error.strerror}.") from error
        return True


def check_port(bind: str, port: int, target: str) -> None:
    """Raises CommandError with the command that would work: `target` is the make target that was asked for."""
    if not 1 <= port <= 65535:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {port}.")
    if free(bind, port):
        return
    other = next((number for number in range(max(port + 1, 1024), 65536) if free(bind, number)), None)
    hint = f": PORT={other} make {target}" if other else "."
    raise CommandError(f"Port {port} is taken by another program. Choose another one{hint}")


def secret_key() -> bool:
    """Writes a random key once, unless the environment gives one, for later processes to read; whether it did."""
    if os.environ.get("SECRET_KEY") or settings.SECRET_KEY_FILE.is_file():
        return False
    _write_once(settings.SECRET_KEY_FILE, secrets.token_urlsafe(64))
    return True


def credential_key() -> bool:
    """The same for the key that encrypts the credentials of git hosts."""
    if settings.CREDENTIAL_KEYS or settings.CREDENTIAL_KEY_FILE.is_file():
        return False
    _write_once(settings.CREDENTIAL_KEY_FILE, Fernet.generate_key().decode())
    return True


def _write_once(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def migrate() -> bool:
    """Brings the database to the newest state; whether that took anything."""
    executor = MigrationExecutor(connection)
    behind = bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if behind:
        call_command("migrate", verbosity=0, interactive=False)
    if connection.vendor == "sqlite":
        Path(settings.DATABASES["default"]["NAME"]).chmod(0o600)
        measure()
    connection.close()
    return behind


def collect_static() -> bool:
    """Collects and compresses when a file has another size or date than at the last time; whether one had."""
    state = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list(ignore_patterns=None):
            status = os.stat(storage.path(name))
            state.update(f"{name}\0{status.st_size}\0{status.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.is_file() and stamp.read_text() == state.hexdigest():
        return False
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(state.hexdigest())
    return True


def password() -> str:
    """Twelve letters and digits, 60 bits, in groups of four."""
    return "-".join("".join(secrets.choice(ALPHABET) for _ in range(4)) for _ in range(3))


def administrator(renew: bool) -> tuple[str, str | None]:
    """The administrator's name and a password made now; None where one exists and `renew` does not ask for another."""
    user = User.objects.filter(is_superuser=True, is_active=True).order_by("pk").first()
    if user is not None and not renew:
        return user.username, None
    made = password()
    if user is None:
        user = User(username="admin", role=Role.ADMIN, is_staff=True, is_superuser=True)
    user.set_password(made)
    user.save()
    return user.username, made
