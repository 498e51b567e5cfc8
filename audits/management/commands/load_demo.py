from typing import Any

from django.core.management import BaseCommand, CommandError

from audits.management.demo.load import Unloadable, load


class Command(BaseCommand):
    help = "Register and scan the demo organisation. `up --demo` calls it once a worker runs."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            load(self.say)
        except Unloadable as error:
            raise CommandError(str(error)) from error

    def say(self, text: str, over: bool) -> None:
        """A round is one line, which counts where it is written to a terminal."""
        terminal = self.stderr.isatty()
        if terminal or over:
            self.stderr.write(f"\r{text}" if terminal else text, ending="\n" if over else "")
            self.stderr.flush()
