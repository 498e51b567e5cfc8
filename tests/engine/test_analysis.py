"""From a repository to a report: which files take part, what is remembered, and that every file is accounted for."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from audits.analysis import FactKey, NullStore, Report, analyse
from audits.engine.facts import UnreadReason
from audits.gitstore import open_local
from audits.sandbox import Sandbox
from tests.gitbuild import RepositoryBuilder
from tests.sandbox.samples import CALL_NEST, LIST_UNCLOSED
from tests.waiting import PATIENCE

CLIENT = "import cohere\nco = cohere.Client()\n"
USE = CLIENT + "co.generate(prompt='a', num_generations=2)\n"


class Memory:
    """A store in memory that counts."""

    def __init__(self) -> None:
        self.texts: dict[FactKey, str] = {}
        self.hits = 0

    def get_many(self, keys: Sequence[FactKey]) -> dict[FactKey, str]:
        found = {key: self.texts[key] for key in keys if key in self.texts}
        self.hits += len(found)
        return found

    def put_many(self, facts: Mapping[FactKey, str]) -> None:
        self.texts.update(facts)


def audit(folder: Path, files: Mapping[str, str | bytes | None], store: Memory | NullStore | None = None) -> Report:
    builder = RepositoryBuilder(folder / "repo.git")
    builder.commit(files)
    with open_local(builder.path) as source, Sandbox() as sandbox:
        return analyse(source, sandbox, store)


def test_every_candidate_is_in_one_state(tmp_path: Path) -> None:
    broken = {"cells": [{"cell_type": "code", "source": text} for text in (USE, "cohere(", "x = 1")]}
    report = audit(
        tmp_path,
        {
            "app.py": USE,
            "copy.py": USE,
            "plain.py": "x = 1\n",
            "old.py": "import cohere\nprint 'x'\n",
            "wide.py": USE.encode("utf-16"),
            "nul.py": USE + "\0",
            "large.py": "import cohere\n" + "#" * (1 << 20),
            "n.ipynb": json.dumps(broken),
            "README.md": "cohere",
            "requirements.txt": "cohere==4.57\n",
        },
    )

    assert report.states == {
        "scanned": 2, "skipped_prefilter": 2, "unparsable": 2, "undecodable": 2, "too_large": 1,
    }  # fmt: skip
    assert sum(report.states.values()) == report.seen == 9
    assert report.parsed == 2
    assert {path: why.reason for path, why in report.unread} == {
        "old.py": UnreadReason.UNPARSABLE,
        "n.ipynb": UnreadReason.UNPARSABLE,
        "wide.py": UnreadReason.UNDECODABLE,
        "nul.py": UnreadReason.UNDECODABLE,
        "large.py": UnreadReason.TOO_LARGE,
    }
    assert [(usage.path, usage.line) for usage in report.usages] == [("app.py", 3), ("copy.py", 3), ("n.ipynb", 3)]
    assert {"README.md", "requirements.txt"} < report.paths
    assert "generate" in report.usages[0].snippet


def test_without_the_name_nothing_is_parsed(tmp_path: Path) -> None:
    report = audit(tmp_path, {"a.py": "model.generate(1)\n", "b.py": "x = 'coherent'\n"})

    assert (report.states, report.usages) == ({"skipped_prefilter": 2}, ())


@pytest.mark.parametrize(
    "files",
    [
        {"llm.py": CLIENT, "mid.py": "from llm import co\n", "app.py": "from mid import co\nco.generate(prompt='a')\n"},
        {
            "qa.py": "def ask(c):\n    return c.generate(prompt='a')\n",
            "llm.py": "import cohere\ndef get():\n    return cohere.Client()\n",
            "main.py": "from llm import get\nfrom qa import ask\nask(get())\n",
        },
        {
            "pkg/__init__.py": "from .llm import co\n",
            "pkg/llm.py": CLIENT,
            "main.py": "import pkg, qa\nqa.ask(pkg.co)\n",
            "qa.py": "def ask(c):\n    return c.generate(prompt='a')\n",
        },
        {
            "packages/core/src/core/__init__.py": CLIENT,
            "packages/api/src/api/mid.py": "from core import co as given\n",
            "packages/api/src/api/app.py": "from api.mid import given\ngiven.generate(prompt='a')\n",
        },
    ],
    ids=["a re-export that names nothing", "a caller that names nothing", "a package that names nothing", "a monorepo"],
)
def test_files_that_only_pass_a_client_on_take_part(tmp_path: Path, files: dict[str, str]) -> None:
    (usage,) = audit(tmp_path, files).usages

    assert usage.confidence == "confirmed"


def test_the_base_of_a_class_that_reads_an_answer_takes_part(tmp_path: Path) -> None:
    base = (
        "import boto3\nclass Bedrock:\n    def __init__(self, model):\n        self.model = model\n"
        "    def invoke(self, body):\n"
        "        return boto3.client('bedrock-runtime').invoke_model(body=body, modelId=self.model)\n"
    )
    heir = (
        "import json\nfrom base import Bedrock\nclass CohereBedrock(Bedrock):\n    def call(self, text):\n"
        "        found = self.invoke(json.dumps({'prompt': text, 'temperature': 1}))\n"
        "        return json.loads(found['body'].read())['generations'][0]['text']\n"
    )
    report = audit(tmp_path, {"app.py": USE, "base.py": base, "heir.py": heir})

    found = [(usage.path, usage.line, usage.kind, usage.confidence) for usage in report.usages]
    assert found == [("app.py", 3, "sdk_call", "confirmed"), ("heir.py", 5, "bedrock", "likely")]


def test_facts_that_are_known_are_not_read_again(tmp_path: Path) -> None:
    store = Memory()
    files = {"a.py": USE, "same.py": USE, "old.py": "import cohere\nprint 'x'\n"}
    first = audit(tmp_path / "one", files, store)
    written = dict(store.texts)
    second = audit(tmp_path / "two", files, store)

    kinds = Counter(key.kind[:1] for key in written)
    # Of two blobs the facts, of one how it is shown; looks at all files, and one result.
    assert kinds == {"p": 2, "s": 2, "l": 1, "c": 1, "r": 1}
    assert {key: store.texts[key] for key in written} == written
    assert store.hits == 6
    assert (first.usages, first.states) == (second.usages, second.states)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("data", "reason"), [(CALL_NEST, UnreadReason.OUT_OF_MEMORY), (LIST_UNCLOSED, UnreadReason.CRASHED)]
)
def test_a_file_that_ended_its_reader_is_not_read_again(data: bytes, reason: UnreadReason, tmp_path: Path) -> None:
    builder, store = RepositoryBuilder(tmp_path / "repo.git"), Memory()
    for deaths in (1, 0):
        # Another use each time, so that no last result stands in for the reading.
        builder.commit({"bad.py": data, "good.py": f"{USE}# {deaths}\n"})
        with open_local(builder.path) as source, Sandbox(deadline=PATIENCE, memory=768 * 1024**2) as sandbox:
            report = analyse(source, sandbox, store)
            assert (sandbox.deaths, sandbox.spawns > 0) == (deaths, True)
        assert [(path, why.reason) for path, why in report.unread] == [("bad.py", reason)]
        assert len(report.usages) == 1


def test_facts_that_are_damaged_are_made_again(tmp_path: Path) -> None:
    store = Memory()
    audit(tmp_path / "one", {"a.py": USE}, store)
    store.texts = dict.fromkeys(store.texts, '{"facts": {"nodes": 3}}')

    assert len(audit(tmp_path / "two", {"a.py": USE}, store).usages) == 1


def test_progress_may_stop_the_run(tmp_path: Path) -> None:
    class Lost(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Lost

    builder = RepositoryBuilder(tmp_path / "repo.git")
    builder.commit({"a.py": USE})
    with open_local(builder.path) as source, Sandbox() as sandbox, pytest.raises(Lost):
        analyse(source, sandbox, None, stop)


def test_progress_goes_from_none_to_all_files(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    builder = RepositoryBuilder(tmp_path / "repo.git")
    builder.commit({"a.py": USE, "b.py": "import a\n", "c.py": "x = 1\n", "requirements.txt": "cohere==4.57\n"})
    with open_local(builder.path) as source, Sandbox() as sandbox:
        report = analyse(source, sandbox, None, lambda done, total: told.append((done, total)))
    total = told[0][1]
    assert report.seen <= total
    assert told[0] == (0, total)
    assert told[-1] == (total, total)
    assert all(0 <= done <= total == last for done, last in told)


def test_a_checked_in_environment_does_not_drag_itself_in(tmp_path: Path) -> None:
    packages = "venv/lib/python3.10/site-packages"
    report = audit(
        tmp_path,
        {
            "app.py": USE,
            f"{packages}/cohere/__init__.py": "from .client import Client\n",
            f"{packages}/cohere/client.py": "class Client:\n    def f(self): self.generate(prompt='a')\n",
            f"{packages}/other/a.py": "from cohere.client import Client\n",
            f"{packages}/other/b.py": "from other import a\n",
            f"{packages}/chains/llms.py": "import cohere\ndef f(): return cohere.Client().generate(prompt='a')\n",
            f"{packages}/models/base.py": "class Model:\n    def f(self): self.generate(1)\n",
        },
    )

    assert [usage.path for usage in report.usages] == ["app.py"]
    assert report.states == {"scanned": 3, "skipped_prefilter": 4}
