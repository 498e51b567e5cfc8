from argparse import ArgumentParser
from typing import Any

from cryptography.fernet import Fernet
from django.core.management import BaseCommand, CommandError

from audits import credentials, vault


class Command(BaseCommand):
    help = "Encrypt every stored secret anew with the first key of CREDENTIAL_KEYS; then the other keys can go."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--new-key", action="store_true", help="print a new key to put first, and do nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self.stdout.write(Fernet.generate_key().decode())
            return
        try:
            done, lost = credentials.rotate()
        except vault.NoKey as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Encrypted with the first key: {done}.")
        if lost:
            names = ", ".join(str(credential) for credential in lost)
            raise CommandError(f"No key opens these, so they were left as they are: {names}. Set them again.")
