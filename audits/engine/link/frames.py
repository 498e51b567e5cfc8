"""Which call a function's parameters belong to, while an expression of its body is followed outwards."""

from dataclasses import dataclass, field, replace

from audits.engine.link.evaluate import Evaluator
from audits.engine.link.tree import Module

_POSITIONAL = ""
Class = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Frame:
    """The function `scope` of the module at `path` runs because of `call` in `module`, itself read in `outer`.

    `shift`: how many first parameters (self) the call does not write.
    """

    path: str
    scope: int
    module: Module
    call: int
    shift: int
    outer: "Env"

    def holds(self, place: "Place") -> bool:
        """Does an expression stand in the function, or in one that is defined inside it?"""
        module = place.module
        scope = module.function_of(module.nodes[place.number].scope) if module.path == self.path else -1
        while scope >= 0 and scope != self.scope:
            scope = module.function_of(module.scopes[scope].parent)
        return scope >= 0


@dataclass(frozen=True, slots=True)
class Env:
    """The frames that are known, innermost last, and the class (path, scope) of the object whose attribute is read."""

    frames: tuple[Frame, ...] = ()
    within: Class | None = None

    def of(self, path: str, scope: int) -> Frame | None:
        """The frame of a function, if its call is known."""
        return next((row for row in reversed(self.frames) if (row.path, row.scope) == (path, scope)), None)

    def entered(self, frame: Frame) -> "Env":
        """The environment inside one more call."""
        return Env((*self.frames, frame), self.within)

    def surrounded(self, frame: Frame) -> "Env":
        """The environment where one more call is known further out: what the others pass is read in it too."""
        inner = (replace(row, outer=row.outer.surrounded(frame)) for row in self.frames)
        return Env((*inner, frame), self.within)


@dataclass(frozen=True, slots=True)
class Place:
    """An expression and the environment in which it is read."""

    module: Module
    number: int
    env: Env = field(default_factory=Env)

    @property
    def function(self) -> tuple[str, int]:
        """The path and scope of the function that it stands in."""
        return self.module.path, self.module.function_of(self.module.nodes[self.number].scope)

    def at(self, number: int) -> "Place":
        """Another expression of the same module and environment."""
        return Place(self.module, number, self.env)


def passed(frame: Frame, evaluator: Evaluator, name: str) -> Place | None:
    """What the frame's call passes for a parameter; None where it passes nothing for it."""
    module = evaluator.tree.modules[frame.path]
    parameters = module.scopes[frame.scope].parameters
    index = next((at for at, row in enumerate(parameters) if row.name == name), -1)
    node = frame.module.nodes[frame.call]
    position = 0
    for kid, key in zip(node.kids[1:], node.keys, strict=True):
        if key == name and parameters[index].kind != "**":
            return Place(frame.module, kid, frame.outer)
        if key == _POSITIONAL:
            if position == index - frame.shift and parameters[index].kind == "":
                return Place(frame.module, kid, frame.outer)
            position += 1
        elif key == "**" and parameters[index].kind == "**":
            return Place(frame.module, kid, frame.outer)
    return None
