"""What the tests of the sandbox have it read, and how they look at its child."""

import os
from pathlib import Path

from audits.engine import ModuleFacts, Unread
from tests.waiting import reached

PROJECT = Path(__file__).resolve().parents[2]
GOOD = b"import cohere\n\nco = cohere.Client()\nprint(co.generate(prompt='Hi', k=3).generations[0].text)\n"
START = b"import cohere\n"
CALL_NEST = START + b"x = " + b"f(" * 1000 + b")" * 1000
MATCH_TUPLE = START + b"match a:\n case " + b"(" * 20 + b"1" + b",)" * 20 + b": pass\n"
LIST_UNCLOSED = START + b"x = " + b"[" * 10_000


def running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children(pid: int) -> list[int]:
    """The processes that its main thread has started, the oldest first; none of one that is gone."""
    try:
        return [int(number) for number in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def resident(pid: int) -> int:
    """Bytes of memory that a process has."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def ends(pid: int) -> bool:
    return reached(lambda: not running(pid))


def check(answer, reason):
    if reason is None:
        assert isinstance(answer, ModuleFacts)
    else:
        assert isinstance(answer, Unread)
        assert answer.reason == reason
        assert answer.detail.endswith(".")
