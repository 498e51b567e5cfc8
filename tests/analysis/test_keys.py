"""A key that is written in a repository is in nothing that a reading gives."""

import json

import pytest

from audits.analysis import NullStore, analyse
from audits.engine import codec
from audits.gitstore import open_local

KEY = "SEC7abcdefgh"
URL = "https://api.cohere.ai/v1/generate?api_key"


def read(builder, commit, sandbox):
    with open_local(builder.path, commit) as source:
        return analyse(source, sandbox, NullStore())


@pytest.mark.parametrize(
    "lines",
    [
        f'import os\ncohere.Client(os.environ.get("X") or "{KEY}").generate(prompt="x")\n',
        f'cohere.Client(token="{KEY}").generate(prompt="x")\n',
        'cohere.Client("SEC7" "abcdefgh").generate(prompt="x")\n',
        f'def get(k):\n    return cohere.Client(k)\nget("{KEY}").generate(prompt="x")\n',
        f'def ask(q, key):\n    return cohere.Client(key).generate(prompt=q)\nask("x", "{KEY}")\n',
        'def ask(q, key):\n    return cohere.Client(key).generate(prompt=q)\nask(q="x", key="SEC7" "abcdefgh")\n',
        "class L:\n    def __init__(self, api_key):\n        self.co = cohere.Client(api_key)\n"
        f'    def go(self, p):\n        return self.co.generate(prompt=p)\nL("{KEY}").go("x")\n',
        f'(cohere.Client if 1 else None)("{KEY}").generate(prompt="x")\n',
        f'cohere.Client(*["{KEY}"]).generate(prompt="x")\n',
        f'import os\ncohere.Client(api_key=f"{KEY}{{os.name}}").generate(prompt="x")\n',
        f'import requests\nrequests.post("{URL}={KEY}", json={{"prompt": "x"}})\n',
        "import requests\n"
        f'requests.post("{URL[:-8]}", headers={{"Authorization": "Bearer " + "{KEY}"}}, json={{"prompt": "x"}})\n',
    ],
)
def test_a_key_stays_in_its_repository_and_is_said(builder, sandbox, lines):
    commit = builder.commit({"app.py": f"import cohere\n{lines}"})
    report = read(builder, commit, sandbox)
    assert report.usages
    told = json.dumps(codec.encode(report.usages))
    assert KEY not in told
    assert "abcdefgh" not in told
    assert any(usage.hardcoded_key for usage in report.usages)


def test_a_key_of_another_file_is_masked_where_a_caller_names_it(builder, sandbox):
    commit = builder.commit(
        {
            "llm.py": f'import cohere\nDEFAULT = "{KEY}"\ndef ask(q, key=DEFAULT):\n'
            "    return cohere.Client(key).generate(prompt=q)\n",
            "app.py": f'from llm import ask\nask("x", "{KEY}")\n',
        }
    )
    report = read(builder, commit, sandbox)
    assert {usage.path for usage in report.usages} == {"app.py", "llm.py"}
    assert KEY not in json.dumps(codec.encode(report.usages))


def test_the_cell_of_a_notebook_shows_no_variable_s_key(builder, sandbox):
    source = ["%env CO_API_KEY=SEC61abcdefgh\n", "import cohere\n", 'cohere.Client().generate(prompt="x")\n']
    cell = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": source}
    commit = builder.commit(
        {"a.ipynb": json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})}
    )
    report = read(builder, commit, sandbox)
    assert report.usages
    assert "SEC61" not in json.dumps(codec.encode(report.usages))
