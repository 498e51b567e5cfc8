"""Labels of arguments whose text as written is kept."""

from audits.engine.catalogue import ERAS

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
