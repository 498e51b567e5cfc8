"""What a file keeps of addresses for others: bases, paths, whole ones, and what sends to a base."""

import re
from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.catalogue.endpoints import ADDRESS_BASE, COHERE_ADDRESS, GENERATE_PATH
from audits.engine.facts import Language
from audits.engine.handing import Kept
from audits.engine.languages.elsewhere import WAY_LIMIT
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows
from audits.engine.languages.hosts import BASES, Hosts
from audits.engine.languages.marked import MARK, Marked
from audits.engine.languages.program import HOLE, Expr
from audits.engine.languages.sharing import SHARING

LANGUAGES = SHARING | {Language.RUST}
_LIMIT, _DEPTH, _TEXTS = 50, 4, 4
# What a file holds that keeps such a thing, or makes what sends there.
_KEEPS = re.compile(r"generate|cohere\.(?:ai|com)|url|uri|base|endpoint|host", re.IGNORECASE)
_SPOKEN = re.compile(r"generate|cohere\.(?:ai|com)", re.IGNORECASE)
# Retrofit's `create(Api.class)`, `create(Api::class.java)`, `create<Api>()`.
_CREATES = re.compile(r"\.create(?:\(\s*(\w+)(?:\.class|::class\.java)\s*\)|<(\w+)>\(\s*\))$")
_CREATING = frozenset({Language.JAVA, Language.KOTLIN})
_CREATED = 80
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
# The end of an address that others begin.
TAIL = re.compile(rf"(?:.*/)?{GENERATE_PATH.pattern}", re.DOTALL)
# Behind a base that stands elsewhere: a version, or nothing but other pieces.
_REST = re.compile(r"/*(?:v\d+/*)?")
_BASED = re.compile(rf"{MARK.pattern}{_REST.pattern}")


class Pieces(Finder):
    """Reads the texts of one file, with marks for what stands in others."""

    @cached_property
    def marked(self) -> Marked:
        return Marked(self.program, self.evaluator.language)

    @cached_property
    def hosts(self) -> Hosts:
        return Hosts(self.program, self.evaluator)

    def texts(self, expr: Expr) -> list[str]:
        """The texts that an expression may be."""
        texts = islice(self.marked.texts(expr), _TEXTS)
        return list(dict.fromkeys(text for text in texts if text.strip(HOLE)))


