"""Statements that are worded once say what Django would say, and what stays as it is is not written again."""

import uuid
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.test.utils import CaptureQueriesContext

from audits.models import Finding, Repository, Scan, ScanState, SetAside, Snapshot, UnreadFile
from audits.scans.claims import database_now, take
from audits.scans.worded import ANY, ANY_TEXT, ANYBODY, Worded, WordedUpdate, parted
from tests.progress.rows import repository
from tests.scans.conftest import SHOP

BROKEN = "co = cohere.Client()\nco.generate((((\n"


@pytest.fixture
def mine(db):
    return repository("mine")


def test_rows_come_as_django_gives_them(mine):
    began = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    owner = uuid.uuid4()
    values = {"lease_owner": owner, "started_at": began, "file_states": {"scanned": 2}, "unchanged": True}
    row = Scan.objects.create(repository=mine, state=ScanState.DONE, queued_at=began, **values)
    asked = Worded(Scan.objects.filter(pk=ANY).annotate(now=database_now()).values_list(*values, "now"))
    ((*told, now),) = asked.ask(row.pk)
    assert tuple(told) == tuple(values.values())
    assert now.tzinfo
    assert asked.ask(row.pk + 1) == []


def test_an_update_is_of_one_row_and_one_worker(mine):
    owner, now = uuid.uuid4(), datetime.now(UTC)
    other = uuid.uuid4()
    rows = [
        Scan.objects.create(repository=mine, state=ScanState.DONE, queued_at=now, lease_owner=who)
        for who in (owner, owner, other)
    ]
    update = WordedUpdate(Scan.objects.filter(pk=ANY, lease_owner=ANYBODY), lease_owner=ANYBODY, files_done=7)
    assert update.write(rows[0].pk, owner) == 1
    assert update.write(rows[1].pk, other) == 0
    assert update.write(rows[2].pk, owner) == 0
    for row in rows:
        row.refresh_from_db()
    assert [(row.files_done, row.lease_owner) for row in rows] == [(7, owner), (0, owner), (0, other)]


def test_what_is_told_with_an_update_is_written_as_django_would(mine):
    now = datetime.now(UTC)
    scan = Scan.objects.create(repository=mine, state=ScanState.DONE, queued_at=now)
    told = {"last_scan": scan.pk, "chats": [["a.py", "", 2]], "applied_branch": "main%s", "paused_at": None}
    names, stamped = parted({**told, "applied_at": Now()})
    assert (names, stamped) == (tuple(told), ("applied_at",))
    update = WordedUpdate(Repository.objects.filter(pk=ANY), names, applied_at=Now(), failures=3)
    assert update.write(mine.pk + 1, told=told) == 0
    assert update.write(mine.pk, told=told) == 1
    assert update.write(mine.pk, told={**told, "applied_branch": "trunk"}) == 1
    mine.refresh_from_db()
    assert mine.last_scan_id == scan.pk
    assert (mine.chats, mine.applied_branch, mine.paused_at, mine.failures) == (told["chats"], "trunk", None, 3)
    assert mine.applied_at >= now


def test_a_changed_lease_is_worded_anew(mine, settings):
    waiting = Scan.objects.create(repository=mine, queued_at=datetime.now(UTC))
    settings.SCAN_LEASE = 7_200
    claim = take(waiting.pk)
    settings.SCAN_LEASE = 600
    claim.write()
    waiting.refresh_from_db()
    assert (waiting.lease_until - datetime.now(UTC)).total_seconds() < 700


def test_what_says_the_same_is_neither_deleted_nor_written(scan, shop):
    aside = SHOP.replace("logit_bias={1: 2})", "logit_bias={1: 2})  # last-call: ignore[kept]")
    manifest = "cohere==4.1\n"
    shop.commit({"shop/aside.py": aside, "shop/broken.py": f"import cohere\n{BROKEN}", "requirements.txt": manifest})
    scan()
    kept = [list(rows.objects.values_list("pk")) for rows in (SetAside, UnreadFile)]
    assert all(kept)
    shop.commit({"README.md": "A shop, and more\n"})
    with CaptureQueriesContext(
        connection,
    ) as statements:
        scan()
    assert kept == [list(rows.objects.values_list("pk")) for rows in (SetAside, UnreadFile)]
    told = " ".join(row["sql"] for row in statements.captured_queries)
    assert "DELETE" not in told
    assert told.count('UPDATE "audits_repository"') == 1


def test_a_file_that_is_no_longer_read_is_counted_though_no_call_comes_or_goes(scan, shop):
    shop.commit({"shop/other.py": "import cohere\n"})
    scan()
    shop.commit({"shop/other.py": f"import cohere\n{BROKEN}"})
    scan()
    assert UnreadFile.objects.get().path == "shop/other.py"
    assert Snapshot.objects.get().unread == 1
    shop.commit({"shop/other.py": "import cohere\n"})
    scan()
    assert not UnreadFile.objects.exists()
    assert Snapshot.objects.get().unread == 0
    assert Finding.objects.count() == 1


def test_a_text_is_asked_for_like_a_number(mine):
    asked = Worded(Scan.objects.filter(branch=ANY_TEXT, files_done__gt=ANY).values_list("pk", "branch"))
    now = datetime.now(UTC)
    rows = [
        Scan.objects.create(repository=mine, state=ScanState.DONE, queued_at=now, branch=name)
        for name in ("one", "two")
    ]
    assert asked.ask("two") == [(rows[1].pk, "two")]
    assert asked.ask("three") == []


def test_a_number_and_a_text_are_asked_for_together(mine):
    asked = Worded(Scan.objects.filter(repository=ANY, branch=ANY_TEXT).values_list("pk"))
    row = Scan.objects.create(repository=mine, state=ScanState.DONE, queued_at=datetime.now(UTC), branch="one")
    assert asked.ask(mine.pk, "one") == [(row.pk,)]
    assert asked.ask(mine.pk, "two") == asked.ask(mine.pk + 1, "one") == []


def test_a_change_elsewhere_asks_no_finding_for_its_author(scan, shop):
    scan()
    shop.commit({"README.md": "A shop, and more\n"})
    scan()
    shop.commit({"README.md": "A shop, and still more\n"})
    with CaptureQueriesContext(connection) as statements:
        scan()
    whole = [row["sql"] for row in statements.captured_queries if '"audits_finding"."blame_mail"' in row["sql"]]
    assert len(whole) == 1, "only those that may be seen again are loaded"
