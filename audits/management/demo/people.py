"""The demo's people, and what they have decided about its findings.

Decisions go through `triage` like anybody's; days count from the first start, so that what is due soon stays so.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from audits import triage
from audits.lifecycle import Dismissal
from audits.models import Finding, FindingEvent, Organisation, Role, Team, User

from .history import DOMAIN

SPRINT, QUARTER = timedelta(days=12), timedelta(days=80)
GOAL = timedelta(weeks=30)


@dataclass(frozen=True)
class Somebody:
    """A person of the demo; nobody can sign in as one."""

    name: str
    team: str
    role: Role = Role.ENGINEER

    @property
    def username(self) -> str:
        return self.name.lower().replace(" ", ".")


PEOPLE = (
    Somebody("Ana Ruiz", "Search", Role.LEAD),
    Somebody("Tomas Berg", "Search"),
    Somebody("Emil Sato", "Platform", Role.LEAD),
    Somebody("Noor Haddad", "Platform"),
    Somebody("Jonas Weiss", "Support", Role.LEAD),
    Somebody("Mei Tanaka", "Support"),
    Somebody("Priya Nair", "Finance", Role.LEAD),
)


def are_settled() -> bool:
    """Whether the people have decided what they decide."""
    return FindingEvent.objects.filter(actor__email__endswith=f"@{DOMAIN}").exists()


@transaction.atomic
def settle() -> None:
    """All or nothing. Raises Finding.DoesNotExist where a finding of the demo is not there."""
    people = {somebody.name: _person(somebody) for somebody in PEOPLE}
    for user in User.objects.filter(is_superuser=True):
        user.teams.add(Team.objects.get(name="Platform"))
    today = timezone.localdate()
    Organisation.objects.filter(pk=1, due=None).update(due=today + GOAL, manager=people["Emil Sato"])
    if not are_settled():
        _decide(people)
        _comment(people)


def _person(somebody: Somebody) -> User:
    first, _, last = somebody.name.partition(" ")
    email = f"{somebody.username}@{DOMAIN}"
    user, made = User.objects.get_or_create(
        username=somebody.username,
        defaults={"first_name": first, "last_name": last, "email": email, "role": somebody.role},
    )
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
        user.teams.add(Team.objects.get(name=somebody.team))
    return user


def _decide(people: dict[str, User]) -> None:
    today = timezone.localdate()
    administrator = User.objects.filter(is_superuser=True).order_by("pk").first() or people["Emil Sato"]
    emil, priya = people["Emil Sato"], people["Priya Nair"]
    decisions = (
        (emil, "prompts/bulk.py", "run_all", triage.plan(emil, today + SPRINT)),
        (emil, "prompts/runner.py", "Runner.creative", triage.plan(administrator, today + SPRINT)),
        (emil, "prompts/tasks.py", "plain", triage.assign(administrator)),
        (
            emil,
            "gateway/report.py",
            "weekly_report",
            triage.waive(today + SPRINT, "The report moves to the new chain with the next release of the gateway."),
        ),
        (
            priya,
            "ledger/quality.py",
            "doubt",
            triage.waive(today + QUARTER, "Chat gives no likelihood of a prompt: a reranker takes the score's place."),
        ),
        (
            priya,
            "reader/sagemaker.py",
            "total",
            triage.dismiss(Dismissal.OTHER_PLATFORM, "Our own endpoint: it answers until its contract ends."),
        ),
        (people["Ana Ruiz"], "search/rewrite.py", "QueryRewriter.rewrite", triage.plan(people["Tomas Berg"], None)),
    )
    for who, path, scope, decision in decisions:
        row = _finding(path, scope)
        triage.decide(who, row.pk, decision, row.version)


def _comment(people: dict[str, User]) -> None:
    row = _finding("search/blurbs.py", "draft_blurbs")
    text = "Chat writes one answer a call: **three calls** with a `seed` each, or one blurb to choose from?"
    triage.comment(people["Ana Ruiz"], row, text)


def _finding(path: str, scope: str) -> Finding:
    return Finding.objects.defer("detail", "snippet").get(path=path, scope=scope, presence="present")
