"""Keys that are written down somewhere in the tree and reach a client's constructor, on whatever way."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from audits.engine.facts import Argument, CallSite
from audits.engine.link.constants import texts_of
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.models import Models
from audits.engine.link.tree import Module
from audits.engine.link.values import Value
from audits.engine.secrets import MASK, has_secret, looks_like_key

_NAMES = ("api_key", "token")
# More parts than a key is put together from.
_STEPS = 50
# A version of the API, as the first SDKs took it.
_DAY = re.compile(r"20\d\d-\d\d-\d\d")


@dataclass(slots=True)
class Keys:
    """Notes the keys of clients, and hides them in what is said of the uses."""

    evaluator: Evaluator
    _texts: set[str] = field(default_factory=set)
    _lines: dict[str, set[int]] = field(default_factory=dict)

    def of(self, client: Value | None) -> bool:
        """Is the client made with a key that is written down, there or where what it is given comes from?"""
        module = self.evaluator.tree.modules.get(client.path) if client is not None else None
        node = module.nodes[client.index] if module is not None and client is not None and client.index >= 0 else None
        if module is None or node is None or node.op != "call":
            return False
        found, aws = False, client is not None and client.name.startswith("cohere_aws")
        for at, (key, kid) in enumerate(zip(node.keys, node.kids[1:], strict=True)):
            # What the clients of AWS's package take first is a region.
            if key in _NAMES or (at == 0 and key in ("", "*") and not aws):
                texts = [(owner, number, owner.nodes[number].text) for owner, number in self._literals(module, kid)]
                for owner, number, text in texts:
                    self._note(owner, number, text)
                said = (*(text for _, _, text in texts), *texts_of(module, kid, self.evaluator.tree))
                found = found or any(has_secret(f"Client({text!r})") for text in said)
        return found

    def _literals(self, module: Module, number: int) -> Iterator[tuple[Module, int]]:
        todo = [number]
        for _ in range(_STEPS):
            if not todo:
                return
            node = module.nodes[number := todo.pop(0)]
            if node.op in ("seq", "fstr", "op"):
                todo += node.kids
            else:
                yield from Models(self.evaluator).literals(module, number)

    def _note(self, module: Module, number: int, text: str) -> None:
        if looks_like_key(text) and not _DAY.fullmatch(text):
            self._texts.add(text)
            self._lines.setdefault(module.path, set()).add(max(module.nodes[number].line, 1))

    def hidden(self, sites: Iterable[CallSite], places: dict[str, Module]) -> Iterator[CallSite]:
        """The sites without those keys, with the lines of their files (and cells) where such a key stands."""
        for site in sites:
            # Lines are known of modules alone.
            rows = [places[site.path].facts.place(line) for line in sorted(self._lines.get(site.path, ()))]
            lines = tuple(line for line, cell in rows if cell == site.span.cell)
            yield self._without(replace(site, key_lines=lines)) if self._texts else site

    def _without(self, site: CallSite) -> CallSite:
        return replace(
            site,
            why=self._masked(site.why),
            callee=self._masked(site.callee),
            proof=tuple(replace(step, text=self._masked(step.text)) for step in site.proof),
            reads=tuple(replace(read, text=self._masked(read.text)) for read in site.reads),
            arguments=tuple(self._argument(row) for row in site.arguments),
            key_in_code=site.key_in_code or any(self._masked(row.source) != row.source for row in site.arguments),
        )

    def _argument(self, row: Argument) -> Argument:
        literal = self._masked(row.literal) if isinstance(row.literal, str) else row.literal
        return replace(row, source=self._masked(row.source), literal=literal, behind=self._masked(row.behind))

    def _masked(self, text: str) -> str:
        # The longest first: one key may begin as another does.
        for key in sorted(self._texts, key=lambda key: (-len(key), key)):
            text = re.sub(rf"(?<![\w-]){re.escape(key)}(?![\w-])", MASK, text)
        return text
