"""Classes and functions of other libraries that call Generate themselves, or Chat with a model that is gone."""

from collections.abc import Mapping

from audits.engine.catalogue.frameworks import chats, gateways, haystack, langchain, litellm, others, products
from audits.engine.catalogue.frameworks.row import Framework
from audits.engine.catalogue.frameworks.spacy import SPACY, SPACY_KEY, SPACY_LANGCHAIN, SPACY_MODEL
from audits.engine.facts import Kind, Platform

__all__ = [
    "FRAMEWORKS",
    "LANGCHAIN",
    "LANGCHAIN_METHODS",
    "SPACY",
    "SPACY_KEY",
    "SPACY_LANGCHAIN",
    "SPACY_MODEL",
    "Framework",
    "framework_of",
]

LANGCHAIN = Kind.WRAPPER_LANGCHAIN
# Methods of a LangChain model that send prompts; `.generate` takes a list of them.
LANGCHAIN_METHODS = frozenset({"generate"})
_ROWS = (*langchain.ROWS, *haystack.ROWS, *litellm.ROWS, *others.ROWS, SPACY, *chats.ROWS, *gateways.ROWS)


def _by_path() -> Mapping[str, tuple[Framework, ...]]:
    found: dict[str, tuple[Framework, ...]] = {}
    for row in _ROWS:
        for path in dict.fromkeys((row.path, *row.others)):
            found[path] = (*found.get(path, ()), row)
    return found


# Every dotted import path -> its rows; of several the first whose model matches holds.
FRAMEWORKS: Mapping[str, tuple[Framework, ...]] = _by_path()


# What reaches Cohere by being configured or asked, not by being made.
PRODUCTS: tuple[Framework, ...] = (
    *products.ROWS,
    gateways.PORTKEY_ROW,
    gateways.INSTRUCTOR_ROW,
    gateways.OPENAI_ROW,
)


def framework_of(client: str | None, kind: Kind, platform: Platform) -> Framework | None:
    """The row that a use names by its `client`: the one of this kind and platform, else the path's first."""
    rows = FRAMEWORKS.get(client or "") or tuple(row for row in PRODUCTS if row.path == client)
    same = [row for row in rows if row.kind is kind]
    near = [row for row in same if row.platform is platform]
    return next(iter((*near, *same, *rows)), None)
