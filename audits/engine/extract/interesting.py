"""Labels of arguments whose text as written is kept."""

from audits.engine.catalogue import ERAS, METHODS
from audits.engine.catalogue.endpoints import CAMEL, OCI_NAMES

_LATER = (
    "seed",
    "raw_prompting",
    "request_options",
    "model_id",
    "variant",
    "stream",
    "logit_bias",
    "prompts",
    "chat_history",
)
PARAMETERS = frozenset(name for names in ERAS.values() for name in names) | frozenset(_LATER)
# Calls of these names pass arguments on to Generate by place or unpacked: their text is kept too.
CALLED = frozenset(METHODS) | frozenset({"to_thread", "submit", "partial", "run_in_executor", "run_sync"})
# The same, and what Generate's parameters are called in a body or by a cloud's classes.
KEPT = PARAMETERS | frozenset(CAMEL) | frozenset(OCI_NAMES) | frozenset({"is_echo"})
