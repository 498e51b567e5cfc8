"""When the clock wants a repository again: the rule in force, and what an end of a scan makes of the next time."""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import DateTimeField, QuerySet
from django.db.models.functions import Now

from audits import recurrence
from audits.models import Organisation, Repository
from audits.models.repository import PAUSE_AFTER, STOP_AFTER_REFUSALS

from .worded import ANY, WordedUpdate, parted

# A person must act before the host lets anybody in, or before the repository is back: asking on is no use.
REFUSALS = ("auth_failed", "not_found")


@dataclass(frozen=True)
class InForce:
    """A repository's rule, the time zone of its cron, and whose it is: "repository", "team" or "organisation"."""

    rule: str
    zone: str
    source: str

    @property
    def words(self) -> str:
        return recurrence.words(self.rule, self.zone)


def in_force(repository: Repository, organisation: Organisation) -> InForce:
    """The repository's own rule, else its team's, else the organisation's. No query where the team is at hand."""
    if repository.schedule:
        return InForce(repository.schedule, repository.time_zone, "repository")
    if repository.team_id and repository.team and repository.team.schedule:
        return InForce(repository.team.schedule, repository.team.time_zone, "team")
    return InForce(organisation.schedule, organisation.time_zone, "organisation")


def next_run(repository: Repository, now: datetime, organisation: Organisation | None = None) -> datetime:
    """The next time of its rule after `now`, later after several failures in a row."""
    rule = in_force(repository, organisation or Organisation.current())
    return recurrence.next_run(rule.rule, rule.zone, repository.key, now, repository.failures)


def ended_well(repository_id: int, scan_id: int, **also: Any) -> None:
    """Inside the transaction that ends a scan: it was read, so what failures had put off is as before.

    `also` are further columns of the repository to write.
    """
    values: dict[str, Any] = {"last_scan": scan_id, "failures": 0, "refusals": 0, "paused_at": None, **also}
    if _usual(*parted(values)).write(repository_id, told=values):
        return
    row = _known(repository_id).select_for_update(of=("self",)).first()
    if row is None:
        return
    row.failures = 0
    Repository.objects.filter(pk=repository_id).update(**values, next_scan_at=next_run(row, row.now))


@lru_cache(maxsize=20)
def _usual(told: tuple[str, ...], now: tuple[str, ...]) -> WordedUpdate:
    """Of a repository whose next time no failure has changed."""
    rows = Repository.objects.filter(pk=ANY, paused_at=None, failures__lt=recurrence.SLOW_AFTER)
    return WordedUpdate(rows, told, **dict.fromkeys(now, Now()))


def ended_badly(repository_id: int, scan_id: int, kind: str) -> None:
    """Inside the transaction that ends a scan: after 3 failures in a row the next try is later, after 25 there is none.

    Where the host refuses, the third time is the last: an account may be locked by tries.
    """
    row = _known(repository_id).select_for_update(of=("self",)).first()
    if row is None:
        return
    row.failures += 1
    row.refusals += kind in REFUSALS
    values: dict[str, object] = {"last_scan": scan_id, "failures": row.failures, "refusals": row.refusals}
    if row.failures >= PAUSE_AFTER or row.refusals >= STOP_AFTER_REFUSALS:
        values |= {"paused_at": row.paused_at or Now(), "next_scan_at": None}
    elif row.failures >= recurrence.SLOW_AFTER:
        values["next_scan_at"] = next_run(row, row.now)
    Repository.objects.filter(pk=repository_id).update(**values)


def resume(repository: Repository) -> None:
    """Let the clock scan it again from its next time on, as if it had not failed; what it failed of stays shown."""
    row = _known(repository.pk).get()
    row.failures = 0
    coming = None if row.archived_at else next_run(row, row.now)
    Repository.objects.filter(pk=row.pk).update(failures=0, refusals=0, paused_at=None, next_scan_at=coming)


def answered(repositories: "QuerySet[Repository]") -> None:
    """Their host lets us in again: those that its refusals had paused are due at once."""
    refused = repositories.filter(refusals__gte=STOP_AFTER_REFUSALS, archived_at=None).exclude(paused_at=None)
    with transaction.atomic():
        list(Repository.locked(refused.order_by().values("pk")).values_list("pk"))
        refused.update(failures=0, refusals=0, paused_at=None, next_scan_at=Now())


def _known(repository_id: int) -> "QuerySet[Any]":
    """The repository, with its team and `now` by the database's clock."""
    rows = Repository.objects.select_related("team").annotate(now=Now(output_field=DateTimeField()))
    return rows.filter(pk=repository_id)
