"""Rows of a repository that each result writes anew, where they are others than before."""

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

from django.db.models import Model

from audits.models import Repository

from .worded import ANY, Worded

M = TypeVar("M", bound=Model)


def replace_rows(model: type[M], columns: tuple[str, ...], repository: Repository, rows: Sequence[M]) -> None:
    """Write `rows` in place of the repository's own; nothing where these say the same in `columns`, as mostly."""
    told = sorted(repr(tuple(getattr(row, name) for name in columns)) for row in rows)
    if sorted(map(repr, _stored(model, columns).ask(repository.pk))) != told:
        model._default_manager.filter(repository=repository).delete()
        model._default_manager.bulk_create(rows, batch_size=500)


@cache
def _stored(model: type[Model], columns: tuple[str, ...]) -> Worded:
    return Worded(model._default_manager.filter(repository=ANY).order_by().values_list(*columns))
