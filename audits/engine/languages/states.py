"""What React's hooks keep: a name's value is also what its setter is handed later."""

from collections.abc import Iterator

from audits.engine.languages.program import Binding, Expr, Program


def set_later(program: Program, row: Binding) -> Iterator[Expr]:
    """`new CohereClient()` of `setCo(new CohereClient())`, beside `const [co, setCo] = useState(null)`."""
    hook = row.value
    if hook is None or hook.op != "call" or hook.kids[0].text != "useState":
        return
    for use in program.uses.get(f"set{row.name[:1].upper()}{row.name[1:]}", ()):
        call = use.parent
        if call is not None and call.op == "call" and call.kids[0] is use and row.scope in program.around(use.scope):
            yield from call.kids[1:2]
