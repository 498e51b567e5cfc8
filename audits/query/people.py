"""What people decided, as conditions: `assignee:`, `due:` and `is:`."""

from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q
from django.utils import timezone

from audits.lifecycle import STEPS, Disposition, Gone, Move, Origin, Presence
from audits.models import Repository, User

from .state import known_broken

WEEK, FORTNIGHT, MONTH = (timedelta(days=days) for days in (7, 14, 30))


def assigned(value: str, me: User | None) -> Q:
    """Of `me`, of nobody (`none`), or of a person by user name."""
    if value.lower() == "me":
        return Q(assignee=me) if me is not None else Q(pk__in=[])
    return Q(assignee=None) if value.lower() == "none" else Q(assignee__in=User.objects.filter(username__iexact=value))


def owned(value: str, me: User | None) -> Q:
    """By CODEOWNERS: of `me` and my teams, of nobody (`none`), of a handle, a team's word or a person's user name."""
    if value.lower() == "none":
        return Q(owners="")
    if value.lower() == "me":
        if me is None:
            return Q(pk__in=[])
        names = [me.username, me.email, *(f"/{slug}" for slug in me.teams.values_list("slug", flat=True))]
    else:
        mails = User.objects.filter(username__iexact=value).exclude(email="").values_list("email", flat=True)
        names = [value, f"/{value}", *mails]
    return reduce(or_, (_named(name) for name in names if name.strip("/@")), Q(pk__in=[]))


def _named(name: str) -> Q:
    """One owner, whole: a team's word stands after the organisation's and a slash."""
    if name.startswith("/"):
        return Q(owners__icontains=f"{name} ")
    return Q(owners__icontains=f" {name} ") | Q(owners__icontains=f" @{name} ")


def due(word: str) -> Q:
    """Plans by their day: passed, within 7 days, within 30, after that, without one. Of calls that are still there."""
    today = timezone.localdate()
    days = {
        "overdue": Q(due__lt=today),
        "week": Q(due__gte=today, due__lte=today + WEEK),
        "month": Q(due__gte=today, due__lte=today + MONTH),
        "later": Q(due__gt=today + MONTH),
        "none": Q(due=None),
    }
    planned = Q() if word == "none" else Q(disposition=Disposition.PLANNED)
    return days[word] & planned & ~Q(presence=Presence.ABSENT)


def ours(me: User | None) -> Q:
    """In a repository of my teams, or by CODEOWNERS mine or theirs."""
    if me is None:
        return Q(pk__in=[])
    return Q(repository__in=Repository.objects.order_by().filter(team__in=me.teams.values("pk"))) | owned("me", me)


def takes(move: Move) -> Q:
    """Findings with which that step can be made, by their state: `triage` refuses the others."""
    there = ~Q(presence=Presence.ABSENT) & ~Q(absent_reason=Gone.PATH_EXCLUDED)
    before = Q(disposition__in=[word.value for word in STEPS[move].before])
    return there & (before | Q(re_review=True) if move is Move.REOPEN else before)


def flagged(word: str, me: User | None) -> Q:
    """A word of `is:`."""
    if word in ("mine", "ours"):
        return ours(me) | assigned("me", me) if word == "mine" else ours(me)
    there, today = ~Q(presence=Presence.ABSENT), timezone.localdate()
    ending = Q(disposition=Disposition.WAIVED, waived_until__gte=today, waived_until__lte=today + FORTNIGHT)
    conditions = {
        "regressed": Q(regressed=True) & there,
        "re-review": Q(re_review=True) & there,
        "unowned": Q(owners=""),
        "waiver-ending": ending & there,
        "waiver-ended": Q(disposition=Disposition.WAIVED, waived_until__lt=today) & there,
        "known-broken": known_broken(),
        "introduced": Q(origin=Origin.INTRODUCED),
        "discovered": Q(origin=Origin.DISCOVERED),
        # What a comment sets aside is no finding, and has a list of its own (`aside`).
        "suppressed": Q(pk__in=[]),
    }
    return conditions[word]
