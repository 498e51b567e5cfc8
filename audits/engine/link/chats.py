"""Calls of Chat on a Cohere client, and the responses that they give: half a migration shows there."""

from collections.abc import Iterable
from dataclasses import dataclass

from audits.engine.catalogue import CLIENTS
from audits.engine.extract.model import ModuleFacts, Node
from audits.engine.filekinds import is_installed
from audits.engine.link.calls import Calls
from audits.engine.link.tree import Module
from audits.engine.link.values import Value, Values

CHAT_METHODS = frozenset({"chat", "chat_stream"})


@dataclass(frozen=True, slots=True)
class ChatSite:
    """A call of (or reference to) a Cohere client's Chat method: where a migration may have ended."""

    path: str
    scope: str
    line: int
    cell: int | None = None


def chats_of(path: str, facts: ModuleFacts) -> list[ChatSite]:
    """The calls of Chat that a file tells which is not linked; none of installed packages."""
    return [] if is_installed(path) else [ChatSite(path, scope, line) for scope, line in facts.chats]


class Chats(Calls):
    """Adds three kinds of values, none of which is a use of Generate.

    v2 (a client's attribute of that name), chat (a method, `name` is "v1.chat", "v2.chat_stream" …, `index` the
    reference, `owner` the client) and answer (what the call of such a method gives).
    """

    def member(self, module: Module, number: int, name: str, base: Value) -> Values:
        """One attribute of one value."""
        if base.kind == "v2":
            return (self._method(module, number, f"v2.{name}", base, base.owner),) if name in CHAT_METHODS else ()
        return super().member(module, number, name, base)

    def _of_client(self, module: Module, number: int, name: str, base: Value) -> Values:
        way = CLIENTS[base.name].chat
        if name in CHAT_METHODS:
            return (self._method(module, number, f"{'v2' if way == 'self' else 'v1'}.{name}", base, base),)
        if name == "v2" and way == "v2":
            return (Value("v2", base.name, base.path, base.index, base.steps, base.doubt, base),)
        return super()._of_client(module, number, name, base)

    def _method(self, module: Module, number: int, name: str, base: Value, owner: Value | None) -> Value:
        return Value("chat", name, module.path, number, base.steps, base.doubt, owner)

    def _called(self, module: Module, number: int, node: Node, value: Value) -> Iterable[Value]:
        if value.kind == "chat":
            return (Value("answer", value.name, value.path, value.index, value.steps, value.doubt, value.owner),)
        return super()._called(module, number, node, value)
