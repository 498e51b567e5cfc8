"""Doorbells: each takes an id or nothing, calls one function, and may ring twice. The rows know what is to be done."""

from typing import Any

from celery import shared_task
from celery.signals import worker_shutting_down

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


# What a worker was at when it was told to end: (task, id).
_at_work: list[tuple[str, int]] = []
_ROWS: dict[str, type[Scan] | type[HistoryRun]] = {scan.name: Scan, scan_now.name: Scan, read_history.name: HistoryRun}


@worker_shutting_down.connect
def ending(how: str, **_: Any) -> None:
    """In the worker's main process: first what runs may finish ("Warm"), then it is ended with the worker ("Cold")."""
    from celery.worker.state import active_requests  # noqa: PLC0415 - of a worker's process alone

    if how == "Warm":
        _at_work[:] = [(request.name, request.args[0]) for request in active_requests if request.name in _ROWS]
        return
    for name, pk in _at_work:
        scans.let_go(_ROWS[name].objects.filter(pk=pk))
