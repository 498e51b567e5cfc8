"""Addresses of Generate in settings: whole ones, ones put together of a base and a path, ones inside a command."""

import re
from collections.abc import Iterator
from dataclasses import replace

from audits.engine.catalogue import PARAMETERS
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, COHERE_ADDRESS, NAMES_COHERE
from audits.engine.catalogue.settings import INDIRECT
from audits.engine.config.bases import is_base, texts_below
from audits.engine.config.described import described
from audits.engine.config.finding import SCOPE_LIMIT, Page
from audits.engine.config.locals import Filled, filled
from audits.engine.config.marked import read_json_into
from audits.engine.config.records import referred
from audits.engine.config.scripts import Folded, is_command, starts_block
from audits.engine.config.tree import LIST, MAP, ROOT, TEXT, Place, Tree
from audits.engine.facts import Argument, CallSite, Confidence, FileKind, Kind, Language
from audits.engine.languages.shell import shell_sites

_INSIDE = re.compile(
    r"(?:https?://)?(?<![\w.-])(?!(?:docs|dashboard|www|status)\.)(?:[\w-]+\.)*cohere\.(?:ai|com)(?::\d+)?/+(?:v\d+/+)?(?:(?!feedback/)[\w.-]+/+)?generate\b(?![\w/-])",
    re.I,
)
# The path alone, or behind a variable.
_PATH = re.compile(r"(?P<base>[^\s?#]*?[}\])>%]|\$\w+|\{\w+\}|)/?(?:v\d/)?generate/?", re.I)
_PATH_KEYS = re.compile(
    r".*(?:path|endpoint|url|uri|route|raw|resource|address|generate|completions?|complete)s?|default|value|", re.I
)
_BODIES = (
    *("body", "data", "json", "payload", "jsonbody", "jsondata", "request_body", "requestbody"),
    *("bodyparameters", "postdata"),
)
# Where Postman, Insomnia, Dify, n8n and HTTP archives keep the text of a body, or its parts.
_TEXT_KEYS = ("raw", "text", "data", "parameters", "params", "urlencoded", "formdata")
_LEVELS = 5


def address_uses(page: Page, number: int) -> Iterator[CallSite]:
    """The requests that a setting's value tells."""
    row = page.tree.rows[number]
    if row.kind == MAP:
        yield from described(page, number)
        return
    if row.kind != TEXT or not isinstance(row.value, str) or "enerate" not in row.value.lower():
        return
    text = row.value.strip()
    if page.context.is_schema() or (page.context.is_prose(number) and not is_command(page, number)):
        return
    if COHERE_ADDRESS.fullmatch(text):
        yield _request(page, number, Confidence.CONFIRMED, f"{_bare(text)} is Generate's address.")
    elif _INSIDE.search(text):
        yield from _inside(page, number, text)
    elif "\n" not in text and _PATH.fullmatch(text):
        told = filled(page.tree, page.locals, text) if page.language is Language.HCL else None
        if told is not None and (told.settings or told.unset):
            yield from _behind_locals(page, number, told)
        elif _PATH_KEYS.fullmatch(row.key):
            yield from _joined(page, number, text)


def _bare(text: str) -> str:
    return re.split(r"[?#\s]", text)[0]


def _inside(page: Page, number: int, text: str) -> Iterator[CallSite]:
    """An address in a longer text: a command's, or a default behind a variable."""
    command = is_command(page, number) or "curl" in text
    if not command and re.search(r"\s", text):
        return
    row = page.tree.rows[number]
    commands = list(_commands(page, number)) if command else []
    if commands:
        page.taken.add(number)
        yield from commands
        return
    for at in range(row.place.line, min(row.place.end, len(page.lines)) + 1):
        line = page.lines[at - 1]
        start = row.place.column if at == row.place.line and row.place.end == at else 0
        for found in _INSIDE.finditer(line, start):
            if line.lstrip().startswith(("#", "//")) and command:
                continue
            place = Place(at, found.start(), at)
            why = (
                f"{found[0]} in a command is Generate's address."
                if command
                else f"Holds Generate's address {found[0]}."
            )
            site = _request(page, number, Confidence.LIKELY, why, place)
            yield site


