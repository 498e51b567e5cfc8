"""Trees of source strings for the tests of extraction and linking."""

import re
from collections import Counter
from textwrap import dedent

from audits.engine import FileKind, ModuleFacts, Unread, codec, file_kind
from audits.engine.facts import CallSite, Kind
from audits.engine.lent import Lent
from audits.engine.steps import extract, link

_MARK = re.compile(r"# use (\w+)$")


def facts_of(text: str) -> ModuleFacts:
    """One module's facts, through JSON as they come out of the child process."""
    found = extract(FileKind.PYTHON, dedent(text).encode())
    assert isinstance(found, ModuleFacts), found
    return codec.decode(ModuleFacts, codec.encode(found))


def told(found: ModuleFacts | Unread) -> Unread:
    """What is said of a file that needs a person, whether its other parts were read or not."""
    return found if isinstance(found, Unread) else found.faults[0]


def sites(files: dict[str, str] | str) -> tuple[CallSite, ...]:
    """All uses in a tree given as path -> source; a bare string is `app.py`."""
    tree = {"app.py": files} if isinstance(files, str) else files
    facts = {}
    for path, text in tree.items():
        kind = file_kind(path)
        assert kind is not None
        found = extract(kind, dedent(text).encode())
        assert isinstance(found, ModuleFacts), found
        facts[path] = found
    return once(link(facts))


def carried(tree: dict[str, str]) -> tuple[dict[str, ModuleFacts], dict[str, FileKind]]:
    """The facts of a tree's files, through JSON as they come out of the child process, and what kinds they are."""
    facts = {}
    kinds = {path: kind for path in tree if (kind := file_kind(path)) is not None}
    for path, text in tree.items():
        found = extract(kinds[path], dedent(text).encode())
        assert isinstance(found, ModuleFacts), found
        facts[path] = codec.decode(ModuleFacts, codec.encode(found))
    return facts, kinds


def lent(tree: dict[str, str]) -> list[CallSite]:
    """The uses in a tree with what its files lend each other."""
    together = Lent(*carried(tree))
    return [site for path in tree for site in together.sites(path)]


def once(found: tuple[CallSite, ...]) -> tuple[CallSite, ...]:
    """The same uses; fails where one is told twice."""
    told = Counter((row.path, row.span, row.kind, row.method, row.callee) for row in found)
    assert told.total() == len(told), told.most_common(1)
    return found


def names(site: CallSite) -> list[str | None]:
    """The names of a use's arguments."""
    return [argument.name for argument in site.arguments]


def marked(tree: dict[str, str]) -> tuple[set[tuple[str, int, str]], set[tuple[str, int, str]]]:
    """(path, line, confidence) of a tree's calls: as the marks at the ends of lines say, and as they are found."""
    lines = ((path, at, line) for path, text in tree.items() for at, line in enumerate(text.split("\n"), 1))
    wanted = {(path, at, found[1]) for path, at, line in lines if (found := _MARK.search(line))}
    return wanted, {(row.path, row.span.line, str(row.confidence)) for row in sites(tree) if row.kind is Kind.SDK_CALL}
