"""What is to run, and by which commands. Standard library only: the supervisor stays in memory."""

import http.client
import os
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Plan:
    """What is to run. `announcement` is printed when all of it answers; `load` is a command to finish before that.

    `web` is the process that serves already, a child of this one, 0 where it is still to be started.
    """

    python: str
    port: int
    bind: str
    host_header: str
    logs: str
    workers: int
    broker_program: str
    broker_socket: str
    broker_folder: str
    announcement: str
    load: list[str] = field(default_factory=list)
    web: int = 0


def web_options(bind: str, port: int) -> list[str]:
    """What gunicorn is told."""
    options = ["--bind", f"{bind}:{port}", "--worker-class", "gthread", "--threads", "4", "--workers", "1"]
    options += ["--max-requests", "5000", "--max-requests-jitter", "500", "--graceful-timeout", "5"]
    return [
        *options,
        "--no-control-socket",
        "--logger-class",
        "migrator_site.weblog.WebLogger",
        "migrator_site.wsgi:application",
    ]


def web_command(plan: Plan) -> list[str]:
    return [plan.python, "-m", "gunicorn", *web_options(plan.bind, plan.port)]


def worker_command(plan: Plan) -> list[str]:
    options = ["--pool", "prefork", "--concurrency", str(plan.workers), "--queues", "people,scans,histories"]
    options += ["--hostname", f"lastcall-{os.getpid()}@%h", "--without-gossip", "--without-mingle"]
    return [*_celery(plan), "worker", *options, "--loglevel", "INFO"]


def beat_command(plan: Plan) -> list[str]:
    return [*_celery(plan), "beat", "--pidfile=", "--loglevel", "INFO"]


def _celery(plan: Plan) -> list[str]:
    return [plan.python, "-m", "celery", "-A", "migrator_site"]


def healthy(plan: Plan) -> bool:
    connection = http.client.HTTPConnection(plan.bind, plan.port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": plan.host_header})
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
