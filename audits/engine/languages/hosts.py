"""Which objects and classes send to Cohere's host: what was made with it, and what was told it later."""

import re
from collections.abc import Iterator
from itertools import islice

from audits.engine.facts import Language
from audits.engine.languages.evaluate import Evaluator
from audits.engine.languages.program import Binding, Expr, Program

_HOST = re.compile(r"(?<![\w.-])\.?(?:[\w-]+\.)*cohere\.(?:ai|com)\b")
_STEPS, _ROWS = 200, 8
# Members that hold the address to which paths are relative, and what a class of HTTParty's is told it by.
BASES = ("BaseAddress", "baseURL", "baseUrl", "BaseUrl", "base_url", "url_prefix", "base_uri", "prefixUrl")
# What answers in the place of a service, in a test.
STANDS_IN = re.compile(
    r"(?:^|[._])(?:nock|msw|rest|mock\w*|wiremock|stub\w*|http_mock|httpmock|moxios|fetchmock|intercept)$",
    re.IGNORECASE,
)
# Entries, and methods, that take addresses to which nothing is sent.
_BESIDE = re.compile(
    r"(?:set|with|add|default)?_?(?:request)?_?(?:headers?|referr?er|origin|prox(?:y|ies)|cors)", re.IGNORECASE
)
# What answers at a path, by its own name, by that of what it is made with, or by what is given after the path.
_SERVER = re.compile(r"app|server|(?:\w*_)?router|\w*Router|routes|fastify|createServer|[Ee]xpress|Koa|Hono|restify")
_HANDLER = re.compile(r"\w*(?:handler|controller|middleware)|handle\w*", re.IGNORECASE)
# Where a block behind a call is no argument of it.
_FUNCTIONS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.GO, Language.PHP, Language.JAVA})
_CLASS_BASE = "base_uri"
_SELVES = frozenset({"self", "class"})


class Hosts:
    """Answers for one file."""

    def __init__(self, program: Program, evaluator: Evaluator) -> None:
        self.program = program
        self.evaluator = evaluator

    def holds(self, call: Expr) -> bool:
        """Is Cohere's host what a call's object, or its class, was made with or told?"""
        return not self.serves(call) and any(
            one.op in ("str", "concat") and _HOST.search(self.evaluator.text(one)) is not None
            for one in self.made_of(call)
        )

    def made_of(self, call: Expr) -> Iterator[Expr]:
        """What a call's object, or its class, was made with or told, the object itself first."""
        fn = call.kids[0]
        receiver = fn.kids[0] if fn.op == "attr" and fn.kids else None
        queue = [*([receiver] if receiver is not None else []), *self._class_bases(call, receiver)]
        steps = 0
        while queue and steps < _STEPS:
            one, steps = queue.pop(0), steps + 1
            yield one
            if one.op in ("name", "attr"):
                queue += [row.value for row in self._rows(one) if row.value is not None]
                queue += self._told(one)
            queue += _told_by(one)

    def serves(self, call: Expr) -> bool:
        """Does it say what answers at a path: `router.post("/path", handler)`, `app.post("/path", …)`?"""
        fn = call.kids[0]
        if self.evaluator.language not in _FUNCTIONS or fn.op != "attr" or fn.text.lower() != "post":
            return False
        made = (row.value for row in islice(self._rows(fn.kids[0]), _ROWS))
        names = [fn.kids[0].text, *(one.kids[0].text for one in made if one is not None and one.op in ("call", "new"))]
        return any(map(_SERVER.fullmatch, names)) or any(map(self._answers, call.kids[2:]))

    def _answers(self, given: Expr) -> bool:
        """Is it a function, or named as one that answers: `check`, `ctl.handler`, `controller.ask`?"""
        if given.op == "attr":
            return any(_HANDLER.fullmatch(name) for name in (given.text, given.kids[0].text))
        if given.op != "name":
            return given.op == "fn"
        rows = self.program.visible(given.text, given.scope)[:_ROWS]
        return bool(_HANDLER.fullmatch(given.text)) or any(row.value and row.value.op == "fn" for row in rows)

    def _rows(self, one: Expr) -> Iterator[Binding]:
        """What a name or a member is given; a member also where a method of the class names it alone."""
        for name in {one.text, f".{one.text}"} if one.op == "name" else {f".{one.text}"}:
            yield from self.program.visible(name, one.scope)
        owner = self.program.owner(one.scope)
        rows = self.program.bindings.get(one.text, ()) if owner else ()
        yield from (row for row in rows if self.program.owner(row.scope) == owner)

    def _told(self, held: Expr) -> Iterator[Expr]:
        """`http.BaseAddress = new Uri(…)`: what is put into such a member of an object of that name."""
        for base in BASES:
            lines = {
                use.line
                for use in self.program.uses.get(f".{base}", ())
                if use.kids and use.kids[0].text == held.text and use.kids[0].op in ("name", "attr")
            }
            rows = self.program.bindings.get(f".{base}", ()) if lines else ()
            yield from (row.value for row in rows if row.value is not None and row.line in lines)

    def _class_bases(self, call: Expr, receiver: Expr | None) -> Iterator[Expr]:
        """Ruby's `base_uri "…"` in the class whose `get` and `post` are called."""
        owner = self.program.owner(call.scope)
        name = self.program.scopes[owner].name if owner else ""
        if receiver is not None and receiver.op == "call" and len(receiver.kids) == 1:
            # Ruby's `self.class`.
            receiver = receiver.kids[0]
        if not owner or (receiver is not None and receiver.text not in _SELVES | {name}):
            return
        for use in self.program.uses.get(_CLASS_BASE, ()):
            told = use.parent
            if told is not None and told.op == "call" and self.program.owner(told.scope) == owner:
                yield from told.kids[1:2]


def _told_by(one: Expr) -> list[Expr]:
    """The pieces of an expression that may tell where it sends: of entries its base alone, if it has one."""
    if one.op not in ("call", "new", "dict"):
        return one.kids
    callee = [] if one.op == "dict" else one.kids[:1]
    if callee and _BESIDE.fullmatch(callee[0].text):
        return callee
    rows = [*zip([*one.keys, *[""] * len(one.kids)], one.kids, strict=False)][len(callee) :]
    tables = [kid for key, kid in rows if kid.op == "dict" and not _BESIDE.fullmatch(key)]
    based = [kid for key, kid in rows if key in BASES] or [kid for kid in tables if not set(BASES).isdisjoint(kid.keys)]
    return [*callee, *(based or [kid for key, kid in rows if not _BESIDE.fullmatch(key)])]
