"""`manage.py register`: the registration page's rules on the command line."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from audits import intake
from audits.models import Team


def printable(text: str) -> str:
    """One line that does nothing to a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in text)


class Command(BaseCommand):
    help = "Register repositories; a line each on standard output: its name, or the reason why not."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("addresses", nargs="+", metavar="URL_OR_PATH")
        parser.add_argument("--team", default="", help="the team it belongs to; made if there is none of that name")
        parser.add_argument("--branch", default="", help="default: the one that the host's HEAD names")
        parser.add_argument("--name", default="", help="what to call it, with one address only")
        parser.add_argument("--scan", action="store_true", help="queue the first scan too")

    def handle(self, *args: Any, **options: Any) -> None:
        addresses: list[str] = options["addresses"]
        if options["name"] and len(addresses) > 1:
            raise CommandError("--name goes with one address only: each repository has its own name.", returncode=2)
        refused, team = 0, " ".join(options["team"].split())
        is_new = bool(team) and not Team.objects.filter(name=team).exists()
        for address in addresses:
            try:
                line = intake.register(
                    address,
                    name=options["name"],
                    team=options["team"],
                    branch=options["branch"],
                    scan=options["scan"],
                ).name
            except intake.Refused as refusal:
                line, refused = refusal.sentence, refused + 1
            self.stdout.write(printable(line))
        if is_new and Team.objects.filter(name=team).exists():
            self.stderr.write(f"There was no team {printable(team)}: it was made.", lambda text: text)
        if refused:
            raise CommandError(f"{refused} of {len(addresses)} not registered.")
