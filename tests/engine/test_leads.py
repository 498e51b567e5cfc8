"""Which files may use a client that others give, by their words."""

import pytest

from audits.engine import ModuleFacts, file_kind, leads
from audits.engine.specifiers import Specifiers
from audits.engine.steps import extract

TREE = {
    "src/ai.ts": 'import { CohereClient } from "cohere-ai";\nexport const llm = new CohereClient({});\n',
    "src/lib/index.ts": 'export * from "../ai";\n',
    "src/again.ts": 'import { llm } from "./lib";\nexport const model = llm;\nexport const box = { model };\n',
    "src/apart.ts": 'import { x } from "./nothing";\nexport const lonely = x;\n',
}


def words() -> frozenset[int]:
    facts = {}
    kinds = {path: kind for path in TREE if (kind := file_kind(path)) is not None}
    for path, text in TREE.items():
        found = extract(kinds[path], text.encode())
        assert isinstance(found, ModuleFacts)
        facts[path] = found
    return leads.Leads(facts, kinds, Specifiers(kinds)).words()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("llm.generate()", True),
        ("model.generate()", True),
        ("box.model.generate()", True),
        ('import a from "./ai";', True),
        ('import a from "../lib";', True),
        ("// don't\nrequire('./again.js')", True),
        ("lonely.generate()", False),
        ("ai.generate()", False),
        ('import a from "./apart";', False),
        ("llms.generate()", False),
    ],
)
def test_a_word_or_a_modules_name_tells(text: str, told: bool) -> None:
    for encoding in ("utf-8", "utf-16"):
        found = leads.words_of(text.encode(encoding))
        assert found is not None
        assert words().isdisjoint(found) is not told


def test_a_file_of_too_many_words_may_hold_any() -> None:
    assert leads.words_of(b" ".join(b"%x" % number for number in range(300_000))) is None
