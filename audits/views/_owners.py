"""The handles of CODEOWNERS as people and teams that are known here."""

from django.db.models import Q
from django.db.models.functions import Lower

from audits.access import Person, teams_open_to
from audits.models import Finding, User


def owners(row: Finding, reader: Person) -> list[tuple[str, str]]:
    """(handle, the team's or person's name, "" where nobody here answers to it that the reader may know of); two
    queries, none without owners."""
    handles = [(handle, handle.removeprefix("@").lower()) for handle in row.owner_names]
    if not handles:
        return []
    words = {word.rpartition("/")[2]: handle for handle, word in handles}
    teams = teams_open_to(reader).annotate(word=Lower("slug")).filter(word__in=words)
    known = {team.slug.lower(): team.name for team in teams}
    lowered = User.objects.annotate(name=Lower("username"), mail=Lower("email")).filter(is_active=True)
    names = [word for _, word in handles]
    people: dict[str, str] = {}
    for user in lowered.filter(Q(name__in=names) | Q(mail__in=names)):
        people |= dict.fromkeys((user.username.lower(), user.email.lower()), user.get_full_name() or user.username)
    return [
        (handle, known.get(word.rpartition("/")[2], "") if "/" in word else people.get(word) or known.get(word, ""))
        for handle, word in handles
    ]
