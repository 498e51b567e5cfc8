"""The growing table of facts behind the walkers."""

from collections.abc import Callable, Mapping
from types import MappingProxyType

import libcst as cst

from audits.engine.extract.model import Binding, ModuleFacts, Node, Parameter, Scope, Store
from audits.engine.extract.positions import Place, places

_SOURCE_LIMIT = 600
_NOWHERE: Place = (0, 0, 0, 0)


class Table:
    """Collects facts while the tree is walked; lines are filled in at the end, from one rendering of the tree."""

    def __init__(self, interesting: frozenset[str]) -> None:
        self.nodes: list[Node] = []
        self._marks: list[cst.CSTNode] = []
        self._scopes: list[Scope] = []
        self._scope_marks: list[cst.CSTNode | None] = []
        self._results: list[list[int]] = []
        self._outer: list[list[str]] = []
        self._enclosing: set[tuple[int, str]] = set()
        self._blocks: list[int] = [-1]
        self._ended: list[int] = []
        self._loops: set[int] = set()
        self._apart: list[tuple[int, int]] = []
        self._bindings: list[tuple[Binding, cst.CSTNode]] = []
        self._stores: list[tuple[Store, cst.CSTNode]] = []
        self._parameters: list[list[tuple[Parameter, cst.CSTNode]]] = []
        self._interesting = interesting
        self._sources: dict[int, cst.CSTNode] = {}
        # Nodes whose mark is but a part of them: an attribute's is its name.
        self._wholes: dict[int, cst.CSTNode] = {}
        self.scope = -1
        self.block = 0
        # What stands at the top of the module: where a statement begins, and the statement.
        self.tops: list[tuple[cst.CSTNode, cst.CSTNode]] = []
        self.spans: tuple[tuple[int, int], ...] = ()

    def expression(self, node: cst.CSTNode) -> int:
        """Add an expression; the walker above knows how."""
        raise TypeError(type(node).__name__)

    def add(
        self, mark: cst.CSTNode, op: str, text: str = "", kids: tuple[int, ...] = (), keys: tuple[str, ...] = ()
    ) -> int:
        """Append a node whose place is `mark`'s; returns its number."""
        self.nodes.append(Node(op, text, kids, keys, 0, 0, 0, self.scope, self.block))
        self._marks.append(mark)
        return len(self.nodes) - 1

    def add_part(self, mark: cst.CSTNode, whole: cst.CSTNode, op: str, text: str, kids: tuple[int, ...]) -> int:
        """Append a node whose place is `mark`'s and whose text is `whole`'s."""
        number = self.add(mark, op, text, kids)
        self._wholes[number] = whole
        return number

    def bind(self, name: str, how: str, node: int, mark: cst.CSTNode, detail: str = "") -> None:
        """Record that `name` gets a value in the scope that is open (or the one a `global` statement names)."""
        scope = self._owner(name)
        self._bindings.append((Binding(scope, name, how, node, len(self.nodes), self.block, 0, detail), mark))

    def _owner(self, name: str) -> int:
        scope = self.scope
        if name not in self._outer[scope]:
            return scope
        if (scope, name) in self._enclosing:
            return self._enclosing_owner(scope, name)
        while self._scopes[scope].parent >= 0:
            scope = self._scopes[scope].parent
        return scope

    def _enclosing_owner(self, scope: int, name: str) -> int:
        """The function around `scope` that a `nonlocal` name belongs to: the nearest that binds it."""
        bound = {row.scope for row, _ in self._bindings if row.name == name}
        around = scope
        while (around := self._scopes[around].parent) > 0:
            if around in bound or any(row.name == name for row, _ in self._parameters[around]):
                return around
        return self._scopes[scope].parent

    def store(self, base: int, kind: str, key: str, node: int, mark: cst.CSTNode, how: str = "value") -> None:
        """Record that an attribute or an item gets a value."""
        self._stores.append((Store(base, kind, key, node, len(self.nodes), self.scope, 0, how), mark))

    def argument(self, label: str, number: int, node: cst.CSTNode) -> None:
        """Keep the text of an argument whose label is a parameter of the API."""
        if label in self._interesting:
            self._sources[number] = node

    def argument_number(self, label: str, number: int) -> None:
        """The same for an argument that is in the table already."""
        if label in self._interesting:
            self.keep_source(number)

    def keep_source(self, number: int) -> None:
        """Keep the text of this node whatever its label."""
        self._sources.setdefault(number, self._wholes.get(number, self._marks[number]))

    def open_scope(
        self,
        kind: str,
        name: str,
        mark: cst.CSTNode | None,
        decorators: tuple[int, ...] = (),
        bases: tuple[int, ...] = (),
    ) -> int:
        """Open a scope below the one that is open; returns its number."""
        self._scopes.append(Scope(kind, name, self.scope, self.block, 0, (), decorators, bases))
        self._scope_marks.append(mark)
        self._results.append([])
        self._outer.append([])
        self._parameters.append([])
        self.scope = len(self._scopes) - 1
        return self.scope

    def close_scope(self) -> None:
        """Go back to the scope around the open one."""
        self.scope = self._scopes[self.scope].parent

    def result(self, number: int) -> None:
        """The open function returns or yields this."""
        self._results[self.scope].append(number)

    def outer(self, name: str, *, enclosing: bool = False) -> None:
        """A `global` or, for an `enclosing` function's name, a `nonlocal` statement names `name`."""
        self._outer[self.scope].append(name)
        if enclosing:
            self._enclosing.add((self.scope, name))

    def open_block(self, *, apart: int = -1, repeats: bool = False) -> int:
        """Enter a branch; returns the block to go back to. `apart` is the choice of which it is one way."""
        before = self.block
        self._blocks.append(before)
        self.block = len(self._blocks) - 1
        if repeats:
            self._loops.add(self.block)
        elif apart >= 0 and not self._repeated():
            self._apart.append((self.block, apart))
        return before

    def _repeated(self) -> bool:
        """Does a loop of the open function hold the open block? Each way of a choice can come after each other then."""
        block, outer = self.block, self._scopes[self.scope].block
        while block not in (outer, -1) and block not in self._loops:
            block = self._blocks[block]
        return block in self._loops

    def ends(self) -> None:
        """The open block leaves its function at its end."""
        self._ended.append(self.block)

    def parameters(self, params: cst.Parameters, told: Mapping[str, str] = MappingProxyType({})) -> None:
        """The open function's parameters; defaults and annotations count as evaluated inside it.

        `told` are types by name that only comments tell.
        """
        rows = [(param, "") for param in (*params.posonly_params, *params.params)]
        if isinstance(params.star_arg, cst.Param):
            rows.append((params.star_arg, "*"))
        rows += [(param, "keyword") for param in params.kwonly_params]
        if params.star_kwarg is not None:
            rows.append((params.star_kwarg, "**"))
        for param, kind in rows:
            annotation = -1 if param.annotation is None else self.expression(param.annotation.annotation)
            if annotation < 0 and param.name.value in told:
                annotation = self.add(param.name, "str", told[param.name.value])
            default = -1 if param.default is None else self.expression(param.default)
            row = Parameter(param.name.value, kind, annotation, default, 0)
            self._parameters[self.scope].append((row, param.name))
            if default >= 0:
                self.argument_number(row.name, default)

    def facts(self, module: cst.Module, text_lines: list[str]) -> ModuleFacts:
        """All facts with their lines filled in."""
        found = places(module, [*self._all_marks(), *self._sources.values()])
        self.spans = tuple(
            (found.get(id(first), _NOWHERE)[0], _last_line(found.get(id(whole), _NOWHERE)))
            for first, whole in self.tops
        )

        def line(mark: cst.CSTNode | None) -> int:
            return found.get(id(mark), _NOWHERE)[0]

        return ModuleFacts(
            scopes=self._placed_scopes(line),
            blocks=tuple(self._blocks),
            ended=tuple(self._ended),
            apart=tuple(self._apart),
            nodes=self._placed_nodes(found),
            bindings=tuple(row._replace(line=line(mark)) for row, mark in self._bindings),
            stores=tuple(row._replace(line=line(mark)) for row, mark in self._stores),
            sources=tuple(
                (number, _cut(text_lines, found[id(node)]))
                for number, node in self._sources.items()
                if id(node) in found
            ),
        )

    def _all_marks(self) -> list[cst.CSTNode]:
        """The nodes whose places the facts tell."""
        marks: list[cst.CSTNode] = [*self._marks, *(mark for mark in self._scope_marks if mark is not None)]
        marks += [mark for _, mark in (*self._bindings, *self._stores)]
        marks += [mark for rows in self._parameters for _, mark in rows]
        return marks + [mark for pair in self.tops for mark in pair]

    def _placed_nodes(self, found: Mapping[int, Place]) -> tuple[Node, ...]:
        nodes = []
        for node, mark in zip(self.nodes, self._marks, strict=True):
            first, column, last, _ = found.get(id(mark), _NOWHERE)
            op, text, kids, keys, *_, scope, block = node
            nodes.append(Node(op, text, kids, keys, first, last, column, scope, block))
        return tuple(nodes)

    def _placed_scopes(self, line: Callable[[cst.CSTNode | None], int]) -> tuple[Scope, ...]:
        return tuple(
            row._replace(
                line=line(self._scope_marks[index]) or 1,
                results=tuple(self._results[index]),
                outer=tuple(self._outer[index]),
                parameters=tuple(one._replace(line=line(mark)) for one, mark in self._parameters[index]),
            )
            for index, row in enumerate(self._scopes)
        )


def _last_line(place: tuple[int, int, int, int]) -> int:
    """The last line of which a node holds something: its place may end where the next line begins."""
    _, _, last, column = place
    return last if column else last - 1


def _cut(lines: list[str], place: tuple[int, int, int, int]) -> str:
    """The text between two places, shortened; `lines` keep their ends."""
    first, column, last, end = place
    if first == last:
        return lines[first - 1][column:end][:_SOURCE_LIMIT]
    parts = [lines[first - 1][column:], *lines[first : last - 1], lines[last - 1][:end]]
    return "".join(parts)[:_SOURCE_LIMIT]
