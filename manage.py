#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line
from django.db import Error

from migrator_site.errors import of_database


def main() -> None:
    """Any command: of a database that cannot be used it says so in a sentence, as nobody can act on a traceback."""
    try:
        execute_from_command_line(sys.argv)
    except Error as error:
        sentence = of_database(error)
        if not sentence or "--traceback" in sys.argv:
            raise
        sys.exit(sentence)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "migrator_site.settings")
    main()
