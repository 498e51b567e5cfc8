"""The System page: everything that runs, in one look of about half a second."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Sum
from django.utils import timezone

from audits.engine import FileKind
from audits.gitstore import MINIMUM_GIT
from audits.models import BlobFacts, Machine, Repository, Scan, ScanState
from audits.progress.alerts import TITLES

from .broker import Broker, look
from .probes import BEAT_IS_LATE, beat_ticked_at
from .queues import Queue, queues
from .workers import Worker, running, workers

# Workers report every minute while they do anything.
MACHINE_IS_GONE = timedelta(minutes=10)
# Whoever starts everything at once sees this page before beat's first tick.
BEAT_STARTS_WITHIN = timedelta(minutes=1)
STARTED = timezone.now()
LEAST_DISK = 1024**3
# In percent: workers tidy up every ten minutes, and one fetch may pass the limit meanwhile.
ABOVE_ITS_LIMIT = 110


@dataclass(frozen=True)
class Failure:
    """Repositories whose last scan failed this way, and how one of them put it."""

    kind: str
    repositories: int
    last: datetime
    message: str

    @property
    def title(self) -> str:
        """The kind as a person reads it, here as on the repository's page."""
        return TITLES.get(self.kind) or self.kind.replace("_", " ").capitalize() or "Unknown"


@dataclass(frozen=True)
class System:
    broker: Broker
    queues: tuple[Queue, ...]
    workers: tuple[Worker, ...]
    running: tuple[Scan, ...]
    machines: tuple[Machine, ...]
    beat: datetime | None
    failures: tuple[Failure, ...]
    facts: int
    deaths: int
    # The scans that ran when the workers were asked: a later one is in no answer.
    asked_of: frozenset[int] = frozenset()
    now: datetime = field(default_factory=timezone.now)

    @property
    def problems(self) -> tuple[str, ...]:
        """Sentences, each with what to do about it."""
        return (*self.broker.problems, *self._workers(), *self._clock(), *self._machines())

    @property
    def beat_is_late(self) -> bool:
        return not self.beat_starts and (self.beat is None or self.now - self.beat > BEAT_IS_LATE)

    @property
    def beat_starts(self) -> bool:
        """Is this process itself so young that beat may not have ticked yet?"""
        ticked = self.beat is not None and self.beat >= STARTED - BEAT_IS_LATE
        return not ticked and self.now - STARTED < BEAT_STARTS_WITHIN

    @property
    def here(self) -> tuple[Machine, ...]:
        """Machines whose workers told of themselves lately."""
        return tuple(machine for machine in self.machines if self.now - machine.seen_at <= MACHINE_IS_GONE)

    @property
    def busy_elsewhere(self) -> tuple[Scan, ...]:
        """Scans that have held a lease since the workers were asked and that none which answered runs."""
        known = {work.scan.pk for worker in self.workers for work in worker.work if work.scan}
        return tuple(scan for scan in self.running if scan.pk in self.asked_of - known)

    def _workers(self) -> list[str]:
        found = []
        if self.broker.answers and not self.workers:
            found.append("No worker answered: start one, or look at its log. Scans wait until then.")
        elif lost := len(self.busy_elsewhere):
            found.append(
                f"What runs {'a scan' if lost == 1 else f'{lost} scans'} did not answer: it was ended, or its machine "
                f"is very busy. After {settings.SCAN_LEASE} seconds without a sign of life another worker begins."
            )
        for queue in self.queues:
            if queue.is_late:
                found.append(f"The queue {queue.name} is behind: start more workers, or see what holds them up.")
        return found

    def _clock(self) -> list[str]:
        return ["Beat has not ticked lately: no schedule runs. Start it, exactly once."] if self.beat_is_late else []

    def _machines(self) -> list[str]:
        found = []
        for machine in self.here:
            if machine.disk_free < LEAST_DISK:
                found.append(f"The disk of {machine.name} is nearly full: scans there will fail. Free some space.")
            if machine.mirrors_share > ABOVE_ITS_LIMIT:
                found.append(
                    f"The mirrors of {machine.name} take {machine.mirrors_share} % of their limit: those in use stay, "
                    "and scans there fetch the others anew. Raise MIRROR_LIMIT, or scan on more machines."
                )
            if old_git(machine.git):
                wanted = ".".join(map(str, MINIMUM_GIT))
                found.append(f"git on {machine.name} is {machine.git or 'missing'}: install {wanted} or newer.")
        return found


def old_git(version: str) -> bool:
    return tuple(int(part) for part in version.split(".") if part) < MINIMUM_GIT


def system() -> System:
    """One look at everything. Never waits longer than the patience with the broker and its workers."""
    broker = look()
    day = timezone.now() - timedelta(days=1)
    deaths = Scan.objects.filter(finished_at__gte=day).aggregate(deaths=Sum("parser_deaths"))["deaths"]
    asked_of = frozenset(running().values_list("pk", flat=True))
    return System(
        broker=broker,
        queues=queues(),
        workers=workers() if broker.answers else (),
        running=tuple(running()),
        machines=tuple(Machine.objects.all()),
        beat=beat_ticked_at(),
        failures=failures(),
        facts=stored_facts(),
        deaths=deaths or 0,
        asked_of=asked_of,
    )


def stored_facts() -> int:
    """How many files' facts are stored; how uses are shown, and what is kept of many files together, is none."""
    return BlobFacts.objects.filter(kind__in=list(FileKind)).count()


def failures() -> tuple[Failure, ...]:
    """By kind, the most frequent first; two queries."""
    failed = Repository.objects.filter(last_scan__state=ScanState.FAILED, archived_at=None)
    rows: list[Any] = list(
        failed.order_by()
        .values(kind=F("last_scan__error_kind"))
        .annotate(repositories=Count("pk"), last=Max("last_scan__finished_at"), example=Max("last_scan"))
        .order_by("-repositories", "kind")
    )
    words = dict(Scan.objects.filter(pk__in=[row["example"] for row in rows]).values_list("pk", "error_message"))
    return tuple(Failure(row["kind"], row["repositories"], row["last"], words.get(row["example"], "")) for row in rows)
