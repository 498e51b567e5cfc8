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


KEPT = {
    "config.ts": 'export const ROOT = "https://api.cohere.ai/v1";\n',
    "net.ts": "export const send = (path: string) => fetch(`https://api.cohere.ai/v1${path}`);\n",
    "conf/urls.go": 'package conf\n\nconst Root = "https://api.cohere.ai/v1"\nconst root = Root\n',
    "table.ts": 'export const TABLE = { first: { url: "https://api.cohere.ai/v1" } };\n',
    "cohere/Llm.ts": 'export default { url: "https://api.cohere.ai/v1" };\n',
    "Urls.java": 'class Urls { static final String ROOT = "https://api.cohere.ai/v1"; }\n',
    "paths.ts": 'export const ROOT = "/v1/generate";\n',
    "named.ts": 'export const COHERE_ROOT = "https://api.cohere.ai/v1";\n',
}


KEPT |= {"llm/Cohere.ts": KEPT["cohere/Llm.ts"], "a/b/conf/urls.go": KEPT["conf/urls.go"]}


@pytest.mark.parametrize(
    ("keeper", "path", "text", "told"),
    [
        ("config.ts", "use.ts", "fetch(`${ROOT}/generate`)", True),
        ("config.ts", "use.ts", "import { ROOT } from './config'; post(ROOT)", True),
        ("config.ts", "use.ts", "import { ROOT } from './other'; post(ROOT)", False),
        ("config.ts", "use.ts", "log(ROOT) // './config'", False),
        ("config.ts", "use.ts", "fetch(`${ROOTS}/generate`)", False),
        ("net.ts", "use.ts", "send('/generate', { prompt })", True),
        ("net.ts", "use.ts", "send('/v1/generate', { prompt })", True),
        ("net.ts", "use.ts", "send('/images', { prompt })", False),
        ("conf/urls.go", "conf/use.go", 'http.Post(Root + "/generate")', True),
        ("conf/urls.go", "use.go", 'import "x/conf"\nhttp.Post(conf.Root + "/generate")', True),
        ("conf/urls.go", "use.go", 'import "x/conf"\nhttp.Post(root + "/generate")', False),
        ("a/b/conf/urls.go", "use.go", 'import "x/c/conf"\nhttp.Post(conf.Root + "/generate")', False),
        ("table.ts", "use.ts", "fetch(`${TABLE.first.url}/generate`)", True),
        ("table.ts", "use.ts", "fetch(`${url}/generate`)", False),
        ("cohere/Llm.ts", "use.ts", "fetch(`${url}/generate`)", True),
        ("llm/Cohere.ts", "use.ts", "fetch(`${url}/generate`)", False),
        ("conf/urls.go", "use.go", 'http.Post(Root + "/generate")', False),
        ("Urls.java", "Use.java", "post(Urls.ROOT + end)", True),
        ("Urls.java", "Use.java", "post(ROOT + end)", False),
        ("paths.ts", "use.ts", "fetch(`${ROOT}/generate`)", False),
        ("named.ts", "use.ts", "fetch(`${COHERE_ROOT}/generate`)", False),
    ],
)
def test_a_name_and_what_stands_beside_it_tell_who_may_join_an_address(
    keeper: str, path: str, text: str, told: bool
) -> None:
    kind = file_kind(keeper)
    assert kind is not None
    found = extract(kind, KEPT[keeper].encode())
    assert isinstance(found, ModuleFacts)

    for encoding in ("utf-8", "utf-16"):
        assert leads.may_join(path, text.encode(encoding), leads.joining_names(keeper, kind, found)) is told
