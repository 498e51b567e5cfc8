"""Which calls of a module may send a request."""

import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from audits.engine.catalogue.endpoints import (
    ADDRESS_KEYWORDS,
    ADDRESS_NAME,
    ADDRESS_PART,
    BODY_KEYWORDS,
    SENDERS,
    STAND_INS,
)
from audits.engine.link.arguments import render
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.module import told_once
from audits.engine.link.tree import Module

_DEPTH = 30
_LIBRARIES = frozenset(
    {"aiohttp", "asks", "botocore", "curl_cffi", "grequests", "http", "httplib2", "httpx", "niquests", "requests"}
    | {"requests_futures", "requests_toolbelt", "tornado", "treq", "urllib", "urllib2", "urllib3"}
)
_FOREIGN = frozenset({"external", "instance"})
_HANDED_ON = frozenset({"post", "request", "urlopen", "fetch"})
# Calls that take an address and send nothing.
_KEEPS = re.compile(
    r"assert_.*|[A-Z].*|print|pprint|info|debug|warning|warn|error|exception|log|write|append|add|update|setdefault"
    r"|getenv|get|set|setenv|environ|setopt|urljoin|join|format|url_for|urlparse|urlsplit|quote|partial|call|field|dict"
    r"|skip.*|mark|parametrize|add_argument|option|patch|register|replace|startswith|endswith|split|isinstance|raises"
)


@told_once
def holds_address(module: Module) -> bool:
    """Is there a string that may be the end of an address of Generate, or a name of one that is kept elsewhere?"""
    texts = {module.nodes[number].text for number in module.made_by("str")}
    return any(
        ("enerate" in text and ADDRESS_PART.search(text)) or ADDRESS_NAME.fullmatch(text) for text in texts
    ) or any(ADDRESS_NAME.fullmatch(name) for name in chain(module.names, module.attributes))


def known_senders(module: Module) -> set[int]:
    """Calls by a sender's name, and calls that are given a sender to call: `retry(requests.post, url, json=…)`."""
    others = {alias for name in SENDERS for alias in module.aliases.get(name, ())} | _kept(module)
    named = {number for name in SENDERS for number in module.calls.get(name, ())}
    calls = (number for name in others for number in module.calls.get(name, ()))
    renamed = {number for number in calls if called_as(module, module.nodes[number].kids[0]) in SENDERS}
    return named | renamed | handed_senders(module)


def called_as(module: Module, number: int) -> str:
    """What the function that an expression names is called where it comes from: `post` of `post as send_it`."""
    node, kept = module.nodes[number], _kept_sender(module, number)
    if kept >= 0:
        return module.nodes[kept].text
    return _originals(module).get(node.text, node.text) if node.op == "name" else node.text


def may_be_anothers(evaluator: Evaluator, module: Module, number: int) -> bool:
    """Is what a call calls the `post` of something that is no HTTP library's, kept under another name?"""
    callee = module.nodes[number].kids[0]
    kept = _kept_sender(module, callee)
    if kept < 0 or module.nodes[callee].text in SENDERS:
        return False
    node = module.nodes[kept]
    values = evaluator.evaluate(module, node.kids[0] if node.op == "attr" else kept)
    return not any(value.name.partition(".")[0] in _LIBRARIES for value in values if value.kind in _FOREIGN)


def _kept_sender(module: Module, number: int) -> int:
    """The expression `requests.post` behind a name that it is kept under; -1 where the name is none of such."""
    node = module.nodes[number]
    if node.text not in _kept(module) or node.op not in ("name", "attr"):
        return -1
    if node.op == "attr":
        rows = module.class_values.get(node.text, ())
        return next((row.node for row in rows if _is_sender(module, row.node)), -1)
    scope = module.frame(node.scope)
    while scope >= 0:
        rows = module.bindings.get((scope, node.text), ())
        if rows or any(row.name == node.text for row in module.scopes[scope].parameters):
            return next((row.node for row in rows if row.how == "value" and _is_sender(module, row.node)), -1)
        scope = module.scopes[scope].parent
    return -1


@told_once
def _kept(module: Module) -> frozenset[str]:
    """The names that are given a sender."""
    rows = (row for row in module.facts.bindings if row.how == "value")
    return frozenset(row.name for row in rows if _is_sender(module, row.node))


def _is_sender(module: Module, number: int) -> bool:
    node = module.nodes[number]
    return node.op in ("attr", "name") and node.text in SENDERS


