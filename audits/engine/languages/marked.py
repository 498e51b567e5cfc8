"""The texts of a file with a mark for each piece that another file tells."""

import re
from collections.abc import Iterator

from audits.engine.facts import Language
from audits.engine.handing import Part
from audits.engine.languages.elsewhere import OWN, Elsewhere
from audits.engine.languages.evaluate import Value
from audits.engine.languages.program import Expr, Program
from audits.engine.languages.texts import resolves
from audits.engine.ways import CLASSES, ELSEWHERE, FOLDER, HERE

_SIGN = "\2"
MARK = re.compile(rf"{_SIGN}(\d+){_SIGN}")
_SPACE = re.compile(r"^[ \t]*(?:package|namespace)[ \t]+([\w.\\]+)", re.MULTILINE)
_PACKED = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP, Language.PHP})
# What a way through a class goes by without leaving it.
_INSIDE = re.compile(r"\.(?:static|self|parent|super|base|companion|Companion)(?=\.)")
_BASES = 5


class Marked(Elsewhere):
    """An evaluator whose texts hold such marks; `parts` tells what they stand for."""

    def __init__(self, program: Program, language: Language) -> None:
        super().__init__(program, language)
        self._refs: list[Part] = []
        found = _SPACE.search(program.source) if language in _PACKED else None
        # The package or namespace of the file.
        self.space = found[1].strip("\\").replace("\\", ".") if found else ""

    def parts(self, text: str) -> tuple[Part, ...]:
        """A text in its pieces."""
        rows = MARK.split(text)
        return tuple(self._refs[int(row)] if at % 2 else Part(row) for at, row in enumerate(rows) if row)

    def mark(self, expr: Expr) -> str:
        """The mark of what stands in another file, "" for all else."""
        value = self.value(expr)
        if value is None or value.kind != ELSEWHERE or not value.name:
            return ""
        part = self._part(value, expr)
        if part.module not in (CLASSES, FOLDER) and not OWN.match(part.module):
            return ""
        if part not in self._refs:
            self._refs.append(part)
        return f"{_SIGN}{self._refs.index(part)}{_SIGN}"

    def _part(self, value: Value, expr: Expr) -> Part:
        way = _INSIDE.sub("", value.name).replace("$", "")
        # A class of this file may go on in others.
        module = CLASSES if value.module == HERE and self.language in _PACKED | {Language.RUBY} else value.module
        ways = [way]
        if self.language is Language.RUST:
            # `use crate::config; config::URL`
            *inner, way = way.split(".")
            return Part("", "::".join((module, *inner)), (way,))
        if module == CLASSES and "." not in way and expr.op == "name":
            inherited = [f"{base}.{way}" for base in self._bases(expr)]
            ways = [*inherited, *self._opened(way), way]
            # One that the file imports by its name is that.
            hidden = len(inherited) if not any(row.module for row in self.program.bindings.get(way, ())) else 0
            return Part("", module, tuple(ways), self.spaces(ways), hidden)
        return Part("", module, tuple(ways), self.spaces(ways) if module == CLASSES else ())

    def _bases(self, expr: Expr) -> Iterator[str]:
        """The base classes of the class around."""
        at = self.program.owner(expr.scope)
        owner = self.program.scopes[at]
        rows = [base for label, base in self.program.bases if owner.kind == "class" and label == owner.name]
        if self.language is Language.RUBY:
            # `include Settings`
            uses = (use for use in self.program.uses.get("include", ()) if self.program.owner(use.scope) == at)
            rows += [use.parent for use in uses if use.parent is not None and use.parent.op == "call"]
        for base in rows[:_BASES]:
            yield from (one.text for one in (base, *base.kids) if one.op == "name" and one.text)

    def _opened(self, name: str) -> Iterator[str]:
        """`import static a.B.*`, `import a.B.c`: the class whose member a name may be."""
        rows = self.program.bindings.get(name, ())
        heads = [row.module.rpartition(":")[0] for row in rows if row.module] or self.program.namespaces
        lasts = (re.split(r"[.\\]", head)[-1] for head in heads)
        yield from (f"{last}.{name}" for last in lasts if last[:1].isupper())

    def spaces(self, ways: list[str]) -> tuple[str, ...]:
        """The packages in which the first names of ways may stand."""
        if self.language not in _PACKED:
            return ()
        named: list[str] = []
        for first in dict.fromkeys(re.split(r"[.(]", way)[0] for way in ways):
            modules = [row.module for row in self.program.bindings.get(first, ()) if row.module]
            named += [module.rpartition(":")[0] for module in modules]
        last = re.split(r"[.(]", ways[-1])[0]
        named += [
            head.rpartition(".")[0]
            for head in (row.module.rpartition(":")[0] for row in self.program.bindings.get(last, ()) if row.module)
        ]
        if not named:
            opened = [one.removeprefix("static ") for one in self.program.namespaces]
            named = [self.space, *opened, *(one.rpartition(".")[0] for one in opened)]
            if self.language is Language.CSHARP:
                parts = self.space.split(".")
                named += [".".join(parts[:end]) for end in range(len(parts))]
        return tuple(dict.fromkeys(one.strip("\\").replace("\\", ".") for one in named))

    def _named(self, expr: Expr, depth: int) -> Iterator[str]:
        told = False
        for text in super()._named(expr, depth):
            told = True
            yield text
        mark = "" if told else self.mark(expr)
        if mark:
            yield mark

    def _formatted(self, expr: Expr, depth: int) -> Iterator[str]:
        told = False
        for text in super()._formatted(expr, depth):
            told = told or bool(text)
            yield text
        # What is passed something may give anything back.
        mark = "" if told or len(expr.kids) > 1 else self.mark(expr)
        if mark:
            yield mark

    def _resolved(self, expr: Expr, depth: int) -> Iterator[str]:
        yield from super()._resolved(expr, depth)
        kids = [self.text(kid.kids[-1] if kid.op == "new" and len(kid.kids) == 2 else kid) for kid in expr.kids[1:]]
        based = [kid for kid in kids if MARK.fullmatch(kid)]
        rest = [kid for kid in kids if kid and not MARK.search(kid)]
        if len(based) == len(rest) == 1 and resolves(expr):
            yield f"{based[0]}/{rest[0].lstrip('/')}"
