import logging
import os
from typing import Any

from celery import Celery
from celery.signals import task_prerun
from django.db import close_old_connections
from kombu.transport import redis

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrator_site.settings")
logger = logging.getLogger(__name__)


class Channel(redis.Channel):
    """Drops what is no message. kombu lets its fault through, and Celery's worker then neither works nor ends."""

    def _brpop_read(self, **options: Any) -> Any:
        try:
            return super()._brpop_read(**options)  # type: ignore[misc]
        except (ValueError, TypeError, LookupError, AttributeError):
            logger.exception("What somebody put on a queue is no message, and was dropped")
            return True


redis.Transport.Channel = Channel
# What Celery and others warn of goes where all lines go.
logging.captureWarnings(os.environ.get("LOG_FORMAT") == "json")

app = Celery("lastcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def look_at_connections(**_: Any) -> None:
    """A connection that the last task broke, or that its server has ended since, is no use to the next one."""
    close_old_connections()
