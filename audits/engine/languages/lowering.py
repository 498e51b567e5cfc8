"""Syntax trees of tree-sitter to a Program, by the tables of `grammars`."""

import re

from ast_grep_py import SgNode, SgRoot

from audits.engine.languages.grammars import Grammar
from audits.engine.languages.names import Names
from audits.engine.languages.places import Places
from audits.engine.languages.program import Binding, Expr, Program, Scope
from audits.engine.languages.taking import taken

_FAULTS = 20
_NO_VALUE = frozenset(
    {"modifiers", "binding_pattern_kind", "variable_declaration", "getter", "setter", "type_parameters"}
)
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


class Lowering(Names):
    """Functions, classes, imports and what only one language has."""

    def on_fn(self, node: SgNode, scope: int, name: str = "") -> Expr:
        label = node.field(name) if name else None
        if label is None and name:
            label = next((kid for kid in self.named(node) if kid.kind() in ("simple_identifier",)), None)
        text = label.text() if label is not None else self._given_name(node)
        inner = self._scope("function", text, scope)
        self._taken(node, inner)
        self.program.takes[inner] = taken(node)
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
            typed = next((one for name in _RESULTS if (one := node.field(name)) is not None), None)
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

    def on_property(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `val x: T = value`, `val x by lazy { value }`."""
        kids = self.named(node)
        target = next((kid for kid in kids if kid.kind() == "variable_declaration"), None)
        values = [kid for kid in kids if kid.kind() not in _NO_VALUE]
        made = self.expr(values[-1], scope) if values else None
        if target is not None:
            typed = next((kid for kid in self.named(target) if "type" in kid.kind()), None)
            self.bind(target, made, typed.text() if typed is not None else "", scope)
        return self.make("other", "", node, scope, [made] if made is not None else [])

    def on_parameter(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `val x: T = default` of a class or a function."""
        kids = self.named(node)
        label = next((kid for kid in kids if kid.kind() == "simple_identifier"), None)
        typed = next((kid for kid in kids if kid.kind() in ("user_type", "nullable_type")), None)
        if label is not None:
            text = typed.text() if typed is not None else ""
            line = self.places.of(label).line
            self.program.bind(Binding(label.text(), scope, line, None, text))
            if node.kind() == "class_parameter":
                made = self.expr(kids[-1], scope) if typed is not None and kids[-1] not in (label, typed) else None
                self.program.defaults |= {id(made)} if made is not None else set()
                self.program.bind(Binding(f".{label.text()}", scope, line, made, text))
        return self.make("other", "", node, scope)

    def on_infix(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `"key" to value`."""
        kids = self.named(node)
        if len(kids) == 3 and kids[1].text() == "to":
            found = self.make("dict", "", node, scope, [self.expr(kids[2], scope)])
            found.keys.append(self.key(kids[0]))
            return found
        return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in kids])

    def on_assignable(self, node: SgNode, scope: int) -> Expr:
        kids = self.named(node)
        found = self.expr(kids[0], scope)
        for kid in kids[1:]:
            found = self.make("attr", kid.text().lstrip("?.[").rstrip("]").strip("\"'"), node, scope, [found])
        return found

    def on_conditional(self, node: SgNode, scope: int) -> Expr:
        """C#'s `a?.B(c)`: as if it were `a.B(c)`."""
        kids = self.named(node)
        found = self.expr(kids[0], scope)
        for kid in kids[1:]:
            inner = self.expr(kid, scope)
            last = inner
            while last.kids and last.op in ("call", "attr"):
                last = last.kids[0]
            if last.op == "other" or last.op == "name":
                last.op, last.text, last.kids = "attr", last.text.lstrip("."), [found]
            found = inner
        return found

    def on_implicit(self, node: SgNode, scope: int) -> Expr:
        """C#'s `new(x)`, `new() { … }`: the class is that of what it is put into."""
        found = self.make("new", "", node, scope, [self.make("name", "", node, scope)])
        found.keys.append("")
        for kid in self.named(node):
            self.argument(found, kid, scope)
        return found

    def on_made(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `Name(…)` of an annotation or a base class."""
        kids = self.named(node)
        found = self.make("call", "", node, scope, [self.type_name(kids[0], scope)])
        found.keys.append("")
        for kid in kids[1:]:
            self.argument(found, kid, scope)
        return found

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

    def on_macro(self, node: SgNode, scope: int) -> Expr:
        """Rust's `json!({…})`, `format!("{}", x)`: the tokens are JSON, or a string and what fills it."""
        name, tree = node.field("macro"), next((k for k in self.named(node) if k.kind() == "token_tree"), None)
        if tree is None or name is None:
            return self.make("other", "", node, scope)
        kids = [self.expr(kid, scope) for kid in self.named(tree)]
        if name.text().endswith("json"):
            return self._json(tree, scope, node)
        found = self.make("call", "", node, scope, [self.make("name", name.text(), name, scope), *kids])
        found.keys = [""] * len(found.kids)
        return found

    def _json(self, tree: SgNode, scope: int, node: SgNode) -> Expr:
        """The tokens of `json!({"a": b, …})`, as a dict of what stands behind each key."""
        inner = next((kid for kid in self.named(tree) if kid.kind() == "token_tree"), tree)
        found = self.make("dict", "", node, scope)
        rows = self.named(inner)
        key: SgNode | None = None
        values: list[SgNode] = []
        for index, row in enumerate([*rows, None]):
            following = self.program.source[self.places.of(row).stop :].lstrip()[:1] if row is not None else ":"
            if row is None or (row.kind() == "string_literal" and following == ":" and (values or key is None)):
                if key is not None and values:
                    self.entry(found, self.key(key), values[0], scope)
                    found.kids[-1].stop = self.places.of(values[-1]).stop
                key, values = row, []
            elif key is not None and index:
                values.append(row)
        return found
