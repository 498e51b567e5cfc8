"""Repositories and folders on this machine, read in place by the command line."""

import os
import re
from pathlib import Path

from audits.gitstore.batch import ObjectReader
from audits.gitstore.environment import environment
from audits.gitstore.errors import GitError, explain, sentence
from audits.gitstore.folder import FolderSource
from audits.gitstore.process import run
from audits.gitstore.remote import LISTED_BRANCHES, listed
from audits.gitstore.source import PATH_BYTES_LIMIT, PATHS_LIMIT, Source
from audits.gitstore.tree import TreeSource

_REF = re.compile(r"(?![-/.])[^\x00-\x20\x7f~^:?*\[\\]{1,500}")
_HEX = re.compile(r"[0-9a-f]{4,64}")
_WHOLE = (40, 64)
# Repositories with nothing of their own, by object format: through one of these objects of another store are read.
_BLANK = Path(__file__).parent / "blank"


def open_local(path: Path, ref: str = "") -> Source:
    """What `path` holds: a bare repository (the branch that HEAD names), a work tree (its files as they lie there, what
    git ignores left out) or a plain folder. `ref` names a branch, tag or commit, read from the repository's objects.

    A work tree's `commit` is the one HEAD names, whatever was changed since. Raises GitError.
    """
    if not path.is_dir():
        problem = "is a file; give the folder that holds it" if path.exists() else "does not exist; check the spelling"
        raise GitError("not_found", f"The path {_shown(path)} {problem}.")
    path = path.resolve()
    try:
        repository = _find(path)
        if repository is None:
            if ref:
                raise GitError(
                    "not_found", f"The folder {_shown(path)} is no git repository, so it has no {_word(ref)}."
                )
            return FolderSource(path)
        if ref or repository.bare:
            return repository.tree(ref)
        return repository.work_tree(path)
    except OSError as error:
        raise GitError("unreadable", f"{_shown(path)} cannot be read: {error.strerror}.") from error


def _find(path: Path) -> "_Repository | None":
    if (path / ".git").is_dir() and _is_git_dir(path / ".git"):
        return _Repository(path / ".git", str(path), bare=False)
    if (path / ".git").is_file():
        with (path / ".git").open("rb") as file:
            words = os.fsdecode(file.read(PATH_BYTES_LIMIT)).strip()
        target = path / words.removeprefix("gitdir:").strip()
        if words.startswith("gitdir:") and _is_git_dir(target):
            return _Repository(target.resolve(), str(path), bare=False)
    return _Repository(path, str(path), bare=True) if _is_git_dir(path) else None


def _is_git_dir(path: Path) -> bool:
    return (path / "HEAD").is_file() and ((path / "objects").is_dir() or (path / "commondir").is_file())


