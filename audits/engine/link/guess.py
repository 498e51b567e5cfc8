"""Receivers that the tree does not resolve: what the name, the arguments and the file say together."""

import re
from dataclasses import dataclass
from itertools import islice

from audits.engine.extract.interesting import PARAMETERS
from audits.engine.extract.model import Node
from audits.engine.facts import Argument, Confidence
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.externals import NOTHING
from audits.engine.link.tree import Module

_NAME = re.compile(r"_*(?:co|.*cohere(?!n).*)_*", re.IGNORECASE)
_CLIENT_NAME = re.compile(r"_*(?:co|.*cohere(?!n).*|.*client.*|llm|model|api|self)_*", re.IGNORECASE)
# Keywords that hardly anyone else's `generate` takes.
TELLING = frozenset(
    {
        "num_generations",
        "return_likelihoods",
        "end_sequences",
        "stop_sequences",
        "raw_prompting",
        "preset",
        "logit_bias",
    }
)
# A class's name that speaks of no client and of nothing around one.
_ANOTHER = re.compile(r"(?!(?i:.*(?:cohere(?!n)|client|api|llm|model|wrap|proxy|mock|service)))[A-Z]\w*[a-z]\w*")
# A class of the SDK's package that is no client of the catalogue's: an invention, or of a release to come.
_UNLISTED = re.compile(r"cohere\.[A-Z]\w*")
# Values that tell what a receiver is.
_KINDS = frozenset(
    [
        "client",
        "object",
        "instance",
        "module",
        "class",
        "super",
        "response",
        "function",
        "dict",
        "seq",
        "record",
        "many",
        "gathered",
    ]
)
# Built-in functions that make a thing of their own, which is no client.
_MAKING = frozenset(
    [
        *(
            "bool",
            "bytearray",
            "bytes",
            "chr",
            "complex",
            "dict",
            "float",
            "format",
            "frozenset",
            "input",
            "int",
            "len",
        ),
        *("list", "memoryview", "open", "print", "range", "repr", "round", "set", "sorted", "str", "sum", "tuple"),
    ]
)
_DOUBLES = frozenset({"Mock", "MagicMock", "AsyncMock", "NonCallableMock", "NonCallableMagicMock", "create_autospec"})
_PATCHES = frozenset({"patch", "object"})
# Nobody keeps one client under one name in more places.
_STORES = 10
_MODEL = re.compile(r"(?:command|cohere)[\w.-]*|x?large(?:-\d+)?|medium(?:-\d+)?|small(?:-\d+)?")


@dataclass(frozen=True, slots=True)
class Guess:
    """How sure, and the sentence that says why."""

    confidence: Confidence
    why: str


def guess(
    evaluator: Evaluator, module: Module, number: int, arguments: tuple[Argument, ...], *, read: bool
) -> Guess | None:
    """A judgement of `receiver.generate` with an unknown receiver; `read`: `.generations` is read from the result."""
    base = module.nodes[number].kids[0]
    if asks_for_text(arguments) and is_kept_as_client(evaluator, module, base):
        last = module.nodes[base].text
        return Guess(
            Confidence.LIKELY, f"Nothing here says what holds `{last}`; whatever has a `{last}` here has a client."
        )
    values = evaluator.evaluate(module, base) if module.facts.names_api else ()
    unlisted = next((row.name for row in values if row.kind == "instance" and _UNLISTED.fullmatch(row.name)), "")
    # A package of the tree's own that is called so has its own classes.
    if unlisted and evaluator.tree.find(module.path, "cohere") is None:
        return Guess(Confidence.LIKELY, f"No known release has a client `{unlisted}`, but its package is Cohere's.")
    outside = next((row.name for row in values if row.kind == "external" and _is_outside(row.name)), "")
    if not module.facts.names_api or (not outside and known(evaluator, module, base)):
        return None
    found = looks_like(module, number, arguments, read=read)
    if outside:
        return _from_outside(outside, found)
    unsure = found is not None and found.confidence is Confidence.POSSIBLE
    return None if unsure and _is_another(evaluator, module, base) else found


