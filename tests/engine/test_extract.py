"""Bytes to facts: encodings, line ends, notebooks and files that cannot be read."""

import json

import pytest

from audits.engine import FileKind, ModuleFacts, Unread, codec, tables
from audits.engine.facts import CallSite, UnreadReason
from audits.engine.filekinds import SIZE_LIMIT
from audits.engine.source import lines_of
from audits.engine.steps import extract, link
from tests.engine.trees import told

SOURCE = "import cohere\nco = cohere.Client()\nco.generate(prompt='{}')\n"


def uses(data: bytes, kind: FileKind = FileKind.PYTHON) -> tuple[CallSite, ...]:
    found = extract(kind, data)
    assert isinstance(found, ModuleFacts), found
    return link({"app.ipynb" if kind is FileKind.NOTEBOOK else "app.py": found})


def notebook(*cells: str | list[str], **more: object) -> bytes:
    rows = [{"cell_type": "code", "source": cell, "outputs": []} for cell in cells]
    return json.dumps({"cells": [{"cell_type": "markdown", "source": "# Title"}, *rows], **more}).encode()


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.format("ü").encode(),
        b"\xef\xbb\xbf" + SOURCE.format("ü").encode(),
        b"# -*- coding: latin-1 -*-\n" + SOURCE.format("ü").encode("latin-1"),
        b"# coding: cp1252\n" + SOURCE.format("€").encode("cp1252"),
        b"# coding: shift_jis\n" + SOURCE.format("あ").encode("shift_jis"),
        SOURCE.format("ü").encode("latin-1"),
        SOURCE.format("a").encode() + b"# \xff\n",
        b"#!/usr/bin/python\n# coding: utf-7\n" + SOURCE.format("a").encode(),
    ],
    ids=[
        "UTF-8", "a byte order mark", "a latin-1 cookie", "a cp1252 cookie", "a shift_jis cookie",
        "latin-1 without a cookie", "a bad byte in a comment", "a utf-7 cookie",
    ],
)  # fmt: skip
def test_it_reads_source_in(data: bytes) -> None:
    assert len(uses(data)) == 1


@pytest.mark.parametrize(
    "data",
    [
        SOURCE.encode("utf-16"),
        SOURCE.encode("utf-32"),
        b"# coding: no-such-thing\n" + SOURCE.encode(),
        b"# coding: rot13\n" + SOURCE.encode(),
        b"# coding: hex\n" + SOURCE.encode(),
        b"# coding: undefined\n" + SOURCE.encode(),
        b"\xef\xbb\xbf# coding: latin-1\n" + SOURCE.encode(),
        SOURCE.encode() + b"\0",
        b"# coding: " + b"x" * 100_000 + b"\n" + SOURCE.encode(),
    ],
    ids=[
        "UTF-16", "UTF-32", "an unknown cookie", "rot13", "hex", "undefined", "a mark that contradicts the cookie",
        "a NUL byte", "an endless cookie",
    ],
)  # fmt: skip
def test_it_does_not_decode(data: bytes) -> None:
    found = extract(FileKind.PYTHON, data)

    assert isinstance(found, Unread)
    assert found.reason is UnreadReason.UNDECODABLE
    assert len(found.detail) < 200


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["LF", "CRLF", "CR"])
@pytest.mark.parametrize("odd", ["\x0b", "\x0c", "\x1c", "\x85", "\u2028"], ids=["VT", "FF", "FS", "NEL", "LS"])
def test_lines_are_counted_as_python_counts_them(end: str, odd: str) -> None:
    text = end.join(["import cohere", f"x = 'a{odd}b'", "co = cohere.Client()", "co.generate(prompt='a')", ""])

    (site,) = uses(text.encode())

    assert site.span.line == 4
    assert lines_of(text)[3].startswith("co.generate")


