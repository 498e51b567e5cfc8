"""`manage.py up` for real: its processes, its words, and that nothing is left of it."""

import os
import re
import signal
import socket
import subprocess
import sys
from contextlib import suppress
from urllib.request import urlopen

import pytest
from django.conf import settings

from tests.ports import free_port
from tests.processes import folders, words
from tests.waiting import PATIENCE, reached

pytestmark = [pytest.mark.broker, pytest.mark.fault]

ROOT = settings.BASE_DIR


class Up:
    def __init__(self, folder, port, *arguments, variables=None):
        self.folder, self.port = folder, port
        folder.mkdir(parents=True, exist_ok=True)
        self.output = folder / f"output-{port}"
        self.environment = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "VIRTUAL_ENV")
        }
        self.environment |= {"DATA_DIR": str(folder), "PORT": str(port), **(variables or {})}
        with self.output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *arguments],
                cwd=ROOT,
                env=self.environment,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def words(self):
        return self.output.read_text()

    def wait_for(self, text):
        reached(lambda: text in self.words or self.process.poll() is not None)
        assert text in self.words

    def end(self, signum):
        self.process.send_signal(signum)
        return self.process.wait(timeout=PATIENCE)

    def processes(self):
        """Everything on this machine that was started with this data folder."""
        found = {}
        for entry in folders():
            try:
                if f"DATA_DIR={self.folder}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                    found[int(entry.name)] = b" ".join(words(entry)).decode()
            except OSError:
                continue
        return found

    def named(self, words):
        found = []

        def runs():
            found[:] = [pid for pid, line in sorted(self.processes().items()) if words in line]
            return found

        assert reached(runs), words
        return found[0]

    def status(self):
        with urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=PATIENCE) as answer:
            return answer.status


@pytest.fixture
def start(tmp_path):
    running = []

    def run(*arguments, folder=None, port=None, variables=None):
        running.append(Up(folder or tmp_path / "data", port or free_port(), *arguments, variables=variables))
        return running[-1]

    yield run
    for up in running:
        if up.process.poll() is None:
            up.process.kill()
            up.process.wait()
        for pid in up.processes():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


def gone(up):
    return reached(lambda: up.processes() == {})


def test_it_starts_says_where_and_stops_without_a_trace(start):
    up = start()
    up.wait_for("Ctrl-C stops everything.")
    assert f"Address: http://127.0.0.1:{up.port}/\n" in up.words
    assert "User: admin\n" in up.words
    assert re.search(r"^Password: [a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$", up.words, re.MULTILINE)
    assert up.status() == 200
    for path in ("secret-key", "credential-key", "lastcall.sqlite3"):
        assert (up.folder / path).stat().st_mode & 0o077 == 0, path
    password = re.search(r"Password: (\S+)", up.words)[1]
    assert not any(password in line for line in up.processes().values())
    assert up.end(signal.SIGINT) == 0
    assert gone(up)

    key = (up.folder / "secret-key").read_text()
    again = start(folder=up.folder)
    again.wait_for("Ctrl-C stops everything.")
    assert "Password: as before" in again.words
    assert (up.folder / "secret-key").read_text() == key
    assert again.end(signal.SIGTERM) == 0
    assert gone(again)


def test_the_web_process_of_a_second_start_is_a_fork_that_is_watched_too(start):
    first = start()
    first.wait_for("Ctrl-C stops everything.")
    assert first.end(signal.SIGTERM) == 0
    up = start(folder=first.folder)
    up.wait_for("Ctrl-C stops everything.")
    with urlopen(f"http://127.0.0.1:{up.port}/", timeout=PATIENCE) as page:
        assert "Last Call" in page.read().decode()
    # Its last words are those of `manage.py up`, of which it is a fork; that one itself runs the supervisor by now.
    forks = [pid for pid, line in up.processes().items() if "manage.py up" in line]
    os.kill(min(forks), signal.SIGKILL)
    assert up.process.wait(timeout=PATIENCE) == 1
    assert "The web process ended by itself (exit code 137)" in up.words
    assert gone(up)


def test_a_second_one_in_the_same_folder_is_refused(start):
    first = start()
    first.wait_for("Address:")
    second = start(folder=first.folder)
    assert second.process.wait(timeout=PATIENCE) == 1
    assert "already runs in" in second.words
    assert f"http://127.0.0.1:{first.port}/" in second.words
    assert first.status() == 200


def test_a_taken_port_is_named_with_the_command_that_works(start):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        up = start("--demo", port=port)
        assert up.process.wait(timeout=PATIENCE) == 1
        assert f"Port {port} is taken" in up.words
        assert re.search(r"PORT=\d+ make demo", up.words)
    assert not (up.folder / "secret-key").exists()


def test_without_its_database_it_says_so_and_ends(start):
    up = start(variables={"DATABASE_URL": f"postgres://who:SECRETCANARY@127.0.0.1:{free_port()}/none"})
    assert up.process.wait(timeout=PATIENCE) == 1
    assert "The database cannot be used: " in up.words
    assert "Traceback" not in up.words
    assert "SECRETCANARY" not in up.words


def test_the_end_of_one_process_is_the_end_of_all(start):
    up = start()
    up.wait_for("Address:")
    os.kill(up.named("celery -A migrator_site beat"), signal.SIGKILL)
    assert up.process.wait(timeout=PATIENCE) == 1
    assert "The beat process ended by itself (exit code 137)" in up.words
    assert gone(up)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux tells children that their parent is gone")
@pytest.mark.parametrize("stopping", [False, True], ids=["at work", "while it stops"])
def test_nothing_survives_a_killed_supervisor(start, stopping):
    up = start()
    up.wait_for("Address:")
    if stopping:
        up.process.terminate()
        up.wait_for("Stopping:")
    up.process.kill()
    up.process.wait()
    assert gone(up)


def test_a_deep_folder_still_has_a_broker(start, tmp_path):
    up = start(folder=tmp_path / ("deep " * 12) / ("deeper" * 8))
    up.wait_for("Address:")
    assert up.status() == 200
    assert up.end(signal.SIGTERM) == 0
