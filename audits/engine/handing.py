"""What files of one language pass to each other's functions on its way to Generate: frozen data, as `facts`."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from audits.engine.facts import Argument, CallSite, Kind

# `[{ role: "user", content: p }]`: a helper that asks either endpoint asks Chat for a list of messages.
_MESSAGES = re.compile(r"\[\s*\{[^{}]*?[\"']?\brole[\"']?\s*(?::|=>)")
# Under which name a helper hands on what is no parameter of Generate's, but the end of its address.
PATH = "(path)"
# The same for what takes the place of the base before that path.
BASE = "(base)"
_READ = r"(?:GET|HEAD|DELETE)"
# `"GET"`, `:get`, `.get`, `http.MethodGet`, `HttpMethod.GET`; `method: "GET"` among the options of a request.
_VERB = re.compile(rf"""(?:["'`:.]|[\w.:]{{0,60}}(?:Method|HTTP)[.:]{{0,2}}){_READ}["'`]?""", re.IGNORECASE)
_READS = re.compile(rf"""\bmethod["']?\s{{0,9}}(?::|=>|=)\s{{0,9}}["'`]{_READ}["'`]""", re.IGNORECASE)
_NOTHING = re.compile(r"""null|nil|undefined|None|NULL|["'`](?:POST|PUT|PATCH)["'`]""")


def says_read(source: str) -> bool:
    """Does an argument of a request say that it has no body?"""
    return _VERB.fullmatch(source) is not None or _READS.search(source) is not None


def is_nothing(source: str) -> bool:
    """Is an argument no body, but nothing or a verb?"""
    return _NOTHING.fullmatch(source) is not None


def asks_chat(arguments: Iterable[Argument]) -> bool:
    """Is what a helper is given as its prompt a list of messages?"""
    return any(one.name == "prompt" and _MESSAGES.match(one.source) for one in arguments)


@dataclass(frozen=True, slots=True)
class Passed:
    """One argument of a call: `label` as the caller names it, "" for one by its place, "**" for several at once.

    `entries` are those of an object that is written there, under its own keys; `open`: it is such an object.
    """

    label: str
    argument: Argument
    entries: tuple[Argument, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Helper:
    """A function that hands what it takes on to the use `inner`, under the way by which others call it.

    `takes` are the names of its parameters in their order, `hands` is (place, key or "", Generate's name) of what
    reaches Generate. One with a `base` puts that before what it hands on as PATH, and posts to it.
    """

    way: str
    line: int
    takes: tuple[str, ...]
    hands: tuple[tuple[int, str, str], ...]
    inner: CallSite
    base: str = ""


@dataclass(frozen=True, slots=True)
class Relay:
    """A function that hands what it takes on to such a call, under the way by which others call it.

    `hands` is (place, key or "", which argument of the call, which entry of that or "").
    """

    way: str
    line: int
    takes: tuple[str, ...]
    hands: tuple[tuple[int, str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Called:
    """A call of what `way` in `module` means: a use of the project's own wrapper, if that is a helper.

    `relays`: the function around it, by each of its names, if that hands on what it takes.
    """

    site: CallSite
    module: str
    way: str
    passed: tuple[Passed, ...]
    relays: tuple[Relay, ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """What a class or a function gives as the body of a request: a class takes `takes`, and fills in `arguments`."""

    way: str
    arguments: tuple[Argument, ...]
    takes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """The body of the use at `line` and `column` is what `way` in `module` gives when it is passed `passed`."""

    line: int
    column: int
    module: str
    way: str
    passed: tuple[Passed, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of an address: `text`, or what one of these `ways` in `module` is, the first that leads anywhere.

    `spaces` are the packages or namespaces that a class or a name of another file may belong to; () for any.
    `bases`: so many of the ways, the first ones, are those of base classes, which may hide what the others lead to.
    """

    text: str = ""
    module: str = ""
    ways: tuple[str, ...] = ()
    spaces: tuple[str, ...] = ()
    bases: int = 0


@dataclass(frozen=True, slots=True)
class Kept:
    """A base, a path or an address that a file of the package `space` gives others under a way; in pieces, where some
    stand elsewhere. `several`: it may be something else, too. `takes_path`: it is a function that sends there, to the
    path that it takes. `assumed`: the file does not show that it is what the way stands for.
    """

    way: str
    line: int
    parts: tuple[Part, ...]
    space: str = ""
    several: bool = False
    takes_path: bool = False
    assumed: bool = False


@dataclass(frozen=True, slots=True)
class Sent:
    """A request, if the pieces of its address make Generate's. `several`: it may go elsewhere, too."""

    site: CallSite
    parts: tuple[Part, ...]
    several: bool = False


def is_by_name(site: CallSite) -> bool:
    """Is it a call on what is only called as a client is? A helper of the tree that it calls tells more."""
    return site.kind is Kind.SDK_CALL and site.client is None
