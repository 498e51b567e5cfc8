"""Texts that jq makes in a shell's script."""

import json
import re

from audits.engine.languages.program import HOLE
from audits.engine.languages.variables import EXPANDED

# What a command hands to jq, under a name of jq's own.
_JQ = re.compile(r"""--arg(?P<json>json)?\s+(?P<name>\w+)\s+(?P<value>"[^"\n]*"|'[^'\n]*'|[^\s'"]+)""")
_NAME = re.compile(r"\$(\w+)")


def by_jq(text: str) -> str:
    """`$(jq -n --arg p "$1" '{prompt: $p}')` with what the shell puts in where jq's own name stands."""
    given = {found["name"]: _worth(found["value"].strip("\"'"), found["json"]) for found in _JQ.finditer(text)}
    return _NAME.sub(lambda found: given.get(found[1], found[0]), _JQ.sub("", text))


def _worth(value: str, json_too: str | None) -> str:
    """A variable as it is, a constant in quotes or as JSON, HOLE for what is put together."""
    if found := re.fullmatch(r"\$\{?(\w+)\}?", value):
        return f"${found[1]}"
    constant = value if json_too else json.dumps(value, ensure_ascii=False)
    return HOLE if EXPANDED.search(value) else constant
