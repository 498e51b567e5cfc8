"""Bytes that are no ordinary Python: read as Python reads them, or unread with a reason and the lines to look at."""

import codecs
import json
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.engine import FileKind, ModuleFacts, Unread, gate
from audits.engine.facts import UnreadReason
from audits.engine.notebooks import mask
from audits.engine.steps import extract, link
from audits.gitstore import open_local
from audits.sandbox import Sandbox
from tests.engine.trees import told

USE = "import cohere\nco = cohere.Client()\nco.generate(prompt='é')\n"
UNPARSABLE, UNDECODABLE = UnreadReason.UNPARSABLE, UnreadReason.UNDECODABLE


def lines_of_uses(data: bytes) -> list[int]:
    found = extract(FileKind.PYTHON, data)
    assert isinstance(found, ModuleFacts), found
    return [site.span.line for site in link({"app.py": found}) if site.method == "generate"]


@pytest.mark.parametrize(
    ("data", "line"),
    [
        (USE.encode(), 3),
        (codecs.BOM_UTF8 + USE.encode(), 3),
        (b"# coding: latin-1\n" + USE.encode("latin-1"), 4),
        (b"#!/bin/python\n# -*- coding: cp1252 -*-\n" + USE.encode("cp1252"), 5),
        ("# coding: shift_jis\n# 日本\n".encode("shift_jis") + USE.replace("é", "a").encode(), 5),
        ("# coding: gbk\n# 中\n".encode("gbk") + USE.replace("é", "a").encode(), 5),
        (USE.encode("latin-1"), 3),
        (b"# caf\xe9\n" + USE.encode(), 4),
        (b"x = 1\nx = 2\n# coding: latin-1\n" + USE.encode("latin-1"), 6),
        (b"# a\n# b\n# coding: no-such-codec\n" + USE.encode(), 6),
        (b"# coding: ascii\n" + USE.encode(), 4),
        (b"# coding: utf-7\n" + USE.replace("é", "a").encode(), 4),
        (b"# coding: unicode_escape\nimport co\\x68ere\nco = co\\x68ere.Client()\nco.generate(prompt='a')\n", 4),
        (codecs.BOM_UTF8 * 2 + USE.encode(), 3),
        (USE.encode().rstrip(b"\n"), 3),
    ],
    ids=["utf-8", "bom", "latin-1", "cp1252", "shift_jis", "gbk", "no cookie", "a byte in a comment", "cookie too late",
         "cookie below comments", "a byte against the cookie", "utf-7", "escapes", "two boms", "no final newline"],
)  # fmt: skip
def test_every_encoding_that_python_reads_is_read(data: bytes, line: int) -> None:
    assert gate.names_api(gate.plain(data))
    assert lines_of_uses(data) == [line]


@pytest.mark.parametrize(
    "data",
    [
        USE.encode("utf-16"),
        USE.encode("utf-32"),
        codecs.BOM_UTF8 + b"# coding: latin-1\n" + USE.encode(),
        b"# coding: no-such-codec\n" + USE.encode(),
        b"# coding: rot13\n" + USE.encode(),
        b"# coding: hex\n" + USE.encode(),
        b"# coding: undefined\n" + USE.encode(),
        b"# coding: " + b"x" * 100_000 + b"\n" + USE.encode(),
        USE.encode() + b"x = 1 \0",
    ],
    ids=["utf-16", "utf-32", "bom and another cookie", "unknown", "rot13", "hex", "undefined", "a long cookie", "nul"],
)
def test_what_python_itself_cannot_decode_is_unread_with_its_lines(data: bytes) -> None:
    found = extract(FileKind.PYTHON, data)

    assert isinstance(found, Unread)
    assert found.reason is UNDECODABLE
    assert len(found.detail) < 200
    assert found.lines


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("odd", ["\f", "\v", "\x1c", "\x85", "\u2028"], ids=["ff", "vt", "fs", "nel", "ls"])
def test_lines_are_counted_at_line_ends_only(end: str, odd: str) -> None:
    text = f"import cohere\ns = 'a{odd}b'\nco = cohere.Client()\n\nco.generate(prompt='a')\n"

    assert lines_of_uses(text.replace("\n", end).encode()) == [5]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("def f[T](x: T) -> T:\n    return x\n", 3),
        ("type A = int\n", 2),
        ("x = f'{f'{1}'}'\n", 2),
        ("try:\n    pass\nexcept* ValueError:\n    pass\n", 5),
        ("match x:\n    case {'a': [1, *_]}:\n        pass\n", 4),
        ("try:\n    pass\nexcept A, B:\n    pass\n", 5),
        ("x = {{a}}\n", 2),
        ("print >>f, 1\n", 2),
        ("t = '{{ cookiecutter.name }} {% if x %}'\n", 2),
    ],
    ids=["generics", "type", "f-string", "except*", "match", "except without brackets", "a set of a set", "print >>",
         "a template in a string"],
)  # fmt: skip
def test_syntax_newer_than_this_python_or_odd_is_read(text: str, line: int) -> None:
    assert lines_of_uses((text + USE).encode()) == [line + 2]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (USE + "print 'x'\n", (1, 2, 3)),
        (USE + "exec 'x'\nraise E, 'x'\n", (1, 2, 3)),
        ("<<<<<<< HEAD\n" + USE + "=======\nx = 1\n>>>>>>> b\n", (2, 3, 4)),
        ("{% if x %}\n" + USE + "{% endif %}\n", (2, 3, 4)),
        ("import {{ package }}\n" + USE, (2, 3, 4)),
        (USE + "x = '''\n", (1, 2, 3)),
        (USE + "  x = 1\n", (1, 2, 3)),
        (USE + ">>> x\n", (1, 2, 3)),
    ],
    ids=["print", "exec", "conflict markers", "template", "a name of a template", "open string", "dedent", "doctest"],
)
def test_what_is_no_python_3_is_unread_with_the_lines_that_name_the_api(text: str, lines: tuple[int, ...]) -> None:
    found = told(extract(FileKind.PYTHON, text.encode()))

    assert (found.reason, found.lines) == (UNPARSABLE, lines)


