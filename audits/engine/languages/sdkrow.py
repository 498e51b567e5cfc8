"""The rows of the tables of SDKs and of the libraries around them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind, Language, Platform


@dataclass(frozen=True, slots=True)
class Sdk:
    """An SDK: modules that hold it, the client classes and what they talk to, functions that give a client.

    `singleton`: the module itself is a client. `lead` is put before a class's name where it is shown.
    """

    languages: frozenset[Language]
    modules: re.Pattern[str]
    classes: Mapping[str, Platform]
    lead: str
    source: Source
    makers: frozenset[str] = frozenset()
    singleton: bool = False


@dataclass(frozen=True, slots=True)
class Library:
    """A class of another library that calls Generate: by being made, or by the methods `completes`.

    `model`: only where a model id that it is given matches; `dead`: it calls Chat, and is named only with a model that
    is switched off. `functions` are called without `new`; `streams`: it reads what Generate streams.
    `takes` are the names of what its constructor is passed by place, () where that is a request or its options.
    """

    languages: frozenset[Language]
    modules: re.Pattern[str]
    classes: frozenset[str]
    kind: Kind
    lead: str
    source: Source
    instead: str
    platform: Platform = Platform.COHERE
    completes: frozenset[str] = frozenset()
    model: re.Pattern[str] | None = None
    functions: frozenset[str] = field(default_factory=frozenset)
    dead: bool = False
    streams: bool = False
    takes: tuple[str, ...] = ()

    @property
    def always(self) -> bool:
        """Does everything that is made of it, or of a class below it, call Generate?"""
        return not (self.model or self.dead or self.functions)
