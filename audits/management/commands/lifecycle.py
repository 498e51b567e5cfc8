"""Print the tables of a finding's life, or write them into the page about it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from audits.lifecycle import tables

PAGE = "docs/lifecycle.md"
BEGIN, END = "<!-- printed by: manage.py lifecycle --write -->", "<!-- end of what is printed -->"


class Command(BaseCommand):
    help = "Print who may turn what into what, as the code has it; with --write into docs/lifecycle.md."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--write", action="store_true", help=f"replace the tables in {PAGE}")

    def handle(self, *args: Any, write: bool, **options: Any) -> None:
        if not write:
            self.stdout.write(tables.document())
            return
        page = Path(settings.BASE_DIR) / PAGE
        page.write_text(renewed(page.read_text()))


def renewed(text: str) -> str:
    """The page with the tables of now between its marks."""
    before, _, rest = text.partition(BEGIN)
    return f"{before}{BEGIN}\n\n{tables.document()}\n{END}{rest.partition(END)[2]}"
