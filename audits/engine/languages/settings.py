"""Requests to an address that only a setting holds: an environment's variable, a framework's configuration, a file."""

import re
from bisect import bisect
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

from audits.engine.catalogue.endpoints import COHERE_ADDRESS
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Language
from audits.engine.handing import Part, Sent
from audits.engine.languages.finder import Finder
from audits.engine.languages.flows import CHAIN_SENDS, SENDS, Flows, reads_only, verb_of
from audits.engine.languages.program import HOLE, Expr
from audits.engine.languages.reaches import loads
from audits.engine.ways import SETTINGS, TABLE

_LIMIT, _DEPTH, _LONG = 50, 3, 150
# A setting of this name holds an address of Cohere's; what stands for another of its endpoints holds another one.
_NAMED = re.compile(
    r"(?!.*(?:chat|embed|rerank|classif|summar|toke?n|detect|model|key))"
    r"(?:.*(?:cohere(?!n)|\bco_api).*(?:url|uri|endpoint|host|base|address)[\w.]*"
    # A way through a table of addresses: `urls.cohere.completions`.
    r"|(?:[\w.]*\.)?(?:url|uri|endpoint|host|address)(?:e?s)?\.(?:[\w.]*\.)?cohere(?:\.\w+)*)",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"url|uri|endpoint|host|base|address|api$", re.IGNORECASE)
# What gives a setting by its name.
_READERS = frozenset(
    [
        "env",
        "getenv",
        "Getenv",
        "LookupEnv",
        "config",
        "get",
        "getString",
        "GetString",
        "get_string",
        "getProperty",
        "getRequiredProperty",
        "requireEnv",
        "var",
        "GetEnvironmentVariable",
        "GetValue",
        "GetSection",
        "getOrThrow",
        "fetch",
        "value",
    ]
)
# Spring's way to put a setting into a field or a parameter: `@Value("${cohere.url:default}") private String url`.
_INJECTED = re.compile(
    r"@(?:field:|param:)?Value\(\s*\"\\?\$\{([\w.-]+)(?::([^}\"]*))?\}\"\s*\)"
    r"(?:\s|private|protected|public|final|lateinit|var|val)*(?:[\w<>?]+\s+(\w+)|(\w+)\s*:)"
)
_INJECTING = frozenset({Language.JAVA, Language.KOTLIN})
# Keys of the bodies of Cohere's other endpoints.
_OTHER_BODIES = frozenset({"message", "messages", "chat_history", "texts", "inputs", "documents", "query"})


