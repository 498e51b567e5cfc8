"""Which version of the SDK a module is written for, as far as pins and code tell."""

import re
from collections.abc import Mapping

from audits.engine.catalogue import DATED
from audits.engine.extract.model import ModuleFacts
from audits.engine.link.tree import Module

_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_PIN = re.compile(r"(?P<name>\S+) (?P<operator>===?|~=|>=|<=|<|>|\^|~)?(?P<version>\d[\w.]*)")
# Folders of pins in parts.
_PARTED = frozenset({"requirements", "requirement", "pip-requirements", "pip-requirement"})
_FIVE = frozenset({"generate_stream", "ClientV2", "AsyncClientV2", "ApiError", "request_options"})
_FOUR = frozenset({"batch_generate", "CohereError", "CohereAPIError", "check_api_key", "num_workers"})


class Eras:
    """Answers by module."""

    def __init__(self, facts: Mapping[str, ModuleFacts]) -> None:
        self._pins = {path: version for path, row in facts.items() if (version := _version(_asked(row)))}

    def of(self, module: Module) -> str | None:
        """A version such as "4.57" or "5", None where nothing tells."""
        own = self._pins.get(module.path)
        if own is not None:
            return own
        folder = module.path.rpartition("/")[0]
        above = [path for path in self._pins if _holds(_of(path), folder)]
        if above:
            return self._pins[max(above, key=lambda path: (path.count("/"), path))]
        return _by_code(module)


def dated(module: Module, call: int) -> str | None:
    """The era of a client that is made with a version date behind its key, as SDKs before 4 took it."""
    node = module.nodes[call]
    operands = dict(zip(node.keys, node.kids[1:], strict=True)) if node.op == "call" else {}
    plain = [kid for kid, key in zip(node.kids[1:], node.keys, strict=True) if key == ""] if operands else []
    places = [*plain[1:2], *(operands[key] for key in ("version",) if key in operands)]
    return DATED if any(_DATE.fullmatch(module.text(kid) or "") for kid in places) else None


def _asked(facts: ModuleFacts) -> tuple[str, ...]:
    """What a file asks for, a `setup.py` among them, as "name range"."""
    return facts.requirements or tuple(f"{row.package} {row.spec}" for row in facts.dependencies)


def _of(path: str) -> str:
    """The folder that a file with pins speaks of: `requirements/base.txt` speaks of the one above it."""
    folder = path.rpartition("/")[0]
    above, _, last = folder.rpartition("/")
    return above if last.lower() in _PARTED else folder


def _holds(folder: str, inner: str) -> bool:
    return not folder or inner == folder or inner.startswith(f"{folder}/")


def _by_code(module: Module) -> str | None:
    if module.words & _FIVE:
        return "5"
    return "4" if module.words & _FOUR else None


def _version(pins: tuple[str, ...]) -> str | None:
    for pin in pins:
        found = _PIN.match(pin)
        if found is None or found["name"] != "cohere":
            continue
        operator, version = found["operator"], found["version"]
        if operator in ("<", "<=") and version.split(".")[0] == "5":
            return "4"
        return version
    return None
