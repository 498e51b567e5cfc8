"""Syntax trees of tree-sitter to a Program, by the tables of `grammars`."""

import re

from ast_grep_py import SgNode, SgRoot

from audits.engine.facts import Language
from audits.engine.languages.grammars import Grammar
from audits.engine.languages.makings import let, settle
from audits.engine.languages.places import Places
from audits.engine.languages.program import Binding, Expr, Program, Scope
from audits.engine.languages.single import Single
from audits.engine.languages.taking import taken

_FAULTS = 20
_NO_EXPORT = frozenset({"export_clause", "namespace_export", "string"})
_DEFAULTED = ("assignment_pattern", "object_assignment_pattern")
_RESULTS = ("return_type", "result", "returns", "type")


def lower(grammar: Grammar, source: str) -> Program:
    """Parse one file. A tree with errors is lowered as far as it goes; what was not understood is in `faults`."""
    root = SgRoot(source, grammar.name).root()
    lowering = Lowering(grammar, Program(source), Places(root, source))
    lowering.expr(root, 0)
    lowering.link()
    program = lowering.program
    if grammar.script:
        settle(program)
    elif grammar.language is Language.RUBY:
        let(program)
    program.faults = [_lines(node) for node in root.find_all(kind="ERROR")[:_FAULTS]]
    for kind in grammar.comments:
        program.comments += [(node.range().start.line + 1, node.text()) for node in root.find_all(kind=kind)]
    return program


def _lines(node: SgNode) -> tuple[int, int]:
    place = node.range()
    return place.start.line + 1, place.end.line + 1


def clean(tree_text: str, grammar: Grammar) -> bool:
    """Does a text parse without an error?"""
    root = SgRoot(tree_text, grammar.name).root()
    return not root.find_all(kind="ERROR")


