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
