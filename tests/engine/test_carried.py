"""Clients that a framework, a registry, a namespace or a type carries along: each use's line ends with the mark."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import re

import pytest

from tests.engine.trees import marked, names, sites

CASES: dict[str, dict[str, str]] = {
    'a dependency that is a class': {'app.py': 'import cohere\nfrom fastapi import Depends\nclass Deps:\n    def __init__(self):\n        self.co = cohere.Client()\ndef route(d: Deps = Depends()):\n    return d.co.generate(prompt="x")  # use confirmed\ndef other(d=Depends(Deps)):\n    return d.co.generate(prompt="x")  # use confirmed\n'},
    "a lambda's parameter": {'app.py': 'import cohere\nget = lambda: cohere.Client("k")\nget().generate(prompt="x")  # use confirmed\nask = lambda co, p: co.generate(prompt=p)  # use confirmed\nask(cohere.Client(), "x")\n'},
    'a partial method': {'app.py': 'import cohere\nfrom functools import partialmethod\nclass A(cohere.Client):\n    short = partialmethod(cohere.Client.generate, max_tokens=10)  # use confirmed\nA().short(prompt="a")\n'},
    'an entry of a typed dictionary': {'app.py': 'import cohere\nfrom typing import TypedDict\nclass Ctx(TypedDict):\n    co: cohere.Client\n    n: int\ndef f(ctx: Ctx):\n    return ctx["co"].generate(prompt="a")  # use likely\n'},
    'the state that a lifespan yields': {'main.py': 'import cohere\nfrom contextlib import asynccontextmanager\nfrom fastapi import FastAPI\n@asynccontextmanager\nasync def lifespan(app):\n    co = cohere.AsyncClient()\n    yield {"co": co}\napp = FastAPI(lifespan=lifespan)\n', 'routes.py': 'from fastapi import Request\nasync def r(request: Request):\n    return await request.state.co.generate(prompt="a")  # use likely\n'},
    'a task by its name': {'app.py': 'import cohere\nfrom celery import Celery, Task\napp = Celery()\nclass CoTask(Task):\n    _co = None\n    @property\n    def co(self):\n        if self._co is None:\n            self._co = cohere.Client()\n        return self._co\n@app.task(bind=True, base=CoTask)\ndef ask(self, p):\n    return self.co.generate(prompt=p)  # use confirmed\n@app.task(base=CoTask)\ndef ask2(p):\n    return ask2.co.generate(prompt=p)  # use confirmed\n'},
    "a command line's object": {'app.py': 'import click, cohere\n@click.group()\n@click.pass_context\ndef cli(ctx):\n    ctx.obj = cohere.Client()\n@cli.command()\n@click.pass_obj\ndef ask(co):\n    co.generate(prompt="a")  # use likely\n@cli.command()\n@click.pass_context\ndef ask2(ctx):\n    ctx.obj.generate(prompt="a")  # use confirmed\n'},
    'a fixture that is parametrized': {'conftest.py': 'import cohere, pytest\n@pytest.fixture\ndef co(request):\n    return request.param()\n', 'test_a.py': 'import cohere, pytest\n@pytest.mark.parametrize("co", [cohere.Client, cohere.ClientV2], indirect=True)\ndef test_a(co):\n    co.generate(prompt="a")  # use confirmed\n'},
    "a test's parameters": {'app.py': 'import cohere, pytest\n@pytest.mark.parametrize("co", [cohere.Client("a"), cohere.Client("b")])\ndef test_a(co):\n    co.generate(prompt="a")  # use confirmed\n@pytest.mark.parametrize("co,n", [(cohere.Client("a"), 1)])\ndef test_b(co, n):\n    co.generate(prompt="a")  # use confirmed\n'},
    "a fixture's own parameters": {'app.py': 'import cohere, pytest\n@pytest.fixture(params=[cohere.Client("a"), cohere.ClientV2("b")])\ndef co(request):\n    return request.param\ndef test_a(co):\n    co.generate(prompt="a")  # use confirmed\n'},
    'a fixture that is asked for': {'app.py': 'import cohere, pytest\n@pytest.fixture\ndef co():\n    return cohere.Client()\ndef test_a(request):\n    request.getfixturevalue("co").generate(prompt="a")  # use confirmed\n'},
    'a class that uses a fixture': {'app.py': 'import cohere, pytest\n@pytest.fixture(scope="class")\ndef co(request):\n    request.cls.co = cohere.Client()\n@pytest.mark.usefixtures("co")\nclass TestA:\n    def test_a(self):\n        self.co.generate(prompt="a")  # use confirmed\n'},
    "a test's setattr": {'app/llm.py': 'client = None\ndef ask(p):\n    return client.generate(prompt=p)  # use confirmed\n', 'tests/test_a.py': 'import cohere\nfrom app import llm\ndef test_a(monkeypatch):\n    monkeypatch.setattr(llm, "client", cohere.Client("k"))\n    llm.ask("x")\n'},
    'a registry that a decorator fills': {'app.py': 'import cohere\nREG = {}\ndef register(name):\n    def deco(fn):\n        REG[name] = fn\n        return fn\n    return deco\n@register("co")\ndef make():\n    return cohere.Client()\nREG["co"]().generate(prompt="a")  # use confirmed\n'},
    'a decorated class': {'reg.py': 'REG = {}\ndef register(cls):\n    REG[cls.__name__] = cls\n    return cls\n', 'prov.py': 'import cohere\nfrom reg import register\n@register\nclass Co:\n    def __init__(self):\n        self.c = cohere.Client()\n    def complete(self, p):\n        return self.c.generate(prompt=p)  # use confirmed\n'},
    'a type variable': {'app.py': 'import cohere\nfrom typing import Generic, TypeVar\nT = TypeVar("T")\nclass Base(Generic[T]):\n    client: T\n    def __init__(self, client: T):\n        self.client = client\nclass A(Base[cohere.Client]):\n    def f(self):\n        return self.client.generate(prompt="a")  # use likely\nclass B(Base[str]):\n    def f(self):\n        return self.client.generate(prompt="a")\n'},
    'a type parameter': {'app.py': 'import cohere\nclass Base[T]:\n    client: T\nclass A(Base[cohere.Client]):\n    def f(self):\n        return self.client.generate(prompt="a")  # use likely\n'},
    'a type variable handed on': {'base.py': 'from typing import Generic, TypeVar\nT = TypeVar("T")\nclass Base(Generic[T]):\n    def __init__(self, client: T) -> None:\n        self._client = client\n    @property\n    def client(self) -> T:\n        return self._client\nclass Mid(Base[T]):\n    pass\n', 'app.py': 'from base import Mid\nfrom cohere import AsyncClient\nclass A(Mid[AsyncClient]):\n    async def f(self):\n        return await self.client.generate(prompt="a")  # use likely\n'},
    'the second of two type variables': {'app.py': 'import cohere\nfrom typing import Generic, TypeVar\nT = TypeVar("T"); U = TypeVar("U")\nclass Base(Generic[T, U]):\n    first: T\n    second: U\nclass A(Base[str, cohere.Client]):\n    def f(self):\n        self.first.generate(prompt="a")\n        return self.second.generate(prompt="a")  # use likely\n'},
    "a context variable's type": {'app.py': 'import cohere\nfrom contextvars import ContextVar\nCO: ContextVar[cohere.Client] = ContextVar("co")\ndef f():\n    return CO.get().generate(prompt="a")  # use likely\n'},
    "an object's dictionary": {'app.py': 'import cohere\nclass A:\n    def __init__(self):\n        self.__dict__.update(co=cohere.Client())\n    def f(self):\n        return self.co.generate(prompt="a")  # use confirmed\nclass B:\n    def __init__(self):\n        self.__dict__.update({"co": cohere.Client(), "n": 1})\n    def f(self):\n        return self.co.generate(prompt="a")  # use confirmed\nclass C:\n    def __init__(self):\n        self.__dict__["co"] = cohere.Client()\n    def f(self):\n        return self.co.generate(prompt="a")  # use confirmed\nclass D:\n    def __init__(self):\n        vars(self)["co"] = cohere.Client()\n    def f(self):\n        return self.co.generate(prompt="a")  # use confirmed\n'},
    'an item of globals': {'app.py': 'import cohere\nglobals()["co"] = cohere.Client()\ndef f():\n    return co.generate(prompt="a")  # use confirmed\n'},
    'a read of globals': {'app.py': 'import cohere\nco = cohere.Client()\ndef f():\n    return globals()["co"].generate(prompt="a")  # use confirmed\n'},
    'an update of globals': {'app.py': 'import cohere\nglobals().update(co=cohere.Client())\nco.generate(prompt="a")  # use confirmed\n'},
    'a replaced field': {'app.py': 'import cohere\nfrom dataclasses import dataclass, replace\n@dataclass\nclass Ctx:\n    co: object = None\ndef f():\n    ctx = Ctx()\n    ctx = replace(ctx, co=cohere.Client())\n    return ctx.co.generate(prompt="a")  # use confirmed\n'},
    "a named tuple's replaced field": {'app.py': 'import cohere\nfrom collections import namedtuple\nCtx = namedtuple("Ctx", "a co")\nc = Ctx(1, None)._replace(co=cohere.Client())\nc.co.generate(prompt="a")  # use confirmed\n'},
    'a replaced field of a class': {'app.py': 'import cohere\nfrom typing import NamedTuple, Any\nclass Ctx(NamedTuple):\n    a: int\n    co: Any = None\nc = Ctx(1)._replace(co=cohere.Client())\nc.co.generate(prompt="a")  # use confirmed\n'},
    'arguments of heirs': {'app.py': 'class Base:\n    def __init__(self, c):\n        self.c = c\nclass A(Base):\n    def f(self):\n        return self.c.generate(prompt="a")  # use confirmed\nclass B(Base):\n    def f(self):\n        return self.c.generate(prompt="a")\nimport cohere, ollama\nA(cohere.Client())\nB(ollama.Client())\n'},
    'objects that hand every attribute to each other': {'app.py': 'import cohere\nclass A:\n    def __init__(self):\n        self.inner = B(self)\n        self.co = cohere.Client()\n    def __getattr__(self, name):\n        return getattr(self.inner, name)\nclass B:\n    def __init__(self, outer):\n        self.outer = outer\n    def __getattr__(self, name):\n        return getattr(self.outer, name)\nA().nothing.generate(prompt="a")\nB(A()).co.generate(prompt="a")  # use confirmed\n'},
    'heirs that hand up': {'app.py': 'class Base:\n    def __init__(self, c, n=1):\n        self.c = c\nclass A(Base):\n    def __init__(self, c):\n        super().__init__(c, n=2)\n    def f(self):\n        return self.c.generate(prompt="a")  # use confirmed\nclass B(Base):\n    def __init__(self, c):\n        super().__init__(c)\n    def f(self):\n        return self.c.generate(prompt="a")\nclass A2(A):\n    def g(self):\n        return self.c.generate(prompt="b")  # use confirmed\nimport cohere, ollama\nA2(cohere.Client())\nB(ollama.Client())\n'},
    'heirs made by a class method': {'app.py': 'class Base:\n    def __init__(self, c):\n        self.c = c\n    @classmethod\n    def create(cls, c):\n        return cls(c)\nclass A(Base):\n    def f(self):\n        return self.c.generate(prompt="a")  # use confirmed\nimport cohere\nA.create(cohere.Client()).f()\n'},
    "a base's own method": {'app.py': 'class Base:\n    def __init__(self, c):\n        self.c = c\n    def f(self):\n        return self.c.generate(prompt="a")  # use confirmed\nclass A(Base): pass\nclass B(Base): pass\nimport cohere, ollama\nA(cohere.Client()).f()\nB(ollama.Client()).f()\n'},
    'an argument behind others': {'app.py': 'import cohere\ndef f(a, b, co):\n    return co.generate(prompt="a")  # use confirmed\nargs = (1, 2)\nf(*args, cohere.Client())\n'},
    'a list of arguments': {'app.py': 'import cohere\ndef f(a, co):\n    return co.generate(prompt="a")  # use confirmed\nargs = (1, cohere.Client())\nf(*args)\n'},
    'a module that others fill': {'hold.py': 'c = None\ndef f():\n    return c.generate(prompt="a")  # use confirmed\n', 'wire.py': 'import cohere\nimport hold\nhold.c = cohere.Client()\n'},
    'a local name beside it': {'hold.py': 'import ollama\nc = None\ndef f(c: ollama.Client):\n    return c.generate(prompt="a")\n', 'wire.py': 'import cohere\nimport hold\nhold.c = cohere.Client()\n'},
    'the class of an object': {'app.py': 'import cohere\nclass A:\n    co = cohere.Client()\n    def f(self):\n        return type(self).co.generate(prompt="a")  # use confirmed\n    @classmethod\n    def g(cls):\n        return cls.co.generate(prompt="b")  # use confirmed\n    @staticmethod\n    def h():\n        return A.co.generate(prompt="c")  # use confirmed\n'},
    'a step that one heir fills in': {'base.py': 'from abc import abstractmethod\nclass Base:\n    def __init__(self, c):\n        self.c = c\n    def run(self, p):\n        return self.send(self.c, p)\n    @abstractmethod\n    def send(self, c, p):\n        raise NotImplementedError\n', 'app.py': 'import cohere\nfrom base import Base\nclass A(Base):\n    def send(self, c, p):\n        return c.generate(prompt=p)  # use confirmed\nA(cohere.Client()).run("a")\n'},
    'a step that several heirs fill in': {'app.py': 'import cohere, ollama\nclass Base:\n    def __init__(self, c):\n        self.c = c\n    def run(self, p):\n        return self.send(self.c, p)\n    def send(self, c, p):\n        pass\nclass A(Base):\n    def send(self, c, p):\n        return c.embed(texts=[p])\nclass B(Base):\n    def send(self, c, p):\n        return c.generate(prompt=p)\nA(cohere.Client()).run("a")\nB(ollama.Client()).run("b")\n'},
    'a mixin': {'app.py': 'import cohere\nclass Uses:\n    def ask(self):\n        return self.engine.generate(prompt="a")  # use confirmed\nclass Has:\n    def __init__(self):\n        self.engine = cohere.Client()\nclass Both(Uses, Has):\n    pass\n'},
    "another library's lambda": {'app.py': 'import ollama, cohere\nask = lambda co, p: co.generate(prompt=p)\nask(ollama.Client(), "x")\n'},
    "another library's registry": {'app.py': 'import cohere\nREG = {}\ndef register(name):\n    def deco(fn):\n        REG[name] = fn\n        return fn\n    return deco\n@register("ol")\ndef make():\n    import ollama\n    return ollama.Client()\nREG["ol"]().generate(prompt="a")\n'},
    "another library's field": {'app.py': 'import cohere, ollama\nfrom dataclasses import dataclass, replace\n@dataclass\nclass Ctx:\n    client: object = None\nc = replace(Ctx(), client=ollama.Client())\nc.client.generate(prompt="a")\n'},
    "another library's parameter": {'app.py': 'import pytest, ollama, cohere\n@pytest.mark.parametrize("client,n", [(ollama.Client(), cohere.Client())])\ndef test_a(client, n):\n    client.generate(prompt="a")\n'},
    'a keyword of many': {'app.py': 'import cohere\ndef ask(p, **kw):\n    return kw["engine"].generate(prompt=p)  # use confirmed\nask("x", engine=cohere.Client())\n'},
    'attributes of keywords, one by one': {'app.py': 'import cohere\nclass L:\n    def __init__(self, **kw):\n        for k, v in kw.items():\n            setattr(self, k, v)\n    def go(self):\n        return self.engine.generate(prompt="a")  # use confirmed\nL(engine=cohere.Client())\n'},
    'attributes of keywords': {'app.py': 'import cohere\nclass L:\n    def __init__(self, **kw):\n        self.__dict__.update(kw)\n    def go(self):\n        return self.engine.generate(prompt="a")  # use confirmed\nL(engine=cohere.Client())\n'},
    'a factory of attrs': {'app.py': 'import cohere, attrs\n@attrs.define\nclass L:\n    engine: cohere.Client = attrs.field(factory=cohere.Client)\n    other: object = attrs.Factory(cohere.Client)\n    def go(self):\n        self.other.generate(prompt="b")  # use confirmed\n        return self.engine.generate(prompt="a")  # use confirmed\n'},
    "a command line's object of a class": {'cli.py': 'import click, cohere\nclass App:\n    def __init__(self): self.engine = cohere.Client()\n@click.group()\n@click.pass_context\ndef cli(ctx):\n    ctx.obj = App()\n', 'cmd.py': 'import click\n@click.command()\n@click.pass_obj\ndef ask(app):\n    app.engine.generate(prompt="a")  # use confirmed\n'},
    'a mock': {'app.py': 'from unittest.mock import MagicMock\nimport cohere\nco = MagicMock()\nco.generate.return_value.generations = []\nco.generate(prompt="x")\nm = MagicMock(spec=cohere.Client)\nm.generate.return_value = 1\n'},
    'a response as a dictionary': {'app.py': 'import cohere\nco = cohere.Client()\nd = co.generate(prompt="x").dict()  # use confirmed\nprint(d["generations"][0]["text"])\n'},
    'a decorated singleton': {'app.py': 'import cohere\ndef singleton(cls):\n    inst = {}\n    def get(*a, **k):\n        if cls not in inst:\n            inst[cls] = cls(*a, **k)\n        return inst[cls]\n    return get\n@singleton\nclass L:\n    def __init__(self):\n        self.engine = cohere.Client()\n    def f(self):\n        return self.engine.generate(prompt="a")  # use confirmed\nL().engine.generate(prompt="b")  # use confirmed\n'},
    'a singleton of a metaclass': {'app.py': 'import cohere\nclass Meta(type):\n    _i = {}\n    def __call__(cls, *a, **k):\n        if cls not in cls._i:\n            cls._i[cls] = super().__call__(*a, **k)\n        return cls._i[cls]\nclass L(metaclass=Meta):\n    def __init__(self):\n        self.engine = cohere.Client()\nL().engine.generate(prompt="b")  # use confirmed\n'},
    'a method that gives the object': {'app.py': 'import cohere\nfrom typing import Optional\nclass L:\n    engine: Optional["cohere.Client"] = None\n    def connect(self):\n        self.engine = self.engine or cohere.Client()\n        return self\n    def go(self):\n        return self.connect().engine.generate(prompt="a")  # use confirmed\n'},
    'a dictionary of a class': {'app.py': 'import cohere\nclass Pool:\n    clients = {"eu": cohere.Client("e"), "us": cohere.Client("u")}\n    @classmethod\n    def pick(cls, region):\n        return cls.clients[region]\nPool.pick("eu").generate(prompt="a")  # use confirmed\n'},
    'a queue': {'app.py': 'import cohere, asyncio\nq = asyncio.Queue()\nasync def fill():\n    await q.put(cohere.AsyncClient())\nasync def use():\n    c = await q.get()\n    await c.generate(prompt="a")  # use confirmed\n'},
    'a match statement': {'app.py': 'import cohere\ndef make(p):\n    match p:\n        case "cohere":\n            co = cohere.Client("k")\n        case _:\n            co = None\n    return co\nmake("cohere").generate(prompt="a")  # use confirmed\n'},
    'a captured pattern': {'app.py': 'import cohere\ndef ask(c):\n    match c:\n        case cohere.Client() as co:\n            return co.generate(prompt="a")  # use likely\n'},
    'a factory of a field': {'app.py': 'import cohere\nfrom dataclasses import dataclass, field\n@dataclass\nclass A:\n    co: object = field(default_factory=cohere.Client)\n    def f(self):\n        return self.co.generate(prompt="a")  # use confirmed\n'},
    'a context manager': {'app.py': 'import cohere\nfrom contextlib import contextmanager\n@contextmanager\ndef client():\n    co = cohere.Client()\n    try:\n        yield co\n    finally:\n        pass\nwith client() as c:\n    c.generate(prompt="x")  # use confirmed\n'},
    'an asynchronous context manager': {'app.py': 'import cohere\nfrom contextlib import asynccontextmanager\n@asynccontextmanager\nasync def client():\n    async with cohere.AsyncClient() as co:\n        yield co\nasync def f():\n    async with client() as c:\n        await c.generate(prompt="x")  # use confirmed\n'},
    'a dependency that yields': {'app.py': 'import cohere\nfrom fastapi import Depends\nasync def get_co():\n    async with cohere.AsyncClient() as co:\n        yield co\nasync def route(co=Depends(get_co)):\n    return await co.generate(prompt="x")  # use confirmed\n'},
    'an annotated dependency': {'app.py': 'import cohere\nfrom typing import Annotated\nfrom fastapi import Depends\ndef get_co():\n    return cohere.Client()\nCo = Annotated[object, Depends(get_co)]\ndef route(co: Co):\n    return co.generate(prompt="x")  # use confirmed\ndef other(co: Annotated[object, Depends(get_co)]):\n    return co.generate(prompt="x")  # use confirmed\n'},
    'a protocol': {'app.py': 'import cohere\nfrom typing import Protocol\nclass Completer(Protocol):\n    def generate(self, prompt: str): ...\ndef ask(c: Completer):\n    return c.generate(prompt="a")  # use confirmed\nask(cohere.Client())\n'},
    "a model's private field": {'app.py': 'import cohere\nfrom typing import Any, Optional\nfrom pydantic import BaseModel, PrivateAttr, Field\nclass A(BaseModel):\n    client: Any = None\n    _p: Any = PrivateAttr(default_factory=cohere.Client)\n    def model_post_init(self, ctx):\n        self.client = cohere.Client()\n    def f(self):\n        self._p.generate(prompt="b")  # use confirmed\n        return self.client.generate(prompt="a")  # use confirmed\n'},
    'a validator': {'app.py': 'import cohere\nfrom typing import Any\nfrom pydantic import BaseModel, root_validator\nclass A(BaseModel):\n    client: Any\n    key: str = None\n    @root_validator()\n    def v(cls, values):\n        values["client"] = cohere.Client(values["key"])\n        return values\n    def f(self):\n        return self.client.generate(prompt="a")  # use confirmed\n'},
    'an extension': {'ext.py': 'import cohere\nclass Ext:\n    def init_app(self, app):\n        app.extensions["cohere"] = cohere.Client(app.config["K"])\n', 'views.py': 'from flask import current_app\ndef v():\n    return current_app.extensions["cohere"].generate(prompt="a")  # use likely\n'},
    'a setting of Django': {'proj/settings.py': 'import cohere\nCOHERE = cohere.Client("k")\n', 'app/views.py': 'from django.conf import settings\ndef v(r):\n    return settings.COHERE.generate(prompt="a")  # use likely\n'},
    'a fixture of a class': {'app.py': 'import cohere, pytest\nclass TestA:\n    @pytest.fixture(autouse=True)\n    def setup(self):\n        self.co = cohere.Client()\n    def test_a(self):\n        self.co.generate(prompt="a")  # use confirmed\n'},
    'a chain of fixtures': {'tests/conftest.py': 'import cohere, pytest\n@pytest.fixture\ndef raw():\n    return cohere.Client()\n@pytest.fixture\ndef co(raw):\n    yield raw\n', 'tests/unit/test_a.py': 'def test_a(co):\n    co.generate(prompt="a")  # use confirmed\n'},
    'an injected parameter': {'app.py': 'import cohere\nfrom injector import Module, provider, inject, Injector\nclass M(Module):\n    @provider\n    def c(self) -> cohere.Client:\n        return cohere.Client()\nclass S:\n    @inject\n    def __init__(self, engine: cohere.Client):\n        self.engine = engine\n    def f(self):\n        return self.engine.generate(prompt="a")  # use likely\n'},
    'a dictionary of classes': {'app.py': 'import cohere\nclass Co:\n    def __init__(self): self.c = cohere.Client()\n    def go(self, p): return self.c.generate(prompt=p)  # use confirmed\nclass Ol:\n    def __init__(self):\n        import ollama\n        self.c = ollama.Client()\n    def go(self, p): return self.c.generate(prompt=p)\nP = {"co": Co, "ol": Ol}\nP["co"]().go("x")\n'},
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
        assert set(re.findall(r"[A-Za-z_]\w*", step.text)) & set(re.findall(r"[A-Za-z_]\w*", line))


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        (
            "base = {'model': 'command'} | {'k': 3}\nbase |= {'p': 1}\nco.generate(prompt='x', **base)",
            ["prompt", "model", "k", "p"],
        ),
        (
            "d = dict(model='command', k=1)\nd = {k: v for k, v in d.items() if v}\nco.generate(prompt='x', **d)",
            ["prompt", "model", "k"],
        ),
    ],
)
def test_dictionaries_are_folded(text: str, arguments: list[str]) -> None:
    (site,) = sites(f"import cohere\nco = cohere.Client()\n{text}\n")
    assert names(site) == arguments
