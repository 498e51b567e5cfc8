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


def parse_version(era: str | None) -> tuple[int, int, int] | None:
    """The SDK version in `era` ("4.57", "cohere==5.13.12", "2.2.4-2.2.5", "4"), or None where there is none.

    A part that is not written counts as 9999: "4" is the newest 4.x. A name out of ERAS is its first version.
    """
    for since, name, _ in _ERAS:
        if era == name:
            return since
    found = _VERSION.search(era or "")
    if found is None:
        return None
    parts = [int(part[:6]) for part in found.group().split(".")[:3]]
    major, minor, patch = [*parts, 9999, 9999][:3]
    return major, minor, patch


def positional_names(era: str | None, client: str | None = None, method: str = "generate") -> tuple[str, ...]:
    """The names of a Generate method's positional arguments in order; the empty tuple where only keywords are legal.

    `era` is a version of the SDK or a name out of ERAS (see `parse_version`); where it tells nothing, the order of
    4.1.2-4.47 holds, the longest-lived one that takes positional arguments at all. `client` is a path out of CLIENTS:
    the AWS client has its own order.
    """
    if method == "batch_generate":
        return ("prompts", "return_exceptions")
    row = CLIENTS.get(client or "")
    if row is not None and row.positional == "aws":
        return _AWS
    version = parse_version(era)
    if version is None:
        return ERAS["4.1.2-4.47"]
    return [order for since, _, order in _ERAS if since <= version][-1]


def default_temperature(era: str | None) -> str:
    """The temperature of a call that passed none: up to 2.9.0 the SDK sent 1.0, later the server chose 0.75."""
    version = parse_version(era)
    return "1.0" if version is not None and version < (2, 9, 1) else "0.75"


# Of a client that is made with a version date: `Client(key, version)` is the constructor up to 3.x.
DATED = "3 or older"


def sends_length(era: str | None) -> bool:
    """Did the SDK send max_tokens=20 where a call passed none? Up to 2.4 it did; from 2.5.0 on the server chose."""
    version = parse_version(era)
    return version is not None and version < (2, 5, 0)