class _Repository:
    """A repository of somebody else's making, whose configuration is not to be trusted."""

    def __init__(self, git_dir: Path, name: str, *, bare: bool) -> None:
        self._git_dir = git_dir
        self._name = name
        self.bare = bare
        common = git_dir / "commondir"
        self._common = (git_dir / common.read_text().strip()).resolve() if common.is_file() else git_dir

    def tree(self, ref: str) -> Source:
        """The files of a commit, read from the object store alone: the repository's configuration stays unread."""
        if len(ref) in _WHOLE and _HEX.fullmatch(ref):
            # The git that reads the files says at once that this is a commit; any other answer is looked into.
            source = self._source(ref)
            if source.is_commit():
                return source
            source.close()
        return self._source(self._commit(ref))

    def _source(self, commit: str | None) -> TreeSource:
        object_format = "sha256" if commit is not None and len(commit) == 64 else "sha1"
        env = environment(extra={"GIT_OBJECT_DIRECTORY": str(self._common / "objects")})
        reader = ObjectReader(["--git-dir", str(_BLANK / object_format)], env, object_format)
        return TreeSource(self._name, commit, reader)

    def work_tree(self, path: Path) -> Source:
        """The files that git tracks or would add."""
        arguments = ["-C", str(path), "--git-dir", str(self._git_dir), "--work-tree", str(path), "ls-files", "-z"]
        arguments += ["--cached", "--others", "--exclude-standard"]
        limit = PATHS_LIMIT * 200
        code, output, errors = run(arguments, environment(), timeout=120, output_limit=limit)
        if code:
            raise explain(code, errors)
        paths = {raw for raw in output.split(b"\0") if raw and not raw.endswith(b"/")}
        if len(paths) > PATHS_LIMIT:
            raise GitError(
                "too_large", f"The folder has {len(paths)} files, more than the {PATHS_LIMIT} a scan may walk."
            )
        commit = self._verify("HEAD^{commit}")
        return FolderSource(path, paths, commit=commit, object_format="sha256" if len(commit or "") == 64 else "sha1")

    def _commit(self, ref: str) -> str | None:
        """The commit to read, None for an empty repository. Raises GitError."""
        if ref:
            return self._named(ref)
        if commit := self._verify("HEAD^{commit}"):
            return commit
        if self._verify("HEAD"):
            raise sentence("missing_objects")
        branches = self._branches()
        if branches:
            raise GitError(
                "no_commits", f"HEAD names a branch without a commit. {listed(branches)} Name it with --ref."
            )
        if self._holds_refs():
            raise GitError("no_commits", "HEAD leads to no commit that can be read. Name a tag or a commit with --ref.")
        return None

    def _named(self, ref: str) -> str:
        # To git a whole object name is that object, whatever branches are called.
        if len(ref) in _WHOLE and _HEX.fullmatch(ref) and (commit := self._verify(f"{ref}^{{commit}}")):
            return commit
        if _REF.fullmatch(ref) and ".." not in ref and "@{" not in ref:
            for place in (f"refs/heads/{ref}", f"refs/tags/{ref}", f"refs/remotes/{ref}", f"refs/remotes/origin/{ref}"):
                if commit := self._verify(f"{place}^{{commit}}"):
                    return commit
            if _HEX.fullmatch(ref) and (commit := self._verify(f"{ref}^{{commit}}")):
                return commit
        branches = self._branches()
        raise GitError(
            "branch_not_found",
            f"There is no {_word(ref)} in {self._name}. "
            + (listed(branches) if branches else "It has no branch at all."),
        )

    def _verify(self, name: str) -> str | None:
        code, output, errors = self._git(["rev-parse", "--verify", "--quiet", "--end-of-options", name])
        if code in (126, 127) or "not a git repository" in errors or "unknown repository extension" in errors:
            raise explain(code, errors)
        # `--end-of-options` itself is echoed by some versions.
        words = output.split()
        return words[-1].decode("ascii", "replace") if code == 0 and words else None

    def _branches(self) -> list[str]:
        count = f"--count={LISTED_BRANCHES + 1}"
        code, output, errors = self._git(["for-each-ref", count, "--format=%(refname)", "refs/heads"])
        if code:
            raise explain(code, errors)
        return [line.removeprefix("refs/heads/") for line in output.decode(errors="replace").splitlines()]

    def _holds_refs(self) -> bool:
        """Whether there is any ref at all, broken ones too: only without one is a repository truly empty."""
        packed = self._common / "packed-refs"
        lines = packed.read_text(errors="replace").splitlines() if packed.is_file() else []
        return any(path.is_file() for path in (self._common / "refs").rglob("*")) or any(
            line and not line.startswith("#") for line in lines
        )

    def _git(self, arguments: list[str]) -> tuple[int, bytes, str]:
        return run(["--git-dir", str(self._git_dir), "--no-replace-objects", *arguments], environment(), timeout=60)


def _word(ref: str) -> str:
    shown = "".join(c if c.isprintable() else "?" for c in ref[:100])
    return f"branch, tag or commit “{shown}”"


def _shown(path: Path) -> str:
    return "".join(c if c.isprintable() else "?" for c in str(path))
