"""Repositories on this machine's own disk: only below folders that an administrator named, whatever links say."""

from collections.abc import Iterator, Sequence
from pathlib import Path

ALTERNATES_DEPTH = 5


class LocalRefused(ValueError):
    """The path may not be used; `str()` says why and what to do."""


def find_repository(text: str, roots: Sequence[Path]) -> Path:
    """The resolved folder of the repository at an absolute path. Raises LocalRefused.

    Everything git would read for it must lie below a root: the folder, its .git, and the object stores it borrows from.
    """
    if not roots:
        raise LocalRefused(
            "Local paths are not enabled here. An administrator can name folders in LOCAL_REPOSITORY_ROOTS."
        )
    if not text.isprintable():
        raise LocalRefused("The path holds a control character; rename the folder.")
    resolved = _resolve(Path(text))
    allowed = [_resolve(root) for root in roots]
    if not _below(resolved, allowed):
        raise LocalRefused(
            "This path is not below a folder that an administrator named in LOCAL_REPOSITORY_ROOTS; "
            "move the repository there or have its folder added."
        )
    if not resolved.is_dir():
        raise LocalRefused("There is no folder at this path on the server; check the spelling.")
    if resolved.name == ".git":
        resolved = resolved.parent
    store = _git_dir(resolved)
    if store is None:
        raise LocalRefused("The folder at this path is not a git repository; run git init there or check the spelling.")
    for place in (resolved, store, *_object_stores(store)):
        if not _below(place, allowed):
            raise LocalRefused(
                f"This repository reads from {place}, which is outside LOCAL_REPOSITORY_ROOTS; "
                "make a full copy with git clone --no-hardlinks --dissociate."
            )
    return resolved


def _git_dir(path: Path) -> Path | None:
    for place in (path / ".git", path):
        if (place / "HEAD").is_file() and (place / "objects").is_dir():
            return _resolve(place)
    pointer = path / ".git"
    if pointer.is_file():
        with pointer.open("rb") as file:
            words = file.read(5000).decode(errors="replace").strip()
        if words.startswith("gitdir:"):
            return _resolve(path / words.removeprefix("gitdir:").strip())
    return None


def _object_stores(git_dir: Path) -> Iterator[Path]:
    """Where git would look for objects: its own store, and alternates of alternates to a bounded depth."""
    common = git_dir / "commondir"
    if common.is_file():
        git_dir = _resolve(git_dir / common.read_text(errors="replace").strip())
        yield git_dir
    level = [_resolve(git_dir / "objects")]
    for _ in range(ALTERNATES_DEPTH):
        yield from level
        level = [found for store in level for found in _alternates(store)]


def _alternates(store: Path) -> Iterator[Path]:
    try:
        lines = (store / "info" / "alternates").read_text(errors="replace").splitlines()
    except OSError:
        return
    for line in lines[:20]:
        if line.strip() and not line.startswith("#"):
            yield _resolve(store / line.strip())


def _resolve(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise LocalRefused("The path cannot be followed; check the spelling.") from error


def _below(path: Path, roots: Sequence[Path]) -> bool:
    return any(path.is_relative_to(root) for root in roots)
