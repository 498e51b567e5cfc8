"""Functions and bodies that another file of the same language gives: from the facts of a tree's files to uses."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import NamedTuple

from audits.engine.across import Across, Reached
from audits.engine.behind import behind, joined, places, reads, relays
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Argument, CallSite, Confidence, Given, Kind, ProofStep
from audits.engine.handing import BASE, Body, Called, Helper, Opened, Passed, Relay, Sent, asks_chat, is_by_name
from audits.engine.joins import Joined, Joins
from audits.engine.languages.bodies import snake
from audits.engine.settings import Settings
from audits.engine.ways import ELSEWHERE, SETTINGS

LENT = "lent"
_LEVELS = tuple(Confidence)
# How many functions of other files may stand between a call and the helper itself.
_RELAYS = 3
_Place = tuple[int, int]


class Lent(Across):
    """Across, with the callers of other files' helpers, and with the parameters of bodies that other files make."""

    def explore(self) -> frozenset[str]:
        """The unread files that may give a client, or the class of a body."""
        for path, row in self._facts.items():
            for ask in row.opened:
                self._bodies.end(path, ask)
        return super().explore() | self._bodies.wanted | self.sought()

    def sought(self) -> frozenset[str]:
        """The unread files that may keep a piece of an address to which one of the read ones sends."""
        for path, row in self._facts.items():
            for request in row.sent:
                self._address(path, request)
        return frozenset(self._joins.wanted)

    def own(self, path: str) -> dict[_Place, CallSite]:
        """The uses in one file by their places, before they are put there."""
        found = {place: site for place, site in super().own(path).items() if not self._is_sent_to(path, site)}
        for request in self._facts[path].sent:
            place = _place(request.site)
            known = _LEVELS.index(found[place].confidence) if place in found else len(_LEVELS)
            sure = self._sure(path, request) if known else None
            if sure is not None and _LEVELS.index(sure.confidence) < known:
                found[place] = sure
        for ask in self._facts[path].opened:
            self._open(path, ask, found)
        for call in self._facts[path].called:
            place = (call.site.span.line, call.site.span.column)
            use = self._use_of(path, call) if place not in found or is_by_name(found[place]) else None
            if use is not None:
                found[place] = use
        return found

    def _sure(self, path: str, request: Sent) -> CallSite | None:
        """The use that a request is, if its address is Generate's."""
        found = self._address(path, request)
        if found is None:
            return None
        site = replace(request.site, confidence=_LEVELS[max(found.doubt, 2 * request.several)])
        return replace(site, proof=(*site.proof, *found.steps))

    def _address(self, path: str, request: Sent) -> Joined | None:
        """Where the address of a request is written in other files, None where it is not."""
        first = request.parts[0]
        if first.module == SETTINGS:
            steps = self._settings.steps(path, first.ways[0])
            return Joined("", steps) if steps else None
        return self._joins.address(path, request.parts)

    @cached_property
    def _settings(self) -> Settings:
        return Settings(self._facts)

    def _open(self, path: str, ask: Opened, found: dict[_Place, CallSite]) -> None:
        """Give a use the parameters of the body that another file makes."""
        site = found.get((ask.line, ask.column))
        reached = self._bodies.end(path, ask) if site is not None and not _is_told(site) else None
        arguments = _filled(self._body(reached), ask) if reached is not None else ()
        if site is not None and arguments:
            found[ask.line, ask.column] = replace(site, arguments=_without_splats(site, arguments))

    def _is_sent_to(self, path: str, site: CallSite) -> bool:
        """Is it an address that is only kept, of which another file has the request?"""
        kept = site.kind is Kind.RAW_HTTP and site.confidence is Confidence.POSSIBLE
        return kept and (path, site.span.line) in self._targets_of_requests

    @cached_property
    def _targets_of_requests(self) -> frozenset[tuple[str, int]]:
        """Where the addresses stand to which any file sends."""
        asks = ((path, request) for path, row in self._facts.items() for request in row.sent)
        found = (self._address(path, request) for path, request in asks)
        return frozenset((step.path, step.line) for one in found if one is not None for step in one.steps)

    @cached_property
    def _joins(self) -> Joins:
        kept = self._ways(lambda row: [one.way for one in row.kept], lambda row: [one.line for one in row.kept])
        return Joins(self._facts, self._paths, kept)

    def _ways(
        self, names: Callable[[ModuleFacts], Sequence[str]], lines: Callable[[ModuleFacts], Sequence[int]] | None = None
    ) -> Across:
        """What finds the files that give something under one of these names, and its line in them."""
        facts = {
            path: replace(row, gives=_given(row, names(row), lines(row) if lines is not None else ()))
            for path, row in self._facts.items()
        }
        return Across(facts, self._paths, self._known)

    @cached_property
    def _helpers(self) -> Across:
        return self._ways(lambda row: [*(one.way for one in row.helpers), *(relay.way for _, relay in _relays(row))])

    def relayed(self) -> Iterator[tuple[str, str]]:
        """The functions that hand on to another file's helper: their files, and the ways by which others call them."""
        for path, row in self._facts.items():
            for call, relay in _relays(row):
                if self._handing(path, call) is not None:
                    yield path, relay.way

    @cached_property
    def _bodies(self) -> Across:
        return self._ways(lambda row: [one.way for one in row.bodies])

    def _body(self, reached: Reached) -> Body:
        return self._facts[reached.steps[-1].path].bodies[int(reached.given.shown)]

    def _use_of(self, path: str, call: Called) -> CallSite | None:
        """The use that a call is, if what it calls is a helper and something that matters is passed."""
        found = self._handing(path, call)
        arguments = _handed(found.helper, call.passed) if found is not None else ()
        doubt = found.doubt if found is not None else 0
        if found is not None and found.helper.base:
            doubt = max(doubt, 2 * any(one.name == BASE for one in arguments))
            arguments = behind(found.helper.base, arguments) if not reads(call.passed) else ()
        if found is None or not arguments or asks_chat(arguments):
            return None
        place = _place(found.helper.inner)
        if found.helper.base:
            sends = found.helper.inner
            sends = replace(sends, proof=tuple(replace(step, path=found.inner) for step in sends.proof))
            use = _caller(call, found.helper, sends, found.where, doubt, arguments)
            return replace(use, kind=Kind.RAW_HTTP)
        sent = (row for row in self._facts[found.inner].sent if _place(row.site) == place)
        kept = super().own(found.inner).get(place)
        inner = next((sure for row in sent if (sure := self._sure(found.inner, row)) is not None), kept)
        return _caller(call, found.helper, inner, found.where, found.doubt, arguments) if inner is not None else None

    def _handing(self, path: str, call: Called, depth: int = 0) -> "_Handing | None":
        """The helper that a call calls, also one that hands on to another file's helper."""
        reached = self._helpers.end(path, call)
        where = reached.steps[-1].path if reached is not None else path
        if reached is None or where == path:
            return None
        row, at = self._facts[where], int(reached.given.shown)
        if at < len(row.helpers):
            return _Handing(row.helpers[at], where, where, reached.doubt)
        through, relay = _relays(row)[at - len(row.helpers)]
        further = self._handing(where, through, depth + 1) if depth < _RELAYS else None
        hands = joined(relay, further.helper, through.passed) if further is not None else ()
        base = further.helper.base if further is not None else ""
        if further is None or not hands or (base and not relays(further.helper, through.passed, hands)):
            return None
        helper = Helper(relay.way, relay.line, relay.takes, hands, further.helper.inner, base)
        return _Handing(helper, where, further.inner, max(reached.doubt, further.doubt))


