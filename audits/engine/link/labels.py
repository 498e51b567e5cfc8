"""The keys of a dictionary as it is written: a name that is no text is told by the expression before its value."""

from audits.engine.link.tree import Module

_UNKNOWN = "?"
_NAMES = ("name", "attr")
_NEAR = 200


def labels(module: Module, number: int) -> tuple[str, ...]:
    """A dictionary's labels, with the text of a constant in the place of its name."""
    node = module.nodes[number]
    if _UNKNOWN not in node.keys:
        return node.keys
    pairs = zip(node.keys, node.kids, strict=True)
    return tuple((_text(module, kid) or key) if key == _UNKNOWN else key for key, kid in pairs)


def under_name(module: Module, number: int, name: str) -> list[int]:
    """The values of a dictionary whose key ends with a name: `{Vendor.A: …}`."""
    node = module.nodes[number]
    pairs = zip(node.keys, node.kids, strict=True)
    places = ((kid, _key(module, kid)) for key, kid in pairs if key == _UNKNOWN)
    return [kid for kid, at in places if at >= 0 and module.nodes[at].text == name]


def _text(module: Module, value: int) -> str | None:
    number = _key(module, value)
    return module.text(number) if number >= 0 else None


def _key(module: Module, value: int) -> int:
    """The key before a value, which is evaluated last before that; -1 where it is no name."""
    first = value
    while kids := module.nodes[first].kids:
        first = min(kids)
    scope = module.nodes[value].scope
    # What stands in a lambda or a comprehension is evaluated between the two.
    behind = (at for at in range(first - 1, max(first - _NEAR, -1), -1) if module.nodes[at].scope == scope)
    number = next(behind, -1)
    return number if number not in module.parents and module.nodes[number].op in _NAMES else -1
