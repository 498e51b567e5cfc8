"""What the fields of Go's types stand for in another file, by the types that their own file declares."""

import re

from audits.engine.facts import Language
from audits.engine.languages.elsewhere import Elsewhere
from audits.engine.languages.evaluate import Value
from audits.engine.languages.program import Expr
from audits.engine.ways import ELSEWHERE, FOLDER

_TYPE = re.compile(r"(\w+)\(\)")


class Fields(Elsewhere):
    """An evaluator that follows `h.svc` to the type of the field, where the file declares the type of `h`."""

    def _member(self, expr: Expr, depth: int) -> Value | None:
        found = self._field(expr, depth) if self.language is Language.GO else None
        return found or super()._member(expr, depth)

    def _field(self, expr: Expr, depth: int) -> Value | None:
        base = self.value(expr.kids[0], depth + 1)
        named = _TYPE.fullmatch(base.name) if base is not None and base.kind == ELSEWHERE else None
        if base is None or named is None or base.module != FOLDER:
            return None
        rows = self.program.visible(f".{expr.text}", expr.scope)
        # A field of that name in another type may be something else.
        types = {row.type for row in rows if row.type}
        declared = re.search(rf"\b{named[1]}\s+struct\b", self.program.source)
        return self.typed(types.pop(), depth + 1) if declared and len(types) == 1 else None
