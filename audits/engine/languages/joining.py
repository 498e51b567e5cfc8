"""Addresses in pieces: what a file keeps of them for others, and the requests for which others keep some."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue.endpoints import ADDRESS_BASE, COHERE_ADDRESS, GENERATE_PATH
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language
from audits.engine.handing import Kept, Part, Sent
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, reads_only, verb_of
from audits.engine.languages.hosts import BASES, STANDS_IN, Hosts
from audits.engine.languages.marked import MARK, Marked
from audits.engine.languages.program import HOLE, Expr
from audits.engine.languages.sharing import SHARING
from audits.engine.languages.texts import resolves
from audits.engine.ways import CLASSES, HERE

_LANGUAGES = SHARING | {Language.RUST}
_LIMIT, _DEPTH, _TEXTS, _MADE = 50, 4, 4, 8
# What a file holds that keeps such a thing, or makes what sends there.
_KEEPS = re.compile(r"generate|cohere\.(?:ai|com)|base_?(?:url|uri|address)|prefixurl", re.IGNORECASE)
_SPOKEN = re.compile(r"generate", re.IGNORECASE)
# Calls that give a text.
_FORMATS = frozenset({"Sprintf", "format", "sprintf", "Format", "urljoin", "join", "JoinPath"})
# Retrofit's `create(Api.class)`, `create(Api::class.java)`, `create<Api>()`.
_CREATES = re.compile(r"\.create(?:\(\s*(\w+)(?:\.class|::class\.java)\s*\)|<(\w+)>\(\s*\))$")
_CREATING = frozenset({Language.JAVA, Language.KOTLIN})
_CREATED = 80
# Names and members of names.
_PLAIN = re.compile(r"[\w$@.:>?\\-]+")
# A class, or an object of which nothing but its class is known.
_CLASS = re.compile(r"[A-Z]\w*[a-z]\w*(?:\(\))?")
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
_ADDRESS = re.compile(r"url|uri|endpoint|address|api|cohere|generat", re.IGNORECASE)
# The end of an address that others begin.
_TAIL = re.compile(rf"(?:.*/)?{GENERATE_PATH.pattern}", re.DOTALL)
# Behind a base that stands elsewhere: a version, or nothing but other pieces.
_REST = re.compile(r"/*(?:v\d+/*)?")
_WHOLE = "Its address is Generate's, which another file keeps."
_PIECES = "Its address is Generate's; a piece of it stands elsewhere."


class Joining(Finder):
    """Looks at the addresses of one file."""

    @cached_property
    def _marked(self) -> Marked:
        return Marked(self.program, self.evaluator.language)

    def _texts(self, expr: Expr) -> list[str]:
        texts = islice(self._marked.texts(expr), _TEXTS)
        return list(dict.fromkeys(text for text in texts if text.strip(HOLE)))

    # What it keeps

    def kept(self) -> Iterator[Kept]:
        """The bases, paths and addresses that others may find in it."""
        if self.evaluator.language in _LANGUAGES and _KEEPS.search(self.program.source):
            rows = self._exported() if self.evaluator.language in _SCRIPTS else self._named()
            yield from islice({(row.way, row.parts): row for row in rows}.values(), _LIMIT)

    def _exported(self) -> Iterator[Kept]:
        for row in self.program.exported:
            if row.value is not None and row.name != "*":
                yield from self._of("" if row.name == "=" else row.name, [row.value], 0)

    def _named(self) -> Iterator[Kept]:
        for (name, at), rows in list(self.program.placed.items()):
            scope = self.program.scopes[at]
            values = [row.value for row in rows if row.value is not None]
            if not name or scope.kind == "function" or not values:
                continue
            lead = self.program.path_of(at).replace("::", ".")
            plain = name.lstrip(".@$")
            # A member that stands nowhere is one of any object.
            if lead or not name.startswith("."):
                yield from self._of(f"{lead}.{plain}" if lead else plain, values, 0)
        for way, values in self._fields().items():
            yield from self._of(way, values, 0)
        yield from self._created() if self.evaluator.language in _CREATING else ()

    def _created(self) -> Iterator[Kept]:
        """The bases of the interfaces that Retrofit makes objects of; of one that comes from elsewhere, the file's."""
        calls = [expr for expr in list(self.program.exprs) if expr.op == "call" and expr.kids[0].op == "attr"]
        own = [text for call in calls if call.kids[0].text in BASES for text in self._bases(call)]
        for call in calls if own else ():
            made = _CREATES.search(self.program.written(call)[-_CREATED:])
            if made is None or call.kids[0].text.partition("<")[0] != "create":
                continue
            told = [text for one in self._hosts.made_of(call) for text in self._bases(one)] or own
            texts = [text for text in dict.fromkeys(told) if MARK.search(text) or ADDRESS_BASE.fullmatch(text)]
            name = made[1] or made[2]
            for space in self._marked.spaces([name]) if texts else ():
                parts = self._marked.parts(texts[0])
                yield Kept(_interface(space, name), call.line, parts, several=len(set(told)) > 1)

    def _fields(self) -> dict[str, list[Expr]]:
        """Go's `&Client{baseURL: …}`: what the objects of a type are made with."""
        found: dict[str, list[Expr]] = {}
        for expr in list(self.program.exprs) if self.evaluator.language is Language.GO else ():
            table = expr.kids[-1] if expr.op == "new" and expr.kids[0].op == "name" and len(expr.kids) > 1 else expr
            for key, kid in zip(table.keys, table.kids, strict=False) if table is not expr else ():
                found.setdefault(f"{expr.kids[0].text}.{key}", []).append(kid)
        return found

    def _of(self, way: str, values: list[Expr], depth: int) -> Iterator[Kept]:
        """What values give under a way: a text, the entries of an object, what a function gives back, members."""
        texts = list(dict.fromkeys(text for value in values for text in self._texts(value)))
        told = next((text for text in texts if _is_piece(text)), None)
        if not texts:
            texts = list(dict.fromkeys(text for value in values for text in self._bases(value)))
            told = next((text for text in texts if MARK.search(text) or ADDRESS_BASE.fullmatch(text)), None)
        if told is not None:
            yield Kept(way, values[0].line, self._marked.parts(told), self._marked.space, len(texts) > 1)
        for value in values if depth < _DEPTH and not texts else ():
            for part, inner in self._inside(way, value):
                yield from self._of(part, inner, depth + 1)

    def _inside(self, way: str, value: Expr) -> Iterator[tuple[str, list[Expr]]]:
        lead = f"{way}." if way else ""
        if value.op == "dict":
            yield from ((f"{lead}{key}", [kid]) for key, kid in zip(value.keys, value.kids, strict=False))
        elif value.op == "fn":
            found = [kid for kid, key in zip(value.kids, value.keys, strict=False) if key == "return"]
            yield way, found or value.kids[-1:]
        elif value.op == "name" and self._members(value.text):
            yield from ((f"{lead}{member}", rows) for member, rows in self._members(value.text).items())
        elif value.op == "name":
            yield way, [row.value for row in self.program.meant(value) if row.value is not None]
        elif value.op in ("call", "new", "other") and value.kids:
            # `Object.freeze({…})`, Go's `Config{…}`.
            yield from ((way, [kid]) for kid in value.kids if kid.op == "dict")

    def _bases(self, made: Expr) -> Iterator[str]:
        """The address to which the paths are relative that an object is asked for: `axios.create({ baseURL: … })`."""
        at: Expr | None = made
        while at is not None and at.op in ("call", "new") and at.kids:
            rows = [*zip(at.keys[1:], at.kids[1:], strict=False), *((at.kids[0].text, kid) for kid in at.kids[1:2])]
            rows += [row for kid in at.kids[1:] if kid.op == "dict" for row in zip(kid.keys, kid.kids, strict=False)]
            for key, kid in rows:
                if key in BASES:
                    # `new Uri(…)`
                    yield from self._texts(kid.kids[-1] if kid.op == "new" and len(kid.kids) == 2 else kid)
            at = at.kids[0].kids[0] if at.kids[0].op == "attr" else None

    def _members(self, name: str) -> dict[str, list[Expr]]:
        """The members of a class of this file that have a value."""
        at = next((at for at, one in enumerate(self.program.scopes) if one.kind == "class" and one.name == name), None)
        return {
            member[1:]: [row.value for row in rows if row.value is not None]
            for (member, scope), rows in self.program.placed.items()
            if scope == at and member.startswith(".")
        }

    # What it sends

    def sent(self) -> Iterator[Sent]:
        """The requests whose address, or the beginning of it, stands in another file."""
        if self.evaluator.language in _LANGUAGES and (
            "rompt" in self.program.source or "enerate" in self.program.source
        ):
            found: dict[tuple[object, ...], Sent] = {}
            for request in self._sent():
                found.setdefault((request.site.span.line, request.site.span.column, request.parts), request)
                if len(found) == _LIMIT:
                    break
            yield from found.values()

    def _sent(self) -> Iterator[Sent]:
        for expr in list(self.program.exprs):
            if expr.op in ("str", "concat") or resolves(expr) or (expr.op == "call" and expr.kids[0].text in _FORMATS):
                yield from self._by_text(expr)
            elif expr.op in ("name", "attr") and self._may_be_one(expr):
                mark = self._marked.mark(expr)
                yield from self._requests(expr, [mark] if mark else [], whole=True)

    def _may_be_one(self, expr: Expr) -> bool:
        """Is it called as addresses are, and no piece of another one?"""
        outer = expr.parent
        if outer is not None and (outer.op in ("str", "concat") or (outer.op == "attr" and outer.kids[0] is expr)):
            return False
        named = _ADDRESS.search(expr.text) or (expr.op == "attr" and _ADDRESS.search(expr.kids[0].text))
        return bool(named) and _PLAIN.fullmatch(self.program.written(expr)) is not None

    def _by_text(self, expr: Expr) -> Iterator[Sent]:
        """`${API}/generate`, `API + GENERATE`, and a path alone."""
        outer = expr.parent
        if (outer is not None and outer.op in ("str", "concat")) or not _SPOKEN.search(self.program.written(expr)):
            return
        yield from self._by_path(expr)
        texts = [text for text in self._texts(expr) if MARK.search(text)]
        tails = [text for text in texts if _TAIL.fullmatch(MARK.split(text)[-1])]
        if tails:
            yield from self._requests(expr, tails, whole=False)
        else:
            yield from self._requests(expr, [text for text in texts if not MARK.sub("", text).strip("/")], whole=True)

    def _requests(self, expr: Expr, texts: list[str], *, whole: bool) -> Iterator[Sent]:
        """The calls that send to an address; `whole`: all of it stands elsewhere, so the body must be Generate's."""
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=not whole)
        for call in flows.senders(expr) if texts else ():
            arguments = self.bodies.of_request(call) if whole else self.bodies.of_sent(call)
            stands_in = STANDS_IN.search(self.maker.brief(call).partition("(")[0])
            if not reads_only(call) and not stands_in and (not whole or any(one.name == "prompt" for one in arguments)):
                several = len(set(self._texts(expr))) > 1
                site = self._site(call, arguments, _WHOLE if whole else _PIECES)
                yield Sent(site, self._marked.parts(texts[0]), several)

    def _site(self, call: Expr, arguments: tuple[Argument, ...], why: str = _PIECES) -> CallSite:
        return self.maker.site(
            verb_of(call), call, Kind.RAW_HTTP, why, method=None, confidence=Confidence.CONFIRMED, arguments=arguments
        )

    def _by_path(self, expr: Expr) -> Iterator[Sent]:
        """`http.post("/generate", …)`, where `http` or what it was made with stands elsewhere."""
        text = self.evaluator.text(expr)
        if not GENERATE_PATH.fullmatch(text):
            return
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=True)
        for call in flows.senders(expr):
            if reads_only(call) or STANDS_IN.search(self.maker.brief(call).partition("(")[0]):
                continue
            if call.kids[0].op == "name" and self.evaluator.language in _CREATING:
                yield from self._of_interface(call, text)
            pieces = (mark for one in self._hosts.made_of(call) for mark in self._pieces(one))
            for base in islice(dict.fromkeys(pieces), _MADE):
                yield Sent(self._site(call, self.bodies.of_sent(call)), self._marked.parts(f"{base}/{text}"))

    def _of_interface(self, call: Expr, text: str) -> Iterator[Sent]:
        """Retrofit's `@POST("generate")`, whose base is told where an object of the interface is made."""
        way = _interface(self._marked.space, self.program.scopes[self.program.owner(call.scope)].name)
        for module in (HERE, CLASSES):
            yield Sent(self._site(call, self.bodies.of_sent(call)), (Part("", module, (way,)), Part(f"/{text}")))

    def _pieces(self, expr: Expr) -> Iterator[str]:
        """The text of an expression of which a piece stands in another file."""
        outer = expr.parent
        if expr.op not in ("name", "attr", "str", "concat") or (outer is not None and outer.op == "concat"):
            return
        if outer is not None and outer.op in ("call", "new") and outer.kids[0] is expr:
            return
        if outer is not None and outer.op == "attr" and (outer.parent is None or outer.parent.op != "call"):
            # A member of it counts; but not a method.
            return
        for text in self._texts(expr):
            ways = [way for part in self._marked.parts(text) for way in part.ways]
            if ways and not _CLASS.fullmatch(ways[-1]):
                yield text

    @cached_property
    def _hosts(self) -> Hosts:
        return Hosts(self.program, self.evaluator)


def _interface(space: str, name: str) -> str:
    """The way to the base of an interface, by its package: one name."""
    return f"{space.replace('.', '/')}/{name}@"


def _is_piece(text: str) -> bool:
    """Is it Cohere's base, Generate's address or path, or made of what stands elsewhere and fits one?"""
    if not MARK.search(text):
        return any(one.fullmatch(text) for one in (ADDRESS_BASE, COHERE_ADDRESS, GENERATE_PATH))
    rest = MARK.split(text)
    alone = len(rest) == 3 and not rest[0] and not rest[2]
    return not alone and HOLE not in text and bool(_REST.fullmatch("".join(rest[::2])) or _TAIL.fullmatch(rest[-1]))
