"""Manifests and lock files to dependencies, and what commands install."""

import re
from collections.abc import Callable, Iterator, Mapping

from ast_grep_py import Relation, SgNode, SgRoot
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from audits.engine.catalogue.packages import PACKAGES_BY_NAME
from audits.engine.config.blocks import read_xml
from audits.engine.config.marked import read_yaml
from audits.engine.config.tables import read_toml
from audits.engine.config.tree import LIST, MAP, TEXT, Tree
from audits.engine.facts import Dependency, FileKind

NAMES = sorted({name for _, name in PACKAGES_BY_NAME}, key=len, reverse=True)
# A manifest that names none of these is not looked at.
_TELLING = tuple(row.name for row in PACKAGES_BY_NAME.values() if not row.beside)
_TABLES = frozenset(
    {
        *("dependencies", "devdependencies", "dev-dependencies", "peerdependencies", "optionaldependencies"),
        *("packages", "dev-packages"),
    }
)
_PACKAGE = re.compile(r"^(?=\[\[package\]\])", re.MULTILINE)
# What may spell a name of the catalogue, however it is joined, or hide one.
_IN_TOML = ("pypi", "cargo")
_MAY_NAME = ("\\", *sorted({name.partition("-")[0] for ecosystem, name in PACKAGES_BY_NAME if ecosystem in _IN_TOML}))
_ORDER = "=~><!"
_PIPENV = frozenset({"default", "develop"})
_COMPOSER = frozenset({"require", "require-dev"})


def known(ecosystem: str, name: str, spec: str, line: int, *, exact: bool = False) -> Iterator[Dependency]:
    """The dependency, where the catalogue knows the package."""
    name = canonicalize_name(name) if ecosystem == "pypi" else name
    if (ecosystem, name) not in PACKAGES_BY_NAME:
        return
    spec = " ".join(spec.split())
    pinned = re.fullmatch(r"={2,3}\s*(\d[\w.]*)", spec)
    version = spec.lstrip("=v ") if exact else pinned.group(1) if pinned else ""
    yield Dependency(ecosystem, name, spec[:80], version[:40], line)


def requirement(text: str, line: int) -> Iterator[Dependency]:
    """One line of a requirements file, one item of `dependencies`."""
    bare = re.split(r"\s--|\s#|\s;|;", text.strip())[0].strip().rstrip("\\").strip()
    try:
        found = Requirement(bare)
    except InvalidRequirement:
        return
    # The library's own order is none that a person writes.
    parts = sorted(map(str, found.specifier), key=lambda part: (_ORDER.index(part[0]), part))
    yield from known("pypi", found.name, ",".join(parts), line)


def _text_lines(text: str) -> Iterator[Dependency]:
    for number, line in enumerate(text.split("\n"), 1):
        if any(name in line for name in NAMES) and not line.lstrip().startswith(("#", "-")):
            yield from requirement(line, number)
            # setup.cfg's and setup.py's own quotes.
            for item in re.findall(r"[\"']([^\"']+)[\"']", line):
                yield from requirement(item, number)


def _toml(text: str) -> Iterator[Dependency]:
    tree = read_toml(_asked_for(text))
    for number, row in enumerate(tree.rows):
        if tree.keys(number)[:-1] == ("libraries",):
            yield from _catalogued(tree, number)
            continue
        if row.kind == MAP and row.key == "" and tree.rows[row.parent].key == "package":
            yield from _locked(tree, number)
        elif row.kind == TEXT and tree.rows[row.parent].kind == LIST and _may_name(tree.text(number).lower()):
            yield from requirement(tree.text(number), row.place.line)
        elif row.key and any(key.lower() in _TABLES for key in tree.keys(number)[:-1][-1:]):
            yield from known("pypi", row.key, _spec(tree, number), row.named.line)
            yield from known("cargo", row.key.replace("_", "-"), _spec(tree, number), row.named.line)


def _catalogued(tree: Tree, number: int) -> Iterator[Dependency]:
    """A library of a Gradle version catalogue. https://docs.gradle.org/current/userguide/version_catalogs.html"""
    if tree.rows[number].kind == TEXT:
        name, _, spec = tree.text(number).rpartition(":")
    else:
        module = tree.child(number, "module")
        name = tree.text(module) if module is not None else ""
        spec = _release(tree, tree.child(number, "version"))
    yield from known("maven", name, spec, tree.rows[number].named.line, exact=spec[:1].isdigit())


