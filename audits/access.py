"""Who may do what: the one table. Every view names its action, and every query of a page starts at `visible_to`."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase

from audits.models import AuditEvent, AuditVerb, Finding, Repository, Role, SetAside, Team, User

Person = User | AnonymousUser
View = Callable[..., HttpResponseBase]
Row = TypeVar("Row", Finding, SetAside)


class Action(StrEnum):
    """What a route does; the words are the rows of the table."""

    PROBE = "probe"
    SIGN_IN = "sign in"
    SIGN_OUT = "sign out"
    VIEW = "view"
    EXPORT = "export"
    SCAN = "scan"
    TRIAGE = "change finding state, assign, comment"
    DISMISS = "dismiss, waive"
    JUDGE = "accept or reject a suspicious drop"
    EDIT_REPOSITORIES = "edit repositories"
    SHARE = "share a view of the findings"
    SET_CREDENTIALS = "set credentials"
    EDIT_TEAMS = "edit teams"
    ADMINISTER = "administer"


# The least role an action needs; None needs nobody signed in.
LEAST_ROLE: dict[Action, Role | None] = {
    Action.PROBE: None,
    Action.SIGN_IN: None,
    Action.SIGN_OUT: Role.VIEWER,
    Action.VIEW: Role.VIEWER,
    Action.EXPORT: Role.VIEWER,
    Action.SCAN: Role.ENGINEER,
    Action.TRIAGE: Role.ENGINEER,
    Action.DISMISS: Role.ENGINEER,
    Action.JUDGE: Role.LEAD,
    Action.EDIT_REPOSITORIES: Role.LEAD,
    Action.SHARE: Role.LEAD,
    Action.SET_CREDENTIALS: Role.LEAD,
    Action.EDIT_TEAMS: Role.LEAD,
    Action.ADMINISTER: Role.ADMIN,
}
RANK = {role: rank for rank, role in enumerate(Role)}
# Who answers for the migration as a whole.
LEADING = (Role.LEAD, Role.ADMIN)
_ADMIN = Q(role=Role.ADMIN) | Q(is_superuser=True)


class LastAdmin(ValueError):
    """Refused, because nobody would be left who can give a role back."""


def role_of(user: Person) -> Role | None:
    """The user's role, None for nobody. A superuser made on the command line is an admin."""
    if not isinstance(user, User) or not user.is_active:
        return None
    return Role.ADMIN if user.is_superuser else Role(user.role)


def may(user: Person, action: Action) -> bool:
    """Whether the table lets this person do it."""
    least, role = LEAST_ROLE[action], role_of(user)
    return least is None or (role is not None and RANK[role] >= RANK[least])


def allowed(action: Action) -> Callable[[View], View]:
    """Guard a view: 403 for too little right; whoever is not signed in was sent to sign in by the middleware before.

    The guarded view carries its `action`, by which a test finds every route that has none.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user, action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.action = action  # type: ignore[attr-defined]
        return guarded

    return guard


def visible_to(user: Person) -> "QuerySet[Repository]":
    """The repositories that this person may know of; anything else answers 404."""
    role = role_of(user)
    if role is None or not isinstance(user, User):
        return Repository.objects.none()
    return Repository.objects.all() if role == Role.ADMIN else Repository.objects.exclude(team__in=_closed_to(user))


def teams_open_to(user: Person) -> "QuerySet[Team]":
    """The teams that this person may look into: all but restricted ones of others."""
    if not isinstance(user, User) or role_of(user) is None:
        return Team.objects.none()
    if role_of(user) == Role.ADMIN:
        return Team.objects.all()
    return Team.objects.filter(Q(restricted=False) | Q(pk__in=user.teams.values("pk")))


def findings_visible_to(user: Person) -> "QuerySet[Finding]":
    """The findings of the repositories that this person may know of.

    What is closed is named by a list, not by a join: a page over many findings then reads an index alone.
    """
    return _of_visible(Finding.objects.all(), user)


def set_aside_visible_to(user: Person) -> "QuerySet[SetAside]":
    """The uses that a comment sets aside, in the repositories that this person may know of."""
    return _of_visible(SetAside.objects.all(), user)


def _of_visible(rows: "QuerySet[Row]", user: Person) -> "QuerySet[Row]":
    role = role_of(user)
    if role is None or not isinstance(user, User):
        return rows.none()
    if role == Role.ADMIN:
        return rows
    return rows.exclude(repository__in=Repository.objects.order_by().filter(team__in=_closed_to(user)))


def findings_hidden_from(user: Person) -> "QuerySet[Finding]":
    """The other findings: only to be counted, and the counts not to be broken down."""
    role = role_of(user)
    if role is None or not isinstance(user, User):
        return Finding.objects.all()
    if role == Role.ADMIN:
        return Finding.objects.none()
    return Finding.objects.filter(repository__in=Repository.objects.order_by().filter(team__in=_closed_to(user)))


def _closed_to(user: User) -> "QuerySet[Team]":
    """The restricted teams of others: of these, members know their own and admins all."""
    return Team.objects.order_by().filter(restricted=True).exclude(pk__in=user.teams.values("pk"))


def who_sees(people: "QuerySet[User]", findings: "QuerySet[Finding]") -> "QuerySet[User]":
    """Annotate `sees`: whether they may know of every one of these findings."""
    of_team = Repository.objects.order_by().filter(team=OuterRef("pk"))
    there = of_team.filter(Exists(findings.order_by().filter(repository=OuterRef("pk"))))
    closed = Team.objects.order_by().filter(Exists(there), restricted=True)
    # Asked first: a condition on each person would look for these teams each time.
    keys = list(closed.values_list("pk", flat=True))
    outside = Team.objects.order_by().filter(pk__in=keys).exclude(members=OuterRef("pk"))
    return people.annotate(sees=_ADMIN | ~Exists(outside) if keys else Value(True))


def person(request: HttpRequest) -> User:
    """Who asks, in a view that nobody reaches without signing in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def admins() -> "QuerySet[User]":
    """Active people who may administer."""
    return User.objects.filter(_ADMIN, is_active=True)


def give_role(user: User, role: Role, *, active: bool = True, by: User | None = None) -> None:
    """Set role and activity, and with them the rights in Django's own admin; `by` is told on. Raises LastAdmin."""
    with transaction.atomic():
        before = User.objects.filter(pk=user.pk).values_list("role", "is_active").first()
        others = admins().select_for_update().exclude(pk=user.pk)
        if not (active and role == Role.ADMIN) and admins().filter(pk=user.pk).exists() and not others.exists():
            raise LastAdmin("This is the last admin: make somebody else an admin first.")
        user.role, user.is_active = role, active
        user.is_staff = user.is_superuser = role == Role.ADMIN
        user.save(update_fields=["role", "is_active", "is_staff", "is_superuser"])
        if before != (role, active):
            AuditEvent.record(
                by, AuditVerb.ROLE_CHANGED, user.username, f"{role.label}{'' if active else ', may not sign in'}"
            )