class Lowering(Single):
    """Functions, classes and imports."""

    def on_fn(self, node: SgNode, scope: int, name: str = "") -> Expr:
        # Dart writes the name and what is taken beside the body.
        head = node.find(kind="function_signature") if node.field("signature") else None
        head = head or node
        label = head.field(name) if name else None
        if label is None and name:
            label = next((kid for kid in self.named(node) if kid.kind() in ("simple_identifier",)), None)
        text = label.text() if label is not None else self._given_name(node)
        inner = self._scope("function", text, scope)
        self._taken(head, inner)
        self.program.takes[inner] = taken(head)
        self._returns.append([])
        kids = [kid for kid in self.named(node) if label is None or kid != label]
        parts = [self.expr(kid, inner) for kid in kids]
        returned = self._returns.pop()
        body = node.field("body") or next((kid for kid in kids if kid.kind() == "function_body"), None)
        if body is not None and body.kind() == "function_body":
            returned += parts[-1].kids[-1:] if body.text().startswith("=") else []
        elif body is not None and body.kind() not in self.grammar.blocks and parts:
            returned.append(parts[-1])
        found = self.make("fn", text, node, scope, parts)
        found.keys = ["return" if any(part is one for one in returned) else "" for part in parts]
        found.kids += [one for one in returned if all(one is not part for part in parts)]
        found.keys += ["return"] * (len(found.kids) - len(found.keys))
        self.program.functions[inner] = found
        if label is not None:
            inside = self.program.scopes[scope].kind == "class"
            line = self.places.of(label).line
            typed = next((one for name in _RESULTS if (one := head.field(name)) is not None), None)
            name = f".{text}" if inside else text
            self.program.bind(Binding(name, scope, line, found, typed.text() if typed is not None else ""))
        return found

    def _taken(self, node: SgNode, inner: int) -> None:
        """What a script's function takes: a name that hides one of the same name outside."""
        rows = [row for name in ("parameters", "parameter") if (row := node.field(name)) is not None]
        found = {row.text() for row in rows if row.kind() == "identifier"}
        patterns = [
            one for kind in _DEFAULTED if self.grammar.script for row in rows for one in row.find_all(kind=kind)
        ]
        values = [one.field("right") for one in patterns] + [
            kid.field("value") for row in rows for kid in row.children()
        ]
        instead = {one for value in values if value for one in (value, *value.find_all(kind="identifier"))}
        for kind in ("identifier", "shorthand_property_identifier_pattern") if self.grammar.script else ():
            found |= {one.text() for row in rows for one in row.find_all(kind=kind) if one not in instead}
        if found:
            self.program.parameters[inner] = frozenset(found)

    def _given_name(self, node: SgNode) -> str:
        outer = node.parent()
        while outer is not None and outer.kind() in self.grammar.patterns | {"await_expression", "call_expression"}:
            outer = outer.parent()
        name = outer.field("name") if outer is not None else None
        return name.text() if name is not None and re.fullmatch(r"[\w$]+", name.text()) else ""

    def on_class(self, node: SgNode, scope: int, name: str = "") -> Expr:
        kids = self.named(node)
        # Kotlin's `data class Name`: what the class is comes first.
        named = next((kid for kid in kids if kid.kind() == "type_identifier"), None)
        label = (node.field(name) if name else None) or named or next(iter(kids), None)
        text = label.text() if label is not None and len(label.text()) < 120 else ""
        inner = self._scope("class", text, scope)
        self.program.takes[inner] = taken(node)
        parts = [self.expr(kid, inner) for kid in kids if label is None or kid != label]
        found = self.make("other", "", node, scope, parts)
        self.program.bind(Binding(text, scope, found.line, None, "", ""))
        return found

    def on_heir(self, node: SgNode, scope: int) -> Expr:
        """`extends X`."""
        kids = [self.expr(kid, scope) for kid in self.named(node)]
        self.program.bases += [(self.program.scopes[scope].name, kid) for kid in kids]
        return self.make("other", "", node, scope, kids)

    def _scope(self, kind: str, name: str, parent: int) -> int:
        self.program.scopes.append(Scope(kind, name, parent))
        return len(self.program.scopes) - 1

    def on_field(self, node: SgNode, scope: int, name: str, kind: str) -> Expr:
        """A field of a struct: a member of any object in the file."""
        label, typed = node.field(name), node.field(kind)
        if label is not None and typed is not None:
            self.program.bind(Binding(f".{label.text()}", 0, self.places.of(label).line, None, typed.text()))
        return self.make("other", "", node, scope)

    def on_other(self, node: SgNode, scope: int) -> Expr:
        return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in self.named(node)])

    def on_return(self, node: SgNode, scope: int) -> Expr:
        kids = [self.expr(kid, scope) for kid in self.named(node)]
        flat = [one for kid in kids for one in (kid.kids[:1] if kid.op == "list" else [kid])]
        self._returns[-1] += flat
        return self.make("other", "return", node, scope, kids)

    def on_list(self, node: SgNode, scope: int) -> Expr:
        kids = [self.expr(kid, scope) for kid in self.named(node)]
        return (
            kids[0] if len(kids) == 1 and node.kind() == "expression_list" else self.make("list", "", node, scope, kids)
        )

    def on_import(self, node: SgNode, scope: int) -> Expr:
        for binding in self.grammar.imports(node, scope):
            if binding.name:
                self.program.bind(binding)
            else:
                self.program.namespaces.append(binding.module)
        return self.make("other", "", node, scope)

    def on_module(self, node: SgNode, scope: int) -> Expr:
        """Rust's `mod a;`, whose file is that of `use self::a;`, and `mod a { … }`, which is this file's."""
        name = node.field("name")
        if node.field("body") is None and name is not None:
            self.program.bind(Binding(name.text(), scope, node.range().start.line + 1, module=f"self:{name.text()}"))
        return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in self.named(node)])

    def on_package(self, node: SgNode, scope: int) -> Expr:
        """`package a.b;`"""
        self.program.package = "".join(node.text().removeprefix("package").split()).rstrip(";")
        return self.make("other", "", node, scope)

    def on_export(self, node: SgNode, scope: int) -> Expr:
        """`export { a as b }`, `export { a } from "m"`, `export * from "m"`, `export default value`."""
        source = node.field("source")
        module = source.text().strip("'\"`") if source is not None else ""
        words = {kid.text() for kid in node.children() if not kid.is_named()}
        for kid in self.named(node):
            if kid.kind() == "export_clause":
                self._clause(kid, scope, module)
            elif kid.kind() == "namespace_export":
                self._exported(self.named(kid)[-1].text(), None, kid, f"{module}:*")
        if "*" in words:
            self._exported("*", None, node, f"{module}:*")
        kids = [self.expr(kid, scope) for kid in self.named(node) if kid.kind() not in _NO_EXPORT]
        if "default" in words or "=" in words:
            self._default(node, kids, "default" if "default" in words else "=")
        else:
            for kid in self.named(node):
                self._declared(kid)
        return self.make("other", "", node, scope, kids)

    def _clause(self, clause: SgNode, scope: int, module: str) -> None:
        for row in self.named(clause):
            name, _, alias = re.sub(r"\s+", " ", row.text()).removeprefix("type ").partition(" as ")
            value = None if module else self.expr(self.named(row)[0], scope)
            self._exported(alias or name, value, row, f"{module}:{name}" if module else "")

    def _default(self, node: SgNode, kids: list[Expr], name: str) -> None:
        inner = self.named(node)[-1:]
        label = inner[0].field("name") if inner else None
        if label is not None:
            self._exported(name, self.make("name", label.text(), label, 0), node)
        elif kids:
            self._exported(name, kids[-1], node)

    def _declared(self, node: SgNode) -> None:
        """The names of `export const a = 1, b = 2`, `export class C {}`, `export function f() {}`."""
        for row in (node, *self.named(node)):
            label = row.field("name")
            if label is not None:
                self._exported(label.text(), self.make("name", label.text(), label, 0), row)

    def _exported(self, name: str, value: Expr | None, node: SgNode, module: str = "") -> None:
        self.program.exported.append(Binding(name, 0, self.places.of(node).line, value, module=module))
