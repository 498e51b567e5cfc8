"""People and a scan at the same findings: on PostgreSQL a ring of locks would end one of the two with an error."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.test import Client

from audits import pathrules, triage
from audits.lifecycle import Dismissal
from audits.models import Finding, Repository, User
from tests.waiting import wait_for
from tests.web import rows

pytestmark = pytest.mark.django_db(transaction=True)
FIRST, SECOND = UUID(int=1), UUID(int=2)


@pytest.fixture(autouse=True)
def nobody_listens(monkeypatch):
    monkeypatch.setattr("audits.scans.doorbell.put", lambda *_, **__: None)


@pytest.fixture
def of() -> Repository:
    made = rows.repository()
    rows.finding(made, pk=FIRST)
    rows.finding(made, pk=SECOND)
    return made


def bulk(user: User) -> None:
    triage.decide_all(user, Finding.objects.all(), triage.dismiss(Dismissal.GENERATED))


def claim(user: User) -> None:
    client = Client()
    client.force_login(user)
    answer = client.post(f"/findings/{FIRST}/decide/claim/", {"version": "0"})
    assert answer.status_code == 302


def rule(user: User) -> None:
    pathrules.add("*", "excluded", None, user)


def waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_locks WHERE NOT granted")
        return cursor.fetchone() is not None


@pytest.mark.parametrize("work", [bulk, claim, rule])
def test_whoever_decides_and_a_scan_that_writes_never_wait_for_each_other(of: Repository, work):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    user = rows.person("admin", "ada")

    def act() -> None:
        try:
            work(user)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        # As the last transaction of a scan does: the repository, then findings in the order of their paths.
        with transaction.atomic():
            Repository.locked([of.pk]).first()
            Finding.objects.filter(pk=SECOND).update(line=7)
            other = pool.submit(act)
            wait_for(lambda: other.done() or waits(), "the other one is done, or reaches what the scan holds")
            Finding.objects.filter(pk=FIRST).update(line=7)
        other.result()
    assert list(Finding.objects.values_list("line", flat=True)) == [7, 7]
