"""Names that a file gives a value in another way than by setting them: a script's constructors, a test's `let`."""

from audits.engine.languages.program import Binding, Expr, Program, last_of
from audits.engine.languages.taking import Taken

_LETS = frozenset({"let", "let!", "subject", "subject!"})


def settle(program: Program) -> None:
    """Bind what a constructor takes to what it is given, where the file makes the class in one place alone.

    Of several objects each may hold other values, so nothing is said of any.
    """
    makings: dict[str, list[Expr]] = {}
    for expr in program.exprs:
        if expr.op == "new" and expr.kids and expr.kids[0].op == "name":
            makings.setdefault(expr.kids[0].text, []).append(expr)
    for number, scope in enumerate(program.scopes) if makings else ():
        owner = program.scopes[scope.parent] if scope.name == "constructor" else None
        made = makings.get(owner.name, []) if owner is not None and owner.kind == "class" else []
        if len(made) == 1 and not {"*", "**"} & set(made[0].keys):
            for row, given in zip(program.takes.get(number, ()), made[0].kids[1:], strict=False):
                _settle(program, number, row, given)


def _settle(program: Program, constructor: int, row: Taken, given: Expr) -> None:
    if row.name:
        _bind(program, row.name, constructor, given)
        # TypeScript's `constructor(private model: string)` is a field, too; one that is set later has a value there.
        field = (f".{row.name}", program.scopes[constructor].parent)
        rows = program.placed.get(field, ())
        if rows and all(one.value is None for one in rows):
            _bind(program, *field, given)
    for name, key in row.parts if given.op == "dict" else ():
        if key in given.keys:
            _bind(program, name, constructor, given.kids[given.keys.index(key)])


def _is_constant(expr: Expr) -> bool:
    return expr.op in ("str", "const", "list", "dict") and all(map(_is_constant, expr.kids))


def _bind(program: Program, name: str, scope: int, value: Expr) -> None:
    """Before what it may be by default."""
    if value.op == "dict" and not _is_constant(value):
        program.distant.add(id(value))
    program.bind(Binding(name, scope, value.line, value))
    for rows in (program.bindings[name], program.placed[name, scope]):
        rows.insert(0, rows.pop())


def let(program: Program) -> None:
    """Bind what RSpec's blocks stand for: `let(:client) { … }`, `subject { … }`, and the class that is described."""
    blocks = {id(fn): scope for scope, fn in program.functions.items()}
    calls = (expr for expr in program.exprs if expr.op == "call" and len(expr.kids) > 1 and expr.kids[-1].op == "fn")
    for call in list(calls):
        does, block, given = call.kids[0].text, call.kids[-1], call.kids[1]
        if does in _LETS and block.kids:
            name = given.text.lstrip(":") if given is not block else does.rstrip("!")
            _bind(program, name, call.scope, last_of(block.kids[-1]))
        elif does == "describe" and given is not block and id(block) in blocks:
            _bind(program, "described_class", blocks[id(block)], given)
