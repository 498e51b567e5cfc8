"""Clients that speak as OpenAI's does and reach Cohere: OpenAI's own, Instructor's and Portkey's."""

import re

from audits.engine.catalogue.frameworks.row import OF_COHERE, Framework
from audits.engine.catalogue.models import RECOMMENDED
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Kind

INSTRUCTOR = Source("Instructor", "https://python.useinstructor.com/integrations/cohere/", "2026-11-26")
PORTKEY = Source(
    "Portkey's provider for Cohere", "https://github.com/Portkey-AI/gateway/tree/main/src/providers/cohere"
)

_LIVE = f"Name a live model, such as {RECOMMENDED}."
INSTRUCTOR_ROW = Framework(
    "instructor.from_cohere",
    Kind.DEAD_MODEL,
    INSTRUCTOR,
    _LIVE,
    others=("instructor.client_cohere.from_cohere", "instructor.providers.cohere.client.from_cohere"),
    dead=True,
)
COMPATIBILITY = Source("Cohere's Compatibility API", "https://docs.cohere.com/docs/compatibility-api", "2026-11-26")
# What OpenAI's client is told to talk to.
COMPATIBLE_ADDRESS = re.compile(r"https?://api\.cohere\.(?:ai|com)/+compatibility/.*", re.IGNORECASE)
OPENAI_ROW = Framework(
    "openai.OpenAI",
    Kind.DEAD_MODEL,
    COMPATIBILITY,
    _LIVE,
    others=("openai.AsyncOpenAI", "openai.Client", "openai.AsyncClient"),
    dead=True,
)
PORTKEY_ROW = Framework(
    "portkey_ai.Portkey",
    Kind.WRAPPER_OTHER,
    PORTKEY,
    f"Call chat.completions.create(messages=[…]) with a live model, such as {RECOMMENDED}, in place of "
    "completions.create(prompt=…).",
    others=("portkey_ai.AsyncPortkey", "portkey_ai.api_resources.client.Portkey"),
    completes=frozenset({"create"}),
)
# The model's id names the vendor.
ROWS: tuple[Framework, ...] = (
    Framework(
        "instructor.from_provider",
        Kind.DEAD_MODEL,
        INSTRUCTOR,
        _LIVE,
        others=("instructor.auto_client.from_provider",),
        model=OF_COHERE,
        dead=True,
        first=True,
    ),
)
