"""What a file gives to others of its language, and the uses that it makes of what they give."""

from collections.abc import Iterator
from functools import cached_property
from itertools import islice

from audits.engine.facts import Asked, AskedChat, Given, Language, ProofStep
from audits.engine.languages.chats import METHODS, Chats, behind_version
from audits.engine.languages.elsewhere import Elsewhere
from audits.engine.languages.evaluate import Value
from audits.engine.languages.finder import Finder
from audits.engine.languages.methods import call_behind, called_by_name, method_of
from audits.engine.languages.program import Binding, Expr
from audits.engine.languages.sdks import CALLS
from audits.engine.ways import ELSEWHERE, HERE

_LIMIT = 100
_DEPTH = 4
# Stand in for the client until it is known: what Chat takes depends on its version alone.
_CLIENTS = {"v1": "Client", "v2": "ClientV2"}
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
SHARING = _SCRIPTS | {Language.GO, Language.JAVA, Language.KOTLIN, Language.CSHARP, Language.RUBY, Language.PHP}


class Sharing(Finder):
    """Looks beyond one file."""

    def gives(self) -> tuple[Given, ...]:
        """What others may take from it, as far as it is a client of Cohere's or leads to one."""
        language = self.evaluator.language
        if language not in SHARING:
            return ()
        rows = self._exported() if language in _SCRIPTS else self._named()
        return tuple(dict.fromkeys(islice(rows, _LIMIT)))

    @cached_property
    def _beyond(self) -> Elsewhere:
        return Elsewhere(self.program, self.evaluator.language)

    def _exported(self) -> Iterator[Given]:
        for row in self.program.exported:
            if row.module:
                value = self._beyond.imported(row)
                if value is not None:
                    yield _given(row.name, value, row.line)
            elif row.value is not None:
                yield from self._of(row.name, row.value, 0)

    def _named(self) -> Iterator[Given]:
        """What stands in a file, or in a class of it, in languages that give everything by its name."""
        for number, scope in enumerate(self.program.scopes):
            if scope.kind == "function":
                continue
            lead = self.program.path_of(number).replace("::", ".")
            for (name, at), rows in self.program.placed.items():
                if at != number or not name or any(row.module for row in rows):
                    continue
                plain = name.lstrip(".@")
                known = name if not lead else f"{lead}.{plain}"
                if lead and not name.startswith(".") and (f".{name}", at) in self.program.placed:
                    continue
                for row in rows:
                    yield from self._bound(known, row)
            for label, base in self.program.bases if scope.kind == "class" else ():
                if label == scope.name:
                    yield from self._heir(lead, base)

    def _bound(self, name: str, row: Binding) -> Iterator[Given]:
        if row.value is not None:
            yield from self._of(name, row.value, 0)
        typed = self.evaluator.typed(row.type) if row.type else None
        if typed is not None:
            made = row.value is not None and row.value.op == "fn"
            yield _given(f"{name}()" if made else name, typed, row.line)

    def _of(self, name: str, expr: Expr, depth: int) -> Iterator[Given]:
        """What an expression gives under a name: itself, its entries, what it gives back, its members."""
        if depth > _DEPTH:
            return
        value = self._beyond.value(expr)
        if value is not None:
            yield _given(name, value, expr.line)
            if not (value.kind == ELSEWHERE and value.module == HERE and "(" not in value.name):
                return
        if expr.op == "name":
            yield from self._members(name, expr.text)
            for row in self.program.visible(expr.text, expr.scope):
                typed = self.evaluator.typed(row.type) if row.type and row.value and row.value.op == "fn" else None
                if typed is not None:
                    yield _given(f"{name}()", typed, row.line)
        for part, kid in self._parts(name, expr):
            yield from self._of(part, kid, depth + 1)

    def _parts(self, name: str, expr: Expr) -> Iterator[tuple[str, Expr]]:
        if expr.op == "dict":
            for key, kid in zip(expr.keys, expr.kids, strict=False):
                yield key if name == "=" else f"{name}.{key}", kid
        elif expr.op == "fn":
            # `module.exports = () => client`: what the module as a whole gives back.
            yield from (("()" if name == "=" else f"{name}()", kid) for kid in self._results(expr))
        elif expr.op == "name":
            rows = self.program.meant(expr)
            yield from ((name, row.value) for row in rows if row.value is not None)
        elif expr.op == "other" and len(expr.kids) == 1:
            yield name, expr.kids[0]

    def _results(self, fn: Expr) -> Iterator[Expr]:
        found = [kid for kid, key in zip(fn.kids, fn.keys, strict=False) if key == "return"]
        if not found and self.evaluator.language is Language.RUBY:
            found = fn.kids[-1:]
        for kid in found:
            while kid.op == "other" and kid.kids:
                kid = kid.kids[-1]
            yield kid

    def _members(self, name: str, label: str) -> Iterator[Given]:
        """What a class of the file gives to those who make an object of it."""
        for number, scope in enumerate(self.program.scopes):
            if scope.kind != "class" or scope.name != label:
                continue
            for (member, at), rows in self.program.placed.items():
                if at == number and member.startswith("."):
                    for row in rows:
                        yield from self._bound(f"{name}{member}", row)
            for heir, base in self.program.bases:
                if heir == label:
                    yield from self._heir(name, base)

    def _heir(self, name: str, base: Expr) -> Iterator[Given]:
        """A class is what its base class is."""
        for one in (base, *base.kids):
            value = self._beyond.value(one) if one.op in ("name", "attr", "call") else None
            if value is not None and value.kind in ("class", ELSEWHERE):
                yield _given(name, value, base.line)
                return

    def asks(self) -> Iterator[Asked]:
        """The uses that it would make if what it takes from others is a client."""
        if self.evaluator.language not in SHARING | {Language.HTML}:
            return
        beyond = self._beyond
        for expr in list(self.program.exprs):
            if expr.op == "call" and (method := method_of(self.program, expr.kids[0])) is not None:
                yield from self._generates(beyond, method, expr)
            if expr.op != "attr" or not (expr.text in CALLS or expr.text in METHODS):
                continue
            call = expr.parent if expr.parent is not None and expr.parent.op == "call" else None
            call = call if call is not None and call.kids[0] is expr else None
            if expr.text in CALLS:
                yield from self._generates(beyond, expr, call)
            elif call is not None:
                yield from self._chats(beyond, expr, call)

    def _generates(self, beyond: Elsewhere, attr: Expr, call: Expr | None) -> Iterator[Asked]:
        value = beyond.value(attr.kids[0]) if self.evaluator.value(attr.kids[0]) is None else None
        if value is None or value.kind != ELSEWHERE or (call is None and called_by_name(self.program, attr)):
            return
        place = call.kids[0] if call is not None else attr
        given = call or call_behind(attr)
        arguments = self.bodies.of_call(given) if given is not None else ()
        if call is None and all(one.name != "prompt" for one in arguments):
            arguments = ()
        site = self.maker.site(
            place, call, CALLS[attr.text], "", method=attr.text, steps=value.steps,
            arguments=arguments,
        )  # fmt: skip
        yield Asked(site, value.module, value.name)

    def _chats(self, beyond: Elsewhere, attr: Expr, call: Expr) -> Iterator[Asked]:
        base, second = behind_version(attr.kids[0])
        value = beyond.value(base) if self.evaluator.value(base) is None else None
        if value is None or value.kind != ELSEWHERE:
            return
        chats = Chats(self.program, self.evaluator, self.bodies, self.maker)
        for version in ("v2",) if second else ("v1", "v2"):
            client = Value("client", _CLIENTS[version], steps=value.steps)
            for site in chats.told(attr, call, client, version):
                yield Asked(site, value.module, value.name, "" if second else version)

    def chats(self) -> Iterator[AskedChat]:
        """The calls of Chat that it would make if what it takes from others is a client."""
        written = Chats(self.program, self.evaluator, self.bodies, self.maker).written()
        for attr, call in written if self.evaluator.language in SHARING | {Language.HTML} else ():
            base = behind_version(attr.kids[0])[0]
            value = self._beyond.value(base) if self.evaluator.value(base) is None else None
            if value is not None and value.kind == ELSEWHERE:
                yield AskedChat(value.module, value.name, self.program.path_of(call.scope)[:400], attr.line)


def _given(name: str, value: Value, line: int) -> Given:
    steps = tuple(ProofStep(text, "", at) for text, at in value.steps)
    if value.kind == ELSEWHERE:
        return Given(name, ELSEWHERE, steps=steps, module=value.module, way=value.name)
    if value.library is not None and value.sdk is None:
        return Given(name, "other", value.name, steps=steps)
    return Given(name, value.kind, value.name, value.platform, steps or (ProofStep(value.name, "", line),))
