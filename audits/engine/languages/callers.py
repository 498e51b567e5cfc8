"""Who calls a function of the file, and how sure that is."""

import re
from collections.abc import Iterator
from itertools import islice

from audits.engine.facts import Language
from audits.engine.languages.program import Expr, Program

_DEPTH = 4
_LIMIT = 200
# So many calls of a file are held against its helpers: where hundreds of these have one name, each may mean any.
_LOOKS = 200_000
_SELVES = frozenset({"this", "$this", "self", "static", "super", "@"})
# Languages in which a method's name alone calls that of the object at hand.
_IMPLICIT = frozenset({Language.RUBY, Language.JAVA, Language.KOTLIN, Language.CSHARP, Language.SWIFT, Language.DART})
# Languages that tell functions of one name apart by how many arguments they take.
_EXACT = frozenset({Language.JAVA, Language.GO})
# How far a caller's word is to be believed: 0 surely, 1 by a declared type.
_SURE, _DECLARED = 0, 1
_BOUND = 20


class Callers:
    """Answers for one file."""

    def __init__(self, program: Program, language: Language) -> None:
        self.program = program
        self.language = language
        self._left = _LOOKS

    def of(self, scope: int) -> Iterator[tuple[Expr, int]]:
        """The calls of the function that is `scope`, outside of itself, each with its doubt."""
        name, found = self.program.scopes[scope].name, 0
        uses = (*self.program.uses.get(name, ()), *self.program.uses.get(f".{name}", ()))
        for use, call in ((one, call) for one in uses for call in self._called(one)):
            if found >= _LIMIT:
                continue
            if not self._left:
                self.program.lost.append(call.line)
                return
            self._left -= 1
            if scope in self.program.around(call.scope) or not self._fits(call, scope):
                continue
            doubt = self._means(use, scope)
            if doubt is not None:
                found += 1
                # Nothing inherits from a type of Go's.
                yield call, _SURE if self.language is Language.GO else doubt

    def _called(self, use: Expr) -> Iterator[Expr]:
        """The call that a use of the name is in, or those of the name that `this.ask.bind(this)` is given."""
        if use.parent is not None and _calls(use):
            yield use.parent
            return
        outer = use.parent
        bound = outer.parent if outer is not None and outer.op == "attr" and outer.text == "bind" else None
        rows = self.program.given.get(id(bound), ()) if bound is not None and bound.op == "call" else ()
        uses = (one for row in rows for one in islice(self.program.uses_of(row), _BOUND))
        yield from (one.parent for one in uses if one.parent is not None and _calls(one))

    def _fits(self, call: Expr, scope: int) -> bool:
        """May the function be called with that many arguments?"""
        takes, given = len(self.program.takes[scope]), len(call.kids) - 1
        if self.language is Language.GO and given > takes:
            return False
        return given == takes if self.language in _EXACT else True

    def _means(self, use: Expr, scope: int) -> int | None:
        """How doubtful it is that a call means the function, None where it means another one."""
        row, fn = self.program.scopes[scope], self.program.functions[scope]
        parent = self.program.scopes[row.parent]
        receiver = self.receiver(scope)
        if parent.kind == "class" or receiver:
            owner = row.parent if parent.kind == "class" else -1
            return self._of_class(use, owner, receiver or parent.name)
        if use.op == "name":
            rows = self.program.visible(use.text, use.scope)
            mine = any(one.value is not None and one.value.start <= fn.start < one.value.stop for one in rows)
            return _SURE if mine and not self._hidden(use, row.parent) else None
        if use.kids[0].op == "name" and use.kids[0].text in ("this", "exports"):
            # A method of an object that is written out: its other methods say `this`.
            near = row.parent in self.program.around(use.scope) and self.program.owner(use.scope) == 0
            return _DECLARED if near else None
        return None

    def _hidden(self, use: Expr, scope: int) -> bool:
        """Does a function between a name and the scope of what it would mean take one of that name?"""
        for at in self.program.around(use.scope):
            if at == scope:
                return False
            if any(row.name == use.text for row in self.program.takes.get(at, ())):
                return True
        return False

    def receiver(self, scope: int) -> str:
        """The type of which a function of Go is a method, "" for none."""
        if self.language is not Language.GO:
            return ""
        names = {row.name for row in self.program.takes[scope]}
        typed = self.program.functions[scope]
        head = self.program.source[typed.start : typed.start + 200]
        found = re.match(r"func\s*\(\s*(?:\w+\s+)?\*?\s*(\w+)(?:\[[^\]]*\])?\s*\)\s*\w+\s*\(", head)
        return found[1] if found and found[1] not in names else ""

    def _of_class(self, use: Expr, owner: int, name: str) -> int | None:
        """For a method of the class `name`, whose scope is `owner`."""
        inside = owner >= 0 and self.program.owner(use.scope) == owner
        if use.op == "name":
            hidden = self.program.placed.get((use.text, use.scope))
            return _SURE if inside and self.language in _IMPLICIT and not hidden else None
        base = use.kids[0]
        if base.op == "name" and base.text in _SELVES:
            return _SURE if inside else None
        if base.op == "name" and base.text == name:
            return _SURE
        return self._instance(base, name, 0)

    def _instance(self, base: Expr, name: str, depth: int) -> int | None:
        """Is an expression an object of the class?"""
        if depth > _DEPTH or not name:
            return None
        if base.op in ("new", "call") and base.kids:
            return _SURE if self._makes(base, name) else None
        if base.op == "other" and len(base.kids) == 1:
            return self._instance(base.kids[0], name, depth + 1)
        if base.op not in ("name", "attr"):
            return None
        rows = self.program.visible(base.text if base.op == "name" else f".{base.text}", base.scope)
        found = [
            _DECLARED if row.value is None else self._instance(row.value, name, depth + 1)
            for row in rows
            if row.value is not None or _is_type(row.type, name)
        ]
        return min((one for one in found if one is not None), default=None)

    def _makes(self, made: Expr, name: str) -> bool:
        """`new Name()`, `Name()`, `Name.new`, `NewName()` that is declared to give one."""
        fn = made.kids[0]
        if fn.text == name or (fn.text == "new" and fn.kids and fn.kids[0].text == name):
            return True
        rows = self.program.visible(fn.text, fn.scope) if made.op == "call" and fn.op == "name" else []
        return any(row.value is not None and row.value.op == "fn" and _is_type(row.type, name) for row in rows)


def _calls(use: Expr) -> bool:
    return use.parent is not None and use.parent.op == "call" and use.parent.kids[0] is use


def _is_type(text: str, name: str) -> bool:
    return name in re.findall(r"\w+", text)
