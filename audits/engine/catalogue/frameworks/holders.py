"""Classes of other libraries that keep one of Cohere's clients where a program can take it."""

from collections.abc import Mapping
from dataclasses import dataclass

from audits.engine.catalogue.frameworks.langchain import COMMUNITY, PARTNER
from audits.engine.catalogue.frameworks.others import LLAMA_INDEX
from audits.engine.catalogue.sources import Source


@dataclass(frozen=True, slots=True)
class Holder:
    """Classes, by their import paths, and the path of the client that each attribute of their objects is."""

    paths: tuple[str, ...]
    attributes: Mapping[str, str]
    source: Source


_BOTH = {"client": "cohere.Client", "async_client": "cohere.AsyncClient"}
HOLDER_ROWS: tuple[Holder, ...] = (
    Holder(
        (
            *(
                f"{top}.llms.{path}"
                for top in ("langchain_community", "langchain")
                for path in ("Cohere", "cohere.Cohere")
            ),
            *("langchain.Cohere", "langchain_classic.llms.Cohere"),
            *(f"{top}.chat_models.ChatCohere" for top in ("langchain_community", "langchain")),
            *(f"{top}.embeddings.CohereEmbeddings" for top in ("langchain_community", "langchain")),
            "langchain_community.embeddings.cohere.CohereEmbeddings",
        ),
        _BOTH,
        COMMUNITY,
    ),
    Holder(
        (
            *("langchain_cohere.llms.Cohere", "langchain_cohere.Cohere"),
            *("langchain_cohere.ChatCohere", "langchain_cohere.chat_models.ChatCohere"),
            *("langchain_cohere.CohereEmbeddings", "langchain_cohere.embeddings.CohereEmbeddings"),
        ),
        _BOTH,
        PARTNER,
    ),
    Holder(
        tuple(f"llama_index.{path}" for path in ("llms.cohere.Cohere", "llms.cohere.base.Cohere", "llms.Cohere")),
        {"_client": "cohere.Client", "_aclient": "cohere.AsyncClient"},
        LLAMA_INDEX,
    ),
)
# Every import path -> its attributes.
HOLDERS: Mapping[str, Mapping[str, str]] = {path: row.attributes for row in HOLDER_ROWS for path in row.paths}
