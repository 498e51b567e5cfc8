"""Trees of source strings for the tests of extraction and linking."""

from textwrap import dedent

from audits.engine import FileKind, ModuleFacts, codec, file_kind
from audits.engine.facts import CallSite
from audits.engine.steps import extract, link


def facts_of(text: str) -> ModuleFacts:
    """One module's facts, through JSON as they come out of the child process."""
    found = extract(FileKind.PYTHON, dedent(text).encode())
    assert isinstance(found, ModuleFacts), found
    return codec.decode(ModuleFacts, codec.encode(found))


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
    return link(facts)


def names(site: CallSite) -> list[str | None]:
    """The names of a use's arguments."""
    return [argument.name for argument in site.arguments]
