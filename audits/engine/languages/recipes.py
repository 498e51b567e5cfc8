"""Makefiles and Dockerfiles as the shell that is in them; lines keep their numbers."""

import json
import re
import shlex

from audits.engine.facts import FileKind

_ASSIGNED = re.compile(r"^(?:export\s+)?(\w+)\s*[:?+]?=\s*(.*)$")
# One of several that an ENV sets: https://docs.docker.com/reference/dockerfile/#env
_PAIR = re.compile(r"""(?<!\S)(\w+)=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s"']*)(?!\S)""")


def prepared(kind: FileKind, text: str) -> str:
    """The file as a script of the shell; one that is a script as it is."""
    return _PREPARED[kind](text) if kind in _PREPARED else text


def _makefile(text: str) -> str:
    """Recipes and assignments as shell."""
    rows = []
    for line in text.split("\n"):
        assigned = _ASSIGNED.match(line)
        if line.startswith("\t"):
            rows.append(re.sub(r"^(\s*)[@+-]+", r"\1", line).replace("$$", "$").replace("$(", "${"))
        elif rows and rows[-1].endswith("\\"):
            rows.append(line)
        else:
            rows.append(f"{assigned[1]}={_quoted(assigned[2])}" if assigned else "")
    return re.sub(r"\$\{(\w+)\)", r"${\1}", "\n".join(rows))


def _quoted(value: str) -> str:
    return value if re.fullmatch(r"[\"'].*[\"']", value) else "'" + value.replace("'", "") + "'"


def _dockerfile(text: str) -> str:
    """What RUN, CMD and ENTRYPOINT run, and what ENV and ARG set."""
    rows, continued = [], False
    for line in text.split("\n"):
        run = re.match(r"\s*(?:HEALTHCHECK\s.*?)?(?:RUN|CMD|ENTRYPOINT)\s+(?:--\w+=\S+\s+)*(.*)$", line, re.IGNORECASE)
        given = re.match(r"\s*(?:ENV|ARG)\s+(\w+)(?:=|\s+)(.*)$", line, re.IGNORECASE)
        if continued and not (run or given):
            rows.append(line if not line.strip().startswith("#") else "")
        elif given:
            rows.append(_pairs(line) or f"{given[1]}={_quoted(given[2])}")
        else:
            rows.append(_as_words(run[1]) if run else "")
        continued = line.rstrip().endswith("\\")
    return "\n".join(rows)


def _pairs(line: str) -> str:
    """`ENV A=b C="d e" \\` as assignments; "" for any other way to write them."""
    body = line.split(None, 1)[1].rstrip()
    more = " \\" if body.endswith("\\") else ""
    body = body.removesuffix("\\")
    if _PAIR.sub("", body).strip():
        return ""
    return " ".join(f"{name}={_quoted(value)}" for name, value in _PAIR.findall(body)) + more


def _as_words(command: str) -> str:
    """`["litellm", "--model", "m"]`, as Docker's exec form writes a command, as the shell would."""
    try:
        words = json.loads(command) if command.startswith("[") else None
    except (ValueError, RecursionError):
        return command
    # One line stays one: whatever follows is told by its number.
    return shlex.join(map(str, words)).replace("\n", " ") if isinstance(words, list) else command


_PREPARED = {FileKind.MAKEFILE: _makefile, FileKind.DOCKERFILE: _dockerfile}
