"""Histories that several workers take at once, on real transactions."""

from functools import partial

import pytest

from audits import history
from audits.history.claims import take
from audits.models import HistoryRun
from tests.progress.rows import repository
from tests.scans.test_races import THREADS, each_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("rung")]


def test_no_more_begin_at_once_than_the_settings_allow(settings):
    settings.HISTORIES_AT_ONCE = 2
    for _ in range(5):
        runs = [history.request_history(repository(read=False)) for _ in range(THREADS)]
        claims = each_of([partial(take, run.pk) for run in runs])
        assert sum(claim is not None for claim in claims) == 2
        assert HistoryRun.objects.filter(state="fetching").count() == 2
        HistoryRun.objects.all().delete()