@pytest.mark.parametrize(
    "text",
    [
        "import cohere\nprint 'x'\n",
        "import cohere\n<<<<<<< HEAD\nco.generate(prompt='a')\n=======\n>>>>>>> b\n",
        "import cohere\n{% if x %}\nco.generate()\n{% endif %}\n",
        "import cohere\ndef f(:\n",
        "import cohere\nx = '''\n",
    ],
    ids=["Python 2", "conflict markers", "a template", "a broken line", "an open string"],
)
def test_it_lists_the_lines_that_name_the_api_in_what_does_not_parse(text: str) -> None:
    found = told(extract(FileKind.PYTHON, text.encode()))

    assert found.reason is UnreadReason.UNPARSABLE
    assert 1 in found.lines
    assert "the parser stops" in found.detail


def test_the_place_of_a_syntax_error_is_the_parsers_own() -> None:
    found = told(extract(FileKind.PYTHON, b"import cohere\na = 1\nb = 2\nc = 3\nd = = 4\n"))

    assert "line 5" in found.detail


def test_a_file_above_the_limit_is_too_large_and_says_where_it_names_the_api() -> None:
    found = extract(FileKind.PYTHON, b"import cohere\n" + b"#" * SIZE_LIMIT[FileKind.PYTHON])

    assert isinstance(found, Unread)
    assert (found.reason, found.lines) == (UnreadReason.TOO_LARGE, (1,))


def test_facts_are_the_same_after_json() -> None:
    text = SOURCE + "class A(B):\n    def f(self, *a, k: int = 3, **kw):\n        return [x for x in a]\n"
    found = extract(FileKind.PYTHON, text.encode())
    assert isinstance(found, ModuleFacts)

    assert codec.decode(ModuleFacts, json.loads(json.dumps(codec.encode(found)))) == found


def test_one_text_is_one_object_in_all_facts_and_none_stays_for_ever(monkeypatch):
    one, other = (codec.decode(ModuleFacts, json.loads('{"requirements": ["cohere<5"]}')) for _ in range(2))
    assert one.requirements[0] is other.requirements[0]

    monkeypatch.setattr(tables, "_MOST_TEXTS", 5)
    for number in range(50):
        codec.decode(ModuleFacts, {"requirements": [f"package{number}"]})
    assert len(tables.texts()) <= 6


@pytest.mark.parametrize(
    "damage",
    [{"nodes": [["name"]]}, {"nodes": [[1] * 9]}, {"nodes": 3}, {"scopes": [["module"] * 10]}, {"unknown": 1}],
    ids=["too few columns", "numbers for columns", "no table", "words for columns", "an unknown field"],
)
def test_facts_of_another_shape_are_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="ModuleFacts"):
        codec.decode(ModuleFacts, damage)


def test_a_notebooks_cells_are_one_module_with_lines_inside_the_cell() -> None:
    data = notebook("!pip install cohere\nimport cohere\nco = cohere.Client()", ["x = 1\n", "co.generate(prompt='a')"])

    (site,) = uses(data, FileKind.NOTEBOOK)

    assert (site.span.cell, site.span.line) == (2, 2)
    assert [(step.cell, step.line) for step in site.proof[:1]] == [(1, 3)]


@pytest.mark.parametrize(
    "line",
    ["!ls", "%matplotlib inline", "%pip install x", "?print", "print?", "x = !ls", "x = %sql select", "pip install x",
     "!curl \\\n  http://x \\\n  -o y", "    !ls"],
)  # fmt: skip
def test_magics_are_masked_and_lines_stay(line: str) -> None:
    body = f"if True:\n{line}\n" if line.startswith(" ") else f"{line}\n"
    data = notebook(body + "import cohere\ncohere.Client().generate(prompt='a')")

    (site,) = uses(data, FileKind.NOTEBOOK)

    assert site.span.line == body.count("\n") + 2


