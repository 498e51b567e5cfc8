"""Calls of Chat that do not work any more: with a model that is gone, with Generate's parameters, read as Generate."""

import re
from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import NAMES_COHERE
from audits.engine.catalogue.halfway import GENERATE_ONLY, OTHER_CHAT
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform
from audits.engine.languages.calls import may_be_client
from audits.engine.languages.evaluate import Value
from audits.engine.languages.finder import Finder
from audits.engine.languages.program import Expr

METHODS = frozenset(
    {f"{name}{end}" for name in ("chat", "Chat", "chatStream", "ChatStream") for end in ("", "Async")} | {"chat_stream"}
)
# Neither Chat takes them; the body of a request says `stream` in either.
NEITHER = (GENERATE_ONLY["v1"] & GENERATE_ONLY["v2"]) - {"stream"}
_CLIENT = re.compile(r"_*(?:co|\w*cohere\w*)_*", re.IGNORECASE)
_CHAT_MODEL = re.compile(r"command|c4ai-")
_PROMPTS = frozenset({"message", "messages"})


class Chats(Finder):
    """Finds them in one file."""

    def calls(self) -> Iterator[tuple[str, int]]:
        """All calls of Chat on a client that this file makes, right or wrong: scope and line."""
        for attr, call in self.written():
            if self._client(behind_version(attr.kids[0])[0]) is not None:
                yield self.program.path_of(call.scope)[:400], attr.line

    def sites(self) -> Iterator[CallSite]:
        """All of them, in the order of the file."""
        for attr, call in self.written():
            yield from self._called(attr, call)

    def written(self) -> Iterator[tuple[Expr, Expr]]:
        """The calls of a method with the name of Chat's."""
        for expr in list(self.program.exprs):
            call = expr.parent if expr.op == "attr" and expr.text in METHODS else None
            if call is not None and call.op == "call" and call.kids[0] is expr:
                yield expr, call

    def _client(self, base: Expr) -> Value | None:
        """The client of Cohere's SDK that an expression is known to be."""
        value = self.evaluator.value(base)
        if value is None or value.library is not None:
            return None
        return value if value.kind == "client" or (value.sdk is not None and value.sdk.singleton) else None

    def _called(self, attr: Expr, call: Expr) -> Iterator[CallSite]:
        base, second = behind_version(attr.kids[0])
        if self.evaluator.value(base) is None:
            yield from self._guessed(base, attr, call)
            return
        value = self._client(base)
        if value is None:
            return
        yield from self.told(attr, call, value, "v2" if second or value.name.endswith("V2") else "v1")

    def told(self, attr: Expr, call: Expr, value: Value, version: str) -> Iterator[CallSite]:
        """What is wrong with one call of Chat on this client, and with reading its answer."""
        arguments = self.bodies.of_call(call)
        told = self._wrong(value, version, arguments) or _dead(arguments, value.platform)
        if told is not None:
            yield self._made(attr, call, told, value, version, arguments)
        for read in self.maker.answers.readings(call):
            why = f"The answer of {attr.text}() has no `generations`: Chat {version} answers in " + (
                "message.content." if version == "v2" else "text."
            )
            yield self.maker.site(
                read, None, Kind.HALF_MIGRATED, why, method=attr.text, client=value.name, platform=value.platform,
                steps=((self.maker.brief(attr), attr.line), *value.steps),
            )  # fmt: skip

    def _wrong(self, value: Value, version: str, arguments: tuple[Argument, ...]) -> tuple[Kind, str] | None:
        """Generate's parameters, or the other Chat's, in a call of Chat."""
        # cohere-ruby speaks v1 up to 0.9 and v2 from 1.0 on, with one class.
        known = value.kind == "client" and value.name != "Cohere::Client"
        refused = NEITHER | ({OTHER_CHAT[version]} if known else set())
        wrong = [one.name for one in arguments if one.name in refused]
        if not wrong:
            return None
        shown = ", ".join(f"`{name}`" for name in dict.fromkeys(wrong))
        return Kind.HALF_MIGRATED, f"Chat {version if known else ''}".rstrip() + f" takes no {shown}."

    def _made(
        self,
        attr: Expr,
        call: Expr,
        told: tuple[Kind, str],
        value: Value,
        version: str,
        arguments: tuple[Argument, ...],
    ) -> CallSite:
        kind, why = told
        sure = _confidence(kind, arguments)
        if kind is Kind.DEAD_MODEL and self._by_default(call, arguments):
            sure, why = Confidence.LIKELY, f"{why} It is a default: another may be named."
        name = value.name if version == "v1" or value.name.endswith("V2") else f"{value.name}.v2"
        return self.maker.site(
            attr, call, kind, why, method=attr.text, client=name, platform=value.platform, steps=value.steps,
            arguments=arguments, confidence=sure,
        )  # fmt: skip

    def _by_default(self, call: Expr, arguments: tuple[Argument, ...]) -> bool:
        """Is the model that of a parameter for which nothing is passed?"""
        name = next((one.source for one in arguments if one.name == "model"), "")
        return any(id(row.value) in self.program.defaults for row in self.program.visible(name, call.scope))

    def _guessed(self, base: Expr, attr: Expr, call: Expr) -> Iterator[CallSite]:
        """A client by its name, which another file makes."""
        name = base.text if base.op in ("name", "attr") else ""
        if not _CLIENT.fullmatch(name) or not NAMES_COHERE.search(self.program.source):
            return
        if not may_be_client(self.program, base):
            return
        arguments = self.bodies.of_call(call)
        if not _PROMPTS & {one.name for one in arguments}:
            return
        told = _dead(arguments, Platform.COHERE)
        model = next((str(one.literal) for one in arguments if one.name == "model"), "")
        if told is not None and _CHAT_MODEL.match(model):
            site = self.maker.site(
                attr, call, told[0], f"`{self.maker.brief(base)}` is a client of Cohere's by its name. {told[1]}",
                method=attr.text, arguments=arguments,
            )  # fmt: skip
            yield replace(site, confidence=Confidence.LIKELY)


