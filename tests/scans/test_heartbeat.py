import time

import pytest
from django.db import connection
from django.db.models.functions import Now

from audits.models import Scan
from audits.scans import request_scan
from audits.scans.claims import give_back, take
from audits.scans.heartbeat import beating
from tests.progress.rows import repository

pytestmark = pytest.mark.django_db(transaction=True)


def held(scan):
    return Scan.objects.filter(pk=scan.pk, lease_until__gt=Now()).exists()


def test_it_keeps_a_lease_for_longer_than_the_lease(rung, settings):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    with beating(take(scan.pk)):
        time.sleep(2.5)
        assert held(scan)
    time.sleep(1.2)
    assert not held(scan), "it must stop with the work"


def test_it_survives_a_connection_that_breaks(rung, settings, monkeypatch):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    claim, beats = take(scan.pk), []
    real = claim.write

    def write():
        beats.append(1)
        if len(beats) == 2:
            connection.connection.close()
        real()

    monkeypatch.setattr(claim, "write", write)
    with beating(claim):
        time.sleep(2.5)
        assert held(scan)


def test_it_does_not_extend_what_belongs_to_another(rung, settings):
    settings.SCAN_LEASE = 1
    scan = request_scan(repository(read=False))
    first = take(scan.pk)
    give_back(first)
    second = take(scan.pk)
    with beating(first):
        time.sleep(1.5)
    scan.refresh_from_db()
    assert (scan.lease_owner, held(scan)) == (second.owner, False)
