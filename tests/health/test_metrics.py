"""What Prometheus reads, parsed by Prometheus's own parser."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from audits import health
from audits.models import Machine, Repository, Scan, UnreadFile
from tests.progress.rows import repository, scan

pytestmark = pytest.mark.django_db


def read():
    families = text_string_to_metric_families(health.exposition().decode())
    return {(s.name, *s.labels.values()): s.value for family in families for s in family.samples}


def test_an_empty_installation_has_every_metric():
    names = {name for name, *_ in read()}
    assert names >= {
        "lastcall_scans_total",
        "lastcall_scan_seconds_bucket",
        "lastcall_queue_age_seconds",
        "lastcall_blobs_extracted_total",
        "lastcall_repositories",
        "lastcall_broker_up",
    }


def test_each_number_is_that_of_the_rows():
    row = repository(unread=3)
    Repository.objects.filter(pk=repository(read=False).pk).update(paused_at=timezone.now())
    UnreadFile.objects.create(repository=row, path="x.py", reason="crashed")
    for seconds in (0.4, 7, 7, 2000):
        scan(row, seconds=seconds, blobs_extracted=10, parser_deaths=1)
    scan(row, "failed", error_kind="tls")
    waiting = scan(row, "queued", trigger="schedule")
    Scan.objects.filter(pk=waiting.pk).update(queued_at=timezone.now() - timedelta(seconds=90))
    Machine.objects.create(name="m1", seen_at=timezone.now(), mirrors_bytes=77, disk_free=88)
    found = read()
    assert (found["lastcall_scans_total", "done"], found["lastcall_scans_total", "partial"]) == (4, 1)
    assert found["lastcall_scans_failed_total", "tls"] == 1
    assert [found["lastcall_scan_seconds_bucket", limit] for limit in ("0.5", "5.0", "10.0", "900.0", "+Inf")] == [
        1,
        1,
        3,
        3,
        4,
    ]
    assert (found["lastcall_scan_seconds_count",], found["lastcall_scan_seconds_sum",]) == (4, 2014.4)
    assert found["lastcall_blobs_extracted_total",] == 40
    assert found["lastcall_parser_deaths_total",] == 4
    assert (found["lastcall_unread_total", "unparsable"], found["lastcall_unread_total", "crashed"]) == (3, 1)
    assert 85 < found["lastcall_queue_age_seconds", "scans"] < 150
    assert found["lastcall_queue_length", "people"] == 0
    assert (found["lastcall_repositories",], found["lastcall_repositories_paused",]) == (2, 1)
    assert (found["lastcall_mirrors_bytes", "m1"], found["lastcall_disk_free_bytes", "m1"]) == (77, 88)
    assert found["lastcall_broker_up",] == 0


def test_a_scrape_of_many_rows_takes_as_many_queries_as_one_of_few():
    costs = []
    for _ in range(2):
        for number in range(6):
            scan(repository(unread=2), "failed", error_kind=f"kind{number}")
        with CaptureQueriesContext(connection) as queries:
            read()
        costs.append(len(queries))
    assert costs[0] == costs[1]
