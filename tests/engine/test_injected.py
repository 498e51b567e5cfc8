"""Clients that a decorator, a command's context, an application or a maker of objects brings: found and silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.trees import marked, sites

DECORATOR = "import cohere, functools\ndef deco(fn):\n    @functools.wraps(fn)\n    def w(*a, **k):\n        {0}\n    return w\n@deco\n"
FOUND: dict[str, str] = {
    "a decorator by position": f"{DECORATOR.format('return fn(cohere.Client(), *a, **k)')}def run(client, q):\n    return client.generate(prompt=q)  # use confirmed\n",
    "a decorator by name": f"{DECORATOR.format('return fn(*a, co=cohere.Client(), **k)')}def run(q, co):\n    return co.generate(prompt=q)  # use confirmed\n",
    "a decorator that adds a keyword": DECORATOR.format("k['co'] = cohere.Client(); return fn(*a, **k)") + "def run(q, co=None):\n    return co.generate(prompt=q)  # use confirmed\n",
    "a decorator with options": "import cohere\ndef with_co(key):\n    def deco(fn):\n        def w(*a):\n            return fn(cohere.Client(key), *a)\n        return w\n    return deco\n@with_co('k')\ndef run(co, q):\n    return co.generate(prompt=q)  # use confirmed\n",
    "a decorator of methods": "import cohere\ndef deco(fn):\n    def w(self, *a):\n        return fn(self, cohere.Client(), *a)\n    return w\nclass A:\n    @deco\n    def run(self, co, q):\n        return co.generate(prompt=q)  # use confirmed\n",
    "an entry of a command's object": "import click, cohere\n@click.group()\n@click.pass_context\ndef cli(ctx):\n    ctx.obj['co'] = cohere.Client()\n@cli.command()\n@click.pass_obj\ndef run(obj):\n    obj['co'].generate(prompt='x')  # use likely\n",
    "an application that is a mapping": "import cohere\nasync def start(app):\n    app['co'] = cohere.AsyncClient()\nasync def handle(request):\n    await request.app['co'].generate(prompt='x')  # use likely\n",
    "the values of annotated keywords": "import cohere\ndef run(**clients: cohere.Client):\n    for co in clients.values():\n        co.generate(prompt='x')  # use likely\n",
    "a class method that makes the object": "import cohere\nclass A:\n    @classmethod\n    async def create(cls):\n        self = cls()\n        self.co = cohere.AsyncClient()\n        return self\n    async def run(self):\n        await self.co.generate(prompt='x')  # use confirmed\n",
}  # fmt: skip
SILENT: dict[str, str] = {
    "a decorator that hands on what it gets": f"{DECORATOR.format('cohere.Client(); return fn(*a, **k)')}def run(model, q):\n    return model.generate(prompt=q)\n",
    "a decorator that brings something else": f"{DECORATOR.format('return fn(Model(), cohere.Client(), *a, **k)')}def run(model, other):\n    return model.generate(prompt='x')\n",
    "an object that no context passes": "import click, cohere\ndef cli(ctx):\n    ctx.obj['model'] = cohere.Client()\ndef run(obj):\n    obj['model'].generate(prompt='x')\n",
    "a mapping that is no application": "import cohere\nasync def start(rows):\n    rows['model'] = cohere.AsyncClient()\nasync def handle(request):\n    await request.rows['model'].generate(prompt='x')\n",
    "the values of other keywords": "import cohere\ndef run(**models: Model):\n    for model in models.values():\n        model.generate(prompt='x')\n",
    "another object in a class method": "import cohere\nclass A:\n    @classmethod\n    def create(cls):\n        other = Thing()\n        other.model = cohere.Client()\n        return other\n    def run(self):\n        self.model.generate(prompt='x')\n",
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds(case: str) -> None:
    wanted, found = marked({"app.py": FOUND[case]})

    assert found == wanted


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert not sites(SILENT[case])
