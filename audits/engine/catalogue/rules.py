"""The shape of a row about one parameter, and the conditions under which a row holds."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from audits.engine.catalogue.sources import Source
from audits.engine.facts import Argument, Verdict

Condition = Callable[[Argument], bool]


def always(_argument: Argument) -> bool:
    """Holds for every value."""
    return True


def above(limit: float) -> Condition:
    """Holds for a literal number greater than `limit`."""
    return lambda argument: (number := _number(argument)) is not None and number > limit


def outside(low: float, high: float) -> Condition:
    """Holds for a literal number below `low` or above `high`."""
    return lambda argument: (number := _number(argument)) is not None and not low <= number <= high


def equals(*values: str | int | float | bool | None) -> Condition:
    """Holds for a literal that is one of `values`, of the same type."""

    def holds(argument: Argument) -> bool:
        return argument.is_literal and any(
            argument.literal == value and type(argument.literal) is type(value) for value in values
        )

    return holds


def undecided(argument: Argument) -> bool:
    """Holds for what is no constant: something else decides the value."""
    return not argument.is_literal


def names(word: str) -> Condition:
    """Holds for the literal, and for an SDK's constant of it: `ReturnLikelihoods.ALL`, Go's `ReturnLikelihoodsAll`."""
    constant = re.compile(rf"[.:]{word}\b|Likelihoods{word.title()}\b")
    literal = equals(word)

    def holds(argument: Argument) -> bool:
        return literal(argument) or (not argument.is_literal and constant.search(argument.source) is not None)

    return holds


def _number(argument: Argument) -> float | None:
    value = argument.literal
    return (
        float(value)
        if argument.is_literal and isinstance(value, (int, float)) and not isinstance(value, bool)
        else None
    )


@dataclass(frozen=True, slots=True)
class Rule:
    """What becomes of one parameter: the first row of its name whose condition holds decides.

    `chat_v1` and `chat_v2` are its names in Chat ("" = none). `guide` is the guide's words, `sdk` what the SDK or the
    API says; `source` is the page of the deciding one. `key` names the row. `before`: it holds for the Python SDK's
    releases before that version only.
    """

    key: str
    name: str
    verdict: Verdict
    note: str
    source: Source
    chat_v1: str = ""
    chat_v2: str = ""
    guide: str = ""
    sdk: str = ""
    when: Condition = always
    before: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class Default:
    """A parameter that was not passed and changes all the same; `sdk` says which default becomes which.

    Disputed where the guide says that nothing changes.
    """

    name: str
    note: str
    source: Source
    guide: str = ""
    sdk: str = ""
    verdict: Verdict = Verdict.CHANGED
