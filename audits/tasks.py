"""Doorbells: each takes an id or nothing, calls one function, and may ring twice. The rows know what is to be done."""

from celery import shared_task

from audits import health, history, notify, scans, schedules
from audits.models import Repository
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
