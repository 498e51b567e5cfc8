"""Notebooks as one virtual module, and the masking of what is IPython and not Python."""

import ast
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from audits.engine.source import lines_of

_CELL_LIMIT = 1 << 20
_SHELL = re.compile(r"^(\s*)(?:[!%]|\?{1,2}\w|(?:pip3?|conda)\s+(?:install|uninstall)\b)")
_ASSIGNED = re.compile(r"^(\s*)[\w., \[\]'\"]+?\s*=\s*[!%](?!=)")
_HELP = re.compile(r"^(\s*)[%\w.*]+\?{1,2}\s*$")
_INSTALL = re.compile(r"^\s*[!%]{0,2}\s*(?:pip3?|conda|uv pip|python3? -m pip)\s+install\s+(.*)$")
_PYTHON_CELLS = ("%%time", "%%timeit", "%%capture", "%%prun", "%%python", "%%python3", "%%memit")
# Magics that run the Python behind them, their options left out.
_TIMED = re.compile(r"^(\s*)((?:\w+ *= *)?%(?:time|timeit|prun|memit)\s+(?:-\w+(?:[ =]?\d+)?\s+)*)(?=[^\s%!-])")
_QUOTES = re.compile(r"(?<!\\)(?:'''|\"\"\")")


class NotANotebook(ValueError):
    """The bytes are no notebook; the message says why."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One code cell as written: `index` counts over all cells from 0."""

    index: int
    text: str
    too_large: bool = False


@dataclass(frozen=True, slots=True)
class Notebook:
    """The code cells in order and the arguments of every `pip install`, a line each."""

    cells: tuple[Cell, ...]
    installs: str


def mask(text: str) -> str:
    """The same lines with magics, shell lines and help requests turned into `pass`; long strings are left alone."""
    lines = lines_of(text)
    head = lines[0].lstrip() if lines else ""
    if head.startswith("%%") and not head.startswith(_PYTHON_CELLS):
        return "".join("\n" for _ in lines)
    result: list[str] = []
    quoted = continued = False
    for line in lines:
        if not (quoted or continued) and (timed := _timed(line)):
            result.append(timed)
            continue
        if continued or (not quoted and _is_magic(line)):
            result.append(line[len(line.rstrip("\r\n")) :] if continued else _blank(line))
            continued = line.rstrip().endswith("\\")
            continue
        result.append(line)
        if len(_QUOTES.findall(line)) % 2:
            quoted = not quoted
    return "".join(result)


def _timed(line: str) -> str:
    """`%time x = f()` and `t = %timeit -o f()` with the statement in its place, a harmless one before it; else ""."""
    found = _TIMED.match(line)
    if found is None:
        return ""
    indent, magic = found.groups()
    try:
        ast.parse(line[found.end() :].strip())
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    return f"{indent}0{' ' * (len(magic) - 2)};{line[found.end() :]}"


def _is_magic(line: str) -> bool:
    return bool(_SHELL.match(line) or _ASSIGNED.match(line) or _HELP.match(line))


def _blank(line: str) -> str:
    body = line.rstrip("\r\n")
    indent = body[: len(body) - len(body.lstrip())]
    return f"{indent}pass{line[len(body) :]}"


def virtual_module(data: bytes) -> Notebook:
    """A notebook's code cells and installs. Raises NotANotebook, also where the JSON is nested too deeply."""
    try:
        found = json.loads(data)
    except RecursionError as error:
        raise NotANotebook("Not a notebook: the JSON is nested too deeply.") from error
    except ValueError as error:
        raise NotANotebook("Not a notebook: the file is no valid JSON.") from error
    if not isinstance(found, dict):
        raise NotANotebook("Not a notebook: the JSON is no object.")
    cells: list[Cell] = []
    installs: list[str] = []
    for index, raw in _code_cells(found) if _is_python(found) else ():
        text = _encodable(raw if not raw or raw.endswith("\n") else raw + "\n")
        installs += [match.group(1) for line in lines_of(text) if (match := _INSTALL.match(line.rstrip("\r\n")))]
        cells.append(Cell(index, text, too_large=len(text) > _CELL_LIMIT))
    return Notebook(tuple(cells), "\n".join(installs))


def _encodable(text: str) -> str:
    """JSON may hold half of a pair of UTF-16, which no parser takes: another sign stands in its place."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _is_python(notebook: Mapping[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    if not isinstance(metadata, dict):
        return True
    for key, name in (("kernelspec", "language"), ("language_info", "name")):
        part = metadata.get(key)
        language = part.get(name) if isinstance(part, dict) else None
        if isinstance(language, str) and language:
            return language.lower() in ("python", "ipython", "python3", "python2")
    return True


def _code_cells(notebook: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        sheets = notebook.get("worksheets")
        sheets = sheets if isinstance(sheets, list) else []
        cells = [
            cell
            for sheet in sheets
            if isinstance(sheet, dict) and isinstance(sheet.get("cells"), list)
            for cell in sheet["cells"]
        ]
    for index, cell in enumerate(cells):
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input", ""))
            text = "".join(part for part in source if isinstance(part, str)) if isinstance(source, list) else source
            if isinstance(text, str):
                yield index, text


def raw_cells(data: bytes) -> dict[int, str]:
    """The code cells' text as written, magics and all, by index over all cells. Raises ValueError, RecursionError."""
    found = json.loads(data)
    return dict(_code_cells(found)) if isinstance(found, dict) else {}
