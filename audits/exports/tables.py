"""Any table as CSV and JSON, streamed row by row, with no cell that a spreadsheet would run."""

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

# A spreadsheet takes a cell that starts so for a formula; the full-width ones too.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


class Echo:
    """What csv writes to: gives the line back instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def table_as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The same for any table."""
    writer = csv.writer(Echo(), quoting=csv.QUOTE_ALL)
    yield writer.writerow(columns)
    for row in rows:
        yield writer.writerow([plain_cell(value) for value in row])


def table_as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """One JSON list, an object a row; days and moments as ISO text."""
    yield json.dumps([dict(zip(columns, row, strict=True)) for row in rows], default=str, indent=1) + "\n"


TABLE_FORMATS = {"csv": table_as_csv, "json": table_as_json}


def plain_cell(value: object) -> str:
    """Text that a spreadsheet shows and never runs; a number is one, below 0 too."""
    if isinstance(value, (int, float)):
        return str(value)
    text = "" if value is None else str(value)
    first = text.lstrip(" \n\x0b\x0c\xa0\ufeff")[:1]
    return f"'{text}" if first and first in FORMULA else text
