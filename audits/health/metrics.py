"""Numbers for Prometheus, read at each scrape from the database and the broker: the same from whichever process.

Counts go down when a repository is deleted with its scans; Prometheus takes that for a restart, and goes on.
"""

from collections.abc import Iterable, Iterator

from django.db.models import Count, Q, Sum
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from audits.models import Machine, Repository, Scan, ScanState, UnreadFile

from . import broker, probes
from .queues import queues
from .system import stored_facts

SECONDS = (0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 900)
PREFIX = "lastcall_"


def exposition() -> bytes:
    """All metrics in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collector())
    return generate_latest(registry)


class _Collector(Collector):
    def collect(self) -> Iterable[Metric]:
        yield from _scans()
        yield from _queues()
        yield from _stock()
        yield from _machines()
        yield from _up()


def _scans() -> Iterator[Metric]:
    states = dict(Scan.objects.order_by().values_list("state").annotate(n=Count("pk")))
    total = CounterMetricFamily(f"{PREFIX}scans", "Scans by the state they are in.", labels=["state"])
    for state in ScanState.values:
        total.add_metric([state], states.get(state, 0))
    yield total
    kinds = Scan.objects.filter(state=ScanState.FAILED).order_by().values_list("error_kind").annotate(n=Count("pk"))
    failed = CounterMetricFamily(f"{PREFIX}scans_failed", "Failed scans by what failed.", labels=["kind"])
    for kind, count in kinds:
        failed.add_metric([kind], count)
    yield failed
    yield _durations()
    sums = Scan.objects.aggregate(blobs=Sum("blobs_extracted"), deaths=Sum("parser_deaths"))
    yield CounterMetricFamily(f"{PREFIX}blobs_extracted", "Files that scans parsed anew.", value=sums["blobs"] or 0)
    yield CounterMetricFamily(f"{PREFIX}parser_deaths", "Parsers that a file brought down.", value=sums["deaths"] or 0)


def _durations() -> Metric:
    ended = Scan.objects.filter(seconds__isnull=False)
    found = ended.aggregate(
        total=Sum("seconds"),
        count=Count("pk"),
        **{f"le_{n}": Count("pk", filter=Q(seconds__lte=limit)) for n, limit in enumerate(SECONDS)},
    )
    buckets = [(str(float(limit)), found[f"le_{n}"]) for n, limit in enumerate(SECONDS)]
    return HistogramMetricFamily(
        f"{PREFIX}scan_seconds",
        "How long scans took from their claim to their end.",
        buckets=[*buckets, ("+Inf", found["count"])],
        sum_value=found["total"] or 0.0,
    )


def _queues() -> Iterator[Metric]:
    length = GaugeMetricFamily(f"{PREFIX}queue_length", "Rows that wait for a worker.", labels=["queue"])
    age = GaugeMetricFamily(f"{PREFIX}queue_age_seconds", "How long the oldest of them has waited.", labels=["queue"])
    for queue in queues():
        length.add_metric([queue.name], queue.waiting)
        age.add_metric([queue.name], queue.age.total_seconds())
    yield from (length, age)


def _stock() -> Iterator[Metric]:
    yield GaugeMetricFamily(f"{PREFIX}facts_stored", "Files whose facts are stored.", value=stored_facts())
    unread = GaugeMetricFamily(
        f"{PREFIX}unread_total", "Files of the last scans that gave no answer.", labels=["reason"]
    )
    for reason, count in UnreadFile.objects.order_by().values_list("reason").annotate(n=Count("pk")):
        unread.add_metric([reason], count)
    yield unread
    counts = Repository.objects.filter(archived_at=None).aggregate(
        all=Count("pk"), paused=Count("pk", filter=~Q(paused_at=None))
    )
    yield GaugeMetricFamily(f"{PREFIX}repositories", "Registered repositories.", value=counts["all"])
    yield GaugeMetricFamily(
        f"{PREFIX}repositories_paused", "Those that their schedule leaves alone.", value=counts["paused"]
    )


def _machines() -> Iterator[Metric]:
    size = GaugeMetricFamily(f"{PREFIX}mirrors_bytes", "Mirrors on the disk of a worker's machine.", labels=["machine"])
    most = GaugeMetricFamily(f"{PREFIX}mirrors_limit_bytes", "What they are kept below.", labels=["machine"])
    free = GaugeMetricFamily(f"{PREFIX}disk_free_bytes", "Free space on that disk.", labels=["machine"])
    for machine in Machine.objects.all():
        size.add_metric([machine.name], machine.mirrors_bytes)
        most.add_metric([machine.name], machine.mirrors_limit)
        free.add_metric([machine.name], machine.disk_free)
    yield from (size, most, free)


def _up() -> Iterator[Metric]:
    seen = broker.look()
    yield GaugeMetricFamily(f"{PREFIX}broker_up", "1 when the broker answers.", value=seen.answers)
    messages = GaugeMetricFamily(f"{PREFIX}broker_messages", "Messages that no worker holds yet.", labels=["queue"])
    for queue, count in seen.messages.items():
        messages.add_metric([queue], count)
    yield messages
    tick = probes.beat_ticked_at()
    if tick is not None:
        age = (timezone.now() - tick).total_seconds()
        yield GaugeMetricFamily(f"{PREFIX}beat_age_seconds", "Since beat last ticked.", value=max(age, 0.0))
