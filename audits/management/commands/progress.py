"""`manage.py progress`: the overview's numbers."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from audits.progress import Summary, summary
from audits.progress.tables import summary_object


class Command(BaseCommand):
    help = "Say how many calls to Generate are left, and how much is known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        numbers = summary(None)
        self.stdout.write(
            json.dumps(summary_object(numbers), indent=2) if options["format"] == "json" else as_text(numbers)
        )


def as_text(numbers: Summary) -> str:
    """The same in lines for a person."""
    lines = [
        f"{numbers.headline}, {numbers.days_overdue:,} days overdue",
        *([_chat_failures(numbers.chat_failures)] if numbers.chat_failures else []),
        f"{numbers.resolved:,} resolved{_before(numbers.history.before)}, "
        f"{numbers.unknown:,} unknown, {numbers.dismissed:,} dismissed",
        *([numbers.waiting] if numbers.waiting else []),
        f"{numbers.repositories_at_zero:,} of {numbers.repositories_ever:,} repositories at verified zero",
        str(numbers.coverage),
    ]
    for title, rows in (
        ("Teams", [(row.name, row.left) for row in numbers.teams]),
        ("In the way", [(row.name, row.calls) for row in numbers.parameters]),
        ("Platforms", [(row.name, row.calls) for row in numbers.platforms]),
    ):
        if rows:
            lines += ["", title, *(f"{count:>7,}  {name}" for name, count in rows)]
    return "\n".join(lines)


def _before(count: int) -> str:
    return f" and {count:,} before the first scan" if count else ""


def _chat_failures(count: int) -> str:
    return "1 of them is a Chat call that fails" if count == 1 else f"{count:,} of them are Chat calls that fail"
