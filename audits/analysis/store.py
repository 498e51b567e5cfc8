"""Where what extraction found is kept between two readings."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol


class FactKey(NamedTuple):
    """What facts depend on: the blob, how it is read, and the engine."""

    object_format: str
    oid: str
    kind: str
    engine: str


class FactStore(Protocol):
    """Keeps the texts of `engine.stored`: what extraction found in a blob, and how its uses are shown."""

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        """The texts that are known."""

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        """Remember texts; an equal key that is known already may be left as it is."""


class NullStore:
    """Remembers nothing."""

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        """Nothing is known."""
        return {}

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        """Nothing is kept."""
