"""What a name's value is also handed later: by the setter of React's hooks, by the methods of a map or a set."""

from collections.abc import Iterator

from audits.engine.languages.program import Binding, Expr, Program

_BOXES = frozenset({"Map", "WeakMap", "Set", "WeakSet", "Array"})
_PUTS = frozenset({"set", "add", "push", "unshift"})


def is_box(value: Expr | None) -> bool:
    """`new Map()` and its like."""
    return value is not None and value.op == "new" and bool(value.kids) and value.kids[0].text in _BOXES


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
