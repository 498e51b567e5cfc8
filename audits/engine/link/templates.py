"""Strings with places to fill in: `%`, `format`, `string.Template`, Jinja."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import islice, product

from audits.engine.extract.model import Node
from audits.engine.link.frames import Place
from audits.engine.link.holes import Text, filled
from audits.engine.link.lookups import Lookups

# What may stand in one place, and in how many ways all places of a template are filled.
_EACH, _WAYS = 3, 16
_PERCENT = re.compile(r"%(?:\((\w+)\))?[-#0 +]*\d*(?:\.\d+)?([sdrif%])")
_BRACES = re.compile(r"\{([\w.]*)(?:\[[^]]*\])?(?:![rsa])?(?::[^{}]*)?\}")
_DOLLAR = re.compile(r"\$(?:\{(?=\w+\}))?(\w+)\}?")
_CURLY = re.compile(r"\{\{\s*(\w+)\s*\}\}")
# Methods that fill in a template, each with what its places look like.
FILLING = {
    "format": _BRACES,
    "format_map": _BRACES,
    "substitute": _DOLLAR,
    "safe_substitute": _DOLLAR,
    "render": _CURLY,
}


class Templates(Lookups):
    """Fills templates in; a subclass knows the other operators."""

    def percent(self, place: Place, node: Node) -> Iterator[Text]:
        """`"…%s" % value`, `"…%(name)s" % {…}`."""
        right = place.module.nodes[node.kids[1]]
        kids = right.kids if right.op == "seq" else node.kids[1:]
        values = {str(at): place.at(kid) for at, kid in enumerate(kids)}
        values |= self._entries(place.at(node.kids[1])) if right.op != "seq" else {}
        return self._filled_with(place.at(node.kids[0]), _PERCENT, values)

    def formatted(self, place: Place, node: Node, callee: Node) -> Iterator[Text]:
        """A call of one of the methods of `FILLING`."""
        found: dict[str, Place] = {}
        plain = 0
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            if key == "**" or (key == "" and callee.text != "format"):
                found |= self._entries(place.at(kid))
            else:
                found[key or str(plain)] = place.at(kid)
                plain += not key
        return self._filled_with(place.at(callee.kids[0]), FILLING[callee.text], found)

    def _filled_with(self, template: Place, pattern: re.Pattern[str], values: Mapping[str, Place]) -> Iterator[Text]:
        for text in self.fold(template):
            asked = {(match[1] or "").partition(".")[0] for match in pattern.finditer(text.value)}
            used = [name for name in values if name in asked or name.isdigit()]
            ways = product(*(self.fold(values[name])[:_EACH] for name in used))
            yield from (filled(text, pattern, dict(zip(used, way, strict=True))) for way in islice(ways, _WAYS))

    def _entries(self, place: Place) -> dict[str, Place]:
        """What a dictionary holds, as it was written, under constant keys."""
        found: dict[str, Place] = {}
        for value in self.evaluator.evaluate(place.module, place.number):
            if value.kind == "dict" or (value.kind == "record" and value.name == "builtins.dict"):
                owner = self.evaluator.tree.modules[value.path]
                row = owner.nodes[value.index]
                kids = row.kids[value.kind == "record" :]
                found |= {key: Place(owner, kid, place.env) for key, kid in zip(row.keys, kids, strict=True)}
        return found
