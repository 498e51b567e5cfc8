"""Replacements of calls that are made in other ways than `co.generate(…)`: the code runs as it is shown."""

import re

import pytest

from audits.engine.facts import Usage, Verdict
from audits.engine.judge import judge
from tests.engine.trees import sites

HEAD = "import asyncio, cohere\nco = cohere.Client()\naco = cohere.AsyncClient()\n"


def used(text: str) -> Usage:
    return judge(sites(HEAD + text)[0])


def code(usage: Usage) -> str:
    assert usage.replacement is not None
    return " ".join(usage.replacement.v2.split())


def notes(usage: Usage) -> str:
    assert usage.replacement is not None
    return " ".join(usage.replacement.notes)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("raw = co.with_raw_response\nraw.generate(prompt='a')\n", "co.v2.with_raw_response.chat("),
        ("cohere.Client.generate(co, prompt='a')\n", "co.v2.chat("),
        ("def f(o):\n    return co.generate(**o)\nf({'prompt': 'a', 'k': 3})\n", '"content": o["prompt"]'),
        ("def f(p, **kw):\n    return co.generate(p, **kw)\nf('a')\n", '"temperature": 0.75, **kw}'),
        (
            "def f(p, **kw):\n    kw = {**{'max_tokens': 20}, **kw}\n    return co.generate(p, **kw)\nf('a')\n",
            '**{"model": "command-a-03-2025", "temperature": 0.75, **kw}',
        ),
        (
            "def f(p, **kw):\n    o = {'max_tokens': 20}\n    o.update(kw)\n    return co.generate(p, **o)\nf('a')\n",
            "**o}",
        ),
        (
            "def f(p, x):\n    o = {'k': 1}\n    if x:\n        o['max_tokens'] = 3\n    return co.generate(p, **o)\n",
            "**{name: value for name, value in o.items() if name != 'k'}",
        ),
    ],
)
def test_it_is_called_on_the_client_and_keeps_what_is_unpacked(text: str, shown: str) -> None:
    assert shown in code(used(text))
    compile(code(used(text)), "<replacement>", "eval")


def test_a_method_that_is_kept_is_called_as_chat_where_it_is_called() -> None:
    for text, called in (
        ("ask = co.generate\nask(prompt='a', k=3)\n", "ask("),
        ("asks = {'a': co.generate}\nasks['a'](prompt='a', k=3)\n", "asks['a']("),
    ):
        usage = used(text)
        assert code(usage) == "co.v2.chat"
        assert f'call it so: `{called}model="command-a-03-2025", messages=' in notes(usage)


@pytest.mark.parametrize(
    "text",
    [
        "asyncio.create_task(aco.generate(prompt='a', num_generations=3))\n",
        "for x in co.generate_stream(prompt='a', num_generations=3):\n    print(x.text)\n",
        "async def f(p):\n    await asyncio.to_thread(co.generate, prompt=p, num_generations=3)\n",
    ],
)
def test_no_list_stands_where_one_call_is_asked_for(text: str) -> None:
    usage = used(text)
    assert "[ " not in code(usage)
    assert "make this call that often" in notes(usage)
    assert "is a list now" not in notes(usage)


def test_what_is_worked_out_for_one_call_is_worked_out_once() -> None:
    usage = used("def f(file, kw):\n    co.generate(file.read(), temperature=kw.pop('t'), num_generations=2)\n")
    assert '"content": prompt}], temperature=temperature' in code(usage)
    assert "for prompt in [file.read()] for temperature in [kw.pop('t')] for _ in range(2)" in code(usage)


def test_a_stream_is_not_awaited() -> None:
    text = "async def f(p):\n    async for x in await aco.generate(prompt=p, stream=True):\n        print(x.text)\n"
    assert "Without `await`" in notes(used(text))
    assert "await " not in code(used(text))


def test_a_model_that_a_default_gives_is_named_where_it_is_set() -> None:
    usage = used("def f(p, size='command'):\n    return co.generate(prompt=p, model=size)\n")
    assert (usage.model, usage.parameters[1].verdict) == ("command", Verdict.CHANGED)
    assert "model=size" in code(usage)
    assert "`size` may be `command`, which is gone" in notes(usage)
    alive = used("def f(p, size='command-a-03-2025'):\n    return co.generate(prompt=p, model=size)\n")
    assert (alive.model, alive.parameters[1].verdict) == (None, Verdict.KEPT)