def _release(tree: Tree, version: int | None) -> str:
    """`"1.2"`, or `{ref = "cohere"}` to a row of `[versions]`."""
    ref = tree.child(version, "ref") if version is not None and tree.rows[version].kind == MAP else None
    if ref is None:
        return tree.text(version) if version is not None else ""
    rows = (number for number in range(len(tree.rows)) if tree.keys(number) == ("versions", tree.text(ref)))
    return next((tree.text(number) for number in rows), "")


def _asked_for(text: str) -> str:
    """A lock file with nothing but line ends in the place of packages that name none of the catalogue: it is long."""
    if "'''" in text or '"""' in text:
        return text
    head, *parts = _PACKAGE.split(text)
    kept = (part if _may_name(part.lower()) else "\n" * part.count("\n") for part in parts)
    return head + "".join(kept)


def _may_name(part: str) -> bool:
    return any(word in part for word in _MAY_NAME)


def _locked(tree: Tree, number: int) -> Iterator[Dependency]:
    """`[[package]]` of poetry.lock, uv.lock, pdm.lock and Cargo.lock."""
    name, version = tree.child(number, "name"), tree.child(number, "version")
    if name is not None and version is not None:
        for ecosystem in ("pypi", "cargo"):
            yield from known(ecosystem, tree.text(name), tree.text(version), tree.rows[version].place.line, exact=True)


def _spec(tree: Tree, number: int) -> str:
    """`"^4.5"`, or `{version = "^4.5", extras = […]}`."""
    inner = tree.child(number, "version") if tree.rows[number].kind == MAP else None
    return (tree.text(inner) if inner is not None else tree.text(number)).replace("latest", "")


def _json(text: str) -> Iterator[Dependency]:
    """package.json and its lock files, Pipfile.lock. The grammar's own search: such files are long."""
    names = "|".join(map(re.escape, NAMES))
    key_named: Relation = {"field": "key", "regex": f'^"(?:.*node_modules/)?(?:{names})"$'}
    for pair in SgRoot(text, "json").root().find_all(kind="pair", has=key_named):
        key, value = pair.field("key"), pair.field("value")
        holder = _holder(pair)
        if key is None or value is None or holder not in _TABLES | _PIPENV:
            continue
        at = _version(value) if value.kind() == "object" else value
        if at is not None and at.kind() == "string":
            name, spec = key.text().strip('"').rpartition("node_modules/")[2], at.text().strip('"')
            ecosystem = "pypi" if holder in _PIPENV else "npm"
            yield from known(
                ecosystem, name, spec, at.range().start.line + 1, exact=at is not value and spec[:1].isdigit()
            )


def _composer(text: str) -> Iterator[Dependency]:
    """composer.json's tables, and the packages of its lock file, by their names."""
    names = "|".join(map(re.escape, NAMES))
    for pair in SgRoot(text, "json").root().find_all(kind="pair", regex=rf'"(?:{names})"'):
        key, value, around = pair.field("key"), pair.field("value"), pair.parent()
        if key is None or value is None or value.kind() != "string":
            continue
        asked = key.text().strip('"')
        if asked == "name":
            at = _version(around) if around is not None and _holder(pair) == "" else None
            name, exact = value.text().strip('"'), True
        else:
            at, name, exact = value if _holder(pair) in _COMPOSER else None, asked, False
        if at is not None:
            spec = at.text().strip('"')
            # A branch is no release.
            told = exact and re.match(r"v?\d", spec) is not None
            yield from known("composer", name, spec, at.range().start.line + 1, exact=told)


def _manifest(text: str) -> Iterator[Dependency]:
    """A manifest or lock file in JSON: npm's, Pipenv's or Composer's."""
    yield from _json(text)
    yield from _composer(text)


def _holder(pair: SgNode) -> str:
    """The key of the object around a pair."""
    around = pair.parent()
    outer = around.parent() if around is not None else None
    key = outer.field("key") if outer is not None else None
    return key.text().strip('"').lower() if key is not None else ""


def _version(value: SgNode) -> SgNode | None:
    for pair in value.children():
        key = pair.field("key") if pair.kind() == "pair" else None
        if key is not None and key.text() == '"version"':
            return pair.field("value")
    return None


def _yaml(text: str) -> Iterator[Dependency]:
    """environment.yml, and pnpm's lock file."""
    tree = read_yaml(text)
    for number, row in enumerate(tree.rows):
        if (
            row.kind == TEXT
            and tree.rows[row.parent].kind == LIST
            and "dependencies" in tree.keys(number) + tree.keys(row.parent)
        ):
            # conda writes one "=".
            spec = re.sub(r"^([\w.-]+)=(\d)", r"\1==\2", tree.text(number).split("::")[-1])
            yield from requirement(spec, row.place.line)
        found = re.fullmatch(r"/?(@?[\w.-]+(?:/[\w.-]+)?)@(\d[\w.-]*)(?:\(.*\))?", row.key)
        if found is not None and row.kind == MAP and "packages" in tree.keys(row.parent)[-1:]:
            yield from known("npm", found[1], found[2], row.named.line, exact=True)


