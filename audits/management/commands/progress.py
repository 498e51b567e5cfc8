"""`manage.py progress`: the overview's numbers."""

import json
from argparse import ArgumentParser
from datetime import UTC
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from audits.progress import Summary, summary


class Command(BaseCommand):
    help = "Say how many calls to Generate are left, and how much is known."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            numbers = summary(None)
        except DatabaseError as error:
            raise CommandError(f"The database cannot be read ({error}): run `manage.py migrate` first.") from error
        self.stdout.write(json.dumps(as_object(numbers), indent=2) if options["format"] == "json" else as_text(numbers))


def as_object(numbers: Summary) -> dict[str, Any]:
    """The Summary as JSON values; the keys are a contract, more may follow."""
    return {
        "as_of": numbers.as_of.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "remaining": numbers.remaining,
        "chat_failures": numbers.chat_failures,
        "resolved": numbers.resolved,
        "unknown": numbers.unknown,
        "dismissed": numbers.dismissed,
        "ever_seen": numbers.ever_seen,
        "completion": list(numbers.completion) if numbers.completion else None,
        "days_overdue": numbers.days_overdue,
        "repositories": numbers.repositories,
        "repositories_at_zero": numbers.repositories_at_zero,
        "repositories_read": numbers.read_lately,
        "unread": numbers.unread,
        "statuses": numbers.statuses,
        "knowledge": numbers.knowledge,
        "teams": [
            {"team": row.team.name if row.team else None, "remaining": row.left, "resolved": row.resolved}
            for row in numbers.teams
        ],
        "parameters": [
            {"name": row.name, "verdict": row.verdict, "remaining": row.calls} for row in numbers.parameters
        ],
        "platforms": [
            {"platform": row.platform, "remaining": row.calls, "days_overdue": row.days_overdue}
            for row in numbers.platforms
        ],
        "trend": [
            {"day": day.day.isoformat(), "remaining": day.left, "resolved": day.resolved} for day in numbers.trend
        ],
    }


def as_text(numbers: Summary) -> str:
    """The same in lines for a person."""
    lines = [
        f"{numbers.headline}, {numbers.days_overdue:,} days overdue",
        *([_chat_failures(numbers.chat_failures)] if numbers.chat_failures else []),
        f"{numbers.resolved:,} resolved, {numbers.unknown:,} unknown, {numbers.dismissed:,} dismissed",
        f"{numbers.repositories_at_zero:,} of {numbers.repositories_ever:,} repositories at verified zero",
        f"{numbers.read_lately:,} of {numbers.repositories:,} repositories read in the last 7 days, "
        f"{numbers.unread:,} {'file' if numbers.unread == 1 else 'files'} unread",
    ]
    for title, rows in (
        ("Teams", [(row.name, row.left) for row in numbers.teams]),
        ("In the way", [(row.name, row.calls) for row in numbers.parameters]),
        ("Platforms", [(row.name, row.calls) for row in numbers.platforms]),
    ):
        if rows:
            lines += ["", title, *(f"{count:>7,}  {name}" for name, count in rows)]
    return "\n".join(lines)


def _chat_failures(count: int) -> str:
    return "1 of them is a Chat call that fails" if count == 1 else f"{count:,} of them are Chat calls that fail"