def test_an_id_that_is_gone_is_renamed_where_the_call_spells_it_out() -> None:
    usage = used("def f(p, m=None):\n    return co.generate(prompt=p, model=m or 'command')\n")
    assert (usage.model, usage.parameters[1].verdict) == ("command", Verdict.CHANGED)
    assert "model=m or 'command-a-03-2025'" in code(usage)
    assert "command-a-03-2025 stands in its place" in notes(usage)


def test_more_stop_sequences_than_chat_takes_are_told() -> None:
    for stops, end, count in (("['a', 'b,c']", "['d', 'e', 'f', f(1, 2),]", 6), ("['a']", "[*x]", 0), ("x", "y", 0)):
        told = notes(used(f"co.generate(prompt='a', stop_sequences={stops}, end_sequences={end})\n"))
        assert ("at most 5 stop sequences" in told) is bool(count)
        assert not count or f"these are {count}" in told


def test_a_prompt_that_is_only_rated_has_no_place_in_chat() -> None:
    assert "alone: Chat has no such" in notes(used("co.generate(prompt='a', max_tokens=0, return_likelihoods='ALL')\n"))
    assert "alone: Chat has no such" not in notes(used("co.generate(prompt='a', max_tokens=0)\n"))


def test_each_call_of_a_kept_method_has_its_own_arguments() -> None:
    told = notes(used("gen = co.generate\ngen(prompt='a', temperature=0.1)\ngen(prompt='b', k=5)\n"))

    assert (
        """Line 5: call it so: `gen(model="command-a-03-2025", messages=[{"role": "user", "content": 'a'}], """ in told
    )
    assert "'a'}], temperature=0.1)`" in told
    assert """"content": 'b'}], k=5, temperature=0.75)`""" in told
    assert "Where it is called" not in told


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "async def f():\n    await co.generate(prompt='a')\n",
            "make it a cohere.AsyncClient, or leave the",
        ),
        ("v = cohere.ClientV2()\nasync def f():\n    await v.generate(prompt='a')\n", "make it a cohere.AsyncClientV2"),
        ("x = aco.generate(prompt='a').generations[0].text\n", "without `await` the call gives a coroutine"),
        ("r = aco.generate(prompt='a')\nr.generations[0].text\n", "without `await` the call gives a coroutine"),
    ],
)
def test_an_await_that_the_client_does_not_give_is_told(text: str, said: str) -> None:
    assert said in notes(used(text))


@pytest.mark.parametrize(
    "text",
    [
        "async def f():\n    await asyncio.to_thread(co.generate, prompt='a')\n",
        "async def f():\n    r = await aco.generate(prompt='a')\n    r.generations\n",
        "async def f():\n    t = aco.generate(prompt='a')\n    t = await t\n    t.generations[0].text\n",
        "async def f():\n    t = aco.generate(prompt='a')\n    r = await t\n    r.generations[0].text\n",
        "async def f():\n    t = asyncio.create_task(aco.generate(prompt='a'))\n    (await t).generations\n",
        "async def f(client):\n    (await client.generate(prompt='a', k=1, max_tokens=3)).generations\n",
    ],
)
def test_an_await_that_is_right_is_not_spoken_of(text: str) -> None:
    assert not re.search("await(?:ed|`)", notes(used(text)))


@pytest.mark.parametrize(
    ("made", "told"),
    [("'k', '2021-11-08'", True), ("'k', version='2022-12-06'", True), ("'k'", False), ("'k', '8'", False)],
)
def test_a_client_with_a_version_date_may_be_one_that_sent_other_defaults(made: str, told: bool) -> None:
    (site,) = sites(f"import cohere\nco = cohere.Client({made})\nco.generate(prompt='x')\n")
    found = judge(site).replacement
    assert found is not None
    assert any("those up to 2.9.0 sent temperature=1.0" in note for note in found.notes) == told
