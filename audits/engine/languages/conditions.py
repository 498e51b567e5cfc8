"""Entries that a script passes only under a condition: `...(x ? { k: 3 } : {})`, `...(x && { k: 3 })`."""

from audits.engine.languages.program import Expr, Program

NOTHING = "undefined"


def conditional(program: Program, expr: Expr) -> dict[str, str] | None:
    """By its key, each value as an expression with its condition; None where it is no such choice."""
    if expr.op == "either" and len(expr.kids) == 2:
        head = program.source[expr.start : expr.kids[0].start].rstrip()
        condition, yes, no = head.removesuffix("?").strip() if head.endswith("?") else "", *expr.kids
    elif expr.op == "other" and expr.text == "&&" and len(expr.kids) == 2:
        condition, yes, no = program.written(expr.kids[0]), expr.kids[1], None
    else:
        return None
    tables = [one for one in (yes, no) if one is not None]
    if not condition or any(one.op != "dict" or not all(one.keys) or "**" in one.keys for one in tables):
        return None
    first = dict(zip(yes.keys, yes.kids, strict=False))
    second = dict(zip(no.keys, no.kids, strict=False)) if no is not None else {}
    told = {}
    for key in {**first, **second}:
        values = [program.written(table[key]) if key in table else NOTHING for table in (first, second)]
        told[key] = f"{condition} ? {values[0]} : {values[1]}"
    return told
