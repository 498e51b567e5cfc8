"""What was counted once is not counted again until something has changed that it may depend on.

Kept by this process, under the version of the findings (`models.change`) and the very question: its SQL and values, so
who asks, what they may see and which day it is are part of it. Never wrong: a version is read before the rows, so what
is kept under it is at least as new.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from audits.models.change import version

KEPT = 1_000
Answer = TypeVar("Answer")
_answers: OrderedDict[Any, Any] = OrderedDict()
_lock = Lock()


def remembered(what: str, ask: Callable[[], Answer], *of: "QuerySet[Any, Any]") -> Answer:
    """`ask()`, or what it gave before for the same `what` and the same rows `of`; an answer must not be changed."""
    try:
        said = tuple(rows.query.sql_with_params() for rows in of)
    except EmptyResultSet:
        return ask()
    key = (what, version(), said)
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
            return _answers[key]  # type: ignore[no-any-return]
    answer = ask()
    with _lock:
        _answers[key] = answer
        while len(_answers) > KEPT:
            _answers.popitem(last=False)
    return answer


def forget() -> None:
    """Count everything anew."""
    with _lock:
        _answers.clear()
