"""What a repository may be called, and a free name made from an address."""

import re
from collections.abc import Iterator
from itertools import count

from django.db.models import QuerySet

from audits.access import visible_to
from audits.hosts import Address
from audits.models import AuditEvent, AuditVerb, Repository, Team, User

NAME_LIMIT = 120
_NAME = re.compile(r"[^\W_][\w .+()/~-]{0,118}[\w)+]|[^\W_]")
_UNFIT = re.compile(r"[^\w.+()/~-]+")


def name_problem(name: str) -> str:
    """The sentence for a name that cannot be used, or "". Names stand in filters and on command lines."""
    if not name:
        return "Give the repository a name."
    if len(name) > NAME_LIMIT:
        return f"The name has {len(name)} characters; {NAME_LIMIT} is the most."
    if not _NAME.fullmatch(name):
        return "A name starts with a letter or a digit and holds letters, digits, spaces and . _ + - / ( ) only."
    return ""


def known_to(user: User | None) -> "QuerySet[Repository]":
    """The repositories that whoever names one may know of; the command line, which is nobody, knows all."""
    return Repository.objects.all() if user is None else visible_to(user)


def taken(name: str, user: User | None, own: int = 0) -> str:
    """The sentence for a name that another repository than `own` has, or "". A name must not tell of a hidden one."""
    if known_to(user).filter(name=name).exclude(pk=own).exists():
        return f"Another repository is called {name}; choose another name."
    return ""


def give_way(name: str, user: User | None, own: int = 0) -> None:
    """A hidden repository of this name gets another, as the word of a hidden team does; its admins find it told."""
    hidden = Repository.objects.filter(name=name).exclude(pk=own).exclude(pk__in=known_to(user).order_by().values("pk"))
    for other in hidden:
        free = next(given for given in _numbered(name) if not Repository.objects.filter(name=given).exists())
        Repository.objects.filter(pk=other.pk).update(name=free)
        AuditEvent.record(None, AuditVerb.REPOSITORY_CHANGED, free, f"called {name} before, as another one is now")


def free_name(address: Address, user: User | None = None) -> str:
    """The name guessed from an address that none `user` knows of has: shop, acme/shop, shop-2, shop-3 …"""
    known = known_to(user)
    return next(name for name in _guesses(address) if not known.filter(name=name).exists())


def _guesses(address: Address) -> Iterator[str]:
    base = _fit(address.name) or "repository"
    yield base
    owner = _fit("/".join(address.path.strip("/").split("/")[-2:]).removesuffix(".git"))
    if owner:
        yield owner
    yield from _numbered(base)


def _numbered(name: str) -> Iterator[str]:
    return (f"{name[: NAME_LIMIT - 8]}-{number}" for number in count(2))


def _fit(text: str) -> str:
    fitted = _UNFIT.sub("-", text).strip("-_. /~(")[:NAME_LIMIT]
    return fitted if _NAME.fullmatch(fitted) else ""


def slug_for(name: str, teams: "QuerySet[Team] | None" = None) -> str:
    """A slug for a new team that none of `teams` has, of all without them."""
    known = Team.objects.all() if teams is None else teams
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:70] or "team"
    slug, number = base, 2
    while known.filter(slug=slug).exists():
        slug, number = f"{base}-{number}", number + 1
    return slug
