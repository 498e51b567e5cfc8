"""Broken files: what can be read of them is read, and they need a person all the same."""

import json

import pytest

from audits.engine import FileKind, ModuleFacts, Unread
from audits.engine.extract.mending import mended
from audits.engine.source import lines_of
from audits.engine.steps import extract, link
from tests.engine.trees import names

START = "import cohere\nco = cohere.Client('k')\n"
ASKS = "def ask(p):\n    return co.generate(prompt=p, model='command').generations[0].text\n"

BROKEN = {
    "a bracket too many": START + "def other():\n    text = f'x {1}')\n" + ASKS,
    "words for a value": "import cohere\nKEY=your key here\nco = cohere.Client(KEY)\n" + ASKS,
    "a head without its colon": START + "def other(x)\n    y = x\n    return y\n" + ASKS,
    "an empty block": START + "if True:\n" + ASKS,
    "a line too deep": START + "x = 1\n    y = 2\n" + ASKS,
    "a line at no depth": START + "def other():\n        x = 1\n    return x\n" + ASKS,
    "tabs among spaces": START + "def other():\n    x = 1\n\treturn x\n" + ASKS,
    "Python 2's print": START + "print 'x', 1\nprint 'y'\n" + ASKS,
    "Python 2's exec": START + "exec 'x'\n" + ASKS,
    "a fence of Markdown": "```python\n" + START + ASKS + "```\n",
    "quotes of a text processor": START + "x = “k”\n" + ASKS,
    "a template's statement": START + "{% if x %}\n" + ASKS + "{% endif %}\n",
    "a template's name": START + "import {{ package }}\n" + ASKS,
    "an argument that is none": START + "x = dict(\n    a=&#39;b&#39;,\n    c=1)\n" + ASKS,
    "a last line at no depth and without its end": START + ASKS.replace("    return", "        return") + "    bad",
    "cut off": START + ASKS + "print(ask('a')\n",
    "cut off inside": START + ASKS + "print(ask(\n    'a',\n    b=[1,\n",
}


def rest_of(text: str) -> ModuleFacts:
    found = extract(FileKind.PYTHON, text.encode())
    assert isinstance(found, ModuleFacts), found
    return found


@pytest.mark.parametrize("name", BROKEN)
def test_the_rest_of_a_broken_file_is_read_and_a_person_is_asked(name: str) -> None:
    facts = rest_of(BROKEN[name])

    (use,) = (site for site in link({"app.py": facts}) if site.kind == "sdk_call")
    assert lines_of(BROKEN[name])[use.span.line - 1].strip().startswith("return co.generate(")
    assert (names(use), str(use.confidence)) == (["prompt", "model"], "confirmed")
    (fault,) = facts.faults
    assert (str(fault.reason), use.span.line in fault.lines) == ("unparsable", True)


@pytest.mark.parametrize(
    "call",
    [
        "r = co.generate(prompt='a' model='command')",
        "r = co.generate(prompt=Write a poem, k=3)",
        "r = co.generate(prompt='a'))",
        "r = co.generate(model='command', 'a')",
        "r = co.generate(prompt='a)",
        "r = co.generate(prompt=<your prompt>)",
        "r = co.generate(prompt=“a”)",
        "r = co.generate(prompt=f'{a')",
        "co.generate(prompt='a') = r",
        "f = lambda p: return co.generate(prompt=p)",
        "for t in co.generate_stream(prompt='a' k=3): print(t)",
        "  r = co.generate(prompt='a')",
    ],
)
def test_a_call_whose_own_line_is_refused_is_shown_to_a_person(call: str) -> None:
    facts = rest_of(f"{START}x = 1\n{call}\nco.chat(message='b')\n")

    assert not link({"app.py": facts})
    (fault,) = facts.faults
    assert (str(fault.reason), 4 in fault.lines, 3 in fault.lines) == ("unparsable", True, False)


def test_a_call_that_is_cut_off_keeps_its_arguments() -> None:
    (use,) = link({"app.py": rest_of(START + "co.generate(prompt='a',\n            model='command'\nx = 1\n")})

    assert (use.span.line, names(use)) == (3, ["prompt", "model"])


def test_a_call_stands_where_the_file_has_it_though_its_tabs_are_mended() -> None:
    (use,) = link({"app.py": rest_of(START + "def ask(p):\n    x = 1\n\treturn co.generate(prompt=p)\n")})

    assert (use.span.line, use.span.column) == (5, len("\treturn co."))


def test_the_rest_of_a_broken_cell_is_read() -> None:
    cells = [START, "print 'x'\nr = co.generate(prompt='a')\n", "co.generate(prompt='b'\n", "No code is co.generate"]
    rows = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    facts = extract(FileKind.NOTEBOOK, json.dumps({"cells": rows}).encode())
    assert isinstance(facts, ModuleFacts)

    assert [(site.span.cell, site.span.line) for site in link({"a.ipynb": facts})] == [(1, 2), (2, 1)]
    assert [fault.detail[:7] for fault in facts.faults] == ["Cell 1:", "Cell 2:", "Cell 3:"]


@pytest.mark.parametrize(
    "text",
    [
        "<<<<<<< HEAD\n" + START + "=======\n" + START + ">>>>>>> b\n" + ASKS,
        START + "x = '''\n" + ASKS,
        START + "x y '''\n" + ASKS + "''' x\n",
        START + "".join(f"Line {number} of a letter.\n" for number in range(30)) + ASKS,
    ],
    ids=["conflict markers", "an open text", "quotes that would change sides", "a letter"],
)
def test_what_would_have_to_be_guessed_is_left_to_a_person(text: str) -> None:
    assert isinstance(extract(FileKind.PYTHON, text.encode()), Unread)


def test_a_text_that_is_too_long_to_be_parsed_again_and_again_is_left() -> None:
    assert mended("x = )\n") is not None
    assert mended("#" * 4_000_001 + "\nx = )\n") is None


def test_a_broken_file_that_does_not_name_the_api_is_not_mended() -> None:
    assert isinstance(extract(FileKind.PYTHON, b"print 'x'\n"), Unread)


@pytest.mark.parametrize("text", ["x = (\r\ny z\r\n", "a b\rc\r", "def f(\n", "print 'x'", "if x\n    y\n", ")\n" * 9])
def test_mending_keeps_the_lines(text: str) -> None:
    found = mended(text)

    assert found is not None
    assert len(lines_of(found)) == len(lines_of(text))
