"""Doorbells: each takes an id or nothing, calls one function, and may ring twice. The rows know what is to be done."""

import threading
from collections.abc import Container, Iterable
from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down
from django.conf import settings
from django.db import connection

from audits import health, history, notify, scans, schedules
from audits.models import HistoryRun, Repository, Scan
from audits.notify import senders
from audits.progress import snapshots


@shared_task(name="audits.tasks.scan")
def scan(scan_id: int) -> None:
    """A scan that the clock wants; queue "scans"."""
    scans.run_scan(scan_id)
    health.report()


@shared_task(name="audits.tasks.scan_now")
def scan_now(scan_id: int) -> None:
    """A scan that a person waits for; queue "people", which workers look at first."""
    scans.run_scan(scan_id)
    health.report()


@shared_task(name="audits.tasks.check_repository")
def check_repository(repository_id: int) -> None:
    scans.check(repository_id)


@shared_task(name="audits.tasks.check_credential")
def check_credential(credential_id: int) -> None:
    scans.check_credential(credential_id)


@shared_task(name="audits.tasks.history")
def read_history(run_id: int) -> None:
    """A repository's past; queue "histories", which workers look at last."""
    history.run_history(run_id)


@shared_task(name="audits.tasks.keep_histories")
def keep_histories() -> None:
    history.tick()


@shared_task(name="audits.tasks.queue_due")
def queue_due() -> None:
    schedules.queue_due()


@shared_task(name="audits.tasks.tell")
def tell() -> None:
    """Notice what only the clock can notice, then send what waits; every minute."""
    notify.look_round()
    notify.deliver(senders.send)


@shared_task(name="audits.tasks.count")
def count() -> None:
    """Keep the day's numbers where people changed them between two scans; every ten minutes."""
    snapshots.take(Repository.objects.all())


@shared_task(name="audits.tasks.reap")
def reap() -> None:
    scans.reap()
    health.report()


@shared_task(name="audits.tasks.prune")
def prune() -> None:
    scans.prune()


# What a worker was at when it was told to end.
_at_work: list[Any] = []
_ROWS: dict[str, type[Scan] | type[HistoryRun]] = {scan.name: Scan, scan_now.name: Scan, read_history.name: HistoryRun}


@worker_shutting_down.connect
def ending(how: str, **_: Any) -> None:
    """In the worker's main process: first what runs may finish ("Warm"), then it is ended with the worker ("Cold").

    Who kills a worker that is not ready in time tells it nothing: what runs then goes before that.
    """
    from celery.worker.state import active_requests  # noqa: PLC0415 - of a worker's process alone

    if how == "Warm":
        _at_work[:] = [request for request in active_requests if request.name in _ROWS]
        timer = threading.Timer(settings.WORKER_STOP_GRACE, _time_is_over, [active_requests])
        timer.daemon = True
        timer.start()
        return
    _let_go(_at_work)


def _time_is_over(active: Container[Any]) -> None:
    try:
        _let_go([request for request in _at_work if request in active])
    finally:
        connection.close()


def _let_go(requests: Iterable[Any]) -> None:
    for request in requests:
        scans.let_go(_ROWS[request.name].objects.filter(pk=request.args[0]))
