"""Helpers of other files that put a path behind Cohere's address: what their callers pass, and what is handed on."""

from collections.abc import Iterator, Sequence

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import Argument
from audits.engine.handing import BASE, PATH, Helper, Passed, Relay, is_nothing, says_read


def joined(relay: Relay, helper: Helper, passed: Sequence[Passed]) -> tuple[tuple[int, str, str], ...]:
    """What a function hands on to Generate through a call of a helper: its parameters under Generate's names."""
    slots = list(places(helper, passed))
    found: list[tuple[int, str, str]] = []
    for place, key, slot, entry in relay.hands:
        names = {inner: name for at, inner, name in helper.hands if slot < len(slots) and at == slots[slot]}
        if entry:
            names = {"": names[entry]} if entry in names else {}
        elif "" in names:
            names = {"": names[""]}
        found += [(place, key or inner, name) for inner, name in names.items()]
    return tuple(dict.fromkeys(found))


def places(helper: Helper, passed: Sequence[Passed]) -> Iterator[int]:
    """For each argument of a call the place of the helper's parameter that takes it, -1 for none."""
    position = 0
    for row in passed:
        labelled = helper.takes.index(row.label) if row.label in helper.takes else -1
        yield labelled if row.label else position
        position += not row.label


def behind(base: str, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    """What a helper that is given a path is passed beside it, () where the path is none of Generate's."""
    named = {one.name: one for one in arguments}
    path, other = named.get(PATH), named.get(BASE)
    fits = path is not None and path.is_literal and COHERE_ADDRESS.fullmatch(f"{base}{path.literal}")
    elsewhere = other is not None and other.is_literal and "cohere." not in str(other.literal)
    rows = tuple(one for one in arguments if one.name not in (PATH, BASE)) if fits and not elsewhere else ()
    return rows if not all(is_nothing(one.source.lstrip("*")) for one in rows) else ()


def reads(passed: Sequence[Passed]) -> bool:
    """Does a call say that the request which is made for it has no body?"""
    return any(says_read(row.argument.source) for row in passed)


def relays(helper: Helper, passed: Sequence[Passed], hands: Sequence[tuple[int, str, str]]) -> bool:
    """Does a call of a helper hand on a path, with a body, and with no other base than what is handed on, if any?"""
    names, taken = {name for *_, name in hands}, set(places(helper, passed))
    bases = {place for place, _, name in helper.hands if name == BASE}
    return PATH in names and not reads(passed) and (BASE in names or not bases & taken)
