"""The database as `analysis` wants it: a store of facts by blob, shared by every repository and every scan."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import Q

from audits.analysis import OF_MANY, FactKey
from audits.engine.facts import FileKind, UnreadReason
from audits.models import BlobFacts

from .worded import ANY_TEXT, Worded

TRIES = 2
# So few are asked for one by one: that takes less than to word a question about all of them.
_FEW = 4
# Under other kinds stands how uses are shown, and what is kept of many files together.
_FILES = frozenset(FileKind)
_KEY = ("object_format", "oid", "kind", "engine")
# Once is no proof: a loaded machine may have been to blame.
_TO_TRY_AGAIN = Q(unread=UnreadReason.TIMED_OUT.value, tries__lt=TRIES)


class DbFactStore:
    """Facts in rows. A file that timed out is not known until it did so in a second scan; one that crashed is.

    `extracted` counts the blobs whose facts came in through this store; `doubted`, whether one of them timed out and
    the next scan is to try it again.
    """

    def __init__(self) -> None:
        self.extracted = 0
        self.doubted = False

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        wanted = set(keys)
        values: Iterable[tuple[Any, ...]]
        if len(wanted) <= _FEW and all(key.kind in _FILES or key.kind in OF_MANY for key in wanted):
            values = [row for key in sorted(wanted) for row in _known(key.kind, key.engine).ask(key.oid)]
        else:
            oids, kinds, engines = ({key[at] for key in keys} for at in (1, 2, 3))
            rows = BlobFacts.objects.filter(oid__in=oids, kind__in=kinds, engine__in=engines)
            values = rows.exclude(_TO_TRY_AGAIN).values_list(*_KEY, "facts")
        return {key: facts for *parts, facts in values if (key := FactKey(*parts)) in wanted}

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        """One statement; in the order of the keys, so that two workers with the same blobs do not block each other."""
        self.extracted += sum(key.kind in _FILES for key in facts)
        tried = self._tries(facts)
        rows = [
            BlobFacts(**key._asdict(), facts=facts[key], unread=_reason(facts[key]), tries=tried.get(key, 0) + 1)
            for key in sorted(facts)
        ]
        self.doubted |= any(row.unread == UnreadReason.TIMED_OUT.value and row.tries < TRIES for row in rows)
        BlobFacts.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=_KEY, update_fields=("facts", "unread", "tries")
        )

    def _tries(self, facts: Mapping[FactKey, str]) -> dict[FactKey, int]:
        oids = {key.oid for key in facts if key.kind not in OF_MANY}
        if not oids:
            return {}
        rows = BlobFacts.objects.filter(_TO_TRY_AGAIN, oid__in=oids)
        return {FactKey(*parts): tries for *parts, tries in rows.values_list(*_KEY, "tries")}


@lru_cache(maxsize=100)
def _known(kind: str, engine: str) -> Worded:
    """What is known of the blob, or the run of files, of an id."""
    rows = BlobFacts.objects.filter(oid=ANY_TEXT, kind=kind, engine=engine).exclude(_TO_TRY_AGAIN).order_by()
    return Worded(rows.values_list(*_KEY, "facts"))


def _reason(text: str) -> str:
    return str(json.loads(text)["unread"]["reason"]) if text.startswith('{"unread"') else ""
