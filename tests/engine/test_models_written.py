"""The line that writes a model's id down, in the proof of what names a model that is gone."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

_HEAD = "import os, cohere\nco = cohere.Client()\n"


@pytest.mark.parametrize(
    ("tree", "place"),
    [
        ({"app.py": _HEAD + 'def f(p, m="command"):\n    co.chat(message=p, model=m)\n'}, ("app.py", 3)),
        (
            {"cfg.py": 'X = 1\nM = "command"\n', "app.py": _HEAD + "import cfg\nco.chat(message='x', model=cfg.M)\n"},
            ("cfg.py", 2),
        ),
        (
            {
                "app.py": "import requests\nM = 'command'\ndef f(p, m=M):\n"
                "    requests.post('https://api.cohere.com/v1/chat', json={'message': p, 'model': m})\n"
            },
            ("app.py", 2),
        ),
    ],
)
def test_the_proof_names_the_line_that_writes_the_model_down(tree: dict[str, str], place: tuple[str, int]) -> None:
    (site,) = (row for row in sites(tree) if row.kind is Kind.DEAD_MODEL)
    assert [(step.path, step.line) for step in site.proof if step.text == "command"] == [place]


def test_a_model_that_the_call_itself_writes_is_no_step_of_its_own() -> None:
    (site,) = sites(_HEAD + 'co.chat(message="x", model="command")\n')
    assert "command" not in [step.text for step in site.proof]


WAYS: dict[str, tuple[str, int]] = {
    "a wrapper's default": (_HEAD + "def f(p, m='command'):\n    return co.generate(prompt=p, model=m)\nf('x')\n", 3),
    "a half migrated call": (_HEAD + "def f(p, m='command'):\n    return co.chat(prompt=p, model=m)\n", 3),
    "a dataclass's field": (
        "import cohere\nfrom dataclasses import dataclass\n@dataclass\nclass C:\n    m: str = 'command'\n"
        "def f(c: C, p):\n    cohere.Client().generate(prompt=p, model=c.m)\n",
        5,
    ),
    "a setting": (
        "import cohere\nfrom pydantic import Field\nfrom pydantic_settings import BaseSettings\n"
        "class S(BaseSettings):\n    m: str = Field(default='command')\ns = S()\n"
        "cohere.Client().generate(prompt='x', model=s.m)\n",
        5,
    ),
    "the environment": (_HEAD + "M = os.getenv('M', 'command')\nco.generate(prompt='x', model=M)\n", 3),
    "a command line": (
        _HEAD + "import argparse\np = argparse.ArgumentParser()\np.add_argument('--m', default='command')\n"
        "args = p.parse_args()\nco.generate(prompt='x', model=args.m)\n",
        5,
    ),
    "a framework's object": (
        "from langchain_cohere import ChatCohere\ndef make(m='command'):\n    return ChatCohere(model=m)\n",
        2,
    ),
    "a request": (
        "import requests\ndef f(p, m='command'):\n"
        "    requests.post('https://api.cohere.com/v1/generate', json={'prompt': p, 'model': m})\n",
        2,
    ),
}


@pytest.mark.parametrize("way", WAYS)
def test_each_use_whose_model_is_a_default_names_its_line(way: str) -> None:
    text, line = WAYS[way]
    found = sites(text)
    assert found
    for site in found:
        assert [(step.path, step.line) for step in site.proof if step.text == "command"] == [("app.py", line)], site


@pytest.mark.parametrize(
    "text",
    [
        "co.generate(prompt='x', model='command')\n",
        "M = 'command-a-03-2025'\nco.generate(prompt='x', model=M)\n",
        "import requests\nURL = 'https://api.cohere.com/v1/generate'\n"
        "requests.post(URL, json={'prompt': 'x', 'model': 'command'})\n",
    ],
)
def test_a_model_that_answers_or_that_the_call_writes_is_no_step(text: str) -> None:
    (site,) = sites(_HEAD + text)
    assert not any(step.text.startswith("command") for step in site.proof)


def test_what_another_function_is_handed_says_nothing() -> None:
    tree = (
        "import cohere\nco = cohere.Client()\ndef ask(p, model):\n    return co.chat(message=p, model=model)\n"
        "def other(p, model):\n    pass\npool.submit(other, 'x', 'command-r')\npool.submit(ask, 'command-r', given)\n"
    )
    assert not sites(tree)
