"""The arguments that reach a Generate method, named, with their text and value."""

import ast
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from audits.engine.catalogue import ADDED_TO_BODY, SMUGGLED, dead_model, positional_names
from audits.engine.catalogue.chat import CHAT_V1_KEYWORDS, CHAT_V2_KEYWORDS
from audits.engine.extract.interesting import PARAMETERS
from audits.engine.extract.model import Node
from audits.engine.facts import Argument
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.frames import Place
from audits.engine.link.splats import Splats
from audits.engine.link.tree import Module

_SHOWN = 300
# It had this name before the first release that says so.
_FIRST_CLIENT = "cohere.CohereClient"
# A dictionary of more entries is no request; what else it may be, nobody has to read.
_ENTRIES = 200
_MODELS = ("model", "model_id")
# By method: a keyword that each call of it has, and all that it takes in some release.
HANDED = {
    "generate": (frozenset({"prompt", "prompts"}), PARAMETERS),
    "chat": (frozenset({"message", "messages"}), CHAT_V1_KEYWORDS | CHAT_V2_KEYWORDS | PARAMETERS),
}
Scalar = str | int | float | bool | None


class Arguments:
    """Reads arguments off calls."""

    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._splats = Splats(evaluator)

    def of_call(
        self, module: Module, operands: Sequence[tuple[str, int]], names: tuple[str, ...]
    ) -> tuple[Argument, ...]:
        """Arguments of `(label, node)` pairs in the order of the call; `names` are those of positional ones."""
        found: dict[str, Argument] = {}
        unnamed: list[Argument] = []
        position, counted = 0, True
        for label, number in self._spread(module, operands):
            if label == "**":
                rest = self._splat(module, number, found)
                unnamed += rest
            elif label in ("", "*"):
                counted = counted and label == ""
                name = names[position] if counted and position < len(names) else None
                row = self._argument(module, number, name, position, starred=label == "*")
                position += 1
                if name is None:
                    unnamed.append(row)
                else:
                    found[name] = row
            else:
                self._keep(module, number, label, found)
        return (*found.values(), *unnamed)

    def of_body(self, place: Place) -> tuple[Argument, ...]:
        """The entries of a request's body, by the calls that are known of the functions around it."""
        self._splats.inside(place.env.frames)
        try:
            return self.of_call(place.module, [("**", place.number)], ())
        finally:
            self._splats.inside(())

    def handed(
        self, module: Module, call: int, operands: Sequence[tuple[str, int]], method: str
    ) -> Sequence[tuple[str, int]]:
        """What reaches a method that `call` is handed: a dictionary of its keywords beside it is its arguments."""
        telling, known = HANDED["chat" if method.startswith("chat") else "generate"]

        def is_body(node: int) -> bool:
            keys = self._splats.fold(module, node).entries.keys()
            return not telling.isdisjoint(keys) and keys <= known

        rows = [("**" if label == "*" and is_body(node) else label, node) for label, node in operands]
        if not any(label == "**" or label in telling for label, _ in rows):
            beside = [node for label, node in operands_of(module.nodes[call]) if label not in ("*", "**")]
            mine = {node for _, node in rows}
            rows += [("**", node) for node in beside if node not in mine and is_body(node)]
        return rows

    def _spread(self, module: Module, operands: Sequence[tuple[str, int]]) -> Iterator[tuple[str, int]]:
        """The operands, a splatted tuple that is written out in this module, or a list right there, item by item."""
        for label, number in operands:
            rows = self._evaluator.evaluate(module, number) if label == "*" else ()
            if len(rows) == 1 and rows[0].kind == "seq" and rows[0].path == module.path:
                node = module.nodes[rows[0].index]
                if (node.text == "tuple" or rows[0].index == number) and "*" not in node.keys:
                    yield from (("", kid) for kid in node.kids)
                    continue
            yield label, number

    def _keep(self, module: Module, number: int, name: str, found: dict[str, Argument]) -> None:
        found[name] = self._argument(module, number, name)
        if name == "request_options":
            for key, (owner, node) in self._added_to_body(module, number).items():
                found[f"{SMUGGLED}{key}"] = self._argument(owner, node, f"{SMUGGLED}{key}")

    def _added_to_body(self, module: Module, number: int) -> dict[str, tuple[Module, int]]:
        """What `request_options` puts into the body past the signature."""
        bound = module.bound_once(module.nodes[number])
        node = module.nodes[number if bound is None else bound]
        options = dict(zip(node.keys, node.kids[1:], strict=True)) if node.op == "call" else {}
        if ADDED_TO_BODY in options:
            return self._splats.fold(module, options[ADDED_TO_BODY]).entries
        added = self._splats.fold(module, number).entries.get(ADDED_TO_BODY)
        return self._splats.fold(*added).entries if added is not None else {}

    def _splat(self, module: Module, number: int, found: dict[str, Argument]) -> Iterator[Argument]:
        folded = self._splats.fold(module, number)
        shown = f"**{render(module, number)}"
        if len(folded.entries) > _ENTRIES:
            yield Argument("**", shown)
            return
        for name, (owner, node) in folded.entries.items():
            if name in folded.classes:
                found[name] = Argument(name, shown, field_of=folded.classes[name])
            else:
                self._keep(owner, node, name, found)
                if name in folded.passed or owner is not module or not _same_names(module, number, node):
                    found[name] = replace(found[name], elsewhere=True)
        if not folded.whole or folded.open or any(found[name].elsewhere for name in folded.entries):
            classes, held = " or ".join(dict.fromkeys(folded.classes.values())), tuple(folded.entries)
            yield Argument("**", shown, field_of=classes, holds=held, whole=folded.whole, open=folded.open)

    def _argument(
        self, module: Module, number: int, name: str | None, position: int | None = None, *, starred: bool = False
    ) -> Argument:
        source = module.sources.get(number) or render(module, number)
        is_literal, value = self.literal(module, number)
        behind = "" if is_literal or name not in _MODELS else self._behind(module, number)
        return Argument(name, ("*" if starred else "") + source, position, is_literal and not starred, value, behind)

    def _behind(self, module: Module, number: int) -> str:
        bound = module.bound_once(module.nodes[number])
        return "" if bound is None else spelled(module, bound)

    def literal(self, module: Module, number: int, depth: int = 0) -> tuple[bool, Scalar]:
        """(True, value) where the expression is a constant, also behind a name that is bound once."""
        node = module.nodes[number]
        if node.op == "str":
            return True, node.text
        if node.op == "const":
            return constant(node.text)
        if node.op == "op" and node.text == "-" and module.nodes[node.kids[0]].op == "const":
            value = constant(module.nodes[node.kids[0]].text)[1]
            return (True, -value) if isinstance(value, (int, float)) else (False, None)
        bound = module.bound_once(node) if depth < 4 else None
        return (False, None) if bound is None else self.literal(module, bound, depth + 1)

    def keyword(self, module: Module, call: int, name: str) -> tuple[bool, Scalar]:
        """The constant that a call passes as keyword `name`."""
        node = module.nodes[call]
        for kid, key in zip(node.kids[1:], node.keys, strict=True):
            if key == name:
                return self.literal(module, kid)
        return False, None


