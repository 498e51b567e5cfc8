"""Lowering of expressions: names, members, calls, texts, dicts."""

import re
from collections.abc import Sequence

from ast_grep_py import SgNode

from audits.engine.facts import Language
from audits.engine.languages.grammars import Grammar
from audits.engine.languages.places import Places
from audits.engine.languages.program import HOLE, Expr, Program

# What names an argument in a call.
_LABELS = frozenset({"label", "value_argument_label"})
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": ""}
_QUOTED = re.compile(r"""^(?:[@$bBrRuUlLfF]{0,3}#{0,3})(\"\"\"|'''|"|'|`)(.*)\1#{0,3}$""", re.DOTALL)


class Nodes:
    """One file's walk, as far as single expressions go."""

    def __init__(self, grammar: Grammar, program: Program, places: Places) -> None:
        self.grammar = grammar
        self.program = program
        self.places = places
        self._returns: list[list[Expr]] = [[]]

    def link(self) -> None:
        """Parents, and where each name is read."""
        for expr in self.program.exprs:
            for kid in expr.kids:
                kid.parent = expr
            if expr.op == "name":
                self.program.uses.setdefault(expr.text, []).append(expr)
            elif expr.op == "attr":
                self.program.uses.setdefault(f".{expr.text}", []).append(expr)

    def make(self, op: str, text: str, node: SgNode, scope: int, kids: Sequence[Expr] = ()) -> Expr:
        """A new expression at the place of a node."""
        expr = Expr(op, text, scope, *self.places.of(node), list(kids))
        self.program.exprs.append(expr)
        return expr

    def expr(self, node: SgNode, scope: int) -> Expr:
        """One node, and all below it."""
        kind = node.kind()
        rule = self.grammar.rules.get(kind)
        if rule is None:
            kids = [self.expr(kid, scope) for kid in node.named_children() if not self._skipped(kid)]
            return self.make("other", "" if kids else node.text()[:200], node, scope, kids)
        found: Expr = getattr(self, f"on_{rule[0]}")(node, scope, *rule[1:])
        return found

    def _skipped(self, node: SgNode) -> bool:
        return node.kind() in self.grammar.skipped

    def named(self, node: SgNode) -> list[SgNode]:
        """The children that are no marks and no comments."""
        return [kid for kid in node.named_children() if not self._skipped(kid)]

    # Names, members, constants

    def on_name(self, node: SgNode, scope: int) -> Expr:
        return self.make("name", node.text(), node, scope)

    def on_const(self, node: SgNode, scope: int) -> Expr:
        return self.make("const", node.text(), node, scope)

    def on_member(self, node: SgNode, scope: int) -> Expr:
        """`@x`: a member of the object at hand."""
        return self.make("attr", node.text().lstrip("@"), node, scope, [self.make("name", "self", node, scope)])

    def on_attr(self, node: SgNode, scope: int, owner: str = "", name: str = "") -> Expr:
        base = node.field(owner) if owner else None
        last = node.field(name) if name else None
        kids = self.named(node)
        if base is None and not owner and kids:
            base = kids[0]
        if last is None:
            last = kids[-1]
        if base is None:
            # Ruby's `::Cohere`: the name outside of every module.
            return self.make("name", node.text() if node.text().startswith("::") else last.text(), node, scope)
        text = last.text().lstrip("?.:!").strip("[]'\"")
        found = self.make("attr", text, node, scope, [self.expr(base, scope)])
        place = self.places.of(last)
        found.line, found.column = place.line, place.column + len(last.text()) - len(text)
        return found

    def on_reference(self, node: SgNode, scope: int) -> Expr:
        """`client::generate`; not `Client::new` nor `::generate`, which are read from no object."""
        kids = self.named(node)
        if len(kids) > 1:
            return self.on_attr(node, scope)
        return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in kids])

    # Calls

    def on_call(self, node: SgNode, scope: int, callee: str = "", arguments: str = "") -> Expr:
        kids = self.named(node)
        what = (node.field(callee) if callee else None) or kids[0]
        fn = self.expr(what, scope)
        found = self.make("call", "", node, scope, [fn])
        found.keys.append("")
        given = node.field(arguments) if arguments else None
        for row in [given] if given is not None else kids[1:]:
            self.arguments(found, row, scope)
        return found

    def on_method(self, node: SgNode, scope: int, owner: str, name: str, arguments: str) -> Expr:
        base, last = node.field(owner), node.field(name)
        if last is None:
            return self.make("other", "", node, scope, [self.expr(kid, scope) for kid in self.named(node)])
        fn = self.make("name", last.text(), last, scope)
        if base is not None:
            fn = self.make("attr", last.text(), last, scope, [self.expr(base, scope)])
            fn.start = self.places.of(base).start
        found = self.make("call", "", node, scope, [fn])
        found.keys.append("")
        given = node.field(arguments)
        if given is not None:
            self.arguments(found, given, scope)
        block = node.field("block")
        if block is not None:
            found.kids.append(self.expr(block, scope))
            found.keys.append("")
        return found

    def on_new(self, node: SgNode, scope: int, what: str = "", arguments: str = "", initializer: str = "") -> Expr:
        kids = self.named(node)
        head = (node.field(what) if what else None) or kids[0]
        found = self.make("new", "", node, scope, [self.type_name(head, scope)])
        found.keys.append("")
        rows = [node.field(arguments)] if arguments else list(kids[1:])
        for row in rows:
            if row is not None:
                self.arguments(found, row, scope)
        body = node.field(initializer) if initializer else None
        if body is not None:
            found.kids.append(self.expr(body, scope))
            found.keys.append("")
        return found

    def type_name(self, node: SgNode, scope: int) -> Expr:
        """A class as an expression: names and members."""
        parts = re.split(r"\.|::|\\", re.sub(r"<.*", "", node.text(), flags=re.DOTALL).strip().lstrip("*&\\"))
        found = self.make("name", parts[0].strip(), node, scope)
        for part in parts[1:]:
            found = self.make("attr", part.strip(), node, scope, [found])
        return found

    def arguments(self, call: Expr, node: SgNode, scope: int) -> None:
        """Add what stands between a call's brackets."""
        if node.kind() not in self.grammar.brackets:
            self.argument(call, node, scope)
            return
        for kid in self.named(node):
            self.argument(call, kid, scope)

    def argument(self, call: Expr, node: SgNode, scope: int) -> None:
        kind = node.kind()
        if kind in self.grammar.brackets:
            self.arguments(call, node, scope)
            return
        kids = self.named(node)
        if kind in self.grammar.wrapped and kids:
            label = node.field("name")
            if label is None and kids[0].kind() in _LABELS:
                label = kids[0]
            named = label is not None and len(kids) > 1
            if not named and len(kids) == 2 and re.match(r"\w+\s*=", node.text()):
                named, label = True, kids[0]
            call.kids.append(self.expr(kids[-1], scope))
            call.keys.append(label.text().rstrip(": ") if named and label is not None else "")
        elif kind in self.grammar.pairs and len(kids) > 1:
            call.kids.append(self.expr(kids[-1], scope))
            call.keys.append(self.key(kids[0]))
        elif kind in self.grammar.splats:
            call.kids.append(self.expr(kids[-1], scope) if kids else self.make("other", "", node, scope))
            call.keys.append("**" if "hash" in kind else "*")
        else:
            call.kids.append(self.expr(node, scope))
            call.keys.append("")

    def key(self, node: SgNode) -> str:
        """A dict's key, where it is written out."""
        quoted = _QUOTED.match(node.text().strip())
        return quoted[2] if quoted else node.text().strip().strip("[]'\"").rstrip(":").lstrip(":")

    # Strings

    def on_str(self, node: SgNode, scope: int) -> Expr:
        kids = self.named(node)
        if not kids:
            quoted = _QUOTED.match(node.text())
            text = quoted[2] if quoted else node.text()
            return self.make("str", re.sub(r"\\(.)", lambda m: _ESCAPES.get(m[1], m[1]), text), node, scope)
        parts: list[str] = []
        holes: list[Expr] = []
        for kid in self._pieces(node, kids):
            kind = kid.kind()
            if kind in self.grammar.contents:
                parts.append(self._content(node, kid))
            elif not kid.is_named():
                parts.append(kid.text())
            elif kind in ("escape_sequence", "str_escaped_char"):
                parts.append(_ESCAPES.get(kid.text()[1:2], kid.text()[1:]))
            elif kind not in self.grammar.marks:
                inner = self.named(kid)
                if kind in self.grammar.holes:
                    inner = [one for one in inner if one.kind() not in self.grammar.marks] or [kid]
                    holes.append(self.expr(inner[0], scope))
                else:
                    holes.append(self.expr(kid, scope))
                parts.append(HOLE)
        return self.make("str", "".join(parts), node, scope, holes)

    def _pieces(self, node: SgNode, kids: list[SgNode]) -> list[SgNode]:
        """What stands between a text's quotes; of Dart's also the quotes of the other sort in it."""
        if self.grammar.language is not Language.DART:
            return kids
        return [kid for kid in node.children()[1:-1] if kid.is_named() or kid.text() in "'\""]

    def _content(self, node: SgNode, kid: SgNode) -> str:
        """Plain text; Kotlin's grammar leaves escapes in it, which are none between three quotes."""
        text = kid.text()
        if self.grammar.language is not Language.KOTLIN or node.text().startswith('"""'):
            return text
        return re.sub(r"\\(.)", lambda found: _ESCAPES.get(found[1], found[1]), text)

    def on_binary(self, node: SgNode, scope: int) -> Expr:
        kids = self.named(node)
        marks = [kid.text() for kid in node.children() if not kid.is_named()]
        mark = marks[0] if marks else ""
        parts = [self.expr(kid, scope) for kid in kids]
        op = "concat" if mark in ("+", ".") else "either" if mark in ("||", "??", "or", "?:") else "other"
        return self.make(op, mark, node, scope, parts)

    def on_either(self, node: SgNode, scope: int) -> Expr:
        parts = [self.expr(kid, scope) for kid in self.named(node)]
        return self.make("either", "", node, scope, parts[1:] if len(parts) > 2 else parts)

    def on_pass(self, node: SgNode, scope: int, field: str = "") -> Expr:
        """What only stands around an expression."""
        inner = node.field(field) if field else None
        kids = self.named(node)
        if inner is None and not kids:
            return self.make("other", node.text()[:200], node, scope)
        return self.expr(inner or kids[0], scope)

    # Dicts and lists

    def on_dict(self, node: SgNode, scope: int) -> Expr:
        found = self.make("dict", "", node, scope)
        rows = self.named(node)
        paired = self.grammar.loose_pairs and node.kind() in self.grammar.loose_pairs
        if paired:
            self._loose(found, node, scope)
            return found
        for row in rows:
            self.row(found, row, scope)
        return found

    def _loose(self, found: Expr, node: SgNode, scope: int) -> None:
        """C#'s `new { name, other.member, key = value }`: the names and values stand beside each other."""
        rows = [kid for kid in node.children() if not self._skipped(kid)]
        for index, kid in enumerate(rows):
            following = rows[index + 1].text() if index + 1 < len(rows) else ""
            before = rows[index - 1].text() if index else ""
            if before == "=" and index > 1:
                self.entry(found, rows[index - 2].text(), kid, scope)
            elif kid.is_named() and following != "=":
                self.entry(found, kid.text().rpartition(".")[2], kid, scope)

    def row(self, found: Expr, row: SgNode, scope: int) -> None:
        kind = row.kind()
        kids = self.named(row)
        if kind in self.grammar.splats:
            if kids:
                self.entry(found, "**", kids[-1], scope)
        elif kind in ("shorthand_property_identifier", "shorthand_field_initializer"):
            found.kids.append(self.make("name", row.text(), row, scope))
            found.keys.append(row.text())
        elif (kind in self.grammar.pairs and len(kids) > 1) or (kind == "initializer_expression" and len(kids) == 2):
            self.entry(found, self.key(kids[0]), kids[-1], scope)
        elif len(kids) == 1 and (kind in self.grammar.brackets or kids[0].kind() == "variadic_unpacking"):
            self.row(found, kids[0], scope)
        elif kind == "if_element":
            self.entry(found, "**", row, scope)
        else:
            self.entry(found, "", row, scope)

    def entry(self, found: Expr, key: str, value: SgNode, scope: int) -> None:
        if value.kind() in ("literal_element",) and self.named(value):
            value = self.named(value)[0]
        found.kids.append(self.expr(value, scope))
        found.keys.append(key)