class Keeping(Pieces):
    """Looks at what one file gives."""

    def kept(self) -> Iterator[Kept]:
        """The bases, paths and addresses that others may find in it."""
        if self.evaluator.language in LANGUAGES and _KEEPS.search(self.program.source):
            rows = self._exported() if self.evaluator.language in _SCRIPTS else self._named()
            told = {(row.way, row.parts): row for row in rows if len(row.way) <= WAY_LIMIT}
            yield from islice(told.values(), _LIMIT)

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
        """The bases of the interfaces that Retrofit makes objects of; for one that comes from elsewhere, the file's."""
        calls = [expr for expr in list(self.program.exprs) if expr.op == "call" and expr.kids[0].op == "attr"]
        based = [call for call in calls if call.kids[0].text in BASES]
        creates = [call for call in calls if call.kids[0].text.partition("<")[0] == "create"]
        # What makes its one object in the same breath is handed to nobody.
        spent = all(any(_holds(call, one) for call in creates[:_LIMIT]) for one in based[:_LIMIT])
        for call in creates[:_LIMIT] if based else ():
            made = _CREATES.search(self.program.written(call)[-_CREATED:])
            if made is None:
                continue
            mine = dict(row for one in self.hosts.made_of(call) for row in self._based_at(one))
            told = mine or dict(row for one in based for row in self._based_at(one))
            text = next((text for text in told if MARK.search(text) or ADDRESS_BASE.fullmatch(text)), "")
            name = made[1] or made[2]
            several = len(told) > 1 or (not mine and (len(based) > 1 or spent))
            for space in self.marked.spaces([name])[:_LIMIT] if text else ():
                parts = self.marked.parts(text)
                yield Kept(interface(space, name), told[text], parts, several=several, assumed=not mine)

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
        mine = values if any(map(_may_tell, values)) else []
        texts = list(dict.fromkeys(text for value in mine for text in self.texts(value)))
        told = next((text for text in texts if _is_piece(text)), None)
        if not texts:
            texts = list(dict.fromkeys(text for value in values for text, _ in self._based_at(value)))
            told = next((text for text in texts if MARK.search(text) or ADDRESS_BASE.fullmatch(text)), None)
        if told is not None:
            yield Kept(way, values[0].line, self.marked.parts(told), self.marked.space, len(texts) > 1)
        for value in values:
            for base in self._open.get(id(value), ()):
                yield Kept(way, value.line, self.marked.parts(base), self.marked.space, takes_path=True)
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

    def _based_at(self, made: Expr) -> Iterator[tuple[str, int]]:
        """The address to which the paths are relative that an object is asked for, and the line where it is given.

        `axios.create({ baseURL: … })`
        """
        at: Expr | None = made
        while at is not None and at.op in ("call", "new") and at.kids:
            rows = [*zip(at.keys[1:], at.kids[1:], strict=False), *((at.kids[0].text, kid) for kid in at.kids[1:2])]
            rows += [row for kid in at.kids[1:] if kid.op == "dict" for row in zip(kid.keys, kid.kids, strict=False)]
            for key, kid in rows:
                if key in BASES:
                    # `new Uri(…)`
                    inner = kid.kids[-1] if kid.op == "new" and len(kid.kids) == 2 else kid
                    yield from ((text, kid.line) for text in self.texts(inner))
            at = at.kids[0].kids[0] if at.kids[0].op == "attr" else None

    @cached_property
    def _open(self) -> dict[int, list[str]]:
        """The functions that put what they take behind a base and send there, with the base."""
        found: dict[int, list[str]] = {}
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=False)
        for expr in list(self.program.exprs):
            last = expr.kids[-1] if expr.op in ("str", "concat") and expr.kids else None
            scope = self._taking(last) if last is not None and last.op == "name" else -1
            if scope < 0 or (expr.op == "str" and not expr.text.endswith(HOLE)):
                continue
            bases = [text[:-1] for text in self.texts(expr) if text.endswith(HOLE)]
            told = [base for base in bases if ADDRESS_BASE.fullmatch(base) or _BASED.fullmatch(base)]
            if told and flows.senders(expr):
                found.setdefault(id(self.program.functions[scope]), []).append(told[0])
        return found

    def _taking(self, name: Expr) -> int:
        """The function around a name that takes it, -1 for none."""
        for scope in self.program.around(name.scope):
            if scope in self.program.functions:
                taken = any(row.name.lstrip("$") == name.text.lstrip("$") for row in self.program.takes.get(scope, ()))
                return scope if taken else -1
        return -1

    def _members(self, name: str) -> dict[str, list[Expr]]:
        """The members of a class of this file that have a value."""
        at = next((at for at, one in enumerate(self.program.scopes) if one.kind == "class" and one.name == name), None)
        return {
            member[1:]: [row.value for row in rows if row.value is not None]
            for (member, scope), rows in self.program.placed.items()
            if scope == at and member.startswith(".")
        }


def interface(space: str, name: str) -> str:
    """The way to the base of an interface, by its package: one name."""
    return f"{space.replace('.', '/')}/{name}@"


def _may_tell(value: Expr) -> bool:
    """Is it a text that may be told? What a name or a member stands for is looked at by itself."""
    if value.op == "str" and not value.kids:
        return _SPOKEN.search(value.text) is not None
    return value.op not in ("name", "attr", "const", "dict", "fn")


def _holds(outer: Expr, inner: Expr) -> bool:
    return outer.start <= inner.start < outer.stop


def _is_piece(text: str) -> bool:
    """Is it Cohere's base, Generate's address or path, or made of what stands elsewhere and fits one?"""
    if not MARK.search(text):
        return any(one.fullmatch(text) for one in (ADDRESS_BASE, COHERE_ADDRESS, GENERATE_PATH))
    rest = MARK.split(text)
    alone = len(rest) == 3 and not rest[0] and not rest[2]
    return not alone and HOLE not in text and bool(_REST.fullmatch("".join(rest[::2])) or TAIL.fullmatch(rest[-1]))
