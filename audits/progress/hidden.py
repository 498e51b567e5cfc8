"""What a reader may not look into: one whole number beside every total, neither dropped nor broken down."""

from dataclasses import dataclass
from typing import Any

from audits import access, query
from audits.areas import Area

from .scope import Scope

# The lists of what is open and of what is left, which are no filter.
_UNFILTERED = ("state:open area:product", "state:left")
# Beside a number that holds only some parameters or platforms. Told apart by these, it would be broken down.
WHOLE = "of any parameter and platform"


@dataclass(frozen=True)
class Restricted:
    """Calls left today in repositories that a reader may not know of.

    `of` says in words what they count, where the number beside them counts something else; "" where it is the same.
    """

    calls: int = 0
    of: str = ""

    def __bool__(self) -> bool:
        return self.calls > 0

    def __str__(self) -> str:
        """ "+ 3 in restricted repositories, of any parameter and platform"; "" of nothing."""
        if not self.calls:
            return ""
        return f"+ {self.calls:,} in restricted repositories{f', {self.of}' if self.of else ''}"

    @property
    def fields(self) -> dict[str, Any]:
        """For programs."""
        return {"restricted": self.calls, "restricted_words": str(self)}


NOTHING = Restricted()


def parted(what: str, scope: Scope) -> list[str]:
    """Words for `restricted` beside a list of parameters or platforms of a scope that holds all of them."""
    return [WHOLE] if what in ("parameters", "platforms", "matrix") and not scope.narrow else []


def restricted(user: access.Person, scope: Scope, *said: str) -> Restricted:
    """What is hidden of a scope, at most one query; `said` are further words on what is counted.

    A team or a repository that one may open hides nothing: what is restricted belongs to other teams.
    """
    if scope.inside:
        return NOTHING
    calls = query.number_of(access.findings_hidden_from(user).filter(query.remaining(apart=scope.apart)))
    words = (*said, WHOLE) if scope.narrow else said
    return Restricted(calls, ", ".join(words)) if calls else NOTHING


def restricted_beside(user: access.Person, asked: query.Query) -> Restricted:
    """What is hidden beside a list of findings. No filter is asked of what one may not see; one of a repository or a
    team, which one may open or which is nothing to one, hides nothing."""
    if asked.values("repo") or asked.values("team"):
        return NOTHING
    scope = Scope.of(user, apart=asked.values("area") not in ((), (Area.PRODUCT,)))
    return restricted(user, scope, *(() if str(asked) in _UNFILTERED else ("calls left, whatever the filter",)))
