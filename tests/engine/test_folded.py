"""Dictionaries that a call unpacks, made by helpers and by other modules, and what only has a built-in's name."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

from pathlib import Path

import pytest

from audits.engine.facts import Kind
from audits.engine.judge import judge
from tests.engine.test_analysis import audit
from tests.engine.trees import marked, sites

HEAD = "import cohere\nco = cohere.Client()\n"
# By case: the tree, and the arguments of the calls of Generate in the order of their lines.
CASES: dict[str, tuple[dict[str, str], list[dict[str, str]]]] = {
    "a filter that others call too": (
        {
            "tools.py": "def clean(rows):\n    return {k: v for k, v in rows.items() if v is not None}\n",
            "app.py": HEAD + "from tools import clean\ndef ask(p):\n    body = clean({'prompt': p, 'k': 3})\n    return co.generate(**body)\n",
            "other.py": "from tools import clean\ndef other(x):\n    return clean({'stop': x, 'n': 4})\n",
        },
        [{"prompt": "p", "k": "3"}],
    ),
    "a parameter that is given anew": (
        {
            "app.py": HEAD + "class Payload:\n    stop: str\n    user: str\ndef clean(rows):\n    return {k: v for k, v in rows.items() if v}\ndef ask(payload: Payload):\n    payload = clean({'prompt': payload.text})\n    return co.generate(**payload)\ndef other(payload: Payload):\n    return clean(payload)\n",
        },
        [{"prompt": "payload.text"}],
    ),
    "a method that adds": (
        {
            "app.py": "import cohere\nclass A:\n    def __init__(self):\n        self.co = cohere.Client()\n    def full(self, rows, more=None):\n        return {**rows, 'model': 'command'}\n    def ask(self, p):\n        return self.co.generate(**self.full({'prompt': p}))\n    def other(self):\n        return self.full({'n': 1})\n",
        },
        [{"prompt": "p", "model": "'command'"}],
    ),
    "positional arguments": (
        {
            "app.py": HEAD + "def opts(prompt, n):\n    return {'prompt': prompt, 'num_generations': n}\nco.generate(**opts(a, 4))\nco.generate(**opts(b, 2))\n",
        },
        [{"prompt": "a", "num_generations": "4"}, {"prompt": "b", "num_generations": "2"}],
    ),
    "keywords": (
        {
            "app.py": HEAD + "def opts(**kw):\n    return {k: v for k, v in kw.items() if v}\nco.generate(**opts(prompt=a, k=1))\nopts(n=2)\n",
        },
        [{"prompt": "a", "k": "1"}],
    ),
    "items of a module's dictionary": (
        {
            "app.py": HEAD + "P = {}\nP['k'] = 3\nP.update(p=0.2)\ndef a(x):\n    return co.generate(prompt=x, **dict(P))\ndef b(x):\n    return co.generate(**{**P, 'prompt': x})\ndef c(x):\n    own = P.copy()\n    own['prompt'] = x\n    return co.generate(**own)\nP['max_tokens'] = 9\n",
        },
        [
            {"prompt": "x", "k": "3", "p": "0.2", "max_tokens": "9"},
            {"prompt": "x", "k": "3", "p": "0.2", "max_tokens": "9"},
            {"prompt": "x", "k": "3", "p": "0.2", "max_tokens": "9"},
        ],
    ),
    "items of another module's dictionary": (
        {
            "conf.py": "P = {}\nP['k'] = 3\nP.update(max_tokens=4)\n",
            "app.py": HEAD + "import conf\nfrom conf import P\nco.generate(prompt=x, **P)\nco.generate(prompt=x, **conf.P)\n",
        },
        [{"prompt": "x", "k": "3", "max_tokens": "4"}, {"prompt": "x", "k": "3", "max_tokens": "4"}],
    ),
    "a name of one's own": (
        {
            "app.py": HEAD + "P = {}\nP['k'] = 3\ndef a(P):\n    P['p'] = 0.5\n    return co.generate(prompt=x, **P)\ndef b():\n    P = {'max_tokens': 3}\n    return co.generate(prompt=x, **P)\n",
        },
        [{"prompt": "x", "p": "0.5", "**P": "**P"}, {"prompt": "x", "max_tokens": "3"}],
    ),
    "what another function puts in": (
        {
            "app.py": HEAD + "P = {}\ndef start():\n    P['k'] = 3\ndef a():\n    return co.generate(prompt=x, **P)\n",
        },
        [{"prompt": "x", "**P": "**P"}],
    ),
    "a list of allowed names": (
        {
            "app.py": HEAD + "def ask(p, **kw):\n    allowed = ['k', 'p']\n    rows = {'k': 1, 'n': 2, 'stop': p}\n    args = {x: v for x, v in rows.items() if v is not None and x in allowed}\n    return co.generate(prompt=p, **args)\n",
        },
        [{"prompt": "p", "k": "1"}],
    ),
    "allowed and barred names of elsewhere": (
        {
            "names.py": "OK = frozenset({'k', 'p'})\n",
            "app.py": HEAD + "from names import OK\nclass A:\n    NO = ('n',)\n    def ask(self, rows):\n        rows = {'k': 1, 'n': 2, 'p': 3, 'max_tokens': 4}\n        co.generate(prompt=x, **{key: v for key, v in rows.items() if key in OK})\n        co.generate(prompt=x, **{key: v for key, v in rows.items() if key not in self.NO})\n        co.generate(prompt=x, **{key: v for key, v in rows.items() if key not in ('k',) or v})\n",
        },
        [
            {"prompt": "x", "k": "1", "p": "3"},
            {"prompt": "x", "k": "1", "p": "3", "max_tokens": "4"},
            {"prompt": "x", "k": "1", "n": "2", "p": "3", "max_tokens": "4"},
        ],
    ),
    "names that are asked for one by one": (
        {
            "app.py": HEAD + "def ask(cfg, rows):\n    rows = {'k': 1, 'n': 2}\n    co.generate(prompt=x, **{key: rows[key] for key in ('k', 'p') if key in rows})\n    co.generate(prompt=x, **{key: cfg.get(key) for key in ['model', 'p']})\n",
        },
        [{"prompt": "x", "k": "1"}, {"prompt": "x", "model": "cfg.get(…)", "p": "cfg.get(…)"}],
    ),
    "names that are not in what is known": (
        {
            "app.py": HEAD + "rows = {'k': 1}\nco.generate(prompt=x, **{key: rows.get(key) for key in ('k', 'p') if rows.get(key)})\nco.generate(prompt=x, **{key: rows.get(key) for key in ('k', 'p') if key != 'p'})\n",
        },
        [{"prompt": "x", "k": "1"}, {"prompt": "x", "k": "1"}],
    ),
    "names that a parameter lists": (
        {
            "app.py": HEAD + "def ask(names):\n    rows = {'k': 1, 'n': 2}\n    co.generate(prompt=x, **{key: v for key, v in rows.items() if key in names})\nask(['k'])\n",
        },
        [{"prompt": "x", "k": "1", "n": "2"}],
    ),
    "a helper that calls itself": (
        {
            "app.py": HEAD + "def f(rows):\n    return f({**rows, 'k': 1}) if rows else g(rows)\ndef g(rows):\n    return f(rows)\nco.generate(prompt=x, **g({'p': 1}))\n",
        },
        [{"prompt": "x", "**g({'p': 1})": "**g({'p': 1})"}],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_it_is_folded_to_what_this_call_passes(case: str) -> None:
    tree, wanted = CASES[case]

    found = [judge(row) for row in sites(tree) if row.kind is Kind.SDK_CALL]

    assert [{row.name: row.value for row in usage.parameters} for usage in found] == wanted


@pytest.mark.parametrize("case", ["a filter that others call too", "items of another module's dictionary"])
def test_a_module_that_only_makes_the_dictionary_is_read_for_it(case: str, tmp_path: Path) -> None:
    tree, wanted = CASES[case]

    found = audit(tmp_path, tree).usages

    assert [{row.name: row.value for row in usage.parameters} for usage in found] == wanted


OWN: dict[str, str] = {
    "zip": "def zip(first, second):\n    return [(second, first)]\nfor x, y in zip(co, other):\n    x.generate(prompt='a')\n",
    "enumerate": "from rows import enumerate\nfor n, x in enumerate([co]):\n    x.generate(prompt='a')\n",
    "items": "class Bag:\n    def items(self):\n        return [('key', 1, co)]\nfor key, n, x in Bag().items():\n    x.generate(prompt='a')  # use confirmed\n",
    "the built-in": "for x, y in zip([co], [1]):\n    x.generate(prompt='a')  # use confirmed\nfor n, z in enumerate([co]):\n    z.generate(prompt='a')  # use confirmed\nfor k, w in {'a': co}.items():\n    w.generate(prompt='a')  # use confirmed\n",
}  # fmt: skip


@pytest.mark.parametrize("case", OWN)
def test_a_function_of_ones_own_is_no_built_in(case: str) -> None:
    wanted, found = marked({"app.py": HEAD + OWN[case], "rows.py": "def enumerate(rows):\n    return rows\n"})

    assert found == wanted
