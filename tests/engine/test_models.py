"""Models that Chat calls name and that are gone, wherever the name is written."""

import pytest

from audits.engine.facts import Confidence, Kind
from audits.engine.judge import judge
from tests.engine.trees import sites

_HEAD = "import os, cohere\nco = cohere.Client()\n"
CASES: dict[str, dict[str, str]] = {
    "a variable of the environment": {
        "app.py": _HEAD + 'MODEL = os.getenv("MODEL", "command")\nco.chat(message="x", model=MODEL)\n'
    },
    "one or the other": {
        "app.py": _HEAD + 'def f(model=None):\n    return co.chat(message="x", model=model or "command")\n'
    },
    "what a caller passes": {
        "app.py": _HEAD + 'def f(p, model):\n    return co.chat(message=p, model=model)\nf("x", "command-r-plus")\n'
    },
    "what a caller elsewhere passes": {
        "llm.py": _HEAD + "def f(p, model):\n    return co.chat(message=p, model=model)\n",
        "app.py": 'from llm import f\nf("x", model="command-r-plus")\nf("y", model="command-a-03-2025")\n',
    },
    "what has it run elsewhere": {
        "app.py": _HEAD + "def f(p, model):\n    return co.chat(message=p, model=model)\n"
        'def g(pool, args):\n    return pool.submit(f, "x", args or "command-r")\n'
    },
    "what has a method run elsewhere": {
        "app.py": _HEAD + "class A:\n    def f(self, p, model):\n        return co.chat(message=p, model=model)\n"
        'loop.run_in_executor(None, A().f, "x", "command-r")\n'
    },
    "the constructor of a base class": {
        "app.py": "import os, cohere\nclass Base:\n    def __init__(self, name):\n        self.name = name\n"
        "class LLM(Base):\n    def __init__(self, name=None):\n        if name is None:\n"
        '            name = os.getenv("NAME", "command")\n        super().__init__(name=name)\n'
        "        self.co = cohere.Client()\n"
        "    def ask(self, p):\n        return self.co.chat(message=p, model=self.name)\n"
    },
    "one of two branches": {
        "app.py": _HEAD + 'def f(known):\n    model = "command-light"\n    if model not in known:\n'
        '        model = list(known)[0] if known else "command-light"\n'
        '    return co.chat(model=model, message="x")\n'
    },
    "an entry of a dictionary that is an attribute": {
        "app.py": 'import cohere\nclass LLM:\n    def __init__(self, model="command-r"):\n'
        '        self.args = {"model": model}\n'
        "        self.co = cohere.Client()\n    def ask(self, p):\n"
        "        return self.co.chat(message=p, **self.args)\n"
    },
    "a dictionary that is handed on with the method": {
        "app.py": 'import cohere\nfrom runner import run\nclass LLM:\n    def __init__(self, model="command-r"):\n'
        '        self.args = {"model": model}\n        self.co = cohere.Client()\n'
        '    def ask(self, p):\n        return run(fn=self.co.chat, options=self.args | {"message": p})\n'
    },
    "what an heir gives": {
        "app.py": "import cohere\nclass Base:\n    model: str\n    def ask(self, p):\n"
        '        return cohere.Client().chat(message=p, model=self.model)\nclass LLM(Base):\n    model = "command-r"\n'
    },
    "a field that the constructor of a Pydantic base fills": {
        "base.py": "from pydantic import BaseModel\nclass Base(BaseModel):\n    name: str\n"
        "    def __init__(self, name, **rest):\n        super().__init__(name=name, **rest)\n",
        "app.py": "import cohere\nfrom base import Base\nclass LLM(Base):\n    def __init__(self, name=None):\n"
        '        super().__init__(name=name or "command")\n        self.co = cohere.Client()\n'
        "    def ask(self, p):\n        return self.co.chat(message=p, model=self.name)\n",
    },
    "an entry of a table, whichever": {
        "app.py": _HEAD + 'MODELS = {"fast": "command-light", "best": "command-a-03-2025"}\n'
        'def f(p, name="fast"):\n    return co.chat(message=p, model=MODELS[name])\n'
    },
    "a field of a dataclass, as a caller fills it": {
        "app.py": "import cohere\nfrom dataclasses import dataclass\n@dataclass\nclass LLM:\n    co: cohere.Client\n"
        '    model: str = "command-a-03-2025"\n    def ask(self, p):\n'
        "        return self.co.chat(message=p, model=self.model)\n"
        'LLM(cohere.Client(), "command-r").ask("x")\n'
    },
    "an entry before the default beside it": {
        "app.py": _HEAD + 'CFG = {"model": "command-r"}\n'
        'def f():\n    return co.chat(message="x", model=CFG.get("model", "command-a-03-2025"))\n'
    },
    "a list that is counted": {
        "app.py": _HEAD + 'MODELS = ["command-a-03-2025", "command-r"]\n'
        'for at, name in enumerate(MODELS):\n    co.chat(message="x", model=name)\n'
    },
    "the values of a table": {
        "app.py": _HEAD + 'MODELS = {"small": "command-r", "large": "command-a-03-2025"}\n'
        'for label, name in MODELS.items():\n    co.chat(message="x", model=name)\n'
    },
    "a property": {
        "app.py": _HEAD + 'class LLM:\n    @property\n    def model(self):\n        return "command-r"\n'
        '    def ask(self):\n        return co.chat(message="x", model=self.model)\n'
    },
    "what a function chooses": {
        "app.py": _HEAD + 'def pick(fast):\n    if fast:\n        return "command-light"\n'
        '    return "command-a-03-2025"\nco.chat(message="x", model=pick(True))\n'
    },
    "a variable of the environment that the program sets": {
        "app.py": _HEAD + 'os.environ["M"] = "command"\nco.chat(message="x", model=os.environ.get("M", "m"))\n'
    },
    "one that another file sets where nobody else has": {
        "cohere_settings.py": 'from os import environ\nenviron.setdefault("M", "command")\n',
        "app.py": _HEAD + 'co.chat(message="x", model=os.environ["M"])\n',
    },
    "one of several that are set together": {
        "app.py": _HEAD + 'os.environ.update({"M": "command"}, N="x")\nco.chat(message="x", model=os.getenv("M"))\n'
    },
    "an attribute of an unpacked object": {
        "app.py": _HEAD + 'class S:\n    def __init__(self, model="command-r"):\n        self.model = model\n'
        'co.chat(message="x", **vars(S()))\n'
    },
    "an attribute in the dictionary of an object": {
        "app.py": _HEAD + 'class S:\n    def __init__(self, model="command-r"):\n        self.model = model\n'
        's = S()\nco.chat(message="x", **s.__dict__)\n'
    },
    "a field of a dataclass": {
        "app.py": _HEAD + "import dataclasses\n@dataclasses.dataclass\nclass P:\n"
        '    model: str = "command"\np = P()\nco.chat(message="x", **dataclasses.asdict(p))\n'
    },
    "what is sent to a generator": {
        "app.py": _HEAD + 'def work():\n    model = yield\n    co.chat(message="x", model=model)\n'
        'w = work()\nw.send("command-r")\n'
    },
    "what a helper is asked for where nothing is set": {
        "app.py": _HEAD + 'def env(name, default=""):\n    return os.environ.get(name, default)\n'
        'KEY = env("KEY", "k")\nco.chat(message="x", model=env("M", env("N", "command")))\n'
    },
    "an option that is declared where nobody imports this": {
        "options.py": 'def add(p):\n    p.add_argument("--cohere-model", default="command-r")\n',
        "app.py": _HEAD + 'def run(args):\n    co.chat(message="x", model=args.cohere_model)\n',
    },
    "a branch beside what is not known": {
        "app.py": _HEAD + 'def f(x):\n    model = "command-light"\n    if x:\n        model = x.model\n'
        '    return co.chat(model=model, message="x")\n'
    },
}


