import json
import os
import signal
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError

from audits.management import prepare, valkey, web
from audits.management.demo import repositories as demo
from audits.management.plan import Plan


class Command(BaseCommand):
    help = "Run everything: migrate where needed, then web, worker, beat and, without REDIS_URL, an embedded Valkey."
    # Only the installation's own checks: the others load every page, which the web process is about to do.
    requires_system_checks = ("lastcall",)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="with a demo organisation of real git repositories")
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="web port (PORT, else 8000)")
        parser.add_argument("--bind", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--workers", type=int, default=0, help="scans at the same time (default: by processors)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.start(options)
        except KeyboardInterrupt:
            sys.exit(0)

    def start(self, options: dict[str, Any]) -> None:
        if not str(options["port"]).isdigit():
            raise CommandError(f"PORT must be a number from 1 to 65535, not {options['port']!r}.")
        port, bind = int(options["port"]), options["bind"]
        # Before anything is written: a second start by mistake changes nothing, the password least of all.
        held = prepare.lock(settings.DATA_DIR)
        prepare.check_port(bind, port, "demo" if options["demo"] else "run")
        os.write(held, f"process {os.getpid()}, http://{bind}:{port}/".encode())
        try:
            broker = str(valkey.binary()) if settings.EMBEDDED_BROKER else ""
        except valkey.NoBroker as error:
            raise CommandError(str(error)) from error
        settled = self.prepare(options["demo"])
        logs = str(settings.DATA_DIR / "logs")
        web_process = web.fork(logs, bind, port, held) if settled else 0
        try:
            missing = options["demo"] and not demo.is_loaded(settings.DEMO_REPOSITORIES)
            become_supervisor(
                Plan(
                    python=sys.executable,
                    port=port,
                    bind=bind,
                    host_header=next((host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"), bind),
                    logs=logs,
                    workers=options["workers"] or processors(),
                    broker_program=broker,
                    broker_socket=str(settings.BROKER_SOCKET),
                    broker_folder=str(settings.DATA_DIR / "broker"),
                    announcement=announcement(port, bind, renew=options["demo"]),
                    load=[sys.executable, sys.argv[0], "load_demo"] if missing else [],
                    web=web_process,
                )
            )
        except BaseException:
            if web_process:
                os.kill(web_process, signal.SIGTERM)
            raise

    def prepare(self, with_demo: bool) -> bool:
        """Whether all was there before this process read its settings, so that a fork of it knows all there is."""
        fresh = [prepare.secret_key(), prepare.credential_key(), prepare.migrate(), prepare.collect_static()]
        if with_demo:
            fresh.append(not settings.DEMO_REPOSITORIES.is_dir())
            demo.write_repositories(settings.DEMO_REPOSITORIES)
        return not any(fresh)


def processors() -> int:
    """Scans are bound by the processor; more than four at a time starve SQLite and the web process."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(4, usable))


def announcement(port: int, bind: str, *, renew: bool) -> str:
    user, password = prepare.administrator(renew)
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, f"[{bind}]" if ":" in bind else bind)  # noqa: S104
    lines = [f"Address: http://{host}:{port}/", f"User: {user}"]
    lines.append(f"Password: {password or f'as before (new one: python manage.py changepassword {user})'}")
    return "\n".join([*lines, f"Logs: {settings.DATA_DIR / 'logs'}", "Ctrl-C stops everything."])


def become_supervisor(plan: Plan) -> None:
    """Never returns: Django's 50 MB go with the exec; the open lock and the process id stay."""
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        json.dump(asdict(plan), pipe)
    os.set_inheritable(reading, True)
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.DATA_DIR),
        "PYTHONPATH": os.pathsep.join(filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])),
    }
    module = ["-m", "audits.management.supervisor", str(reading)]
    os.execve(sys.executable, [sys.executable, *module], environment)  # noqa: S606
