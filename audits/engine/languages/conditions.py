"""Entries that a program passes only under a condition: `...(x ? { k: 3 } : {})`, `...(x && { k: 3 })`.

Dart says `if (x) 'k': 3` in a map.
"""

import re
from collections.abc import Callable, Mapping

from audits.engine.facts import Argument, Language
from audits.engine.languages.program import Expr, Program

NOTHING = "undefined"
_COMMENT = re.compile("//|/[*]")
_IF = re.compile(r"if\s*\(")
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT})
_BRACKETS = {"(": 1, ")": -1}
# A bracket inside a text closes nothing.
_SIGNS = re.compile(r"""[()]|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""")


def may_choose(program: Program, language: Language, expr: Expr) -> bool:
    """Does a language write such a choice like that: a script's, or Dart's `if`?"""
    return language in _SCRIPTS or (language is Language.DART and _IF.match(program.source, expr.start) is not None)


def conditional(
    program: Program, expr: Expr, wire: Callable[[str], str], before: Mapping[str, Argument]
) -> dict[str, str] | None:
    """By its name in the request, each value as an expression with its condition; None where it is no such choice.

    `wire` tells that name of a key. Where the condition does not hold, what is passed `before` it stays.
    """
    if expr.op == "either" and len(expr.kids) == 2:
        yes, no, sign = *expr.kids, "?"
    elif expr.op == "other" and expr.text == "&&" and len(expr.kids) == 2:
        yes, no, sign = expr.kids[1], None, "&&"
    else:
        return None
    # As it stands there, with the brackets around it.
    head = program.source[expr.start : yes.start].rstrip()
    head = f"{head.removeprefix('if')} {sign}" if _IF.match(head) else head
    condition = head.removesuffix(sign).strip() if head.endswith(sign) and not _COMMENT.search(head) else ""
    tables = [one for one in (yes, no) if one is not None]
    if not condition or any(one.op != "dict" or not all(one.keys) or "**" in one.keys for one in tables):
        return None
    first = dict(zip(yes.keys, yes.kids, strict=False))
    second = dict(zip(no.keys, no.kids, strict=False)) if no is not None else {}
    if first.keys() != second.keys() and any(name.startswith("**") for name in before):
        # What is unpacked before it may hold the rest.
        return None
    told = {}
    for key in {**first, **second}:
        kept = before[wire(key)].source if wire(key) in before else NOTHING
        values = [program.written(table[key]) if key in table else kept for table in (first, second)]
        told[wire(key)] = f"{condition} ? {values[0]} : {values[1]}"
    return told


def otherwise(source: str, default: str) -> str:
    """An expression with a condition, with what holds where nothing is passed written out."""
    return re.sub(rf"(?<= : ){NOTHING}$|(?<= \? ){NOTHING}(?= : )", lambda _: default, source)


def provided(entry: str, source: str) -> str:
    """Dart's entry of a map, `entry` with a value, under its condition where nothing is passed without it."""
    depth, end = 0, 0
    for sign in _SIGNS.finditer(source):
        depth += _BRACKETS.get(sign[0], 0)
        end = sign.end()
        if depth == 0:
            break
    condition, rest = source[:end], source[end:]
    if condition.startswith("(") and rest.startswith(f" ? {NOTHING} : "):
        return f"if (!{condition}) {entry}: {rest.removeprefix(f' ? {NOTHING} : ')}"
    if condition.startswith("(") and rest.startswith(" ? ") and rest.endswith(f" : {NOTHING}"):
        return f"if {condition} {entry}: {rest.removeprefix(' ? ').removesuffix(f' : {NOTHING}')}"
    return f"{entry}: {source}"
