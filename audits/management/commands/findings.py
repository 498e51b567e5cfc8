"""`manage.py findings`: exactly what the page shows under the same filter."""

import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits import exports, query
from audits.models import Finding


class Command(BaseCommand):
    help = "Write the findings that match a filter, all of them without one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--filter", default="", metavar="QUERY", help='as on the page: "state:open team:search"')
        parser.add_argument("--format", choices=sorted(exports.FORMATS), default="csv")

    def handle(self, *args: Any, **options: Any) -> None:
        asked = query.parse(options["filter"])
        if asked.errors:
            raise CommandError(" ".join(asked.errors))
        if "me" in (*asked.values("assignee"), *asked.values("owner")):
            raise CommandError("Nobody is signed in here, so “me” is nobody: write a user name.")
        found = query.apply(Finding.objects.all(), asked)
        try:
            for line in exports.FORMATS[options["format"]](found):
                self.stdout.write(line, ending="")
            self.stdout.flush()
        except BrokenPipeError:
            # The reader has seen enough (`| head`); without this Python complains once more when it closes the stream.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
