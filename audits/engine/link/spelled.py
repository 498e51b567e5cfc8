"""An expression written out in full, for code that stands in its place."""

from audits.engine.link.module import Module
from audits.engine.secrets import has_secret, looks_like_key

_DEPTH = 20
_LIMIT = 300
# What is asked here is the name of a setting.
_ASKING = frozenset({"environ", "getenv", "get"})


def spelled(module: Module, number: int) -> str:
    """Python's text of it; "" where it is not all known, is long, or holds a text that may be a key."""
    text = _spelled(module, number, _DEPTH)
    return "" if text is None or len(text) > _LIMIT or has_secret(text) else text


def _spelled(module: Module, number: int, depth: int, *, named: bool = False) -> str | None:
    node = module.nodes[number]
    if depth == 0:
        return None
    if node.op in ("name", "const"):
        return node.text
    if node.op == "str":
        # Bytes are noted as no text at all, and a long one is cut.
        whole = 0 < len(node.text) < _LIMIT and not looks_like_key(node.text)
        return repr(node.text) if whole and (named or not has_secret(f"Client({node.text!r})")) else None
    if node.op not in ("attr", "sub", "call"):
        return None
    base = _spelled(module, node.kids[0], depth - 1)
    if base is None or node.op == "attr":
        return base and f"{base}.{node.text}"
    asking = module.nodes[node.kids[0]].text in _ASKING
    parts = []
    labels = node.keys if node.op == "call" else ("",) * len(node.kids[1:])
    for at, (label, kid) in enumerate(zip(labels, node.kids[1:], strict=True)):
        part = _spelled(module, kid, depth - 1, named=asking and at == 0)
        if part is None:
            return None
        parts.append(f"{label}{part}" if label in ("", "*", "**") else f"{label}={part}")
    return f"{base}[{', '.join(parts)}]" if node.op == "sub" else f"{base}({', '.join(parts)})"
