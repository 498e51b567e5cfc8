"""The Generate API as data: one row a fact, each with the page that says so and the day on which it was read there."""

from audits.engine.catalogue import guide
from audits.engine.catalogue.aws import AWS_DEFAULTS, AWS_PARAMETERS, AWS_RULES
from audits.engine.catalogue.chat import AWS_CHAT_KEYWORDS, CHAT_V1_KEYWORDS, CHAT_V2_KEYWORDS, NOT_IN_SDK_4
from audits.engine.catalogue.clients import (
    CLIENTS,
    METHODS,
    PACKAGES,
    RAW_ATTRIBUTE,
    RAW_METHODS,
    VENDORED_AWS_ATTRIBUTE,
    Client,
    Method,
)
from audits.engine.catalogue.models import (
    DEAD,
    GENERATE_DEFAULT,
    LIVE,
    LIVE_V2_ONLY,
    MODEL_NAMES,
    RECOMMENDED,
    Model,
    dead_model,
    is_fine_tuned,
    is_listed,
    live_model,
    names_fine_tuned,
)
from audits.engine.catalogue.parameters import (
    ADDED_TO_BODY,
    DEAD_MODEL,
    DEFAULTS,
    FINE_TUNED,
    PARAMETERS,
    RULES,
    SMUGGLED,
    UNLISTED,
)
from audits.engine.catalogue.platforms import DISPUTES, GUIDE_DATE, OFF_SINCE, PLATFORMS, Dispute, Target
from audits.engine.catalogue.positions import (
    DATED,
    ERAS,
    default_temperature,
    parse_version,
    positional_names,
    sends_length,
)
from audits.engine.catalogue.rules import Default, Rule
from audits.engine.catalogue.sources import Source

GUIDE_SIX = frozenset(guide.UNSUPPORTED)
GUIDE_KEPT = frozenset(guide.KEPT)

__all__ = [
    "ADDED_TO_BODY",
    "AWS_CHAT_KEYWORDS",
    "AWS_DEFAULTS",
    "AWS_PARAMETERS",
    "AWS_RULES",
    "CHAT_V1_KEYWORDS",
    "CHAT_V2_KEYWORDS",
    "CLIENTS",
    "DATED",
    "DEAD",
    "DEAD_MODEL",
    "DEFAULTS",
    "DISPUTES",
    "ERAS",
    "FINE_TUNED",
    "GENERATE_DEFAULT",
    "GUIDE_DATE",
    "GUIDE_KEPT",
    "GUIDE_SIX",
    "LIVE",
    "LIVE_V2_ONLY",
    "METHODS",
    "MODEL_NAMES",
    "NOT_IN_SDK_4",
    "OFF_SINCE",
    "PACKAGES",
    "PARAMETERS",
    "PLATFORMS",
    "RAW_ATTRIBUTE",
    "RAW_METHODS",
    "RECOMMENDED",
    "RULES",
    "SMUGGLED",
    "UNLISTED",
    "VENDORED_AWS_ATTRIBUTE",
    "Client",
    "Default",
    "Dispute",
    "Method",
    "Model",
    "Rule",
    "Source",
    "Target",
    "dead_model",
    "default_temperature",
    "is_fine_tuned",
    "is_listed",
    "live_model",
    "names_fine_tuned",
    "parse_version",
    "positional_names",
    "sends_length",
]