@pytest.mark.parametrize("tree", CASES.values(), ids=CASES)
def test_a_model_that_is_gone_is_found(tree: dict[str, str]) -> None:
    (site,) = (row for row in sites(tree) if row.kind is Kind.DEAD_MODEL)
    assert "chat" in site.callee
    assert site.confidence is Confidence.LIKELY


@pytest.mark.parametrize(
    "text",
    [
        'def f(p, model):\n    return co.chat(message=p, model=model)\nf("x", "command-a-03-2025")\n',
        'def f(p, model, n):\n    return co.chat(message=p, model=model)\nf("x", "command-a-03-2025", "command")\n',
        'MODEL = os.getenv("command")\nco.chat(message="x", model=MODEL)\n',
        'MODELS = {"a": "command-light", "b": "command-a-03-2025"}\nco.chat(message="x", model=MODELS["b"])\n',
        'def f(model):\n    return f(model) or co.chat(message="x", model=model)\n',
        'CFG = {"model": "command-a-03-2025"}\nco.chat(message="x", model=CFG.get("model", "command"))\n',
        'NAMES = {"command": "command-a-03-2025"}\nfor a, b in NAMES.items():\n    co.chat(message=a, model=b)\n',
        'def pick():\n    return "command-a-03-2025"\nco.chat(message="x", model=pick())\n',
        'def env(name, default=""):\n    return os.environ.get(name, default)\n'
        'NAME = env("NAME", "command")\nco.chat(message="x", model=env("M", "command-a-03-2025"))\n',
        'def same(x, y="command"):\n    return x\nsame("command")\nco.chat(message="x", model=same("m"))\n',
        'def same(a, m="command"):\n    return m\nco.chat(message="x", model=same(1, **given))\n',
        'def same(a, m="command"):\n    return m\nco.chat(message="x", model=same(*given))\n',
        'os.environ["N"] = "command"\nco.chat(message="x", model=os.environ.get("M"))\n',
        'settings["M"] = "command"\nco.chat(message="x", model=os.environ.get("M"))\n',
        'class S:\n    model = "command"\nco.chat(message="x", **vars(S()))\n',
        'class S:\n    def f(self):\n        self._model = "command"\nco.chat(message="x", **vars(S()))\n',
        'def work():\n    model = yield\n    co.chat(message="x", model=model)\nw = other()\nw.send("command")\n',
    ],
)
def test_a_model_that_answers_is_silent(text: str) -> None:
    assert [row for row in sites(_HEAD + text) if row.kind is Kind.DEAD_MODEL] == []