@pytest.mark.parametrize(
    "text",
    ['x = """\n%%bash\n"""\n', "x = (3\n  %b)\n", "x = 'a %s' \\\n  % y\n"],
    ids=["a string over lines", "modulo at a line's start", "modulo after a backslash"],
)
def test_what_only_looks_like_a_magic_is_left_alone(text: str) -> None:
    assert len(uses(notebook(text + "import cohere\ncohere.Client().generate(prompt='a')"), FileKind.NOTEBOOK)) == 1


def test_a_cell_in_another_language_is_no_python() -> None:
    data = notebook("import cohere\nco = cohere.Client()", "%%bash\nco.generate(", "co.generate(prompt='a')")

    assert len(uses(data, FileKind.NOTEBOOK)) == 1


def test_a_broken_cell_costs_itself_and_is_told() -> None:
    data = notebook("import cohere\nco = cohere.Client()", "co.generate(prompt=", "co.generate(prompt='a')")
    found = extract(FileKind.NOTEBOOK, data)

    assert isinstance(found, ModuleFacts)
    assert len(link({"a.ipynb": found})) == 1
    assert [(fault.reason, fault.detail[:7]) for fault in found.faults] == [(UnreadReason.UNPARSABLE, "Cell 2:")]


def test_an_install_in_a_notebook_tells_the_version() -> None:
    data = notebook("%pip install cohere==1.3.10", "import cohere\ncohere.Client('k').generate('large', 'hi')")

    (site,) = uses(data, FileKind.NOTEBOOK)

    assert [argument.name for argument in site.arguments] == ["model", "prompt"]


def test_a_notebook_of_another_kernel_has_no_use() -> None:
    data = notebook("library(cohere)\nco.generate(", metadata={"kernelspec": {"language": "R"}})

    assert uses(data, FileKind.NOTEBOOK) == ()


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{", b"3", b"[" * 100_000, b'{"cells": []}\0', b"{'cells': []}"],
    ids=["empty", "a list", "cut off", "a number", "nested", "a trailing NUL", "no JSON"],
)
def test_what_is_no_notebook_is_unparsable(data: bytes) -> None:
    found = extract(FileKind.NOTEBOOK, data)

    assert isinstance(found, Unread)
    assert found.reason is UnreadReason.UNPARSABLE


@pytest.mark.parametrize(
    "body",
    [
        {"cells": 3},
        {"cells": [3, None, {}]},
        {"cells": [{"cell_type": "code", "source": 3}]},
        {"worksheets": [{"cells": 1}]},
    ],
)
def test_odd_shapes_of_a_notebook_hold_nothing(body: object) -> None:
    assert uses(json.dumps(body).encode(), FileKind.NOTEBOOK) == ()


def test_the_old_notebook_format_is_read() -> None:
    cell = {"cell_type": "code", "input": ["import cohere\n", "cohere.Client().generate(prompt='a')"]}

    (site,) = uses(json.dumps({"worksheets": [{"cells": [cell]}]}).encode(), FileKind.NOTEBOOK)

    assert (site.span.cell, site.span.line) == (0, 2)


def test_a_script_exported_from_a_notebook_is_read_in_spite_of_its_shell_lines() -> None:
    assert len(uses(b"!pip install cohere\n" + SOURCE.encode())) == 1


@pytest.mark.parametrize(
    ("text", "place"), [("co = (1\nco.generate(prompt=1\n", "at line 2"), ("x = 1\nif x:\n", "where it ends")]
)
def test_the_line_at_which_the_parser_stops_is_one_of_the_file(text, place):
    unread = told(extract(FileKind.PYTHON, text.encode()))

    assert unread.detail == f"Not valid Python 3: the parser stops {place}."


@pytest.mark.parametrize(
    "target", ["x", "x, y", "(x)", "x.y", "x[0]", "x[1:2]", "x[1, 2]", "f()[0], x", "[x, y]", "(x, (y, z))"]
)
def test_whatever_a_module_deletes_it_is_read(target: str) -> None:
    (site,) = uses(f"{SOURCE.format('a')}del {target}\n".encode())

    assert site.span.line == 3
