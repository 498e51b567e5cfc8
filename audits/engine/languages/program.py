"""A source file in any language as expressions, names and scopes: what is common to all the grammars.

Lines count from 1, columns from 0, offsets are characters of the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import NamedTuple

from audits.engine.languages.taking import Taken

# Bindings of one name from which on their order counts, and how many of them around a place are looked at.
_SEVERAL, _NEAR = 2, 20
# Stands for the place of what runs later, after -1 for one that nothing tells.
_LATER = -2
# What stands before a value that takes the place of the one before.
_SET = re.compile(r"(?<![-+*/|&.?<>!=%^~])(?::=|=|<-)\s*$")
HOLE = "\0"


@dataclass(slots=True, eq=False)
class Expr:
    """One expression.

    `op`: name, attr, call, new, str, const, concat, either, dict, list, fn, other. `text`: the name, the attribute's
    name, a constant, or a string's value with HOLE for what is not written out. `kids`: an attribute's object; a call's
    callee and arguments; a dict's values; what stands in a string's holes; what a function returns. `keys`: a label for
    each kid of a call ("" positional, "*", "**", or a name) or of a dict.
    """

    op: str
    text: str
    scope: int
    line: int
    end: int
    column: int
    start: int
    stop: int
    kids: list["Expr"] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    parent: "Expr | None" = None


class Binding(NamedTuple):
    """A name (".x" for a member of an object) gets a value, a type or an import ("module" or "module:member")."""

    name: str
    scope: int
    line: int
    value: Expr | None = None
    type: str = ""
    module: str = ""


class Scope(NamedTuple):
    """A file, class or function."""

    kind: str
    name: str
    parent: int


@dataclass(slots=True)
class Program:
    """One file. `namespaces` are modules all of whose names are there; `faults` are (first, last) lines not parsed.

    `package` is the module that the file says it belongs to, whose classes need no import there (Java, Kotlin).

    `lost` are the lines of calls whose receiver could not be followed to its end.

    `parameters` are the names that a script's function, by its scope, takes; `takes` is what a function or class of any
    language takes, in order, and `functions` its expression; `defaults` are the ids of the expressions that stand in
    where nothing is passed.

    `distant` are the ids of objects whose entries stand for other things where a class uses them than where it is made.

    `exported` are what a script says that it gives to others: under a name, "*" (all of a module), "=" (it is all).
    """

    source: str
    scopes: list[Scope] = field(default_factory=lambda: [Scope("file", "", -1)])
    exprs: list[Expr] = field(default_factory=list)
    bindings: dict[str, list[Binding]] = field(default_factory=dict)
    given: dict[int, list[Binding]] = field(default_factory=dict)
    placed: dict[tuple[str, int], list[Binding]] = field(default_factory=dict)
    uses: dict[str, list[Expr]] = field(default_factory=dict)
    namespaces: list[str] = field(default_factory=list)
    package: str = ""
    bases: list[tuple[str, Expr]] = field(default_factory=list)
    exported: list[Binding] = field(default_factory=list)
    defaults: set[int] = field(default_factory=set)
    distant: set[int] = field(default_factory=set)
    parameters: dict[int, frozenset[str]] = field(default_factory=dict)
    takes: dict[int, tuple[Taken, ...]] = field(default_factory=dict)
    functions: dict[int, Expr] = field(default_factory=dict)
    faults: list[tuple[int, int]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    # The uses of a name by the list of bindings that it means there.
    _read: dict[str, dict[int, list[Expr]]] = field(default_factory=dict)
    # By the list of a name's bindings: these in the order of the text, and its uses by what it means there.
    _orders: dict[int, "_Order"] = field(default_factory=dict)
    _spans: dict[int, dict[int, list[Expr]]] = field(default_factory=dict)
    _ranks: dict[int, int] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)

    def written(self, expr: Expr) -> str:
        """The expression's text as it stands in the file."""
        return self.source[expr.start : expr.stop]

    def bind(self, binding: Binding) -> None:
        """Note a binding."""
        for known in (self._read, self._orders, self._spans):
            known.clear()
        self.bindings.setdefault(binding.name, []).append(binding)
        self.placed.setdefault((binding.name, binding.scope), []).append(binding)
        if binding.value is not None:
            self.given.setdefault(id(binding.value), []).append(binding)

    def rank(self, row: Binding) -> int:
        """0 for what is made or imported, 1 for what is computed, 2 for what is computed of the name itself."""
        if id(row) not in self._ranks:
            value = row.value
            self._ranks[id(row)] = 0
            if not (row.module or row.type or value is None or value.op == "new"):
                uses = self.uses.get(row.name, ())
                self._ranks[id(row)] = 1 + any(value.start <= use.start < value.stop for use in uses)
        return self._ranks[id(row)]

    def around(self, scope: int) -> Iterator[int]:
        """A scope and those around it, the innermost first."""
        while scope >= 0:
            yield scope
            scope = self.scopes[scope].parent

    def owner(self, scope: int) -> int:
        """The class around a scope, 0 where there is none."""
        return next((one for one in self.around(scope) if self.scopes[one].kind == "class"), 0)

    def path_of(self, scope: int) -> str:
        """The names of the classes and functions around, joined by dots."""
        names = [self.scopes[one].name for one in self.around(scope)]
        return ".".join(name for name in reversed(names) if name)

    def visible(self, name: str, scope: int) -> list[Binding]:
        """The bindings that a name may mean where it is used: those of the innermost scope that binds it."""
        if name not in self.bindings:
            return []
        if name.startswith("."):
            return self.placed.get((name, self.owner(scope))) or self.bindings[name]
        return next((found for one in self.around(scope) if (found := self.placed.get((name, one)))), [])

    def uses_of(self, binding: Binding) -> Iterator[Expr]:
        """The places that read what a binding binds."""
        name = binding.name
        if name not in self._read:
            self._read[name] = {}
            for use in self.uses.get(name, []):
                self._read[name].setdefault(id(self.visible(name, use.scope)), []).append(use)
        here = self.placed.get((name, binding.scope), [])
        yield from self._read[name].get(id(here), ())
        if name.startswith("."):
            yield from self._read[name].get(id(self.bindings.get(name)), ())

    def meant(self, expr: Expr) -> list[Binding]:
        """The bindings that a name may mean at its place: where it is set anew in any case, none that stand above."""
        rows = self.visible(expr.text, expr.scope)
        if len(rows) < _SEVERAL or len(rows) != len(self.placed.get((expr.text, rows[0].scope), ())):
            return rows
        begin, end = self._span(rows, expr)
        if begin < 0:
            return rows
        return [*self._order(rows).others, *self._order(rows).between(begin, end)]

    def reads(self, binding: Binding) -> Iterator[Expr]:
        """The places that read a name while it means what a binding binds."""
        rows = self.placed.get((binding.name, binding.scope), [])
        if len(rows) < _SEVERAL or binding.value is None or binding in self._order(rows).others:
            yield from self.uses_of(binding)
            return
        if id(rows) not in self._spans:
            found = self._spans[id(rows)] = {}
            for use in self.uses_of(binding):
                at = _LATER if self._runs_later(rows, use) else self._span(rows, use)[0]
                found.setdefault(at, []).append(use)
        spans, start = self._spans[id(rows)], binding.value.start
        yield from (use for use in spans.get(_LATER, ()) if self._span(rows, use)[0] <= start)
        # Behind the block in which a name is set anew it may mean that, or what it meant before.
        yield from spans.get(start, ())
        told = ((at, use) for at, uses in spans.items() if _LATER < at < start for use in uses)
        yield from (use for at, use in told if at < 0 or use.start > start)

    def same(self, expr: Expr) -> Iterator[Expr]:
        """The places that read the name which an expression is, as far as it means the same there."""
        rows = self.visible(expr.text, expr.scope)
        found = self.uses_of(rows[0]) if rows else iter(self.uses.get(expr.text, []))
        begin, end = self._span(rows, expr) if len(rows) >= _SEVERAL else (-1, 0)
        return (use for use in found if begin <= use.start < end) if begin >= 0 else found

    def _span(self, rows: list[Binding], expr: Expr) -> tuple[int, int]:
        """From where to where in the text a name means what it means at a place; -1 where nothing tells."""
        anew = self._order(rows).anew
        places = self._order(rows).places
        at = bisect_right(places, expr.start)
        begin = next((start for start in reversed(places[max(0, at - _NEAR) : at]) if _holds(anew[start], expr)), -1)
        end = len(self.source) + 1
        if self._runs_later(rows, expr):
            return begin, end
        return begin, next((start for start in places[at : at + _NEAR] if _holds(anew[start], expr)), end)

    def _runs_later(self, rows: list[Binding], expr: Expr) -> bool:
        """Is it in a function that may run when the names around it have been set again?"""
        inside = takewhile(lambda one: one != rows[0].scope, self.around(expr.scope))
        return any(self.scopes[one].kind == "function" for one in inside)

    def _order(self, rows: list[Binding]) -> "_Order":
        if id(rows) not in self._orders:
            self._orders[id(rows)] = _Order(self, rows)
        return self._orders[id(rows)]


