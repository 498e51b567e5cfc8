"""Expressions into the flat table."""

from collections.abc import Callable, Iterator, Sequence
from functools import cache

import libcst as cst

from audits.engine.extract.interesting import CALLED
from audits.engine.extract.namespaces import Namespaces

_UNNAMED = ("", "*", "**")
_SKIPPED = ("lpar", "rpar", "semicolon", "comma", "equal", "operator")
_STRING_LIMIT = 4000
_SOUGHT: dict[type, str] = {cst.In: "in", cst.NotIn: "not in"}
_OPERATORS = {"Add": "+", "BitOr": "|", "Modulo": "%", "Divide": "/"}


class Expressions(Namespaces):
    """Walks expressions; a statement walker builds on it."""

    def expression(self, node: cst.CSTNode) -> int:
        """Add `node` and all below it to the table; returns its number."""
        walk = _WALKERS.get(type(node))
        return walk(self, node) if walk else self._other(node)

    def _other(self, node: cst.CSTNode) -> int:
        kids = tuple(self.expression(child) for child in children(node))
        return self.add(node, "other", type(node).__name__, kids)

    def _name(self, node: cst.Name) -> int:
        if node.value in ("True", "False", "None"):
            return self.add(node, "const", node.value)
        return self.add(node, "name", node.value)

    def _attribute(self, node: cst.Attribute) -> int:
        base = self.expression(node.value)
        return self.add_part(node.attr, node, "attr", node.attr.value, (base,))

    def _string(self, node: cst.SimpleString) -> int:
        value = node.evaluated_value
        return self.add(node, "str", value[:_STRING_LIMIT] if isinstance(value, str) else "")

    def _number(self, node: cst.Integer | cst.Float) -> int:
        return self.add(node, "const", node.value[:80])

    def _unary(self, node: cst.UnaryOperation) -> int:
        if not isinstance(node.operator, cst.Minus):
            return self._other(node)
        return self.add(node, "op", "-", (self.expression(node.expression),))

    def _concatenated(self, node: cst.ConcatenatedString) -> int:
        value = node.evaluated_value
        if isinstance(value, str):
            return self.add(node, "str", value[:_STRING_LIMIT])
        kids = (self.expression(node.left), self.expression(node.right))
        return self.add(node, "op", "+", kids)

    def _formatted(self, node: cst.FormattedString) -> int:
        kids = tuple(self._piece(part) for part in node.parts)
        return self.add(node, "fstr", "", kids)

    def _piece(self, part: cst.BaseFormattedStringContent) -> int:
        if isinstance(part, cst.FormattedStringExpression):
            return self.expression(part.expression)
        return self.add(part, "str", part.value if isinstance(part, cst.FormattedStringText) else "")

    def _call(self, node: cst.Call) -> int:
        kids, keys = [self.expression(node.func)], []
        for arg in node.args:
            kids.append(self.expression(arg.value))
            keys.append(arg.star or (arg.keyword.value if arg.keyword else ""))
            self.argument(keys[-1], kids[-1], arg.value)
            if keys[-1] in _UNNAMED and self.nodes[kids[0]].text in CALLED:
                self.keep_source(kids[-1])
        self.set_by_call(node, kids, keys)
        return self.add(node, "call", "", tuple(kids), tuple(keys))

    def _dict(self, node: cst.Dict) -> int:
        kids: list[int] = []
        keys: list[str] = []
        for element in node.elements:
            if isinstance(element, cst.DictElement):
                key = self.expression(element.key)
                label = self.nodes[key].text if self.nodes[key].op == "str" else "?"
            else:
                label = "**"
            kids.append(self.expression(element.value))
            keys.append(label)
            self.argument(label, kids[-1], element.value)
        return self.add(node, "dict", "", tuple(kids), tuple(keys))

    def _sequence(self, node: cst.List | cst.Tuple | cst.Set) -> int:
        kids = tuple(self.expression(element.value) for element in node.elements)
        starred = tuple("*" if isinstance(element, cst.StarredElement) else "" for element in node.elements)
        return self.add(node, "seq", type(node).__name__.lower(), kids, starred)

    def _subscript(self, node: cst.Subscript) -> int:
        kids = [self.expression(node.value)]
        for element in node.slice:
            if isinstance(element.slice, cst.Index):
                kids.append(self.expression(element.slice.value))
            else:
                kids.append(self._other(element.slice))
        return self.add(node, "sub", "", tuple(kids))

    def _await(self, node: cst.Await) -> int:
        return self.add(node, "await", "", (self.expression(node.expression),))

    def _either(self, node: cst.IfExp) -> int:
        test = self.expression(node.test)
        kids = (self.expression(node.body), self.expression(node.orelse), test)
        return self.add(node, "either", "if", kids)

    def _boolean(self, node: cst.BooleanOperation) -> int:
        kids = (self.expression(node.left), self.expression(node.right))
        return self.add(node, "either", "or" if isinstance(node.operator, cst.Or) else "and", kids)

    def _binary(self, node: cst.BinaryOperation) -> int:
        kids = (self.expression(node.left), self.expression(node.right))
        return self.add(node, "op", _OPERATORS.get(type(node.operator).__name__, ""), kids)

    def _comparison(self, node: cst.Comparison) -> int:
        text = _SOUGHT.get(type(node.comparisons[0].operator)) if len(node.comparisons) == 1 else None
        if text is None:
            return self._other(node)
        kids = (self.expression(node.left), self.expression(node.comparisons[0].comparator))
        return self.add(node, "other", text, kids)

    def _walrus(self, node: cst.NamedExpr) -> int:
        value = self.expression(node.value)
        self.target(node.target, value)
        return value

    def _lambda(self, node: cst.Lambda) -> int:
        scope = self.open_scope("lambda", "<lambda>", node)
        self.parameters(node.params)
        self.result(self.expression(node.body))
        self.close_scope()
        return self.add(node, "lambda", str(scope))

    def _comprehension(self, node: cst.BaseComp) -> int:
        self.open_scope("comprehension", "<comprehension>", node)
        clause: cst.CompFor | None = getattr(node, "for_in", None)
        while clause is not None:
            source = self.expression(clause.iter)
            self.target(clause.target, self.add(clause.iter, "iter", "", (source,)))
            for condition in clause.ifs:
                self.expression(condition.test)
            clause = clause.inner_for_in
        kids = tuple(
            self.expression(part) for name in ("key", "value", "elt") if (part := getattr(node, name, None)) is not None
        )
        self.close_scope()
        return self.add(node, "comprehension", "", kids)

    def _yield(self, node: cst.Yield) -> int:
        value = node.value
        inner = value.item if isinstance(value, cst.From) else value
        number = self.add(node, "const", "None") if inner is None else self.expression(inner)
        self.result(number)
        return self.add(node, "other", "yield", (number,))

    def target(
        self, node: cst.BaseExpression, value: int, how: str = "value", line_of: cst.CSTNode | None = None
    ) -> None:
        """Bind or store `value` at the assignment target `node`, item by item where it unpacks."""
        if isinstance(node, cst.Name):
            self.bind(node.value, how, value, node)
        elif isinstance(node, cst.Attribute):
            self.store(self.expression(node.value), "attr", node.attr.value, value, node.attr, how)
        elif isinstance(node, cst.Subscript):
            self._store_item(node, value)
        elif isinstance(node, (cst.Tuple, cst.List)):
            self._unpack(node.elements, value)
        elif isinstance(node, cst.StarredElement):
            self.target(node.value, self.add(node.value, "other", "rest", (value,)))

    def _store_item(self, node: cst.Subscript, value: int) -> None:
        base = self.expression(node.value)
        if len(node.slice) != 1 or not isinstance(node.slice[0].slice, cst.Index):
            return
        key = self.expression(node.slice[0].slice.value)
        if self.nodes[key].op == "str" and self.set_item(base, self.nodes[key].text, value, node.value):
            return
        if self.nodes[key].op in ("str", "const"):
            self.store(base, "item", self.nodes[key].text, value, node.value)
            if self.nodes[key].op == "str":
                self.argument_number(self.nodes[key].text, value)
        else:
            self.store(base, "any", "", value, node.value)

    def _unpack(self, elements: Sequence[cst.BaseElement], value: int) -> None:
        node = self.nodes[value]
        stars = [at for at, element in enumerate(elements) if isinstance(element, cst.StarredElement)]
        written = node.op == "seq" and "*" not in node.keys
        if written and len(stars) == 1 and len(node.kids) >= len(elements) - 1:
            # `first, *rest = a, b, c`: the rest is a list of what is left.
            start, stop = stars[0], stars[0] + len(node.kids) - len(elements) + 1
            kids = node.kids[start:stop]
            rest = self.add(elements[start].value, "seq", "list", kids, ("",) * len(kids))
            self.target(elements[start].value, rest)
            elements = (*elements[:start], *elements[start + 1 :])
            node = node._replace(kids=node.kids[:start] + node.kids[stop:])
        paired = written and len(node.kids) == len(elements)
        for index, element in enumerate(elements):
            item = node.kids[index] if paired else self.add(element.value, "item", str(index), (value,))
            self.target(element.value, item)


