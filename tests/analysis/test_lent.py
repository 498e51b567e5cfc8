"""Trees in which files call a helper of another one without naming the API."""

import pytest

from audits.analysis import analyse
from audits.gitstore import open_local
from tests.analysis.test_remembered import Memory

HELPER = """import { CohereClient } from "cohere-ai";
const co = new CohereClient({ token });
export const ask = (prompt: string) => co.generate({ prompt });
"""
USE = 'import { ask } from "./lib/llm";\nask("a");\n'
OTHER = 'import { ask } from "./lib/else";\nask("a");\n'


def callers(report):
    return [(use.path, use.line) for use in report.usages if use.kind == "wrapper_project"]


@pytest.mark.parametrize("others", [0, 300])
def test_a_caller_is_read_for_the_helper_that_it_names(builder, sandbox, others):
    tree = {"lib/llm.ts": HELPER, "use.ts": USE, "other.ts": OTHER}
    builder.commit(tree | {f"more/f{at}.ts": f"export const x = {at};\n" for at in range(others)})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert callers(report) == [("use.ts", 2)]
    assert report.states["scanned"] == 2


@pytest.mark.parametrize("others", [0, 300])
@pytest.mark.parametrize(
    ("helper", "use"),
    [
        (HELPER.replace("const ask =", "default"), 'import tell from "./lib/llm";\ntell("a");\n'),
        (
            'const co = require("cohere-ai");\nmodule.exports = (prompt) => co.generate({ prompt });\n',
            'const tell = require("./lib/llm");\ntell("a");\n',
        ),
    ],
)
def test_a_caller_names_a_default_export_as_it_likes(builder, sandbox, others, helper, use):
    tree = {"lib/llm.js": helper.replace("(prompt: string)", "(prompt)"), "use.js": use}
    builder.commit(tree | {f"more/f{at}.js": f"export const x = {at};\n" for at in range(others)})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert callers(report) == [("use.js", 2)]
    assert report.states["scanned"] == 2


def test_a_caller_that_comes_is_found_beside_what_is_remembered(builder, sandbox):
    store = Memory()
    tree = {"lib/llm.ts": HELPER, "later.ts": "export const a = 1;\n"}
    builder.commit(tree)
    with open_local(builder.path) as source:
        assert callers(analyse(source, sandbox, store)) == []
    builder.commit(tree | {"later.ts": USE})

    with open_local(builder.path) as source:
        assert callers(analyse(source, sandbox, store)) == [("later.ts", 2)]


@pytest.mark.parametrize("others", [0, 300])
def test_a_caller_of_what_hands_on_is_read_too(builder, sandbox, others):
    middle = 'import { ask } from "./lib/llm";\nexport async function tell(q: string) { log(await ask(q)); }\n'
    use = 'import { tell } from "./middle";\ntell("a");\n'
    tree = {"lib/llm.ts": HELPER, "middle.ts": middle, "use.ts": use, "other.ts": OTHER}
    builder.commit(tree | {f"more/f{at}.ts": f"export const x = {at};\n" for at in range(others)})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert callers(report) == [("middle.ts", 2), ("use.ts", 2)]
    assert report.states["scanned"] == 3