def test_the_place_of_a_fault_is_the_line_of_the_fault() -> None:
    assert "line 5" in told(extract(FileKind.PYTHON, b"import cohere\n\n\n\nx = = 1\n\n")).detail


@pytest.mark.parametrize(
    "data",
    [b"[" * 3000 + b"]" * 3000, b'{"cells": [', b"<<<<<<< HEAD\n{}", b"\xe9cohere", b"[]", b'{"a": 1e' + b"9" * 5000],
    ids=["deep", "cut off", "conflict markers", "latin-1", "a list", "a number"],
)  # fmt: skip
def test_a_notebook_that_is_none_is_unread(data: bytes) -> None:
    found = extract(FileKind.NOTEBOOK, data)

    assert isinstance(found, Unread)
    assert found.reason is UNPARSABLE


@pytest.mark.parametrize(
    "data",
    [
        b'{"x": NaN, "cells": [%s]}',
        b'{"cells": [], "cells": [%s]}',
        b'\xef\xbb\xbf{"cells": [%s]}',
        b'{"cells": [{"cell_type": "markdown", "source": "\\ud83d"}, %s]}',
        b'{"cells": [{"cell_type": "code", "source": "s = \'\\ud83d\'"}, %s]}',
        b'{"cells": [{"cell_type": "code", "source": "s = \'\\u0000\'"}, %s]}',
        b'{"cells": [{"cell_type": "code", "source": ["x = 1\\n", 5, null]}, %s]}',
        b'{"metadata": {"kernelspec": [1]}, "cells": [null, 5, %s]}',
        b'{"cells": [{"cell_type": "code", "source": {"a": 1}}, {"cell_type": "code", "source": 5}, %s]}',
    ],
    ids=[
        "NaN",
        "keys twice",
        "bom",
        "half a pair in text",
        "half a pair in code",
        "nul",
        "odd lines",
        "odd shapes",
        "odd sources",
    ],
)
@pytest.mark.parametrize("wide", [False, True], ids=["utf-8", "utf-16"])
def test_what_json_lets_through_in_a_notebook_hides_no_cell(data: bytes, wide: bool) -> None:
    cell = {"cell_type": "code", "source": USE}
    text = data.replace(b"%s", json.dumps(cell).encode())
    found = extract(FileKind.NOTEBOOK, text.decode("utf-8-sig").encode("utf-16") if wide else text)

    assert isinstance(found, ModuleFacts)
    assert [site.span.line for site in link({"n.ipynb": found}) if site.method == "generate"] == [3]


def test_a_cell_with_a_nul_that_names_the_api_is_a_fault_of_its_own() -> None:
    cells = [{"cell_type": "code", "source": text} for text in (USE, f"{USE}x = '\0'\n")]
    found = extract(FileKind.NOTEBOOK, json.dumps({"cells": cells}).encode())

    assert isinstance(found, ModuleFacts)
    assert [fault.detail for fault in found.faults] == ["Cell 1: it holds a NUL, which Python refuses."]
    assert [site.span.cell for site in link({"n.ipynb": found}) if site.method == "generate"] == [0]


