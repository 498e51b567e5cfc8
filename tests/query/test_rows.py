"""Pages of many findings: keys first, from an index alone, then the rows of the page."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audits import query
from audits.models import Finding
from audits.models.indexes import measure
from audits.views.findings import COLUMNS
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db
FILTERS = [
    "",
    "state:open area:product",
    "state:overdue path:app/core",
    "zebra",
    "is:unowned",
    "app.py:3",
    "is:regressed",
    "param:num_generations",
]


def found(text):
    return query.apply(Finding.objects.all(), query.parse(text))


def test_a_part_of_a_list_is_its_rows_in_their_order(django_assert_num_queries):
    of = repository()
    made = [finding(of, days_ago=days, path=f"{days}.py") for days in (1, 5, 3, 4, 2)]
    rows = query.Listed(found(""), "-age", len(made))
    assert len(rows) == 5
    # Its keys, whether they stand as before, and the rows.
    with django_assert_num_queries(3):
        part = rows[1:4]
        assert [(row.path, row.repository.name, row.state) for row in part] == [
            (f"{days}.py", of.name, "overdue") for days in (4, 3, 2)
        ]
    assert rows[0].path == "5.py"
    assert part[0].get_deferred_fields() >= set(query.rows.WIDE)


def test_what_was_deleted_between_is_left_out():
    one, two = finding(repository()), finding(repository())
    keys = [two.pk, one.pk]
    one.delete()
    assert [row.pk for row in query.rows_of(keys)] == [two.pk]


def test_all_come_in_chunks_and_whole(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(query.rows, "CHUNK", 2)
    of = repository()
    for number in range(5):
        finding(of, detail={"why": str(number)}, days_ago=9 - number)
    with django_assert_num_queries(2 + 3):
        assert [row.detail["why"] for row in query.in_chunks(found(""), "")] == list("01234")


@pytest.mark.parametrize("text", FILTERS)
@pytest.mark.parametrize("sort", ["", *(key for key, *_ in COLUMNS)])
def test_keys_and_counts_are_found_without_reading_a_wide_row(text, sort):
    finding(repository())
    measure()
    assert list(query.keys(found(text), sort)) == list(found(text).values_list("pk", flat=True))
    if connection.vendor != "sqlite":
        # PostgreSQL keeps what is wide outside of its rows, whatever the plan.
        return
    plans = [query.keys(found(text), sort)[:50].explain(), found(text).order_by().values("pk").explain()]
    for plan in plans:
        steps = [line for line in plan.splitlines() if " audits_finding " in line]
        assert steps
        # The few that regressed have an index of their own, and are read.
        assert all("USING COVERING INDEX" in step or "finding_regressed" in step for step in steps), plan


@pytest.mark.parametrize("word", ["regressed", "re-review"])
def test_the_few_that_somebody_has_to_look_at_are_found_without_reading_a_row(word):
    finding(repository(), **{word.replace("-", "_"): True})
    measure()
    few = found(f"is:{word} owner:search").filter(repository__in=[1, 2])
    assert not few.exists()
    if connection.vendor == "sqlite":
        for plan in (query.keys(few, "")[:5].explain(), few.order_by().values("pk").explain()):
            assert "USING COVERING INDEX" in plan, plan


@pytest.mark.parametrize("sort", ["", "-age", "call", "-parameters", "kind", "confidence", "owner"])
def test_what_stands_beside_a_finding_is_the_next_step_in_an_index(sort):
    """However many stand before it: none is read, and nothing is sorted."""
    of = repository()
    row = [finding(of, path=f"{number}.py", cell=number % 2 or None) for number in range(40)][20]
    measure()
    with CaptureQueriesContext(connection) as told:
        place = query.beside(found("state:open area:product"), sort, row)
    assert place.previous
    assert place.next
    if connection.vendor != "sqlite":
        return
    steps = [sql["sql"] for sql in told if sql["sql"].endswith("LIMIT 1") and "ORDER BY" in sql["sql"]]
    assert len(steps) == 2
    with connection.cursor() as cursor:
        for sql in steps:
            plan = " ".join(line[-1] for line in cursor.execute(f"EXPLAIN QUERY PLAN {sql}"))
            assert "USING COVERING INDEX" in plan
            assert "ORDER BY" not in plan, plan