def _commands(page: Page, number: int) -> Iterator[CallSite]:
    """What a script in a setting sends, read as the shell reads it; lines and columns are the file's."""
    row = page.tree.rows[number]
    mark = starts_block(page, number)
    if row.place.line == row.place.end:
        text, line, column = page.tree.text(number), row.place.line, row.place.column
    else:
        # A block begins below its mark; a text in quotes, where it stands.
        line, column = row.place.line + int(mark != ""), 0
        text = "\n".join(page.lines[line - 1 : row.place.end])
    folds = Folded(text) if mark == ">" and row.place.line != row.place.end else None
    for site in shell_sites(FileKind.SHELL, folds.text if folds is not None else text):
        span = folds.place(site.span) if folds is not None else site.span
        lower = line - 1 + span.line - site.span.line
        span = replace(span, line=span.line + line - 1, end_line=span.end_line + line - 1)
        span = replace(span, column=span.column + (column if site.span.line == 1 else 0))
        proof = tuple(replace(step, line=step.line + lower) for step in site.proof)
        scope = ".".join(page.tree.keys(number)[:-1])[:SCOPE_LIMIT]
        yield replace(site, span=span, proof=proof, scope=scope, language=page.language)


def _joined(page: Page, number: int, text: str) -> Iterator[CallSite]:
    """`/v1/generate` beside a base address of Cohere's, or behind a variable that names Cohere."""
    if _is_spelled_out(page, number):
        return
    found = _PATH.fullmatch(text)
    base = found["base"] if found else ""
    if NAMES_COHERE.search(base):
        yield _request(page, number, Confidence.LIKELY, f"{text} is Generate's address on what {base} stands for.")
        return
    host = _host_near(page, number)
    if host is not None:
        why = f"{text} is Generate's path; the address before it is Cohere's."
        yield _request(page, number, Confidence.LIKELY, why, because=host)


def _behind_locals(page: Page, number: int, told: Filled) -> Iterator[CallSite]:
    """A path behind local values of Terraform's: these say whose it is, whatever else stands in the file."""
    text = page.tree.text(number)
    host = next((kid for kid in told.settings if is_base(page.tree.text(kid))), None)
    if COHERE_ADDRESS.fullmatch(told.text) and "${" not in told.text and host is not None:
        why = f"{text} is Generate's address {_bare(told.text)}."
        yield _request(page, number, Confidence.CONFIRMED, why, because=host)
    elif host is not None and "${" in told.text:
        why = f"{text} is Generate's path; the address before it is Cohere's."
        yield _request(page, number, Confidence.LIKELY, why, because=host)
    elif any(NAMES_COHERE.search(name) for name in told.unset) and _PATH_KEYS.fullmatch(page.tree.rows[number].key):
        why = f"{text} is Generate's address on what local.{told.unset[0]} stands for."
        yield _request(page, number, Confidence.LIKELY, why)


def _is_spelled_out(page: Page, number: int) -> bool:
    """A part of an address that its client's file also writes down whole, as Postman does: `raw` beside `path`."""
    parts = page.tree.rows[number].parent
    row = page.tree.rows[parts]
    return row.kind == LIST and row.key == "path" and page.tree.child(row.parent, "raw") is not None


def _host_near(page: Page, number: int) -> int | None:
    """The nearest setting around that holds a host of Cohere's; behind a variable, any in the file."""
    others = referred(page.tree, page.tree.rows[number].parent)
    bases = (kid for fields in others for kid in page.tree.kids(fields) if is_base(page.tree.text(kid)))
    found = next(bases, None)
    return found if found is not None else _base_around(page, number)


