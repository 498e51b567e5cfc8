"""What choosing the files has found out serves the linking of them."""

import pytest

from audits.engine.facts import FileKind
from audits.engine.link import core
from audits.engine.link.evaluate import Evaluator
from audits.engine.looks import look_at
from audits.engine.selection import Selection
from audits.engine.steps import extract, linked

TREE = {
    "llm.py": "import cohere\ndef client():\n    return cohere.Client()\n",
    "app.py": "from llm import client\ndef ask(co):\n    return co.generate(prompt='a')\nask(client())\n",
}


def chosen() -> tuple[Selection, dict]:
    """A selection whose last round has chosen nothing more, and the facts of all files."""
    selection = Selection({path: look_at(FileKind.PYTHON, text.encode()) for path, text in TREE.items()})
    facts = {path: extract(FileKind.PYTHON, text.encode()) for path, text in TREE.items()}
    assert selection.further(facts, frozenset(TREE)) == frozenset()
    return selection, facts


def test_linking_asks_nothing_again_that_choosing_has_found_out(monkeypatch: pytest.MonkeyPatch):
    asked: list[tuple[str, int]] = []
    plain = Evaluator.compute
    monkeypatch.setattr(
        Evaluator,
        "compute",
        lambda self, module, at, node: asked.append((module.path, at)) or plain(self, module, at, node),
    )
    selection, facts = chosen()
    before = set(asked)
    asked.clear()
    fresh = linked(facts, selection.modules).sites
    alone = set(asked)
    asked.clear()
    assert linked(facts, selection.modules, selection.evaluator).sites == fresh
    assert [(site.path, site.span.line) for site in fresh] == [("app.py", 3)]
    assert before & alone
    assert set(asked) == alone - before


def test_where_the_steps_ran_out_linking_begins_anew(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(core, "_STEPS_EACH", 2)
    selection, _ = chosen()
    assert selection.evaluator is None
