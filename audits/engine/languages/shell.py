"""Shell scripts, and the shell in Makefiles and Dockerfiles: `curl` and the clouds' command lines."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from ast_grep_py import SgNode, SgRoot

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, CHAT_ADDRESS, COHERE_ADDRESS
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.facts import Argument, CallSite, Confidence, FileKind, Kind, Language, Platform, ProofStep, Span
from audits.engine.languages.chats import wrong_request
from audits.engine.languages.fed import fed_to, spread, written_to
from audits.engine.languages.functions import Given, calls_of
from audits.engine.languages.jq import by_jq
from audits.engine.languages.jsontext import json_arguments
from audits.engine.languages.program import HOLE
from audits.engine.languages.recipes import prepared
from audits.engine.languages.variables import EXPANDED, LONGEST, Values, Written, fills, read_into

_SENDERS = frozenset({"curl", "wget", "http", "https", "xh", "httpie", "curlie"})
_WRITERS = frozenset({"echo", "printf", "cat"})
_LIKELY = Confidence.LIKELY
# Words of one array.
_MANY = 200
_METHOD = re.compile(r"(?:-X|--request|--method)[= ]?(\w+)")
_WORDS = ("word", "string", "raw_string", "concatenation", "simple_expansion", "expansion", "number", "ansi_c_string")
LANGUAGES = {FileKind.MAKEFILE: Language.MAKEFILE, FileKind.DOCKERFILE: Language.DOCKERFILE}


def shell_sites(kind: FileKind, text: str) -> tuple[CallSite, ...]:
    """The uses in a script, a Makefile's recipes or a Dockerfile's RUN lines; lines keep their numbers."""
    root = SgRoot(prepared(kind, text), "bash").root()
    values = values_in(root)
    language = LANGUAGES.get(kind, Language.SHELL)
    commands = root.find_all(kind="command")
    found = [site for node in commands if (site := _site(node, values, language)) is not None]
    found += _through(root, commands, values, language)
    return tuple(sorted(found, key=lambda site: (site.span.line, site.span.column)))


def _through(root: SgNode, commands: Sequence[SgNode], values: Values, language: Language) -> Iterator[CallSite]:
    """The uses that a function of the script makes of the words that it is given."""
    for call, inner, names in calls_of(root, commands):
        values.at = call
        site = _site(inner, Given(values, _words(call, values), names), language)
        if site is None or site.kind is not Kind.RAW_HTTP or _site(inner, values, language) is not None:
            continue
        name = call.field("name")
        label = name.text() if name is not None else ""
        why = f"`{label}` posts to Generate's address with what it is given."
        own = _made(call, label, site.kind, why, site.arguments, language, site.platform)
        yield replace(own, proof=(*own.proof, ProofStep(f"{label}() ← {site.callee}", "", site.span.line)))


def values_in(root: SgNode) -> Values:
    """What a script's assignments set its names to."""
    values = Values()
    for node in root.find_all(any=[{"kind": "variable_assignment"}, {"kind": "redirected_statement"}]):
        values.at = node
        if node.kind() == "redirected_statement":
            for key, document, text in read_into(node):
                values.add(key, node, document, text)
            shown = dict(_kept(node, values, Written(values)))
            for key, document in _kept(node, values, values):
                values.add(key, node, document, shown.get(key, ""))
            continue
        name, value = node.field("name"), node.field("value")
        if name is not None:
            if value is not None and value.kind() == "array":
                more = "+=" in node.text().partition("(")[0]
                words = [kid for kid in value.children() if kid.kind() in _WORDS]
                values.arrays[name.text()] = [*(values.arrays.get(name.text(), []) if more else []), *words][:_MANY]
                continue
            if value is None:
                values.add(name.text(), node, HOLE)
                continue
            values.add(name.text(), node, text_of(value, values), text_of(value, Written(values)))
    return values


def _kept(node: SgNode, values: Values, seen: Values) -> Iterator[tuple[str, str]]:
    """What a statement writes to a file, as `seen` tells it."""
    return written_to(node, seen, lambda word: text_of(word, seen), by_jq, plain=seen is not values)


def text_of(node: SgNode, values: Values) -> str:
    """A word as the shell would read it, HOLE for what the script does not tell."""
    kind = node.kind()
    if kind in ("raw_string", "ansi_c_string"):
        return node.text().lstrip("$").strip("'")
    if kind in ("simple_expansion", "expansion"):
        name = re.match(r"\$\{?(\w+)", node.text())
        default = re.search(r":?-([^}]*)\}$", node.text())
        return values.get(name[1] if name else "", default[1].strip("\"'") if default else HOLE)
    if kind == "word":
        return re.sub(r"\\(.)", r"\1", node.text())
    kids = [kid for kid in node.children() if kid.is_named()]
    if kind == "string":
        return _spliced(node, kids, values).replace('\\"', '"').replace("\\\n", "")
    if kind == "concatenation":
        return _joined(text_of(kid, values) for kid in node.children())
    return by_jq(_substituted(node, values)) if kind == "command_substitution" else node.text()