def _base_around(page: Page, number: int) -> int | None:
    variable = page.tree.text(number)[:1] in "{$<%"
    for level, holder in enumerate(page.tree.above(number)):
        if level >= _LEVELS and not variable:
            return None
        for kid in page.tree.kids(holder):
            if kid != number and page.tree.rows[kid].kind == TEXT and is_base(page.tree.text(kid)):
                return kid
            if variable and page.tree.rows[kid].key.lower() in (
                "variable",
                "variables",
                "env",
                "environment",
                "servers",
            ):
                for each in texts_below(page.tree, kid):
                    if is_base(page.tree.text(each)):
                        return each
    return None


def _request(
    page: Page,
    number: int,
    confidence: Confidence,
    why: str,
    place: Place | None = None,
    because: int | None = None,
) -> CallSite:
    return page.made(
        number,
        Kind.RAW_HTTP,
        why,
        confidence=confidence,
        arguments=_arguments(page, number),
        place=place,
        because=because,
    )


def _arguments(page: Page, number: int) -> tuple[Argument, ...]:
    """The request's parameters: those beside the address, or those of the body that a client's file holds."""
    holder = page.tree.rows[number].parent
    around = page.tree.rows[holder].parent
    # promptfoo keeps a provider's address as its `id`, and what is sent there in its `config`.
    config = page.tree.child(holder, "config") if page.tree.rows[number].key == "id" else None
    for at in (holder, *((around,) if around >= 0 else ()), *(() if config is None else (config,))):
        for name in _BODIES:
            body = page.tree.child(at, name)
            if body is not None and (found := _of_body(page, body)):
                return found
    if (
        page.tree.rows[holder].kind == LIST
        or holder == ROOT
        or page.tree.rows[number].key.lower() in INDIRECT - {"value"}
    ):
        return ()
    model = page.context.model_beside(holder)
    if model is not None and (
        not page.context.names_cohere(model) or BEDROCK_MODEL.fullmatch(page.tree.text(model).strip())
    ):
        # A cloud's model beside the address is asked for by another call.
        model = None
    if model is not None:
        page.taken.add(model)
    return tuple(row for row in page.context.parameters(holder, model) if model is not None or row.name != "model")


def _of_body(page: Page, body: int) -> tuple[Argument, ...]:
    row = page.tree.rows[body]
    if row.kind == LIST:
        # Dify keeps a body as its parts: `[{type: text, value: "{…}"}]`, or a key and a value each.
        return _of_parts(page, [kid for kid in page.tree.kids(body) if page.tree.rows[kid].kind == MAP])
    if row.kind == MAP:
        inside = [kid for key in _TEXT_KEYS if (kid := page.tree.child(body, key)) is not None]
        parts = [kid for kid in inside if page.tree.rows[kid].kind == LIST]
        if parts:
            return _of_body(page, parts[0])
        texts = [kid for kid in inside if page.tree.rows[kid].kind == TEXT]
        if texts:
            return _of_body(page, texts[0])
        model = page.context.model_beside(body)
        # What the request names is its parameter, no use beside it.
        page.taken.update(() if model is None else (model,))
        return page.context.parameters(body, model)
    if row.kind != TEXT or not page.tree.text(body).lstrip("=").lstrip().startswith("{"):
        return ()
    inner = Tree()
    read_json_into(inner, ROOT, page.tree.text(body).lstrip("="), row.place.line, 0)
    page.taken.add(body)
    values = inner.kids(ROOT)
    return type(page.context)(inner).parameters(values[0]) if values else ()


def _of_parts(page: Page, parts: list[int]) -> tuple[Argument, ...]:
    found: list[Argument] = []
    for part in parts:
        keys = (page.tree.child(part, name) for name in ("key", "name"))
        key, value = next((kid for kid in keys if kid is not None), None), page.tree.child(part, "value")
        if value is None or page.tree.rows[value].kind != TEXT:
            continue
        name = page.tree.text(key) if key is not None else ""
        if not name:
            return _of_body(page, value)
        if name in PARAMETERS:
            found.append(page.context.argument(name, value))
    return tuple(found)
