"""What a store remembers of a repository: a reading finds what one that knows nothing finds, whatever has changed."""

import json
import random
import subprocess

import pytest

from audits.analysis import NullStore, analyse
from audits.analysis.store import CLOSER, LOOKS, RESULT
from audits.gitstore import open_local
from audits.sandbox import Sandbox

CLIENT = "import cohere\n\n\ndef client():\n    return cohere.Client()\n"
CALL = "from lib.client import client\n\n\ndef ask(q):\n    return client().generate(prompt=q, k={})\n"
CONTENTS = {
    "lib/client.py": [CLIENT, CLIENT + "# kept\n", "def client():\n    return None\n"],
    "app.py": [CALL.format(1), CALL.format(2), "x = 1\n"],
    "conftest.py": ["from lib.client import client\n", "import os\n"],
    "caller.py": ["from app import ask\nask('hello')\n", "import json\n"],
    "other.py": [
        "import json\nx = 1\n",
        "import json\nx = 2\n",
        "from app import ask\nask('more')\n",
        "co.generate()\n",
    ],
    "bin/run": [
        "#!/usr/bin/env python3\nimport json\n",
        "#!/usr/bin/env python3\nfrom app import ask\nask('x')\n",
        "#!/usr/bin/env python3\nimport cohere\ncohere.Client().generate(prompt='x')\n",
        '#!/bin/sh\n# cohere\ncurl https://api.cohere.ai/v1/generate -d \'{"prompt": "x"}\'\n',
        "cohere\n",
    ],
    "broken.py": ["import cohere\nprint 'x'\n", "import cohere\n"],
    "requirements.txt": ["cohere==4.57\n", "django\n"],
    "CODEOWNERS": ["* @a\n", "*.py @b\n"],
    "web/ai.ts": [
        'import { CohereClient } from "cohere-ai";\nexport const ai = new CohereClient({});\n',
        'import { CohereClient } from "cohere-ai";\nconst ai = new CohereClient({});\nexport default ai;\n',
        "export const ai = null;\n",
    ],
    "web/index.ts": ['export * from "./ai";\n', "export const ai = 1;\n"],
    "web/ask.ts": [
        'import { ai } from "./index";\nai.generate({ prompt });\n',
        'import ai from "./ai";\nai.generate({ prompt, k: 1 });\n',
        "x.generate();\n",
        "const x = 1;\n",
    ],
    "README.md": ["Cohere\n```python\nimport cohere\ncohere.Client().generate(prompt='a')\n```\n", "two"],
}


class Memory:
    """A store in memory that counts what it is given."""

    def __init__(self):
        self.texts = {}
        self.put = []

    def get_many(self, keys):
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put_many(self, facts):
        self.texts.update(facts)
        self.put += [key.kind for key in facts]


class Watched:
    """A source that counts the blobs which are read, and the searches."""

    def __init__(self, source):
        self._source = source
        self.reads = []
        self.searches = 0

    def __getattr__(self, name):
        return getattr(self._source, name)

    def read(self, entries):
        for entry, data in self._source.read(entries):
            self.reads.append(entry.path)
            yield entry, data

    def sift(self, entries, patterns):
        self.searches += 1
        return self._source.sift(entries, patterns)


def read(builder, sandbox, store):
    with open_local(builder.path) as source:
        watched = Watched(source)
        return analyse(watched, sandbox, store), watched


def test_every_change_is_found_as_if_nothing_were_known(builder, sandbox):
    chance, store = random.Random(3), Memory()
    builder.commit({path: texts[0] for path, texts in CONTENTS.items()})
    for _ in range(12):
        known, _ = read(builder, sandbox, store)
        fresh, _ = read(builder, sandbox, NullStore())
        assert known == fresh
        builder.commit({path: chance.choice(CONTENTS[path]) for path in chance.sample(sorted(CONTENTS), 2)})


def test_of_a_tree_that_did_not_change_nothing_is_read(builder, sandbox):
    store = Memory()
    builder.commit({path: texts[0] for path, texts in CONTENTS.items()})
    first, _ = read(builder, sandbox, store)
    store.put.clear()
    second, watched = read(builder, sandbox, store)
    assert (watched.reads, store.put) == ([], [])
    assert first == second
    assert all((first.usages, first.owners, first.unread))


def after(builder, sandbox, files, **before):
    """The reading after these files changed, beside one that knows nothing; whether the last result was taken."""
    store = Memory()
    builder.commit({path: texts[0] for path, texts in CONTENTS.items()} | {"b/c.py": "c = 1\n"} | before)
    read(builder, sandbox, store)
    store.put.clear()
    builder.commit(files)
    found, _ = read(builder, sandbox, store)
    assert found == read(builder, sandbox, NullStore())[0]
    return found, RESULT not in store.put


@pytest.mark.parametrize("text", ["import json\nx = 2\n", "import json\n\n\ndef f():\n    pass\n"])
def test_a_change_in_a_file_that_takes_no_part_leaves_the_result(builder, sandbox, text):
    found, taken = after(builder, sandbox, {"other.py": text})
    assert taken
    assert found.usages


KEYED = CALL.format(1).replace("k=", "api_key='sk-4dR7tY2wQ9xL1mN8bV3cZ6', k=")