def _xml(text: str) -> Iterator[Dependency]:
    """pom.xml, and project files of .NET."""
    tree = read_xml(text)
    for number, row in enumerate(tree.rows):
        if row.kind != MAP:
            continue
        values = {tree.rows[kid].key: kid for kid in tree.kids(number) if tree.rows[kid].kind == TEXT}
        if row.key == "dependency" and "groupId" in values and "artifactId" in values:
            name = f"{tree.text(values['groupId'])}:{tree.text(values['artifactId'])}"
            spec = tree.text(values["version"]) if "version" in values else ""
            line = tree.rows[values.get("version", number)].place.line
            yield from known("maven", name, _property(tree, spec), line, exact=bool(spec) and spec[0].isdigit())
        elif row.key in ("PackageReference", "PackageVersion") and "Include" in values:
            spec = tree.text(values["Version"]) if "Version" in values else ""
            yield from known("nuget", tree.text(values["Include"]), spec, row.place.line, exact=bool(spec))


def _property(tree: Tree, spec: str) -> str:
    found = re.fullmatch(r"\$\{([\w.-]+)\}", spec)
    if found is None:
        return spec
    for number, row in enumerate(tree.rows):
        if row.kind == TEXT and row.key == found[1]:
            return tree.text(number)
    return ""


def _lines(ecosystem: str, pattern: str) -> Callable[[str], Iterator[Dependency]]:
    """A reader of files that have no parser among the kept ones and one dependency a line."""
    found = re.compile(pattern)

    def read(text: str) -> Iterator[Dependency]:
        for number, line in enumerate(text.split("\n"), 1):
            if line.lstrip().startswith(("#", "//")):
                continue
            for match in found.finditer(line):
                spec = match["spec"] or ""
                yield from known(
                    ecosystem, match["name"], spec, number, exact=bool(re.fullmatch(r"v?\d[\w.+-]*", spec))
                )

    return read


def _yarn(text: str) -> Iterator[Dependency]:
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        head = re.match(r"\"?(@?[\w.-]+(?:/[\w.-]+)?)@", line)
        if head is not None:
            name = head[1]
        version = re.match(r"\s+version:?\s+\"?(\d[\w.-]*)", line)
        if version is not None and name:
            yield from known("npm", name, version[1], number, exact=True)
            name = ""


_RELEASE = r"\d[\w.+-]*"
_GEM = (
    # What a gemspec calls itself is no dependency.
    r"(?:^|(?<!name = )[\s\"'(])(?P<name>cohere-(?:ruby|ai)|langchainrb)"
    r"(?:[\"']?(?:\s*,\s*[\"']|\s+\()(?P<spec>[^\"')]*)|[\"']\s*$)"
)
_READERS: Mapping[FileKind, Callable[[str], Iterator[Dependency]]] = {
    FileKind.REQUIREMENTS: _text_lines,
    FileKind.PINS_TOML: _toml,
    FileKind.PINS_JSON: _manifest,
    FileKind.PINS_YAML: _yaml,
    FileKind.PINS_XML: _xml,
    FileKind.PINS_YARN: _yarn,
    FileKind.PINS_GO: _lines("go", rf"(?P<name>github\.com/cohere-ai/cohere-go(?:/v\d+)?)\s+(?P<spec>v{_RELEASE})"),
    FileKind.PINS_GEM: _lines("gem", _GEM),
    FileKind.PINS_GRADLE: _lines("maven", r"[\"'](?P<name>com\.cohere:cohere-java):(?P<spec>[\w.$\[\](),+-]+)[\"']"),
}


def dependencies_in(kind: FileKind, text: str) -> tuple[Dependency, ...]:
    """The known packages that a manifest or lock file asks for. Raises Unreadable where its parser stops."""
    reader = _READERS.get(kind)
    if reader is None or not any(name in text for name in _TELLING):
        return ()
    rows = tuple(dict.fromkeys(reader(text)))
    if all(PACKAGES_BY_NAME[row.ecosystem, row.package].beside for row in rows):
        return ()
    # npm's lock repeats the manifest's ranges: what it installs is the release that it locks.
    locked = {row.package for row in rows if row.version} if '"lockfileVersion"' in text else set()
    return tuple(row for row in rows if row.version or row.package not in locked)
