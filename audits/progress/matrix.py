"""Parameters against teams: where which obstacle stands, each cell with the list behind it."""

from collections.abc import Sequence
from dataclasses import dataclass

from audits import query
from audits.models import Team

from .breakdown import ParameterRow
from .numbers import Summary

WIDEST = 9
LEVELS = 5


@dataclass(frozen=True)
class Cell:
    """`level` is the heat: 0 none, LEVELS the most calls of any cell. `filter` finds the calls, if any."""

    team: str
    calls: int
    level: int
    filter: str


@dataclass(frozen=True)
class Line:
    row: ParameterRow
    cells: tuple[Cell, ...]
    filter: str


@dataclass(frozen=True)
class Matrix:
    """`columns` are (name, two letters) of the teams with most calls in the way; the total is that of all teams."""

    columns: tuple[tuple[str, str], ...]
    lines: tuple[Line, ...]


def matrix(numbers: Summary, *, apart: bool = False, terms: Sequence[query.Term] = ()) -> Matrix:
    """From the Summary, without a query. A call counts once for each of its parameters; `apart` as for the Summary,
    `terms` find the calls of its scope.
    """
    counts: dict[int | None, int] = {}
    for row in numbers.parameters:
        for key, calls in row.by_team.items():
            counts[key] = counts.get(key, 0) + calls
    named: dict[int | None, Team | None] = {row.team.pk if row.team else None: row.team for row in numbers.teams}
    teams = sorted((key for key in named if counts.get(key)), key=lambda key: (key is None, -counts[key]))[:WIDEST]
    more = (*terms, *((query.Term("area", query.ANY),) if apart else ()))
    peak = max((calls for row in numbers.parameters for calls in row.by_team.values()), default=0)
    return Matrix(
        _columns([named[key] for key in teams]),
        tuple(_line(row, [(key, named[key]) for key in teams], peak, more) for row in numbers.parameters),
    )


def _line(
    row: ParameterRow, teams: Sequence[tuple[int | None, Team | None]], peak: int, more: Sequence[query.Term]
) -> Line:
    own = (query.Term("state", "left"), query.Term("way", row.name))
    found = query.Query((*own, *(term for term in more if term not in own)))
    cells = []
    for key, team in teams:
        calls = row.by_team.get(key, 0)
        cell = found.replaced("team", team.slug if team else "none")
        cells.append(Cell(_name(team), calls, -(-calls * LEVELS // peak) if calls else 0, str(cell) if calls else ""))
    return Line(row, tuple(cells), str(found))


def _name(team: Team | None) -> str:
    return team.name if team else "No team"


def _columns(found: Sequence[Team | None]) -> tuple[tuple[str, str], ...]:
    """Each with two letters, or with as many more as it takes to tell it from the others."""
    shorts = [_short(team, 2) for team in found]
    for size in range(3, 6):
        shorts = [
            _short(team, size) if shorts.count(short) > 1 else short for team, short in zip(found, shorts, strict=True)
        ]
    return tuple((_name(team), short) for team, short in zip(found, shorts, strict=True))


def _short(team: Team | None, size: int) -> str:
    words = team.name.split() if team else ["–"]
    return (words[0][: size - 1] + words[1][0] if len(words) > 1 else words[0][:size]).upper()