@pytest.mark.parametrize(
    "files",
    [
        {"lib/client.py": CLIENT + "# more\n"},
        {"app.py": CALL.format(1) + "# shown beside the call\n"},
        {"README.md": CONTENTS["README.md"][0] + "\nMore words.\n"},
        {"requirements.txt": CONTENTS["requirements.txt"][0] + "# more\n"},
        {"broken.py": CONTENTS["broken.py"][0] + "# more\n", "caller.py": CONTENTS["caller.py"][0] + "\n"},
    ],
)
def test_files_that_say_the_same_in_other_bytes_leave_the_result(builder, sandbox, files):
    _, taken = after(builder, sandbox, files)
    assert taken


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (CALL.format(1), CALL.format(1).rstrip() + "  # last-call: ignore[old]\n"),
        (KEYED, KEYED + "# more\n"),
    ],
)
def test_a_use_of_which_more_than_its_code_tells_is_judged_anew(builder, sandbox, before, now):
    _, taken = after(builder, sandbox, {"app.py": now}, **{"app.py": before})
    assert not taken


@pytest.mark.parametrize(
    "files",
    [
        {"other.py": "from lib.client import client\nclient().generate(prompt='other')\n"},
        {"other.py": "import cohere\ncohere.Client('k').generate(prompt='other')\n"},
        {"other.py": "def f(co):\n    co.generate(prompt='other')\n"},
        {"other.py": "from app import ask\nask('more')\n"},
        {"other.py": None},
        {"lib/__init__.py": ""},
        {"caller.py": "from app import ask\nask('elsewhere')\n# more\n"},
        {"CODEOWNERS": "*.py @c\n"},
        {"requirements.txt": "cohere==5.0\n"},
    ],
)
def test_a_change_of_what_the_result_follows_from_is_linked_anew(builder, sandbox, files):
    _, taken = after(builder, sandbox, files)
    assert not taken


def test_a_file_that_takes_no_part_and_is_gone_is_asked_for_again(builder, sandbox):
    store = Memory()
    builder.commit({path: texts[0] for path, texts in CONTENTS.items()})
    read(builder, sandbox, store)
    builder.commit({"other.py": "import json\ny = 2\n"})
    builder.lose(builder.oid("other.py"))
    assert [path for path, _ in read(builder, sandbox, store)[0].unread] == ["broken.py", "other.py"]


def test_one_change_costs_the_files_around_it(builder, sandbox):
    store = Memory()
    builder.commit({f"d{number}/f.py": f"x = {number}\n" for number in range(100)} | {"app.py": CLIENT})
    read(builder, sandbox, store)
    builder.commit({"d7/f.py": "x = 'changed'\n"})
    _, watched = read(builder, sandbox, store)
    assert "d7/f.py" in watched.reads
    assert len(set(watched.reads)) <= 64


def test_a_result_that_may_be_the_moments_fault_is_not_kept(builder, sandbox):
    store = Memory()
    builder.commit({"app.py": CLIENT + "client().generate(prompt='a')\n", "b.py": "import cohere\nx = 2\n"})
    with Sandbox(deaths=0) as tired:
        report, _ = read(builder, tired, store)
    assert report.unread
    assert RESULT not in store.put
    assert read(builder, sandbox, store)[0] == read(builder, sandbox, NullStore())[0]


def test_a_file_that_is_missing_is_asked_for_again(builder, sandbox):
    store = Memory()
    builder.commit({"a.py": CLIENT, "b.py": "x = 1\n"})
    body = builder.object_path(builder.oid("b.py")).read_bytes()
    builder.lose(builder.oid("b.py"))
    assert [path for path, _ in read(builder, sandbox, store)[0].unread] == ["b.py"]
    assert [path for path, _ in read(builder, sandbox, store)[0].unread] == ["b.py"]
    builder.object_path(builder.oid("b.py")).write_bytes(body)
    assert read(builder, sandbox, store)[0].unread == ()


@pytest.mark.parametrize("kind", [LOOKS, CLOSER, RESULT])
@pytest.mark.parametrize("text", ["", "[]", "{}", '{"looks": "9"}', '{"closer": [[2]]}', '{"files": "x", "result": 1}'])
def test_what_is_damaged_is_made_again(kind, text, builder, sandbox):
    store = Memory()
    builder.commit({path: texts[0] for path, texts in CONTENTS.items()})
    first, _ = read(builder, sandbox, store)
    store.texts = {key: text if key.kind == kind else known for key, known in store.texts.items()}
    assert read(builder, sandbox, store)[0] == first


def test_a_large_tree_is_searched_by_git_and_found_the_same(builder, sandbox):
    wide = "import cohere\ncohere.Client().generate(prompt='a')\n".encode("utf-16")
    plain = {f"d{number}/f{number}.py": f"x = {number}  # coherent\n" for number in range(300)}
    builder.commit({**plain, **{path: texts[0] for path, texts in CONTENTS.items()}, "wide.py": wide})
    loose, _ = read(builder, sandbox, NullStore())
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)
    packed, watched = read(builder, sandbox, NullStore())
    assert watched.searches == 1
    assert packed == loose
    assert any(usage.path == "app.py" for usage in packed.usages)


def test_a_large_tree_that_names_nothing_is_not_read(builder, sandbox):
    builder.commit({f"d{number}/f.py": f"model.generate({number})\n" for number in range(300)})
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)
    report, watched = read(builder, sandbox, NullStore())
    assert (watched.reads, report.states) == ([], {"skipped_prefilter": 300})


def test_rows_are_json_that_every_database_takes(builder, sandbox):
    store = Memory()
    builder.commit({"a.py": CLIENT + "client().generate(prompt='\\x00 \\ud800')\n"})
    read(builder, sandbox, store)
    assert all(json.loads(text) and text.isascii() for text in store.texts.values())
