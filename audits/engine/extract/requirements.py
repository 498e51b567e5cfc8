"""Version pins of the SDK, and of libraries around it, in requirement files and in notebooks' installs."""

import re

_PIN = re.compile(
    r"(?:^|[\s'\"=\[(,])(cohere(?:[-_](?:aws|sagemaker|haystack))?|litellm|dspy-ai|bertopic|garak)"
    r"(?:\[[\w,\s-]*\])?['\"]?\s*(?:=\s*['\"])?"
    r"((?:===?|~=|>=|<=|<|>|\^|~)?\s*\d[\w.*]*(?:\s*,\s*(?:===?|!=|~=|>=|<=|<|>)\s*[\w.*]+)*)",
    re.MULTILINE,
)
_PACKAGES = ("cohere", "litellm", "dspy-ai", "bertopic", "garak")
_LOCKED = re.compile(r"name\s*=\s*\"cohere\"\s*\nversion\s*=\s*\"([\w.]+)\"")


def pins_in(text: str) -> tuple[str, ...]:
    """`name specifier` of every pin of a package that the catalogue knows by version, in order of appearance.

    A bare version is an exact one.
    """
    if not any(name in text for name in _PACKAGES):
        return ()
    rows = [f"{name} {spec.replace(' ', '')}" for name, spec in _PIN.findall(text)]
    return tuple(dict.fromkeys([*(f"cohere =={version}" for version in _LOCKED.findall(text)), *rows]))
