"""Calls of Chat that still speak Generate, responses of Chat read as Generate's, and models that are gone."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from audits.engine.catalogue import CLIENTS, dead_model, names_fine_tuned, parse_version
from audits.engine.catalogue.halfway import GENERATE_ONLY, MODEL_METHODS, OTHER_CHAT, READS, STREAM_READS, TOKENS
from audits.engine.chatrules import is_v2_only
from audits.engine.facts import Argument, CallSite, Kind, ResponseRead
from audits.engine.link import proof, reads
from audits.engine.link.arguments import Arguments, operands_of, render
from audits.engine.link.asked import asks_first
from audits.engine.link.chats import CHAT_METHODS, ChatSite
from audits.engine.link.eras import Eras
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.keys import Keys
from audits.engine.link.makers import LEVELS, literal_of, made, outermost, own_modules, proof_of, step_at
from audits.engine.link.models import Models
from audits.engine.link.platforms import platform_of
from audits.engine.link.reads import read_at
from audits.engine.link.tree import Module
from audits.engine.link.uses import uses_of
from audits.engine.link.values import Step, Value, Values


@dataclass(slots=True)
class Migrations:
    """Finds what is left to do in one tree's calls of Chat; `chats` are those calls, as far as `sites` has come."""

    evaluator: Evaluator
    arguments: Arguments
    eras: Eras
    models: Models
    keys: Keys
    chats: list[ChatSite] = field(default_factory=list)

    def sites(self) -> Iterator[CallSite]:
        """All sites: calls first, each with what is still read of its answer as Generate's; then these reads."""
        modules = list(own_modules(self.evaluator.tree))
        calls: dict[tuple[str, int], CallSite] = {}
        for module in modules:
            for number in module.attributes_named(MODEL_METHODS):
                node, values = module.nodes[number], self._methods(module, number)
                if any(value.kind == "chat" for value in values):
                    line, cell = module.facts.place(node.line)
                    self.chats.append(ChatSite(module.path, module.qualified(node.scope), line, cell))
                site = self._called(module, number, values) if values else None
                if site is not None:
                    calls[module.path, number] = site
        misread: list[CallSite] = []
        still: dict[tuple[str, int], list[ResponseRead]] = defaultdict(list)
        for module in modules if self.chats else ():
            for number in module.made_by("attr", "sub"):
                origin = self._misread_of(module, number)
                if origin is None:
                    continue
                misread.append(self._misread(module, number, origin))
                if (origin.path, origin.index) in calls:
                    still[origin.path, origin.index].append(read_at(module, reads.outermost(module, number)))
        for key, call in calls.items():
            yield replace(call, reads=(*call.reads, *still[key])) if key in still else call
        yield from misread

    def _called(self, module: Module, number: int, values: Values) -> CallSite | None:
        uses = uses_of(module, number)
        direct = next((use for use in uses if use.at == 0 and use.number == module.parents.get(number)), None)
        if direct is not None:
            operands = operands_of(module.nodes[direct.number])
        else:
            operands = [
                row
                for use in uses
                for row in self.arguments.handed(module, use.number, use.operands(module), module.nodes[number].text)
            ]
        first = "message" if values[0].kind == "chat" else "text"
        arguments = self.arguments.of_call(module, operands, (first,))
        model, doubt = self.models.of(module, operands)
        arguments = tuple(
            replace(row, is_literal=True, literal=model) if model and row.name == "model" else row for row in arguments
        )
        kind, why = self._half(module, values, arguments)
        if kind is None and direct is not None:
            kind, why = _modelless(values, arguments)
        # Whoever cuts text into tokens gets the model from what generates: that one is told.
        handed = direct is None and not any(use.forwards(module) for use in uses)
        if kind is None and not ((doubt or handed) and module.nodes[number].text in TOKENS):
            kind, why = _dead(arguments, doubt)
        if kind is None:
            return None
        value = min(values, key=lambda row: row.doubt)
        told: tuple[Step, ...] = ()
        if kind is Kind.DEAD_MODEL:
            value = value.doubted(doubt)
            told = proof.elsewhere(self.models.written(model or ""), module, operands)
        method = module.nodes[number].text
        site = made(module, number, kind, why, call=uses[0].number if uses else -1, method=method)
        return self._completed(module, site, value, arguments, reference=direct is None, before=told)

    def _methods(self, module: Module, number: int) -> Values:
        """The methods of clients that an expression names, Chat's with their version, others of kind "other"."""
        node = module.nodes[number]
        # What may as well be another library's client says nothing about a call of Chat.
        if node.text in CHAT_METHODS:
            found = self.evaluator.evaluate(module, number)
            return tuple(row for row in found if row.kind == "chat" and row.doubt <= 1)
        found = self.evaluator.evaluate(module, node.kids[0])
        clients = (row for row in found if row.kind in ("client", "v2") and row.doubt <= 1)
        return tuple(replace(row, kind="other", name="", owner=row.owner or row) for row in clients)

    def _half(self, module: Module, values: Values, arguments: tuple[Argument, ...]) -> tuple[Kind | None, str]:
        """What is left of Generate in a call of Chat, whichever of these methods it is."""
        if any(value.kind != "chat" for value in values):
            return None, ""
        names = [row.name for row in arguments if row.name]
        wrong = [name for name in names if all(self._is_wrong(module, value, name, arguments) for value in values)]
        if wrong:
            version, _, method = values[0].name.partition(".")
            shown = ", ".join(f"`{name}`" for name in dict.fromkeys(wrong))
            return Kind.HALF_MIGRATED, f"{method}() of Chat {version} takes no {shown}."
        model = next((row for row in arguments if row.name == "model"), None)
        if model is not None and "chat_history" in names and names_fine_tuned(model):
            return Kind.HALF_MIGRATED, (
                "The guide says that a model fine-tuned for Generate gets no `chat_history`; the deprecations page "
                "says that fine-tuned models are gone."
            )
        return _too_new(values, model)

    def _is_wrong(self, module: Module, value: Value, name: str, arguments: tuple[Argument, ...]) -> bool:
        assert value.owner is not None  # noqa: S101 - every chat method has its client
        client = CLIENTS[value.owner.name]
        version, _, method = value.name.partition(".")
        if client.positional == "aws":
            return name in GENERATE_ONLY["aws"]
        if name == OTHER_CHAT[version]:
            return True
        era = parse_version(self.eras.of(module))
        old = era is not None and era < (5, 0, 0) and version == "v1"
        if name == "stream":
            known = version == "v2" or (era is not None and era >= (5, 0, 0))
            asked = any(row.name == "stream" and row.literal is True for row in arguments)
            return known and asked and method == "chat"
        if name == "logit_bias" and old:
            return False
        return name in GENERATE_ONLY[version]

    def _misread_of(self, module: Module, number: int) -> Value | None:
        """The answer of Chat that `.generations` is read from, or of Chat v2 that `.text` is; None: no such read."""
        name = _read_name(module, number)
        if name not in READS and name not in STREAM_READS:
            return None
        found = self.evaluator.evaluate(module, module.nodes[number].kids[0])
        values = [row for row in found if row.kind in ("answer", "response")]
        told = values and all(_has_no(name, value) for value in values) and not asks_first(module, number, name)
        return values[0] if told else None

    def _misread(self, module: Module, number: int, value: Value) -> CallSite:
        name = _read_name(module, number)
        version = value.name.partition(".")[0]
        origin = self.evaluator.tree.modules[value.path]
        line, _ = origin.facts.place(origin.nodes[value.index].line)
        method = value.name.rpartition(".")[2]
        way = "`.text`" if version == "v1" else "`.message.content`"
        why = f"The response of chat() on {value.path}:{line} has no `.{name}`: Chat {version} answers in {way}."
        if method == "chat_stream":
            why = (
                f"An event of chat_stream() on {value.path}:{line} has no `.{name}`: Chat v2's have `type` and `delta`."
            )
        site = made(module, number, Kind.HALF_MIGRATED, why, method=method)
        site = replace(site, callee=render(module, outermost(module, number)))
        call = origin.parents.get(value.index)
        first = proof.called(origin, call) if call is not None else step_at(origin, value.index)
        return self._completed(module, site, value, (), reference=False, before=(step_at(module, number), first))

    def _completed(
        self,
        module: Module,
        site: CallSite,
        value: Value,
        arguments: tuple[Argument, ...],
        *,
        reference: bool,
        before: tuple[Step, ...] = (),
    ) -> CallSite:
        client = value.owner
        assert client is not None  # noqa: S101 - callers have looked
        row = CLIENTS[client.name]
        return replace(
            site,
            # The attribute `.v2` of a v1 client is what its v2 class is.
            client=row.successor if value.name.startswith("v2.") and row.chat == "v2" else client.name,
            platform=platform_of(self.evaluator.tree, self.arguments, client),
            confidence=LEVELS[value.doubt],
            proof=proof_of(self.evaluator.tree, (*before, *value.steps)),
            arguments=arguments,
            era=self.eras.of(module),
            reference=reference,
            key_in_code=self.keys.of(client),
        )


