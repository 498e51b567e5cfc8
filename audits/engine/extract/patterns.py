"""The names that a `case` binds: parts of the subject, and instances of the classes that a pattern names."""

from collections.abc import Callable, Sequence

import libcst as cst

from audits.engine.extract.expressions import Expressions


class Patterns(Expressions):
    """Walks the patterns of `match` statements."""

    def pattern(self, node: cst.CSTNode, subject: int) -> None:
        """Bind what a pattern captures of the expression `subject`."""
        walk = _PATTERNS.get(type(node))
        if walk is not None:
            walk(self, node, subject)

    def chain(self, number: int) -> str:
        """`a.b.c` where an expression is a chain of names, else ""."""
        node, names = self.nodes[number], []
        while node.op == "attr":
            names.append(node.text)
            node = self.nodes[node.kids[0]]
        return ".".join([node.text, *reversed(names)]) if node.op == "name" else ""

    def _captured(self, node: cst.MatchAs, subject: int) -> None:
        inner = node.pattern
        if inner is not None:
            self.pattern(inner, subject)
        if node.name is not None:
            self.bind(node.name.value, "value", subject, node.name)
            if isinstance(inner, cst.MatchClass):
                self.bind(node.name.value, "annotation", self.expression(inner.cls), node.name)

    def _of_class(self, node: cst.MatchClass, subject: int) -> None:
        cls, tested = self.expression(node.cls), self.chain(subject)
        if tested:
            # As `isinstance(subject, Class)` in the branch that is open.
            self.bind(tested, "narrow", cls, node.cls, "case")
        for row in node.patterns:
            self.pattern(row.value, self.add(row.value, "other", "part", (subject,)))
        for field in node.kwds:
            self.pattern(field.pattern, self.add(field.key, "attr", field.key.value, (subject,)))

    def _in_order(self, node: cst.MatchList | cst.MatchTuple, subject: int) -> None:
        self._parts(node.patterns, subject)

    def _parts(self, rows: Sequence[cst.CSTNode], subject: int) -> None:
        source = self.nodes[subject]
        paired = source.op == "seq" and len(source.kids) == len(rows) and "*" not in source.keys
        for index, row in enumerate(rows):
            if isinstance(row, cst.MatchStar):
                if row.name is not None:
                    self.bind(row.name.value, "value", self.add(row, "other", "rest", (subject,)), row.name)
                return
            value = getattr(row, "value", None)
            if value is not None:
                item = source.kids[index] if paired else self.add(value, "item", str(index), (subject,))
                self.pattern(value, item)

    def _by_key(self, node: cst.MatchMapping, subject: int) -> None:
        for row in node.elements:
            key = self.expression(row.key)
            self.pattern(row.pattern, self.add(row.key, "sub", "", (subject, key)))
        if node.rest is not None:
            self.bind(node.rest.value, "value", self.add(node.rest, "other", "rest", (subject,)), node.rest)

    def _any_of(self, node: cst.MatchOr, subject: int) -> None:
        for row in node.patterns:
            self.pattern(row.pattern, subject)

    def _compared(self, node: cst.MatchValue, _subject: int) -> None:
        self.expression(node.value)


_PATTERNS: dict[type, Callable[..., None]] = {
    cst.MatchAs: Patterns._captured,
    cst.MatchClass: Patterns._of_class,
    cst.MatchList: Patterns._in_order,
    cst.MatchTuple: Patterns._in_order,
    cst.MatchMapping: Patterns._by_key,
    cst.MatchOr: Patterns._any_of,
    cst.MatchValue: Patterns._compared,
}
