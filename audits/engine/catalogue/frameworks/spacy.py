"""spaCy-llm, whose models are named in configuration more often than in code."""

import re

from audits.engine.catalogue.frameworks.row import Framework
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind

# `{"@llm_models": "spacy.Command.v2"}`, in Python as in a configuration file.
SPACY_KEY = "@llm_models"
SPACY_MODEL = re.compile(r"spacy\.Command\.v\d+")
# spaCy-llm registers each class of langchain.llms under its name.
SPACY_LANGCHAIN = re.compile(r"langchain\.Cohere\.v\d+")
SPACY = Framework(
    "spacy_llm.models.rest.cohere.Cohere",
    Kind.WRAPPER_OTHER,
    Source("spaCy-llm", "https://github.com/explosion/spacy-llm"),
    "Register a model of your own that calls Chat, or use spaCy-llm's LangChain models with ChatCohere.",
    others=(
        "spacy_llm.models.Cohere",
        "spacy_llm.models.rest.Cohere",
        "spacy_llm.models.rest.cohere.model.Cohere",
        *(
            f"spacy_llm.models.rest.cohere{module}.{name}"
            for module in ("", ".registry")
            for name in ("cohere_command", "cohere_command_v2")
        ),
    ),
)
