"""What holds clients: a list, a map, an object of them; by the type that is declared, and by what gives one back."""

import re
from dataclasses import replace

from audits.engine.facts import Language
from audits.engine.languages.value import Value

# Before the class's name: `Record<string, X>`, `Map<String, X>`, `[]*X`, `map[string]*X`, `{ co: X }`.
_BEFORE = re.compile(
    r"\b(?:\w*Map|Record|\w*Dictionary|\w*List|Vec|Slice|\w*Array|\w*Set|\w*Collection|I?Enumerable|Iterable)\s*<|[\[{]"
)
# Behind it: `X[]`.
_BEHIND = re.compile(r"\s*\??\[\]")
_PAIRS = (("{", "}"), ("[", "]"), ("<", ">"))
# Methods that give one of what is held.
ITEM = frozenset(
    {"at", "elementAt", "ElementAt", "find", "first", "First", "FirstOrDefault", "get", "getFirst", "getOrDefault"}
    | {"GetValueOrDefault", "getValue", "last", "Last", "next", "pop", "random", "sample", "shift"}
)
_SCRIPTS = frozenset({Language.JAVASCRIPT, Language.TYPESCRIPT, Language.HTML})


def declares_several(text: str, start: int, stop: int) -> bool:
    """Does a type hold several of the class that it names between these places?"""
    before = text[:start]
    if all(before.count(one) <= before.count(other) for one, other in _PAIRS):
        # `{ a: string } & X`, `string[] | X`: what holds something stands beside the class, not around it.
        before = before[max(before.rfind("|"), before.rfind("&")) + 1 :]
    return bool(_BEFORE.search(before) or _BEHIND.match(text, stop))


def held(found: Value | None, language: Language) -> Value | None:
    """What a list of this is: Go's and Ruby's is what a function gives back, too, where the first one counts."""
    listed = found is not None and found.kind == "client" and language in _SCRIPTS
    return replace(found, kind="clients") if found is not None and listed else found
