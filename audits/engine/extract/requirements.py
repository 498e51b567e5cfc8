"""Version pins of the SDK in requirement files and in notebooks' installs."""

import re

_PIN = re.compile(
    r"(?:^|[\s'\"=\[(,])(cohere(?:[-_](?:aws|sagemaker))?)(?:\[[\w,\s-]*\])?['\"]?\s*(?:=\s*['\"])?"
    r"((?:===?|~=|>=|<=|<|>|\^|~)?\s*\d[\w.*]*(?:\s*,\s*(?:===?|!=|~=|>=|<=|<|>)\s*[\w.*]+)*)",
    re.MULTILINE,
)
_LOCKED = re.compile(r"name\s*=\s*\"cohere\"\s*\nversion\s*=\s*\"([\w.]+)\"")


def pins_in(text: str) -> tuple[str, ...]:
    """`name specifier` of every pin of a Cohere package, in order of appearance; a bare version is an exact one."""
    if "cohere" not in text:
        return ()
    rows = [f"{name} {spec.replace(' ', '')}" for name, spec in _PIN.findall(text)]
    return tuple(dict.fromkeys([*(f"cohere =={version}" for version in _LOCKED.findall(text)), *rows]))