def _same_names(module: Module, here: int, there: int) -> bool:
    """Do the names that hold at `there` hold at `here` too: in one function, or at the top of the module?"""
    outer = module.function_of(module.nodes[there].scope)
    scope = module.function_of(module.nodes[here].scope)
    return outer in (scope, -1)


def spelled(module: Module, number: int, depth: int = 0) -> str:
    """An expression as short text, the parts of a string that is put together included."""
    node = module.nodes[number]
    if node.op == "op" and node.text == "+" and depth < 8:
        return " + ".join(spelled(module, kid, depth + 1) for kid in node.kids)[:_SHOWN]
    if node.op == "fstr":
        kids = [module.nodes[kid] for kid in node.kids]
        return f'f"{"".join(kid.text if kid.op == "str" else "{…}" for kid in kids)}"'[:_SHOWN]
    return render(module, number)


def operands_of(node: Node, skip: int = 0) -> list[tuple[str, int]]:
    """A call's (label, node) pairs, the first `skip` left out."""
    return list(zip(node.keys, node.kids[1:], strict=True))[skip:]


def names_for(
    era: str | None, client: str | None, method: str, first: Scalar, second: Scalar = None
) -> tuple[str, ...]:
    """The order of positional arguments; a model's id as the first or the second one tells the oldest SDKs."""
    if era is None and client == _FIRST_CLIENT:
        era = "0.0.8"
    elif era is None and isinstance(first, str) and first in ("small", "medium", "large", "xlarge", "baseline-shark"):
        era = "1.3.10"
    elif era is None and isinstance(second, str) and dead_model(second) is not None:
        era = "2.2.3"
    names = positional_names(era, client, method)
    return names or ("prompt",)


