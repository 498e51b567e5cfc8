from typing import Any

from django.core.management import BaseCommand, CommandError

from audits.management import demo


class Command(BaseCommand):
    help = "Register and scan the demo organisation. `up --demo` calls it once a worker runs."
    requires_system_checks = ()

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            demo.load(self.say)
        except demo.Unloadable as error:
            raise CommandError(str(error)) from error
        if self.stderr.isatty():
            self.stderr.write("")

    def say(self, text: str) -> None:
        """One line that counts on a terminal, a line each elsewhere."""
        if self.stderr.isatty():
            self.stderr.write(f"\r{text}", ending="")
            self.stderr.flush()
        else:
            self.stderr.write(text)
