"""What a load balancer and an orchestrator ask: yes or no."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.db.models import Max
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from . import broker

# Beat ticks every half a minute; it may be restarted meanwhile.
BEAT_IS_LATE = timedelta(minutes=3)
# A process that has seen all its migrations applied need not look again: code and migrations change with a restart.
_seen = {"migrated": False}


def alive() -> bool:
    """The database and the broker answer."""
    return _database_answers() and broker.answers()


def ready() -> bool:
    """Alive, every migration is applied, and beat has ticked lately."""
    try:
        return alive() and migrated() and not beat_is_late()
    except DatabaseError:
        return False


def beat_ticked_at() -> datetime | None:
    """When beat last sent anything; None before its first tick."""
    at: datetime | None = PeriodicTask.objects.aggregate(at=Max("last_run_at"))["at"]
    return at


def beat_is_late() -> bool:
    at = beat_ticked_at()
    return at is None or timezone.now() - at > BEAT_IS_LATE


def migrated() -> bool:
    if not _seen["migrated"]:
        executor = MigrationExecutor(connection)
        _seen["migrated"] = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _seen["migrated"]


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True
