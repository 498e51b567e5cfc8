"""Commands of a shell in a notebook's cells."""

import json

import pytest

from audits.engine import FileKind, ModuleFacts
from audits.engine.facts import CallSite, Kind, Language
from audits.engine.steps import extract, link
from tests.engine.trees import names

URL = "https://api.cohere.ai/v1/generate"
BODY = """-H "Authorization: Bearer $KEY" -d '{"prompt": "a", "k": 1}'"""


def found(*cells: str) -> tuple[CallSite, ...]:
    rows = [{"cell_type": "code", "source": text} for text in cells]
    facts = extract(FileKind.NOTEBOOK, json.dumps({"cells": rows}).encode())
    assert isinstance(facts, ModuleFacts)
    return link({"n.ipynb": facts})


@pytest.mark.parametrize(
    ("cells", "place"),
    [
        (["x = 1", f"!curl -X POST {URL} {BODY}"], (1, 1, 1)),
        ([f"import os\n!curl \\\n  {URL} \\\n  {BODY}\nprint(os)"], (0, 2, 4)),
        ([f"out = !curl {URL} {BODY}"], (0, 1, 1)),
        ([f"%sx curl {URL} {BODY}"], (0, 1, 1)),
        ([f"%%bash\n\ncurl --url {URL} \\\n  {BODY}"], (0, 3, 4)),
        ([f"%%sh\ncurl {URL} {BODY}"], (0, 2, 2)),
        ([f"%%script --no-raise-error bash\ncurl {URL} {BODY}"], (0, 2, 2)),
    ],
)
def test_a_request_is_found_in_its_cell(cells: list[str], place: tuple[int, int, int]) -> None:
    (site,) = found(*cells)

    assert (site.kind, site.language, site.path) == (Kind.RAW_HTTP, Language.SHELL, "n.ipynb")
    assert (site.span.cell, site.span.line, site.span.end_line) == place
    assert names(site) == ["prompt", "k"]
    assert [(step.path, step.cell, step.line) for step in site.proof] == [("n.ipynb", *place[:2])]


@pytest.mark.parametrize(
    "cell",
    [
        "!curl https://api.cohere.ai/v1/chat -d x",
        "!curl http://localhost:11434/api/generate -d x  # cohere",
        f"%%javascript\ncurl {URL}",
        f"%%writefile run.py\ncurl {URL}",
        f"text = 'curl {URL}'",
        f"# !curl {URL}",
    ],
)
def test_other_cells_send_nothing(cell: str) -> None:
    assert not found(cell)


def test_a_comment_sets_a_command_aside() -> None:
    (site,) = found(f"%%bash\n# last-call: ignore[an example]\ncurl {URL} {BODY}")
    assert site.suppressed == "an example"


def test_python_beside_commands_is_read_too() -> None:
    rows = found("!pip install cohere==4.57", f"import cohere\n!curl {URL} {BODY}\ncohere.Client().generate('a')")
    assert [(row.kind, row.span.line) for row in rows] == [(Kind.RAW_HTTP, 2), (Kind.SDK_CALL, 3)]


@pytest.mark.parametrize(
    "cell",
    [
        "x = 1\n!python -c \"import cohere; print(cohere.Client().generate(prompt='a'))\"",
        "%%bash\npython3 - <<'E'\nimport cohere\ncohere.Client().generate('a')\nE",
    ],
)
def test_a_program_in_a_command_is_read(cell: str) -> None:
    (site,) = found(cell)

    assert (site.kind, site.callee, site.span.cell) == (Kind.SDK_CALL, "cohere.Client().generate", 0)
    assert cell.split("\n")[site.span.line - 1].count("generate") == 1
    assert found(cell.replace("generate", "embed")) == ()


@pytest.mark.parametrize(
    ("cell", "kind", "line"),
    [
        ("%%ai cohere:command-xlarge-nightly\nSay hi.", Kind.WRAPPER_OTHER, 1),
        ("\n%%ai -f code cohere:command\nSay hi.", Kind.WRAPPER_OTHER, 2),
        ("x = 1\n%ai cohere:command-light -f code hello", Kind.WRAPPER_OTHER, 2),
        ("%%ai cohere:command-r\nSay hi.", Kind.DEAD_MODEL, 1),
    ],
)
def test_a_magic_of_jupyter_ai_asks_its_model(cell: str, kind: Kind, line: int) -> None:
    (site,) = found("x = 1", cell)

    assert (site.kind, site.span.cell, site.span.line, site.language) == (kind, 1, line, Language.PYTHON)
    assert names(site) == ["model"]