def _place(site: CallSite) -> _Place:
    return site.span.line, site.span.column


class _Handing(NamedTuple):
    """A helper in the file `where`; the use that it hands on to stands in the file `inner`."""

    helper: Helper
    where: str
    inner: str
    doubt: int


def _relays(row: ModuleFacts) -> list[tuple[Called, Relay]]:
    return [(call, relay) for call in row.called for relay in call.relays]


def _given(row: ModuleFacts, names: Sequence[str], lines: Sequence[int]) -> tuple[Given, ...]:
    """What leads on to other files, and what is looked for, numbered."""
    on = [one for one in row.gives if one.kind == ELSEWHERE]
    lent = [
        Given(name, LENT, str(at), steps=(ProofStep(name, "", (*lines, *[1] * len(names))[at]),))
        for at, way in enumerate(names)
        for name in dict.fromkeys((way, f"{way.removesuffix('()')}()"))
    ]
    return (*lent, *on)


def _is_told(site: CallSite) -> bool:
    return any(one.name == "prompt" for one in site.arguments)


def _without_splats(site: CallSite, arguments: tuple[Argument, ...]) -> tuple[Argument, ...]:
    names = {one.name for one in arguments}
    return (*(one for one in site.arguments if one.name != "**" and one.name not in names), *arguments)


