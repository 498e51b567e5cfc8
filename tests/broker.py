"""A real Valkey on a unix socket and real Celery workers, as processes that a test may kill, stop and starve."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from redis import Redis

from audits.management import valkey
from tests.sandbox.samples import children, running
from tests.waiting import wait_for

PROJECT = Path(__file__).resolve().parent.parent


class Broker:
    """The server that `settings.REDIS_URL` of the test run leads to."""

    def __init__(self, socket: Path, folder: Path) -> None:
        self.socket, self.folder = socket, folder
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        valkey.prepare(self.socket, self.folder)
        command = valkey.command(valkey.binary(), self.socket, self.folder)
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)
        wait_for(lambda: valkey.answers(self.socket), "the broker does not start")

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    @property
    def client(self) -> Redis:
        return Redis(unix_socket_path=str(self.socket))

    def waiting(self, queue: str) -> int:
        with self.client as client:
            return int(client.llen(queue))

    def lose_everything(self) -> None:
        with self.client as client:
            client.flushall()


class Worker:
    """A worker process with its pool, in a session of its own. `log` grows in a file."""

    def __init__(self, log: Path, environment: dict[str, str], processes: int) -> None:
        self.path = log
        command = [sys.executable, "-m", "celery", "-A", "migrator_site", "worker", "-Q", "people,scans,histories"]
        command += ["-c", str(processes), "-n", f"{log.stem}@test", "--loglevel", "INFO", "--without-mingle"]
        with log.open("wb") as file:
            self.process = subprocess.Popen(
                [*command, "--without-gossip"],
                cwd=PROJECT,
                env=environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        wait_for(lambda: "ready." in self.log or self.process.poll() is not None, f"no worker: {self.log[-2000:]}")
        if self.process.poll() is not None:
            pytest.fail(f"the worker ended at once: {self.log[-3000:]}")

    @property
    def log(self) -> str:
        return self.path.read_text(errors="replace")

    def signal(self, number: signal.Signals) -> None:
        os.killpg(self.process.pid, number)

    def kill(self) -> None:
        """The whole session at once, as a machine dies."""
        if self.process.poll() is None:
            self.signal(signal.SIGKILL)
        self.process.wait()


def pool_process(worker: Worker) -> int:
    """The process of its pool that works; one that has ended is replaced within moments."""
    found: list[int] = []

    def runs() -> list[int]:
        found[:] = filter(running, children(worker.process.pid))
        return found

    wait_for(runs, "the worker has no process to work with")
    return found[0]


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    """A running Valkey at the place where this process and its workers look for one."""
    server = Broker(Path(settings.DATA_DIR) / "broker.sock", tmp_path / "broker")
    server.start()
    yield server
    server.stop()


@pytest.fixture
def start_worker(broker: Broker, database_url: str, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """`start_worker(processes=1, SCAN_LEASE="3", …)` starts a worker on the test database that may read `tmp_path`."""
    workers: list[Worker] = []

    def start(processes: int = 1, **extra: str) -> Worker:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "migrator_site.settings",
            "DATABASE_URL": database_url,
            "DATA_DIR": str(settings.DATA_DIR),
            "MIRROR_ROOT": str(tmp_path / "mirrors"),
            "LOCAL_REPOSITORY_ROOTS": str(tmp_path),
            "FILE_DEADLINE": "120",
            **extra,
        }
        workers.append(Worker(tmp_path / f"worker{len(workers)}.log", environment, processes))
        return workers[-1]

    yield start
    for worker in workers:
        worker.kill()
    # On PostgreSQL a connection of the killed workers may still hold locks that the clean-up has to wait for.
    connection.close()


@pytest.fixture
def worker(start_worker: Callable[..., Worker]) -> Worker:
    return start_worker()
