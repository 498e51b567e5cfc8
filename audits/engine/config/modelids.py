"""Ids of models that are switched off, in settings that name a model."""

import re
from collections.abc import Iterator

from audits.engine.catalogue import dead_model, is_listed
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, NAMES_COHERE
from audits.engine.catalogue.settings import SAGEMAKER_PACKAGE, VENDORS
from audits.engine.config.finding import Page
from audits.engine.config.tree import LIST, MAP, ROOT, TEXT
from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform

_FINE_TUNED = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-ft")
# No other vendor's id or word looks like these.
_DISTINCT = re.compile(r"command-(?:light|nightly|xlarge|medium)[\w-]*")
_CHAT_MODELS = re.compile(r"command-r|c4ai-|cohere\.command-r")
_ARN = re.compile(r"arn:|::foundation-model/")
_SHORT = 300


def model_uses(page: Page, number: int) -> Iterator[CallSite]:
    """The use of a model that a setting's value names."""
    row = page.tree.rows[number]
    if row.kind == MAP:
        yield from _enabled(page, number, row.key)
        return
    if row.kind != TEXT or not isinstance(row.value, str) or not row.value.strip() or len(row.value) > _SHORT:
        return
    text = row.value.strip()
    if not _is_id(text):
        return
    prose = page.context.is_prose(number) and not _lists_models(page, number)
    if prose or page.context.is_schema() or page.context.is_recorded(number):
        return
    yield from _of_cloud(page, number, text)
    if number not in page.taken:
        yield from _of_cohere(page, number, text)


def _is_id(text: str) -> bool:
    """Is it an id that any of the rules speaks of?"""
    patterns = (BEDROCK_MODEL, SAGEMAKER_PACKAGE, _FINE_TUNED)
    return dead_model(text) is not None or any(pattern.fullmatch(text) for pattern in patterns)


def _of_cloud(page: Page, number: int, text: str) -> Iterator[CallSite]:
    arguments = page.context.parameters(page.tree.rows[number].parent, number)
    named = page.context.is_model(number)
    if BEDROCK_MODEL.fullmatch(text):
        sure = Confidence.LIKELY if named and not _ARN.search(text) else Confidence.POSSIBLE
        why = f"{text} is a model of Bedrock's that speaks Generate's language only."
        yield page.made(number, Kind.BEDROCK, why, confidence=sure, platform=Platform.BEDROCK, arguments=arguments)
        return
    if SAGEMAKER_PACKAGE.fullmatch(text):
        why = f"{text} is a package for SageMaker that answers Generate."
        yield page.made(
            number,
            Kind.SAGEMAKER,
            why,
            confidence=Confidence.POSSIBLE,
            platform=Platform.SAGEMAKER,
            arguments=arguments,
        )
        return
    dead = dead_model(text)
    if dead is None or dead.platform is Platform.COHERE:
        return
    on_bedrock = dead.platform is Platform.BEDROCK
    if not named and not on_bedrock:
        return
    kind = Kind.DEAD_MODEL if _CHAT_MODELS.search(dead.name) else Kind.OCI
    why = f"{text} is switched off on {'Bedrock' if on_bedrock else 'Oracle OCI'}."
    sure = Confidence.LIKELY if named and not _ARN.search(text) else Confidence.POSSIBLE
    yield page.made(number, kind, why, confidence=sure, platform=dead.platform, arguments=arguments)


def _of_cohere(page: Page, number: int, text: str) -> Iterator[CallSite]:
    tuned = _FINE_TUNED.fullmatch(text) is not None
    dead = dead_model(text) if "/" not in text else None
    if not page.context.is_model(number) and not _lists_models(page, number):
        return
    if not tuned and (dead is None or dead.platform is not Platform.COHERE):
        return
    ours = page.context.names_cohere(number) or _named_at_top(page, number)
    others = VENDORS.search(" ".join(page.tree.keys(number))) is not None
    distinct = _DISTINCT.fullmatch(text) is not None or _beside_distinct(page, number)
    if not ours and others:
        return
    chat = page.context.chats(number) or _CHAT_MODELS.match(text) is not None
    why = f"{text} is switched off" + (
        " and was one of Chat's models." if chat else " and was one of Generate's models."
    )
    yield page.made(
        number,
        Kind.DEAD_MODEL if chat else Kind.WRAPPER_OTHER,
        why,
        confidence=Confidence.LIKELY if ours else Confidence.POSSIBLE,
        arguments=page.context.parameters(page.tree.rows[number].parent, number),
        by_path=not (ours or distinct),
    )


def _beside_distinct(page: Page, number: int) -> bool:
    """Does a list hold an id beside this one that can only be Cohere's?"""
    holder = page.tree.rows[number].parent
    items = page.tree.kids(holder) if page.tree.rows[holder].kind == LIST else []
    return any(_DISTINCT.fullmatch(page.tree.text(item)) for item in items)


def _lists_models(page: Page, number: int) -> bool:
    """`name: command` in a list that is called models or beside its provider, or in a list of Cohere's ids alone."""
    keys = [key.lower() for key in page.tree.keys(number)]
    if keys[-1:] in (["name"], ["id"], ["value"], ["slug"]) and any("model" in key for key in keys[-3:-1]):
        return True
    holder = page.tree.rows[number].parent
    if keys[-1:] in (["name"], ["id"], ["slug"]) and NAMES_COHERE.fullmatch(page.context.provider_of(holder)):
        return True
    items = page.tree.kids(holder) if page.tree.rows[holder].kind == LIST else []
    return len(items) > 1 and all(is_listed(page.tree.text(item)) for item in items)


def _enabled(page: Page, number: int, key: str) -> Iterator[CallSite]:
    """`models: {command-light: {…}}` of Cohere: a table of what may be used; one of prices is none."""
    dead = dead_model(key) if "/" not in key else None
    row = page.tree.rows[number]
    if dead is None or dead.platform is not Platform.COHERE or page.context.is_schema():
        return
    if not page.tree.rows[row.parent].key.lower().endswith("models") or not page.context.names_cohere(row.parent):
        return
    if any(
        "cost" in page.tree.rows[kid].key.lower() or "price" in page.tree.rows[kid].key
        for kid in page.tree.kids(number)
    ):
        return
    chat = _CHAT_MODELS.match(key) is not None
    why = f"{key} is switched off" + (
        " and was one of Chat's models." if chat else " and was one of Generate's models."
    )
    model = Argument("model", repr(key), is_literal=True, literal=key)
    arguments = (model, *(row for row in page.context.parameters(number) if row.name != "model"))
    yield page.made(
        number,
        Kind.DEAD_MODEL if chat else Kind.WRAPPER_OTHER,
        why,
        confidence=Confidence.LIKELY,
        arguments=arguments,
        place=row.named,
    )


def _named_at_top(page: Page, number: int) -> bool:
    """In a file of plain names: `LLM_PROVIDER=cohere` beside `LLM_MODEL=command`."""
    if page.tree.rows[number].parent not in (ROOT, *page.tree.kids(ROOT)[:1]):
        return False
    first = re.split(r"[_.]", page.context.name_of(number))[0].lower()
    for kid in page.tree.kids(page.tree.rows[number].parent):
        key = page.tree.rows[kid].key.lower()
        if key.endswith(("provider", "backend", "vendor", "llm", "platform", "type", "engine", "service")):
            mine = key.startswith(first) or first in ("model", "llm", "default")
            if mine and NAMES_COHERE.fullmatch(page.tree.text(kid).strip()):
                return True
    return False