class Settings(Finder):
    """Finds the requests of one file whose address stands in no program."""

    def sites(self) -> Iterator[CallSite]:
        """Those whose setting is named as Cohere's, or whose default is Generate's address: all told as likely."""
        told = (one for one in self._found if one.alone and (_is_named(one.key) or one.key in self._defaults))
        yield from (one.site for one in told if any(row.name == "prompt" for row in one.site.arguments))

    def sent(self) -> Iterator[Sent]:
        """The same, and those whose body is not told, for who knows the settings of the whole tree."""
        yield from (Sent(one.site, (Part("", SETTINGS, (one.key,)),)) for one in self._found)

    def kept(self) -> Iterator[tuple[str, int]]:
        """Generate's addresses in the table that the file is, as PHP's configuration: the way to each, and its line."""
        if self.evaluator.language is not Language.PHP or "enerate" not in self.program.source:
            return
        for expr in list(self.program.exprs):
            if expr.op == "other" and expr.text == "return" and expr.scope == 0:
                for kid in expr.kids:
                    yield from self._entries(TABLE, kid, 0)

    def _entries(self, lead: str, table: Expr, depth: int) -> Iterator[tuple[str, int]]:
        for key, kid in zip(table.keys, table.kids, strict=False) if table.op == "dict" and depth <= _DEPTH else ():
            if COHERE_ADDRESS.fullmatch(self.evaluator.text(kid)):
                yield f"{lead}.{key}", kid.line
            yield from self._entries(f"{lead}.{key}", kid, depth + 1)

    @cached_property
    def _found(self) -> list["_Found"]:
        found: dict[int, _Found] = {}
        flows = Flows(self.program, lambda name: name in SENDS, lambda name: name in CHAIN_SENDS, helpers=False)
        for expr in list(self.program.exprs):
            key = self._key(expr) if expr.op in ("name", "attr", "call") and len(found) < _LIMIT else ""
            if not key or self.evaluator.text(expr).strip(HOLE):
                continue
            alone = self._is_alone(expr)
            if not alone and not _is_last(expr):
                continue
            for call in flows.senders(expr):
                arguments = self.bodies.of_sent(call)
                if id(call) not in found and not reads_only(call) and not _is_another(arguments):
                    found[id(call)] = _Found(self._site(call, key, arguments), key, alone)
        return list(found.values())

    def _site(self, call: Expr, key: str, arguments: tuple[Argument, ...]) -> CallSite:
        body = ", and its body is that of Generate" if any(one.name == "prompt" for one in arguments) else ""
        why = f"Its address is the setting `{key.rpartition('#')[2]}`{body}."
        return self.maker.site(
            verb_of(call), call, Kind.RAW_HTTP, why, method=None, confidence=Confidence.LIKELY, arguments=arguments
        )

    def _key(self, expr: Expr) -> str:
        """The name of the setting that an expression reads, "" for none that may hold an address of Cohere's."""
        if expr.op == "call":
            given = expr.kids[1].text if len(expr.kids) > 1 and expr.kids[1].op == "str" else ""
            reader = expr.kids[0].text.partition("<")[0]
            if reader == "config" and self.evaluator.language is Language.PHP and _ADDRESS.search(given):
                # Laravel's: the file's name, and the way through the table that it gives.
                return "config/{}.php#{}".format(*given.split(".", 1)) if "." in given else ""
            return given if reader in _READERS and _is_named(given) else ""
        if expr.text in self._injected and not self._is_local(expr):
            return self._injected[expr.text]
        loaded = self._in_file(expr) if expr.op == "attr" else ""
        if loaded:
            return loaded
        key = expr.text
        if expr.op == "attr" and expr.stop - expr.start <= _LONG:
            key = re.sub(r"[^\w:]+", ".", self.program.written(expr)).strip(".")
        return key if _is_named(key) else ""

    def _is_local(self, expr: Expr) -> bool:
        """Has a function a value of its own under the name of a field?"""
        rows = self.program.visible(expr.text, expr.scope) if expr.op == "name" else ()
        return any(not row.name.startswith(".") and row.line not in self._annotated for row in rows)

    @cached_property
    def _annotated(self) -> frozenset[int]:
        """The lines of what a container puts something into."""
        ends = [row.start() for row in re.finditer("\n", self.program.source)]
        spans = [
            (bisect(ends, row.start()), bisect(ends, row.end())) for row in _INJECTED.finditer(self.program.source)
        ]
        return frozenset(line + 1 for first, last in spans for line in range(first, last + 1))

    def _in_file(self, expr: Expr) -> str:
        """`config.api.url` of `const config = require("./config.json")`: the file and the way through it."""
        way: list[str] = []
        at = expr
        while at.op == "attr" and at.kids and len(way) < _DEPTH + 1:
            way.append(at.text)
            at = at.kids[0]
        for row in self.program.visible(at.text, at.scope) if at.op == "name" else ():
            module = row.module.rpartition(":")[0]
            if row.value is not None and row.value.op == "call" and loads(self.program, row.value.kids[0]):
                module = self.evaluator.text(row.value.kids[1]) if len(row.value.kids) > 1 else ""
            if module.endswith(".json"):
                return f"{module}#{'.'.join(reversed(way))}"
        return ""

    @cached_property
    def _injected(self) -> dict[str, str]:
        """What a container puts into names of this file, by the names."""
        if self.evaluator.language not in _INJECTING or "@" not in self.program.source:
            return {}
        rows = _INJECTED.finditer(self.program.source)
        return {row[3] or row[4]: row[1] for row in rows if row[1] in self._defaults or _is_named(row[1])}

    @cached_property
    def _defaults(self) -> frozenset[str]:
        """The settings that are Generate's address where nothing else is set."""
        rows = _INJECTED.finditer(self.program.source) if "@" in self.program.source else ()
        return frozenset(row[1] for row in rows if COHERE_ADDRESS.fullmatch(row[2] or ""))

    def _is_alone(self, expr: Expr) -> bool:
        """Is it the whole address, to which no path is added? Each expression that it becomes is looked at once."""
        level, seen = [expr], set[int]()
        for _ in range(_DEPTH + 2):
            seen |= {id(at) for at in level}
            if any(_is_part(at) for at in level):
                return False
            level = list({id(use): use for at in level for use in self._becomes(at) if id(use) not in seen}.values())
        return True

    def _becomes(self, expr: Expr) -> Iterator[Expr]:
        for row in self.program.given.get(id(expr), ()):
            yield from self.program.uses_of(row)
        outer = expr.parent
        if outer is not None and outer.op in ("either", "other") and len(outer.kids) <= 2:
            yield outer


class _Found(NamedTuple):
    """A request whose address a setting holds; not `alone`, where it is only the end of the address."""

    site: CallSite
    key: str
    alone: bool


def _is_last(expr: Expr) -> bool:
    """Does it stand behind others in a text that is put together?"""
    outer = expr.parent
    return outer is not None and outer.op == "concat" and len(outer.kids) > 1 and outer.kids[-1] is expr


def _is_part(expr: Expr) -> bool:
    """Is a text put to it, or is it what holds the setting, and none itself?"""
    outer = expr.parent
    if outer is None or outer.op != "attr":
        return outer is not None and outer.op in ("concat", "str")
    return outer.parent is None or outer.parent.kids[:1] != [outer]


def _is_named(key: str) -> bool:
    """Is a setting called as one of Cohere's addresses is?"""
    return len(key) <= _LONG and _NAMED.fullmatch(key) is not None


def _is_another(arguments: tuple[Argument, ...]) -> bool:
    return not _OTHER_BODIES.isdisjoint(one.name or "" for one in arguments)