def behind_version(base: Expr) -> tuple[Expr, bool]:
    """The client whose `v2` an expression is, else the expression itself; and whether it is one."""
    second = False
    while (base.op == "attr" and base.text in ("v2", "V2")) or (
        base.op == "call" and len(base.kids) == 1 and base.kids[0].text in ("v2", "V2")
    ):
        base, second = (base if base.op == "attr" else base.kids[0]).kids[0], True
    return base, second


def _dead(arguments: tuple[Argument, ...], platform: Platform) -> tuple[Kind, str] | None:
    model = next((one for one in arguments if one.name in ("model", "model_id") and isinstance(one.literal, str)), None)
    gone = dead_model(str(model.literal)) if model is not None else None
    if gone is None or gone.platform not in (platform, Platform.COHERE):
        return None
    return Kind.DEAD_MODEL, f"Chat is called with {gone.name}, which no longer answers."


def _confidence(kind: Kind, arguments: tuple[Argument, ...]) -> Confidence:
    """A model that is named by default only may be another one at run time."""
    model = next((one for one in arguments if one.name == "model"), None)
    by_default = model is not None and kind is Kind.DEAD_MODEL and str(model.literal) != model.source.strip("\"'`")
    return (
        Confidence.LIKELY
        if by_default and re.search(r"\|\||\?\?|\?|\bor\b", model.source if model else "")
        else (Confidence.CONFIRMED)
    )


def wrong_request(address: str, arguments: tuple[Argument, ...]) -> tuple[Kind, str, tuple[Argument, ...]] | None:
    """What is wrong with a request to an address of Chat's, and the entries of its body that have to change."""
    wrong = tuple(one for one in arguments if one.name in NEITHER)
    gone = tuple(one for one in arguments if one.name == "model" and _dead((one,), Platform.COHERE))
    if wrong:
        names = ", ".join(f"`{one.name}`" for one in wrong)
        return Kind.HALF_MIGRATED, f"The request goes to {address}, and Chat takes no {names}.", (*gone, *wrong)
    told = _dead(arguments, Platform.COHERE)
    if told is None:
        return None
    return told[0], f"The request goes to {address}. {told[1]}", gone
