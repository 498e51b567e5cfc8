"""The order of `generate`'s positional arguments, by version of the SDK."""

import re
from collections.abc import Mapping

from audits.engine.catalogue.clients import CLIENTS

_TAIL = ("num_generations", "max_tokens", "temperature", "k", "p", "frequency_penalty", "presence_penalty")
_STOPS = ("stop_sequences", "return_likelihoods")
_FOUR = ("prompt", "prompt_vars", "model", "preset", *_TAIL, "end_sequences", *_STOPS, "truncate")
_Era = tuple[tuple[int, int, int], str, tuple[str, ...]]
# Ascending: the first version of the era, its name, the parameters in positional order.
_ERAS: tuple[_Era, ...] = (
    ((0, 0, 0), "0.0.7", ("model", "prompt", "max_tokens", "temperature", "k", "p")),
    (
        (0, 0, 8),
        "0.0.8-0.0.13",
        ("model", "prompt", "max_tokens", "temperature", "k", "p", "frequency_penalty", "presence_penalty", *_STOPS),
    ),
    ((1, 0, 0), "1.0.0-1.3.10", ("model", "prompt", *_TAIL, *_STOPS)),
    ((2, 0, 0), "2.0.0-2.2.3", ("prompt", "model", *_TAIL, *_STOPS)),
    ((2, 2, 4), "2.2.4-2.2.5", ("prompt", "model", *_TAIL, *_STOPS, "truncate")),
    ((2, 3, 0), "2.3.0-2.4.1", ("prompt", "model", "preset", *_TAIL, *_STOPS, "truncate")),
    ((2, 4, 2), "2.4.2-2.7.0", ("prompt", "model", "preset", *_TAIL, *_STOPS, "truncate", "logit_bias")),
    ((2, 8, 0), "2.8.0-3.1.1", ("prompt", "prompt_vars", "model", "preset", *_TAIL, *_STOPS, "truncate", "logit_bias")),
    ((3, 1, 3), "3.1.3-4.0.6", (*_FOUR, "logit_bias")),
    ((4, 1, 2), "4.1.2-4.47", (*_FOUR, "logit_bias", "stream")),
    ((4, 48, 0), "4.48-4.57", (*_FOUR, "stream")),
    ((5, 0, 0), "5.0.0+", ()),
)
ERAS: Mapping[str, tuple[str, ...]] = {name: names for _, name, names in _ERAS}
_AWS = (
    "prompt",
    "model",
    "model_id",
    "num_generations",
    "max_tokens",
    "temperature",
    "k",
    "p",
    "stop_sequences",
    "return_likelihoods",
    "truncate",
    "variant",
    "stream",
)
_VERSION = re.compile(r"\d+(?:\.\d+)*")


def positional_names(era: str | None, client: str | None = None, method: str = "generate") -> tuple[str, ...]:
    """The names of `generate`'s positional arguments in order.

    `era` is a version of the SDK ("4.57", "4", "5.13.12"), a name out of ERAS, or None where nothing tells: then the
    order of 4.1.2-4.47, the longest-lived one that takes positional arguments at all. A bare major number means the
    newest release of that major. `client` is a path out of CLIENTS: the AWS client has its own order. The empty tuple
    means that only keywords are legal.
    """
    if method == "batch_generate":
        return ("prompts",)
    row = CLIENTS.get(client or "")
    if row is not None and row.positional == "aws":
        return _AWS
    if era is None:
        return ERAS["4.1.2-4.47"]
    if era in ERAS:
        return ERAS[era]
    found = _VERSION.search(era)
    if found is None:
        return ERAS["4.1.2-4.47"]
    parts = [int(part) for part in found.group().split(".")][:3]
    version = (*parts, *([9999] * (3 - len(parts))))
    names: tuple[str, ...] = ()
    for since, _, order in _ERAS:
        if since <= version:
            names = order
    return names
