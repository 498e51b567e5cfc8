"""What was counted is remembered until anything changes that it may depend on, whoever changes it and however."""

import random
import re
from datetime import date

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import Case, F, Value, When
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import query
from audits.access import findings_visible_to
from audits.lifecycle import STEPS
from audits.models import Finding, FindingParameter, FindingsChange, Scan, Team, User
from audits.models.change import EVERY, UNREAD, forget, unwatch, versions, watch
from audits.query.remembered import forget as forget_all
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db
WORDS = {
    "state": query.language.STATE_WORDS,
    "due": query.language.DUE_WORDS,
    "is": [word for word in query.language.IS_WORDS if word != "suppressed"],
    "kind": ["sdk_call"],
    "conf": ["confirmed"],
    "platform": ["cohere"],
    "lang": ["python"],
    "area": ["product", "apart", "any"],
}


def number_of(rows):
    return query.remembered("count", rows.count, rows.order_by())


def counts(me, text="state:open"):
    """The number, and how many statements it took beside that of the version."""
    with CaptureQueriesContext(connection) as told:
        number = number_of(query.apply(findings_visible_to(me), query.parse(text), me))
    return number, len(told) - 1


def person(**values):
    return User.objects.create(username="ada", role="engineer", **values)


def test_a_count_is_asked_once_until_a_row_changes():
    me, row = person(), finding(repository())
    assert counts(me) == (1, 1)
    assert counts(me) == (1, 0)
    Finding.objects.filter(pk=row.pk).update(presence="absent", absent_reason="migrated", resolved_at=timezone.now())
    assert counts(me) == (0, 1)
    Finding.objects.all().delete()
    assert counts(me) == (0, 1)
    assert counts(me, "state:open team:search") == (0, 1)


def test_what_a_condition_reads_beside_the_row_is_watched_too():
    me, of = person(), repository("service", team_name="Search")
    row = finding(of)
    closed = Team.objects.create(name="Closed", slug="closed", restricted=True)

    def changes(act, text, number):
        counts(me, text)
        act()
        return counts(me, text) == (number, 1)

    assert changes(lambda: FindingParameter.objects.create(finding=row, name="preset", verdict="x"), "param:preset", 1)
    assert changes(lambda: FindingParameter.objects.all().delete(), "param:preset", 0)
    assert changes(lambda: type(of).objects.filter(pk=of.pk).update(name="other"), "repo:other", 1)
    assert changes(lambda: Team.objects.filter(pk=of.team_id).update(slug="found"), "team:found", 1)
    assert changes(lambda: type(of).objects.filter(pk=of.pk).update(team=closed), "", 0)
    assert changes(lambda: me.teams.add(closed), "", 1)
    assert changes(lambda: me.teams.remove(closed), "", 0)
    assert changes(lambda: Team.objects.filter(pk=closed.pk).update(restricted=False), "", 1)


def test_what_a_transaction_took_back_is_not_remembered_for_others():
    me, of = person(), repository()
    before = counts(me)[0]
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - looked at before it is taken back
        finding(of)
        assert counts(me)[0] == before + 1
        raise ZeroDivisionError
    assert counts(me)[0] == before
    finding(of)
    finding(of)
    assert counts(me)[0] == before + 2


def test_rows_that_collide_are_told_all_the_same():
    row = finding(repository())
    made = FindingParameter(finding=row, name="k", verdict="kept")
    FindingParameter.objects.bulk_create([made])
    before = versions()
    again, new = (FindingParameter(finding=row, name=name, verdict="kept") for name in "kp")
    FindingParameter.objects.bulk_create([again, new], ignore_conflicts=True)
    assert versions() != before
    assert versions().get(EVERY) == before.get(EVERY)


def test_the_day_is_part_of_the_question():
    finding(repository(), disposition="waived", waived_until=date(2026, 11, 20))
    waived = [Finding.objects.filter(query.waived(today=date(2026, 11, day))) for day in (20, 21)]
    assert [number_of(rows) for rows in waived] == [1, 0]


