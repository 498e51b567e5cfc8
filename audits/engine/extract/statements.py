"""Statements: scopes, branches and bindings."""

from collections.abc import Callable, Sequence

import libcst as cst

from audits.engine.extract.expressions import children
from audits.engine.extract.patterns import Patterns
from audits.engine.extract.typecomments import type_of, types_of_signature


class Statements(Patterns):
    """Walks a module once, top to bottom; `told`: comments of it tell types."""

    told = True

    def module(self, node: cst.Module) -> None:
        """Walk the whole module."""
        self.open_scope("module", "", None)
        self.tops = [(_beginning(row), row) for row in node.body]
        self.statements(node.body)

    def statements(self, body: Sequence[cst.CSTNode]) -> None:
        """Walk statements in order."""
        for statement in body:
            self.statement(statement)

    def statement(self, node: cst.CSTNode) -> None:
        """Walk one statement, simple or compound."""
        walk = _WALKERS.get(type(node))
        if walk is not None:
            walk(self, node)
        else:
            for child in children(node):
                self.expression(child)

    def suite(self, body: cst.BaseSuite | None) -> None:
        """Walk a body in the open block."""
        if body is not None:
            self.statements(body.body)

    def branch(self, body: cst.BaseSuite | None, *, repeats: bool = False) -> None:
        """Walk a body that may not run."""
        if body is not None:
            before = self.open_block(repeats=repeats)
            self.suite(body)
            self.block = before

    def _line(self, node: cst.SimpleStatementLine) -> None:
        told = node.trailing_whitespace.comment if self.told else None
        first = node.body[0] if told is not None and node.body else None
        for target in first.targets if isinstance(first, cst.Assign) else ():
            self._told(target.target, told)
        self.statements(node.body)

    def _told(self, target: cst.BaseExpression, comment: cst.Comment | None) -> None:
        """A comment tells the type of what gets a value."""
        told = type_of(comment)
        if told and isinstance(target, (cst.Name, cst.Attribute)):
            self.target(target, self.add(target, "str", told), "annotation")

    def _assign(self, node: cst.Assign) -> None:
        value = self.expression(node.value)
        for target in node.targets:
            self.target(target.target, value)
            if isinstance(target.target, cst.Name):
                self.argument_number(target.target.value, value)

    def _annotated(self, node: cst.AnnAssign) -> None:
        annotation = self.expression(node.annotation.annotation)
        self.target(node.target, annotation, "annotation")
        if node.value is not None:
            self.target(node.target, self.expression(node.value))

    def _augmented(self, node: cst.AugAssign) -> None:
        value = self.expression(node.value)
        before = self.expression(node.target)
        if isinstance(node.operator, cst.BitOrAssign):
            self.store(before, "update", "", value, node.target)
        self.target(node.target, self.add(node.target, "op", "aug", (before, value)))

    def _alias(self, node: cst.TypeAlias) -> None:
        self.bind(node.name.value, "value", self.expression(node.value), node.name)

    def _return(self, node: cst.Return) -> None:
        if node.value is not None:
            self.result(self.expression(node.value))

    def _if(self, node: cst.If) -> None:
        test = self.expression(node.test)
        before = self.open_block(apart=test)
        self._narrow(test, node)
        left = self._alternative(node.body)
        self.block = before
        if left and node.orelse is None:
            self._excluded(test, node)
        if isinstance(node.orelse, cst.If):
            before = self.open_block(apart=test)
            self._if(node.orelse)
            self.block = before
        elif node.orelse is not None:
            before = self.open_block(apart=test)
            self._alternative(node.orelse.body)
            self.block = before

    def _alternative(self, body: cst.BaseSuite) -> bool:
        """Walk a body of an `if` in the open block: does what stands behind the `if` never come after it?"""
        self.suite(body)
        last = body.body[-1] if body.body else None
        while isinstance(last, cst.SimpleStatementLine):
            last = last.body[-1]
        if isinstance(last, (cst.Return, cst.Raise)):
            self.ends()
        return isinstance(last, (cst.Return, cst.Raise, cst.Continue, cst.Break))

    def _assert(self, node: cst.Assert) -> None:
        self._narrow(self.expression(node.test), node)
        if node.msg is not None:
            self.expression(node.msg)

    def _narrow(self, test: int, mark: cst.If | cst.Assert) -> None:
        """`isinstance(name, Class)` holds in the branch that is open."""
        row = self.nodes[test]
        if row.op == "either" and row.text == "and":
            for kid in row.kids:
                self._narrow(kid, mark)
        elif row.op == "call" and len(row.kids) == 3 and self.nodes[row.kids[0]].text == "isinstance":
            tested = self.chain(row.kids[1])
            if tested:
                self.bind(tested, "narrow", row.kids[2], mark.test)

    def _excluded(self, test: int, mark: cst.If) -> None:
        """Behind `if not isinstance(name, Class): return` it holds too."""
        row = self.nodes[test]
        if row.op == "either" and row.text == "or":
            for kid in row.kids:
                self._excluded(kid, mark)
        elif row.op == "other" and row.text == "UnaryOperation":
            self._narrow(row.kids[0], mark)

    def _for(self, node: cst.For) -> None:
        source = self.expression(node.iter)
        before = self.open_block(repeats=True)
        self._told(node.target, _header(node.body))
        self.target(node.target, self.add(node.iter, "iter", "", (source,)))
        self.suite(node.body)
        self.block = before
        if node.orelse is not None:
            self.branch(node.orelse.body)

    def _while(self, node: cst.While) -> None:
        self.expression(node.test)
        self.branch(node.body, repeats=True)
        if node.orelse is not None:
            self.branch(node.orelse.body)

    def _try(self, node: cst.Try | cst.TryStar) -> None:
        self.branch(node.body)
        for handler in node.handlers:
            if handler.type is not None:
                self.expression(handler.type)
            self.branch(handler.body)
        if node.orelse is not None:
            self.branch(node.orelse.body)
        if node.finalbody is not None:
            self.suite(node.finalbody.body)

    def _with(self, node: cst.With) -> None:
        for item in node.items:
            source = self.expression(item.item)
            if item.asname is not None:
                self._told(item.asname.name, _header(node.body))
                self.target(item.asname.name, self.add(item.item, "enter", "", (source,)))
        self.suite(node.body)

    def _match(self, node: cst.Match) -> None:
        subject = self.expression(node.subject)
        choice = self.add(node.subject, "other", "match")
        for case in node.cases:
            before = self.open_block(apart=choice)
            self.pattern(case.pattern, subject)
            if case.guard is not None:
                self.expression(case.guard)
            self._alternative(case.body)
            self.block = before

    def _function(self, node: cst.FunctionDef) -> None:
        decorators = tuple(self.expression(row.decorator) for row in node.decorators)
        name = node.name.value
        scope = self.open_scope("function", name, node.name, decorators)
        before = self.open_block()
        told, result = types_of_signature(node) if self.told else ({}, "")
        self.parameters(node.params, told)
        if node.returns is not None:
            annotation = self.expression(node.returns.annotation)
            self.bind("return", "annotation", annotation, node.name)
        elif result:
            self.bind("return", "annotation", self.add(node.name, "str", result), node.name)
        self.suite(node.body)
        self.block = before
        self.close_scope()
        self.bind(name, "def", scope, node.name)

    def _class(self, node: cst.ClassDef) -> None:
        decorators = tuple(self.expression(row.decorator) for row in node.decorators)
        bases = tuple(self.expression(arg.value) for arg in node.bases)
        for arg in node.keywords:
            self.expression(arg.value)
        bases += self._type_parameters(node)
        scope = self.open_scope("class", node.name.value, node.name, decorators, bases)
        before = self.open_block()
        self.suite(node.body)
        self.block = before
        self.close_scope()
        self.bind(node.name.value, "class", scope, node.name)

    def _type_parameters(self, node: cst.ClassDef) -> tuple[int, ...]:
        """`class Box[T]` as `class Box(Generic[T])`, which says the same."""
        if node.type_parameters is None:
            return ()
        rows = [row.param.name for row in node.type_parameters.params]
        names = tuple(self.add(row, "name", row.value) for row in rows)
        return (self.add(node.name, "sub", "", (self.add(node.name, "name", "Generic"), *names)),)

    def _import(self, node: cst.Import) -> None:
        for alias in node.names:
            dotted = _dotted(alias.name)
            if alias.asname is not None and isinstance(alias.asname.name, cst.Name):
                self.bind(alias.asname.name.value, "import", -1, alias.name, dotted)
            else:
                self.bind(dotted.split(".")[0], "import", -1, alias.name, dotted.split(".")[0])
                if "." in dotted:
                    self.bind(dotted, "submodule", -1, alias.name, dotted)

    def _import_from(self, node: cst.ImportFrom) -> None:
        base = "." * len(node.relative) + (_dotted(node.module) if node.module is not None else "")
        if isinstance(node.names, cst.ImportStar):
            self.bind("*", "import", -1, node.module or node, base + ":*")
            return
        for alias in node.names:
            bound = alias.asname.name if alias.asname is not None else alias.name
            if isinstance(bound, cst.Name):
                self.bind(bound.value, "import", -1, alias.name, f"{base}:{_dotted(alias.name)}")

    def _scope_names(self, node: cst.Global | cst.Nonlocal) -> None:
        for item in node.names:
            self.outer(item.name.value, enclosing=isinstance(node, cst.Nonlocal))

    def _delete(self, node: cst.Del) -> None:
        """`del params["k"]`, read as `params.pop("k")`."""
        listed = node.target.elements if isinstance(node.target, cst.Tuple) else ()
        for target in [row.value for row in listed] or [node.target]:
            number = self.expression(target)
            kids = self.nodes[number].kids
            if self.nodes[number].op == "sub" and len(kids) == 2:
                self.add(target, "call", "", (self.add(target, "attr", "pop", kids[:1]), kids[1]), ("",))