class _Order:
    """The bindings of one name in one scope, in the order of the text.

    `anew` are the places of values that the name gets in any case where what stands around them runs, with the block
    around; `others` are the bindings that have no place in the text of the scope.
    """

    def __init__(self, program: Program, rows: list[Binding]) -> None:
        mine = [row for row in rows if row.value is not None and row.value.scope == row.scope and row.value.parent]
        self.others = [row for row in rows if row not in mine]
        self._rows = sorted(mine, key=lambda row: row.value.start if row.value is not None else 0)
        self._starts = [row.value.start for row in self._rows if row.value is not None]
        uses = sorted(use.start for use in program.uses.get(rows[0].name, ()))
        self.anew: dict[int, Expr] = {}
        for row in self._rows:
            block = _block(program, row, uses)
            if block is not None and row.value is not None:
                self.anew[row.value.start] = block
        self.places = sorted(self.anew)

    def between(self, begin: int, end: int) -> list[Binding]:
        """The bindings whose values stand there."""
        return self._rows[bisect_left(self._starts, begin) : bisect_left(self._starts, end)]


def _block(program: Program, row: Binding, uses: list[int]) -> Expr | None:
    """The block in which a name is set to what does not follow from itself; None where that is not told."""
    value = row.value
    if (
        value is None
        or id(value) in program.defaults
        or not _SET.search(program.source, max(0, value.start - 40), value.start)
    ):
        return None
    at = bisect_left(uses, value.start)
    if at < len(uses) and uses[at] < value.stop:
        return None
    outer = value.parent
    while outer is not None and outer.op == "other" and len(outer.kids) == 1:
        outer = outer.parent
    return outer if outer is not None and outer.op in ("other", "fn") else None


def _holds(block: Expr, expr: Expr) -> bool:
    return block.start <= expr.start < block.stop


def last_of(expr: Expr) -> Expr:
    """The last of several statements."""
    while expr.op == "other" and expr.kids:
        expr = expr.kids[-1]
    return expr


def brief(expr: Expr | None) -> str:
    """An expression as names only."""
    if expr is not None and expr.op == "name":
        return expr.text
    if expr is not None and expr.op == "attr":
        return f"{brief(expr.kids[0])}.{expr.text}"
    if expr is not None and expr.op in ("call", "new") and expr.kids:
        new = "new " if expr.op == "new" else ""
        return f"{new}{brief(expr.kids[0])}({'…' if len(expr.kids) > 1 else ''})"
    return "…"
