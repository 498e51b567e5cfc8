"""Of what a number speaks: repositories, perhaps one parameter or platform in them; with or without tests."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan

from audits import access, query
from audits.engine.catalogue.parameters import PARAMETERS
from audits.engine.facts import Platform
from audits.models import Finding, FindingParameter, HistoryGone, Repository, Team
from audits.models.history import one_a_line


def unknown_parameter(name: str, repositories: "QuerySet[Repository]") -> str:
    """A sentence about a parameter that neither Generate has nor any call in `repositories`; "" for one that is known.
    At most one query."""
    if not name or name in PARAMETERS:
        return ""
    seen = FindingParameter.objects.filter(name=name, finding__repository__in=repositories.order_by().values("pk"))
    if seen.exists():
        return ""
    return f"There is no parameter “{name[:40]}”. Known are {', '.join(sorted(PARAMETERS))}."


def unknown_platform(word: str) -> str:
    """The same for a platform."""
    return "" if not word or word in set(Platform) else f"There is no platform “{word[:40]}”. {_PLATFORMS}"


_PLATFORMS = f"Known are {', '.join(Platform)}."


@dataclass(frozen=True)
class Scope:
    """`repositories` is what may be spoken of at all; with `apart` calls in tests, examples and the like count too.

    `parameter` is one that is in the way of a call, `platform` a word of `engine.facts.Platform`; empty for all.
    `inside`: it is one team or one repository, which whoever asks may open.
    """

    repositories: "QuerySet[Repository]"
    parameter: str = ""
    platform: str = ""
    apart: bool = False
    inside: bool = False

    @classmethod
    def of(cls, user: access.Person | None, *, apart: bool = False) -> "Scope":
        """All that a person may see; None is the command line and sees everything."""
        return cls(Repository.objects.all() if user is None else access.visible_to(user), apart=apart)

    def team(self, team: Team | None) -> "Scope":
        """The same, in one team's repositories; None: those that no team has."""
        return replace(self, repositories=self.repositories.filter(team=team), inside=True)

    def repository(self, pk: int) -> "Scope":
        """The same, in one repository."""
        return replace(self, repositories=self.repositories.filter(pk=pk), inside=True)

    @property
    def narrow(self) -> bool:
        """Whether it holds the calls of one parameter or platform alone."""
        return bool(self.parameter or self.platform)

    def holds(self, platform: str, ways: Collection[str]) -> bool:
        """Whether a call of that platform with these parameters in its way is in it."""
        return self.platform in ("", platform) and (not self.parameter or self.parameter in ways)

    def gone_before(self) -> "QuerySet[HistoryGone]":
        """The calls in it that were gone before any scan, as far as histories kept what each was."""
        return self.gone().filter(seen=False)

    def gone(self) -> "QuerySet[HistoryGone]":
        """All calls in it that histories saw go, and kept what each was."""
        rows = HistoryGone.objects.filter(run__is_current=True, **{"whole" if self.apart else "product": True})
        if self.parameter:
            # Not `contains`: SQLite makes no difference there between K and k.
            rows = rows.filter(GreaterThan(StrIndex("ways", Value(one_a_line([self.parameter]))), 0))
        return rows.filter(platform=self.platform) if self.platform else rows

    def findings(self) -> "QuerySet[Finding]":
        """The calls that count in this scope, whatever became of them."""
        return self.calls().filter(query.counted(apart=self.apart))

    def calls(self) -> "QuerySet[Finding]":
        """These, and those whose paths leave them out now: they may have counted once."""
        return self.named().filter(query.calls(), repository__in=self.repositories.order_by().values("pk"))

    def named(self) -> "QuerySet[Finding]":
        """The findings of any repository with this parameter and platform."""
        rows = Finding.objects.all()
        if self.parameter:
            own = FindingParameter.objects.filter(name=self.parameter, in_the_way=True, finding=OuterRef("pk"))
            # Not `pk__in`: inside a count of each repository SQLite makes that list anew for every one.
            rows = rows.filter(Exists(own))
        return rows.filter(platform=self.platform) if self.platform else rows
