"""What waits, by the rows: a message may be lost, a row is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from audits.models import HistoryRun, Scan, ScanState, ScanTrigger

from .broker import QUEUES

# A person waits for these; later than that somebody should look.
LATE = {"people": timedelta(minutes=10), "scans": timedelta(hours=6), "histories": timedelta(days=2)}


@dataclass(frozen=True)
class Queue:
    """`waiting` rows that a worker may take, the oldest since `oldest`, None when none waits.

    `put_off` are further ones that wait because their host asked for fewer requests: no worker could help them.
    """

    name: str
    waiting: int
    oldest: datetime | None
    put_off: int = 0

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.oldest if self.oldest else timedelta()

    @property
    def is_late(self) -> bool:
        return self.age > LATE[self.name]


def queues() -> tuple[Queue, ...]:
    """In the order in which workers look at them; two queries."""
    clock = Q(trigger=ScanTrigger.SCHEDULE)
    later = Q(not_before__gt=Now())
    # One that its host put off waits for a worker only since that time is over.
    since = Coalesce("not_before", "queued_at")
    scans = Scan.objects.filter(state=ScanState.QUEUED).aggregate(
        people=Count("pk", filter=~clock & ~later),
        people_oldest=Min(since, filter=~clock & ~later),
        people_later=Count("pk", filter=~clock & later),
        scans=Count("pk", filter=clock & ~later),
        scans_oldest=Min(since, filter=clock & ~later),
        scans_later=Count("pk", filter=clock & later),
    )
    past = HistoryRun.objects.filter(state=ScanState.QUEUED)
    found = scans | past.aggregate(histories=Count("pk"), histories_oldest=Min("queued_at"))
    return tuple(Queue(name, found[name], found[f"{name}_oldest"], found.get(f"{name}_later", 0)) for name in QUEUES)
