"""Frozen dataclasses to plain JSON values and back; the shape is checked by the types on the way in."""

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import Any, TypeVar, cast

T = TypeVar("T")


def encode(value: object) -> Any:
    """A dataclass, tuple, mapping or scalar as what `json.dumps` takes; fields that hold their default are left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: encode(item)
            for field in dataclasses.fields(value)
            if (item := getattr(value, field.name)) != field.default
        }
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value
    if isinstance(value, (tuple, list, frozenset)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def decode(cls: type[T], data: object) -> T:
    """The inverse of `encode`. Raises ValueError when the data does not have the shape of `cls`."""
    try:
        return cast(T, _decode(cls, data))
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"not a {cls.__name__}: {error}") from error


def _decode(hint: Any, data: Any) -> Any:
    if hint is Any:
        return data
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _decode_union(args, data)
    if origin is tuple:
        if len(args) == 2 and args[1] is Ellipsis and hasattr(args[0], "_fields"):
            return _decode_rows(args[0], data)
        if len(args) == 2 and args[1] is Ellipsis:
            return tuple(_decode(args[0], item) for item in data)
        return tuple(_decode(kind, item) for kind, item in zip(args, data, strict=True))
    if origin is frozenset:
        return frozenset(_decode(args[0], item) for item in data)
    if origin in (dict, Mapping):
        return {key: _decode(args[1], item) for key, item in data.items()}
    if hasattr(hint, "_fields"):
        return _decode_rows(hint, (data,))[0]
    if dataclasses.is_dataclass(hint):
        hints = _hints(cast(type, hint))
        return cast(Any, hint)(**{name: _decode(hints[name], item) for name, item in data.items()})
    return _decode_scalar(hint, data)


def _decode_scalar(hint: Any, data: Any) -> Any:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(data)
    if not isinstance(data, hint) and not (hint is float and isinstance(data, int)):
        raise TypeError(f"{type(data).__name__} where {hint.__name__} belongs")
    return data


@cache
def _columns(cls: type) -> tuple[tuple[type, type | None], ...]:
    """The (type, type of items) of each column of a NamedTuple: scalars, and tuples of rows or scalars."""
    hints = typing.get_type_hints(cls)
    pairs = ((hints[name], typing.get_args(hints[name])) for name in cls._fields)  # type: ignore[attr-defined]
    return tuple((tuple, args[0]) if args else (hint, None) for hint, args in pairs)


def _decode_rows(cls: Any, data: Any) -> tuple[Any, ...]:
    """A table of NamedTuples from a list of lists, checked column by column: tables have many rows."""
    columns = _columns(cls)
    if not data:
        return ()
    if not all(isinstance(row, (list, tuple)) for row in data) or set(map(len, data)) != {len(columns)}:
        raise TypeError(f"not rows of {cls.__name__}")
    made = (_decode_column(cls, *pair) for pair in zip(zip(*data, strict=True), columns, strict=True))
    return tuple(map(cls._make, zip(*made, strict=True)))


def _decode_column(cls: Any, values: tuple[Any, ...], column: tuple[type, type | None]) -> Iterable[Any]:
    kind, items = column
    kinds = set(map(type, values))
    if items is None:
        if kinds != {kind}:
            raise TypeError(f"a value of another type than {kind.__name__} in {cls.__name__}")
        return values
    if not kinds <= {list, tuple}:
        raise TypeError(f"no list where one belongs in {cls.__name__}")
    if hasattr(items, "_fields"):
        return [_decode_rows(items, value) for value in values]
    if not set(map(type, chain.from_iterable(values))) <= {items}:
        raise TypeError(f"an item of another type in {cls.__name__}")
    return map(tuple, values)


def _decode_union(args: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in args:
        return None
    for kind in args:
        try:
            return _decode(kind, data)
        except (TypeError, ValueError, KeyError, AttributeError):
            continue
    raise TypeError(f"{type(data).__name__} fits none of {args}")
