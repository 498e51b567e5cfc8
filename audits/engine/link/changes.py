"""What is done to a dictionary between its making and its use."""

from audits.engine.extract.model import Store
from audits.engine.link.constants import texts_of
from audits.engine.link.filled import Filled
from audits.engine.link.fold import Fold
from audits.engine.link.tree import Module

MOST = 6


class Changes:
    """Lays changes over a dictionary; a subclass knows how to fold one."""

    def fold(self, module: Module, number: int, depth: int = 0) -> Fold:
        """The entries of the dictionary that an expression is; a subclass knows."""
        raise TypeError(str(number))

    def _literal(self, module: Module, number: int, depth: int) -> Fold:
        """The entries of one that is written out; a subclass knows."""
        raise TypeError(str(number))

    def _stores(self, module: Module, number: int, found: Fold, name: str = "") -> None:
        """`params["stream"] = True`, `params.update(…)`, `params |= …` on the same chain of names.

        With `name`: what the module itself does to the dictionary under this name, before another reads it.
        """
        rows, all_rows = self._filled(module).stores(number, name)
        for row in rows:
            if row.kind == "item":
                sure = module.inside(module.nodes[number].block, module.nodes[row.node].block)
                if sure or not _is_bound(module, row, found):
                    found.put(row.key, module, row.node)
                found.passed |= set() if sure else {row.key}
            elif row.kind == "any":
                found.whole = False
            else:
                found.merge(self.fold(module, row.node, MOST - 1))
        calls, all_calls = self._filled(module).calls("update", number, name)
        for call in calls:
            found.merge(self._literal(module, call, MOST - 3))
        found.whole = found.whole and all_rows and all_calls and not self._filled(module).elsewhere(number)
        self._defaults(module, number, found, name)
        self._taken_out(module, number, found, name)

    def _defaults(self, module: Module, number: int, found: Fold, name: str) -> None:
        """`params.setdefault("model", "…")`: whoever fills the dictionary may have given another."""
        calls, all_calls = self._filled(module).calls("setdefault", number, name)
        for call in calls:
            _, key, *value = (*module.nodes[call].kids, -1)
            if module.nodes[key].op == "str" and value[0] >= 0 and module.nodes[key].text not in found.entries:
                found.put(module.nodes[key].text, module, value[0])
                found.passed.add(module.nodes[key].text)
        found.whole = found.whole and all_calls

    def _taken_out(self, module: Module, number: int, found: Fold, name: str) -> None:
        """`params.pop("verbose")`, `del params[key]` in a loop: what is there no more, but where it is put in again."""
        for call in self._filled(module).calls("pop", number, name)[0]:
            key = (*module.nodes[call].kids, call)[1]
            texts, block = _keys(module, key, module.nodes[call].block)
            for text in texts:
                owner, at = found.entries.get(text, (module, number))
                here = module.frame(module.nodes[call].scope)
                if owner is module and at > call and module.frame(module.nodes[at].scope) == here:
                    continue
                if module.inside(module.nodes[number].block, block):
                    found.take(text)
                else:
                    found.passed.add(text)

    def _filled(self, module: Module) -> Filled:
        """What a module puts into its dictionaries; a subclass remembers."""
        raise TypeError(module.path)


def _keys(module: Module, number: int, block: int) -> tuple[tuple[str, ...], int]:
    """The keys that an expression names, and the block that runs where all of them are: a loop's is the one around."""
    node = module.nodes[number]
    if node.op != "name":
        return ((node.text,) if node.op == "str" else ()), block
    loops = {row.block for row in module.values_before(node, number) if module.nodes[row.node].op == "iter"}
    # One condition in the loop is taken for `if key in params`.
    inner = next((at for at in (block, module.facts.blocks[block]) if at in loops), -1)
    return (texts_of(module, number), module.facts.blocks[inner]) if inner >= 0 else ((), block)


def _is_bound(module: Module, row: Store, found: Fold) -> bool:
    """Does a branch put a constant in the place of what others decide: `if n > 5: params["num_generations"] = 5`?"""
    owner, known = found.entries.get(row.key, (module, row.node))
    constants = ("str", "const")
    return row.key != "model" and module.nodes[row.node].op in constants and owner.nodes[known].op not in constants
