"""What was counted once is not counted again until something has changed that it may depend on.

Kept by this process, under the versions of the findings (`models.change`) and the very question: its SQL and values, so
who asks, what they may see and which day it is are part of it. Never wrong: versions are read before the rows, so what
is kept under them is at least as new.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet

from audits.models import Finding
from audits.models.change import EVERY, versions

KEPT = 1_000
# Answers of single repositories, all questions together.
KEPT_PARTS = 100_000
Answer = TypeVar("Answer")
Version = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Kept:
    """`of` is the version that it was asked under; of a question asked by repository, the answers by repository."""

    of: Mapping[int, Version]
    answer: Any
    parts: int = 0


_answers: OrderedDict[Any, _Kept] = OrderedDict()
_lock = Lock()


def remembered(what: str, ask: Callable[[], Answer], *of: "QuerySet[Any, Any]") -> Answer:
    """`ask()`, or what it gave before for the same `what` and the same rows `of`; an answer must not be changed."""
    try:
        key = (what, *(rows.query.sql_with_params() for rows in of))
    except EmptyResultSet:
        return ask()
    now, kept = versions(), _recalled(key)
    if kept is not None and kept.of == now:
        return kept.answer  # type: ignore[no-any-return]
    answer = ask()
    _keep(key, _Kept(now, answer))
    return answer


def by_repository(
    what: str, ask: Callable[["QuerySet[Finding]"], Mapping[int, Answer]], found: "QuerySet[Finding]"
) -> Iterable[Answer]:
    """What `ask` tells of each repository of those `found`; after a change it is asked of the changed ones alone."""
    try:
        key = (what, found.query.sql_with_params())
    except EmptyResultSet:
        return ask(found).values()
    now, kept = versions(), _recalled(key)
    if kept is not None and kept.of == now:
        return kept.answer.values()  # type: ignore[no-any-return]
    if kept is None or kept.of.get(EVERY) != now.get(EVERY):
        answers = dict(ask(found))
    else:
        changed = {of for of in {*now, *kept.of} if now.get(of) != kept.of.get(of)}
        answers = {of: answer for of, answer in kept.answer.items() if of not in changed}
        answers.update(ask(found.filter(repository__in=sorted(changed))))
    _keep(key, _Kept(now, answers, len(answers)))
    return answers.values()


def _recalled(key: Any) -> _Kept | None:
    with _lock:
        if key in _answers:
            _answers.move_to_end(key)
        return _answers.get(key)


def _keep(key: Any, kept: _Kept) -> None:
    with _lock:
        _answers[key] = kept
        _answers.move_to_end(key)
        while len(_answers) > KEPT or sum(one.parts for one in _answers.values()) > max(KEPT_PARTS, kept.parts):
            _answers.popitem(last=False)


def forget() -> None:
    """Count everything anew."""
    with _lock:
        _answers.clear()