def _substituted(node: SgNode, values: Values) -> str:
    """`$(cat <<EOF …)`; what the shell puts into the document is told only as it is written."""
    document = node.find(kind="heredoc_body")
    if document is None or isinstance(values, Written) or not fills(node):
        return node.text()
    return node.text().replace(document.text(), EXPANDED.sub(HOLE, document.text()))


def _spliced(node: SgNode, kids: Sequence[SgNode], values: Values) -> str:
    """The text between double quotes with its expansions put in."""
    text, start, done = node.text(), node.range().start.index, 0
    parts: list[str] = []
    for kid in kids:
        if kid.kind() != "string_content":
            place = kid.range()
            parts += [text[done : place.start.index - start], text_of(kid, values)]
            done = place.end.index - start
    return _joined([*parts, text[done:]]).strip('"')


def _joined(parts: Iterable[str]) -> str:
    """The parts as one text, HOLE in place of one that they make far too long."""
    left, rows = LONGEST, []
    for part in parts:
        left -= len(part)
        rows.append(part)
        if left < 0 and len(rows) > 1:
            return HOLE
    return "".join(rows)


def _site(node: SgNode, values: Values, language: Language) -> CallSite | None:
    values.at = node
    name = node.field("name")
    command = name.text() if name is not None else ""
    words = _words(node, values)
    # Another command may run what sends: `time curl …`, `gum spin -- curl …`.
    kids = [kid for kid in (name, *node.children()) if kid is not None]
    sender = next((kid for kid in kids if kid.text().rpartition("/")[2] in _SENDERS), None)
    if sender is not None and command not in _WRITERS:
        shown = Written(values)
        written = _words(node, shown)
        words += fed_to(node, values, lambda word: text_of(word, values), by_jq, plain=False)
        written += fed_to(node, shown, lambda word: text_of(word, shown), by_jq, plain=True)
        return _request(node, sender, words, written, language)
    if command in ("aws", "oci"):
        return _cloud(node, command, words, language)
    proxy = next((kid for kid in kids if kid.text().rpartition("/")[2] == "litellm"), None)
    return _proxy(node, proxy, words, language) if proxy is not None and command not in _WRITERS else None


def _words(node: SgNode, values: Values) -> list[str]:
    """The words of a command."""
    return [text_of(kid, values) for kid in spread((kid for kid in node.children() if kid.kind() in _WORDS), values)]


def _proxy(node: SgNode, proxy: SgNode, words: Sequence[str], language: Language) -> CallSite | None:
    """LiteLLM's proxy, started with a model: `litellm --model cohere/command-nightly`."""
    model = option_of(words)
    row = next((row for row in FRAMEWORKS["litellm.completion"] if row.takes(model)), None) if model else None
    if row is None or model is None:
        return None
    at = None if proxy.text() == node.text()[: len(proxy.text())] else proxy
    given = (Argument("model", model, None, True, model),)
    until = f"up to {row.until} by Generate, later by Chat" if row.until else "which is gone"
    why = f"LiteLLM's proxy asks {model} for every request, {until}."
    site = _made(node, "litellm", row.kind, why, given, language, row.platform, at)
    sure = Confidence.POSSIBLE if row.until and not row.dead else Confidence.CONFIRMED
    return replace(site, client=row.path, confidence=sure)


def option_of(words: Sequence[str]) -> str | None:
    """The model that the options of LiteLLM's proxy name."""
    joined = next((word.partition("=")[2] for word in words if word.startswith("--model=")), None)
    # `python -m litellm` names the module.
    pairs = [pair for pair in pairwise(words) if pair != ("-m", "litellm")]
    return joined or next((value for name, value in pairs if name in ("--model", "-m")), None)


