"""Strings that name a Generate method: patches and tables are mentions, comments and other strings are not."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import CallSite, Confidence, Kind
from audits.engine.judge import judge
from tests.engine.trees import sites

APP = {"app/__init__.py": "", "app/llm.py": "import cohere\nco = cohere.Client()\n"}


def mentions(tree: dict[str, str] | str) -> list[CallSite]:
    return [site for site in sites(tree) if site.kind is Kind.MENTION]


FOUND: dict[str, tuple[str, int, str]] = {
    "patch": ("from unittest.mock import patch\nwith patch('cohere.Client.generate'): ...\n", 2, "generate"),
    "a decorator": ("from unittest import mock\n@mock.patch('cohere.client.Client.generate_stream')\ndef test(): ...\n", 2, "generate_stream"),
    "a fixture": ("def test(mocker):\n    mocker.patch('cohere.AsyncClient.generate')\n", 2, "generate"),
    "monkeypatch by path": ("def test(monkeypatch):\n    monkeypatch.setattr('cohere.Client.generate', fake)\n", 2, "generate"),
    "patch.object": ("import cohere\nfrom unittest.mock import patch\nwith patch.object(cohere.Client, 'generate'): ...\n", 3, "generate"),
    "an object": ("import cohere\nco = cohere.Client()\ndef test(mocker):\n    mocker.patch.object(co, 'batch_generate')\n", 4, "batch_generate"),
    "monkeypatch by object": ("import cohere\ndef test(monkeypatch):\n    monkeypatch.setattr(cohere.Client, 'generate', fake)\n", 3, "generate"),
    "a table": ("WRAPPED = [('cohere.Client.generate', 'llm_input')]\n", 1, "generate"),
}  # fmt: skip
SILENT = {
    "a comment": "import cohere\n# cohere.Client.generate\n",
    "a sentence": "import cohere\nx = 'Calls cohere.Client.generate for you'\n",
    "a docstring": "import cohere\ndef f():\n    'See cohere.Client.generate.'\n",
    "another class": "import cohere\nfrom unittest.mock import patch\npatch('openai.Client.generate')\n",
    "another object": "import cohere\nfrom vllm import LLM\nfrom unittest.mock import patch\npatch.object(LLM, 'generate')\n",
    "Chat": "from unittest.mock import patch\npatch('cohere.Client.chat')\n",
    "a method that the class does not have": "x = 'cohere.ClientV2.batch_generate'\n",
    "a route": "import cohere\napp.route('/generate')\n",
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds(case: str) -> None:
    tree, line, method = FOUND[case]

    assert [(site.span.line, site.method) for site in mentions(tree)] == [(line, method)]


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert mentions(SILENT[case]) == []


def test_a_patch_of_the_trees_own_client_is_followed() -> None:
    (site,) = mentions({**APP, "tests/test_a.py": "def test(mocker):\n    mocker.patch('app.llm.co.generate')\n"})

    assert (site.path, site.client, site.confidence) == ("tests/test_a.py", "cohere.Client", Confidence.CONFIRMED)
    assert [(step.path, step.line) for step in site.proof] == [
        ("tests/test_a.py", 2), ("app/llm.py", 2), ("app/llm.py", 1),
    ]  # fmt: skip


def test_a_mention_is_no_call_and_changes_with_the_calls() -> None:
    usage = judge(mentions(FOUND["patch"][0])[0])

    assert (usage.parameters, usage.defaults) == ((), ())
    assert usage.replacement is not None
    assert usage.replacement.v2 == ""
    assert usage.replacement.notes[0].startswith("It changes with the calls")


def test_getattr_is_a_call_and_no_mention() -> None:
    (site,) = sites("import cohere\nco = cohere.Client()\ngetattr(co, 'generate')(prompt='a')\n")

    assert site.kind is Kind.SDK_CALL


URL = "https://api.cohere.ai/v1/generate"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (f"URL = '{URL}'\n", [1]),
        (f"import mock\nmock.assert_called_with('{URL}', json={{'prompt': 'a'}})\n", [2]),
        (f"from lib import Req, go\ngo(Req(url='{URL}', body={{'prompt': 'a'}}))\n", []),
        (f"import requests\nURL = '{URL}'\nrequests.post(URL, json={{'prompt': 'a'}})\n", []),
        (f"import requests\nrequests.post(\n    '{URL}',\n    json={{'prompt': 'a'}},\n)\n", []),
        (f"DOC = 'at {URL} for more'\n", []),
        ("URL = 'https://docs.cohere.com/reference/generate'\nLOCAL = 'http://localhost:11434/api/generate'\n", []),
    ],
)
def test_an_address_that_nothing_is_seen_to_send_to_is_a_mention(text: str, lines: list[int]) -> None:
    found = [row for row in sites(text) if row.kind is Kind.MENTION]

    assert [row.span.line for row in found] == lines
    assert all(text.split("\n")[step.line - 1].find(step.text) >= 0 for row in found for step in row.proof)


def test_a_call_that_takes_the_address_and_a_prompt_is_likely_a_request():
    tree = {
        "base.py": "from lib import Remote\nclass Http(Remote):\n    pass\n",
        "app.py": (
            "from base import Http\nfrom lib import Req\nclass Co:\n    def url(self):\n"
            f"        return '{URL}'\n"
            "    def ask(self, p):\n        return Http().process(Req(url=self.url(), body={'prompt': p, 'k': 3}))\n"
        ),
    }
    (site,) = sites(tree)

    assert (site.kind, site.confidence, site.path, site.span.line) == (Kind.RAW_HTTP, Confidence.LIKELY, "app.py", 7)
    assert [argument.name for argument in site.arguments] == ["prompt", "k"]
    assert (site.proof[0].path, site.proof[0].line) == ("app.py", 5)


NAMED_IN_PARTS = [
    "wrap_function_wrapper('cohere.client', 'Client.generate', f)",
    "ROWS = [{'module': 'cohere.client', 'object': 'Client', 'method': 'generate'}]",
    "ROWS = [('cohere', 'Client.generate')]",
]


@pytest.mark.parametrize("line", NAMED_IN_PARTS)
def test_strings_beside_each_other_name_a_method(line: str) -> None:
    (site,) = sites(f"{line}\n")

    assert (site.span.line, site.kind, site.client) == (1, Kind.MENTION, "cohere.Client")
    assert not sites(line.replace("cohere", "openai"))
    assert not sites(f"# cohere\n{line.replace('Client', 'Model')}\n")


@pytest.mark.parametrize("made", ["MagicMock(spec=cohere.Client)", "create_autospec(cohere.Client)"])
def test_a_mock_of_a_client_mentions_its_method(made: str) -> None:
    head = "import cohere\nfrom unittest.mock import MagicMock, create_autospec\nclass Own: ...\n"
    text = f"{head}co = {made}\nco.generate.return_value = 3\nco.generate.assert_called_once_with(prompt='x')\n"

    assert [(site.span.line, site.kind) for site in sites(text)] == [(5, Kind.MENTION), (6, Kind.MENTION)]
    assert not sites(text.replace("cohere.Client)", "Own)").replace("co =", "m =").replace("co.gen", "m.gen"))
