"""A bare copy of a remote branch: a cache under a lock, thrown away on any doubt."""

import hashlib
import os
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType

from audits.gitstore.borrowing import borrow, borrows
from audits.gitstore.environment import environment
from audits.gitstore.errors import DEADLINE, GitError, explain, sentence, unwritable
from audits.gitstore.holdings import Holdings
from audits.gitstore.locks import LOCK_PATIENCE, acquire, remove_leftovers
from audits.gitstore.process import FILE_BYTES, run
from audits.gitstore.remote import Remote, Tip, variables

HEAD = "refs/scan/head"
FREE_FLOOR = 1024**3
# Each fetch leaves a pack, and what was forced away stays in one. git looks into all of them for each object.
PACKS_LIMIT, PACK_TIME = 50, 60.0
PACKS_TRIED, APPLIED = "packs-tried", "refs/scan/applied"
UNFINISHED = (
    "The fetch was not over in the time that it is given, and was ended: the server is slow, or what it sends is many "
    "times larger once unpacked. The next scan tries again. If it stays so, look for files of gigabytes in this "
    "branch, or name another one."
)
_DEEPER = (1, 10, 100, 1_000)
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
# Another way to fetch the same would end the same.
_HOPELESS = frozenset(
    ("disk_full", "mirrors_unwritable", "too_large", "timed_out", "given_up", "git_missing", "url_not_allowed")
)
# Faults of the server or the machine: a fresh mirror would meet them again.
_NOT_THE_MIRROR = frozenset(
    (
        *("auth_failed", "not_found", "moved", "rate_limited", "network", "host_unknown", "tls", "timed_out"),
        *("disk_full", "mirrors_unwritable", "too_large", "branch_not_found", "git_missing", "url_not_allowed"),
        *("host_key_unknown", "host_key_changed", "given_up"),
    )
)


