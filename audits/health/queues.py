"""What waits, by the rows: a message may be lost, a row is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from audits.models import HistoryRun, Scan, ScanState, ScanTrigger

from .broker import QUEUES

# A person waits for these; later than that somebody should look.
LATE = {"people": timedelta(minutes=10), "scans": timedelta(hours=6), "histories": timedelta(days=2)}


@dataclass(frozen=True)
class Queue:
    """`waiting` rows of which the oldest was asked for at `oldest`, None when none waits."""

    name: str
    waiting: int
    oldest: datetime | None

    @property
    def age(self) -> timedelta:
        return timezone.now() - self.oldest if self.oldest else timedelta()

    @property
    def is_late(self) -> bool:
        return self.age > LATE[self.name]


def queues() -> tuple[Queue, ...]:
    """In the order in which workers look at them; two queries."""
    clock = Q(trigger=ScanTrigger.SCHEDULE)
    scans = Scan.objects.filter(state=ScanState.QUEUED).aggregate(
        people=Count("pk", filter=~clock),
        people_oldest=Min("queued_at", filter=~clock),
        scans=Count("pk", filter=clock),
        scans_oldest=Min("queued_at", filter=clock),
    )
    past = HistoryRun.objects.filter(state=ScanState.QUEUED)
    found = scans | past.aggregate(histories=Count("pk"), histories_oldest=Min("queued_at"))
    return tuple(Queue(name, found[name], found[f"{name}_oldest"]) for name in QUEUES)