def test_totals_of_one_filter_are_counted_once_however_they_are_sorted(client):
    client.force_login(person())
    finding(repository())
    finding(repository("other"), presence="absent", absent_reason="migrated")

    def statements(sort):
        with CaptureQueriesContext(connection) as told:
            page = client.get("/findings/", {"q": "state:open area:product", "sort": sort})
        assert page.context["page"].paginator.count == page.context["left"] == 1
        return len(told)

    anew, sorted_anew = statements(""), statements("call")
    assert anew == sorted_anew + 4
    # Neither the counts nor which rows stand on the page.
    assert statements("call") == sorted_anew - 1


def asked_again(me, text):
    """How many findings match, and of how many repositories it was asked anew; None: of all."""
    with CaptureQueriesContext(connection) as told:
        number = query.number_of(query.apply(findings_visible_to(me), query.parse(text), me))
    counting = [row["sql"] for row in told if "GROUP BY" in row["sql"] and "findingschange" not in row["sql"]]
    if not counting:
        return number, 0
    named = re.search(r'"repository_id" IN \(([\d, ]+)\)', counting[0])
    return number, len(named[1].split(",")) if named else None


def test_after_a_change_only_the_repositories_are_asked_in_which_it_was():
    me, first, second = person(), repository("first"), repository("second")
    row, other = finding(first), finding(second)
    FindingParameter.objects.create(finding=other, name="preset", verdict="x")
    for text in ("state:open", "param:preset", "zebra"):
        assert asked_again(me, text)[1] is None
        assert asked_again(me, text)[1] == 0
    finding(first)
    assert asked_again(me, "state:open") == (3, 1)
    Finding.objects.filter(pk=row.pk).update(callee="zebra")
    assert [asked_again(me, text) for text in ("state:open", "param:preset", "zebra")] == [(3, 1), (1, 1), (1, 1)]
    FindingParameter.objects.all().delete()
    assert asked_again(me, "param:preset") == (0, 1)
    Finding.objects.all().delete()
    assert asked_again(me, "state:open") == (0, 2)
    finding(repository("third"))
    # Whether somebody may see it is not told by a finding.
    assert asked_again(me, "state:open") == (1, None)


@pytest.mark.parametrize("text", ["state:open area:product", "state:left", "app", "param:preset", ""])
def test_what_is_put_together_is_what_is_there(text):
    """After any change, the totals of parts that were asked at different times are those of one fresh question."""
    me, draw = person(), random.Random(text)
    of, asked = [repository(name) for name in ("a", "b", "c")], query.parse(text)
    states = [{}, {"presence": "unknown"}, {"kind": "mention"}, {"area": "tests"}, {"owners": " @ada "}]
    states.append({"presence": "absent", "absent_reason": "migrated", "resolved_at": timezone.now()})

    def totals():
        return query.totals(query.apply(findings_visible_to(me), query.whole(asked), me), asked)

    for _ in range(25):
        rows = list(Finding.objects.order_by("pk"))
        if rows and draw.random() < 0.4:
            Finding.objects.filter(pk=draw.choice(rows).pk).update(area=draw.choice(["product", "tests"]))
        elif rows and draw.random() < 0.3:
            draw.choice(rows).delete()
        else:
            row = finding(draw.choice(of), path=draw.choice(["app/a.py", "b.py"]), **draw.choice(states))
            FindingParameter.objects.create(finding=row, name=draw.choice(["preset", "k"]), verdict="x")
        together = totals()
        if draw.random() < 0.3:
            forget_all()
            assert totals() == together


def test_what_no_filter_reads_is_not_told():
    """A scan that finds what it found before writes when and by which; nothing is asked anew for it."""
    me, of = person(), repository()
    row = finding(of)
    assert counts(me) == (1, 1)
    scan = Scan.objects.create(repository=of, queued_at=timezone.now())
    written = {"last_seen_at": timezone.now(), "last_scan": scan, "commit": "b" * 40, "detail": {"why": "so"}}
    Finding.objects.update(**written, fingerprint="new", digest="d", end_line=9, blame="known", blame_commit="c" * 40)
    assert counts(me) == (1, 0)
    # Written as they are: whole rows that are saved, too.
    Finding.objects.update(presence=row.presence, line=row.line, cell=None)
    for each in (Finding.objects.get(), type(of).objects.get(), Team.objects.first(), me):
        if each is not None:
            each.save()
    FindingParameter.objects.create(finding=row, name="k", verdict="kept")
    counts(me)
    FindingParameter.objects.get().save()
    assert counts(me) == (1, 0)
    Finding.objects.update(cell=1)
    assert counts(me) == (1, 1)


