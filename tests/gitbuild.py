"""Builds real git repositories for tests: object by object, without git's own checks, so hostile ones too.

Everything is dated by the caller, so the same calls give the same commit ids on every machine:

    builder = RepositoryBuilder(tmp_path / "shop.git")
    first = builder.commit({"app.py": "import cohere\\n"}, date=datetime(2024, 5, 1, tzinfo=UTC))
    builder.commit({"app.py": None, "chat.py": "..."})      # None deletes; the clock moves on one hour a commit
    builder.branch("feature")                               # new branch here; later commits go to it
    builder.commit({"b.py": "..."})
    builder.switch("main")

With `bare=False` the repository is `path/.git`; the files of each commit are also written under `path`, with an index.
"""

import hashlib
import os
import subprocess
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

REGULAR, EXECUTABLE, GROUP_WRITABLE = "100644", "100755", "100664"
SYMLINK, SUBMODULE, TREE = "120000", "160000", "40000"

Files = Mapping[str, "str | bytes | None"]


class RepositoryBuilder:
    """One repository under construction. Text is stored as UTF-8; surrogateescape in paths keeps odd bytes."""

    def __init__(self, path: Path, *, branch: str = "main", object_format: str = "sha1", bare: bool = True) -> None:
        self.path = Path(path)
        self.bare = bare
        self.object_format = object_format
        self.git_dir = self.path if bare else self.path / ".git"
        self.clock = datetime(2024, 1, 1, 9, tzinfo=UTC)
        self.head_branch = branch
        self.files: dict[str, tuple[str, str]] = {}
        for folder in ("objects/pack", "objects/info", "refs/heads", "refs/tags"):
            (self.git_dir / folder).mkdir(parents=True, exist_ok=True)
        config = "[core]\n\trepositoryformatversion = 0\n" + f"\tfilemode = true\n\tbare = {str(bare).lower()}\n"
        if object_format == "sha256":
            config = config.replace("version = 0", "version = 1") + "[extensions]\n\tobjectformat = sha256\n"
        (self.git_dir / "config").write_text(config)
        self.head(f"ref: refs/heads/{branch}")

    # -- ordinary history ----------------------------------------------------------------------------------------

    def commit(
        self,
        files: Files | None = None,
        *,
        date: datetime | None = None,
        message: str = "Change",
        author: str = "Ada Example <ada@example.com>",
        parents: Iterable[str] | None = None,
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """Apply `files` (path -> content, None deletes) on the current branch and return the commit id.

        `modes` gives other modes than 100644 (with mode 120000 the content is the link's target; with 160000 it is
        the id of the submodule's commit).
        """
        for name, content in (files or {}).items():
            mode = (modes or {}).get(name, REGULAR)
            if content is None:
                del self.files[name]
            elif mode == SUBMODULE:
                self.files[name] = (mode, content if isinstance(content, str) else content.decode())
            else:
                self.files[name] = (mode, self.blob(content))
        if parents is None:
            parents = [self.tip] if self.tip else []
        commit = self.raw_commit(self._write_tree(), parents=parents, date=date, message=message, author=author)
        self.ref(f"refs/heads/{self.head_branch}", commit)
        if not self.bare:
            self._write_work_tree(files or {})
        return commit

    def delete(self, *paths: str, **more) -> str:
        """Commit the removal of `paths`."""
        return self.commit(dict.fromkeys(paths), message="Remove", **more)

    def move(self, old: str, new: str, **more) -> str:
        """Commit the renaming of one file."""
        mode, oid = self.files[old]
        return self.commit({old: None, new: self.read(oid)}, modes={new: mode}, message="Move", **more)

    def branch(self, name: str, start: str | None = None) -> None:
        """Make a branch (at the current tip or at the commit `start`) and switch to it."""
        tip = start or self.tip
        if tip:
            self.ref(f"refs/heads/{name}", tip)
        self.switch(name)

    def switch(self, name: str) -> None:
        """Later commits go to the branch `name`; a bare repository's HEAD stays where it is."""
        self.head_branch = name
        self._read_tip()

    def reset(self, commit: str) -> None:
        """Point the current branch at another commit: what a forced push does."""
        self.ref(f"refs/heads/{self.head_branch}", commit)
        self._read_tip()

    def tag(self, name: str, commit: str | None = None, *, annotated: bool = False) -> str:
        """Tag a commit (the current tip); returns the id that the tag's ref holds."""
        target = commit or self.tip
        assert target
        if annotated:
            stamp = f"Ada Example <ada@example.com> {int(self.clock.timestamp())} +0000"
            body = f"object {target}\ntype commit\ntag {name}\ntagger {stamp}\n\nRelease\n"
            target = self.raw("tag", body.encode())
        self.ref(f"refs/tags/{name}", target)
        return target

    @property
    def tip(self) -> str:
        """The commit of the current branch, "" where there is none yet."""
        ref = self.git_dir / "refs/heads" / self.head_branch
        return ref.read_text().strip() if ref.is_file() else ""

    @property
    def url(self) -> str:
        """The path as text, as one registers it."""
        return str(self.path)

    # -- single objects, as hostile as wanted --------------------------------------------------------------------

    def raw(self, kind: str, body: bytes) -> str:
        """Write one loose object of any content without a check; returns its id."""
        data = b"%s %d\0" % (kind.encode(), len(body)) + body
        oid = hashlib.new(self.object_format, data).hexdigest()
        target = self.object_path(oid)
        if not target.exists():
            target.parent.mkdir(exist_ok=True)
            target.write_bytes(zlib.compress(data, 1))
        return oid

    def blob(self, content: str | bytes) -> str:
        return self.raw("blob", content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content)

    def tree(self, entries: Iterable[tuple[str, str | bytes, str]], *, ordered: bool = False) -> str:
        """A tree of (mode, name, id); sorted as git does unless `ordered` says that the order is meant."""
        rows = [(mode, os.fsencode(name), oid) for mode, name, oid in entries]
        if not ordered:
            rows.sort(key=lambda row: row[1] + (b"/" if row[0] in (TREE, "040000") else b""))
        return self.raw("tree", b"".join(b"%s %s\0" % (m.encode(), n) + bytes.fromhex(o) for m, n, o in rows))

    def raw_commit(
        self,
        tree: str,
        *,
        parents: Iterable[str] = (),
        date: datetime | None = None,
        message: str = "Change",
        author: str = "Ada Example <ada@example.com>",
    ) -> str:
        """A commit of any tree id, on no branch; without `date` the builder's clock moves on one hour."""
        self.clock = date or self.clock + timedelta(hours=1)
        stamp = f"{author} {int(self.clock.timestamp())} +0000"
        lines = [
            f"tree {tree}",
            *(f"parent {p}" for p in parents),
            f"author {stamp}",
            f"committer {stamp}",
            "",
            message,
        ]
        return self.raw("commit", ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape"))

    def publish(self, tree: str, **more) -> str:
        """Commit a raw tree on the current branch."""
        commit = self.raw_commit(tree, parents=[self.tip] if self.tip else [], **more)
        self.ref(f"refs/heads/{self.head_branch}", commit)
        return commit

    def ref(self, name: str, oid: str) -> None:
        target = self.git_dir / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(oid + "\n")

    def drop_ref(self, name: str) -> None:
        (self.git_dir / name).unlink()

    def head(self, content: str) -> None:
        """Write HEAD as it is given: "ref: refs/heads/x" or a commit id."""
        (self.git_dir / "HEAD").write_text(content + "\n")

    def object_path(self, oid: str) -> Path:
        return self.git_dir / "objects" / oid[:2] / oid[2:]

    def lose(self, oid: str) -> None:
        """Remove an object: what a broken or partial clone lacks."""
        self.object_path(oid).unlink()

    def corrupt(self, oid: str) -> None:
        """Overwrite an object with bytes that do not inflate."""
        self.object_path(oid).write_bytes(b"this is not zlib")

    def read(self, oid: str) -> bytes:
        data = zlib.decompress(self.object_path(oid).read_bytes())
        return data[data.index(b"\0") + 1 :]

    def oid(self, path: str) -> str:
        """The blob id of a path on the current branch."""
        return self.files[path][1]

    # -- helpers -------------------------------------------------------------------------------------------------

    def _write_tree(self) -> str:
        nested: dict = {}
        for path, entry in self.files.items():
            *folders, name = path.split("/")
            level = nested
            for folder in folders:
                level = level.setdefault(folder, {})
            level[name] = entry
        return self._write_level(nested)

    def _write_level(self, level: dict) -> str:
        rows = [
            (TREE, name, self._write_level(value)) if isinstance(value, dict) else (value[0], name, value[1])
            for name, value in level.items()
        ]
        return self.tree(rows)

    def _read_tip(self) -> None:
        before, self.files = self.files, self._read_files()
        if not self.bare:
            self.head(f"ref: refs/heads/{self.head_branch}")
            if self.tip:
                self._write_work_tree(dict.fromkeys([*before, *self.files]))

    def _read_files(self) -> dict[str, tuple[str, str]]:
        if not self.tip:
            return {}
        tree = self.read(self.tip).split(b"\n", 1)[0].split()[1].decode()
        return dict(self._read_tree(tree, ""))

    def _read_tree(self, tree: str, prefix: str):
        body, width = self.read(tree), hashlib.new(self.object_format).digest_size
        while body:
            head, _, rest = body.partition(b"\0")
            mode, _, name = head.partition(b" ")
            oid, body = rest[:width].hex(), rest[width:]
            path = prefix + os.fsdecode(name)
            if mode == b"40000":
                yield from self._read_tree(oid, path + "/")
            else:
                yield path, (mode.decode(), oid)

    def _write_work_tree(self, changed: Files) -> None:
        for name in changed:
            target = self.path / name
            target.unlink(missing_ok=True)
            if name not in self.files or self.files[name][0] == SUBMODULE:
                continue
            mode, oid = self.files[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            if mode == SYMLINK:
                target.symlink_to(os.fsdecode(self.read(oid)))
            else:
                target.write_bytes(self.read(oid))
        environment = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
        command = ["git", "--git-dir", str(self.git_dir), "--work-tree", str(self.path), "read-tree", self.tip]
        subprocess.run(command, check=True, env=environment, capture_output=True)
