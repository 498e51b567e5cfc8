"""Small trees in `cases/*.txt`, each with what a person would find in it.

`=== name` begins a tree, `--- path` a file of it (without one: app.py), `%%%%` a cell of a notebook. At the end of a
line `#! kind/confidence(parameters) & read` says what is found there; confidence and parameters may be left out, and
"**" stands for what is unpacked and not known. Where one line of a tree says `read`, all reads are compared.
"""

import ast
import json
import re
from pathlib import Path
from textwrap import dedent

import pytest

from audits.engine.facts import Usage
from audits.engine.judge import judge
from tests.engine.trees import sites

Place = tuple[str, int | None, int]
FOLDER = Path(__file__).parent / "cases"
MARK = re.compile(r"\s*#! (.*)$", re.MULTILINE)
ONE = re.compile(r"(\w+)(?:/(\w+))?(?:\(([^)]*)\))?")


def trees() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.txt")):
        for case in re.split(r"^=== ", file.read_text(), flags=re.MULTILINE)[1:]:
            name, _, rest = case.partition("\n")
            head, *parts = re.split(r"^--- ", rest, flags=re.MULTILINE)
            files = dict(part.split("\n", 1) for part in parts)
            assert name not in found, name
            found[name] = ({"app.py": head} if head.strip() else {}) | files
    return found


def cells(path: str, text: str) -> list[tuple[int | None, str]]:
    return (
        list(enumerate(re.split(r"^%%%%\n", text, flags=re.MULTILINE))) if path.endswith(".ipynb") else [(None, text)]
    )


def unmarked(path: str, text: str) -> str:
    texts = [MARK.sub("", part) for _, part in cells(path, text)]
    if not path.endswith(".ipynb"):
        return texts[0]
    return json.dumps(
        {"cells": [{"cell_type": "code", "source": part, "outputs": []} for part in texts], "nbformat": 4}
    )


def marks(tree: dict[str, str]) -> list[tuple[Place, str, str, str | None]]:
    """(place, kind, confidence, parameters) of each mark, "" and None where it does not say."""
    rows = []
    for path, text in tree.items():
        for cell, part in cells(path, text):
            for line, content in enumerate(part.split("\n"), 1):
                for told in found[1].split(" & ") if (found := MARK.search(content)) else ():
                    one = ONE.fullmatch(told)
                    assert one is not None, told
                    rows.append(((path, cell, line), one[1], one[2] or "", one[3]))
    return rows


def compiles(usage: Usage) -> None:
    """Each replacement that needs no word of the source, for which "…" stands until it is placed."""
    texts = (usage.replacement.v2, usage.replacement.v1) if usage.replacement is not None else ()
    for text in (text for text in texts if "…" not in text):
        compile(dedent(text), "replacement", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT | ast.PyCF_ONLY_AST)


def resolves(tree: dict[str, str], usage: Usage) -> None:
    """Each step of a proof stands on its line."""
    texts = {(path, cell): part.split("\n") for path, text in tree.items() for cell, part in cells(path, text)}
    for step in usage.proof:
        name, _, given = step.text.partition(" ← ")
        words = re.findall(r"\w+", given if name.endswith(")") and not given.startswith("hands on") else name)
        assert not words or given.endswith("*") or words[-1] in texts[step.path, step.cell][step.line - 1], step


TREES = trees()


@pytest.mark.parametrize("name", TREES)
def test_what_a_person_finds(name: str) -> None:
    tree = TREES[name]
    told = marks(tree)
    found = [judge(site) for site in sites({path: unmarked(path, text) for path, text in tree.items()})]
    found = [row for row in found if not row.suppressed]
    kinds = {kind for _, kind, _, _ in told}
    found = [row for row in found if row.kind != "wrapper_project" or "wrapper_project" in kinds]
    at = {((row.path, row.cell, row.line), str(row.kind)): row for row in found}

    wanted = sorted((place, kind) for place, kind, _, _ in told if kind != "read")
    assert sorted(((row.path, row.cell, row.line), str(row.kind)) for row in found) == wanted
    for place, kind, confidence, parameters in told:
        usage = at.get((place, kind))
        if usage is not None and confidence:
            assert str(usage.confidence) == confidence, (place, usage.why)
        if usage is not None and parameters is not None:
            names = ["**" if row.name.startswith("*") else row.name for row in usage.parameters]
            assert sorted(names) == sorted(filter(None, parameters.split(","))), place
    if "read" in kinds:
        reads = {(row.path, row.cell, row.line) for usage in found for row in usage.reads}
        assert reads == {place for place, kind, _, _ in told if kind == "read"}
    for usage in found:
        compiles(usage)
        resolves(tree, usage)
