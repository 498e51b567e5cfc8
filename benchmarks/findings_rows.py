"""The rows of an organisation with many findings: 200 repositories of 20 teams, 40 people, and as many calls as wanted.

What the pages show of a call is real: a few sources are audited, and the rows hold what came of it. All else is drawn
from a generator with a fixed seed, so that two runs measure the same rows. Of many, the first DRAWN are drawn, and the
database copies them into other repositories, with every index and trigger in place.
"""

import random
import tempfile
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from audits.analysis import analyse
from audits.areas import Area
from audits.engine.facts import Usage
from audits.gitstore import open_local
from audits.models import (
    Comment,
    Finding,
    FindingEvent,
    FindingParameter,
    Organisation,
    Repository,
    Role,
    SavedView,
    Scan,
    ScanState,
    Team,
    User,
)
from audits.sandbox import Sandbox
from audits.scans.columns import fields, parameters

REPOSITORIES, TEAMS, PEOPLE, RESTRICTED = 200, 20, 40, 2
BATCH, DRAWN = 1_000, 10_000
# The keys that are drawn end with as many zeros; those of a copy with its number.
MARK = 12
# The first ones, in one state each, are given to who asks, in a repository of their team.
MINE = 8
SOURCE = """
import cohere

co = cohere.Client("key")


def expand(query):
    found = co.generate(prompt=query, model="command", max_tokens=40, num_generations=3, return_likelihoods="ALL")
    return [one.text for one in found.generations]


def title(text):
    return co.generate(prompt=f"A title for {text}", temperature=0.2, end_sequences=["."]).generations[0].text


async def stream(text):
    for event in co.generate(prompt=text, stream=True, preset="short", logit_bias={1: 2.0}):
        yield event.text


def answer(question):
    return co.generate(question, truncate="END", k=40, p=0.8, frequency_penalty=0.1).generations[0].text
"""


def fill(count: int) -> User:
    """`count` findings in an empty database; who asks is an engineer of two teams, who cannot see two other ones."""
    draw = random.Random(1)
    Organisation.objects.update_or_create(pk=1, defaults={"name": "Bench"})
    teams = Team.objects.bulk_create(
        Team(name=f"Team {n}", slug=f"team-{n}", restricted=n < RESTRICTED) for n in range(TEAMS)
    )
    people = User.objects.bulk_create(
        User(username=f"person-{n}", first_name="Person", last_name=str(n), role=Role.ENGINEER) for n in range(PEOPLE)
    )
    me = people[0]
    me.teams.set(teams[RESTRICTED : RESTRICTED + 2])
    SavedView.objects.bulk_create(SavedView(owner=me, name=f"View {n}", query="state:open") for n in range(10))
    repositories, scans = _repositories(teams)
    rows = _findings(draw, min(count, DRAWN), list(zip(repositories, scans, strict=True)), people, _usages())
    while batch := list(islice(rows, BATCH)):
        Finding.objects.bulk_create(row for row, _ in batch)
        FindingParameter.objects.bulk_create(made for row, usage in batch for made in parameters(row, usage))
        FindingEvent.objects.bulk_create(_event(row, verb) for row, _ in batch for verb in ("opened", "seen"))
        Comment.objects.bulk_create(
            Comment(finding=row, author=draw.choice(people), at=row.first_seen_at, text="See the *ticket*.")
            for row, _ in batch[::20]
        )
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA cache_size=-400000")
    for number in range(1, count // DRAWN):
        _copy(number)
    # What answers later has the product's own cache.
    connection.close()
    return me


def _copy(number: int) -> None:
    """What was drawn, once more: each in another repository, under another key."""
    # In an empty database keys begin with 1.
    other = f"({{0}} - 1 + {37 * number}) % {REPOSITORIES} + 1"
    if connection.vendor == "postgresql":
        key = f"CAST(substr(CAST({{0}} AS text), 1, {36 - MARK}) || '{number:0{MARK}}' AS uuid)"
    else:
        key = f"substr({{0}}, 1, {32 - MARK}) || '{number:0{MARK}}'"
    with transaction.atomic(), connection.cursor() as cursor:
        for model in (Finding, FindingParameter, FindingEvent, Comment):
            of = "id" if model is Finding else "finding_id"
            told = {of: key.format(of)} | {
                name: other.format(name) for name in ("repository_id", "last_scan_id", "scan_id")
            }
            fields = [field.column for field in model._meta.concrete_fields if not isinstance(field, models.AutoField)]
            names = [connection.ops.quote_name(name) for name in fields]
            values = [told.get(name, quoted) for name, quoted in zip(fields, names, strict=True)]
            cursor.execute(
                f"INSERT INTO {model._meta.db_table} ({', '.join(names)}) SELECT {', '.join(values)}"
                f" FROM {model._meta.db_table} WHERE CAST({of} AS text) LIKE '%{'0' * MARK}'"
            )


def _usages() -> list[Usage]:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "app.py").write_text(SOURCE)
        with open_local(Path(folder)) as source, Sandbox() as sandbox:
            return list(analyse(source, sandbox).usages)