def test_an_option_of_another_program_says_nothing() -> None:
    tree = {
        "listen.py": 'def add(p):  # cohere\n    p.add_argument("--model", default="command")\n',
        "app.py": _HEAD + 'def run(args):\n    co.chat(message="x", model=args.model)\n',
    }
    assert sites(tree) == ()


def test_what_a_test_sets_is_its_own() -> None:
    tree = {
        "tests/test_app.py": 'import os  # cohere\nos.environ["M"] = "command"\n',
        "app.py": _HEAD + 'co.chat(message="x", model=os.environ["M"])\n',
    }
    assert sites(tree) == ()


def test_what_a_sibling_or_another_class_is_made_with_says_nothing() -> None:
    tree = _HEAD + (
        "from pydantic import BaseModel\nclass Base(BaseModel):\n    name: str\n"
        "class LLM(Base):\n    def __init__(self, name):\n        super().__init__(name=name)\n"
        "    def ask(self, p):\n        return co.chat(message=p, model=self.name)\n"
        'class Other(Base):\n    def __init__(self):\n        super().__init__(name="command-r")\n'
        'class Unlike(BaseModel):\n    name: str\nLLM("command-a-03-2025")\nUnlike(name="command")\n'
    )
    assert not [row for row in sites(tree) if row.kind is Kind.DEAD_MODEL]


def test_a_request_to_chat_names_its_model_in_an_attribute() -> None:
    (site,) = sites(
        """
        import requests
        class Provider:
            def __init__(self, key, model="command-r"):
                self.model = model
                self.url = "https://api.cohere.ai/v1/chat"
            def ask(self, prompt):
                payload = {"model": self.model, "message": prompt}
                return requests.post(self.url, json=payload)
        """
    )
    assert (site.kind, site.confidence, site.span.line) == (Kind.DEAD_MODEL, Confidence.LIKELY, 9)
    assert [(row.name, row.literal) for row in site.arguments] == [("model", "command-r")]


