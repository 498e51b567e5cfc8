"""The calls of a method of a cloud's client: by its name, by another name for it, or by what is handed it."""

from collections.abc import Collection

from audits.engine.link.tree import Module

# What is sent goes by keywords: without these a call that is handed the method passes it nothing.
_SENT = frozenset({"modelId", "body", "EndpointName", "Body"})


def called(module: Module, names: Collection[str]) -> list[int]:
    """The calls, in order."""
    found = {number for name in names for number in module.calls.get(name, ())}
    for reference in module.attributes_named(names):
        around = module.parents.get(reference, -1)
        node = module.nodes[around] if around >= 0 else None
        if (
            node is not None
            and node.op == "call"
            and node.kids[0] != reference
            and len(_SENT.intersection(node.keys)) > 1
        ):
            found.add(around)
        elif node is None:
            found |= {
                call
                for row in module.bound.get(reference, ())
                for call in module.calls.get(row.name, ())
                if module.bound_once(module.nodes[module.nodes[call].kids[0]]) == reference
            }
    return sorted(found)
