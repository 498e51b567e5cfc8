"""Of what an address asks: one repository, a team, a parameter or a platform; without these, all one may see."""

from dataclasses import dataclass, replace
from typing import TypeVar
from urllib.parse import quote_plus, urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from audits import query
from audits.access import teams_open_to, visible_to
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Platform
from audits.models import Repository, Team
from audits.progress.scope import Scope, unknown_parameter, unknown_platform

from ._tests import tests_of

_LONGEST = 100
_NAMES = ("team", "repository", "parameter", "platform")
Row = TypeVar("Row", Repository, Team)


@dataclass(frozen=True)
class Asked:
    """`whose` goes on an address of ours to ask for the same; `errors` are sentences on what names nothing."""

    scope: Scope
    repository: Repository | None
    team: Team | None
    errors: tuple[str, ...] = ()

    @property
    def beside(self) -> str:
        """`whose` without the parameter, for links to another one."""
        fields = {name: word for name, word in self.fields.items() if name != "parameter"}
        return f"&{urlencode(fields)}" if fields else ""

    @property
    def whose(self) -> str:
        return f"&{urlencode(self.fields)}" if self.fields else ""

    @property
    def terms(self) -> tuple[query.Term, ...]:
        """What a list of its calls is filtered by, beside their state."""
        words = {
            "way": self.scope.parameter,
            "platform": self.scope.platform,
            "repo": self.repository.name if self.repository else "",
            "team": self.team.slug if self.team else "",
        }
        return tuple(query.Term(key, word) for key, word in words.items() if word)

    @property
    def narrowed(self) -> str:
        """The same, on an address after other terms."""
        return "".join(f"+{quote_plus(str(term))}" for term in self.terms)

    @property
    def title(self) -> str:
        """ "num_generations, Amazon Bedrock, Search"; "" for all."""
        whose = self.repository or self.team
        return ", ".join(filter(None, (self.scope.parameter, self.platform, whose.name if whose else "")))

    @property
    def platform(self) -> str:
        """Its name, "" for all."""
        return PLATFORMS[Platform(self.scope.platform)].name if self.scope.platform else ""

    @property
    def fields(self) -> dict[str, str]:
        """The same as fields of a form."""
        narrow = {"parameter": self.scope.parameter, "platform": self.scope.platform}
        if self.repository:
            narrow["repository"] = str(self.repository.pk)
        elif self.team:
            narrow["team"] = str(self.team.pk)
        return {name: value for name, value in narrow.items() if value}


def asked(request: HttpRequest) -> Asked:
    """Teams and repositories by their number or name. Nothing may be told where there are `errors`: it would be about
    something else."""
    words = {name: request.GET.get(name, "").replace("\0", "")[:_LONGEST] for name in _NAMES}
    team = _named(teams_open_to(request.user), words["team"])
    one = _named(visible_to(request.user), words["repository"])
    scope = Scope.of(request.user, apart=tests_of(request).on)
    errors = [
        *(f"There is no {noun} “{words[noun][:40]}” that you may see." for noun, row in
          (("team", team), ("repository", one)) if words[noun] and row is None),
        unknown_parameter(words["parameter"], scope.repositories),
        unknown_platform(words["platform"]),
    ]  # fmt: skip
    if one and team and one.team_id != team.pk:
        errors.append(f"{one.name} is no repository of {team.name}.")
    scope = scope.repository(one.pk) if one else scope.team(team) if team else scope
    platform = words["platform"] if words["platform"] in set(Platform) else ""
    scope = replace(scope, parameter=words["parameter"], platform=platform)
    return Asked(scope, one, None if one else team, tuple(filter(None, errors)))


def nothing_of_that_name(request: HttpRequest, of: Asked) -> HttpResponse:
    """The page in place of numbers, which would be of something else."""
    context = {"section": "overview", "tests": tests_of(request), "errors": of.errors}
    return render(request, "audits/nothing_of_that_name.html", context, status=400)


def _named(rows: "QuerySet[Row]", word: str) -> Row | None:
    """A name goes before the number of another one."""
    found = list(rows.filter(Q(pk=number(word)) | Q(name=word)).order_by("pk")[:2]) if word else []
    return next((row for row in found if row.name == word), found[0] if found else None)


def number(text: str, other: int = 0) -> int:
    """A number out of an address, such as an id; `other` for anything else: 0 is nothing's id."""
    return int(text) if text.isdecimal() and len(text) < 10 else other
