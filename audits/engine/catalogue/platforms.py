"""Who answers a Generate call, since when nobody does, and the way out of each."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from audits.engine.catalogue import guide
from audits.engine.catalogue.sources import (
    AWS_SDK,
    BEDROCK_LIFECYCLE,
    DEPRECATIONS,
    GUIDE,
    ML_COMMONS,
    OCI_NOTES,
    SPEC,
    Source,
)
from audits.engine.facts import Platform

GUIDE_DATE = date(2025, 8, 26)


@dataclass(frozen=True, slots=True)
class Target:
    """One platform. `announced` is the day that was published first, `off_since` the day from which calls fail (None:
    not known to be off). `state` and `way_out` are a sentence each."""

    platform: Platform
    name: str
    announced: date | None
    off_since: date | None
    state: str
    way_out: str
    source: Source


@dataclass(frozen=True, slots=True)
class Dispute:
    """A claim of the guide, word for word, and the page that says otherwise."""

    about: str
    guide: str
    other: str
    source: Source
    note: str = ""
    guide_source: Source = GUIDE


PLATFORMS: Mapping[Platform, Target] = {
    row.platform: row
    for row in (
        Target(
            Platform.COHERE,
            "Cohere",
            GUIDE_DATE,
            date(2025, 9, 15),
            "Cohere answers “Generate API was removed on September 15 2025”.",
            "Call Chat on Cohere's platform.",
            DEPRECATIONS,
        ),
        Target(
            Platform.BEDROCK,
            "Amazon Bedrock",
            None,
            date(2025, 8, 12),
            "Bedrock's Generate models (Command, Command Light) reached their end of life on 12 August 2025.",
            "Bedrock offers no Cohere chat model on demand any more (Command R and R+ ended on 19 August 2026): call "
            "Chat on Cohere's platform, on a SageMaker endpoint, or another vendor's model through Bedrock's Converse.",
            BEDROCK_LIFECYCLE,
        ),
        Target(
            Platform.SAGEMAKER,
            "Amazon SageMaker",
            None,
            None,
            "Whether a SageMaker endpoint still answers Generate depends on the model package that it runs.",
            "Deploy a Command R or Command A package and call it through cohere.SagemakerClientV2.",
            AWS_SDK,
        ),
        Target(
            Platform.OCI,
            "Oracle OCI",
            date(2025, 6, 26),
            date(2026, 6, 26),
            "Oracle's GenerateText API is unavailable since 26 June 2026.",
            "Call OCI's Chat API, or cohere.OciClientV2, with a live chat model.",
            OCI_NOTES,
        ),
        Target(
            Platform.PRIVATE,
            "Private deployment",
            GUIDE_DATE,
            None,
            "Whether a private deployment still answers Generate is up to those who run it.",
            "Ask those who run the deployment whether it serves /v2/chat, and call that.",
            SPEC,
        ),
        Target(
            Platform.UNKNOWN,
            "Unknown",
            GUIDE_DATE,
            None,
            "The code does not tell who answers this call.",
            "Find out where the client's requests go, then call Chat there.",
            GUIDE,
        ),
    )
}
# Platforms on which Generate is known to be off, and since when.
OFF_SINCE: Mapping[Platform, date] = {
    row.platform: row.off_since for row in PLATFORMS.values() if row.off_since is not None
}

DISPUTES: tuple[Dispute, ...] = (
    Dispute(
        "endpoint",
        guide.NOT_DISABLED,
        "The live API answers “Generate API was removed on September 15 2025”; the deprecations page says the same.",
        ML_COMMONS,
        "Whatever the guide promises, count on no answer: the call fails until it goes to Chat.",
    ),
    Dispute(
        "date",
        guide.SLATED,
        "The deprecations page says 15 September 2025.",
        DEPRECATIONS,
    ),
    Dispute(
        "fine-tuned models",
        guide.FINE_TUNED,
        "Since 15 September 2025 “Previously fine-tuned models will no longer be accessible”.",
        DEPRECATIONS,
    ),
)
