"""Which files take part must not decide what is found: wrappers, half migrations and mentions, gate on and gate off."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

from pathlib import Path

import pytest

from tests.engine.test_analysis import audit
from tests.engine.trees import sites

TREES: dict[str, dict[str, str]] = {
    "a helper of a helper": {
        "llm.py": "import cohere\nco=cohere.Client()\ndef ask(prompt, n=1):\n    return co.generate(prompt=prompt, num_generations=n)\n",
        "mid.py": "from llm import ask\ndef outer(q):\n    return ask(q)\n",
        "app.py": "from mid import outer\nouter('x')\n",
    },
    "a helper that is passed on": {
        "llm.py": "import cohere\nclass Bot:\n    def __init__(self): self.co=cohere.Client()\n    def ask(self, prompt):\n        return self.co.generate(prompt=prompt)\n",
        "svc.py": "class S:\n    def __init__(self, bot): self.bot=bot\n    def go(self):\n        return self.bot.ask('x')\n",
        "main.py": "from llm import Bot\nfrom svc import S\nS(Bot()).go()\n",
    },
    "a framework's object": {
        "llm.py": "from langchain.llms import Cohere\nllm=Cohere()\n",
        "svc.py": "from llm import llm\nllm.generate(['a'])\n",
    },
    "a framework's subclass": {
        "llm.py": "from langchain.llms import Cohere\nclass Mine(Cohere): pass\n",
        "svc.py": "from llm import Mine\nMine(k=1)\n",
    },
    "a helper that posts": {
        "llm.py": "import requests\ndef ask(p, n):\n    return requests.post('https://api.cohere.ai/v1/generate', json={'prompt': p, 'num_generations': n})\n",
        "svc.py": "from llm import ask\nask('a',2)\n",
    },
    "a base class that sends": {
        "clients/base.py": "import requests\nclass Client:\n    def url(self):\n        raise NotImplementedError\n    def send(self, body):\n        return requests.post(self.url(), json=body)\n",
        "clients/ours.py": "from clients.base import Client\nclass CohereClient(Client):\n    def url(self):\n        return 'https://api.cohere.ai/generate'\n",
    },
    "a patch by path": {
        "app/llm.py": "import cohere\nco=cohere.Client()\nco.generate(prompt='a')\n",
        "tests/test_x.py": "def test(mocker):\n    mocker.patch('app.llm.co.generate')\n",
    },
    "a model's name elsewhere": {
        "conf.py": "MODEL='command-r'\n",
        "llm.py": "import cohere\nfrom conf import MODEL\nco=cohere.Client()\nco.chat(message='x', model=MODEL)\n",
    },
    "a response of Chat": {
        "llm.py": "import cohere\nco=cohere.Client()\ndef ask():\n    return co.chat(message='x')\n",
        "app.py": "from llm import ask\nprint(ask().generations)\n",
    },
    "a client inside an object that is passed on": {
        "llm.py": "import cohere\nclass W:\n    def __init__(self): self.co=cohere.Client()\n",
        "svc.py": "class S:\n    def __init__(self, w): self.w=w\n    def go(self):\n        return self.w.co.chat(prompt='x')\n",
        "main.py": "from llm import W\nfrom svc import S\nS(W()).go()\n",
    },
    "a base class that is given the object": {
        "api.py": "import cohere\nclass Api:\n    def __init__(self):\n        self.co = cohere.Client()\n    def run(self, text, model):\n        return self.co.chat(message=text, model=model)\n",
        "base.py": "class Gen:\n    def __init__(self, api, model):\n        self.api = api\n        self.model = model\n    def get(self, text):\n        return self.api.run(text, self.model)\n",
        "gen.py": "from api import Api\nfrom base import Gen\nclass Ours(Gen):\n    def __init__(self, model='command'):\n        super().__init__(Api(), model)\n",
    },
    "a base class that an heir's maker gives the object": {
        "api.py": "import cohere\nclass Api:\n    def __init__(self):\n        self.co = cohere.Client()\n    def run(self, text, model):\n        return self.co.chat(message=text, model=model)\n",
        "base.py": "class Gen:\n    def __init__(self, api, model):\n        self.api = api\n        self.model = model\n    def get(self, text):\n        return self.api.run(text, self.model)\n",
        "gen.py": "import cohere\nfrom base import Gen\nclass Ours(Gen):\n    pass\n",
        "app.py": "from api import Api\nfrom gen import Ours\nOurs(Api(), 'command').get('x')\n",
    },
    "a base class that sends out of an object": {
        "kit/ready.py": "from dataclasses import dataclass\n@dataclass\nclass Ready:\n    url: str\n    body: dict\n",
        "kit/base.py": "import requests\nclass Client:\n    def ready(self, query):\n        raise NotImplementedError\n    def ask(self, query):\n        row = self.ready(query)\n        return requests.post(row.url, json=row.body)\n",
        "kit/ours.py": "from kit.base import Client\nfrom kit.ready import Ready\nclass CohereClient(Client):\n    def connect(self):\n        self.host = 'https://api.cohere.ai'\n    def ready(self, query):\n        return Ready(url=self.host + '/generate', body={'prompt': query})\n",
    },
}


@pytest.mark.parametrize("case", TREES)
def test_the_gate_hides_nothing(case: str, tmp_path: Path) -> None:
    tree = TREES[case]
    wanted = [(site.path, site.span.line, site.kind, site.confidence) for site in sites(tree)]

    found = [(usage.path, usage.line, usage.kind, usage.confidence) for usage in audit(tmp_path, tree).usages]

    assert wanted
    assert found == wanted


def test_a_file_that_gets_nothing_of_the_api_is_left_out(tmp_path: Path) -> None:
    tree = {
        "llm.py": "import cohere\nfrom tools import show\nco = cohere.Client()\nco.generate(prompt='a')\nshow('done')\n",
        "tools.py": "def show(text):\n    print(text)\n",
    }

    assert audit(tmp_path, tree).parsed == 1
