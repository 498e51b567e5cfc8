"""Bodies of requests that a function takes as a whole: `fetch(url, { body: JSON.stringify(params) })`."""

import re
from collections.abc import Callable, Iterator

from audits.engine.facts import Language
from audits.engine.languages.origins import Origins
from audits.engine.languages.program import Expr, Program

# Languages in which the object of Chat can be made of the one that is taken.
SPREADING = frozenset(
    {Language.JAVASCRIPT, Language.TYPESCRIPT, Language.HTML, Language.RUBY, Language.PHP, Language.DART}
)
_BODIES = frozenset({"body", "data", "json", "payload"})
# `request` and `wp_remote_post` take options or an address there, no body.
_POSTS = frozenset({"post", "put"})
# Libraries whose `post` takes options, with the body in them: got and ky by their name, Guzzle by its namespace.
_OPTION_TAKERS = frozenset({"got", "ky"})
_GUZZLE, _LARAVEL = "GuzzleHttp", "Http::"
_TAKES_BODY = frozenset({"send", "json", "body", "write", "end", "setBody", "withBody", "setRequestBody"})
_ENCODES = frozenset(
    {"stringify", "json_encode", "wp_json_encode", "to_json", "generate", "jsonEncode", "encode", "dump"}
)
_FIELDS = "CURLOPT_POSTFIELDS"
# What may be a body, or hold one as a whole; a text that is put together is none.
_HOLDS = frozenset({"call", "new", "other", "dict", "list"})
_STEPS, _LOOKED = 60, 200
# Types of a table, or of anything, and words that end the name of a body's class; but what a server is asked is none.
_TABLE = re.compile(
    r"[&*\s]*(?:(?:final|mut|impl|dyn|params|var|val)\s+)*(?:\w+(?:\.|::))*"
    r"(?:(?:\w*Map|I?\w*Dictionary)<.*|(?:J(?:SON|son)?(?:Object|Node|Token|Element)|ObjectNode|Value|[Oo]bject"
    r"|dynamic|[Aa]ny|Serialize)|\w*(?:Body|Payload|Params|Dto|DTO)|(?!Http|Server|Web|URL|NSURL)\w*(?:Req|\wRequest))[?!]?"
    r"|\s*(?:map\[string\]|\[String\s*:|interface\s*\{).*",
    re.DOTALL,
)
# A body that is text or bytes by now: what it is called must say so, since keys and addresses are text too.
_TEXT = re.compile(r"&?\s*(?:[Ss]tring|str|\[\]byte|byte\[\]|ByteArray|Data|Vec<u8>|\[u8\])\??")
_CALLED = re.compile(r"json|body|payload", re.IGNORECASE)
# What a request is given beside its body.
_BESIDE = re.compile(r"header|auth|cookie|query|timeout", re.IGNORECASE)
# Methods that give back what they are called on, as text or bytes.
_ENCODED = re.compile(r"to\w*|getBytes|encode\w*|as\w*|clone|serialize|string|Body|bytes", re.IGNORECASE)


def whole_of(program: Program, call: Expr) -> Expr | None:
    """The name, or the member of one, that the body of a request is, if a function around the request takes it."""
    origins = Origins(program)
    queue, seen = [*_operands(program, call), *_chained(call)], 0
    while queue and seen < _STEPS:
        seen += 1
        one = queue.pop(0)
        if one.op in ("name", "attr") and origins.of(one):
            return one
        queue += _inside(program, one)
    return None


def typed_whole(
    program: Program, given: list[Expr], behind: Callable[[Expr], list[Expr]], known: Callable[[Expr], object]
) -> Expr | None:
    """The parameter with a body's type that is all of what a request is given.

    `behind` tells what a name stands for, `known` whether the file has the class of one. What only gives a part of
    itself, as `request.text()` does, is no body.
    """
    queue, seen = list(given), set[int]()
    while queue and len(seen) < _LOOKED:
        one = queue.pop(0)
        if id(one) in seen:
            continue
        seen.add(id(one))
        rows = program.visible(one.text, one.scope) if one.op == "name" else []
        if rows and rows[0].value is None and rows[0].type:
            fits = _is_body(rows[0].type, one.text) or known(one)
            if fits and function_around(program, one) and not _BESIDE.search(one.text):
                return one
            continue
        queue += behind(one) if one.op == "name" else _whole_in(one)
    return None


def _is_body(declared: str, name: str) -> bool:
    text = _TEXT.fullmatch(declared) and _CALLED.search(name)
    return bool(text or _TABLE.fullmatch(declared))


