"""What a repository may be called, and a free name made from an address."""

import re
from collections.abc import Iterator

from django.db.models import QuerySet

from audits.hosts import Address
from audits.models import Repository, Team

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


def free_name(address: Address) -> str:
    """The name guessed from an address, made unique: shop, acme/shop, shop-2, shop-3 …"""
    return next(name for name in _guesses(address) if not Repository.objects.filter(name=name).exists())


def _guesses(address: Address) -> Iterator[str]:
    base = _fit(address.name) or "repository"
    yield base
    owner = _fit("/".join(address.path.strip("/").split("/")[-2:]).removesuffix(".git"))
    if owner:
        yield owner
    number = 2
    while True:
        yield f"{base[: NAME_LIMIT - 8]}-{number}"
        number += 1


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
