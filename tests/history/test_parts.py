"""A history knows of each call what it was: the numbers of one parameter or platform on days long before any scan."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audits import history
from audits.intake import register
from audits.lifecycle import Cause
from audits.models import Finding, FindingEvent, HistoryGone, HistoryPoint, HistoryRun, Repository
from audits.progress.ages import ages
from audits.progress.asof import on
from audits.progress.daytables import numbers_on
from audits.progress.explain import explain
from audits.progress.figures import counts, figures
from audits.progress.heat import heat
from audits.progress.numbers import summary_of
from audits.progress.scope import Scope
from tests.gitbuild import RepositoryBuilder
from tests.progress import rows

from .conftest import HEAD, now, read, rescan, weeks_ago

AWS = """import json
import boto3

bedrock = boto3.client("bedrock-runtime")


def aws(text):
    body = json.dumps({"prompt": text, "num_generations": 2})
    return bedrock.invoke_model(modelId="cohere.command-text-v14", body=body)
"""


def module(**calls):
    return HEAD + "".join(
        f"\n\ndef {name}(text):\n    return co.generate(prompt=text, {more})\n" for name, more in calls.items()
    )


MANY, PRESET = "num_generations=2", 'preset="mine"'
# Week: (num_generations, preset, cohere, bedrock) left at its end, counted by hand from the commits below.
PAPER = {
    31: (0, 0, 0, 0),
    29: (2, 1, 2, 1),
    19: (1, 2, 2, 1),
    9: (0, 2, 2, 0),
    5: (1, 2, 3, 0),
    3: (1, 1, 2, 0),
    1: (1, 1, 2, 0),
}
SCOPES = ({"parameter": "num_generations"}, {"parameter": "preset"}, {"platform": "cohere"}, {"platform": "bedrock"})


def scope(**words):
    return Scope(Repository.objects.all(), **words)


def day(weeks):
    return weeks_ago(weeks).date()


@pytest.fixture
def told(roots, rung, db):
    """Begun 32 weeks ago; `a` changes its parameter, `aws` and `b` go, `c` comes; scanned today, its past read."""
    builder = RepositoryBuilder(roots / "parts.git")
    builder.commit({"README.md": "Shop\n"}, date=weeks_ago(32))
    builder.commit({"app.py": module(a=MANY, b=PRESET), "aws.py": AWS}, date=weeks_ago(30))
    builder.commit({"app.py": module(a=PRESET, b=PRESET)}, date=weeks_ago(20))
    builder.commit({"aws.py": None}, date=weeks_ago(10))
    builder.commit({"app.py": module(a=PRESET, b=PRESET, c=MANY)}, date=weeks_ago(6))
    builder.commit({"app.py": module(a=PRESET, c=MANY)}, date=weeks_ago(4))
    repository = rescan(register(str(builder.path), scan=False))
    read(repository)
    return repository


def test_each_past_day_is_the_one_on_the_paper(told):
    for weeks, numbers in PAPER.items():
        assert tuple(on(scope(**words), day(weeks)).numbers.left for words in SCOPES) == numbers, weeks
    both = scope(parameter="num_generations", platform="bedrock")
    assert [on(both, day(weeks)).numbers.left for weeks in (29, 19, 9)] == [1, 1, 0]
    assert on(scope(**SCOPES[3]), day(5)).completion == (100, 100)


def test_effort_age_and_what_is_overdue_are_known_of_days_before_any_scan(told):
    """On the paper: all calls left were eight weeks old 22 weeks ago; for each parameter of theirs there is nothing."""
    found = on(scope(), day(22))
    assert (found.numbers.left, found.points, found.half, found.most) == (3, 9 + 9 + 13, 56, 56)
    assert (found.backslide, found.at_least) == (3, False)
    assert {(due.platform, due.calls) for due in found.overdue} == {("Cohere", 2), ("Amazon Bedrock", 1)}
    bedrock = on(scope(platform="bedrock"), day(22))
    assert (bedrock.points, bedrock.half, bedrock.backslide) == (13, 56, 1)


def test_they_are_known_between_two_commits_that_were_read_and_beside_a_repository_without_a_past(told):
    """c was written eight weeks ago, and first read in a commit of six weeks ago; `other` is known since its scan."""
    Finding.objects.filter(scope="c").update(first_seen_at=weeks_ago(8))
    late = rows.finding(rows.repository("other"), days_ago=400)
    FindingEvent.objects.create(finding=late, at=timezone.now(), verb="opened", after="present")
    found = on(scope(), day(7))
    assert (found.numbers.left, found.points, found.lives) == (2, 9 + 9, 3)
    assert (on(scope(), day(5)).numbers.left, on(scope(), day(5)).half) == (3, 175)


def test_survival_is_known_of_days_before_any_scan(told):
    """aws lived 140 days and b 182, both before the first scan; a is there all the time, c since six weeks ago."""
    days = {weeks: on(scope(), day(weeks)) for weeks in (22, 9, 3)}
    assert {weeks: found.lives for weeks, found in days.items()} == {22: 3, 9: 3, 3: 4}
    assert days[22].survival == ((0, 1.0),)
    assert days[9].survival == ((0, 1.0), (140, pytest.approx(2 / 3)))
    assert days[3].survival == (*days[9].survival, (182, pytest.approx(1 / 3)))
    assert on(scope(platform="bedrock"), day(9)).survival == ((0, 1.0), (140, 0.0))
    present = ages(scope(), now())
    assert (present.survival, present.lives) == (days[3].survival, days[3].lives)


def test_every_step_between_them_adds_up_and_has_its_reason(told):
    ends = [*PAPER, 0]
    for number, words in enumerate(SCOPES):
        for first in ends:
            for last in (weeks for weeks in ends if weeks < first):
                found = explain(scope(**words), day(first) + timedelta(days=1), day(last))
                closing = PAPER[last or 1][number]
                assert (found.opening, found.closing, found.other) == (PAPER[first][number], closing, 0)
                assert found.opening + sum(calls for _, calls in found.causes) == closing
                assert found.assumed is None
    [many, preset, cohere, bedrock] = (explain(scope(**words), day(31), day(1)) for words in SCOPES)
    assert dict(many.causes) == {Cause.INTRODUCED: 3, Cause.CHANGED: -1, Cause.DELETED: -1}
    assert dict(preset.causes) == {Cause.INTRODUCED: 2, Cause.CHANGED: -1}
    assert dict(cohere.causes) == {Cause.INTRODUCED: 3, Cause.CHANGED: -1}
    assert dict(bedrock.causes) == {Cause.INTRODUCED: 1, Cause.DELETED: -1}
    for found in (many, preset, cohere, bedrock):
        for row in found.rows:
            assert {cause: sum(call.calls for call in some) for cause, some in row.behind.items()} == row.causes
    [edited] = many.behind(Cause.CHANGED)
    assert (edited.path, edited.callee, edited.at) == ("app.py", "co.generate", weeks_ago(20))


def test_its_pages_lists_and_files_say_the_same(told):
    bedrock = scope(platform="bedrock")
    found = figures(bedrock)
    assert (found.counts.left, found.counts.before, found.counts.deleted_ever, found.counts.ever_seen) == (0, 1, 1, 1)
    assert found.counts.completion == (100, 100)
    assert (found.coverage.ever, found.coverage.at_zero) == (1, 1)
    assert sum(week.went for week in found.weeks) == 1
    numbers = summary_of(bedrock)
    assert (numbers.history.before, numbers.completion, numbers.repositories_at_zero) == (1, (100, 100), 1)
    assert [(row.day, row.left) for row in numbers.trend][:3] == [(day(32), 0), (day(30), 1), (day(10), 0)]
    [team] = numbers.teams
    assert (team.ever, team.at_zero) == (1, 1)
    assert dict(numbers_on(bedrock, day(19))[1])["left"] == 1
    [line] = heat([told], timezone.localdate(), 26, scope=scope(parameter="num_generations"))
    assert {cell.left for cell in line.cells} == {0, 1, 2}
    many = scope(parameter="num_generations")
    assert all(cell.left == on(many, cell.day).numbers.left for cell in line.cells[::4])
    told_of = ages(bedrock, now())
    assert (told_of.lives, told_of.before, told_of.survival) == (1, 1, ((0, 1.0), (140, 0.0)))


def test_the_platforms_together_are_the_whole(told):
    whole = scope()
    for weeks in PAPER:
        parts = [on(scope(**words), day(weeks)).numbers for words in SCOPES[2:]]
        assert sum(parts[1:], parts[0]) == on(whole, day(weeks)).numbers
    found, parts = counts(whole), [counts(scope(**words)) for words in SCOPES[2:]]
    for name in ("left", "before", "deleted_ever", "changed_ever", "ever_seen"):
        assert sum(getattr(part, name) for part in parts) == getattr(found, name)


def test_a_window_that_is_cut_opens_with_what_was_there(told):
    from audits.models import Organisation

    Organisation.objects.create(pk=1, history_months=3)
    read(told)
    found = explain(scope(platform="cohere"), day(20), day(1))
    assert (found.opening, found.closing, found.other) == (0, 2, 0)
    assert dict(found.causes) == {Cause.ADDED: 2, Cause.INTRODUCED: 1, Cause.CHANGED: -1}
    assert found.assumed is not None
    assert on(scope(platform="cohere"), day(40)).unknown_before is not None
    # The calls that it opens with stand behind their number, in the commit that was read first.
    for words in ({}, *SCOPES):
        found = explain(scope(**words), day(20), day(1))
        for row in found.rows:
            assert {cause: sum(call.calls for call in some) for cause, some in row.behind.items()} == row.causes
    opened = explain(scope(), day(20), day(1)).behind(Cause.ADDED)
    assert {(call.path, call.line, call.callee) for call in opened} == {
        ("app.py", 7, "co.generate"), ("app.py", 11, "co.generate"), ("aws.py", 9, "bedrock.invoke_model"),
    }  # fmt: skip
    commit = HistoryPoint.objects.get(number=0).commit
    assert {(call.calls, call.commit) for call in opened} == {(1, commit)}
    assert sum(call.finding is not None for call in opened) == 1


def test_a_history_of_before_says_that_nobody_knows_and_is_read_again(told):
    HistoryRun.objects.update(parts_kept=False)
    HistoryPoint.objects.update(parts={})
    HistoryGone.objects.all().delete()
    found = on(scope(platform="cohere"), day(9))
    assert found.unknown_before == timezone.localdate()
    assert explain(scope(platform="cohere"), day(9), day(5)).untold
    assert on(scope(), day(9)).numbers.left == 2
    assert history.tick() == 1
    run = HistoryRun.objects.get(state="queued")
    assert run.trigger == "engine"
    history.run_history(run.pk)
    assert on(scope(platform="cohere"), day(9)).numbers.left == 2


def test_what_scans_saw_since_goes_on_from_there(told, roots):
    builder = RepositoryBuilder(roots / "parts.git")
    builder.commit({"app.py": module(a=PRESET)}, date=now())
    rescan(told)
    many, today = scope(parameter="num_generations"), timezone.localdate()
    found = explain(many, day(9), today)
    assert (found.opening, found.closing, found.other) == (0, 0, 0)
    assert dict(found.causes) == {Cause.INTRODUCED: 1, Cause.DELETED: -1}
    told_now = counts(many)
    assert (told_now.left, told_now.before, told_now.ever_seen) == (0, 1, 2)
    read(told)
    assert counts(many) == told_now
    # The scan saw `c` go today; its commit says until when it was there, one by one.
    assert (on(scope(), day(1)).points, on(scope(), day(1)).numbers.left) == (18, 2)
    assert (on(many, day(1)).points, on(many, today - timedelta(days=1)).numbers.left) == (9, 1)
    found = explain(many, day(9), today)
    assert (found.opening, found.closing, found.other) == (0, 0, 0)


def test_a_call_that_got_another_parameter_after_the_history_is_told_as_reading(told, roots):
    builder = RepositoryBuilder(roots / "parts.git")
    builder.commit({"app.py": module(a=PRESET, c=PRESET)}, date=now())
    rescan(told)
    many, today = scope(parameter="num_generations"), timezone.localdate()
    found = explain(many, day(5), today)
    assert (found.opening, found.closing, found.other, dict(found.causes)) == (1, 0, 0, {Cause.READING: -1})
    edited = FindingEvent.objects.get(verb="edited")
    assert (edited.finding.scope, edited.reason, edited.after) == (
        "c", "now in the way: preset; no more: num_generations", ""
    )  # fmt: skip
    # The clock has the history read anew, once, and the commit tells what changed.
    assert history.tick() == 1
    history.run_history(HistoryRun.objects.get(state="queued").pk)
    assert history.tick() == 0
    found = explain(many, day(5), today)
    assert (found.opening, found.closing, found.other, dict(found.causes)) == (1, 0, 0, {Cause.CHANGED: -1})
