"""Clients and arguments that go through other functions, and names that are put together: uses end with the mark."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import marked, names, sites

_ASK = "import asyncio, cohere, threading\ndef ask(c, p):\n    return c.generate(prompt=p)  # use confirmed\n"
CASES: dict[str, dict[str, str]] = {
    'a function and its rest': {'app.py': 'import cohere\ndef run(fn, *rest):\n    return fn(*rest)\ndef ask(c):\n    return c.generate(prompt="x")  # use confirmed\nrun(ask, cohere.Client())\n'},
    'a function and its keywords': {'app.py': 'import cohere\ndef run(fn, **kw):\n    return fn(**kw)\ndef ask(c):\n    return c.generate(prompt="x")  # use confirmed\nrun(ask, c=cohere.Client())\n'},
    'a function and one argument': {'app.py': 'import cohere\ndef run(fn, a):\n    return fn(a)\ndef ask(c):\n    return c.generate(prompt="x")  # use confirmed\nrun(ask, cohere.Client())\n'},
    'a rest that is handed on': {'app.py': 'import cohere\ndef run(*rest):\n    return ask(*rest)\ndef ask(p, c):\n    return c.generate(prompt=p)  # use confirmed\nrun("a", cohere.Client())\n'},
    'a method that runs functions, elsewhere': {'pool.py': 'class Pool:\n    def run(self, fn, *args, **kw):\n        return fn(*args, **kw)\n', 'llm.py': 'def ask(c, p):\n    return c.generate(prompt=p)  # use confirmed\n', 'app.py': 'import cohere\nfrom llm import ask\nfrom pool import Pool\nPool().run(ask, cohere.Client(), p="x")\n'},
    'an executor': {'app.py': _ASK + 'def main(ex):\n    ex.submit(ask, cohere.Client(), "x")\n'},
    'a thread of asyncio': {'app.py': _ASK + 'async def main():\n    await asyncio.to_thread(ask, p="x", c=cohere.Client())\n'},
    "a loop's executor": {'app.py': _ASK + 'async def main(loop):\n    await loop.run_in_executor(None, ask, cohere.Client(), "x")\n'},
    'a thread': {'app.py': _ASK + 'threading.Thread(target=ask, args=(cohere.Client(), "x")).start()\n'},
    "a thread's keywords": {'app.py': _ASK + 'threading.Thread(target=ask, kwargs={"c": cohere.Client(), "p": "x"}).start()\n'},
    'a pool': {'app.py': _ASK + 'def main(pool):\n    pool.apply_async(ask, (cohere.Client(), "x"))\n'},
    'a map': {'app.py': 'import cohere\ndef ask(c):\n    return c.generate(prompt="x")  # use confirmed\nlist(map(ask, [cohere.Client("a"), cohere.Client("b")]))\n'},
    'a map of tuples': {'app.py': _ASK + 'def main(pool):\n    pool.starmap(ask, [(cohere.Client(), "x")])\n'},
    'a column of a table': {'app.py': 'import cohere\ndef ask(p, c):\n    return c.generate(prompt=p)  # use likely\ndef main(df):\n    df.p.apply(ask, args=(cohere.Client(),))\n'},
    'a column of a table, by name': {'app.py': 'import cohere\ndef ask(p, c):\n    return c.generate(prompt=p)  # use confirmed\ndef main(df):\n    df.p.apply(ask, c=cohere.Client())\n'},
    'whatever takes a function': {'app.py': 'import cohere\nfrom tenacity import Retrying\ndef ask(c, p):\n    return c.generate(prompt=p)  # use likely\nRetrying()(ask, cohere.Client(), "x")\n'},
    'a class that an executor makes': {'app.py': 'import cohere\nclass Job:\n    def __init__(self, c):\n        self.c = c\n        self.c.generate(prompt="x")  # use confirmed\ndef main(ex):\n    ex.submit(Job, cohere.Client())\n'},
    "another library's client": {'app.py': 'import cohere, ollama\ndef run(fn, *rest):\n    return fn(*rest)\ndef ask(c):\n    return c.generate(prompt="x")\ndef other(c):\n    return c.embed(texts=["x"])\nrun(ask, ollama.Client())\nrun(other, cohere.Client())\n'},
    'a place behind the client': {'app.py': 'import cohere, ollama\ndef ask(a, c):\n    return c.generate(prompt="x")\ndef main(ex):\n    ex.submit(ask, cohere.Client(), ollama.Client())\n'},
    'a changed copy': {'app.py': 'import cohere\nfrom pydantic import BaseModel\nclass S(BaseModel):\n    engine: object = None\ns = S().model_copy(update={"engine": cohere.Client()})\ns.engine.generate(prompt="x")  # use confirmed\nt = S().copy(update={"engine": cohere.Client()})\nt.engine.generate(prompt="x")  # use confirmed\n'},
    'a sum': {'app.py': 'import cohere\nco = cohere.Client()\ngetattr(co, "generate" + "_stream")(prompt="x")  # use confirmed\n'},
    'a format': {'app.py': 'import cohere\nco = cohere.Client()\nkind = "generate"\ngetattr(co, f"{kind}_stream")(prompt="x")  # use confirmed\n'},
    'a join': {'app.py': 'import cohere\nco = cohere.Client()\ngetattr(co, "_".join(("generate", "stream")))(prompt="x")  # use confirmed\n'},
    'a loop over names': {'app.py': 'import cohere\nco = cohere.Client()\nfor name in ("embed", "generate"):\n    getattr(co, name)(prompt="x")  # use confirmed\n'},
    'a loop over pairs': {'app.py': 'import cohere\nco = cohere.Client()\nfor name, n in [("embed", 1), ("generate", 2)]:\n    getattr(co, name)(prompt="x")  # use confirmed\n'},
    'a table of names': {'app.py': 'import cohere\nco = cohere.Client()\nNAMES = {"g": "generate", "c": "chat"}\ngetattr(co, NAMES["g"])(prompt="x")  # use confirmed\ngetattr(co, NAMES["c"])(message="x")\n'},
    'a choice': {'app.py': 'import cohere\nco = cohere.Client()\ndef f(s):\n    return getattr(co, "generate_stream" if s else "generate")(prompt="x")  # use confirmed\n'},
    'a branch': {'app.py': 'import cohere\nco = cohere.Client()\ndef f(s):\n    if s:\n        m = "generate_stream"\n    else:\n        m = "generate"\n    return getattr(co, m)(prompt="x")  # use confirmed\n'},
    'a parameter': {'app.py': 'import cohere\nco = cohere.Client()\ndef call(method, **kw):\n    return getattr(co, method)(**kw)  # use confirmed\ncall("generate", prompt="x")\n'},
    'an attribute': {'app.py': 'import cohere\nclass A:\n    METHOD = "generate"\n    def __init__(self, method="generate"):\n        self.c = cohere.Client()\n        self.method = method\n    def f(self):\n        getattr(self.c, self.method)(prompt="x")  # use confirmed\n        return getattr(self.c, self.METHOD)(prompt="x")  # use confirmed\n'},
    'a constant elsewhere': {'cfg.py': 'METHOD = "generate"\n', 'app.py': 'import cohere\nfrom cfg import METHOD\nco = cohere.Client()\ngetattr(co, METHOD)(prompt="x")  # use confirmed\n'},
    'attributes set in a loop': {'app.py': 'import cohere\nclass A:\n    def __init__(self):\n        for n in ("fast", "slow"):\n            setattr(self, f"{n}_engine", cohere.Client())\n    def f(self):\n        return self.fast_engine.generate(prompt="x")  # use confirmed\n'},
    'an attribute by a name put together': {'app.py': 'import cohere\nclass A:\n    def __init__(self):\n        self.fast_engine = cohere.Client()\n    def f(self, n="fast"):\n        return getattr(self, n + "_engine").generate(prompt="x")  # use confirmed\n'},
    'names of other methods': {'app.py': 'import cohere, ollama\nco, ol = cohere.Client(), ollama.Client()\nfor name in ("embed", "rerank"):\n    getattr(co, name)(texts=["x"])\nfor name in ("embed", "generate"):\n    getattr(ol, name)(prompt="x")\n'},
}  # fmt: skip


@pytest.mark.parametrize("tree", CASES.values(), ids=CASES)
def test_a_use_is_found_where_the_mark_is(tree: dict[str, str]) -> None:
    wanted, _ = marked(tree)
    found = {
        (row.path, row.span.line, str(row.confidence))
        for row in sites(tree)
        if row.kind in (Kind.SDK_CALL, Kind.SDK_STREAM)
    }
    assert found == wanted


def test_a_changed_copy_of_the_arguments_tells_what_changes() -> None:
    tree = 'import cohere\nfrom pydantic import BaseModel\nclass P(BaseModel):\n    prompt: str\np = P(prompt="a").model_copy(update={"num_generations": 3})\ncohere.Client().generate(**p.model_dump())\n'
    found = next(site for site in sites(tree) if site.span.line == 6)
    assert {"prompt", "num_generations"} <= set(names(found))


def test_what_runs_a_method_gives_its_answer() -> None:
    tree = 'import cohere, guardrails\nco = cohere.Client()\nguard = guardrails.Guard("x")\ndef f(m, p):\n    raw, ok = guard(co.generate, model=m, prompt=p)\n    return ok.generations[0].text\n'
    (found,) = sites(tree)
    assert [(row.line, row.text) for row in found.reads] == [(6, "ok.generations[0].text")]


def test_the_best_of_the_answers_is_read() -> None:
    tree = 'import cohere\nr = cohere.Client().generate(prompt="x")\nbest = max(r.generations, key=len)\nprint(best.text)\n'
    (found,) = sites(tree)
    assert [row.text for row in found.reads] == ["r.generations", "best.text"]


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ('co = cohere.Client("aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b")\n', True),
        ('KEY = "aB3dE5fG7hI9jK1lM3nO5pQ7rS9tU1vW3xY5zA7b"\nco = cohere.Client(api_key=KEY)\n', True),
        ('co = cohere.Client("YOUR_API_KEY")\n', False),
        ('import os\nco = cohere.Client(os.environ["COHERE_API_KEY"])\n', False),
    ],
)
def test_a_key_in_another_file_is_told_where_it_is_used(config: str, told: bool) -> None:
    (found,) = sites(
        {"conf.py": f"import cohere\n{config}", "app.py": 'from conf import co\nco.generate(prompt="x")\n'}
    )
    assert found.key_in_code is told


@pytest.mark.parametrize(
    "lines",
    [
        "import asyncio\nasync def f(ps):\n    rs = await asyncio.gather(*(co.generate(prompt=p) for p in ps))\n    return [r.generations[0].text for r in rs]\n",
        "from concurrent.futures import as_completed\ndef f(ps, ex):\n    fs = {ex.submit(co.generate, prompt=p): p for p in ps}\n    return [r.result().generations[0].text for r in as_completed(fs)]\n",
    ],
)
def test_answers_that_are_gathered_are_read(lines: str) -> None:
    (found,) = sites("import cohere\nco = cohere.AsyncClient()\n" + lines)
    assert len(found.reads) == 1


def test_a_model_in_the_second_place_tells_the_era() -> None:
    (found,) = sites('import cohere\ncohere.Client().generate("hello", "command", max_tokens=3)\n')
    assert names(found) == ["prompt", "model", "max_tokens"]


@pytest.mark.parametrize(
    "call",
    [
        'run(fn=co.generate, args={"prompt": "x", "k": 3})',
        'run(fn=co.generate, options=ARGS | {"prompt": "x"})',
        'run(co.generate, {"prompt": "x", "k": 3})',
        'run(co.generate, {**ARGS, "prompt": "x"})',
    ],
)
def test_a_dictionary_beside_a_method_is_its_keywords(call: str) -> None:
    (found,) = sites(f'import cohere\nfrom runner import run\nco = cohere.Client()\nARGS = {{"k": 3}}\n{call}\n')
    assert sorted(str(name) for name in names(found)) == ["k", "prompt"]


@pytest.mark.parametrize(
    "other", ['{"retries": 3}', 'context={"message": "failed", "level": 2}', 'log={"prompt": "x", "level": 2}']
)
def test_a_dictionary_of_something_else_beside_a_method_is_none(other: str) -> None:
    (found,) = sites(f"import cohere\nfrom runner import run\nrun(cohere.Client().generate, {other})\n")
    assert {"retries", "message", "level", "prompt"}.isdisjoint(names(found))


def test_a_name_that_a_tree_is_full_of_takes_no_place_of_another() -> None:
    head = "import cohere\nfrom other import job\ndef ask(thing):\n    return thing.generate(prompt='x')\n"
    kept = "job.run = ask\njob.spare = ask\njob.spare(cohere.Client())\n"
    (found,) = sites(head + "job.run(1)\n" * 300 + kept)
    assert (found.span.line, str(found.confidence)) == (4, "confirmed")
