"""The Generate API as data: one row a fact, each with the page that says so and the day on which it was read there."""

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
from audits.engine.catalogue.positions import ERAS, positional_names
from audits.engine.catalogue.sources import Source

__all__ = [
    "CLIENTS",
    "ERAS",
    "METHODS",
    "PACKAGES",
    "RAW_ATTRIBUTE",
    "RAW_METHODS",
    "VENDORED_AWS_ATTRIBUTE",
    "Client",
    "Method",
    "Source",
    "positional_names",
]
