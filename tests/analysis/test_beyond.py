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
