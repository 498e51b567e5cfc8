"""Which files are read because they may use a client that another file of their language makes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property

from audits.analysis.files import File, read
from audits.analysis.looks import Looking
from audits.engine import ModuleFacts
from audits.engine.across import FAMILY, Across, shared
from audits.engine.leads import Leads, words_of
from audits.engine.specifiers import Specifiers
from audits.gitstore import Source

_ROUNDS = 12


class Beyond:
    """The files of one reading that are no modules, and their facts as they become known."""

    def __init__(self, files: Mapping[str, File], facts: Mapping[str, ModuleFacts]) -> None:
        self._files = files
        self._facts = facts
        self._kinds = {path: file.kind for path, file in files.items() if file.kind in FAMILY}

    @cached_property
    def _specifiers(self) -> Specifiers:
        return Specifiers(self._kinds)

    @property
    def across(self) -> Across:
        """What the facts that are known say together."""
        return Across(self._facts, self._kinds, self._specifiers)

    def read(
        self, source: Source, looking: Looking, extract: Callable[[Collection[str]], None], tried: frozenset[str]
    ) -> None:
        """Have those read that hold a method of the name and name what others give, and what stands between them."""
        kinds = shared(self._facts, self._kinds)
        files = [file for file in self._files.values() if file.kind in kinds]
        looking.closer(files)
        calling = [file for file in files if file.look.method and file.entry.path not in tried]
        held: dict[str, Sequence[int] | None] = {}
        for group, data in read(source, calling):
            if data is not None:
                held.update(dict.fromkeys([file.entry.path for file in group], words_of(data)))
        for _ in range(_ROUNDS if files else 0):
            words = Leads(self._facts, self._kinds, self._specifiers).words()
            chosen = frozenset(
                path
                for path, known in held.items()
                if path not in tried and words and (known is None or not words.isdisjoint(known))
            )
            chosen |= self.across.explore() - tried
            if not chosen:
                return
            extract(chosen)
            tried |= chosen
