"""A notebook's cells parsed in one go give what a parse of each gives."""

import importlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.engine.notebooks import mask, virtual_module

python = importlib.import_module("audits.engine.extract.module")

# Alone each of them is a module, a part of one, or none.
PIECES = (
    *(
        "import cohere\n",
        "x = 1",
        "# nothing\n",
        "",
        "\n\n",
        "co.generate(\n    prompt='a')\n",
        "@cache\n",
        "%time x\n",
    ),
    *(
        "def f():\n    return 1\n",
        "def f():\n",
        "    return 1\n",
        "    # deeper\n",
        "if x:\n    y = 1\n",
        "else:\n    y = 2\n",
    ),
    *(
        "x = '''open\n",
        "shut'''\n",
        "x = (1 +\n",
        "2)\n",
        "x = 1 \\\n",
        "!pip install cohere\n",
        "try:\n    f()\n",
        "print 1\n",
    ),
    *(
        "class A:\n    def g(self):\n        pass\n\n\n",
        "for a in b: pass\n",
        "a; b; c\n",
        "\x0cx = 2\n",
        "f(a)\r\ng(b)\r\n",
    ),
)


def notebook(cells):
    return virtual_module(json.dumps({"cells": [{"cell_type": "code", "source": text} for text in cells]}).encode())


@pytest.mark.parametrize("cells", [("x = 1", "y = 2"), ("def f():\n    return 1\n", "f()"), ("# a\n", "import cohere")])
def test_plain_cells_need_one_parse(cells):
    assert python._in_one(notebook(cells)) is not None


@pytest.mark.parametrize(
    "cells",
    [
        ("def f():\n", "    return 1\n"),
        ("@cache\n", "def f():\n    return 1\n"),
        ("x = '''a\n", "b'''\n"),
        ("if x:\n    y = 1\n", "else:\n    y = 2\n"),
        ("x = 1 \\\n", "+ 2\n"),
        ("print 1\n",),
    ],
)
def test_a_statement_over_two_cells_is_read_cell_by_cell(cells):
    assert python._in_one(notebook(cells)) is None


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=5))
def test_one_parse_tells_what_a_parse_of_each_cell_tells(cells):
    found = python._in_one(notebook(cells))
    assert found in (None, python._cell_by_cell(notebook(cells)))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("%time r = co.generate('hi', model='command')", True),
        ("%timeit -n 3 -r2 co.generate(prompt='a')", True),
        ("    %memit co.generate(prompt='a')", True),
        ("took = %timeit -o -n 1 co.generate(prompt='a')", True),
        ("took = %sql co.generate(prompt='a')", False),
        ("%time !curl https://api.cohere.ai", False),
        ("%time r = co.generate(", False),
        ("%store r", False),
    ],
)
def test_the_statement_behind_a_magic_that_times_it_is_read(line, found):
    masked = mask(f"if True:\n    pass\n{line}\n").split("\n")[2]

    assert ("co.generate" in masked) is found
    assert not found or masked.index("co.generate") == line.index("co.generate")
    assert found or masked.strip() == "pass"
