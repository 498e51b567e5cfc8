"""The parameters in a text that is a JSON object."""

import json
import re

from audits.engine.extract.interesting import KEPT
from audits.engine.facts import Argument
from audits.engine.languages.bodies import snake

_LIMIT = 600


def json_arguments(text: str) -> dict[str, Argument]:
    """The parameters in the text of a JSON object; of one that is no valid JSON the keys all the same."""
    start, stop = text.find("{"), text.rfind("}")
    if start < 0:
        return {}
    body = text[start : stop + 1] if stop > start else text[start:]
    try:
        rows = json.loads(body, strict=False)
    except (ValueError, RecursionError):
        keys = re.findall(r"""["']?(\w+)\\?["']?\s*:\s*("(?:[^"\\]|\\.)*"|[\w.…$-]+|\[[^\]]*\])?""", body)
        return {snake(key): _loose(snake(key), value) for key, value in keys if snake(key) in KEPT}
    if not isinstance(rows, dict):
        return {}
    found = {}
    for key, value in rows.items():
        plain = isinstance(value, (str, int, float, bool)) and "…" not in str(value)
        source = json.dumps(value, ensure_ascii=False)[:_LIMIT]
        found[snake(key)] = Argument(snake(key), source, None, plain or value is None, value if plain else None)
    return found


def _loose(name: str, value: str) -> Argument:
    """An entry of a body that is no valid JSON: a text that stands there whole is still one."""
    whole = re.fullmatch(r'"[^"\\…]+"', value) is not None
    return Argument(name, value[:_LIMIT] or "…", None, whole, value.strip('"') if whole else None)
