"""What a name's value is also handed later: by the setter of React's hooks, by the methods of a map or a set."""

from collections.abc import Iterator, Sequence

from audits.engine.languages.program import Binding, Expr, Program
from audits.engine.languages.value import Value

_BOXES = frozenset({"Map", "WeakMap", "Set", "WeakSet", "Array"})
_PUTS = frozenset({"set", "add", "push", "unshift"})


def is_box(value: Expr | None) -> bool:
    """`new Map()` and its like."""
    return value is not None and value.op == "new" and bool(value.kids) and value.kids[0].text in _BOXES


def inside(box: Expr) -> list[Expr]:
    """The items that a map or a set is made with: `new Map([["a", new CohereClient()]])`."""
    rows = [row for kid in box.kids[1:] for row in (kid.kids if kid.op == "list" else [kid])]
    return [row.kids[-1] if row.op == "list" and row.kids else row for row in rows]


def alike(kids: Sequence[Expr], values: Sequence[Value | None]) -> Value | None:
    """The first that is known of what a box is made with and handed; None where something else is in it, too."""
    for kid, value in zip(kids, values, strict=True):
        is_empty = is_box(kid) and len(kid.kids) == 1
        if value is None and kid.op in ("new", "call") and not is_empty:
            return None
    return next((value for value in values if value is not None), None)


def set_later(program: Program, row: Binding) -> Iterator[Expr]:
    """`new CohereClient()` of `setCo(new CohereClient())`, beside `const [co, setCo] = useState(null)`.

    Also of `clients.set("a", new CohereClient())`, beside `const clients = new Map()`.
    """
    hook = row.value
    for use in program.reads(row) if is_box(hook) or (hook is not None and hook.op == "list") else ():
        attr = use.parent
        call = attr.parent if attr is not None and attr.op == "attr" and attr.text in _PUTS else None
        if call is not None and call.op == "call" and call.kids[0] is attr:
            yield from call.kids[-1:]
    if hook is None or hook.op != "call" or hook.kids[0].text != "useState":
        return
    for use in program.uses.get(f"set{row.name[:1].upper()}{row.name[1:]}", ()):
        call = use.parent
        if call is not None and call.op == "call" and call.kids[0] is use and row.scope in program.around(use.scope):
            yield from call.kids[1:2]
