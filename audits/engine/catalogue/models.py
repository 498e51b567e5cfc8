"""Model ids: the ones that no longer answer, what takes their place, the live ones, and fine-tuned ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from audits.engine.catalogue.sources import BEDROCK_LIFECYCLE, DEPRECATIONS, MODELS, OCI_RETIRED, RELEASES, Source
from audits.engine.facts import Argument, Platform

# The guide's own recommendation: alive, and answers Chat v1 and v2.
RECOMMENDED = "command-a-03-2025"
LIVE: Mapping[str, Source] = dict.fromkeys(
    (
        "command-a-plus-05-2026",
        "command-a-03-2025",
        "command-r7b-12-2024",
        "command-a-reasoning-08-2025",
        "command-a-translate-08-2025",
        "command-a-vision-07-2025",
        "command-r-08-2024",
        "command-r-plus-08-2024",
    ),
    MODELS,
)
# What the parameter with a model's id is called, by Cohere's own SDK first, then by what stands around it.
MODEL_NAMES = ("model", "model_id", "model_name", "model_name_or_path", "modelName", "modelId")
# Chat v1 does not know these.
LIVE_V2_ONLY = frozenset({"command-a-plus-05-2026"})
# What the server took where a Generate call named no model.
GENERATE_DEFAULT = "command"

_SUNSET = date(2025, 9, 15)
# The id itself: a UUID and "-ft", or a name with the mark at one of its ends.
_FINE_TUNED = re.compile(r"(?:ft-[\w.:/-]+|[\w.:/-]+-ft)")
# `model.id + "-ft"` and f"{model.id}-ft": the literal part of an id that is put together.
_FINE_TUNED_PART = re.compile(r"""-ft["']|["']ft-""")
# The families of Generate and Chat models that Cohere has ever listed, whatever their size and date.
_LISTED = re.compile(
    r"(?:cohere[./])?(?:command|c4ai|aya|tiny-aya|gptd|baseline|base|small|medium|large|xlarge)\b[\w.:-]*"
)
# A release of a size by its day: each size has ended, so all of its releases have.
_DATED = re.compile(r"((?:command-)?(?:small|medium|large|xlarge))-20\d{6}")
# Bedrock's inference profiles: `us.cohere.command-r-v1:0`.
_REGION = re.compile(r"^[a-z]{2,6}\.(?=cohere\.)")


@dataclass(frozen=True, slots=True)
class Model:
    """A model id that no longer answers. `removed` is None where the day of its end is not published.

    `replacement` is "" where the platform offers nothing in its place. `renamed` is the id it got in between.
    """

    name: str
    platform: Platform
    removed: date | None
    replacement: str
    source: Source
    renamed: str = ""


def _rows(names: str, platform: Platform, removed: date | None, replacement: str, source: Source) -> tuple[Model, ...]:
    return tuple(Model(name, platform, removed, replacement, source) for name in names.split())


_CHAT_R = "command-r-08-2024"
_CHAT_R_PLUS = "command-r-plus-08-2024"
_ROWS: tuple[Model, ...] = (
    *_rows("command command-light", Platform.COHERE, _SUNSET, RECOMMENDED, DEPRECATIONS),
    *_rows("command-r command-r-03-2024", Platform.COHERE, _SUNSET, _CHAT_R, DEPRECATIONS),
    *_rows("command-r-plus command-r-plus-04-2024", Platform.COHERE, _SUNSET, _CHAT_R_PLUS, DEPRECATIONS),
    *_rows("command-nightly command-light-nightly base base-light", Platform.COHERE, None, RECOMMENDED, MODELS),
    *_rows("command-xlarge-beta gptd-instruct-tft baseline-shrimp", Platform.COHERE, None, RECOMMENDED, MODELS),
    *_rows(
        "small large small-20220926 large-20220926 medium-20220926 xlarge-20220609",
        Platform.COHERE,
        date(2022, 12, 2),
        RECOMMENDED,
        RELEASES,
    ),
    Model("medium", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="base-light"),
    Model("medium-20221108", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="base-light"),
    Model("xlarge", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="base"),
    Model("xlarge-20221108", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="base"),
    Model("command-xlarge", Platform.COHERE, _SUNSET, RECOMMENDED, RELEASES, renamed="command"),
    Model("command-medium", Platform.COHERE, _SUNSET, RECOMMENDED, RELEASES, renamed="command-light"),
    Model("command-xlarge-nightly", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="command-nightly"),
    Model("command-medium-nightly", Platform.COHERE, None, RECOMMENDED, RELEASES, renamed="command-light-nightly"),
    Model("command-xlarge-20221108", Platform.COHERE, date(2023, 1, 30), RECOMMENDED, RELEASES),
    *_rows(
        "c4ai-aya-expanse-8b c4ai-aya-vision-8b",
        Platform.COHERE,
        date(2026, 4, 4),
        "command-r7b-12-2024",
        DEPRECATIONS,
    ),
    *_rows(
        "cohere.command-text-v14 cohere.command-light-text-v14",
        Platform.BEDROCK,
        date(2025, 8, 12),
        "",
        BEDROCK_LIFECYCLE,
    ),
    *_rows(
        "cohere.command-r-v1:0 cohere.command-r-plus-v1:0", Platform.BEDROCK, date(2026, 8, 19), "", BEDROCK_LIFECYCLE
    ),
    *_rows(
        "cohere.command cohere.command-light", Platform.OCI, date(2024, 10, 2), f"cohere.{RECOMMENDED}", OCI_RETIRED
    ),
    *_rows("cohere.command-r-16k", Platform.OCI, None, f"cohere.{_CHAT_R}", OCI_RETIRED),
    *_rows("cohere.command-r-plus", Platform.OCI, None, f"cohere.{_CHAT_R_PLUS}", OCI_RETIRED),
)
# By id. `small`, `medium`, `large` and `base` are ordinary words elsewhere: look them up for a Cohere model only.
DEAD: Mapping[str, Model] = {row.name: row for row in _ROWS}


def is_fine_tuned(value: str) -> bool:
    """Whether a model id, or the source text of an expression that makes one, names a fine-tuned model."""
    return _FINE_TUNED.fullmatch(value) is not None or _FINE_TUNED_PART.search(value) is not None


def names_fine_tuned(argument: Argument) -> bool:
    """Whether the value of `model`, or the expression that makes it, names a fine-tuned model."""
    literal = argument.literal if isinstance(argument.literal, str) else ""
    return is_fine_tuned(literal or argument.source) or is_fine_tuned(argument.behind)


def is_listed(value: str) -> bool:
    """Whether a model id is of a family that Cohere has listed, alive or not."""
    return _LISTED.fullmatch(value) is not None


def live_model(platform: Platform) -> str:
    """What to do on a platform about a model that is gone and has no successor there."""
    if platform is Platform.BEDROCK:
        return "Name another vendor's model: Bedrock offers no Cohere chat model on demand any more."
    return f"Name a live model, such as {RECOMMENDED}."


def dead_model(value: str) -> Model | None:
    """The row of a model id that no longer answers, also behind a provider or an ARN and before a Bedrock version."""
    name = _REGION.sub("", value.rsplit("/", 1)[-1]).removeprefix("cohere:").removeprefix("bedrock:")
    row = DEAD.get(name)
    if row is None and name.startswith("cohere."):
        row = DEAD.get(name.split(":", 1)[0]) or DEAD.get(":".join(name.split(":")[:2]))
    dated = _DATED.fullmatch(name) if row is None else None
    size = DEAD.get(dated[1]) if dated is not None else None
    return replace(size, name=name, removed=None) if size is not None else row
