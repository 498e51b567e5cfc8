"""Ids of models that are switched off, in settings that name a model."""

import re
from collections.abc import Iterator

from audits.engine.catalogue import dead_model
from audits.engine.catalogue.endpoints import BEDROCK_MODEL, NAMES_COHERE
from audits.engine.catalogue.settings import SAGEMAKER_PACKAGE, VENDORS
from audits.engine.config.finding import Page
from audits.engine.config.tree import ROOT, TEXT
from audits.engine.facts import CallSite, Confidence, Kind, Platform

_FINE_TUNED = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}-ft")
# No other vendor's id or word looks like these.
_DISTINCT = re.compile(r"command-(?:light|nightly|xlarge|medium)[\w-]*")
_CHAT_MODELS = re.compile(r"command-r|c4ai-|cohere\.command-r")
_ARN = re.compile(r"arn:|::foundation-model/")
_SHORT = 300


def model_uses(page: Page, number: int) -> Iterator[CallSite]:
    """The use of a model that a setting's value names."""
    row = page.tree.rows[number]
    if row.kind != TEXT or not isinstance(row.value, str) or not row.value.strip() or len(row.value) > _SHORT:
        return
    text = row.value.strip()
    if page.context.is_prose(number) or page.context.is_schema():
        return
    yield from _of_cloud(page, number, text)
    if number not in page.taken:
        yield from _of_cohere(page, number, text)


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
    if not ours and not (_DISTINCT.fullmatch(text) and not VENDORS.search(" ".join(page.tree.keys(number)))):
        return
    if not ours and tuned:
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
    )


def _lists_models(page: Page, number: int) -> bool:
    """`name: command` in an item of a list that is called models."""
    keys = [key.lower() for key in page.tree.keys(number)]
    return keys[-1:] in (["name"], ["id"], ["value"], ["slug"]) and any("model" in key for key in keys[-3:-1])


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