def era_told(client: str | None, arguments: Iterable[Argument]) -> str | None:
    """The era that a call tells by itself: the first client's, and that of a model in front of the prompt."""
    if client == _FIRST_CLIENT:
        return "0.0.8-0.0.13"
    places = {row.name: row.position for row in arguments}
    return "1.0.0-1.3.10" if places.get("model") == 0 and "prompt" in places else None


@lru_cache(1 << 10)
def constant(text: str) -> tuple[bool, Scalar]:
    """The value of a constant's text."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, MemoryError):
        return False, None
    if isinstance(value, float) and not math.isfinite(value):
        return False, None
    return isinstance(value, (int, float, bool, str, type(None))), value


def render(module: Module, number: int, depth: int = 0, *, keyed: bool = False) -> str:
    """An expression as short text for a reader; "…" stands for what is left out; `keyed`: but for keys of `get()`."""
    node = module.nodes[number]
    if number in module.sources:
        return module.sources[number]
    if depth > 40:
        return "…"
    text = _rendered(module, node, depth, keyed=keyed)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _rendered(module: Module, node: Node, depth: int, *, keyed: bool) -> str:
    if node.op in ("name", "const"):
        return node.text
    if node.op == "str":
        return repr(node.text)
    if node.op == "attr":
        base = render(module, node.kids[0], depth + 1, keyed=keyed)
        return f"({base}).{node.text}" if module.nodes[node.kids[0]].op == "await" else f"{base}.{node.text}"
    if node.op == "await":
        return f"await {render(module, node.kids[0], depth + 1, keyed=keyed)}"
    if node.op == "sub":
        keys = ", ".join(render(module, kid, depth + 1, keyed=keyed) for kid in node.kids[1:])
        base = render(module, node.kids[0], depth + 1, keyed=keyed)
        return f"({base})[{keys}]" if module.nodes[node.kids[0]].op == "await" else f"{base}[{keys}]"
    if node.op == "call":
        operands = [module.nodes[kid] for kid in node.kids[1:]]
        if module.nodes[node.kids[0]].text == "getattr" and len(operands) == 2 and operands[1].op == "str":
            return f"getattr({render(module, node.kids[1], depth + 1, keyed=keyed)}, {operands[1].text!r})"
        shown = "…" if operands else ""
        if keyed and operands and module.nodes[node.kids[0]].text == "get" and operands[0].op == "str":
            shown = f"{operands[0].text!r}{', …' if operands[1:] else ''}"
        return f"{render(module, node.kids[0], depth + 1, keyed=keyed)}({shown})"
    if node.op == "op" and node.text == "-" and len(node.kids) == 1:
        return f"-{render(module, node.kids[0], depth + 1, keyed=keyed)}"
    return {"dict": "{…}", "seq": "[…]", "fstr": 'f"…"'}.get(node.op, "…")