def asks_for_text(arguments: tuple[Argument, ...]) -> bool:
    """Are these arguments of Generate's, a prompt among them, and no model of another's?"""
    names = {argument.name for argument in arguments if argument.name not in (None, "**")}
    models = (row.literal for row in arguments if row.name == "model" and isinstance(row.literal, str))
    return "prompt" in names and names <= PARAMETERS and all(map(_MODEL.fullmatch, models))


def is_kept_as_client(evaluator: Evaluator, module: Module, base: int) -> bool:
    """`self.bot.co`, of a bot that a framework hands on: is every attribute `co` of the tree a client?"""
    node = module.nodes[base]
    if (
        node.op != "attr"
        or module.nodes[node.kids[0]].text in ("self", "cls")
        or evaluator.evaluate(module, node.kids[0])
    ):
        return False
    owners = (owner for owner in evaluator.tree.modules.values() if node.text in owner.stores)
    stores = ((owner, row) for owner in owners for row in owner.stores[node.text])
    rows = list(islice(stores, _STORES + 1))
    told = [(owner, row) for owner, row in rows if row.kind == "attr" and owner.nodes[row.node].text != "None"]
    if not told or len(rows) > _STORES:
        return False
    given = (evaluator.stored(owner, row) for owner, row in told)
    return all(values and all(value.kind == "client" for value in values) for values in given)


def _is_outside(name: str) -> bool:
    """Is it what a package outside of the tree gives under a name that says Cohere's client: the organisation's own?"""
    package, _, last = name.rpartition(".")
    return package not in ("", "builtins") and last.islower() and names_cohere(last)


def _from_outside(name: str, found: Guess | None) -> Guess | None:
    """What another package gives under Cohere's name, where the call speaks for Generate as well."""
    if found is None or found.confidence is not Confidence.LIKELY:
        return None
    return Guess(Confidence.POSSIBLE, f"`{name}` is not in this repository, but its name and the call say Cohere.")


def looks_like(module: Module, number: int, arguments: tuple[Argument, ...], *, read: bool) -> Guess | None:
    """The same by the name, the arguments and the reads alone, whatever is known of the receiver."""
    node = module.nodes[module.nodes[number].kids[0]]
    if node.op not in ("name", "attr", "call", "sub"):
        return None
    names = {argument.name for argument in arguments if argument.name not in (None, "**")}
    if names - PARAMETERS:
        return None
    last = node.text if node.op != "call" else module.nodes[node.kids[0]].text
    named = any(_NAME.fullmatch(name) for name in (last, *_given_as(module, node)))
    telling = sorted(name for name in names & TELLING if name)
    model = any(
        row.name == "model" and isinstance(row.literal, str) and _MODEL.fullmatch(row.literal) for row in arguments
    )
    points = 2 * named + len(telling) + 2 * read + model + ("prompt" in names) + ("max_tokens" in names)
    if points >= 4 and (named or (telling and "prompt" in names) or read) and _CLIENT_NAME.fullmatch(last):
        why = _sentence(last, named, telling, read, model)
        return Guess(Confidence.LIKELY, f"Nothing here says what `{last}` is, but {why}.")
    if named and (points >= 3 or not names):
        return Guess(
            Confidence.POSSIBLE, f"The name `{last}` in a file that names Cohere; nothing else tells what it is."
        )
    return None


def _given_as(module: Module, node: Node) -> list[str]:
    """`self.client = cohere_client`: the names that an attribute of the object is given."""
    if node.op != "attr" or module.nodes[node.kids[0]].text != "self":
        return []
    rows = (row for row in module.stores.get(node.text, ()) if row.kind == "attr" and row.how == "value")
    return [module.nodes[row.node].text for row in rows if module.nodes[row.node].op == "name"]


