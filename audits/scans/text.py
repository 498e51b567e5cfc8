"""What a column takes: no NUL (PostgreSQL refuses it), no lone surrogates (SQLite does), no more than it holds."""

from collections.abc import Mapping
from typing import Any

from django.db import models


def clean(text: str, limit: int | None = None) -> str:
    """Text that every database stores, at most `limit` characters long."""
    if text.isascii() and "\0" not in text:
        plain = text
    else:
        plain = text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode("utf-8")
    if limit is not None and len(plain) > limit:
        return plain[: limit - 1] + "…"
    return plain


def clean_json(value: Any) -> Any:
    """The same for all text in a JSON value."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [clean_json(item) for item in value]
    if isinstance(value, Mapping):
        return {clean(str(key)): clean_json(item) for key, item in value.items()}
    return value


def fit(model: type[models.Model], values: Mapping[str, Any]) -> dict[str, Any]:
    """Values for a row of `model`, every text cleaned and cut to its column."""
    fitted = {}
    for name, value in values.items():
        limit = getattr(model._meta.get_field(name), "max_length", None)
        fitted[name] = clean(value, limit) if isinstance(value, str) else value
    return fitted
