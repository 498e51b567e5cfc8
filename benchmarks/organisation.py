"""The rows of an organisation that is measured: registered, scanned and read by the workers that run beside.

A process of its own, for one installation: it reads [[name, path], ...] as JSON, then words, each a line, and answers
each with a line that says what came of it.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.db.models import QuerySet

from audits import history, intake
from audits.models import HistoryRun, HistoryTrigger, Repository, Scan, ScanTrigger
from audits.models import Organisation as Settings
from audits.models.repository import CheckState
from audits.models.scan import OPEN_STATES
from audits.scans import request_scan


class Organisation:
    """Repositories given as (name, path); no clock reads a history before it is asked for."""

    def __init__(self, rows: Iterable[tuple[str, str]]) -> None:
        Settings.objects.update_or_create(pk=1, defaults={"name": "Bench", "history_months": 0})
        self.repositories = [intake.register(path, name=name, scan=False) for name, path in rows]
        Repository.objects.update(next_scan_at=None)
        while Repository.objects.filter(check_state=CheckState.WAITING).exists():
            time.sleep(0.1)

    def scan(self) -> str:
        """One scan of each; what came of them."""
        ids = [request_scan(row, ScanTrigger.COMMAND).pk for row in self.repositories]
        return _wait(Scan.objects.filter(pk__in=ids))

    def histories(self) -> str:
        """One history of each."""
        Settings.objects.update(history_months=17)
        rows = Repository.objects.exclude(applied_commit="")
        ids = [history.request_history(row, HistoryTrigger.COMMAND).pk for row in rows]
        said = _wait(HistoryRun.objects.filter(pk__in=ids))
        points = sum(HistoryRun.objects.filter(pk__in=ids).values_list("points_done", flat=True))
        return f"{said}, {points} points"


def _wait(rows: "QuerySet[Scan] | QuerySet[HistoryRun]") -> str:
    while rows.filter(state__in=OPEN_STATES).exists():
        time.sleep(0.1)
    ended: Sequence[Scan | HistoryRun] = list(rows)
    states = Counter(str(row.state) for row in ended)
    fetching = sum((row.fetched_at - row.started_at).total_seconds() for row in ended if row.fetched_at)
    seconds = sum(row.seconds or 0 for row in ended)
    words = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    failed = {row.error_kind for row in ended if row.error_kind}
    because = f" ({', '.join(sorted(failed))})" if failed else ""
    return f"{words}{because}; in sum {seconds:.1f} s, of which {fetching:.1f} s to have it fetched"


def main() -> None:
    organisation = Organisation(json.loads(sys.stdin.readline()))
    words = {"scan": organisation.scan, "histories": organisation.histories}
    print("registered", flush=True)
    for line in sys.stdin:
        print(words[line.strip()](), flush=True)


if __name__ == "__main__":
    main()
