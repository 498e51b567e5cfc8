"""Whether a file asks for a module of Cohere's or of a library that calls it; else none of its values is theirs."""

import re
from collections.abc import Callable

from audits.engine.facts import Language
from audits.engine.languages.program import Expr, Program
from audits.engine.languages.sdks import library_of, sdk_of

# Languages that take a class by its whole name without an import.
_DOTTED = frozenset({Language.JAVA, Language.KOTLIN, Language.CSHARP})
_WHOLE_NAME = re.compile(r"(?<![\w.])(?=[\w.]{0,200}[cC]ohere)((?:\w+\.){0,9}\w+)\.[A-Z]\w*")


def reaches(program: Program, language: Language, text: Callable[[Expr], str]) -> bool:
    """Told by the imports alone, so that a bundle of half a million names costs nothing; `text` folds an expression."""
    if language is Language.RUBY:
        # A gem's constants need no import in the file.
        return True
    modules = {row.module for rows in program.bindings.values() for row in rows if row.module}
    modules |= {f"{module}:*" for module in (*program.namespaces, program.package)}
    calls = (expr for expr in program.exprs if expr.op == "call" and len(expr.kids) > 1)
    modules |= {f"{text(call.kids[1])}:*" for call in calls if loads(program, call.kids[0])}
    if language in _DOTTED:
        modules |= {f"{found[1]}:*" for found in _WHOLE_NAME.finditer(program.source)}
    return any(_is_theirs(module, language) for module in modules)


def whole_name(text: str, language: Language) -> tuple[str, str]:
    """The module and the class that `com.cohere.api.Cohere` says, "" and "" where a class is not named so."""
    module, _, item = text.rpartition(".")
    return (module.strip(), item.strip()) if language in _DOTTED else ("", "")


def loads(program: Program, fn: Expr) -> bool:
    """`require(…)`, `import(…)`"""
    return (fn.op == "name" and fn.text in ("require", "import")) or program.written(fn) == "import"


def _is_theirs(module: str, language: Language) -> bool:
    name, _, item = module.rpartition(":")
    return bool(sdk_of(name, language) or library_of(name, language) or sdk_of(f"{name}.{item}", language))
