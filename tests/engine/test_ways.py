"""Ways on which a client reaches a call: each case's uses are the lines that end with the mark and a confidence."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.trees import marked

WAYS: dict[str, dict[str, str]] = {
    "a class pattern's capture": {"app.py": "import cohere\ndef f(x):\n    match x:\n        case cohere.Client() as c:\n            c.generate(prompt='a')  # use likely\n"},
    "a capture of a known subject": {"app.py": "import cohere\nmatch cohere.Client():\n    case co:\n        co.generate(prompt='a')  # use confirmed\n"},
    "a capture inside a tuple": {"app.py": "import cohere\nmatch ('a', cohere.Client()):\n    case ('a', co):\n        co.generate(prompt='a')  # use confirmed\n"},
    "a capture inside a mapping": {"app.py": "import cohere\nd = {'c': cohere.Client()}\nmatch d:\n    case {'c': co}:\n        co.generate(prompt='a')  # use confirmed\n"},
    "another class's capture": {"app.py": "import cohere\nfrom ollama import Client\ndef f(x):\n    match x:\n        case Client() as c:\n            c.generate(prompt='a')\n"},
    "isinstance": {"app.py": "import cohere\ndef f(c):\n    if isinstance(c, cohere.Client) and c:\n        c.generate(prompt='a')  # use likely\n    else:\n        c.generate(prompt='a')\n"},
    "isinstance of another class": {"app.py": "import cohere, ollama\ndef f(c):\n    if isinstance(c, ollama.Client):\n        c.generate(prompt='a')\n"},
    "an annotation's alias": {"app.py": "import cohere\nfrom typing import Annotated\nfrom fastapi import Depends\ndef get():\n    return cohere.Client()\nCo = Annotated[cohere.Client, Depends(get)]\ndef r(co: Co):\n    co.generate(prompt='a')  # use confirmed\n"},
    "an alias of another module": {"deps.py": "import cohere\nfrom typing import Annotated\nfrom fastapi import Depends\ndef get():\n    return cohere.Client()\nCo = Annotated[cohere.Client, Depends(get)]\n", "app.py": "from deps import Co\ndef r(co: Co):\n    co.generate(prompt='a')  # use confirmed\n"},
    "a fixture with another name": {"conftest.py": "import pytest, cohere\n@pytest.fixture(name='co')\ndef make():\n    return cohere.Client()\n", "test_a.py": "def test_a(co):\n    co.generate(prompt='a')  # use confirmed\n"},
    "a fixture of a test's class": {"test_a.py": "import pytest, cohere\nclass TestA:\n    @pytest.fixture\n    def co(self):\n        return cohere.Client()\n    def test_a(self, co):\n        co.generate(prompt='a')  # use confirmed\n"},
    "an imported fixture": {"fixtures.py": "import pytest, cohere\n@pytest.fixture\ndef co():\n    yield cohere.Client()\n", "test_a.py": "from fixtures import co\ndef test_a(co):\n    co.generate(prompt='a')  # use confirmed\n"},
    "a field's factory": {"app.py": "import cohere\nfrom typing import Any\nfrom dataclasses import dataclass, field\n@dataclass\nclass A:\n    co: Any = field(default_factory=cohere.Client)\n    def f(self):\n        self.co.generate(prompt='a')  # use confirmed\n"},
    "a field's factory in a lambda": {"app.py": "import cohere\nfrom pydantic import BaseModel, Field\nclass A(BaseModel):\n    co: object = Field(default_factory=lambda: cohere.Client('k'))\n    def f(self):\n        self.co.generate(prompt='a')  # use confirmed\n"},
    "a validator": {"app.py": "import cohere\nfrom typing import Any\nfrom pydantic import BaseModel, root_validator\nclass A(BaseModel):\n    client: Any\n    @root_validator()\n    def check(cls, values):\n        values['client'] = cohere.Client(values['key'])\n        return values\n    def f(self):\n        self.client.generate(prompt='a')  # use confirmed\n"},
    "a configuration of the current application": {"app.py": "import cohere\nfrom flask import Flask\napp = Flask('a')\napp.config['co'] = cohere.Client()\n", "views.py": "from flask import current_app\ndef f():\n    current_app.config['co'].generate(prompt='a')  # use likely\n"},
    "a proxy": {"app.py": "import cohere\nclass P:\n    def __init__(self):\n        self.inner = cohere.Client()\n    def __getattr__(self, name):\n        return getattr(self.inner, name)\nP().generate(prompt='a')  # use confirmed\n"},
    "a proxy's own method": {"app.py": "import cohere\nclass P:\n    def __init__(self):\n        self.inner = cohere.Client()\n    def __getattr__(self, name):\n        return getattr(self.inner, name)\n    def generate(self, prompt):\n        return prompt\nP().generate(prompt='a')\n"},
    "a dictionary's items": {"app.py": "import cohere\nD = {'a': cohere.Client()}\nfor name, co in D.items():\n    co.generate(prompt='a')  # use confirmed\n"},
    "enumerate": {"app.py": "import cohere\nfor at, co in enumerate([cohere.Client()]):\n    co.generate(prompt='a')  # use confirmed\n"},
    "zip": {"app.py": "import cohere\nfor co, p in zip([cohere.Client()], ['a']):\n    co.generate(prompt=p)  # use confirmed\n"},
    "a name of the method": {"app.py": "import cohere\nHOW = 'generate'\nco = cohere.Client()\ngetattr(co, HOW)(prompt='a')  # use confirmed\n"},
    "a method that an heir fills in": {"app.py": "import cohere\nclass B:\n    def make(self):\n        raise NotImplementedError\n    def f(self):\n        self.make().generate(prompt='a')  # use confirmed\nclass C(B):\n    def make(self):\n        return cohere.Client()\n"},
    "a branch that returns": {"app.py": "import cohere, other\ndef f(new):\n    if new:\n        co = cohere.Client()\n        return co.generate(prompt='a')  # use confirmed\n    elif new is None:\n        co = other.Thing()\n    return co.generate(prompt='b')\n"},
    "another way of a choice": {"app.py": "import cohere, other\ndef f(new, x):\n    if new:\n        x = cohere.Client()\n    elif new is None:\n        return x.generate(prompt='a')\n    return x.generate(prompt='b')  # use confirmed\n"},
    "another case of a match": {"app.py": "import cohere\ndef f(new, x):\n    match new:\n        case 1:\n            x = cohere.Client()\n        case 2:\n            return x.generate(prompt='a')\n    return x.generate(prompt='b')  # use confirmed\n"},
    "another way in the next round": {"app.py": "import cohere\ndef f(words, x):\n    for word in words:\n        if word == 'new':\n            x = cohere.Client()\n        else:\n            x.generate(prompt=word)  # use confirmed\n"},
    "a branch that goes on": {"app.py": "import cohere, other\ndef f(new):\n    if new:\n        co = cohere.Client()\n    else:\n        raise ValueError\n    return co.generate(prompt='b')  # use confirmed\n"},
    "a try that returns": {"app.py": "import cohere\ndef f():\n    try:\n        co = cohere.Client()\n        return co.generate(prompt='a')  # use confirmed\n    except ValueError:\n        return co.generate(prompt='b')  # use confirmed\n"},
}  # fmt: skip


@pytest.mark.parametrize("case", WAYS)
def test_it_follows(case: str) -> None:
    wanted, found = marked(WAYS[case])

    assert found == wanted
