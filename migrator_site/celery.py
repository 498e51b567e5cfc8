import logging
import os
import sys
from contextlib import suppress
from functools import cached_property
from typing import Any

from celery import Celery
from celery.signals import celeryd_init, task_prerun
from django.db import close_old_connections
from kombu.transport import redis

from .logs import Formatter

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
IN_JSON = os.environ.get("LOG_FORMAT") == "json"
logging.captureWarnings(IN_JSON)


class LastCall(Celery):
    """Where a collector of logs wants JSON, Celery's programs print no banner."""

    @cached_property
    def Worker(self) -> Any:
        return _without_banner(super().Worker)

    @cached_property
    def Beat(self) -> Any:
        return _without_banner(super().Beat)


def _without_banner(program: Any) -> Any:
    return lambda **options: program(**options | ({"quiet": True} if IN_JSON else {}))


app = LastCall("lastcall")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@task_prerun.connect
def look_at_connections(**_: Any) -> None:
    """A connection that the last task broke, or that its server has ended since, is no use to the next one."""
    close_old_connections()


@celeryd_init.connect
def say_as_all_lines(**_: Any) -> None:
    """What a worker says of its end it writes itself, as a handler of signals must: no lock may be held there."""
    if IN_JSON:
        sys.modules["celery.apps.worker"].safe_say = _say  # type: ignore[attr-defined]


def _say(text: str, stream: object = None) -> None:
    record = logging.LogRecord("celery.worker", logging.INFO, __file__, 0, text, None, None)
    line = Formatter("json").format(record)
    with suppress(OSError):
        os.write(sys.__stderr__.fileno(), f"{line}\n".encode())  # type: ignore[union-attr]
