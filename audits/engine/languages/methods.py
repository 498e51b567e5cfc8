"""Methods of Generate under a name of their own: `const { generate: ask } = client; ask({…})`."""

from audits.engine.languages.program import Expr, Program
from audits.engine.languages.sdks import CALLS


def method_of(program: Program, name: Expr) -> Expr | None:
    """The method, as it is read from its object, that a name is given; None for every other name."""
    for row in program.visible(name.text, name.scope) if name.op == "name" else ():
        if hidden(program, name, row.scope):
            return None
        inner = row.value
        if inner is not None and _binds(inner):
            inner = inner.kids[0].kids[0]
        if inner is not None and inner.op == "attr" and inner.text in CALLS:
            return inner
    return None


def called_by_name(program: Program, method: Expr) -> bool:
    """Is the method kept under a name that the file calls?"""
    whole = method.parent.parent if method.parent is not None and _binds(method.parent.parent) else method
    return any(
        use.parent is not None and use.parent.op == "call" and use.parent.kids[0] is use
        for row in program.given.get(id(whole), ())
        for use in program.uses_of(row)
    )


def hidden(program: Program, name: Expr, scope: int) -> bool:
    """Does a function between a name and the scope that binds it take a parameter of that name?"""
    for at in program.around(name.scope):
        if at == scope:
            return False
        if name.text in program.parameters.get(at, ()):
            return True
    return False


def _binds(expr: Expr | None) -> bool:
    """`client.generate.bind(client)`."""
    return expr is not None and expr.op == "call" and expr.kids[0].op == "attr" and expr.kids[0].text == "bind"
