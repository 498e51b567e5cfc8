"""What kind of host a host is, where its name does not tell: an admin says it of the host, or somebody with a token.

Links to lines of code follow from it; nothing is sent anywhere by it.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, F
from django.db.models.functions import Now

from audits import hosts
from audits.models import AuditEvent, AuditVerb, Credential, HostForge, Repository, User

KINDS = {"github": "GitHub", "gitlab": "GitLab", "bitbucket": "Bitbucket", "gitea": "Gitea or Forgejo"}


@dataclass(frozen=True, slots=True)
class Unnamed:
    """A host whose name does not tell. `said` is what an admin said of it, `by_token` what came with its token; both
    words of KINDS, "" for none."""

    host: str
    repositories: int
    said: str
    by_token: str


def of(repositories: Iterable[Repository]) -> dict[int, str]:
    """The kinds by repository, where the name of the host does not tell and somebody said it: of the host, or else
    with a token of the repository, or else with one of the host.

    Two queries, none where all names tell.
    """
    places = {row.pk: hosts.place_of(row.url) for row in repositories if not hosts.tells_forge(row.url)}
    if not places:
        return {}
    named = {word for words in places.values() for word in words}
    found: dict[int, str] = {}
    for place, whose, forge in _with_tokens(named):
        found |= {pk: forge for pk, words in places.items() if place in words and whose in (None, pk)}
    for place, forge in HostForge.objects.filter(place__in=named).values_list("place", "forge"):
        found |= {pk: forge for pk, words in places.items() if place in words}
    return found


def unnamed() -> list[Unnamed]:
    """The hosts of registered repositories whose names do not tell, by name; three queries."""
    rows = Repository.objects.exclude(host="").order_by("host").values_list("host").annotate(n=Count("pk"))
    counts = {host: n for host, n in rows if not hosts.tells_forge(f"https://{host}/a/b")}
    said = dict(HostForge.objects.filter(place__in=counts).values_list("place", "forge"))
    by_token = {place: forge for place, whose, forge in _with_tokens(set(counts)) if whose is None}
    return [Unnamed(host, n, said.get(host, ""), by_token.get(host, "")) for host, n in counts.items()]


def say(host: str, forge: str, user: User) -> None:
    """Keep what `host` is; "" takes it back."""
    with transaction.atomic():
        if forge:
            values = {"forge": forge, "said_at": Now(), "said_by": user}
            HostForge.objects.update_or_create(place=host, defaults=values)
        else:
            HostForge.objects.filter(place=host).delete()
        AuditEvent.record(user, AuditVerb.HOST_NAMED, host, KINDS.get(forge, "Not said"))


def _with_tokens(places: set[str]) -> Iterable[tuple[str, int | None, str]]:
    """(place, repository or None, kind), those of whole hosts first."""
    said = Credential.objects.filter(place__in=places).exclude(forge="").order_by(F("repository").asc(nulls_first=True))
    return said.values_list("place", "repository", "forge")
