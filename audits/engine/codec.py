"""Frozen dataclasses to plain JSON values and back; the shape is checked by the types on the way in."""

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from itertools import chain
from typing import Any, TypeVar, cast

from audits.engine import tables

T = TypeVar("T")
Reader = Callable[[Any], Any]

_SCALARS = frozenset({str, int, float, bool, type(None)})


def encode(value: object) -> Any:
    """A dataclass, tuple, mapping or scalar as what `json.dumps` takes; fields that hold their default are left out."""
    kind = value.__class__
    if kind in _SCALARS:
        return value
    if isinstance(value, tuple) and kind is tuple and {item.__class__ for item in value} <= _SCALARS:
        return list(value)
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return value
    if isinstance(value, tuple) and value[0].__class__ in tables.TABULAR:
        return tables.encode(value)
    if isinstance(value, (tuple, list, frozenset)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if dataclasses.is_dataclass(kind):
        rows = ((name, getattr(value, name), default) for name, default in _defaults(kind))
        told = ((name, item) for name, item, default in rows if item != default)
        return {name: item if item.__class__ in _SCALARS else encode(item) for name, item in told}
    return value


@cache
def _defaults(cls: type) -> tuple[tuple[str, Any], ...]:
    return tuple((field.name, field.default) for field in dataclasses.fields(cls))


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def decode(cls: type[T], data: object) -> T:
    """The inverse of `encode`. Raises ValueError when the data does not have the shape of `cls`."""
    try:
        return cast(T, _reader(cast(Any, cls))(data))
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise ValueError(f"not a {cls.__name__}: {error}") from error


@cache
def _reader(hint: Any) -> Reader:
    """What decodes values of one type: types are looked into once, as there are many more values than types."""
    if hint is Any:
        return lambda data: data
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        return _union(args)
    if origin is tuple:
        return _tuple(args)
    if origin is frozenset:
        item = _reader(args[0])
        return lambda data: frozenset(map(item, data))
    if origin in (dict, Mapping):
        value = _reader(args[1])
        return lambda data: {key: value(item) for key, item in data.items()}
    if hasattr(hint, "_fields"):
        return _row(hint)
    if dataclasses.is_dataclass(hint):
        return _dataclass(cast(type, hint))
    return _scalar(hint)


def _tuple(args: tuple[Any, ...]) -> Reader:
    if len(args) == 2 and args[1] is Ellipsis:
        if args[0] in tables.TABULAR:
            return lambda data: tables.decode(args[0], data)
        columns = typing.get_args(args[0])
        if columns and set(columns) == {str}:
            return _pairs(len(columns))
        item = _reader(args[0])
        return lambda data: tuple(map(item, data))
    readers = tuple(map(_reader, args))
    return lambda data: tuple(read(item) for read, item in zip(readers, data, strict=True))


def _pairs(width: int) -> Reader:
    """Tuples of so many texts, of which an excerpt has hundreds."""

    def read(data: Any) -> Any:
        if not {list, tuple}.issuperset(map(type, data)) or not {width}.issuperset(map(len, data)):
            raise TypeError(f"no {width} texts where they belong")
        texts = [_text(item) for item in chain.from_iterable(data)]
        return tuple(zip(*[iter(texts)] * width, strict=True))

    return read


def _row(cls: Any) -> Reader:
    readers = tuple(map(_reader, _hints(cls).values()))

    def read(data: Any) -> Any:
        return cls(*(take(item) for take, item in zip(readers, data, strict=True)))

    return read


def _dataclass(cls: Any) -> Reader:
    readers = {name: _reader(hint) for name, hint in _hints(cls).items()}

    def read(data: Any) -> Any:
        return cls(**{name: readers[name](item) for name, item in data.items()})

    return read


def _scalar(hint: Any) -> Reader:
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint
    also = int if hint is float else hint
    if hint is str:
        return _text

    def read(data: Any) -> Any:
        if not isinstance(data, (hint, also)):
            raise TypeError(f"{type(data).__name__} where {hint.__name__} belongs")
        return data

    return read


def _text(data: Any) -> str:
    """A text; a short one, of which there may be thousands, is the same object everywhere."""
    if data.__class__ is not str:
        raise TypeError(f"{type(data).__name__} where str belongs")
    return tables.texts().setdefault(data, data) if len(data) <= tables.SHORT else data


def _union(args: tuple[Any, ...]) -> Reader:
    may_lack = type(None) in args
    readers = tuple(map(_reader, args))
    # A constant is what it is, whichever of the types it has.
    kinds = _SCALARS.intersection(args) if _SCALARS.issuperset(args) else frozenset()

    def read(data: Any) -> Any:
        if (data is None and may_lack) or data.__class__ in kinds:
            return data
        for reader in readers:
            try:
                return reader(data)
            except (TypeError, ValueError, KeyError, AttributeError):
                continue
        raise TypeError(f"{type(data).__name__} fits none of {args}")

    return read
