"""Which files are read because they may use a client that another file of their language makes."""

from collections.abc import Callable, Collection, Mapping

from audits.analysis.files import File
from audits.analysis.looks import Looking
from audits.engine import ModuleFacts
from audits.engine.across import FAMILY, Across, shared

_ROUNDS = 12


class Beyond:
    """The files of one reading that are no modules, and their facts as they become known."""

    def __init__(self, files: Mapping[str, File], facts: Mapping[str, ModuleFacts]) -> None:
        self._files = files
        self._facts = facts
        self._kinds = {path: file.kind for path, file in files.items() if file.kind in FAMILY}

    @property
    def across(self) -> Across:
        """What the facts that are known say together."""
        return Across(self._facts, self._kinds)

    def read(self, looking: Looking, extract: Callable[[Collection[str]], None], tried: frozenset[str]) -> None:
        """Have those read that hold a method of the name, and what stands between them and a client."""
        kinds = shared(self._facts, self._kinds)
        files = [file for file in self._files.values() if file.kind in kinds]
        looking.closer(files)
        chosen = frozenset(file.entry.path for file in files if file.look.method) - tried
        for _ in range(_ROUNDS if files else 0):
            extract(chosen)
            tried |= chosen
            chosen = self.across.explore() - tried
            if not chosen:
                return