@told_once
def _originals(module: Module) -> dict[str, str]:
    """By the name under which the module imports a function: that one's own name."""
    return {alias: name for name, aliases in module.aliases.items() for alias in aliases}


@told_once
def handed_senders(module: Module) -> set[int]:
    """Calls that are given a sender to call."""
    found = set()
    for number in (at for name in _HANDED_ON for at in module.spelled_at(name)):
        parent = module.parents.get(number)
        if parent is not None and module.nodes[parent].op == "call" and module.nodes[parent].kids[0] != number:
            found.add(parent)
    return found


def other_senders(evaluator: Evaluator, module: Module) -> set[int]:
    """Calls of what is not in the tree that are given such an address, or a name for one."""
    return {number for number in address_takers(module) if _is_foreign(evaluator, module, number)}


def kept_requests(evaluator: Evaluator, module: Module) -> list[int]:
    """Calls of a class of the tree that are given an address and a body by name: `Prepared(url=…, params=…)`."""
    return sorted(number for number in address_takers(module) if _is_request(evaluator, module, number))


def address_takers(module: Module) -> set[int]:
    """The calls that are given the end of such an address."""
    hot = _ends_of_addresses(module)
    return takers(module, *hot) if hot else set()


def _is_request(evaluator: Evaluator, module: Module, number: int) -> bool:
    node = module.nodes[number]
    keys = frozenset(node.keys)
    named = bool(keys.intersection(ADDRESS_KEYWORDS) and keys.intersection(BODY_KEYWORDS))
    return named and any(value.kind == "class" for value in evaluator.evaluate(module, node.kids[0]))


@told_once
def _ends_of_addresses(module: Module) -> list[int]:
    return [
        number
        for number in module.made_by("str")
        if "enerate" in (text := module.nodes[number].text) and ADDRESS_PART.search(text)
    ]


def takers(module: Module, *addresses: int) -> set[int]:
    """The calls that are given one of these expressions, or what a name or a function here gives on."""
    given = _given(module)
    names = {name for number in addresses for around in _around(module, number) for name in given.get(around, ())}
    found = {call for number in addresses for call in _calls_around(module, number)}
    for number in (at for name in names for at in module.spelled_at(name)):
        found.update(_calls_around(module, number))
    return found


def keeps(module: Module, number: int) -> bool:
    """Does the call's name say that it takes an address and sends nothing?"""
    return _KEEPS.fullmatch(module.nodes[module.nodes[number].kids[0]].text) is not None


@told_once
def _given(module: Module) -> dict[int, list[str]]:
    """By expression: the names, attributes and functions that give it on."""
    found: dict[int, list[str]] = defaultdict(list)
    for row in module.facts.bindings:
        if row.how == "value":
            found[row.node].append(row.name)
    for store in module.facts.stores:
        if store.kind == "attr":
            found[store.node].append(store.key)
    for scope in module.scopes:
        if scope.kind == "function":
            for number in scope.results:
                found[number].append(scope.name)
    return found


def _around(module: Module, number: int) -> Iterator[int]:
    """The expression and those around it, inside out."""
    inner: int | None = number
    for _ in range(_DEPTH):
        if inner is None:
            return
        yield inner
        inner = module.parents.get(inner)


def _calls_around(module: Module, number: int) -> Iterator[int]:
    """The calls that have this expression among their operands, or inside one."""
    inner = number
    for outer in _around(module, number):
        node = module.nodes[outer]
        if outer != number and node.op == "call" and node.kids[0] != inner:
            yield outer
        inner = outer


def _is_foreign(evaluator: Evaluator, module: Module, number: int) -> bool:
    callee = module.nodes[number].kids[0]
    if keeps(module, number):
        return False
    kinds = {value.kind for value in evaluator.evaluate(module, callee)}
    return not kinds & {"function", "class", "method", "object", "client"}


def stands_in(evaluator: Evaluator, module: Module, number: int) -> bool:
    """Does the call teach a stand-in of a service, in a test?"""
    kid = module.nodes[number].kids[0]
    callee = module.nodes[kid]
    parent = module.parents.get(number)
    if parent is not None and module.nodes[parent].text in ("mock", "respond"):
        return True
    base = callee.kids[0] if callee.op == "attr" else kid
    values = (*evaluator.evaluate(module, base), *evaluator.evaluate(module, kid))
    return bool(callee.op == "attr" and STAND_INS.search(render(module, base))) or any(
        STAND_INS.search(value.name) for value in values if value.kind in ("external", "instance")
    )