def _filled(body: Body, ask: Opened) -> tuple[Argument, ...]:
    """The parameters of a body whose class was passed these; else as its own file says them."""
    if not body.takes or not ask.passed:
        return tuple(replace(one, elsewhere=True) for one in body.arguments)
    found: dict[str, Argument] = {one.name or "": one for one in body.arguments if one.is_literal}
    position = 0
    for row in ask.passed:
        name = snake(row.label) if row.label else next(iter(body.takes[position : position + 1]), "")
        position += not row.label
        if name and row.label != "**":
            found[name] = replace(row.argument, name=name)
    return tuple(found.values()) if "prompt" in found else ()


def _handed(helper: Helper, passed: Sequence[Passed]) -> tuple[Argument, ...]:
    """What reaches Generate of what is passed, under Generate's names."""
    found: dict[str, Argument] = {}
    for row, at in zip(passed, places(helper, passed), strict=True):
        if row.label == "**":
            found[row.argument.source] = _splat(row)
            continue
        names = {key: name for place, key, name in helper.hands if place == at}
        if row.label and at < 0 and (len(helper.takes) - 1, "", "**") in helper.hands:
            # Ruby puts what has a label of its own into the hash that comes last.
            found[snake(row.label)] = replace(row.argument, name=snake(row.label))
        elif names.get("") == "**":
            rows = [replace(one, name=snake(one.name or "")) for one in row.entries] if row.open else [_splat(row)]
            found |= {(one.name if row.open else one.source) or "": one for one in rows}
        elif "" in names:
            found[names[""]] = replace(row.argument, name=names[""])
        elif names and row.open:
            found |= {names[one.name]: replace(one, name=names[one.name]) for one in row.entries if one.name in names}
        elif names:
            found[row.argument.source] = _splat(row)
    return tuple(found.values())


def _splat(row: Passed) -> Argument:
    return replace(row.argument, name="**", source=f"**{row.argument.source}")


def _caller(
    call: Called, helper: Helper, inner: CallSite, where: str, doubt: int, arguments: tuple[Argument, ...]
) -> CallSite:
    name = helper.way.removesuffix("()") or "module.exports"
    steps = (
        ProofStep(f"{name}() ← hands on to {inner.callee}", where, helper.line),
        *(replace(step, path=step.path or where) for step in inner.proof),
    )
    return replace(
        call.site,
        method=inner.method,
        client=inner.client,
        platform=inner.platform,
        confidence=_LEVELS[max(doubt, _LEVELS.index(inner.confidence))],
        why=f"Calls `{name}` ({where}, line {helper.line}), which hands its arguments on to `{inner.callee}`.",
        proof=(*call.site.proof, *steps),
        arguments=arguments,
    )
