"""People and a scan at the same findings: on PostgreSQL a ring of locks would end one of the two with an error."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from django.db.models.functions import Now
from django.test import Client

from audits import pathrules, recurrence, triage
from audits.forms import OrganisationForm
from audits.lifecycle import Dismissal
from audits.models import Finding, Organisation, Repository, User
from audits.scans import clock
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


@contextmanager
def beside(work: Callable[[], None]) -> Iterator[Callable[[], None]]:
    """A transaction of ours; what it yields has `work` begin in another one, until that is done or waits for ours."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")

    def act() -> None:
        try:
            work()
        finally:
            connections.close_all()

    begun: list[Future[None]] = []

    def meets() -> None:
        begun.append(pool.submit(act))
        wait_for(lambda: begun[0].done() or waits(), "the other one is done, or reaches what we hold")

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            yield meets
        begun[0].result()


@pytest.mark.parametrize("work", [bulk, claim, rule])
def test_whoever_decides_and_a_scan_that_writes_never_wait_for_each_other(of: Repository, work):
    user = rows.person("admin", "ada")
    # As the last transaction of a scan does: the repository, then findings in the order of their paths.
    with beside(partial(work, user)) as meets:
        Repository.locked([of.pk]).first()
        Finding.objects.filter(pk=SECOND).update(line=7)
        meets()
        Finding.objects.filter(pk=FIRST).update(line=7)
    assert list(Finding.objects.values_list("line", flat=True)) == [7, 7]


@pytest.mark.parametrize(
    "decision", [triage.dismiss(Dismissal.DEAD_CODE), triage.reopen("Not yet"), triage.assign(None)]
)
def test_of_a_call_that_a_scan_finds_gone_at_that_moment_nothing_is_decided(of: Repository, decision):
    user, told = rows.person("admin", "ada"), []
    before = "dismissed" if decision.move == "reopen" else "open"
    Finding.objects.filter(pk=FIRST).update(disposition=before, dismissal=Dismissal.DEAD_CODE)

    def decide() -> None:
        try:
            triage.decide(user, FIRST, decision, 0)
        except triage.Refused as refused:
            told.append(str(refused))

    with beside(decide) as meets:
        Repository.locked([of.pk]).first()
        Finding.objects.filter(pk=FIRST).update(presence="absent", absent_reason="code_changed", resolved_at=Now())
        meets()
    assert told == ["This use is gone; there is nothing left to decide."]
    row = Finding.objects.get(pk=FIRST)
    assert (row.disposition, row.version, row.events.exists()) == (before, 0, False)


def answered() -> None:
    clock.answered(Repository.objects.all())


def disallow() -> None:
    told = {"name": "Acme", "alert_after_days": 7, "history_months": 12, "every": recurrence.DAILY, "zone": "UTC"}
    form = OrganisationForm(told, instance=Organisation.current())
    assert form.is_valid(), form.errors
    form.save()


@pytest.mark.parametrize("work", [answered, disallow])
def test_two_who_write_many_repositories_never_wait_for_each_other(of: Repository, work):
    other = rows.repository("other")
    # Written last, the first one lies behind the other: the database meets it last, unless it is asked for an order.
    for pk in (other.pk, of.pk):
        Repository.objects.filter(pk=pk).update(refusals=3, failures=3, paused_at=Now())
    with beside(work) as meets:
        Repository.locked([of.pk]).first()
        meets()
        Repository.locked([other.pk]).first()