def _read_name(module: Module, number: int) -> str:
    """The attribute, or the key written down, that an expression reads."""
    node = module.nodes[number]
    if node.op == "sub":
        key = module.nodes[node.kids[1]] if len(node.kids) == 2 else node
        return key.text if key.op == "str" else ""
    return node.text


def _has_no(name: str, value: Value) -> bool:
    version, _, method = value.name.partition(".")
    return value.kind == "answer" and version in (STREAM_READS if method == "chat_stream" else READS).get(name, ())


def _modelless(values: Values, arguments: tuple[Argument, ...]) -> tuple[Kind | None, str]:
    """A call of Chat v2 that names no model, nor unpacks what may name one."""
    names = {row.name for row in arguments}
    ours = all(value.kind == "chat" and value.name.startswith("v2.") for value in values) and "messages" in names
    # What has no name stands for anything.
    if ours and names.isdisjoint(("model", "*", "**", None)):
        return Kind.HALF_MIGRATED, "Chat v2 requires a model: without one the SDK raises TypeError."
    return None, ""


def _too_new(values: Values, model: Argument | None) -> tuple[Kind | None, str]:
    """A model that only Chat v2 knows, named to Chat v1."""
    clients = [CLIENTS[value.owner.name] for value in values if value.owner is not None]
    ours = all(client.positional != "aws" for client in clients)
    if model is None or not is_v2_only(model) or not ours or any(value.name.startswith("v2.") for value in values):
        return None, ""
    return Kind.HALF_MIGRATED, f"Chat v1 does not know the model {model.literal}: it answers Chat v2 only."


def _dead(arguments: tuple[Argument, ...], doubt: int) -> tuple[Kind | None, str]:
    named = literal_of(arguments, ("model",)) or ""
    model = next((row for row in arguments if row.name == "model"), None)
    if dead_model(named) is None and (model is None or not names_fine_tuned(model)):
        return None, ""
    source = model.source if model is not None else ""
    unless = " It is a default or one caller's choice: another may be named." if doubt else ""
    return Kind.DEAD_MODEL, f"The model {named or source} no longer answers.{unless}"
