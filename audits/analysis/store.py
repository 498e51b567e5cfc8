"""Where what extraction found is kept between two readings."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

# Kinds of what is kept of more than one blob: first and closer looks at a run of files, and a repository's last result.
LOOKS, CLOSER, RESULT = "looks", "closer", "result"
OF_MANY = frozenset({LOOKS, CLOSER, RESULT})


class FactKey(NamedTuple):
    """What facts depend on: the blob, how it is read, and the engine.

    What is kept of many blobs (`OF_MANY`) has a digest in the place of the id.
    """

    object_format: str
    oid: str
    kind: str
    engine: str


class FactStore(Protocol):
    """Keeps texts of the engine: what extraction found in a blob, how its uses are shown, what its bytes say."""

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        """The texts that are known."""

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        """Remember texts, in the place of those that have the same keys."""


class NullStore:
    """Remembers nothing."""

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        """Nothing is known."""
        return {}

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        """Nothing is kept."""
