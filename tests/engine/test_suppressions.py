"""`# last-call: ignore[reason]`: explicit, counted, and only for the call beside it."""

import json
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.gitstore import open_local
from audits.management.audit_report import Text, as_json
from audits.sandbox import Sandbox
from tests.engine.trees import sites
from tests.gitbuild import RepositoryBuilder

CLIENT = "import cohere\nco = cohere.Client()\n"
CALL = "co.generate(prompt='a')"
CASES = {
    "on the line": (f"{CLIENT}{CALL}  # last-call: ignore[kept for the old tenant]\n", ["kept for the old tenant"]),
    "in the line above": (f"{CLIENT}# last-call: ignore[why not]\n{CALL}\n", ["why not"]),
    "behind another comment": (f"{CLIENT}{CALL}  # noqa # last-call: ignore[both]\n", ["both"]),
    "on a call of several lines": (f"{CLIENT}co.generate(  # last-call: ignore[long]\n    prompt='a',\n)\n", ["long"]),
    "with Windows line ends": (f"{CLIENT}# last-call: ignore[crlf]\n{CALL}\n".replace("\n", "\r\n"), ["crlf"]),
    "without a reason": (f"{CLIENT}{CALL}  # last-call: ignore\n", [""]),
    "with an empty reason": (f"{CLIENT}{CALL}  # last-call: ignore[ ]\n", [""]),
    "beside the line above's own code": (f"{CLIENT}x = 1  # last-call: ignore[x]\n{CALL}\n", [""]),
    "two lines above": (f"{CLIENT}# last-call: ignore[far]\n\n{CALL}\n", [""]),
    "in a string": (f"{CLIENT}co.generate(prompt='# last-call: ignore[no]')\n", [""]),
    "for the first of two": (f"{CLIENT}{CALL}  # last-call: ignore[one]\n{CALL}\n", ["one", ""]),
}


@pytest.mark.parametrize("case", CASES)
def test_a_comment_sets_aside(case: str) -> None:
    text, reasons = CASES[case]

    assert [site.suppressed for site in sites(text)] == reasons


def test_it_works_in_a_cell_of_a_notebook() -> None:
    def cell(*lines: str) -> dict[str, object]:
        return {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": "\n".join(lines)}

    cells = [
        cell("import cohere", "co = cohere.Client()"),
        cell("# last-call: ignore[demo]", CALL, "# last-call: ignore[the end]"),
        cell(CALL),
    ]
    notebook = json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})

    assert [(site.span.cell, site.suppressed) for site in sites({"a.ipynb": notebook})] == [(1, "demo"), (2, "")]


def test_a_report_keeps_it_apart_and_counts_it(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "repo.git")
    builder.commit({"app.py": f"{CLIENT}{CALL}\n{CALL}  # last-call: ignore[the old tenant]\n"})
    with open_local(builder.path) as source, Sandbox() as sandbox:
        report = analyse(source, sandbox)

    assert [usage.line for usage in report.usages] == [3]
    assert [(usage.line, usage.suppressed) for usage in report.suppressed] == [(4, "the old tenant")]
    body = json.loads(as_json("shop", report))
    assert [(row["line"], row["reason"]) for row in body["suppressed"]] == [(4, "the old tenant")]
    assert set(body["usages"][0]) < set(body["suppressed"][0])
    text = Text(color=False).report("shop", report)
    assert "1 use of Generate" in text
    assert "1 suppressed" in text
    assert "the old tenant" in text
