"""What a call unpacks, in the Chat call that takes its place; and arguments that come without a name."""

import ast

import pytest

from audits.engine.facts import Platform, Usage
from audits.engine.judge import judge
from tests.engine.trees import sites

HEAD = "import os, cohere\nco = cohere.Client()\n"


def first(text: str) -> Usage:
    return judge(sites(HEAD + text)[0])


def written(usage: Usage) -> list[str | None]:
    """The keywords of both Chat calls, which compile."""
    assert usage.replacement is not None
    calls = [ast.parse(code, mode="eval").body for code in (usage.replacement.v2, usage.replacement.v1)]
    v2, v1 = (call for call in calls if isinstance(call, ast.Call))
    names = [[row.arg for row in call.keywords if row.arg not in ("messages", "message")] for call in (v2, v1)]
    assert names[0] == names[1]
    return names[0]


@pytest.mark.parametrize(
    ("text", "prompt"),
    [
        ("co.generate(make(x, 3), model='command')", "make(x, 3)"),
        ("co.generate(f'a {x} b', model='command')", "f'a {x} b'"),
        ("co.generate('a ' + b, model='command')", "'a ' + b"),
        ("co.generate(self.PROMPT, model='command')", "self.PROMPT"),
        ("kw = {'model': 'command'}\nkw['prompt'] = self.PROMPT\nco.generate(**kw)", "self.PROMPT"),
        ("co.generate([*rows][0], model='command')", "[*rows][0]"),
    ],
)
def test_a_prompt_without_a_name_is_kept_as_it_is_written(text: str, prompt: str) -> None:
    usage = first(text)

    assert usage.replacement is not None
    assert f"message={prompt}" in usage.replacement.v1
    assert written(usage) == ["model", "temperature"]


def test_what_callers_pass_is_not_written_into_the_helper() -> None:
    usage = first("def f(p, **kw):\n    return co.generate(prompt=p, **kw)\nf('a', k=3, end_sequences=['x'])\n")

    assert usage.replacement is not None
    assert "if name != 'end_sequences'" in usage.replacement.v2
    assert "k=3" not in usage.replacement.v2
    assert any("pass it on as `stop_sequences`" in note for note in usage.replacement.notes)
    # All that it holds is known: it is no unknown parameter.
    assert [row.name for row in usage.parameters] == ["prompt", "k", "end_sequences"]


def test_what_an_object_keeps_stays_in_what_is_unpacked() -> None:
    text = """
class A:
    def __init__(self, model, t=0.5):
        self.kw = {'model': model, 'temperature': t, 'truncate': 'END'}

    def f(self, p):
        return co.generate(**{**self.kw, 'prompt': p})
"""
    usage = first(text)

    assert usage.replacement is not None
    assert written(usage) == [None]
    assert "name not in ('truncate', 'prompt')" in usage.replacement.v2
    assert '"content": p' in usage.replacement.v2


def test_a_constant_of_the_module_is_written_out() -> None:
    usage = first("OPTS = {'k': 1, 'truncate': 'END'}\ndef f(p):\n    return co.generate(prompt=p, **OPTS)\n")
    assert written(usage) == ["model", "k", "temperature"]


@pytest.mark.parametrize(
    "text",
    [
        "def f(p, opts={}):\n    return co.generate(prompt=p, **opts)\n",
        "class A:\n    opts: dict = {}\n    def f(self, p):\n        return co.generate(prompt=p, **self.opts)\n",
        "def f(p, names):\n    d = {}\n    for n in names:\n        d[n] = 1\n    return co.generate(prompt=p, **d)\n",
    ],
)
def test_an_empty_default_and_unknown_keys_are_said_to_be_unknown(text: str) -> None:
    usage = first(text)

    assert [row.name.startswith("**") for row in usage.parameters] == [False, True]
    assert written(usage) == [None]
    assert usage.replacement is not None
    assert '**{"model": "command-a-03-2025", **' in usage.replacement.v2


def test_each_of_two_unknown_dictionaries_stays() -> None:
    usage = first(
        "class A:\n    def __init__(self, **kw):\n        self.options = {**kw}\n    def f(self, p, **kw):\n"
        "        return co.generate(prompt=p, **self.options, **kw)\n"
    )

    assert [row.name for row in usage.parameters] == ["prompt", "**self.options", "**kw"]
    assert written(usage) == [None]
    assert usage.replacement is not None
    assert '**{"model": "command-a-03-2025", **self.options, **kw}' in usage.replacement.v2


@pytest.mark.parametrize(
    ("address", "platform"),
    [
        ("None", Platform.COHERE),
        ("'https://api.cohere.com'", Platform.COHERE),
        ("f'https://api.cohere.com/{v}'", Platform.COHERE),
        ("'http://localhost:8000'", Platform.PRIVATE),
        ("os.getenv('X', 'http://localhost:3') + '/cohere'", Platform.PRIVATE),
        ("os.getenv('X')", Platform.UNKNOWN),
        ("settings.URL", Platform.UNKNOWN),
    ],
)
def test_who_answers_at_an_address_of_ones_own(address: str, platform: Platform) -> None:
    (site,) = sites(f"import os, cohere\nco = cohere.Client(base_url={address})\nco.generate(prompt='a')\n")
    assert site.platform is platform


@pytest.mark.parametrize(
    "text",
    [
        "def f(opts):\n    return co.generate('x', **(opts or {}))\n",
        "def f(opts=None):\n    opts = opts or {}\n    return co.generate('x', **opts)\n",
        "def f(opts=None):\n    opts = dict(opts) if opts else {}\n    return co.generate('x', **opts)\n",
        "def f(a, opts):\n    return co.generate('x', **({'k': 1} if a else opts))\n",
    ],
)
def test_what_one_way_leaves_unknown_stays_in_the_call(text: str) -> None:
    usage = first(text)

    assert usage.parameters[-1].name.startswith("**")
    assert usage.replacement is not None
    assert "opts" in usage.replacement.v2


def test_what_setdefault_gives_is_no_secret() -> None:
    (site,) = sites(
        "import cohere\nco = cohere.Client()\ndef f(kw):\n    kw.setdefault('model', 'command-light')\n"
        "    return co.generate(prompt='x', **kw)\n"
    )
    usage = judge(site)
    assert usage.model == "command-light"
    assert usage.replacement is not None
    assert "if name != 'model'" in usage.replacement.v2


def test_a_bound_that_a_branch_sets_is_not_the_value() -> None:
    (site,) = sites(
        "import cohere\nco = cohere.Client()\ndef f(p, n):\n    kw = {'prompt': p, 'num_generations': n}\n"
        "    if n > 5:\n        kw['num_generations'] = 5\n    return co.generate(**kw)\n"
    )
    assert {row.name: row.source for row in site.arguments if row.name} == {
        "prompt": "p",
        "num_generations": "n",
        "**": "**kw",
    }


@pytest.mark.parametrize(("more", "told"), [(3, ["prompt", "a0", "a1", "a2"]), (300, [])])
def test_a_command_line_of_very_many_options_is_not_gone_through(more: int, told: list[str]) -> None:
    options = "".join(f"p.add_argument('--a{number}', default=1)\n" for number in range(more))
    text = (
        f"import argparse\np = argparse.ArgumentParser()\np.add_argument('--prompt')\n{options}args = p.parse_args()\n"
    )
    (site,) = sites(HEAD + text + "co.generate(**vars(args))\n")

    assert [row.name for row in site.arguments if row.name != "**"] == told
