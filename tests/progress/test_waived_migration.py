"""Daily numbers of before: waived calls were among those left, and waivers that had ended among the waived."""

from datetime import UTC, date, datetime
from importlib import import_module

import pytest
from django.apps import apps

from audits.lifecycle import waiver_words
from audits.models import FindingEvent, HistoryRun, Snapshot

from . import rows

pytestmark = pytest.mark.django_db
MIGRATION = import_module("audits.migrations.0036_waived_out_of_left")


def at(day):
    return datetime(2026, 3, day, 12, tzinfo=UTC)


def snapshot(row, day, remaining, waived, *, apart=0, whole=None):
    made = Snapshot.objects.create(
        repository=row, day=at(day).date(), at=at(day), remaining=remaining, waived=waived, apart=apart,
        whole=whole or {},
    )  # fmt: skip
    return made.pk


def told(pk):
    row = Snapshot.objects.get(pk=pk)
    return row.remaining, row.waived, row.apart, row.whole


@pytest.fixture
def waived(db):
    """One call waived from the 5th to the 10th, one from the 7th on until it was taken back on the 9th."""
    row = rows.repository(read=False)
    for begun, until, back in ((5, 10, 0), (7, 30, 9)):
        call = rows.finding(row)
        FindingEvent.objects.create(
            finding=call, at=at(begun), verb="waived", before="open", after="waived",
            reason=waiver_words(date(2026, 3, until)),
        )  # fmt: skip
        if back:
            FindingEvent.objects.create(finding=call, at=at(back), verb="set_open", before="waived", after="open")
    return row


def test_each_day_has_the_waivers_that_stood_on_it(waived):
    before = snapshot(waived, 4, 5, 0)
    both = snapshot(waived, 8, 5, 2)
    one = snapshot(waived, 10, 5, 1, apart=3, whole={"remaining": 8, "waived": 1, "unknown": 0})
    ended = snapshot(waived, 12, 5, 1)
    MIGRATION.part(apps, None)
    assert told(before) == (5, 0, 0, {})
    assert told(both) == (3, 2, 0, {})
    assert told(one) == (4, 1, 3, {"remaining": 7, "waived": 1, "unknown": 0})
    assert told(ended) == (5, 0, 0, {})
    MIGRATION.join(apps, None)
    assert told(both) == (5, 2, 0, {})
    assert told(one) == (5, 1, 3, {"remaining": 8, "waived": 1, "unknown": 0})


def test_only_histories_of_repositories_with_waivers_are_read_anew(waived):
    other = rows.repository()
    kept = snapshot(other, 8, 5, 0)
    for row in (waived, other):
        HistoryRun.objects.create(repository=row, is_current=True, state="done", queued_at=at(8), resolved_apart=1)
    MIGRATION.part(apps, None)
    found = dict(HistoryRun.objects.values_list("repository", "resolved_apart"))
    assert (found, told(kept)) == ({waived.pk: None, other.pk: 1}, (5, 0, 0, {}))
