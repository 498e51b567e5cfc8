"""Does code ask for a member before it reads it? Then a read of what is not there never fails."""

from collections.abc import Iterator

from audits.engine.link.tree import Module

# Functions that ask, and how many operands they have when they do.
_ASKING = {"hasattr": 2, "getattr": 3}


def asks_first(module: Module, number: int, name: str) -> bool:
    """Does the function ask `hasattr(base, name)`, `getattr(base, name, default)` or `name in base` of what is read?"""
    node = module.nodes[number]
    base, frame = module.dotted(node.kids[0]), module.frame(node.scope)
    return bool(base) and any(
        module.frame(scope) == frame and module.dotted(of) == base for scope, of in _asked(module, name)
    )


def _asked(module: Module, name: str) -> Iterator[tuple[int, int]]:
    """(scope, expression) of what is asked for a member of this name."""
    for asking, operands in _ASKING.items():
        for call in module.calls.get(asking, ()):
            node = module.nodes[call]
            if len(node.kids) == operands + 1 and module.nodes[node.kids[2]].text == name:
                yield node.scope, node.kids[1]
    yield from module.sought.get(name, ())
