"""Writing repositories: whole histories whose authors and dates the caller chooses, so with the same ids every time."""

import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from audits.gitstore.environment import environment
from audits.gitstore.errors import explain, sentence
from audits.gitstore.process import end, run, start

_TIMEOUT = 60.0


@dataclass(frozen=True, slots=True)
class Commit:
    """One commit on top of the one before it. `when` knows its time zone; None as content deletes the file."""

    author: str
    email: str
    when: datetime
    message: str
    files: Mapping[str, bytes | None]


def write_repository(path: Path, commits: Sequence[Commit], branch: str = "main") -> tuple[str, ...]:
    """Make a bare repository with one linear history; returns the commits' ids, oldest first.

    The same commits give the same ids on every machine. Raises GitError, and FileExistsError where `path` exists.
    """
    path.mkdir(parents=True)
    _checked(["init", "--quiet", "--bare", "--template=", f"--initial-branch={branch}", str(path)])
    marks = path / "marks"
    arguments = [f"--git-dir={path}", "fast-import", "--quiet", "--date-format=raw", f"--export-marks={marks}"]
    process = start(arguments, environment([("fastimport.unpackLimit", "1")]), timeout=_TIMEOUT, stdin=True)
    try:
        _, errors = process.communicate(_stream(commits, branch), timeout=_TIMEOUT)
    except subprocess.TimeoutExpired as error:
        raise sentence("timed_out") from error
    finally:
        end(process)
    if process.returncode:
        raise explain(process.returncode, errors.decode(errors="backslashreplace"))
    ids = dict(line.split() for line in marks.read_text().splitlines())
    marks.unlink()
    return tuple(ids[f":{number}"] for number in range(1, len(commits) + 1))


def set_branch(path: Path, branch: str, commit: str) -> None:
    """Point a branch of a bare repository at one of its commits. Raises GitError."""
    _checked([f"--git-dir={path}", "update-ref", f"refs/heads/{branch}", commit])


def _checked(arguments: Sequence[str]) -> None:
    code, _, errors = run(arguments, environment(), timeout=_TIMEOUT)
    if code:
        raise explain(code, errors)


def _stream(commits: Sequence[Commit], branch: str) -> bytes:
    """The input of git fast-import: lengths before every text, so no content can be taken for a command."""
    parts: list[bytes] = []
    for number, commit in enumerate(commits, 1):
        offset = commit.when.strftime("%z")
        person = f"{commit.author} <{commit.email}> {int(commit.when.timestamp())} {offset}".encode()
        parts += [f"commit refs/heads/{branch}\nmark :{number}\n".encode()]
        parts += [b"author ", person, b"\ncommitter ", person, b"\n", _data(commit.message.encode())]
        for name, content in sorted(commit.files.items()):
            if content is None:
                parts.append(f"D {name}\n".encode())
            else:
                parts += [f"M 100644 inline {name}\n".encode(), _data(content)]
        parts.append(b"\n")
    return b"".join(parts)


def _data(content: bytes) -> bytes:
    return b"data %d\n%s\n" % (len(content), content)
