"""One name for a parameter, however a language spells it."""

import re

from audits.engine.catalogue import PARAMETERS

_HUMP = re.compile(r"(?<=[a-z0-9])([A-Z])")


def parameter_name(name: str) -> str:
    """Generate's own name of the parameter: `stopSequences` and `StopSequences` are `stop_sequences`.

    A name that is none of Generate's stays as it is.
    """
    snake = _HUMP.sub(r"_\1", name).lower()
    return snake if snake in PARAMETERS else name
