"""Of what an address asks: one repository, a team, a parameter or a platform; without these, all one may see."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest

from audits.access import teams_open_to, visible_to
from audits.engine.catalogue.platforms import PLATFORMS
from audits.engine.facts import Platform
from audits.models import Repository, Team
from audits.progress.scope import Scope

from ._tests import tests_of

_LONGEST = 100


@dataclass(frozen=True)
class Asked:
    """`whose` goes on an address of ours to ask for the same."""

    scope: Scope
    repository: Repository | None
    team: Team | None

    @property
    def whose(self) -> str:
        return f"&{urlencode(self.fields)}" if self.fields else ""

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
    """What names nothing that one may see is as if it were not asked for."""
    team = teams_open_to(request.user).filter(pk=number(request.GET.get("team", ""))).first()
    one = visible_to(request.user).filter(pk=number(request.GET.get("repository", ""))).first()
    scope = Scope.of(request.user, apart=tests_of(request).on)
    scope = scope.repository(one.pk) if one else scope.team(team) if team else scope
    platform = request.GET.get("platform", "")
    parameter = request.GET.get("parameter", "").replace("\0", "")[:_LONGEST]
    scope = replace(scope, parameter=parameter, platform=platform if platform in set(Platform) else "")
    return Asked(scope, one, None if one else team)


def number(text: str) -> int:
    """An id out of an address; 0, which nothing has, for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else 0
