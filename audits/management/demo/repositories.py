"""Writes the demo's repositories, and moves their branches from one stage of their history to the next."""

import json
import shutil
from functools import cache
from pathlib import Path

from audits.gitstore.write import set_branch, write_repository
from audits.models import Repository

from . import people
from .history import History, read

FOLDER = Path(__file__).parent / "histories"
STAGES = "stages.json"


@cache
def histories() -> tuple[History, ...]:
    return tuple(read(path) for path in sorted(FOLDER.glob("*.txt")))


def write_repositories(root: Path) -> None:
    """Write every repository that is not there yet, its branch at the first stage. A half written one is made again."""
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    for history in histories():
        path = address(root, history.name)
        if (path / STAGES).is_file():
            continue
        shutil.rmtree(path, ignore_errors=True)
        commits = write_repository(path, history.commits)
        stages = [commits[index] for index in history.stages]
        set_branch(path, "main", stages[0])
        (path / STAGES).write_text(json.dumps(stages))


def address(root: Path, name: str) -> Path:
    return root / f"{name}.git"


def stages(root: Path, name: str) -> list[str]:
    """The commits of a written repository at which it is scanned, oldest first."""
    found: list[str] = json.loads((address(root, name) / STAGES).read_text())
    return found


def move_to(root: Path, name: str, commit: str) -> None:
    set_branch(address(root, name), "main", commit)


def is_loaded(root: Path) -> bool:
    """Whether each repository has been scanned at its newest stage, and people decided about what was found."""
    applied = dict(Repository.objects.values_list("name", "applied_commit"))
    newest = all(applied.get(history.name) == stages(root, history.name)[-1] for history in histories())
    return newest and people.are_settled()
