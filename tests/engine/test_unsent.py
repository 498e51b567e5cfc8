"""Bodies of Generate's that nothing in sight sends."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

HEAD = "# Cohere Command on Bedrock\nfrom base import Adapter, clean\n"
BODY = "def body(prompt, s):\n    return clean({'prompt': prompt, 'k': s.k, 'num_generations': 1})\n"
FILLED = """def convert(p):
    ret = {}
    ret["return_likelihoods"] = "ALL"
    return ret
def body(prompt, params):
    return {"prompt": prompt, **params}
"""


@pytest.mark.parametrize(("text", "line", "sure"), [(BODY, 4, "likely"), (FILLED, 8, "possible")])
def test_a_body_that_only_generate_takes_is_told_where_it_is_made(text: str, line: int, sure: str) -> None:
    (row,) = sites({"app/bedrock_cohere.py": HEAD + text})
    assert (row.kind, row.span.line, str(row.confidence)) == (Kind.BEDROCK, line, sure)
    assert "prompt" in {argument.name for argument in row.arguments}


@pytest.mark.parametrize(
    "text",
    [
        "def body(prompt, s):\n    return {'prompt': prompt, 'k': s.k, 'max_tokens': 1}\n",
        "ANSWER = {'prompt': 'x', 'generations': [], 'return_likelihoods': 'NONE'}\n",
        "class Config:\n    schema_extra = {'example': {'prompt': 'x', 'num_generations': 1}}\n",
        "FIELDS = {'prompt': {'type': 'string'}, 'num_generations': {'type': 'integer'}}\n",
    ],
)
def test_what_others_take_too_and_what_describes_a_body_stay_silent(text: str) -> None:
    assert not sites({"app/bedrock_cohere.py": HEAD + text})


def test_of_one_module_for_many_vendors_only_the_one_of_cohere_is_told() -> None:
    text = 'KEEP = {"num_generations": 1}\n' + "".join(
        f'class {name}Adapter:\n    def body(self, prompt, kw):\n        return {{"prompt": prompt, **kw}}\n'
        for name in ("Titan", "CohereCommand", "Llama")
    )
    (row,) = sites({"app/adapters.py": HEAD + text})
    assert (row.scope, row.span.line) == ("CohereCommandAdapter.body", 9)


def test_a_body_that_a_librarys_object_is_given_goes_elsewhere() -> None:
    text = "import boto3\nboto3.client('x').put(json={'prompt': 'p', 'return_likelihoods': 'ALL'})\n"
    assert not sites({"app/bedrock_cohere.py": HEAD + text})


def test_a_body_that_a_request_in_sight_sends_is_told_once() -> None:
    send = "import requests\nfrom app.body import body\nURL = 'https://api.cohere.ai/v1/generate'\n"
    ask = "def ask(p, s):\n    return requests.post(URL, json=body(p, s)).json()\n"
    rows = sites({"app/body.py": HEAD + BODY.replace("clean(", "dict("), "app/ask.py": send + ask})
    assert [row.path for row in rows if row.kind is not Kind.WRAPPER_PROJECT] == ["app/ask.py"]
    assert not sites({"tests/test_body.py": HEAD + BODY})
