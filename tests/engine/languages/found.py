"""What the engine finds in one file of a language, short enough to compare."""

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind, Usage
from audits.engine.steps import extract, judge, placed


def usages(kind: FileKind, source: str) -> list[Usage]:
    """The file's uses, judged."""
    facts = extract(kind, source.encode())
    assert isinstance(facts, ModuleFacts), facts
    return [judge(site) for site in placed("src/file", facts)]


def found(kind: FileKind, source: str) -> list[tuple[int, str, str, str]]:
    """(line, kind, confidence, parameters) of each use."""
    return [
        (usage.line, usage.kind.value, usage.confidence.value, " ".join(row.name for row in usage.parameters))
        for usage in usages(kind, source)
    ]
