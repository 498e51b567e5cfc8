"""Lowering of what gives names their values."""

import re
from collections.abc import Sequence

from ast_grep_py import SgNode

from audits.engine.facts import Language
from audits.engine.languages.nodes import Nodes
from audits.engine.languages.program import Binding, Expr

# Heads of literals that are objects with fields, neither maps nor lists.
# A pattern that leaves a place out: `[, b]`.
_ELIDED = re.compile(r"[\[,]\s*,")
# `a?: X` of a type that is written out, the name of one, and what a class is called.
_MEMBER = re.compile(r"(?<![\w$])([\w$]+)\??\s*:\s*([^;,{}]+)")
_NAME = re.compile(r":?\s*[\w$]+")
_CLASS = re.compile(r"\b[A-Z]")
_TYPE_LIMIT = 2_000
_STRUCTS = frozenset({"type_identifier", "qualified_type", "scoped_type_identifier"})

# Languages in which a field's name alone is the field.
_BY_NAME = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP})


# What makes a constructor's parameter a field too.
_PROMOTED = frozenset({"accessibility_modifier", "visibility_modifier"})


class Names(Nodes):
    """Declarations, assignments, parameters, fields."""

    _unpacked = False

    def on_bind(self, node: SgNode, scope: int, left: str = "", right: str = "", kind: str = "") -> Expr:
        target = node.field(left) if left else None
        value = node.field(right) if right else None
        typed = node.field(kind) if kind else None
        kids = self.named(node)
        if target is None:
            target = kids[0] if kids else node
        if value is None and not right and len(kids) > 1:
            value = kids[-1]
        if typed is None and kind:
            outer = node.parent()
            typed = outer.field(kind) if outer is not None else None
        made = self.expr(value, scope) if value is not None else None
        if made is not None and node.kind() == "assignment_pattern":
            self.program.defaults.add(id(made))
        self.bind(target, made, self.type_of(typed), scope)
        return self.make("other", "", node, scope, [made] if made is not None else [])

    def on_each(self, node: SgNode, scope: int, left: str, right: str) -> Expr:
        """`for (const x of xs)`: the name stands for one of what is gone through."""
        target, through = node.field(left), node.field(right)
        asked = [kid for kid in self.named(node) if kid != target]
        kids = [self.expr(kid, scope) for kid in asked]
        held = next((made for kid, made in zip(asked, kids, strict=True) if kid == through), None)
        named = self.named(target) if target is not None and target.kind() == "expression_list" else [target]
        keys = node.field("operator")
        if held is not None and named[-1] is not None and (keys is None or keys.text() != "in"):
            self.bind(named[-1], self.make("attr", "", node, scope, [held]), "", scope)
        return self.make("other", "", node, scope, kids)

    def bind(self, target: SgNode, value: Expr | None, typed: str, scope: int) -> None:
        """A pattern gets a value."""
        kind = target.kind()
        line = self.places.of(target).line
        kids = self.named(target)
        if kind in self.grammar.lists and kids:
            first = value.kids[0] if value is not None and value.op == "list" and value.kids else value
            self.bind(kids[0], first, typed, scope)
            return
        if kind == "object_pattern":
            self._destructure(kids, value, scope, line)
            self._declare(kids, "" if value is not None else typed[:_TYPE_LIMIT], scope, line)
            return
        if kind == "array_pattern" and not _ELIDED.search(target.text()):
            self._take_apart(kids, _held(value), scope)
        if kind in self.grammar.patterns and kids:
            self.bind(kids[0], value, typed, scope)
            return
        made = self.expr(target, scope)
        inside = self.program.scopes[scope].kind == "class"
        if made.op == "call" and len(made.kids) == 1 and made.kids[0].op == "attr":
            # Ruby's `request.body = …`.
            made = made.kids[0]
        if made.op == "attr":
            self._exports(made, value, line)
            owner = self.program.owner(scope)
            self.program.bind(Binding(f".{made.text}", owner, line, value, typed))
        elif made.op in ("name", "other") and made.text and inside:
            made.op = "other"
            name = made.text.lstrip("$")
            self.program.bind(Binding(f".{name}", scope, line, value, typed))
            self.program.bind(Binding(made.text, scope, line, value, typed))
        elif made.op in ("name", "other") and made.text:
            made.op = "other"
            field = self._field_of(made.text, target, scope)
            self.program.bind(Binding(made.text, field or scope, line, value, typed))
            if field:
                self.program.bind(Binding(f".{made.text}", field, line, value, typed))

    def _take_apart(self, kids: Sequence[SgNode], held: Sequence[Expr], scope: int) -> None:
        """`[a, b]`: each name gets what stands in its place."""
        for kid, one in zip(kids, held, strict=False):
            self.bind(kid, one, "", scope)

    def _field_of(self, name: str, target: SgNode, scope: int) -> int:
        """The class whose field a method sets by its name alone; 0 for a name of the method's own."""
        outer = target.parent()
        if self.grammar.language not in _BY_NAME or outer is None or "assignment" not in outer.kind():
            return 0
        owner = self.program.owner(scope)
        local = any((name, at) in self.program.placed for at in self.program.around(scope) if at != owner)
        taken = any(row.name == name for at in self.program.around(scope) for row in self.program.takes.get(at, ()))
        return owner if owner and (name, owner) in self.program.placed and not (local or taken) else 0

    def _exports(self, target: Expr, value: Expr | None, line: int) -> None:
        """`module.exports = value`, `exports.name = value`, `module.exports.name = value`."""
        base = target.kids[0]
        if target.text == "exports" and base.text == "module":
            self.program.exported.append(Binding("=", 0, line, value))
            self._bundled(value, line)
        elif base.text == "exports" and (base.op == "name" or (base.op == "attr" and base.kids[0].text == "module")):
            self.program.exported.append(Binding(target.text, 0, line, value))

    def _bundled(self, value: Expr | None, line: int) -> None:
        """esbuild's `__export(x, { name: () => value }); module.exports = __toCommonJS(x);`, once a file."""
        packed = value is not None and value.op == "call" and value.kids[0].text == "__toCommonJS"
        if value is None or not packed or len(value.kids) != 2 or self._unpacked:
            return
        self._unpacked = True
        for call in self.program.exprs:
            if call.op != "call" or call.kids[0].text != "__export" or len(call.kids) != 3:
                continue
            box, table = call.kids[1:]
            if table.op == "dict" and box.text == value.kids[1].text:
                rows = [(key, kid) for key, kid in zip(table.keys, table.kids, strict=False) if kid.op == "fn"]
                self.program.exported += [Binding(key, 0, line, fn.kids[-1]) for key, fn in rows if fn.kids]

    def _destructure(self, kids: Sequence[SgNode], value: Expr | None, scope: int, line: int) -> None:
        """`{ a, b: c, d: { e }, f = 1 }`: names for members, and for what stands in where there is none."""
        for kid in kids:
            parts = self.named(kid)
            key = parts[0].text() if parts else kid.text()
            target, instead = kid, None
            if kid.kind() == "object_assignment_pattern" and len(parts) > 1:
                target, instead = parts[0], self.expr(parts[1], scope)
            elif parts:
                target = parts[-1]
            if target.kind() == "assignment_pattern" and len(inner := self.named(target)) > 1:
                target, instead = inner[0], self.expr(inner[1], scope)
            member = self.make("attr", key, kid, scope, [value]) if value is not None else None
            self.program.defaults |= {id(instead)} if instead is not None else set()
            if target.kind() == "object_pattern":
                self._destructure(self.named(target), member, scope, line)
                continue
            for made in (instead, member):
                if made is not None and re.fullmatch(r"[\w$]+", target.text()):
                    self.program.bind(Binding(target.text(), scope, line, made))

    def _declare(self, kids: Sequence[SgNode], typed: str, scope: int, line: int) -> None:
        """`{ a, b: c }: { a: X, b: Y }` and `{ a, b: c }: Deps`: the types of the names, as far as they are classes."""
        told = dict(_MEMBER.findall(typed))
        for kid in kids if typed else ():
            parts = self.named(kid)
            key = parts[0].text() if parts else kid.text()
            local = parts[-1].text() if kid.kind() == "pair_pattern" else key
            rows = self.program.placed.get((f".{key}", 0), ()) if _NAME.fullmatch(typed) else ()
            kind = told.get(key) or next((row.type for row in rows), "")
            if _CLASS.search(kind) and re.fullmatch(r"[\w$]+", local):
                self.program.bind(Binding(local, scope, line, None, kind))

    def type_of(self, node: SgNode | None) -> str:
        """A type as it is written; the members of one that is written out are told like those of one with a name."""
        if node is None:
            return ""
        text = node.text()
        for name, kind in _MEMBER.findall(text[:_TYPE_LIMIT]) if "{" in text else ():
            if _CLASS.search(kind):
                self.program.bind(Binding(f".{name}", 0, self.places.of(node).line, None, kind))
        return text

    def on_signature(self, node: SgNode, scope: int, name: str, kind: str) -> Expr:
        """A member of an interface or an object type: of any object in the file, where its type is a class."""
        label, typed = node.field(name), node.field(kind)
        if label is not None and typed is not None and _CLASS.search(typed.text()):
            self.program.bind(Binding(f".{label.text()}", 0, self.places.of(label).line, None, typed.text()))
        return self.make("other", "", node, scope)

    def on_pattern(self, node: SgNode, scope: int) -> Expr:
        """`{ a = 1 }` where a function takes it."""
        self.bind(node, None, "", scope)
        return self.make("other", "", node, scope)

    def on_typed(self, node: SgNode, scope: int, name: str = "", kind: str = "") -> Expr:
        """A parameter or a field without a value."""
        kids = self.named(node)
        target = (node.field(name) if name else None) or (kids[0] if kids else None)
        typed = (node.field(kind) if kind else None) or (kids[-1] if len(kids) > 1 else None)
        if target is None:
            return self.make("other", "", node, scope)
        value = node.field("value") or node.field("default_value")
        made = self.expr(value, scope) if value is not None else None
        self.program.defaults |= {id(made)} if made is not None else set()
        text = self.type_of(typed)
        self.bind(target, made, text, scope)
        if node.kind() in self.grammar.properties or _PROMOTED & {kid.kind() for kid in kids}:
            owner = self.program.owner(scope)
            self.program.bind(Binding(f".{target.text().lstrip('$')}", owner, self.places.of(node).line, made, text))
        return self.make("other", "", node, scope, [made] if made is not None else [])

    def on_struct(self, node: SgNode, scope: int, what: str, body: str) -> Expr:
        """`Name{key: value}`: the making of an object from a dict."""
        head, inner = node.field(what), node.field(body)
        kids = []
        if head is not None:
            kids.append(self.type_name(head, scope))
        if inner is not None:
            kids.append(self.on_dict(inner, scope))
            if head is not None and head.kind() in _STRUCTS:
                # What a field is given where an object is made: a member of any object in the file.
                for key, kid in zip(kids[-1].keys, kids[-1].kids, strict=False):
                    if key and key != "**" and kid.op in ("name", "attr", "str", "call", "concat"):
                        self.program.bind(Binding(f".{key}", 0, kid.line, kid))
        found = self.make("new", "", node, scope, kids)
        found.keys += [""] * len(kids)
        return found


def _held(value: Expr | None) -> list[Expr]:
    """What `[a, b] = …` takes apart: a list, all that is waited for together, React's state with its setter."""
    while value is not None and value.op == "other" and len(value.kids) == 1:
        value = value.kids[0]
    if value is None or value.op == "list":
        return value.kids if value is not None else []
    called = value.kids[0].text if value.op == "call" else ""
    if called == "all" and len(value.kids) == 2 and value.kids[1].op == "list":
        return value.kids[1].kids
    return [value] if called == "useState" else []