class Mirror(Holdings):
    """The mirror of one repository under `root`, named by a hash of `key`. A context manager that holds its lock.

    A git that writes holds the lock too. Entering raises GitError `timed_out` when another process, or the git of one
    that was killed, holds it for longer than LOCK_PATIENCE seconds; `mirrors_unwritable` or `disk_full` where `root`
    takes no files.
    """

    def __init__(self, root: Path, key: str, *, budget: int = FILE_BYTES, patience: float = LOCK_PATIENCE) -> None:
        name = hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:32]
        super().__init__(key, root / f"{name}.git")
        self._budget = budget
        self._patience = patience
        self._lock: int | None = None

    def __enter__(self) -> "Mirror":
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._lock = acquire(self.path, self._patience)
        except OSError as error:
            if told := unwritable(error):
                raise told from error
            raise
        self._found.clear()
        self.touch()
        remove_leftovers(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def fetch(self, remote: Remote, tip: Tip, *, timeout: float = 600, ancestor: str = "") -> None:
        """Make `tip` present. Raises GitError; the mirror is then as before, or gone.

        The first fetch takes that one commit where the server gives it alone, later ones everything since. `ancestor`
        is a commit of an earlier scan: a mirror that has lost it reaches back for it, since without it nobody can say
        whether history was rewritten. Where git will not serve a `local` repository, since objects are missing, the
        mirror reads that one's own.
        """
        until = time.monotonic() + timeout
        self._check_space()
        if self._fits(tip.object_format) and (not borrows(self.path) or self._head() == tip.commit):
            try:
                self._fetch(remote, tip, until, shallow=False)
            except GitError as error:
                if error.kind in _NOT_THE_MIRROR:
                    raise
            else:
                self._pack(ancestor)
                return
        self.delete()
        try:
            self._initialise(tip.object_format)
            self._first(remote, tip, until)
        except GitError as error:
            self.delete()
            if not remote.local or error.kind != "missing_objects" or not self._borrow(remote, tip):
                raise
        if ancestor and not self.has(ancestor) and not borrows(self.path):
            with suppress(GitError):
                self._run_fetch(remote, tip, until, ["--unshallow"])

    def deepen(self, remote: Remote, tip: Tip, since: datetime, *, timeout: float = 600) -> None:
        """Reach back along the branch to `since` and one commit more, after `fetch`. Raises GitError, and is as before.

        That one commit tells the state at `since`. A server that knows no `--shallow-since` is asked for the whole
        history. A line that reaches back far enough is left alone, since the same option would also cut it off.
        """
        if borrows(self.path) or self._reaches(tip.commit, since):
            return
        until = time.monotonic() + timeout
        self._check_space()
        if since > _EARLIEST:
            try:
                self._run_fetch(remote, tip, until, [f"--shallow-since={since:%Y-%m-%dT%H:%M:%SZ}"])
            except GitError as error:
                if error.kind in _HOPELESS:
                    raise
            else:
                # Its answer ends at a merge with anything older, which may be long after that time.
                for step in _DEEPER:
                    self._forget_absent_cuts()
                    if self._reaches(tip.commit, since):
                        return
                    self._run_fetch(remote, tip, until, [f"--deepen={step}"])
                return
        self._run_fetch(remote, tip, until, ["--unshallow"])

    def _reaches(self, commit: str, since: datetime) -> bool:
        line = self.line(commit)
        return line.complete or line.rows[-1][1] <= since.timestamp()

    def _head(self) -> str:
        """What was fetched last; "" where no fetch has ended."""
        with suppress(OSError):
            return (self.path / HEAD).read_text("ascii", "replace").strip()
        return ""

    def touch(self) -> None:
        """Say that it is in use, to those who look for one to delete."""
        with suppress(OSError):
            os.utime(self.path)

    def delete(self) -> None:
        """Throw the mirror away; the next fetch makes a new one."""
        self._found.clear()
        self.close()
        shutil.rmtree(self.path, ignore_errors=True)

    @property
    def room(self) -> int:
        """How many bytes of the disk must be free before a fetch."""
        return max(FREE_FLOOR, 3 * sum(pack.stat().st_size for pack in self.path.glob("objects/pack/*.pack")))

    def _fits(self, object_format: str) -> bool:
        whole = (self.path / "HEAD").is_file() and (self.path / "objects").is_dir()
        return whole and self.object_format == object_format

    def _fetch(self, remote: Remote, tip: Tip, until: float, *, shallow: bool) -> None:
        if not shallow and self._head() == tip.commit and self.has(tip.commit):
            return
        depth = ["--depth=1"] if shallow else []
        self._run_fetch(remote, tip, until, depth)
        if self._head() == tip.commit:
            # git sets no ref before all that it leads to is there.
            self._found.add(tip.commit)
        if not self.has(tip.commit):
            # The branch moved on between asking and fetching: ask for the commit by its own name.
            self._run_fetch(remote, tip, until, depth, wanted=tip.commit)
        if not self.has(tip.commit):
            raise GitError("missing_objects", "The branch changed while it was being fetched. Scan again.")

    def _first(self, remote: Remote, tip: Tip, until: float) -> None:
        """That one commit; of a server that gives no part of a history, as one of plain files, all of it."""
        try:
            self._fetch(remote, tip, until, shallow=True)
        except GitError as error:
            if error.kind != "no_shallow":
                raise
            self._fetch(remote, tip, until, shallow=False)

    def _borrow(self, remote: Remote, tip: Tip) -> bool:
        """Read the repository itself; False, and no mirror, where it lacks even the commit. Raises GitError."""
        self._initialise(tip.object_format)
        with suppress(OSError):
            borrow(self.path, Path(remote.url))
            if self._git(["update-ref", HEAD, tip.commit])[0] == 0 and self.has(tip.commit):
                return True
        self.delete()
        return False

    def _run_fetch(self, remote: Remote, tip: Tip, until: float, options: list[str], *, wanted: str = "") -> None:
        wanted = wanted or (f"refs/heads/{tip.branch}" if tip.branch else "HEAD")
        left = until - time.monotonic()
        if left <= 0:
            raise sentence("timed_out")
        arguments = ["--git-dir", str(self.path), "fetch", "-q", *options, "--update-shallow", "--no-tags"]
        arguments += ["--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"]
        with variables(remote) as env:
            arguments += ["--end-of-options", remote.address, f"+{wanted}:{HEAD}"]
            try:
                code, _, errors = run(arguments, env, timeout=left, file_bytes=self._budget, keeps=self._held)
            except GitError:
                # It was ended in the middle, and what it wrote until then may be large.
                remove_leftovers(self.path)
                raise
        if code:
            # The system ends a git that writes past its budget; what it wrote is the only witness.
            full = any(path.stat().st_size >= self._budget for path in self.path.glob("objects/pack/tmp_*"))
            remove_leftovers(self.path)
            if full:
                raise sentence("too_large")
            # Here it may as well be us who are slow: nothing bounds what a pack unpacks to but time.
            if code in DEADLINE:
                raise GitError("timed_out", UNFINISHED)
            raise explain(code, errors, remote.secrets, keyless=not remote.private_key)

    def _pack(self, ancestor: str) -> None:
        """Make one pack of many, of what the branch and `ancestor` lead to; without one nobody knows what to keep.

        Where it fails or takes too long all stays as it was, and it is tried again when there are twice as many.
        """
        packs, tried = sum(1 for _ in self.path.glob("objects/pack/*.pack")), 0
        with suppress(OSError, ValueError):
            tried = int((self.path / PACKS_TRIED).read_text())
        full = shutil.disk_usage(self.path.parent).free < self.room
        if not ancestor or packs <= max(PACKS_LIMIT, 2 * tried) or full:
            return
        with suppress(OSError):
            (self.path / PACKS_TRIED).write_text(str(packs))
        kept = self._git(["update-ref", APPLIED, ancestor])[0] == 0 if self.has(ancestor) else True
        self._found.clear()
        arguments = ["--git-dir", str(self.path), "repack", "-a", "-d", "-q", "--no-write-bitmap-index"]
        with suppress(GitError):
            if (
                kept
                and run(arguments, environment(), timeout=PACK_TIME, file_bytes=self._budget, keeps=self._held)[0] == 0
            ):
                (self.path / PACKS_TRIED).unlink(missing_ok=True)
        remove_leftovers(self.path)

    def _initialise(self, object_format: str) -> None:
        arguments = ["init", "-q", "--bare", "--template=", f"--object-format={object_format}", str(self.path)]
        code, _, errors = run(arguments, environment(), timeout=60, keeps=self._held)
        if code:
            raise explain(code, errors)

    @property
    def _held(self) -> list[int]:
        """The lock, for a git that writes: it may live on when this process is killed."""
        return [] if self._lock is None else [self._lock]

    def _forget_absent_cuts(self) -> None:
        """git notes boundaries of branches that it did not fetch, and cannot reach back further until they are gone."""
        cuts = self.ends()
        there = [cut for cut, found in zip(cuts, self.reader.info(cuts), strict=True) if found]
        if there != cuts:
            (self.path / "shallow.new").write_text("".join(f"{cut}\n" for cut in there))
            os.replace(self.path / "shallow.new", self.path / "shallow")

    def _check_space(self) -> None:
        if shutil.disk_usage(self.path.parent).free < self.room:
            raise sentence("disk_full")
