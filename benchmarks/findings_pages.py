"""The pages of findings as one signed-in engineer asks for them, through Django's whole stack and without a network.

A process of its own, for one database, which it fills where it is empty: it is given how many findings, how many
requests of each page and a word that the pages' names must have, and prints {page: [queries, milliseconds of wall,
milliseconds of processors, the same where one finding changed before, and where everything is counted anew]} as JSON.
"""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import django

django.setup()

from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audits import access, query
from audits.models import Finding, User
from audits.query.remembered import forget
from benchmarks.findings_rows import fill

LIST = "/findings/?q="
OPEN = "state%3Aopen+area%3Aproduct"
PAGES = {
    "what is open, the first page": f"{LIST}{OPEN}",
    "the same, a page in the middle": f"{LIST}{OPEN}&page={{middle}}",
    "the same, its last page": f"{LIST}{OPEN}&page={{last}}",
    "all findings": LIST,
    "one parameter": f"{LIST}state%3Aopen+param%3Anum_generations",
    "one team": f"{LIST}{OPEN}+team%3Ateam-5",
    "one repository": f"{LIST}{OPEN}+repo%3Aservice-123",
    "mine": f"{LIST}state%3Aopen+assignee%3Ame",
    "owned by my teams": f"{LIST}state%3Aopen+owner%3Ame",
    "unowned": f"{LIST}state%3Aopen+is%3Aunowned",
    "two of them: overdue, in one folder": f"{LIST}state%3Aoverdue+path%3Aapp%2Fcore",
    "a word that many have": f"{LIST}handler_7",
    "a word that nobody has": f"{LIST}zebra",
    "a file and line": f"{LIST}module_13.py%3A14",
    **{f"sorted by {key}": f"{LIST}{OPEN}&sort={key}" for key in ("repository", "call", "-parameters", "kind")},
    **{f"sorted by {key}": f"{LIST}{OPEN}&sort={key}" for key in ("confidence", "owner", "-age", "age", "state")},
    "a finding, by itself": "/findings/{pk}/",
    "a finding, within what is open": f"/findings/{{pk}}/?q={OPEN}",
    "my work": "/my-work/",
    "CSV of all, first byte": "/findings/export/?q=&format=csv",
    "JSON of what is open, first byte": f"/findings/export/?q={OPEN}&format=json",
}
# What a person does to many: the question is asked, nothing is decided.
QUESTIONS = {
    "the question about 50 findings": {"move": "plan", "q": "state:open"},
    "the question about all that are open": {"move": "plan", "q": "state:open area:product", "all": "1"},
}


def measured(size: int, times: int, only: str) -> dict[str, Any]:
    """The same of one database."""
    call_command("migrate", verbosity=0)
    client, me = Client(headers={"host": "localhost"}), User.objects.order_by("pk").first() or fill(size)
    client.force_login(me)
    analyse()
    shown = query.apply(access.findings_visible_to(me), query.parse("state:open area:product"), me)
    keys = [str(pk) for pk in query.ordered(shown, "").values_list("pk", flat=True)]
    last = -(-len(keys) // 50)
    words = {"pk": keys[25], "last": last, "middle": max(1, last // 2)}
    requests: dict[str, Callable[[], Any]] = {
        name: lambda path=path: client.get(path.format(**words)) for name, path in PAGES.items()
    }
    for name, sent in QUESTIONS.items():
        data = sent if "all" in sent else {**sent, "f": keys[:50]}
        requests[name] = lambda data=data: client.post("/findings/bulk/", data)
    return {name: timed(ask, times) for name, ask in requests.items() if only in name}


def analyse() -> None:
    """As a database does by itself after so many rows. One process of PostgreSQL answers, so that its time is told."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")
            cursor.execute(f"ALTER DATABASE {connection.settings_dict['NAME']} SET max_parallel_workers_per_gather = 0")
            connection.close()
        else:
            cursor.execute("ANALYZE")


def timed(ask: Callable[[], Any], times: int) -> tuple[int, float, float, float, float]:
    """How many queries where everything is counted, the least wall and processor milliseconds with what is remembered
    of the request before, and those of processors after a change of one finding, and with nothing remembered."""
    forget()
    with CaptureQueriesContext(connection):
        first_byte(ask()).close()
        count = len(connection.queries)
    wall, processor, changed, anew = [], [], [], []
    for _ in range(times):
        forget()
        anew.append(once(ask)[1])
        change()
        changed.append(once(ask)[1])
        for took, least in zip(once(ask), (wall, processor), strict=True):
            least.append(took)
    return count, *(min(took) * 1000 for took in (wall, processor, changed, anew))


def change() -> None:
    """One finding is another one now, as after a decision."""
    row = Finding.objects.order_by("pk").first()
    assert row is not None
    Finding.objects.filter(pk=row.pk).update(version=row.version + 1)


def once(ask: Callable[[], Any]) -> tuple[float, float]:
    """Seconds of wall and of processors."""
    began, worked = time.perf_counter(), processor_time()
    response = first_byte(ask())
    took = time.perf_counter() - began, processor_time() - worked
    response.close()
    assert response.status_code == 200, response.status_code
    return took


def processor_time() -> float:
    """Seconds of this thread and, with PostgreSQL, of the process that answers it."""
    told = 0
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        told = int(Path(f"/proc/{connection.connection.info.backend_pid}/schedstat").read_text().split()[0])
    return time.thread_time() + told / 1e9


def first_byte(response: Any) -> Any:
    """The response: a page is whole by now; of a stream, the first part is waited for, and no more."""
    if response.streaming:
        next(iter(response.streaming_content))
    return response


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])))
