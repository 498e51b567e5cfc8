"""Where modules lie: packages as the parts of their paths."""

from audits.engine.catalogue import PACKAGES
from audits.engine.gate import module_parts

_SOURCE_ROOTS = ("", "src", "lib", "app", "backend", "server", "python")


def reachable(path: str, parts: tuple[str, ...], here: tuple[str, ...]) -> bool:
    """May `parts` in a module of the package `here` mean the file at `path`, as far as paths tell?"""
    if path.endswith(".ipynb"):
        return False
    root = module_parts(path)[: -len(parts)]
    beside = root == here
    if parts[0] in PACKAGES and (len(parts) > 1 or path.endswith("__init__.py") or not (beside or not root)):
        return False
    return len(parts) > 1 or beside or "/".join(root) in _SOURCE_ROOTS or root == here[: len(root)]


def module_folder(path: str) -> tuple[str, ...]:
    """The parts of the package that holds the file."""
    return tuple(path.split("/")[:-1])


def common(left: tuple[str, ...], right: tuple[str, ...]) -> int:
    """How many parts two packages begin with alike."""
    count = 0
    for one, other in zip(left, right, strict=False):
        if one != other:
            break
        count += 1
    return count
