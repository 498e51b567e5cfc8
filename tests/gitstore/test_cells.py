"""The lines of a notebook's cells in its file, and who changed them last."""

import json

import pytest

from audits.gitstore import blame, lines_of_cells
from audits.gitstore.cells import mapped
from tests.gitstore.test_blame import fetched

CELLS = [
    {"cell_type": "markdown", "metadata": {"source": ["no cell\n"]}, "source": ["# Title\n", "\n", "words"]},
    {
        "cell_type": "code",
        "outputs": [{"text": ["cells\n"], "data": {"source": "x"}}],
        "source": ["import cohere\n", "print('a\\n')\n", "\n", "co.generate(\n", '    prompt="[{,"\n', ")"],
    },
    {"cell_type": "code", "source": "x = 1\ny = 2"},
    {"cell_type": "code", "source": "alone"},
]


def notebook(cells, **options):
    return json.dumps({"metadata": {"cells": "none"}, "cells": cells, "nbformat": 4}, **options)


def wanted(text, cells):
    """The same by hand: the one line of the file that holds the line of the cell as JSON writes it."""
    lines = text.split("\n")
    for index, cell in enumerate(cells):
        for number, line in enumerate("".join(cell["source"]).split("\n"), 1):
            if line and isinstance(cell["source"], list):
                inside = json.dumps(line)[1:-1]
                found = [at for at, row in enumerate(lines, 1) if row.strip().startswith(f'"{inside}')]
                yield (index, number), found[0]


@pytest.mark.parametrize("indent", [1, 2, 4])
def test_each_line_of_a_cell_has_its_line_of_the_file(indent):
    text = notebook(CELLS, indent=indent)
    found = mapped(text)
    places = dict(wanted(text, CELLS))
    assert {place: found.get(place) for place in places} == places
    assert text.split("\n")[found[3, 1] - 1].strip() == '"source": "alone"'


def test_lines_that_share_a_line_of_the_file_are_not_told():
    assert mapped(notebook(CELLS)) == {}
    assert (2, 1) not in mapped(notebook(CELLS, indent=1))


@pytest.mark.parametrize(
    "text", ["", "{", '"', '{"cells": [{"source": ["a', "[" * 100_000, '{"cells": [' * 9, "\\" * 99]
)
def test_anything_else_maps_to_nothing_and_ends(text):
    assert mapped(text) in ({}, {(0, 1): 1})


def test_a_line_of_a_cell_has_the_author_of_its_last_change(mirrors, shop):
    shop.commit({"n.ipynb": notebook(CELLS, indent=1)})
    fetched(mirrors, shop)
    CHANGED = [*CELLS[:1], {**CELLS[1], "source": [*CELLS[1]["source"][:3], "co.generate(\n", '    "new"\n', ")"]}]
    shop.commit({"n.ipynb": notebook(CHANGED, indent=1)}, author="Bob <b@x.org>")
    mirror = fetched(mirrors, shop)
    lines = lines_of_cells(mirror, shop.tip, "n.ipynb")
    with mirror:
        told = blame(mirror, shop.tip, "n.ipynb", [lines[1, 4], lines[1, 5]])
    assert told[lines[1, 5]].name == "Bob"
    assert told[lines[1, 4]].name != "Bob"
    assert "co.generate" in told[lines[1, 4]].text
    assert lines_of_cells(mirror, shop.tip, "nowhere.ipynb") == {}
