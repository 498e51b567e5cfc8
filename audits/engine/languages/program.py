"""A source file in any language as expressions, names and scopes: what is common to all the grammars.

Lines count from 1, columns from 0, offsets are characters of the text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from audits.engine.languages.taking import Taken

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
    _ranks: dict[int, int] = field(default_factory=dict)
    comments: list[tuple[int, str]] = field(default_factory=list)

    def written(self, expr: Expr) -> str:
        """The expression's text as it stands in the file."""
        return self.source[expr.start : expr.stop]

    def bind(self, binding: Binding) -> None:
        """Note a binding."""
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
        for use in self.uses.get(binding.name, []):
            if binding in self.visible(binding.name, use.scope):
                yield use


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