_WALKERS: dict[type, Callable[..., int]] = {
    cst.Name: Expressions._name,
    cst.Attribute: Expressions._attribute,
    cst.SimpleString: Expressions._string,
    cst.Integer: Expressions._number,
    cst.Float: Expressions._number,
    cst.ConcatenatedString: Expressions._concatenated,
    cst.FormattedString: Expressions._formatted,
    cst.Call: Expressions._call,
    cst.Dict: Expressions._dict,
    cst.List: Expressions._sequence,
    cst.Tuple: Expressions._sequence,
    cst.Set: Expressions._sequence,
    cst.Subscript: Expressions._subscript,
    cst.Await: Expressions._await,
    cst.IfExp: Expressions._either,
    cst.BooleanOperation: Expressions._boolean,
    cst.BinaryOperation: Expressions._binary,
    cst.UnaryOperation: Expressions._unary,
    cst.Comparison: Expressions._comparison,
    cst.NamedExpr: Expressions._walrus,
    cst.Lambda: Expressions._lambda,
    cst.ListComp: Expressions._comprehension,
    cst.SetComp: Expressions._comprehension,
    cst.DictComp: Expressions._comprehension,
    cst.GeneratorExp: Expressions._comprehension,
    cst.Yield: Expressions._yield,
}


@cache
def _fields(cls: type[cst.CSTNode]) -> tuple[str, ...]:
    names = (name for name in cls.__dataclass_fields__ if not name.startswith("whitespace"))
    return tuple(name for name in names if name not in _SKIPPED)


def children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """The nodes directly below, layout left out."""
    for name in _fields(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, cst.CSTNode))
