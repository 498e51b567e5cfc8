"""A repository on this disk that git will not serve, since objects are missing: a partial clone, say.

Its objects are read where they lie, as the command line reads them in place; a file that is not there is unread. Only
for folders that an administrator named, which have been checked, stores that they borrow from included.
"""

import shutil
from contextlib import suppress
from pathlib import Path

_LENDER = Path("objects/info/alternates")


def borrow(mirror: Path, repository: Path) -> None:
    """Let the empty mirror read from the store of a checked local repository, and end where its history ends.

    Raises OSError.
    """
    git_dir = _common(repository)
    (mirror / _LENDER).parent.mkdir(exist_ok=True)
    (mirror / _LENDER).write_text(f"{git_dir / 'objects'}\n", "utf-8", "surrogateescape")
    with suppress(FileNotFoundError):
        shutil.copyfile(git_dir / "shallow", mirror / "shallow")


def borrows(mirror: Path) -> bool:
    """Whether a mirror reads from somebody else's store."""
    return (mirror / _LENDER).exists()


def _common(repository: Path) -> Path:
    """The folder with the objects: of a work tree, of one of several work trees, or of a bare repository."""
    pointer = repository / ".git"
    git_dir = pointer if pointer.is_dir() else repository
    if pointer.is_file():
        git_dir = repository / pointer.read_text("utf-8", "surrogateescape").strip().removeprefix("gitdir:").strip()
    common = git_dir / "commondir"
    return git_dir / common.read_text("utf-8", "surrogateescape").strip() if common.is_file() else git_dir
