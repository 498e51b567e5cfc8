"""The menus above the list of findings: for everybody who does not type a filter language. They write the same one."""

from dataclasses import dataclass

from django.db.models import Exists, Q, QuerySet
from django.http import QueryDict

from audits import query
from audits.engine.catalogue import PARAMETERS
from audits.models import Finding, FindingParameter, Repository, Team, User
from audits.query.words import AREAS, CONFIDENCES, KINDS, LANGUAGES

# A menu cannot show two values of one key; this one leaves them as they are.
KEEP = "*"
# Of the parameters in the way; a repository may pass any names, and a menu has an end.
WAYS = 60
MENU_KEYS = ("state", "repo", "team", "kind", "lang", "way", "conf", "area")


@dataclass(frozen=True)
class Menu:
    """One <select>: `options` are (value, label), `current` the chosen value, "" for any."""

    key: str
    label: str
    options: tuple[tuple[str, str], ...]
    current: str


def chosen(given: QueryDict) -> query.Query:
    """The filter of a request: `q`, then the menus' choices in its place, then the words of `add`."""
    asked = query.parse(given.get("q", ""))
    for key in MENU_KEYS:
        value = given.get(key)
        if value is not None and value != KEEP and value != " ".join(asked.values(key)):
            asked = query.Query(asked.replaced(key, "").terms, asked.errors)
            asked = asked.joined(query.parse(str(query.Term(key, value)))) if value else asked
    added = query.parse(given.get("add", ""))
    whole = asked.joined(added)
    return whole if whole.errors else query.parse(str(whole))


def menus(
    asked: query.Query, repositories: "QuerySet[Repository]", findings: "QuerySet[Finding]", me: User
) -> tuple[Menu, ...]:
    """The menus with their choices, from what the reader may see."""
    teams = Team.objects.filter(repositories__in=repositories).distinct().order_by("name")
    there = _there(findings, me)
    names = [(name, name) for name in repositories.order_by("name").values_list("name", flat=True)]
    choices = {
        "state": ("State", list(query.state_words().items())),
        "repo": ("Repository", names),
        "team": ("Team", [*teams.values_list("slug", "name"), ("none", "No team")]),
        "kind": ("Kind", [(kind, word) for kind, word in KINDS.items() if ("kind", kind) in there]),
        "lang": ("Language", [(name, word) for name, word in LANGUAGES.items() if ("language", name) in there]),
        "way": ("In the way", [(name, name) for key, name in sorted(there) if key == "way"]),
        "conf": ("Confidence", list(CONFIDENCES.items())),
        "area": (
            "Area",
            [*AREAS.items(), (query.APART, "All but the product"), (query.ANY, "Product, tests and the like")],
        ),
    }
    return tuple(_menu(key, label, options, asked.values(key)) for key, (label, options) in choices.items())


def _there(findings: "QuerySet[Finding]", me: User) -> set[tuple[str, str]]:
    """(key, value) that some finding has. Indexes tell which values there are, and whether `me` may know of one."""
    asked = {("kind", kind): Q(kind=kind) for kind in query.values_of(Finding, "kind", WAYS)}
    asked |= {("language", name): Q(language=name) for name in query.values_of(Finding, "language", WAYS)}
    for name in _ways():
        asked["way", name] = Q(parameters__name=name, parameters__in_the_way=True)
    there = [Exists(findings.order_by().filter(condition)) for condition in asked.values()]
    row = User.objects.filter(pk=me.pk).values_list("pk", *there).get()
    return {key for key, found in zip(asked, row[1:], strict=True) if found}


def _ways() -> list[str]:
    """Parameters in the way. A repository may bring any names: the API's own are never crowded out by them."""
    most = WAYS + len(PARAMETERS)
    found = query.values_of(FindingParameter, "name", most, only="in_the_way")
    own = [name for name in PARAMETERS if name in found or len(found) == most]
    return own + [name for name in found if name not in PARAMETERS][:WAYS]


def _menu(key: str, label: str, options: list[tuple[str, str]], values: tuple[str, ...]) -> Menu:
    if len(values) > 1:
        options, values = [*options, (KEEP, f"{len(values)} chosen")], (KEEP,)
    current = values[0] if values else ""
    known = {value.lower(): value for value, _ in options}
    if current and current.lower() not in known:
        options = [*options, (current, current)]
    return Menu(key, label, tuple(options), known.get(current.lower(), current))
