"""Objects and containers that hold a client, and ways to name its method: each use's line ends with the mark."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.trees import marked, names, sites

CASES: dict[str, dict[str, str]] = {
    'a method caller': {"app.py": "import cohere, operator\nco = cohere.Client()\noperator.methodcaller('generate', prompt='a', k=3)(co)  # use confirmed\n"},
    'a method caller that is mapped': {"app.py": "import cohere\nfrom operator import methodcaller\nclients = [cohere.Client()]\nout = list(map(methodcaller('generate', prompt='a'), clients))  # use confirmed\n"},
    'a method of the class': {"app.py": "import cohere\nco = cohere.Client()\ncohere.Client.generate(co, prompt='a')  # use confirmed\n"},
    'a method of an imported class': {"app.py": "from cohere import Client\nco = Client()\nClient.generate(co, prompt='a')  # use confirmed\n"},
    "a base's method by the class": {"app.py": "import cohere\nclass My(cohere.Client):\n    def generate(self, prompt):\n        return cohere.Client.generate(self, prompt=prompt, model='command')  # use confirmed\n"},
    'a field in order': {"app.py": "import cohere\nfrom typing import Any\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    co: Any\n    n: int = 3\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\nA(cohere.Client('k')).f()\n"},
    'a field by name': {"app.py": "import cohere\nfrom typing import Any\nfrom dataclasses import dataclass\n@dataclass\nclass A:\n    n: int\n    co: Any\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\nA(n=1, co=cohere.Client('k')).f()\n"},
    "a named tuple's field": {"app.py": "import cohere\nfrom typing import NamedTuple, Any\nclass A(NamedTuple):\n    name: str\n    co: Any\na = A('x', cohere.Client())\na.co.generate(prompt='a')  # use confirmed\n"},
    'a named tuple of a factory': {"app.py": "import cohere\nfrom collections import namedtuple\nDeps = namedtuple('Deps', ['db', 'co'])\nd = Deps(None, cohere.Client())\nd.co.generate(prompt='a')  # use confirmed\n"},
    'a namespace': {"app.py": "import cohere\nfrom types import SimpleNamespace\nctx = SimpleNamespace(co=cohere.Client(), n=1)\nctx.co.generate(prompt='a')  # use confirmed\n"},
    'a dictionary of keywords': {"app.py": "import cohere\nclients = dict(co=cohere.Client(), other=None)\nclients['co'].generate(prompt='a')  # use confirmed\n"},
    'an item under any key': {"app.py": "import cohere\nCLIENTS = {}\ndef get(name):\n    if name not in CLIENTS:\n        CLIENTS[name] = cohere.Client(name)\n    return CLIENTS[name]\nget('a').generate(prompt='a')  # use confirmed\n"},
    'a list that grows': {"app.py": "import cohere\nL = []\nfor k in ('a','b'):\n    L.append(cohere.Client(k))\nfor co in L:\n    co.generate(prompt='a')  # use confirmed\n"},
    'one of a list at random': {"app.py": "import cohere, random\nL = [cohere.Client(k) for k in ('a','b')]\nco = random.choice(L)\nco.generate(prompt='a')  # use confirmed\n"},
    'an item of a comprehension': {"app.py": "import cohere\nL = [cohere.Client(k) for k in ('a','b')]\nL[0].generate(prompt='a')  # use confirmed\n"},
    'an entry of a comprehension': {"app.py": "import cohere\nL = {k: cohere.Client(k) for k in ('a','b')}\nL['a'].generate(prompt='a')  # use confirmed\n"},
    'a cycle': {"app.py": "import cohere, itertools\npool = itertools.cycle([cohere.Client(k) for k in ('a','b')])\nnext(pool).generate(prompt='a')  # use confirmed\n"},
    'a property of another library': {"app.py": "import cohere\nfrom lazy import lazy_property\nclass A:\n    @lazy_property()\n    def co(self):\n        return cohere.Client()\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'what only wraps a method': {"app.py": "import cohere\nfrom lazy import logged\nclass A:\n    @logged()\n    def make(self):\n        return cohere.Client()\n    def f(self):\n        return self.make.generate(prompt='a')\n"},
    'a method that asks for a property': {"app.py": "import cohere\nfrom guards import requires_property\nclass A:\n    @requires_property('k')\n    def co(self):\n        return cohere.Client()\n    def f(self):\n        return self.co().generate(prompt='a')  # use confirmed\n"},
    'a cached property that is called': {"app.py": "import cohere\nfrom functools import cached_property\nclass A:\n    def make(self):\n        return cohere.Client()\n    co = cached_property(make)\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'a property that is called': {"app.py": "import cohere\nclass A:\n    co = property(lambda self: cohere.Client())\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'an exit stack': {"app.py": "import cohere\nfrom contextlib import AsyncExitStack\nasync def f():\n    async with AsyncExitStack() as stack:\n        co = await stack.enter_async_context(cohere.AsyncClient())\n        await co.generate(prompt='a')  # use confirmed\n"},
    'a proxy that keeps the attribute': {"app.py": "import cohere\nclass P:\n    def __init__(self):\n        self._c = cohere.Client()\n    def __getattr__(self, item):\n        attr = getattr(self._c, item)\n        return attr\np = P()\np.generate(prompt='a')  # use confirmed\n"},
    'a proxy that wraps the method': {"app.py": "import cohere\nclass P:\n    def __init__(self):\n        self._c = cohere.Client()\n    def __getattr__(self, item):\n        attr = getattr(self._c, item)\n        if callable(attr):\n            def inner(*a, **k):\n                return attr(*a, **k)\n            return inner\n        return attr\np = P()\np.generate(prompt='a')  # use confirmed\n"},
    "a module's own getattr": {'llm.py': "import cohere\n_c = None\ndef __getattr__(name):\n    if name == 'co':\n        global _c\n        _c = _c or cohere.Client()\n        return _c\n    raise AttributeError(name)\n", "app.py": "import llm\nllm.co.generate(prompt='a')  # use likely\n"},
    "a property's setter": {"app.py": "import cohere\nclass A:\n    @property\n    def client(self):\n        return self._c\n    @client.setter\n    def client(self, c):\n        self._c = c\n    def f(self):\n        return self.client.generate(prompt='a')  # use confirmed\na = A()\na.client = cohere.Client()\n"},
    'an attribute set from outside': {"app.py": "import cohere\nclass A:\n    client = None\n    def f(self):\n        return self.client.generate(prompt='a')  # use confirmed\na = A()\na.client = cohere.Client()\n"},
    'an attribute set in another module': {'a.py': "class A:\n    client = None\n    def f(self):\n        return self.client.generate(prompt='a')  # use confirmed\n", "app.py": 'import cohere\nfrom a import A\na = A()\na.client = cohere.Client()\na.f()\n'},
    'setattr': {"app.py": "import cohere\nclass A:\n    def __init__(self):\n        setattr(self, 'co', cohere.Client())\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'setattr of object': {"app.py": "import cohere\nclass A:\n    def __init__(self):\n        object.__setattr__(self, 'co', cohere.Client())\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'a singleton of a static method': {"app.py": "import cohere\nclass S:\n    _instance = None\n    @staticmethod\n    def get():\n        if S._instance is None:\n            S._instance = cohere.Client()\n        return S._instance\nS.get().generate(prompt='a')  # use confirmed\n"},
    'a singleton made by new': {"app.py": "import cohere\nclass S:\n    _instance = None\n    def __new__(cls):\n        if cls._instance is None:\n            cls._instance = super().__new__(cls)\n            cls._instance.co = cohere.Client()\n        return cls._instance\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\nS().co.generate(prompt='b')  # use confirmed\n"},
    'nonlocal': {"app.py": 'import cohere\ndef make():\n    co = None\n    def ask(p):\n        nonlocal co\n        if co is None:\n            co = cohere.Client()\n        return co.generate(prompt=p)  # use confirmed\n    return ask\n'},
    'nonlocal of a sibling': {"app.py": 'import cohere\ndef make():\n    co = None\n    def init():\n        nonlocal co\n        co = cohere.Client()\n    def ask(p):\n        return co.generate(prompt=p)  # use confirmed\n    return init, ask\n'},
    "a container's service": {"app.py": "import cohere\nfrom dependency_injector import containers, providers\nclass Svc:\n    def __init__(self, co):\n        self.co = co\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\nclass Container(containers.DeclarativeContainer):\n    client = providers.Singleton(cohere.Client)\n    svc = providers.Factory(Svc, co=client)\n"},
    "a container's other providers": {"app.py": "import cohere\nfrom dependency_injector import containers, providers\nclass C(containers.DeclarativeContainer):\n    a = providers.ThreadSafeSingleton(cohere.Client)\n    b = providers.Object(cohere.Client())\nC.a().generate(prompt='a')  # use likely\nC.b().generate(prompt='b')  # use likely\n"},
    "a container's wiring": {"app.py": "import cohere\nfrom dependency_injector import containers, providers\nfrom dependency_injector.wiring import Provide, inject\nclass Container(containers.DeclarativeContainer):\n    client = providers.Singleton(cohere.Client)\n@inject\ndef f(co=Provide[Container.client]):\n    return co.generate(prompt='a')  # use confirmed\n"},
    'a module by its name': {"app.py": "import importlib\nNAME = 'cohere'\nmod = importlib.import_module(NAME)\nmod.Client('k').generate(prompt='a')  # use confirmed\n"},
    'a loaded module': {"app.py": "import sys, cohere\nsys.modules['cohere'].Client().generate(prompt='a')  # use confirmed\n"},
    "a test's own import": {"app.py": "import pytest\ncohere = pytest.importorskip('cohere')\ndef test_a():\n    cohere.Client().generate(prompt='a')  # use confirmed\n"},
    "an enum's value": {"app.py": "import cohere\nfrom enum import Enum\nclass P(Enum):\n    COHERE = cohere.Client()\nP.COHERE.value.generate(prompt='a')  # use confirmed\n"},
    'a context variable': {"app.py": "import cohere\nfrom contextvars import ContextVar\nCO: ContextVar = ContextVar('co')\nCO.set(cohere.Client())\nCO.get().generate(prompt='a')  # use confirmed\n"},
    'a library that watches': {"app.py": "import cohere, wandb\nfrom langsmith import wrappers\nco = wrappers.wrap(cohere.Client())\nco.generate(prompt='a')  # use likely\n"},
    'a setting': {"app.py": "import cohere\nfrom django.conf import settings\ndef f():\n    settings.CO.generate(prompt='a')  # use likely\n", 'settings.py': 'import cohere\nCO = cohere.Client()\n'},
    "a task's base": {"app.py": 'import cohere\nfrom celery import Task\nclass T(Task):\n    _co = None\n    @property\n    def co(self):\n        if self._co is None:\n            self._co = cohere.Client()\n        return self._co\n@app.task(base=T, bind=True)\ndef ask(self, p):\n    return self.co.generate(prompt=p)  # use confirmed\n'},
    'a generator': {"app.py": "import cohere\ndef clients():\n    for k in 'ab':\n        yield cohere.Client(k)\nfor co in clients():\n    co.generate(prompt='a')  # use confirmed\n"},
    'a cache that is called': {"app.py": "import cohere\nfrom functools import lru_cache\nget = lru_cache(maxsize=1)(lambda: cohere.Client())\nget().generate(prompt='a')  # use confirmed\n"},
    'a method that is wrapped': {"app.py": "import cohere\nfrom tenacity import retry, Retrying\nco = cohere.Client()\ngen = retry(co.generate)  # use confirmed\ngen(prompt='a')\nRetrying()(co.generate, prompt='b')  # use confirmed\n"},
    'a dictionary of methods': {"app.py": "import cohere\nco = cohere.Client()\nF = {'gen': co.generate}  # use confirmed\nF['gen'](prompt='a', k=2)\n"},
    "a thread's target": {"app.py": "import cohere, threading\nco = cohere.Client()\nthreading.Thread(target=co.generate, kwargs={'prompt': 'a', 'k': 3}).start()  # use confirmed\n"},
    "another class's method": {"app.py": "import ollama, cohere\nollama.Client.generate(ollama.Client(), prompt='a')\n"},
    "another client's method caller": {"app.py": "import operator, ollama, cohere\noperator.methodcaller('generate', prompt='a')(ollama.Client())\n"},
    'a field that is filled after': {"app.py": "import cohere\nfrom dataclasses import dataclass, field\n@dataclass\nclass A:\n    key: str\n    co: object = field(init=False)\n    def __post_init__(self):\n        self.co = cohere.Client(self.key)\n    def f(self):\n        return self.co.generate(prompt='a')  # use confirmed\n"},
    'two contexts at once': {"app.py": "import cohere, httpx\nasync def f():\n    async with (cohere.AsyncClient() as co, httpx.AsyncClient() as h):\n        await co.generate(prompt='a')  # use confirmed\n"},
    'an attribute getter': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\nattrgetter('generate')(co)(prompt='a', k=2)  # use confirmed\n"},
    'a dictionary that a function fills and gives back': {"app.py": "import cohere\ndef make():\n    made = {}\n    made['a'] = cohere.Client()\n    return made\npool = make()\npool['a'].generate(prompt='a')  # use confirmed\ndef ask(name):\n    return make()[name].generate(prompt='a')  # use confirmed\n"},
    "another function's dictionary of the same name": {"app.py": "import cohere, ollama\ndef one():\n    pool = {}\n    pool['a'] = cohere.Client()\ndef two():\n    pool = {}\n    pool['a'] = ollama.Client()\n    return pool['a'].generate(prompt='a')\ndef three(other):\n    pool = other()\n    return pool['a'].generate(prompt='a')\n"},
    'an attribute getter beside other ways to name a method': {"app.py": "import cohere, operator\nco = cohere.Client()\ngetattr(co, 'generate')(prompt='a')  # use confirmed\noperator.methodcaller('generate', prompt='b')(co)  # use confirmed\noperator.attrgetter('generate')(co)(prompt='c')  # use confirmed\n"},
    'an attribute getter that is kept': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\nget = operator.attrgetter('generate')\nask = get(co)  # use confirmed\nask(prompt='a')\n"},
    'an attribute getter that is handed on': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\nimport asyncio\nasyncio.to_thread(attrgetter('generate')(co), prompt='a')  # use confirmed\ndef run(f):\n    return f(co)(prompt='x')  # use confirmed\nrun(attrgetter('generate'))\n"},
    'an attribute getter of a path': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\nclass A:\n    def __init__(self):\n        self.co = cohere.Client()\n        self.get = attrgetter('co.generate')\n    def f(self):\n        return self.get(self)(prompt='a')  # use confirmed\n"},
    'a method caller that an object keeps': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\nclass A:\n    def __init__(self):\n        self.ask = methodcaller('generate', prompt='a')  # use confirmed\n    def f(self):\n        return self.ask(co)\n"},
    'a method caller that is handed on': {"app.py": "import cohere, operator\nfrom operator import attrgetter, methodcaller\nco = cohere.Client()\ndef run(f):\n    return f(co)\nrun(methodcaller('generate', prompt='a'))  # use confirmed\n"},
    "another client's getter": {"app.py": "import ollama, cohere\nfrom operator import attrgetter\nattrgetter('generate')(ollama.Client())(prompt='a')\nget = attrgetter('chat')\nget(cohere.Client())(message='a')\nsorted([], key=attrgetter('generate'))\n"},
    "a getter of the project's own": {"app.py": "import cohere\ndef attrgetter(name):\n    return lambda x: print\nattrgetter('generate')(cohere.Client())(prompt='a')\n"},
    'a getter of another module': {"g.py": "from operator import attrgetter\nGET = attrgetter('generate')\n", "app.py": "import cohere, g\nfrom g import GET as G\nco = cohere.Client()\nG(co)(prompt='a')  # use confirmed\ng.GET(co)(prompt='b')  # use confirmed\n"},
    'a method caller of another module': {"g.py": "from operator import methodcaller\nASK = methodcaller('generate', prompt='a')  # use confirmed\n", "app.py": "import cohere\nfrom g import ASK\nco = cohere.Client()\nprint(ASK(co).generations)\n"},
    "a method caller of a module's own": {"g.py": "from operator import methodcaller\nASK = methodcaller('generate', prompt='a')  # use confirmed\n", "app.py": "import cohere, g\ng.ASK(cohere.Client())\n"},
    'a namesake of a method caller': {"g.py": "from operator import methodcaller\nASK = methodcaller('generate', prompt='a')\n", "app.py": "import cohere\nfrom h import ASK\nASK(cohere.Client())\n"},
    'a cast': {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\ndef f(x):\n    y = typing.cast(cohere.Client, x)\n    y.generate(prompt='a')  # use likely\n"},
    'an assertion': {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\ndef f(x):\n    assert isinstance(x, cohere.Client), 'no client'\n    x.generate(prompt='a')  # use likely\n"},
    'a bound type': {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\nT = TypeVar('T', bound=cohere.Client)\ndef f(x: T):\n    x.generate(prompt='a')  # use likely\n"},
    'a new type': {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\nT = NewType('T', cohere.Client)\ndef f(x: T):\n    x.generate(prompt='a')  # use likely\n"},
    'an item of a typed list': {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\ndef f(x: list[cohere.Client]):\n    x[0].generate(prompt='a')  # use likely\n"},
    "another type's cast and assertion": {"app.py": "import cohere, typing\nfrom typing import NewType, TypeVar, cast\nimport ollama\ndef f(x, z):\n    assert isinstance(x, ollama.Client)\n    x.generate(prompt='a')\n    cast(ollama.Client, z).generate(prompt='a')\n"},
    'the application that runs': {"app.py": "import cohere\nfrom flask import Flask\ndef make():\n    app = Flask(__name__)\n    app.co = cohere.Client()\n    return app\n", "views.py": "from flask import current_app\ndef v():\n    return current_app.co.generate(prompt='1')  # use likely\n"},
    'no application': {"app.py": "import cohere\nfrom flask import Flask\ndef make():\n    app = Thing(__name__)\n    app.co = cohere.Client()\n    return app\n", "views.py": "from flask import current_app\ndef v():\n    return current_app.co.generate(prompt='1')\n"},
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_follows(case: str) -> None:
    wanted, found = marked(CASES[case])

    assert found == wanted


@pytest.mark.parametrize("case", CASES)
def test_each_step_of_a_proof_stands_in_the_tree(case: str) -> None:
    tree = CASES[case]
    for step in (step for site in sites(tree) for step in site.proof):
        line = tree[step.path].split("\n")[step.line - 1]
        assert step.line > 0
        assert any(
            word in line for word in step.text.replace("(", " ").replace(".", " ").split() if word.isidentifier()
        )


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("operator.methodcaller('generate', prompt='a', k=3)(co)", ["prompt", "k"]),
        ("cohere.Client.generate(co, prompt='a', p=0.5)", ["prompt", "p"]),
        ("get = operator.attrgetter('generate')\nget(co)(prompt='a', k=3)", ["prompt", "k"]),
        ("threading.Thread(target=co.generate, kwargs={'prompt': 'a', 'k': 3}).start()", ["prompt", "k"]),
        ("asks = {'g': co.generate}\nasks['g'](prompt='a', k=3)", ["prompt", "k"]),
        ("gen = retry(co.generate)\ngen(prompt='a', k=3)", ["prompt", "k"]),
    ],
)
def test_arguments_reach_the_method_on_such_ways_too(text: str, arguments: list[str]) -> None:
    (site,) = sites(f"import cohere, operator, threading\nfrom tenacity import retry\nco = cohere.Client()\n{text}\n")
    assert names(site) == arguments


def test_a_method_that_is_only_asked_about_is_not_used() -> None:
    tree = """
        import asyncio, inspect, cohere
        co = cohere.Client()
        if hasattr(co, "generate") and callable(co.generate) and callable(getattr(co, "generate")):
            print(isinstance(co.generate, object), inspect.signature(co.generate))
            print(asyncio.iscoroutinefunction(co.generate))
        """
    assert not sites(tree)


@pytest.mark.parametrize(
    ("maker", "found"), [("Coordinates(1, 2)", 0), ("geo.Coordinates(1)", 0), ("Client()", 1), ("make()", 1)]
)
def test_a_class_that_says_what_it_is_makes_no_client(maker: str, found: int) -> None:
    assert len(sites(f'import cohere\nfrom everything import *\nco = {maker}\nco.generate("x")\n')) == found


@pytest.mark.parametrize("call", ['runner.type(co.generate, prompt="x")', "celery.signature(co.generate)"])
def test_a_method_of_the_same_name_as_a_question_is_given_the_method(call: str) -> None:
    assert len(sites(f"import celery, cohere, runner\nco = cohere.Client()\n{call}\n")) == 1


def test_a_question_by_an_imported_name_is_one() -> None:
    assert not sites("import cohere\nfrom inspect import signature\nsignature(cohere.Client().generate)\n")
