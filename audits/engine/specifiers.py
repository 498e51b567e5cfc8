"""Which file of a tree an import of another language than Python means."""

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import cached_property

from audits.engine.facts import FileKind

_SCRIPTS = frozenset({FileKind.JAVASCRIPT, FileKind.TYPESCRIPT, FileKind.TSX})
_ENDINGS = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
# What is compiled is imported by the name that it will have.
_COMPILED = re.compile(r"\.[mc]?jsx?$")
# A sign that a build tool replaces by a folder of the sources: `@/lib/ai`, `~/lib/ai`, `#lib/ai`, `$lib/ai`.
_ALIAS = re.compile(r"(?:[@~]/|#/?|\$(?=lib/))")
_SCOPED = re.compile(r"@[\w.-]+/([\w.-]+)(/.*)?")


def stem(path: str) -> str:
    """The last name of a path without its ending; of an index file its folder's."""
    folder, _, name = path.rpartition("/")
    first = name.split(".")[0]
    return posixpath.basename(folder) if first == "index" else first


def go_folder(module: str, folders: Collection[str], names: Collection[str]) -> str | None:
    """The folder that holds a Go package: an import ends with its path from the module's root.

    It may be the root itself ("") where no folder of the tree has the import's last name (`names` are theirs).
    """
    fitting = [one for one in folders if one and (module == one or module.endswith(f"/{one}"))]
    if fitting:
        return max(fitting, key=len)
    # The module itself may lie in a folder of the tree.
    last = module.rpartition("/")[2]
    below = [one for one in folders if one.endswith(f"/{last}") and _ends_alike(module, one)]
    root = "" if "" in folders and last not in names else None
    return max(below, key=lambda one: _common_end(module, one), default=root)


def _ends_alike(module: str, folder: str) -> bool:
    return _common_end(module, folder) >= 2


def _common_end(one: str, other: str) -> int:
    count = 0
    for left, right in zip(reversed(one.split("/")), reversed(other.split("/")), strict=False):
        if left != right:
            break
        count += 1
    return count


def rust_files(importer: str, module: str) -> list[str]:
    """The paths at which a module of the same crate may stand: `crate::a::b`, `super::b`, `self::b`.

    https://doc.rust-lang.org/reference/items/modules.html#module-source-filenames
    """
    first, *inner = module.split("::")
    folder, _, name = importer.rpartition("/")
    root = importer[: importer.rfind("src/") + 3] if "src/" in importer else folder
    # What `mod.rs` holds is the folder's own module.
    above = posixpath.dirname(folder) if name == "mod.rs" else folder
    tops = ("lib.rs", "main.rs", "mod.rs")
    below = folder if name in tops else importer.removesuffix(".rs")
    base = {"crate": root, "super": above, "self": below}.get(first)
    if base is None:
        return []
    whole = posixpath.join(base, *inner)
    return [f"{whole}.rs", f"{whole}/mod.rs", *(f"{whole}/{top}" for top in tops if not inner)]


class Specifiers:
    """The scripts of a tree by the names under which others import them."""

    def __init__(self, paths: Mapping[str, FileKind]) -> None:
        self._paths = paths
        self._known: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        for path in sorted(paths):
            self._by_stem[stem(path)].append(path)

    @cached_property
    def folders(self) -> frozenset[str]:
        """The names of the tree's folders."""
        return frozenset(part for path in self._paths for part in path.split("/")[:-1])

    def named(self, name: str) -> list[str]:
        """The files of this name, whatever their folder and ending."""
        return self._by_stem.get(name, [])

    def files(self, importer: str, module: str) -> list[tuple[str, int]]:
        """The files that a specifier may mean, with the doubt about them (0 or 1)."""
        key = (posixpath.dirname(importer), module)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = self._files(importer, module)
        return known

    def _files(self, importer: str, module: str) -> list[tuple[str, int]]:
        folder = posixpath.dirname(importer)
        if module.startswith("."):
            found = self._file(posixpath.normpath(posixpath.join(folder, module)))
            return [(found, 0)] if found else []
        alias = _ALIAS.match(module)
        if alias is not None:
            return self._ending_in(importer, module[alias.end() :].strip("/"))
        scoped = _SCOPED.fullmatch(module)
        if scoped is not None:
            return self._of_package(importer, scoped[1], (scoped[2] or "").strip("/"))
        return self._ending_in(importer, module) if "/" in module and not module.startswith("/") else []

    def _file(self, base: str) -> str | None:
        bare = _COMPILED.sub("", base)
        names = [base, *(f"{base}{end}" for end in _ENDINGS), *(f"{base}/index{end}" for end in _ENDINGS)]
        if bare != base:
            names += [f"{bare}{end}" for end in _ENDINGS]
        return next((name for name in names if self._paths.get(name) in _SCRIPTS), None)

    def _ending_in(self, importer: str, tail: str) -> list[tuple[str, int]]:
        """The scripts whose path ends so: the nearest, and no doubt where it is the only one in the sources' root."""
        last = posixpath.basename(_COMPILED.sub("", tail))
        heads = {}
        for path in self._by_stem.get(last, ()):
            at = _head(path, tail) if self._paths[path] in _SCRIPTS else None
            if at is not None:
                heads[path] = at
        near = sorted(heads, key=lambda path: (-_common(path, importer), len(path), path))
        return [(path, 0 if len(near) == 1 else 1) for path in near[:3]]

    def _of_package(self, importer: str, name: str, inner: str) -> list[tuple[str, int]]:
        """A package of the same repository: `@acme/ai` in a folder `ai`."""
        tails = [f"{name}/src/{inner}", f"{name}/{inner}", f"{name}/lib/{inner}"]
        found = [row for tail in tails for row in self._ending_in(importer, tail.rstrip("/"))]
        return [(path, 1) for path, _ in found[:2]]


def _head(path: str, tail: str) -> str | None:
    """What stands before the tail in a path, None where the path does not end with it."""
    bare = _COMPILED.sub("", re.sub(r"\.[mc]?tsx?$", "", path))
    for whole in (bare, bare.removesuffix("/index")):
        wanted = _COMPILED.sub("", tail)
        if whole == wanted or whole.endswith(f"/{wanted}"):
            return whole[: len(whole) - len(wanted)]
    return None


def _common(path: str, other: str) -> int:
    """How many folders two paths share from the root."""
    pairs = zip(path.split("/")[:-1], other.split("/")[:-1], strict=False)
    count = 0
    for left, right in pairs:
        if left != right:
            break
        count += 1
    return count