def test_a_request_to_chat_with_a_model_that_lives_is_none() -> None:
    assert not sites(
        """
        import requests
        class Provider:
            def __init__(self, key, model="command-a-03-2025"):
                self.model = model
            def ask(self, prompt):
                return requests.post("https://api.cohere.ai/v1/chat", json={"model": self.model, "message": prompt})
        """
    )


def test_a_name_that_is_bound_again_at_the_end_of_a_module_says_nothing() -> None:
    tree = _HEAD + 'MODEL = "command-r"\nMODEL = "command-a-03-2025"\ndef f(p):\n    co.chat(message=p, model=MODEL)\n'
    assert not [row for row in sites(tree) if row.kind is Kind.DEAD_MODEL]


def test_what_only_a_test_asks_for_is_nothing_that_others_need() -> None:
    tree = {
        "llm.py": _HEAD + "def ask(p, model):\n    return co.chat(message=p, model=model)\n",
        "tests/test_llm.py": 'from llm import ask\nask("x", "command-r-plus")\n',
    }
    assert not [row for row in sites(tree) if row.kind is Kind.DEAD_MODEL]


SETTINGS = """import cohere
class Settings(Base):
    model_name: str = "command"
class Bot:
    config: Any
    def ask(self):
        return cohere.Client().chat(message='x', model=self.config.model_name)
"""


def test_the_one_class_of_the_file_with_the_field_tells_the_model() -> None:
    (site,) = sites(SETTINGS)
    assert (site.kind, str(site.confidence), site.span.line) == (Kind.DEAD_MODEL, "likely", 7)
    assert not sites(f"{SETTINGS}class Other:\n    model_name: str = 'x'\n")
    assert not sites(SETTINGS.replace("Any", "Known") + "class Known:\n    pass\n")


_POST = 'requests.post("https://api.cohere.com/v1/generate", json='
DECIDED: dict[str, dict[str, str]] = {
    "the default of a function that sends": {
        "app.py": 'import requests\ndef ask(prompt, model="command"):\n    body = {"model": model, "prompt": prompt}\n'
        f"    return {_POST}body)\n"
    },
    "a setting with a default": {
        "app.py": _HEAD + 'MODEL = os.getenv("MODEL", "command")\nco.generate(prompt="x", model=MODEL)\n'
    },
    "the same, sent by HTTP": {
        "app.py": 'import os, requests\nMODEL = os.getenv("MODEL", "command-light")\n'
        f'{_POST}{{"model": MODEL, "prompt": "x"}})\n'
    },
    "one of a table": {
        "app.py": _HEAD + 'MODELS = {"a": "command", "b": "base"}\ndef ask(kind):\n    model = MODELS[kind]\n'
        '    return co.generate(prompt="x", model=model)\n'
    },
    "one or the other behind a name": {
        "app.py": _HEAD + 'def ask(fast):\n    model = "command-light" if fast else "command"\n'
        '    return co.generate(prompt="x", model=model)\n'
    },
    "the default of a field": {
        "app.py": "from dataclasses import dataclass, asdict\n" + _HEAD + "@dataclass\nclass Params:\n"
        '    model: str = "command"\n    k: int = 0\nco.generate(prompt="x", **asdict(Params()))\n'
    },
    "the default of a caller of a wrapper": {
        "llm.py": _HEAD + "def ask(prompt, engine):\n    return co.generate(prompt=prompt, model=engine)\n",
        "app.py": 'from llm import ask\ndef run(p, name="command"):\n    return ask(prompt=p, engine=name)\n',
    },
    "the same by position": {
        "llm.py": _HEAD + "def ask(prompt, engine):\n    return co.generate(prompt=prompt, model=engine)\n",
        "app.py": 'from llm import ask\nNAME = "command"\ndef run(p):\n    return ask(p, NAME)\n',
    },
}


@pytest.mark.parametrize("tree", DECIDED.values(), ids=DECIDED)
def test_a_model_that_is_decided_elsewhere_is_judged_like_one_that_is_written(tree: dict[str, str]) -> None:
    found = [judge(row) for row in sites(tree)]
    verdicts = [str(row.verdict) for usage in found for row in usage.parameters if row.name == "model"]

    assert verdicts == ["changed"] * len(found)