@pytest.mark.parametrize(
    "cell",
    [
        "%%ai cohere:command-a-03-2025\nSay hi.",
        "%%ai openai:gpt-4\nWhat does %%ai cohere:command do?",
        "%%ai openai:gpt-4\n%%ai cohere:command",
        "text = '%%ai cohere:command'",
        "%%aiohttp cohere:command",
        # Read in every way in which its words could be options and values, it would never end.
        "%%ai " + "-a " * 99 + "cohere",
    ],
)
def test_other_magics_ask_nothing_of_generate(cell: str) -> None:
    assert not found(cell)


WRITTEN = "import cohere\nco = cohere.Client()\nr = co.generate(prompt='x', k=1)\nprint(r.generations[0].text)\n"
FETCH = f"fetch('{URL}', {{ method: 'POST', body: JSON.stringify({{ prompt: 'a', k: 1 }}) }});\n"


@pytest.mark.parametrize("magic", ["writefile app.py", "writefile -a 'src/app.py'", "file app.py "])
def test_a_module_that_a_cell_writes_is_read(magic: str) -> None:
    (site,) = found("x = 1", f"%%{magic}\n{WRITTEN}")

    assert (site.kind, site.language, site.path, names(site)) == (
        *(Kind.SDK_CALL, Language.PYTHON, "n.ipynb"),
        ["prompt", "k"],
    )
    assert (site.span.cell, site.span.line) == (1, 4)
    assert [(read.cell, read.line, read.path) for read in site.reads] == [(1, 5, "n.ipynb")]
    assert {step.cell for step in site.proof} == {1}


@pytest.mark.parametrize("magic", ["javascript", "js", "writefile web/app.js"])
def test_a_script_in_a_cell_is_read(magic: str) -> None:
    (site,) = found(f"%%{magic}\n{FETCH}")

    assert (site.kind, site.language, site.span.cell, site.span.line) == (Kind.RAW_HTTP, Language.JAVASCRIPT, 0, 2)
    assert names(site) == ["prompt", "k"]


@pytest.mark.parametrize(
    ("cell", "kind", "language", "line"),
    [
        (f"%%html\n<script>\n{FETCH}</script>", Kind.RAW_HTTP, Language.JAVASCRIPT, 3),
        (f"%%HTML --isolated\n<script>\n{FETCH}</script>", Kind.RAW_HTTP, Language.JAVASCRIPT, 3),
        (f"%%writefile page.html\n<script>{FETCH}</script>", Kind.RAW_HTTP, Language.JAVASCRIPT, 2),
        (f"%%writefile .env\nA=b\nCOHERE_URL={URL}", Kind.RAW_HTTP, Language.ENV, 3),
        (
            "%%file app.yaml\nllm:\n  provider: cohere\n  model: command-light",
            Kind.WRAPPER_OTHER,
            Language.YAML,
            4,
        ),
    ],
)
def test_a_page_or_settings_in_a_cell_are_read(cell: str, kind: Kind, language: Language, line: int) -> None:
    (site,) = found("x = 1", cell)

    assert (site.kind, site.language, site.span.cell, site.span.line, site.path) == (kind, language, 1, line, "n.ipynb")
    assert {(step.cell, step.path) for step in site.proof} == {(1, "n.ipynb")}


@pytest.mark.parametrize(
    "cell",
    [
        f"%%writefile notes.txt\n{WRITTEN}",
        f"%%latex\n{WRITTEN}",
        "%%writefile app.py\nfrom jinja2 import Template\nTemplate('cohere').generate(prompt='x')\n",
        "%%writefile app.py\nimport cohere\ncohere.Client().generate(prompt=\n",
        f"%%writefile page.html\n<p>{FETCH}</p>\n",
        "%%writefile conf.yaml\ndocs: about cohere\nmodel: command\n",
        f"%%htmlx\n<script>{FETCH}</script>\n",
    ],
)
def test_what_else_a_cell_writes_says_nothing(cell: str) -> None:
    assert found(cell) == ()
