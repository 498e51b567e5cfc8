"""Lowering of what only one language has, or few."""

import re
from itertools import pairwise

from ast_grep_py import SgNode

from audits.engine.languages.names import Names
from audits.engine.languages.program import Binding, Expr

# What stands in a declaration beside its value, and its targets.
_NO_VALUE = frozenset(
    [
        *("modifiers", "binding_pattern_kind", "variable_declaration", "getter", "setter", "type_parameters"),
        *(
            "value_binding_pattern",
            "pattern",
            "type_annotation",
            "computed_property",
            "willset_didset_block",
            "attribute",
        ),
    ]
)
# A gap in a text of Rust's, with the name that fills it.
_GAP = re.compile(r"\{(\w*)(?::[^{}]*)?\}")
_TARGETS = frozenset({"variable_declaration", "pattern"})


class Single(Names):
    """Kotlin's, Swift's, C#'s, Rust's and compiled JavaScript's own."""

    def on_property(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `val x: T = value`, `val x by lazy { value }`; Swift's `let x: T = value`."""
        kids = self.named(node)
        target = next((kid for kid in kids if kid.kind() in _TARGETS), None)
        values = [kid for kid in kids if kid.kind() not in _NO_VALUE]
        made = self.expr(values[-1], scope) if values else None
        if target is not None:
            typed = next((kid for kid in (*self.named(target), *kids) if "type" in kid.kind()), None)
            self.bind(target, made, typed.text() if typed is not None else "", scope)
        return self.make("other", "", node, scope, [made] if made is not None else [])

    def on_parameter(self, node: SgNode, scope: int) -> Expr:
        """Kotlin's `val x: T = default` of a class or a function."""
        kids = self.named(node)
        label = next((kid for kid in kids if kid.kind() == "simple_identifier"), None)
        typed = next((kid for kid in kids if kid.kind() in ("user_type", "nullable_type", "dictionary_type")), None)
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

    def on_sequence(self, node: SgNode, scope: int) -> Expr:
        """`(0, module.name)(…)`, as compilers write a call of what is imported: as if it were `module.name(…)`."""
        kids = self.named(node)
        if len(kids) == 2 and kids[0].text() == "0":
            return self.expr(kids[1], scope)
        return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in kids])

    def on_assignable(self, node: SgNode, scope: int) -> Expr:
        kids = self.named(node)
        found = self.expr(kids[0], scope)
        for kid in kids[1:]:
            found = self.make("attr", kid.text().lstrip("?.[").rstrip("]").strip("\"'"), node, scope, [found])
        return found

    def on_provided(self, node: SgNode, scope: int) -> Expr:
        """Dart's `if (x) 'k': 3 else 'p': 1` in a map: a choice between two maps."""
        tables = []
        for kid in self.named(node)[1:]:
            tables.append(self.make("dict", "", kid, scope))
            self.row(tables[-1], kid, scope)
        return self.make("either", "", node, scope, [*tables, self.make("dict", "", node, scope)][:2])

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

    def on_macro(self, node: SgNode, scope: int) -> Expr:
        """Rust's `json!({…})`, `format!("{}", x)`: the tokens are JSON, or a string and what fills it."""
        name, tree = node.field("macro"), next((k for k in self.named(node) if k.kind() == "token_tree"), None)
        if tree is None or name is None:
            return self.make("other", "", node, scope)
        if name.text().endswith("json"):
            return self._json(tree, scope, node)
        kids = self._captured(self._tokens(tree, scope), scope)
        found = self.make("call", "", node, scope, [self.make("name", name.text(), name, scope), *kids])
        found.keys = [""] * len(found.kids)
        return found

    def _tokens(self, tree: SgNode, scope: int) -> list[Expr]:
        """What a macro is given, `a::b` in one."""
        found: list[Expr] = []
        joined = False
        for kid in tree.children():
            if kid.text() == "::":
                joined = bool(found)
            elif kid.is_named() and kid.kind() not in self.grammar.skipped:
                if joined:
                    base = found[-1]
                    found[-1] = self.make("attr", kid.text(), kid, scope, [base])
                    found[-1].start, base.parent = base.start, found[-1]
                else:
                    found.append(self.expr(kid, scope))
                joined = False
        return found

    def _captured(self, kids: list[Expr], scope: int) -> list[Expr]:
        """`"{}/{name}"`: what fills a text, in the order of its gaps."""
        if not kids or kids[0].op != "str" or not _GAP.search(kids[0].text):
            return kids
        text, given = kids[0], kids[1:]
        between = {one.text: two for one, two in pairwise(given) if self._sets(one, two)}
        made = []
        for gap in _GAP.findall(text.text):
            if gap in between:
                made.append(between[gap])
            elif gap:
                made.append(Expr("name", gap, scope, text.line, text.end, text.column, text.start, text.start))
                self.program.exprs.append(made[-1])
            elif given:
                made.append(given.pop(0))
        return [text, *made, *given]

    def _sets(self, one: Expr, two: Expr) -> bool:
        return one.op == "name" and self.program.source[one.stop : two.start].strip() == "="

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

    def on_flat(self, node: SgNode, scope: int) -> Expr:
        """Swift's `["key": value, …]`, whose keys and values stand beside each other."""
        found = self.make("dict", "", node, scope)
        kids = self.named(node)
        for key, value in zip(kids[::2], kids[1::2], strict=False):
            self.entry(found, self.key(key), value, scope)
        return found

    def on_guard(self, node: SgNode, scope: int) -> Expr:
        """Swift's `guard let x = value else { … }`, `if let x = value { … }`."""
        kids = self.named(node)
        made = []
        for at, kid in enumerate(kids):
            made.append(self.expr(kid, scope))
            if at > 1 and kids[at - 2].kind() == "value_binding_pattern" and kids[at - 1].kind() == "simple_identifier":
                self.bind(kids[at - 1], made[-1], "", scope)
        return self.make("other", "", node, scope, made)
