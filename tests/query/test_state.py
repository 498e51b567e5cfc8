"""The state in SQL and the state of a row in hand are one: compared over the product of all values."""

from datetime import timedelta
from itertools import product

import pytest
from django.utils import timezone

from audits import query
from audits.lifecycle import Claim, Disposition, Gone, Presence
from audits.models import Finding
from tests.web.rows import repository

# Off since September 2025, never heard of, and named by nobody.
PLATFORMS = ("cohere", "bedrock", "unknown")


def every_row(of):
    now, today = timezone.now(), timezone.localdate()
    days = (None, today - timedelta(days=1), today, today + timedelta(days=1))
    common = {"repository": of, "path": "a.py", "line": 1, "end_line": 1, "first_seen_at": now, "last_seen_at": now}
    presences = [(presence, "") for presence in Presence if presence is not Presence.ABSENT]
    presences += [(Presence.ABSENT, gone) for gone in Gone]
    dispositions = [(Disposition.OPEN, None), (Disposition.DISMISSED, None)]
    dispositions += [(Disposition.PLANNED, day) for day in days] + [(Disposition.WAIVED, day) for day in days[1:]]
    kinds = ("sdk_call", "mention")
    for (presence, gone), (disposition, day), platform, claim, kind in product(
        presences, dispositions, PLATFORMS, ("", *Claim), kinds
    ):
        yield Finding(
            **common,
            presence=presence,
            absent_reason=gone,
            resolved_at=now if gone else None,
            disposition=disposition,
            due=day if disposition is Disposition.PLANNED else None,
            waived_until=day if disposition is Disposition.WAIVED else None,
            dismissal="duplicate" if disposition is Disposition.DISMISSED else "",
            platform=platform,
            claim=claim,
            kind=kind,
        )


@pytest.mark.django_db
def test_sql_and_python_derive_the_same_state():
    Finding.objects.bulk_create(every_row(repository()), batch_size=500)
    rows = list(query.with_state(Finding.objects.all()))
    assert len(rows) > 1_900
    assert {row.state for row in rows} == set(query.STATES)
    assert [row.pk for row in rows if row.state != query.state_of(row)] == []


@pytest.mark.django_db
def test_sql_and_python_agree_on_what_is_known_to_be_broken():
    Finding.objects.bulk_create(every_row(repository()), batch_size=500)
    broken = set(Finding.objects.filter(query.known_broken()).values_list("pk", flat=True))
    assert broken == {row.pk for row in Finding.objects.all() if query.derived(row).known_broken}


@pytest.mark.django_db
def test_a_list_of_a_state_holds_the_rows_of_that_state():
    Finding.objects.bulk_create(every_row(repository()), batch_size=500)
    rows = list(query.with_state(Finding.objects.all()))

    def listed(condition):
        return set(Finding.objects.filter(condition).values_list("pk", flat=True))

    for state in query.STATES:
        assert listed(query.in_state(state)) == {row.pk for row in rows if row.state == state}, state
    assert listed(query.still_open()) == {row.pk for row in rows if row.state in query.STILL_OPEN}
