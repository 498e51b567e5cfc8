"""A worker that dies before each of the statements that write a result: readers see the old totals, or the new ones."""

import html
import re
from contextlib import suppress
from threading import Thread

import pytest
from django.db import connection
from django.test import Client

from audits import scans
from audits.models import Scan
from audits.scans import result
from tests.scans.conftest import SHOP
from tests.web import rows

from .conftest import known, undisturbed, whole

pytestmark = [pytest.mark.fault, pytest.mark.django_db(transaction=True)]
WRITES = ("INSERT", "UPDATE", "DELETE")


class Died(BaseException):
    """No handler of the code that runs takes it, as none would run after a kill."""


def totals(reader, repository):
    """The figures and the findings on the repository's page."""
    answer = reader.get(f"/repositories/{repository.pk}/")
    assert answer.status_code == 200
    text = answer.content.decode()
    stats = text.split('class="card stats')[1].split("with-aside")[0]
    calls = text.split('id="h-fi"')[1].split("</table>")[0]
    words = re.sub(r"<[^>]+>", " ", stats + calls)
    return " ".join(html.unescape(words).split())


def elsewhere(look):
    """What a reader sees meanwhile, who has a connection of its own."""
    seen = []

    def read():
        try:
            seen.append(look())
        finally:
            connection.close()

    reader = Thread(target=read)
    reader.start()
    reader.join()
    assert seen, "the page cannot be read"
    return seen[0]


class Statements:
    """Counts the statements that write, and dies before one of them. Each time, `look` is called from elsewhere."""

    def __init__(self, look, last=0):
        self.look, self.last = look, last
        self.count, self.seen = 0, []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().upper().startswith(WRITES):
            self.count += 1
            if self.count == self.last:
                self.seen.append(elsewhere(self.look))
                raise Died
        return execute(sql, params, many, context)


@pytest.fixture
def reader(db):
    """Signed in already, since whoever signs in writes, and nobody may wait for the writer here."""
    client = Client()
    client.force_login(rows.person("engineer", "reader"))
    return client


@pytest.fixture
def result_to_apply(make, monkeypatch):
    """A second scan of a changed repository, stopped where it would write: its repository and what writes it."""
    repository = make("shop")
    scans.run_scan(repository.scans.get().pk)
    new = {f"shop/new_{n}.py": SHOP.replace("0.5", f"0.{n}") for n in range(3)}
    make.builders["shop"].commit({**new, "shop/more.py": "x = 1\n", "shop/bad.py": "import cohere\nco.generate(\n"})
    held = []

    def hold(*arguments):
        held.append(arguments)
        raise Died

    with monkeypatch.context() as patch, suppress(Died):
        patch.setattr(result, "apply", hold)
        scans.run_scan(scans.request_scan(repository).pk)
    (arguments,) = held
    return repository, lambda: result.apply(*arguments)


def test_a_death_before_each_statement_leaves_the_old_totals_and_the_last_one_the_new(
    result_to_apply, reader, make, ledger
):
    repository, write = result_to_apply
    before, old = known(repository), totals(reader, repository)
    steps = 0
    while True:
        steps += 1
        statements = Statements(lambda: totals(reader, repository), steps)
        try:
            with connection.execute_wrapper(statements):
                write()
        except Died:
            assert statements.seen == [old], steps
            assert totals(reader, repository) == old, steps
            assert known(repository) == before
            whole(repository)
            continue
        break
    # One death for each statement; the last round has none left to die before.
    assert statements.count == steps - 1 > 10
    new = totals(reader, repository)
    assert new != old
    assert Scan.objects.filter(repository=repository, state="partial").count() == 1
    whole(repository)
    ledger.compare(
        "Death before each statement of a result", known(repository), undisturbed(make.builders["shop"]), steps - 1
    )
