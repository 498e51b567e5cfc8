"""Trees in which a file sends to an address that others keep, without naming the API."""

import pytest

from audits.analysis import analyse
from audits.gitstore import open_local
from tests.analysis.test_remembered import Memory
from tests.engine.test_joins import (
    FETCH,
    MEMBERS,
    OBJECTS,
    ONE,
    OTHERS,
    REQUESTERS,
    RETROFIT,
    RUST,
    SCRIPTS,
    SILENT,
    sites,
)

ASK = f"import {{ API_URL }} from './config';\n{FETCH}"
AWAY = f"import {{ URL }} from './other';\n{FETCH}"
FAR = f"import {{ API_URL }} from './lib';\n{FETCH}"


def uses(source, sandbox, store=None):
    return [(row.path, row.line, row.kind) for row in analyse(source, sandbox, store).usages]


@pytest.mark.parametrize(
    "tree", [*(tree for tree, _ in (*SCRIPTS, *OTHERS, *OBJECTS, *RETROFIT, *RUST, *REQUESTERS, *MEMBERS)), *SILENT]
)
def test_what_is_chosen_gives_what_every_file_read_gives(builder, sandbox, tree):
    builder.commit(tree)

    with open_local(builder.path) as source:
        found = uses(source, sandbox)

    assert found == [(site.path, site.span.line, site.kind) for site in sites(tree)]


@pytest.mark.parametrize("others", [0, 300])
def test_only_what_may_send_there_is_read(builder, sandbox, others):
    apart = "import { API_URL } from './config';\nconsole.log(API_URL);\n"
    tree = {"config.ts": ONE, "ask.ts": ASK, "away.ts": AWAY.replace("API_", ""), "apart.ts": apart}
    builder.commit(tree | {f"more/f{at}.ts": f"export const x = 'generate{at}';\n" for at in range(others)})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert [(row.path, row.line) for row in report.usages] == [("ask.ts", 2)]
    assert report.states["scanned"] == 2


@pytest.mark.parametrize("others", [0, 300])
def test_what_stands_between_is_read_too(builder, sandbox, others):
    tree = {"config.ts": ONE, "lib/index.ts": "export * from '../config';\n", "ask.ts": FAR.encode("utf-16")}
    builder.commit(tree | {f"more/f{at}.ts": f"export const x = {at};\n" for at in range(others)})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert [(row.path, row.line) for row in report.usages] == [("ask.ts", 2)]
    assert report.states["scanned"] == 3


def test_a_tree_without_a_base_is_searched_no_further(builder, sandbox):
    builder.commit({"config.ts": "// cohere\n" + ONE.replace("cohere", "example"), "ask.ts": ASK})

    with open_local(builder.path) as source:
        report = analyse(source, sandbox)

    assert report.states["scanned"] == 1


def test_a_request_that_comes_is_found_beside_what_is_remembered(builder, sandbox):
    store = Memory()
    builder.commit({"config.ts": ONE, "ask.ts": "export const a = 1;\n"})
    with open_local(builder.path) as source:
        assert uses(source, sandbox, store) == []
    builder.commit({"config.ts": ONE, "ask.ts": ASK})

    with open_local(builder.path) as source:
        assert uses(source, sandbox, store) == [("ask.ts", 2, "raw_http")]