def test_one_row_of_many_that_differs_is_told_of_its_repository():
    first, second = repository("first"), repository("second")
    rows = [finding(of) for of in (first, first, second)]
    before = versions()
    Finding.objects.update(assignee=None, area=Case(When(pk=rows[1].pk, then=Value("tests")), default=F("area")))
    assert {of for of, version in versions().items() if before[of] != version} == {first.pk}
    before = versions()
    Finding.objects.filter(pk=rows[1].pk).update(repository=second)
    assert {of for of, version in versions().items() if before[of] != version} == {first.pk, second.pk}


@pytest.mark.parametrize("key", query.KEYS)
def test_what_is_not_watched_is_read_by_no_condition(key):
    """Else a count would be kept although it is another one."""
    me, asked = person(), []
    words = [*WORDS.get(key, ("none", "me", "x"))]
    for word in words:
        found = query.apply(findings_visible_to(me), query.parse(f"{key}:{word} word state:open a.py:3"), me)
        asked += [] if found.query.is_empty() else [query.keys(found, sort) for sort in ("", *query.SORTS)]
    asked += [Finding.objects.filter(query.takes(move)).values("pk") for move in STEPS]
    told = " ".join(str(rows.query) for rows in asked)
    assert '"audits_finding"."path"' in told
    assert [name for name in UNREAD if f'"audits_finding"."{name}"' in told] == []


def rows_of(of):
    return FindingsChange.objects.filter(repository=of.pk).count()


@pytest.mark.django_db(transaction=True)
def test_one_change_is_kept_of_each_repository_whoever_writes():
    of = repository()
    row = finding(of)
    seen = set()
    for line in range(20):
        Finding.objects.filter(pk=row.pk).update(line=line)
        seen.add(versions()[of.pk])
    assert (len(seen), rows_of(of)) == (20, 1)
    with transaction.atomic():
        for line in range(20):
            Finding.objects.filter(pk=row.pk).update(line=100 + line)
            seen.add(versions()[of.pk])
    assert len(seen) == 40
    # What was told within one transaction is there until the next.
    before = versions()[of.pk]
    forget()
    assert rows_of(of) == 1
    assert (versions()[of.pk] != before) is (connection.vendor == "postgresql")
    before = versions()
    forget()
    assert versions() == before


@pytest.mark.django_db(transaction=True)
def test_whoever_writes_waits_for_nobody_else_who_writes():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    of = repository()
    one, two = finding(of), finding(of)
    other = connection.copy()
    other.set_autocommit(autocommit=False)
    try:
        with other.cursor() as cursor, connection.cursor() as mine:
            cursor.execute("UPDATE audits_finding SET line = 7 WHERE id = %s", [one.pk])
            # Whoever waits for a lock here would wait for ever.
            mine.execute("SET lock_timeout = '1s'")
            before = versions()[of.pk]
            Finding.objects.filter(pk=two.pk).update(line=8)
            between = versions()[of.pk]
            forget()
            other.commit()
            after = versions()[of.pk]
            mine.execute("RESET lock_timeout")
    finally:
        other.close()
    assert len({before, between, after}) == 3
    Finding.objects.filter(pk=two.pk).update(line=9)
    assert rows_of(of) == 1


def triggers():
    of = "sqlite_master WHERE type = 'trigger' AND sql LIKE '%findingschange%'"
    if connection.vendor == "postgresql":
        of = "(SELECT DISTINCT tgname AS name FROM pg_trigger WHERE NOT tgisinternal) AS told"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT name FROM {of}")
        return {name for (name,) in cursor.fetchall()}


def test_no_trigger_speaks_of_a_table_while_it_is_changed():
    app, there, me = apps.get_app_config("audits"), triggers(), person()
    row = finding(repository())
    assert there
    assert counts(me) == (1, 1)
    # Where there is nothing to migrate, nothing goes untold.
    unwatch(app, plan=[])
    assert triggers() == there
    unwatch(app, plan=["a migration"])
    assert not triggers()
    row.delete()
    assert counts(me) == (1, 0)
    watch(app)
    assert triggers() == there
    assert counts(me) == (0, 1)
    finding(repository())
    assert counts(me) == (1, 1)
