"""Most processes only want to know what a finding is: they pay for no parser."""

import os
import subprocess
import sys

from django.conf import settings

PROGRAM = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "migrator_site.settings"
import django
django.setup()
print(*sorted({"libcst", "ast_grep_py", "markdown_it"} & set(sys.modules)))
"""


def test_what_a_finding_is_costs_no_parser():
    program = (
        "import sys, audits.engine, audits.lifecycle; print(*sorted({'libcst', 'ast_grep_py'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.stdout == "\n", done.stderr


def test_setting_django_up_costs_no_parser(tmp_path):
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": "sqlite://:memory:"}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.stdout == "\n", done.stderr