@pytest.mark.parametrize("text", ["nonlocal x\n", "return 1\n", "x = yield\n", "await x\n", "*a = 1\n", "break\n"])
def test_what_only_the_compiler_refuses_does_not_end_the_reading(text: str) -> None:
    assert isinstance(extract(FileKind.PYTHON, (USE + text).encode()), ModuleFacts | Unread)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ('"""\n%%bash\n"""\n' + USE, 6),
        ("a = 7\nb = 2\nc = (a\n%b)\n" + USE, 7),
        ("files = !ls\n" + USE, 4),
        ("x = %timeit -o 1\n" + USE, 4),
        ("print?\n" + USE, 4),
    ],
    ids=["in a string", "in an expression", "assigned shell", "assigned magic", "a question"],
)
def test_magics_are_taken_out_and_what_looks_like_one_is_left(source: str, line: int) -> None:
    cell = {"cell_type": "code", "source": source}
    found = extract(FileKind.NOTEBOOK, json.dumps({"cells": [cell]}).encode())

    assert isinstance(found, ModuleFacts)
    assert not found.faults
    (site,) = [site for site in link({"n.ipynb": found}) if site.method == "generate"]
    assert site.span.line == line


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ('!ls\ns = """\n!ls\n"""\n', 'pass\ns = """\n!ls\n"""\n'),
        ("!pip install \\\n  cohere\nx = 1\n", "pass\n\nx = 1\n"),
        ("%%bash\ncohere = 1\n", "\n\n"),
        ("%%time\nx = 1\n", "pass\nx = 1\n"),
    ],
    ids=["in a string", "a line that goes on", "a cell of another language", "a cell of Python"],
)
def test_the_lines_of_a_cell_stay_as_many_and_hold_python_alone(text: str, masked: str) -> None:
    assert mask(text) == masked


@pytest.mark.parametrize(
    "metadata",
    [{"kernelspec": {"language": "R"}}, {"language_info": {"name": "julia"}}, {"kernelspec": {"language": "python"}}],
)
def test_a_notebook_of_another_language_is_not_read_as_python(metadata: dict[str, object]) -> None:
    cells = [{"cell_type": "code", "source": text} for text in (USE, "library(cohere) %>% generate(")]
    found = extract(FileKind.NOTEBOOK, json.dumps({"metadata": metadata, "cells": cells}).encode())

    assert isinstance(found, ModuleFacts)
    python = metadata.get("kernelspec") == {"language": "python"}
    assert len([site for site in link({"n.ipynb": found}) if site.method == "generate"]) == python
    assert len(found.faults) == python


def test_a_cell_of_more_than_a_mebibyte_is_a_fault_of_its_own() -> None:
    cells = [{"cell_type": "code", "source": text} for text in (USE, f"{USE}# {'x' * (1 << 20)}\n")]
    found = extract(FileKind.NOTEBOOK, json.dumps({"cells": cells}).encode())

    assert isinstance(found, ModuleFacts)
    assert [(fault.reason, fault.lines) for fault in found.faults] == [(UnreadReason.TOO_LARGE, (1, 2, 3))]
    assert [site.span.cell for site in link({"n.ipynb": found}) if site.method == "generate"] == [0]


def test_a_use_below_a_shell_line_has_the_cells_line() -> None:
    cell = {
        "cell_type": "code",
        "source": ["%load_ext x\n", "!pip install cohere==4.57\n", *USE.splitlines(keepends=True)],
    }
    found = extract(
        FileKind.NOTEBOOK, json.dumps({"cells": [{"cell_type": "markdown", "source": "# a"}, cell]}).encode()
    )

    assert isinstance(found, ModuleFacts)
    (site,) = [site for site in link({"n.ipynb": found}) if site.method == "generate"]
    assert (site.span.cell, site.span.line) == (1, 5)


@pytest.mark.hostile
def test_a_file_that_kills_or_hangs_its_reader_says_which_lines_name_the_api(tmp_path: Path) -> None:
    (tmp_path / "deep.py").write_text(USE + "x = " + "[" * 10_000, encoding="utf-8")
    (tmp_path / "hang.py").write_text(
        USE + "match a:\n case " + "(" * 20 + "1" + ",)" * 20 + ": pass\n", encoding="utf-8"
    )
    (tmp_path / "good.py").write_text(USE, encoding="utf-8")

    with open_local(tmp_path) as source, Sandbox(deadline=5) as sandbox:
        report = analyse(source, sandbox)

    assert {path: (why.reason, why.lines) for path, why in report.unread} == {
        "deep.py": (UnreadReason.CRASHED, (1, 2, 3)),
        "hang.py": (UnreadReason.TIMED_OUT, (1, 2, 3)),
    }
    assert [use.path for use in report.usages if use.method == "generate"] == ["good.py"]
    assert sum(report.states.values()) == report.seen == 3
