"""The pages of findings with 1,000 and with 100,000 of them, on SQLite and on PostgreSQL, in one run.

Printed are a page's queries, and the least processor time of a few requests (of the thread that answers and of the
database's process), where what was counted before is remembered, after a change of one finding, and where all is
counted anew, for both sizes; of an export, the time until the first byte. A PostgreSQL is started for the run, on a
unix socket. Beside other work only the processor time says something.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))

from benchmarks.bench_engine import machine  # noqa: E402 - the project is no installed package
from tests.postgres import NoServer, Server  # noqa: E402

INSIDE = PROJECT / "benchmarks/findings_pages.py"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,100000", help="how many findings, one organisation each")
    parser.add_argument("--databases", default="sqlite,postgres")
    parser.add_argument("--times", type=int, default=2, help="requests of each page, of which the fastest counts")
    parser.add_argument("--only", default="", help="pages with this word in their name")
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    print(f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, {machine()}, load {os.getloadavg()[0]:.1f}")
    for name in options.databases.split(","):
        with tempfile.TemporaryDirectory(prefix="lc-", dir="/tmp") as scratch, DATABASES[name](Path(scratch)) as urls:
            found = [of_size(url, size, Path(scratch), options) for url, size in zip(urls, sizes, strict=False)]
            table(name, sizes, found)
    return 0


@contextmanager
def sqlite(folder: Path) -> Iterator[list[str]]:
    yield [f"sqlite:///{folder}/{n}.sqlite3" for n in range(9)]


@contextmanager
def postgres(folder: Path) -> Iterator[list[str]]:
    """A server of its own. Raises SystemExit where none can be started."""
    server = Server(folder / "socket")
    try:
        server.start()
        names = [f"bench{n}" for n in range(9)]
        with psycopg.connect(host=str(folder / "socket"), user="postgres", dbname="postgres", autocommit=True) as link:
            for name in names:
                link.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        yield [f"postgres://postgres@/{folder}/socket/{name}".replace("@/", "@//") for name in names]
    except NoServer as error:
        raise SystemExit(str(error)) from None
    finally:
        server.stop()


DATABASES: dict[str, Callable[[Path], Any]] = {"sqlite": sqlite, "postgres": postgres}


def of_size(url: str, size: int, scratch: Path, options: argparse.Namespace) -> dict[str, Any]:
    """What a process with that database measures."""
    environment = {
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "TEST_DATABASE": url,
        "TEST_DATA_DIR": f"{scratch}/{size}",
    }
    done = subprocess.run(
        [sys.executable, INSIDE, str(size), str(options.times), options.only],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        check=True,
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def table(name: str, sizes: list[int], found: list[dict[str, Any]]) -> None:
    heads = " | ".join(f"{size:,}: queries | ms | changed | anew" for size in sizes)
    print(f"\n| {name} | {heads} | × | × changed | × anew |")
    print("|---|" + "---|" * (4 * len(sizes) + 3))
    for page in found[0]:
        cells = [f"{row[0]} | {row[2]:.0f} | {row[3]:.0f} | {row[4]:.0f}" for row in (one[page] for one in found)]
        flag = "" if len({one[page][0] for one in found}) == 1 else " **other queries**"
        ratios = " | ".join(f"{found[-1][page][at] / found[0][page][at]:.1f}" for at in (2, 3, 4))
        print(f"| {page} | {' | '.join(cells)} | {ratios}{flag} |", flush=True)


if __name__ == "__main__":
    sys.exit(main())
