"""Which class a call makes an instance of, and which classes stand above it."""

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module


def makes(evaluator: Evaluator, caller: Module, call: int, within: tuple[str, int]) -> bool:
    """Does the call construct an instance of the class `within` (path, scope), or of one below it?"""
    values = list(evaluator.evaluate(caller, caller.nodes[call].kids[0]))
    classes = [value for value in values if value.kind == "class"]
    if not classes:
        scope = caller.function_of(caller.nodes[call].scope)
        parent = caller.scopes[scope].parent if scope >= 0 else -1
        return parent >= 0 and _related(evaluator, caller.path, parent, within)
    return any(within in {(row.path, row.index) for row in evaluator.lineage(value)} for value in classes)


def _related(evaluator: Evaluator, path: str, scope: int, within: tuple[str, int]) -> bool:
    """Is one of two classes below the other?"""
    for own, other in (((path, scope), within), (within, (path, scope))):
        module = evaluator.tree.modules[own[0]]
        if module.scopes[own[1]].kind != "class":
            return False
        value = evaluator.class_value(module, own[1])
        if other in {(row.path, row.index) for row in evaluator.lineage(value)}:
            return True
    return False