def _request(
    node: SgNode, sender: SgNode, words: Sequence[str], written: Sequence[str], language: Language
) -> CallSite | None:
    """The use that a request is; `written` are its words with the names of the variables of which nothing is told."""
    addresses = [word.removeprefix("--url=") for word in words]
    address = next((word for word in addresses if COHERE_ADDRESS.fullmatch(word)), None)
    chat = next((word for word in addresses if CHAT_ADDRESS.fullmatch(word)), None) if address is None else None
    method = _METHOD.search(" ".join(words))
    if (address is None and chat is None) or (method is not None and method[1].upper() in ("GET", "HEAD", "OPTIONS")):
        return None
    outer, command = node.parent(), sender.text()
    whole = outer if outer is not None and outer.kind() == "redirected_statement" else node
    at = None if sender.text() == node.text()[: len(sender.text())] else sender
    telling = ("prompt",) if chat is None else ("message", "prompt")
    arguments = _named(_body(whole, node, command, words, telling), written)
    if chat is not None:
        told = wrong_request(chat.replace(HOLE, "…"), arguments)
        if told is None:
            return None
        site = _made(whole, command, *told, language, Platform.COHERE, at)
        # A model of a variable may be another one when the script runs.
        return site if all(str(one.literal) in whole.text() for one in told[2]) else replace(site, confidence=_LIKELY)
    return _made(whole, command, Kind.RAW_HTTP, "Its address is Generate's.", arguments, language, Platform.COHERE, at)


def _body(
    whole: SgNode, node: SgNode, command: str, words: Sequence[str], telling: Sequence[str]
) -> tuple[Argument, ...]:
    """The entries of the body that a command sends, on its line or in a document below it."""
    bodies = [word for word in words if "{" in word and any(name in word for name in telling)]
    arguments = next((found for body in bodies if (found := json_arguments(body.replace(HOLE, "…")))), {})
    if whole is not node and not arguments:
        documents = (kid.text() for kid in whole.find_all(kind="heredoc_body"))
        arguments = next((found for body in documents if (found := json_arguments(body))), {})
        if fills(whole):
            arguments = {name: _filled(given) for name, given in arguments.items()}
    pairs = [word.partition("=") for word in words if re.match(r"\w+:?=", word)] if command != "curl" else []
    arguments |= {key.rstrip(":"): Argument(key.rstrip(":"), value) for key, _, value in pairs}
    return tuple(arguments.values())


def _named(arguments: tuple[Argument, ...], written: Sequence[str]) -> tuple[Argument, ...]:
    """The entries of a body with the variables that it is filled with."""
    if not any("…" in one.source for one in arguments):
        return arguments
    shown = next((found for word in written if "{" in word and "$" in word and (found := json_arguments(word))), {})
    return tuple(
        replace(one, source=shown[one.name or ""].source) if "…" in one.source and one.name in shown else one
        for one in arguments
    )


def _filled(given: Argument) -> Argument:
    """What the shell puts something into is no constant."""
    return replace(given, is_literal=False, literal=None) if EXPANDED.search(given.source) else given


def _cloud(node: SgNode, command: str, words: Sequence[str], language: Language) -> CallSite | None:
    said = " ".join(words)
    model = next((word for word in words if BEDROCK_MODEL.fullmatch(word.removeprefix("--model-id="))), None)
    if command == "aws" and model is not None and "invoke-model" in said:
        bodies = [found for word in words if "prompt" in word and (found := json_arguments(word.replace(HOLE, "…")))]
        named = Argument("model_id", model.removeprefix("--model-id="), None, True, model.removeprefix("--model-id="))
        rest = tuple(bodies[0].values()) if bodies else ()
        why = "It invokes a Command model on Bedrock."
        return _made(node, "aws bedrock-runtime", Kind.BEDROCK, why, (named, *rest), language, Platform.BEDROCK)
    gone = next((word for word in words if (row := dead_model(word.removeprefix("--model-id="))) and row.removed), None)
    if command == "aws" and gone is not None and "bedrock-runtime" in words and "cohere." in gone:
        name = gone.removeprefix("--model-id=")
        given = (Argument("model_id", name, None, True, name),)
        why = f"It calls {name}, which no longer answers, on Bedrock."
        return _made(node, "aws bedrock-runtime", Kind.DEAD_MODEL, why, given, language, Platform.BEDROCK)
    if command == "oci" and "generate-text-result" in said and "cohere" in said.lower():
        return _made(
            node, "oci generate-text-result", Kind.OCI, "It asks Oracle's Generate.", (), language, Platform.OCI
        )
    return None


def _made(
    node: SgNode,
    callee: str,
    kind: Kind,
    why: str,
    arguments: tuple[Argument, ...],
    language: Language,
    platform: Platform,
    at: SgNode | None = None,
) -> CallSite:
    """A use that begins where `at` stands, or with its command, and ends with the command."""
    place = node.range()
    start = (at or node).range().start
    line = start.line + 1
    end = place.end.line + (place.end.column > 0)
    return CallSite(
        path="",
        span=Span(line, max(end, line), start.column),
        scope="",
        callee=callee,
        method="",
        kind=kind,
        client=None,
        platform=platform,
        confidence=Confidence.CONFIRMED,
        why=why,
        proof=(ProofStep(callee, "", line),),
        arguments=arguments,
        language=language,
    )
