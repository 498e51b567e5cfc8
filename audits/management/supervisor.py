"""Runs the product's processes and ends them in order: `python -m audits.management.supervisor PLAN_FD`.

`manage.py up` does everything that needs Django, then becomes this program, which knows only the standard library: it
stays in memory as long as the product runs. The plan comes as JSON through an inherited pipe, so that a password in the
announcement is in nobody's list of processes.
"""

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from . import valkey
from .plan import Plan, beat_command, healthy, web_command, worker_command
from .processes import Child, Died, Forked, die_with_parent, fresh, log_of

START_LIMIT = 180.0


class Stopped(Exception):
    """Somebody asked the product to end."""


class Supervisor:
    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.children: list[Child] = []
        self.asked = 0
        self._wake, wakeup = socket.socketpair()
        for end in (self._wake, wakeup):
            end.setblocking(False)
        self._wakeup = wakeup
        signal.set_wakeup_fd(wakeup.fileno())
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._on_signal)
        signal.signal(signal.SIGCHLD, lambda *_: None)

    def _on_signal(self, *_: object) -> None:
        self.asked += 1

    def pause(self, seconds: float | None) -> None:
        """Sleeps until the time is over, a signal comes or a child ends. Raises Stopped or Died."""
        self._doze(seconds)
        if self.asked:
            raise Stopped
        for child in self.children:
            code = child.process.poll()
            if code is not None:
                shell_code = 128 - code if code < 0 else code
                raise Died(
                    f"The {child.name} process ended by itself (exit code {shell_code}), so everything was stopped. "
                    f"Its last lines, from {child.log}:\n{child.last_words()}"
                )

    def start(self, name: str, arguments: Sequence[str], *, orphaned: int = signal.SIGTERM) -> Child:
        """Raises Died when the machine cannot start it."""
        log = log_of(self.plan.logs, name)
        try:
            with fresh(log).open("wb") as output:
                process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                    preexec_fn=die_with_parent(orphaned),
                )
        except OSError as error:
            raise Died(f"The {name} process could not be started: {error}.") from error
        child = Child(name, process, log)
        self.children.append(child)
        return child

    def adopt(self, name: str, pid: int) -> Child:
        child = Child(name, Forked(pid), log_of(self.plan.logs, name))
        self.children.append(child)
        return child

    def wait_until(self, child: Child, ready: Callable[[], bool]) -> None:
        """Raises Died when it takes longer than START_LIMIT."""
        limit = time.monotonic() + START_LIMIT
        while not ready():
            if time.monotonic() > limit:
                words = child.last_words()
                raise Died(
                    f"The {child.name} process did not answer within {START_LIMIT:.0f} seconds. "
                    f"Its last lines:\n{words}"
                )
            self.pause(0.02)

    def start_all(self) -> None:
        plan = self.plan
        Path(plan.logs).mkdir(parents=True, exist_ok=True)
        unix_socket, folder = Path(plan.broker_socket), Path(plan.broker_folder)
        if plan.broker_program:
            valkey.prepare(unix_socket, folder)
            broker = self.start("broker", valkey.command(Path(plan.broker_program), unix_socket, folder))
        # Somebody waits for the web process; the other two would only make it slower to come.
        web = self.adopt("web", plan.web) if plan.web else self.start("web", web_command(plan))
        if plan.broker_program:
            self.wait_until(broker, lambda: valkey.answers(unix_socket))
        self.wait_until(web, lambda: healthy(plan))
        # Nobody is left to limit a gentle end, which waits for a broker that is gone, too. The queue redelivers.
        self.start("worker", worker_command(plan), orphaned=signal.SIGKILL)
        self.start("beat", beat_command(plan))

    def run_load(self) -> None:
        """The one command that finishes; its output goes to the terminal. Raises Died when it fails."""
        try:
            process = subprocess.Popen(
                self.plan.load, start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM)
            )
        except OSError as error:
            raise Died(f"The demo organisation could not be loaded: {error}.") from error
        try:
            while process.poll() is None:
                self.pause(None)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        if process.returncode:
            raise Died("The demo organisation could not be loaded; the reason is above.")

    def stop_all(self) -> None:
        """Web, beat, worker, broker: nobody asks, nothing is queued, what runs may finish, then the queue is closed."""
        limits = {"web": 8.0, "beat": 5.0, "worker": 20.0, "broker": 10.0}
        by_name = {child.name: child for child in self.children}
        for name, limit in limits.items():
            child = by_name.get(name)
            if child is None:
                continue
            child.ask(signal.SIGTERM)
            if not self._wait_end(child, limit) and name == "worker":
                say("The worker is still busy: what it does is put back into the queue and done after the next start.")
                child.ask(signal.SIGQUIT)
                self._wait_end(child, 5)
            child.sweep()

    def _wait_end(self, child: Child, limit: float) -> bool:
        """True when it ended. A further Ctrl-C ends the waiting at once."""
        until, asked = time.monotonic() + limit, self.asked
        while child.process.poll() is None:
            left = until - time.monotonic()
            if left <= 0 or self.asked > asked:
                return False
            self._doze(left)
        return True

    def _doze(self, seconds: float | None) -> None:
        """Until the time is over or any signal has come: a child's end is one."""
        select.select([self._wake], [], [], seconds)
        with contextlib.suppress(BlockingIOError):
            while self._wake.recv(512):
                pass


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main(descriptor: int) -> int:
    with os.fdopen(descriptor) as pipe:
        plan = Plan(**json.load(pipe))
    supervisor = Supervisor(plan)
    try:
        supervisor.start_all()
        if plan.load:
            supervisor.run_load()
        print(plan.announcement, flush=True)
        while True:
            supervisor.pause(None)
    except Stopped:
        say("Stopping: web, beat, worker, broker. Ctrl-C again does not wait for running scans.")
        code = 0
    except (Died, valkey.NoBroker) as error:
        say(str(error))
        code = 1
    finally:
        # Whatever ended us: nobody else ends the others.
        supervisor.stop_all()
    return code


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