def _repositories(teams: list[Team]) -> tuple[list[Repository], list[Scan]]:
    now = timezone.now()
    applied = {"applied_commit": "a" * 40, "applied_at": now, "applied_branch": "main"}
    rows = Repository.objects.bulk_create(
        Repository(
            name=f"service-{n:03}",
            url=f"https://github.com/acme/service-{n:03}",
            key=f"github.com/acme/service-{n:03}",
            host="github.com",
            team=teams[n % TEAMS],
            **applied,
        )
        for n in range(REPOSITORIES)
    )
    scans = Scan.objects.bulk_create(
        Scan(repository=row, state=ScanState.DONE, queued_at=now, finished_at=now, commit="a" * 40) for row in rows
    )
    for row, scan in zip(rows, scans, strict=True):
        row.last_scan = scan
    Repository.objects.bulk_update(rows, ["last_scan"])
    return rows, scans


def _findings(
    draw: random.Random,
    count: int,
    places: list[tuple[Repository, Scan]],
    people: list[User],
    usages: list[Usage],
) -> Iterator[tuple[Finding, Usage]]:
    now, columns = timezone.now(), [(usage, fields(usage)) for usage in usages]
    folders = [f"{top}/{sub}" for top in ("app", "jobs", "lib", "tests", "web") for sub in ("core", "search", "text")]
    owners = ["", *(f" @acme/team-{n} " for n in range(TEAMS)), *(f" @person-{n} " for n in range(0, PEOPLE, 4))]
    for number in range(count):
        repository, scan = draw.choice(places)
        usage, values = draw.choice(columns)
        seen = now - timedelta(days=draw.randrange(500), seconds=number)
        more = {
            "path": f"{draw.choice(folders)}/module_{number % 997}.py",
            "line": 1 + number % 400,
            "scope": f"handler_{number % 61}",
            "call_hash": f"{number:064x}",
            "area": draw.choices([Area.PRODUCT, Area.TESTS, Area.EXAMPLES], [80, 15, 5])[0].value,
            "platform": draw.choices(["cohere", "bedrock", "oci", "unknown"], [80, 8, 4, 8])[0],
            "confidence": draw.choices(["confirmed", "likely", "possible"], [70, 20, 10])[0],
            "kind": draw.choices([usage.kind.value, "raw_http", "mention"], [80, 15, 5])[0],
            "owners": draw.choice(owners),
            "assignee": draw.choice(people) if draw.random() < 0.3 else None,
            "first_seen_at": seen,
            "last_seen_at": now,
            "last_scan": scan,
            "commit": "a" * 40,
            **_state(draw, now, number),
        }
        if number < MINE:
            # Few findings too have something in each list of My work.
            repository, scan = places[RESTRICTED + number * TEAMS]
            more |= {"assignee": people[0], "last_scan": scan, "area": Area.PRODUCT.value, "kind": usage.kind.value}
        key = uuid.UUID(int=draw.getrandbits(128 - 4 * MARK) << 4 * MARK)
        yield Finding(id=key, repository=repository, **{**values, **more}), usage


def _state(draw: random.Random, now: datetime, number: int) -> dict[str, Any]:
    """One of each, then in shares that a migration may have half way."""
    today = timezone.localdate(now)
    kinds: list[tuple[int, dict[str, Any]]] = [
        (58, {}),
        (4, {"presence": "unknown"}),
        (20, {"presence": "absent", "absent_reason": "migrated", "resolved_at": now}),
        (6, {"disposition": "planned", "due": today + timedelta(days=draw.randrange(-30, 90))}),
        (5, {"disposition": "dismissed", "dismissal": "dead_code"}),
        (4, {"disposition": "waived", "waived_until": today + timedelta(days=draw.randrange(1, 200))}),
        (2, {"regressed": True, "reopened_at": now + timedelta(minutes=1)}),
        (1, {"re_review": True, "dismissal": "dead_code"}),
    ]
    if number < MINE:
        return kinds[number][1]
    return draw.choices([values for _, values in kinds], [share for share, _ in kinds])[0]


def _event(row: Finding, verb: str) -> FindingEvent:
    return FindingEvent(finding=row, at=row.first_seen_at, scan=row.last_scan, verb=verb)
