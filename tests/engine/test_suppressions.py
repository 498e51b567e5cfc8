"""`# last-call: ignore[reason]`: explicit, counted, and only for the call beside it."""

import json
import re
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.engine import file_kind
from audits.engine.extract.model import ModuleFacts
from audits.engine.placing import placed
from audits.engine.steps import extract
from audits.engine.suppressions import NO_REASON
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
    "without a reason": (f"{CLIENT}{CALL}  # last-call: ignore\n", [NO_REASON]),
    "without a reason, in the line above": (f"{CLIENT}#last-call:ignore\n{CALL}\n", [NO_REASON]),
    "with an empty reason": (f"{CLIENT}{CALL}  # last-call: ignore[ ]\n", [NO_REASON]),
    "with a reason that does not end": (f"{CLIENT}{CALL}  # last-call: ignore[later\n", [NO_REASON]),
    "with a long reason": (f"{CLIENT}{CALL}  # last-call: ignore[{'x' * 300}]\n", ["x" * 200]),
    "in words without brackets": (
        f"{CLIENT}{CALL}  # last-call: ignore kept for the old tenant\n",
        ["kept for the old tenant"],
    ),
    "in words behind a colon": (f"{CLIENT}# last-call: ignore: a demo\n{CALL}\n", ["a demo"]),
    "in words behind a dash": (f"{CLIENT}# last-call: ignore - a demo\n{CALL}\n", ["a demo"]),
    "in words with a number": (f"{CLIENT}# last-call: ignore until #123 is closed\n{CALL}\n", ["until #123 is closed"]),
    "in words before another comment": (f"{CLIENT}{CALL}  # last-call: ignore a demo  # noqa: E501\n", ["a demo"]),
    "before another comment alone": (f"{CLIENT}{CALL}  # last-call: ignore  # noqa: E501\n", [NO_REASON]),
    "by another word": (f"{CLIENT}{CALL}  # last-call: ignored\n", [""]),
    "beside the line above's own code": (f"{CLIENT}x = 1  # last-call: ignore[x]\n{CALL}\n", [""]),
    "two lines above": (f"{CLIENT}# last-call: ignore[far]\n\n{CALL}\n", [""]),
    "in a string": (f"{CLIENT}co.generate(prompt='# last-call: ignore[no]')\n", [""]),
    "for the first of two": (f"{CLIENT}{CALL}  # last-call: ignore[one]\n{CALL}\n", ["one", ""]),
}

URL = "https://api.cohere.com/v1/generate"
JAVA = f'http.send(HttpRequest.newBuilder().uri(URI.create("{URL}")).POST(BodyPublishers.ofString(b)).build(), h);'
# Of each kind of file: what stands before, a use in one line, the marks around a comment.
OTHERS: dict[str, tuple[str, str, str, str]] = {
    "a.js": ("const C = require('cohere-ai').CohereClient; const co = new C();", "co.generate({ prompt });", "//", ""),
    "b.js": (
        "const C = require('cohere-ai').CohereClient; const co = new C();",
        "co.generate({ prompt });",
        "/*",
        "*/",
    ),
    "a.ts": ("import { CohereClient } from 'cohere-ai';", "new CohereClient().generate({ prompt });", "//", ""),
    "a.tsx": ("import { CohereClient } from 'cohere-ai';", "new CohereClient().generate({ prompt });", "{/*", "*/}"),
    "a.html": ("<script>", f"fetch('{URL}', {{ method: 'POST' }});", "//", ""),
    "a.go": ("package a\nfunc a() {", f'http.Post("{URL}", "a", b)', "//", ""),
    "A.java": ("class A { void a() {", JAVA, "//", ""),
    "a.kt": ("fun a() {", f'client.post("{URL}")', "//", ""),
    "a.rb": ("require 'net/http'", f"Net::HTTP.post(URI('{URL}'), body)", "#", ""),
    "A.cs": ("class A { void a() {", f'client.PostAsync("{URL}", body);', "//", ""),
    "a.php": ("<?php", f"$r = $client->post('{URL}');", "//", ""),
    "b.php": ("<?php", f"$r = $client->post('{URL}');", "#", ""),
    "a.rs": ("fn a() {", f'client.post("{URL}").send();', "//", ""),
    "a.sh": ("set -e", f"curl -X POST {URL}", "#", ""),
    "Makefile": ("a:", f"\tcurl -X POST {URL}", "#", ""),
    "Dockerfile": ("FROM a", f"RUN curl -X POST {URL}", "#", ""),
    "a.md": ("```bash", f"curl -X POST {URL}", "#", ""),
    "a.rst": (".. code-block:: bash\n", f"    curl -X POST {URL}", "    #", ""),
    "a.yaml": ("a: b", f"url: {URL}", "#", ""),
    "a.toml": ("[a]", f'url = "{URL}"', "#", ""),
    "a.jsonc": ("{", f'"url": "{URL}"', "//", ""),
    "a.ini": ("[a]", f"url = {URL}", ";", ""),
    ".env": ("A=b", f"COHERE_URL={URL}", "#", ""),
    "a.tf": ('variable "a" {', f'default = "{URL}"', "#", ""),
    "a.xml": ("<a>", f'<add key="url" value="{URL}"/>', "<!--", "-->"),
}
ENDS = {"a.html": "</script>", "a.go": "}", "A.java": "}}", "A.cs": "}}", "a.kt": "}", "a.rs": "}", "a.md": "```"}
ENDS |= {"a.jsonc": "}", "a.tf": "}", "a.xml": "</a>"}


@pytest.mark.parametrize("name", OTHERS)
def test_a_comment_sets_aside_in_every_kind_of_file(name: str) -> None:
    before, use, mark, close = OTHERS[name]
    comments = [f"{mark} last-call: ignore{reason} {close}".rstrip() for reason in ("", "[why not]")]
    lines = [before, comments[0], use, comments[1], use, "", use, ENDS.get(name, "")]
    if name in ("a.jsonc", "a.toml", ".env", "a.yaml", "a.ini", "a.tf"):
        lines[4], lines[6] = (re.sub(r"url|URL|default", rf"\g<0>_{n}", use, count=1) for n in (1, 2))
    if name == "a.jsonc":
        lines[2], lines[4] = f"{lines[2]},", f"{lines[4]},"
    kind = file_kind(name)
    assert kind is not None
    facts = extract(kind, "\n".join(lines).encode())

    assert isinstance(facts, ModuleFacts)
    assert [row.suppressed for row in placed(name, facts)] == [NO_REASON, "why not", ""]


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
