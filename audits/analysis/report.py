"""What an analysis says."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import Dependency, Unread, Usage
from audits.engine.filekinds import is_installed
from audits.engine.link.chats import ChatSite


@dataclass(frozen=True, slots=True)
class Report:
    """What one state of a repository holds.

    `unread` pairs a path with its reason; `states` counts candidate files by state and adds up to `seen`; `parsed`
    of them were read by the parser (or their facts were known). `paths` is every path of the tree, as shown.
    `passed_over` candidates by name are in no other number: what package managers and builds have written.
    `passed_over_in` says in which folders, each with a slash at its end, or which files they are.
    `suppressed` are uses that a comment in the source sets aside: they are in no other number. Of the uses in the files
    `unpresented` there is no snippet, excerpt or replacement: the second reading of the file failed. `chats` are the
    calls of Chat on a Cohere client that stand beside them.
    `dependencies` pairs a path with a package that it asks for or installs. `owners` are those of the files with uses,
    by CODEOWNERS; None where nobody has asked, or the file cannot be read. `fingerprints` has of each of the `usages` a
    digest of all that is told of it; it is empty where they are not shown.
    """

    usages: tuple[Usage, ...]
    unread: tuple[tuple[str, Unread], ...]
    seen: int
    parsed: int
    states: dict[str, int]
    commit: str | None
    engine: str
    paths: frozenset[str]
    passed_over_in: Mapping[str, int] = field(default_factory=dict)
    suppressed: tuple[Usage, ...] = ()
    unpresented: frozenset[str] = frozenset()
    chats: tuple[ChatSite, ...] = ()
    dependencies: tuple[tuple[str, Dependency], ...] = ()
    owners: Mapping[str, tuple[str, ...]] | None = None
    fingerprints: tuple[str, ...] = ()

    @property
    def passed_over(self) -> int:
        return sum(self.passed_over_in.values())


def asked_for(facts: Mapping[str, ModuleFacts], *, named: bool) -> tuple[tuple[str, Dependency], ...]:
    """The dependencies of all files by path, but for what lies among installed packages.

    `named`: something else in the tree names Cohere. Where nothing does, other libraries are left out: nobody knows
    whose models they call.
    """
    own = (path for path in sorted(facts) if not is_installed(path))
    rows = ((path, row) for path in own for row in facts[path].dependencies)
    return tuple((path, row) for path, row in rows if named or "cohere" in row.package)