def names_cohere(name: str) -> bool:
    """Does a variable's or an attribute's name say that it is Cohere's client?"""
    return _NAME.fullmatch(name) is not None


def names_some_client(name: str) -> bool:
    """May a variable or an attribute of this name be a client of Cohere's?"""
    return _CLIENT_NAME.fullmatch(name) is not None


def known(evaluator: Evaluator, module: Module, base: int) -> bool:
    """Is the receiver something else? Parameters' own class (`self`) and classes without the method are."""
    return (
        _is_double(module, base)
        or _is_plain(evaluator, module, base)
        or any(
            (value.kind in _KINDS and not (value.name == NOTHING and _is_default(evaluator, module, base)))
            or (value.kind == "external" and not value.name.startswith("builtins."))
            for value in evaluator.evaluate(module, base)
        )
    )


def _is_double(module: Module, base: int) -> bool:
    """Does the name stand for a mock that is made here: `mocker.MagicMock()`, what a patched class gives?"""
    call = module.bound_once(module.nodes[base])
    node = module.nodes[call] if call is not None else module.nodes[base]
    maker = module.nodes[node.kids[0]] if node.op == "call" else node
    given = module.bound_once(maker) if call is not None else None
    return maker.text in _DOUBLES or (given is not None and _maker(module, given) in _PATCHES)


def _maker(module: Module, number: int) -> str:
    """What `with patch("cohere.Client")` calls."""
    node = module.nodes[number]
    while node.op in ("enter", "call"):
        node = module.nodes[node.kids[0]]
    return node.text


def _is_default(evaluator: Evaluator, module: Module, base: int) -> bool:
    """Is it a parameter that stands for `object()` where nobody gives it another value?"""
    node = module.nodes[base]
    _, scope = evaluator.defined(module, node, base) or ([], -1) if node.op == "name" else ([], -1)
    rows = module.scopes[scope].parameters if scope >= 0 else ()
    return any(row.name == node.text and row.default >= 0 for row in rows)


def _is_plain(evaluator: Evaluator, module: Module, base: int) -> bool:
    """Is the receiver a constant, or what a built-in function makes: `co = open(path)`?"""
    made = _made(evaluator, module, base)
    return bool(made) and all(_makes_plain(evaluator, module, number) for number in made)


def _makes_plain(evaluator: Evaluator, module: Module, number: int) -> bool:
    node = module.nodes[number]
    while node.op == "enter":
        node = module.nodes[node.kids[0]]
    if node.op == "call":
        values = evaluator.evaluate(module, node.kids[0])
        names = {row.name.removeprefix("builtins.") for row in values if row.kind == "external"}
        return len(names) == len(values) == 1 and names <= _MAKING
    return node.op in ("str", "fstr") or (node.op == "const" and node.text != "None")


def _made(evaluator: Evaluator, module: Module, base: int) -> list[int]:
    """The expressions that give a name its value, where nothing else does."""
    node = module.nodes[base]
    rows, scope = evaluator.defined(module, node, base) or ([], -1) if node.op == "name" else ([], -1)
    return [row.node for row in rows] if scope < 0 and all(row.how == "value" for row in rows) else []


def _is_another(evaluator: Evaluator, module: Module, base: int) -> bool:
    """Is the receiver made by a class that says in its name what it is: `co = Coordinates(1, 2)`?"""
    made = [module.nodes[number] for number in _made(evaluator, module, base)]
    if not made or any(row.op != "call" for row in made):
        return False
    return all(_ANOTHER.fullmatch(module.nodes[row.kids[0]].text) for row in made)


def _sentence(last: str, named: bool, telling: list[str], read: bool, model: bool) -> str:
    reasons = ["the name says Cohere"] if named else ["the file names Cohere"]
    if telling:
        reasons.append(f"the arguments are Generate's ({', '.join(telling)})")
    if read:
        reasons.append("`.generations` is read from the result")
    if model:
        reasons.append("the model is Cohere's")
    return " and ".join(reasons)
