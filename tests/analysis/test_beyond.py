"""Files that are read because they may use a client that another one makes."""

import subprocess

import pytest

from audits.analysis import NullStore, analyse
from audits.gitstore import open_local

AI = """\
import { CohereClient, CohereClientV2 } from "cohere-ai";
export const llm = new CohereClient({});
export const second = new CohereClientV2({});
"""
IMPORT = 'import { llm, second } from "./ai";\n'


def uses(builder, sandbox):
    with open_local(builder.path) as source:
        return [(row.path, row.line, row.kind) for row in analyse(source, sandbox, NullStore()).usages]


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("llm.generate({ prompt });", "sdk_call"),
        ('llm["generate"]({ prompt });', "sdk_call"),
        ("second.chat({ message, preamble, connectors: [] });", "half_migrated"),
        ("second.chatStream({ message, preamble, connectors: [] });", "half_migrated"),
        ('second["chat"]({ message, preamble, connectors: [] });', "half_migrated"),
    ],
)
def test_each_form_of_a_call_is_read(builder, sandbox, call, kind):
    builder.commit({"ai.ts": AI, "u.ts": f"{IMPORT}{call}\n"})
    assert uses(builder, sandbox) == [("u.ts", 2, kind)]


def test_a_file_in_wide_characters_is_read_and_found_by_a_search(builder, sandbox):
    wide = f"{IMPORT}llm.generate({{ prompt }});\n".encode("utf-16")
    rest = {f"d{number}/f.ts": f"export const x = {number};\n" for number in range(300)}
    builder.commit({"ai.ts": AI, "u.ts": wide})
    assert uses(builder, sandbox) == [("u.ts", 2, "sdk_call")]
    builder.commit(rest)
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)
    assert uses(builder, sandbox) == [("u.ts", 2, "sdk_call")]


def packed(builder, files):
    rest = {f"d{number}/f.ts": f"export const x = {number};\n" for number in range(210)}
    builder.commit({**rest, **files})
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)


BASE = "'https://api.cohere.ai/v1'"
ASK = "import { ROOT } from './c';\nfetch(`${ROOT}/generate`, { method: 'POST', body: JSON.stringify({ prompt }) });\n"


@pytest.mark.hostile
def test_a_name_that_no_program_takes_is_not_searched_for(builder, sandbox):
    long = f"export const k{'x' * 140_000} = {BASE};\nexport const ROOT = {BASE};\n"
    packed(builder, {"c.ts": long, "ask.ts": ASK})
    assert uses(builder, sandbox) == [("ask.ts", 2, "raw_http")]


@pytest.mark.hostile
def test_a_helper_whose_name_no_program_takes_is_found_by_reading(builder, sandbox):
    name = "k" + "x" * 140_000
    helper = f"import {{ llm }} from './ai';\nexport const {name} = (prompt) => llm.generate({{ prompt }});\n"
    call = f"import {{ {name} }} from './h';\n{name}('a');\n"
    packed(builder, {"ai.ts": AI, "h.ts": helper, "use.ts": call})
    assert uses(builder, sandbox) == [("h.ts", 2, "sdk_call"), ("use.ts", 2, "wrapper_project")]


@pytest.mark.hostile
def test_of_thousands_of_names_some_are_looked_for(builder, sandbox, monkeypatch):
    asked = []
    monkeypatch.setattr("audits.analysis.beyond.may_join", lambda path, data, names: asked.append(len(names)))
    kept = {f"c{at}.ts": "".join(f"export const n{at}_{n} = {BASE};\n" for n in range(50)) for at in range(12)}
    builder.commit({**kept, "u.ts": "fetch(n0_1);\n"})
    uses(builder, sandbox)
    assert set(asked) == {500}