def _beginning(node: cst.CSTNode) -> cst.CSTNode:
    decorators = node.decorators if isinstance(node, (cst.FunctionDef, cst.ClassDef)) else ()
    return decorators[0] if decorators else node


def _header(body: cst.BaseSuite) -> cst.Comment | None:
    """The comment behind the head of a compound statement."""
    return body.header.comment if isinstance(body, cst.IndentedBlock) else None


def _dotted(node: cst.BaseExpression) -> str:
    if isinstance(node, cst.Attribute):
        return f"{_dotted(node.value)}.{node.attr.value}"
    return node.value if isinstance(node, cst.Name) else ""


_WALKERS: dict[type, Callable[..., None]] = {
    cst.SimpleStatementLine: Statements._line,
    cst.Assign: Statements._assign,
    cst.AnnAssign: Statements._annotated,
    cst.AugAssign: Statements._augmented,
    cst.Return: Statements._return,
    cst.If: Statements._if,
    cst.Assert: Statements._assert,
    cst.For: Statements._for,
    cst.While: Statements._while,
    cst.Try: Statements._try,
    cst.TryStar: Statements._try,
    cst.With: Statements._with,
    cst.Match: Statements._match,
    cst.FunctionDef: Statements._function,
    cst.ClassDef: Statements._class,
    cst.Import: Statements._import,
    cst.ImportFrom: Statements._import_from,
    cst.Global: Statements._scope_names,
    cst.Nonlocal: Statements._scope_names,
    cst.Del: Statements._delete,
    cst.TypeAlias: Statements._alias,
}
