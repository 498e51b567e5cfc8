"""Tables of many rows, of NamedTuples that are `tabular`, to columns of plain JSON values and back.

A column of numbers or truths is a list of them. Texts, and tuples of texts, are [each once, the place of each row's];
tuples of numbers, and of rows of another such class, [the length of each row's, all of them]. So there are few lists to
make, and what many rows share is one object.
"""

import typing
from collections.abc import Iterable, Sequence
from functools import cache, partial
from itertools import chain, islice
from typing import Any, NamedTuple, TypeVar

# Places in tables and lines of files; Python itself keeps one object of each smaller number.
_NUMBERS = {number: number for number in range(257, 1 << 14)}
# Not `sys.intern`: in some releases of Python that keeps a text until the process ends.
_TEXTS: dict[str, str] = {}
_MOST_TEXTS = 1 << 17
# Longer texts are seldom the same.
SHORT = 64
# So many texts are in the tuples of all a column's rows: no file is large enough for more.
_MOST_ITEMS = 1 << 22

TABULAR: set[type] = set()
_Rows = TypeVar("_Rows", bound=type)


def tabular(cls: _Rows) -> _Rows:
    """A class decorator: tuples of this NamedTuple are encoded as tables."""
    TABULAR.add(cls)
    return cls


class _Column(NamedTuple):
    """The type of a column's cells; for tuples also that of their items."""

    kind: type
    items: Any = None


@cache
def _columns(cls: Any) -> tuple[_Column, ...]:
    hints = typing.get_type_hints(cls)
    pairs = ((hints[name], typing.get_args(hints[name])) for name in cls._fields)
    return tuple(_Column(tuple, args[0]) if args else _Column(hint) for hint, args in pairs)


def encode(rows: Sequence[Any]) -> list[Any]:
    """Rows of one tabular class as a list of its columns; [] of none."""
    columns = _columns(rows[0].__class__) if rows else ()
    return [_encode_column(column, cells) for column, cells in zip(columns, zip(*rows, strict=True), strict=True)]


def _encode_column(column: _Column, cells: tuple[Any, ...]) -> Any:
    if str in column:
        places: dict[Any, int] = {}
        told = [places.setdefault(cell, len(places)) for cell in cells]
        return [list(places), told]
    if column.kind is not tuple:
        return cells
    items = tuple(chain.from_iterable(cells))
    return [[*map(len, cells)], items if column.items is int else encode(items)]


def decode(cls: Any, data: Any) -> tuple[Any, ...]:
    """The rows of a tabular class. Raises TypeError, ValueError or IndexError where the data are not of its shape."""
    if data.__class__ not in (list, tuple):
        raise TypeError(f"no table of {cls.__name__} where one belongs")
    if not data:
        return ()
    made = (_decode_column(*pair) for pair in zip(_columns(cls), data, strict=True))
    # As `_make` does, which counts the columns of each row anew.
    return tuple(map(partial(tuple.__new__, cls), zip(*made, strict=True)))


def _decode_column(column: _Column, data: Any) -> Iterable[Any]:
    if column.kind is not tuple and column.kind is not str:
        return _scalars(column.kind, data)
    first, second = data
    if column.kind is str:
        return map([*_scalars(str, first)].__getitem__, _scalars(int, second))
    if column.items is str:
        rows = [*map([tuple(_scalars(str, texts)) for texts in first].__getitem__, _scalars(int, second))]
        if sum(map(len, rows)) > _MOST_ITEMS:
            raise ValueError("more texts than a file has")
        return rows
    items = [*_scalars(int, second)] if column.items is int else decode(column.items, second)
    lengths = [*_scalars(int, first)]
    if sum(lengths) != len(items) or min(lengths, default=0) < 0:
        raise ValueError("other items than the rows of a table have")
    left = iter(items)
    return [tuple(islice(left, length)) if length else () for length in lengths]


def _scalars(kind: type, values: Any) -> Iterable[Any]:
    """The values, each the same object wherever it stands: of a million cells few differ, and most of a table's memory
    is theirs otherwise."""
    if values.__class__ not in (list, tuple) or not {kind}.issuperset(map(type, values)):
        raise TypeError(f"no list of {kind.__name__} where one belongs")
    if kind is str:
        known = texts()
        return [known.setdefault(value, value) if len(value) <= SHORT else value for value in values]
    return map(_NUMBERS.get, values, values) if kind is int else values


def texts() -> dict[str, str]:
    """The texts of which there is one object for all facts, by themselves; begun anew before they are too many."""
    if len(_TEXTS) > _MOST_TEXTS:
        _TEXTS.clear()
    return _TEXTS
