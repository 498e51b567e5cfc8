"""What commands install: `pip install cohere==4.5` in a Dockerfile, a workflow, a script or a notebook."""

import re
from collections.abc import Iterator

from audits.engine.dependencies.read import NAMES, known, requirement
from audits.engine.facts import Dependency

_REST = r"(?P<rest>[^\n;&|#]*)"
_COMMANDS = (
    ("pypi", re.compile(rf"\b(?:pip3?|uv|pipenv|poetry|pdm|conda|mamba)\s+(?:-\S+\s+)*(?:install|add)\b{_REST}")),
    ("npm", re.compile(rf"\b(?:npm|pnpm|yarn|bun)\s+(?:-\S+\s+)*(?:install|i|add)\b{_REST}")),
    ("go", re.compile(rf"\bgo\s+(?:get|install)\b{_REST}")),
)
_WORD = re.compile(r"[^\s\x00]+")
_CONTINUED = re.compile(r"\\\r?\n")


def installed_by(text: str) -> tuple[Dependency, ...]:
    """The known packages that commands in a text install."""
    if not any(name in text for name in NAMES):
        return ()
    # A line that goes on: one character that is no line end, so that the lines below can still be counted.
    joined = _CONTINUED.sub(" \0", text)
    found: list[Dependency] = []
    for ecosystem, pattern in _COMMANDS:
        for match in pattern.finditer(joined):
            for word in _WORD.finditer(match["rest"]):
                before = joined[: match.start("rest") + word.start()]
                line = 1 + before.count("\n") + before.count("\0")
                found += _installed(ecosystem, word[0].strip("\"'`,)]"), line)
    return tuple(dict.fromkeys(found))


def _installed(ecosystem: str, word: str, line: int) -> Iterator[Dependency]:
    if word.startswith("-"):
        return
    if ecosystem == "pypi":
        # poetry writes name@range, conda one "=".
        if asked := re.fullmatch(r"([\w.-]+)(?:\[[\w,-]*\])?@([~^]?\d[\w.*]*)", word):
            yield from known(ecosystem, asked[1], asked[2], line)
            return
        yield from requirement(re.sub(r"^([\w.-]+)=(\d)", r"\1==\2", word), line)
        return
    name, _, spec = word.rpartition("@") if "@" in word[1:] else (word, "", "")
    spec = "" if spec == "latest" else spec
    yield from known(ecosystem, name, spec, line, exact=re.fullmatch(r"v?\d[\w.+-]*", spec) is not None)
