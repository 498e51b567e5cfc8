"""What was counted is remembered until anything changes that it may depend on, whoever changes it and however."""

import random
import re
from datetime import date, timedelta

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from audits import query
from audits.access import findings_visible_to
from audits.models import Finding, FindingParameter, FindingsChange, Team, User
from audits.models.change import EVERY, forget, unwatch, versions, watch
from audits.query.remembered import forget as forget_all
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db


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


def test_old_changes_are_thrown_away_and_the_newest_stays():
    FindingsChange.objects.all().delete()
    old = [FindingsChange.objects.create(repository=5, token=token).pk for token in (1, 2, 3)]
    FindingsChange.objects.update(at=timezone.now() - timedelta(days=2))
    fresh = [FindingsChange.objects.create(repository=EVERY, token=token).pk for token in (4, 5)]
    forget()
    assert sorted(FindingsChange.objects.values_list("pk", flat=True)) == [old[-1], *fresh]


def triggers():
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%findingschange%'")
        return {name for (name,) in cursor.fetchall()}


def test_no_trigger_speaks_of_the_table_while_sqlite_makes_it_anew():
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL adds a column to a table")
    there, me = triggers(), person()
    assert there
    unwatch(apps.get_app_config("audits"))
    assert not triggers()
    watch(apps.get_app_config("audits"))
    assert triggers() == there
    counts(me)
    finding(repository())
    assert counts(me) == (1, 1)