def _whole_in(expr: Expr) -> list[Expr]:
    """What an expression may be as a whole: what a call is given, and what it is called on where it only encodes."""
    if expr.op == "attr":
        return expr.kids if expr.parent is not None and expr.parent.op == "call" else []
    fn = expr.kids[0] if expr.op == "call" else expr
    if fn.text and _BESIDE.search(fn.text):
        return fn.kids
    reads = fn.op == "attr" and fn.kids[0].op == "name" and not _ENCODED.fullmatch(fn.text)
    return expr.kids[1:] if reads else expr.kids if expr.op in _HOLDS else []


def _operands(program: Program, call: Expr) -> Iterator[Expr]:
    """What may be the body of all that a call is given."""
    posts = call.kids[0].text in _POSTS and not _takes_options(program, call.kids[0])
    if call.kids[0].text == "curl_exec":
        yield from _set_on(program, call.kids[1:2])
    for at, (key, kid) in enumerate(zip(call.keys[1:], call.kids[1:], strict=False)):
        table = _table(program, kid) if not key else None
        if key in _BODIES or (posts and not key and at == 1 and table is None):
            yield kid
        for name, value in zip(table.keys, table.kids, strict=False) if table is not None else ():
            if name in _BODIES or (name == "**" and posts and at == 1):
                yield value


def _takes_options(program: Program, method: Expr) -> bool:
    """Is what follows the address a table of options?"""
    if method.op != "attr":
        return False
    receiver = method.kids[0]
    guzzle = _GUZZLE in program.source and _LARAVEL not in program.written(receiver)
    return receiver.text in _OPTION_TAKERS or guzzle


def _set_on(program: Program, handles: list[Expr]) -> Iterator[Expr]:
    """PHP's `curl_setopt($ch, CURLOPT_POSTFIELDS, $data)`, and the same in an array."""
    for handle in handles:
        inside = function_around(program, handle)
        for use in program.same(handle):
            outer = use.parent if function_around(program, use) == inside else None
            if outer is None or outer.op != "call" or not outer.kids[0].text.startswith("curl_setopt"):
                continue
            given = outer.kids[2:]
            if len(given) > 1 and given[0].text == _FIELDS:
                yield given[1]
            for table in given[:1]:
                yield from (kid for key, kid in zip(table.keys, table.kids, strict=False) if key == _FIELDS)


def function_around(program: Program, expr: Expr) -> int:
    """The function around an expression, 0 for none: another one's handle of the same name has a body of its own."""
    return next((one for one in program.around(expr.scope) if program.scopes[one].kind == "function"), 0)


def _table(program: Program, expr: Expr) -> Expr | None:
    """The object that an expression is, or that its name is given."""
    rows = program.visible(expr.text, expr.scope) if expr.op == "name" else []
    found = (expr, *(row.value for row in rows[:1] if row.value is not None))
    return next((one for one in found if one.op == "dict"), None)


def _chained(call: Expr) -> Iterator[Expr]:
    """What the later methods of a chain take as the body: `.post(url).send(params)`."""
    attr = call.parent
    while attr is not None and attr.op == "attr":
        later = attr.parent
        if later is None or later.op != "call" or later.kids[0] is not attr:
            return
        if attr.text in _TAKES_BODY:
            yield from later.kids[1:2]
        attr = later.parent


def _inside(program: Program, expr: Expr) -> Iterator[Expr]:
    """What an expression is made of as a whole."""
    if expr.op == "name":
        yield from (row.value for row in program.visible(expr.text, expr.scope)[:1] if row.value is not None)
    elif expr.op == "call" and expr.kids[0].text in _ENCODES:
        yield from expr.kids[1:2] or expr.kids[0].kids[:1]
    elif expr.op == "dict":
        yield from (kid for key, kid in zip(expr.keys, expr.kids, strict=False) if key == "**")
    elif expr.op == "other" and len(expr.kids) == 1:
        yield from expr.kids


def encoded(outer: Expr) -> list[Expr]:
    """What Go's `json.NewEncoder(&buf).Encode(body)` writes into the buffer that it is made for."""
    while outer.op == "other" and len(outer.kids) == 1 and outer.parent is not None:
        outer = outer.parent
    if outer.op != "call" or outer.kids[0].text != "NewEncoder" or outer.parent is None:
        return []
    attr, call = outer.parent, outer.parent.parent
    return call.kids[1:] if attr.text == "Encode" and call is not None and call.op == "call" else []
