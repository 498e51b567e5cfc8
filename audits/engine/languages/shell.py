"""Shell scripts, and the shell in Makefiles and Dockerfiles: `curl` and the clouds' command lines."""

import re
from collections.abc import Iterator, Sequence

from ast_grep_py import SgNode, SgRoot

from audits.engine.catalogue.endpoints import BEDROCK_MODEL, COHERE_ADDRESS
from audits.engine.facts import Argument, CallSite, Confidence, FileKind, Kind, Language, Platform, ProofStep, Span
from audits.engine.languages.bodies import json_arguments
from audits.engine.languages.program import HOLE

_SENDERS = frozenset({"curl", "wget", "http", "https", "xh", "httpie", "curlie"})
_METHOD = re.compile(r"(?:-X|--request|--method)[= ]?(\w+)")
_ASSIGNED = re.compile(r"^(?:export\s+)?(\w+)\s*[:?+]?=\s*(.*)$")
_WORDS = ("word", "string", "raw_string", "concatenation", "simple_expansion", "expansion", "number", "ansi_c_string")
_LANGUAGES = {FileKind.MAKEFILE: Language.MAKEFILE, FileKind.DOCKERFILE: Language.DOCKERFILE}


def shell_sites(kind: FileKind, text: str) -> tuple[CallSite, ...]:
    """The uses in a script, a Makefile's recipes or a Dockerfile's RUN lines; lines keep their numbers."""
    source = _PREPARED.get(kind, str)(text)
    root = SgRoot(source, "bash").root()
    values = dict(_assignments(root))
    language = _LANGUAGES.get(kind, Language.SHELL)
    found = [site for node in root.find_all(kind="command") if (site := _site(node, values, language)) is not None]
    return tuple(sorted(found, key=lambda site: (site.span.line, site.span.column)))


def _assignments(root: SgNode) -> Iterator[tuple[str, str]]:
    for node in root.find_all(kind="variable_assignment"):
        name, value = node.field("name"), node.field("value")
        if name is not None and value is not None:
            yield name.text(), _text(value, {})


def _text(node: SgNode, values: dict[str, str]) -> str:
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
        return "".join(_text(kid, values) for kid in node.children())
    return node.text()


def _spliced(node: SgNode, kids: Sequence[SgNode], values: dict[str, str]) -> str:
    """The text between double quotes with its expansions put in."""
    text, start = node.text(), node.range().start.index
    for kid in reversed([kid for kid in kids if kid.kind() != "string_content"]):
        place = kid.range()
        text = text[: place.start.index - start] + _text(kid, values) + text[place.end.index - start :]
    return text.strip('"')


def _site(node: SgNode, values: dict[str, str], language: Language) -> CallSite | None:
    name = node.field("name")
    command = name.text() if name is not None else ""
    words = [_text(kid, values) for kid in node.children() if kid.kind() in _WORDS]
    if command.rpartition("/")[2] in _SENDERS:
        return _request(node, command, words, language)
    if command in ("aws", "oci"):
        return _cloud(node, command, words, language)
    return None


def _request(node: SgNode, command: str, words: Sequence[str], language: Language) -> CallSite | None:
    address = next((word for word in words if COHERE_ADDRESS.fullmatch(word.removeprefix("--url="))), None)
    method = _METHOD.search(" ".join(words))
    if address is None or (method is not None and method[1].upper() in ("GET", "HEAD", "OPTIONS")):
        return None
    outer = node.parent()
    whole = outer if outer is not None and outer.kind() == "redirected_statement" else node
    bodies = [word for word in words if "{" in word and "prompt" in word]
    if whole is not node:
        bodies += [kid.text() for kid in whole.find_all(kind="heredoc_body")]
    arguments = next((found for body in bodies if (found := json_arguments(body.replace(HOLE, "…")))), {})
    pairs = [word.partition("=") for word in words if re.match(r"\w+:?=", word)] if command != "curl" else []
    arguments |= {key.rstrip(":"): Argument(key.rstrip(":"), value) for key, _, value in pairs}
    return _made(
        whole,
        command,
        Kind.RAW_HTTP,
        "Its address is Generate's.",
        tuple(arguments.values()),
        language,
        Platform.COHERE,
    )


def _cloud(node: SgNode, command: str, words: Sequence[str], language: Language) -> CallSite | None:
    said = " ".join(words)
    model = next((word for word in words if BEDROCK_MODEL.fullmatch(word.removeprefix("--model-id="))), None)
    if command == "aws" and model is not None and "invoke-model" in said:
        bodies = [found for word in words if "prompt" in word and (found := json_arguments(word.replace(HOLE, "…")))]
        named = Argument("model_id", model.removeprefix("--model-id="), None, True, model.removeprefix("--model-id="))
        rest = tuple(bodies[0].values()) if bodies else ()
        why = "It invokes a Command model on Bedrock."
        return _made(node, "aws bedrock-runtime", Kind.BEDROCK, why, (named, *rest), language, Platform.BEDROCK)
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
) -> CallSite:
    place = node.range()
    line = place.start.line + 1
    end = place.end.line + (place.end.column > 0)
    return CallSite(
        path="",
        span=Span(line, max(end, line), place.start.column),
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


def _makefile(text: str) -> str:
    """Recipes and assignments as shell."""
    rows = []
    for line in text.split("\n"):
        assigned = _ASSIGNED.match(line)
        if line.startswith("\t"):
            rows.append(re.sub(r"^(\s*)[@+-]+", r"\1", line).replace("$$", "$").replace("$(", "${"))
        elif rows and rows[-1].endswith("\\"):
            rows.append(line)
        else:
            rows.append(f"{assigned[1]}={_quoted(assigned[2])}" if assigned else "")
    return re.sub(r"\$\{(\w+)\)", r"${\1}", "\n".join(rows))


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\"'].*[\"']", value) else "'" + value.replace("'", "") + "'"


def _dockerfile(text: str) -> str:
    """What RUN, CMD and ENTRYPOINT run, and what ENV and ARG set."""
    rows, continued = [], False
    for line in text.split("\n"):
        run = re.match(r"\s*(?:HEALTHCHECK\s.*?)?(?:RUN|CMD|ENTRYPOINT)\s+(?:--\w+=\S+\s+)*(.*)$", line, re.IGNORECASE)
        given = re.match(r"\s*(?:ENV|ARG)\s+(\w+)(?:=|\s+)(.*)$", line, re.IGNORECASE)
        if continued and not (run or given):
            rows.append(line if not line.strip().startswith("#") else "")
        elif given:
            rows.append(f"{given[1]}={_quoted(given[2])}")
        else:
            rows.append(run[1] if run else "")
        continued = line.rstrip().endswith("\\")
    return "\n".join(rows)


_PREPARED = {FileKind.MAKEFILE: _makefile, FileKind.DOCKERFILE: _dockerfile}
