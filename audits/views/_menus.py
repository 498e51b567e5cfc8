"""The menus above the list of findings: for everybody who does not type a filter language. They write the same one."""

from dataclasses import dataclass

from django.db.models import QuerySet
from django.http import QueryDict

from audits import query
from audits.models import Finding, FindingParameter, Repository, Team
from audits.query.words import AREAS, CONFIDENCES, KINDS, LANGUAGES

# A menu cannot show two values of one key; this one leaves them as they are.
KEEP = "*"
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


def menus(asked: query.Query, repositories: "QuerySet[Repository]", findings: "QuerySet[Finding]") -> tuple[Menu, ...]:
    """The menus with their choices, from what the reader may see."""
    ways = FindingParameter.objects.filter(in_the_way=True, finding__in=findings).order_by("name")
    teams = Team.objects.filter(repositories__in=repositories).distinct().order_by("name")
    kinds = findings.order_by("kind").values_list("kind", flat=True).distinct()
    languages = findings.order_by("language").values_list("language", flat=True).distinct()
    names = [(name, name) for name in repositories.order_by("name").values_list("name", flat=True)]
    choices = {
        "state": ("State", list(query.state_words().items())),
        "repo": ("Repository", names),
        "team": ("Team", [*teams.values_list("slug", "name"), ("none", "No team")]),
        "kind": ("Kind", [(kind, KINDS.get(kind, kind)) for kind in kinds]),
        "lang": ("Language", [(name, LANGUAGES.get(name, name)) for name in languages]),
        "way": ("In the way", [(name, name) for name in ways.values_list("name", flat=True).distinct()]),
        "conf": ("Confidence", list(CONFIDENCES.items())),
        "area": (
            "Area",
            [*AREAS.items(), (query.APART, "All but the product"), (query.ANY, "Product, tests and the like")],
        ),
    }
    return tuple(_menu(key, label, options, asked.values(key)) for key, (label, options) in choices.items())


def _menu(key: str, label: str, options: list[tuple[str, str]], values: tuple[str, ...]) -> Menu:
    if len(values) > 1:
        options, values = [*options, (KEEP, f"{len(values)} chosen")], (KEEP,)
    current = values[0] if values else ""
    known = {value.lower(): value for value, _ in options}
    if current and current.lower() not in known:
        options = [*options, (current, current)]
    return Menu(key, label, tuple(options), known.get(current.lower(), current))
