"""Packages that a project's own function imports by their names."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

LOADER = """import importlib
def need(package, *, extra=None):
    try:
        return importlib.import_module(package)
    except ImportError as e:
        raise RuntimeError(package) from e
"""
HELD = """import importlib
def need(package, extra=None):
    found = importlib.import_module(package)
    return found
"""
METHOD = """import importlib
class Needs:
    def need(self, package):
        return importlib.import_module(package)
need = Needs().need
"""


@pytest.mark.parametrize("loader", [LOADER, HELD, METHOD], ids=["returned", "held", "method"])
@pytest.mark.parametrize("asked", ["'cohere'", "package='cohere'", "NAME"])
def test_a_function_that_imports_what_it_is_told_gives_the_package(loader: str, asked: str) -> None:
    use = f"from lib import need\nNAME = 'cohere'\nclass A:\n    def load(self):\n        self.sdk = need({asked})\n"
    ask = "    def ask(self):\n        return self.sdk.Client().generate(prompt='x')\n"
    (row,) = sites({"lib.py": loader, "app.py": use + ask})
    assert (row.kind, row.path, row.span.line, str(row.confidence)) == (Kind.SDK_CALL, "app.py", 7, "confirmed")


def test_each_caller_gets_only_the_package_that_it_names() -> None:
    use = "from lib import need\nco = need('cohere')\nother = need('ollama')\n"
    ask = "{}.Client().generate(prompt='x')\n"
    asks = ask.format("other") + ask.format("need(name)") + ask.format("co")
    assert [row.span.line for row in sites({"lib.py": LOADER, "app.py": use + asks})] == [6]
