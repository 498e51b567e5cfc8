"""One long-lived `git cat-file` that answers for one object after another, and is replaced when an object kills it."""

import hashlib
import os
import select
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from audits.gitstore.errors import ERROR_TEXT_LIMIT, GitError, explain
from audits.gitstore.process import end, run, start

LIFETIME = 3_600.0
# A corrupt object ends git, so each costs a start; beyond this many the rest of a store is taken for unreadable.
STARTS_LIMIT = 1_000
_CHUNK = 1 << 20


class ObjectReader:
    """Reads objects of one store by id. `arguments` and `variables` tell git which store. Not for several threads."""

    def __init__(self, arguments: Sequence[str], variables: Mapping[str, str], object_format: str) -> None:
        self.object_format = object_format
        self.starts = 0
        self._store = [*arguments, "--no-replace-objects"]
        self._variables = variables
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def objects(self) -> Path:
        """The folder of the store's objects."""
        told = self._variables.get("GIT_OBJECT_DIRECTORY")
        return Path(told) if told else Path(self._store[self._store.index("--git-dir") + 1]) / "objects"

    def run(
        self,
        arguments: Sequence[str],
        *,
        timeout: float,
        output_limit: int,
        enough: Callable[[bytes], bool] | None = None,
    ) -> tuple[int, bytes, str]:
        """Run another git on the same store to its end, see `process.run`; the reader's own starts meanwhile."""
        self._started()
        return run(
            [*self._store, *arguments], self._variables, timeout=timeout, output_limit=output_limit, enough=enough
        )

    def start(self) -> None:
        """Start git, for objects that are there once it is asked: it looks at nothing before."""
        self._started()

    def info(self, oids: Sequence[str]) -> list[tuple[str, int] | None]:
        """(type, size in bytes) of each object, None for a missing or corrupt one."""
        answers: list[tuple[str, int] | None] = []
        while len(answers) < len(oids):
            asked = oids[len(answers) : len(answers) + 200]
            if not self._ask("info", asked):
                return answers + [None] * (len(oids) - len(answers))
            for oid in asked:
                header = self._header(oid)
                answers.append(header[1])
                if not header[0]:
                    break
        return answers

    def contents(self, oids: Sequence[str]) -> list[bytes | None]:
        """The bytes of each object, None for a missing or corrupt one. The caller bounds the sizes with `info`."""
        answers: list[bytes | None] = []
        while len(answers) < len(oids):
            asked = oids[len(answers) : len(answers) + 64]
            if not self._ask("contents", asked):
                return answers + [None] * (len(oids) - len(answers))
            for oid in asked:
                alive, found = self._header(oid)
                body = self._body(oid, *found) if found else None
                answers.append(body)
                if not alive or self._process is None:
                    break
        return answers

    def close(self) -> None:
        """End git; harmless when there is none."""
        process, self._process = self._process, None
        if process is not None:
            end(process)

    def _ask(self, command: str, oids: Sequence[str]) -> bool:
        """Send the requests; False when git has been started too often for this store."""
        process = self._started()
        if process is None:
            return False
        self._drain_errors(process)
        pipe = _pipe(process.stdin)
        try:
            pipe.write("".join(f"{command} {oid}\n" for oid in oids).encode())
            pipe.flush()
        except OSError:
            return self._recover()
        return True

    def _started(self) -> "subprocess.Popen[bytes] | None":
        if self._process is None and self.starts < STARTS_LIMIT:
            self.starts += 1
            arguments = [*self._store, "cat-file", "--batch-command"]
            self._process = start(arguments, self._variables, timeout=LIFETIME, stdin=True)
        return self._process

    def _recover(self) -> bool:
        # What was written may be lost with the process that died; reading the answers will find that out.
        self._complain_if_unusable()
        return True

    def _header(self, oid: str) -> tuple[bool, tuple[str, int] | None]:
        """Whether git still runs, and (type, size), None for a missing object or one that git died of."""
        process = self._process
        line = _pipe(process.stdout).readline(500) if process else b""
        if not line.endswith(b"\n"):
            self._complain_if_unusable()
            self.close()
            return False, None
        words = line.split()
        if len(words) == 3 and words[0].decode(errors="replace") == oid and words[2].isdigit():
            return True, (words[1].decode(), int(words[2]))
        return True, None

    def _body(self, oid: str, kind: str, size: int) -> bytes | None:
        pipe = _pipe(self._process.stdout if self._process else None)
        digest = hashlib.new(self.object_format, f"{kind} {size}\0".encode())
        parts, missing = [], size
        while missing:
            part = pipe.read(min(missing, _CHUNK))
            if not part:
                self.close()
                return None
            digest.update(part)
            parts.append(part)
            missing -= len(part)
        pipe.read(1)
        # git does not compare what it reads with the name it was asked for.
        return b"".join(parts) if digest.hexdigest() == oid else None

    def _complain_if_unusable(self) -> None:
        """A git that cannot even open the store is no missing object. Raises GitError for it."""
        process = self._process
        if process is None:
            return
        code = process.wait()
        said = (_pipe(process.stderr).read(ERROR_TEXT_LIMIT) or b"").decode(errors="backslashreplace")
        unusable = ("not a git repository", "usage:", "unknown repository extension", "dubious ownership")
        if code in (126, 127) or any(words in said for words in unusable):
            self.close()
            raise explain(code, said)

    def _drain_errors(self, process: "subprocess.Popen[bytes]") -> None:
        # A store with a broken pack complains at every object; a full pipe would stop git for good.
        number = _pipe(process.stderr).fileno()
        poll = select.poll()
        poll.register(number, select.POLLIN)
        while poll.poll(0):
            if not os.read(number, 1 << 16):
                return


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise GitError("unreadable", "git ended while it was read from. Scan again.")
    return pipe
