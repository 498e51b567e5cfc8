"""Methods of Generate under a name of their own: `const { generate: ask } = client; ask({…})`."""

from dataclasses import replace

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


def with_bound(method: Expr, call: Expr) -> Expr:
    """The call of a method under a name of its own, with what `bind` has given it before."""
    whole = method.parent.parent if method.parent is not None and _binds(method.parent.parent) else None
    return _with(call, whole.kids[2:]) if whole is not None and len(whole.kids) > 2 else call


def call_behind(method: Expr) -> Expr | None:
    """The call that a function makes which is given a method and, behind it, what to call it with; None for none."""
    whole = method.parent.parent if method.parent is not None and _binds(method.parent.parent) else method
    outer = whole.parent if whole is not None else None
    if whole is None or outer is None or outer.op != "call" or whole not in outer.kids[1:]:
        return None
    at = outer.kids.index(whole)
    behind = replace(outer, kids=[outer.kids[0], *outer.kids[at + 1 :]], keys=["", *outer.keys[at + 1 :]])
    return _with(behind, whole.kids[2:] if whole is not method else [])


def _with(call: Expr, first: list[Expr]) -> Expr:
    kids = [call.kids[0], *first, *call.kids[1:]]
    return replace(call, kids=kids, keys=["", *[""] * len(first), *call.keys[1:]])
