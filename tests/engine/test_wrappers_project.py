"""Helpers that hand their parameters on to Generate, and their callers: found and silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import CallSite, Confidence, Kind, Platform
from audits.engine.judge import judge
from tests.engine.trees import names, sites

CLIENT = "import cohere\nco = cohere.Client()\n"
HELPER = f"{CLIENT}def ask(prompt, n=1, key=None):\n    return co.generate(prompt=prompt, num_generations=n)\n"


def callers(files: dict[str, str] | str) -> list[CallSite]:
    return [site for site in sites(files) if site.kind is Kind.WRAPPER_PROJECT]


FOUND: dict[str, tuple[dict[str, str] | str, int, list[str]]] = {
    "a caller by position": (f"{HELPER}ask('a')\n", 5, ["prompt"]),
    "a renamed keyword": (f"{HELPER}ask('a', n=3)\n", 5, ["prompt", "num_generations"]),
    "a renamed argument by position": (f"{HELPER}ask('a', 3)\n", 5, ["prompt", "num_generations"]),
    "a key that stays behind": (f"{HELPER}ask('a', key=KEY)\n", 5, ["prompt"]),
    "keywords that go along": (f"{CLIENT}def ask(p, **rest):\n    return co.generate(prompt=p, **rest)\nask('a', k=3)\n", 5, ["prompt", "k"]),
    "nothing but keywords": (f"{CLIENT}def ask(**kw):\n    return co.generate(**kw)\nask(prompt='a', model='command')\n", 5, ["prompt", "model"]),
    "a dictionary put together": (f"{CLIENT}def ask(text, size):\n    body = {{'prompt': text, 'max_tokens': size}}\n    return co.generate(**body)\nask('a', 5)\n", 6, ["prompt", "max_tokens"]),
    "a parameter with a fallback": (f"{CLIENT}def ask(p, m=None):\n    return co.generate(prompt=p, model=m or 'command')\nask('a', m='x')\n", 5, ["prompt", "model"]),
    "a parameter that is trimmed": (f"{CLIENT}def ask(p):\n    p = p.strip()\n    return co.generate(prompt=str(p))\nask('a')\n", 6, ["prompt"]),
    "a template beside a parameter": (f"{CLIENT}def ask(q, t):\n    return co.generate(prompt=f'Q: {{q}}', temperature=t)\nask('a', t=2)\n", 5, ["temperature"]),
    "a splat of the caller": (f"{HELPER}d = {{'prompt': 'a', 'n': 2}}\nask(**d)\n", 6, ["prompt", "num_generations"]),
    "a method": (f"{CLIENT}class Bot:\n    def ask(self, p):\n        return co.generate(prompt=p)\nBot().ask('a')\n", 6, ["prompt"]),
    "an object that is called": (f"{CLIENT}class Bot:\n    def __call__(self, p):\n        return co.generate(prompt=p)\nbot = Bot()\nbot('a')\n", 7, ["prompt"]),
    "a static method": (f"{CLIENT}class Bot:\n    @staticmethod\n    def ask(p):\n        return co.generate(prompt=p)\nBot.ask('a')\n", 7, ["prompt"]),
    "a decorated helper": (f"{CLIENT}import tenacity\n@tenacity.retry\ndef ask(p):\n    return co.generate(prompt=p)\nask('a')\n", 7, ["prompt"]),
    "an inner function": (f"{CLIENT}def ask(p):\n    def once():\n        return co.generate(prompt=p)\n    return once()\nask('a')\n", 7, ["prompt"]),
    "an awaited helper": ("import cohere\nco = cohere.AsyncClient()\nasync def ask(p):\n    return await co.generate(prompt=p)\nasync def f():\n    await ask('a')\n", 6, ["prompt"]),
    "the client handed in": ("import cohere\ndef ask(c: cohere.Client, p):\n    return c.generate(prompt=p)\nask(x, 'a')\n", 4, ["prompt"]),
    "the method handed on as a value": (f"{CLIENT}import asyncio\nasync def ask(p):\n    return await asyncio.to_thread(co.generate, prompt=p)\nask('a')\n", 6, ["prompt"]),
    "a loop over a list": (f"{CLIENT}def run(prompts, **params):\n    for p in prompts:\n        yield co.generate(prompt=p, **params)\nlist(run(['a'], k=2))\n", 6, ["prompt", "k"]),
    "a comprehension over a list": (f"{CLIENT}def run(prompts):\n    return [co.generate(prompt=p) for p in sorted(prompts)]\nrun(['a'])\n", 5, ["prompt"]),
    "a loop that counts": (f"{CLIENT}def run(prompts):\n    for i, p in enumerate(prompts):\n        co.generate(prompt=p)\nrun(['a'])\n", 6, ["prompt"]),
    "a loop over two lists": (f"{CLIENT}def run(prompts, sizes):\n    for p, n in zip(prompts, sizes):\n        co.generate(prompt=p, max_tokens=n)\nrun(['a'], [3])\n", 6, ["prompt", "max_tokens"]),
    "a method that is called as the object": (f"{CLIENT}class Bot:\n    def ask(self, p):\n        return co.generate(prompt=p)\n    __call__ = ask\nbot = Bot()\nbot('a')\n", 8, ["prompt"]),
    "a function that another one makes": ("import cohere\ndef make(key):\n    co = cohere.Client(key)\n    def ask(p):\n        return co.generate(prompt=p)\n    return ask\nrun = make('k')\nrun('a')\n", 8, ["prompt"]),
    "a subclass with its own generate": ("import cohere\nclass Own(cohere.Client):\n    def generate(self, p, n):\n        return super().generate(prompt=p, num_generations=n)\nOwn().generate('a', 2)\n", 5, ["prompt", "num_generations"]),
}  # fmt: skip
HANDED = {
    "a job after the answer": (f"{HELPER}background_tasks.add_task(ask, 'a', n=2)\n", 5, ["prompt", "num_generations"]),
    "a job of a queue": (f"{HELPER}queue.enqueue(ask, 'a', n=2)\n", 5, ["prompt", "num_generations"]),
    "a thread": (f"{HELPER}import asyncio\nasync def f():\n    await asyncio.to_thread(ask, 'a', n=2)\n", 7, ["prompt", "num_generations"]),
    "a pool": (f"{HELPER}pool.submit(ask, 'a')\n", 5, ["prompt"]),
    "a map": (f"{HELPER}list(map(ask, prompts))\n", 5, ["prompt"]),
    "an executor": (f"{HELPER}loop.run_in_executor(None, ask, 'a')\n", 5, ["prompt"]),
    "a partial": (f"{HELPER}from functools import partial\nf = partial(ask, n=4)\n", 6, ["num_generations"]),
    "a method": (f"{CLIENT}class Bot:\n    def ask(self, p):\n        return co.generate(prompt=p)\nbot = Bot()\npool.submit(bot.ask, 'a')\n", 7, ["prompt"]),
}  # fmt: skip
TASK = HELPER.replace("def ask", "@shared_task\ndef ask")
QUEUED = {
    "a task": (f"{TASK}ask.delay('a', n=2)\n", ["prompt", "num_generations"]),
    "a task's tuple and dictionary": (f"{TASK}ask.apply_async(('a',), {{'n': 2}})\n", ["prompt", "num_generations"]),
    "a task's list and options by name": (f"{TASK}ask.apply_async(args=['a'], countdown=3)\n", ["prompt"]),
    "a task that is given itself": (f"{TASK.replace('ask(', 'ask(self, ')}ask.delay('a', 2)\n", ["prompt", "num_generations"]),
    "a task of a chain": (f"{TASK}chain(ask.s('a') | other.s())\n", ["prompt"]),
}  # fmt: skip
SILENT: dict[str, dict[str, str] | str] = {
    "a method of a function that is no task": f"{HELPER}ask.delay('a')\n",
    "another's task": f"{TASK}@shared_task\ndef other(prompt): ...\nother.delay('a')\n",
    "a fixed prompt": f"{CLIENT}def ask():\n    return co.generate(prompt='fixed')\nask()\n",
    "a prompt that is put together": f"{CLIENT}def ask(topic):\n    return co.generate(prompt=f'About {{topic}}:')\nask('a')\n",
    "a parameter for something else": f"{CLIENT}def ask(path):\n    open(path)\n    return co.generate(prompt='a')\nask('a')\n",
    "a caller that leaves all to defaults": f"{CLIENT}def ask(t=1):\n    return co.generate(prompt='a', temperature=t)\nask()\n",
    "a caller that passes only what stays behind": f"{HELPER}ask(key='k')\n",
    "a helper nobody calls": HELPER,
    "another function of that name": f"{HELPER}def other():\n    from elsewhere import ask\n    ask('a')\n",
    "a method of another class": f"{CLIENT}class A:\n    def ask(self, p):\n        return co.generate(prompt=p)\nclass B:\n    def ask(self, p): ...\nB().ask('a')\n",
    "a helper of chat": f"{CLIENT}def ask(p):\n    return co.chat(message=p)\nask('a')\n",
    "another function handed on": f"{HELPER}from elsewhere import ask as other\npool.submit(other, 'a')\n",
    "a loop over other things": f"{CLIENT}def run(n, rows):\n    for i in range(n):\n        co.generate(prompt='x', temperature=i)\n    for row in rows:\n        co.generate(prompt=row['q'])\nrun(3, [])\n",
    "the number of an item": f"{CLIENT}def run(rows):\n    for i, row in enumerate(rows):\n        co.generate(prompt='x', k=i)\nrun([])\n",
    "an object that is called by another method": f"{CLIENT}class Bot:\n    def ask(self, p):\n        return co.generate(prompt=p)\n    def other(self, p): ...\n    __call__ = other\nbot = Bot()\nbot('a')\n",
    "another function that is made": "import cohere\ndef make(key):\n    co = cohere.Client(key)\n    def ask(p):\n        return co.generate(prompt=p)\n    def other(p): ...\n    return other\nrun = make('k')\nrun('a')\n",
    "a helper that calls itself": f"{CLIENT}def ask(p):\n    try:\n        return co.generate(prompt=p)\n    except Exception:\n        return ask(p)\n",
}  # fmt: skip


@pytest.mark.parametrize(("source", "passed"), QUEUED.values(), ids=QUEUED.keys())
def test_a_task_of_a_helper_is_its_caller(source: str, passed: list[str]) -> None:
    (caller,) = callers(source)
    assert (names(caller), caller.confidence, caller.reference) == (passed, Confidence.CONFIRMED, False)


@pytest.mark.parametrize("case", FOUND)
def test_it_reports_the_caller_of_a_helper(case: str) -> None:
    tree, line, wanted = FOUND[case]
    found = [(site.span.line, names(site)) for site in callers(tree)]

    assert found == [(line, wanted)]


@pytest.mark.parametrize("case", HANDED)
def test_it_reports_who_hands_the_helper_on(case: str) -> None:
    tree, line, wanted = HANDED[case]
    found = [(site.span.line, names(site), site.reference) for site in callers(tree)]

    assert found == [(line, wanted, True)]


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert callers(SILENT[case]) == []


def test_the_use_itself_is_still_inside_the_helper() -> None:
    found = {site.kind: site.span.line for site in sites(f"{HELPER}ask('a')\n")}

    assert found == {Kind.SDK_CALL: 4, Kind.WRAPPER_PROJECT: 5}


def test_callers_are_found_over_modules_and_the_proof_leads_to_the_inner_call() -> None:
    (site,) = callers({"lib/llm.py": HELPER, "app.py": "from lib.llm import ask as ask_it\nask_it('a', n=2)\n"})

    assert (site.path, site.span.line, site.confidence) == ("app.py", 2, Confidence.CONFIRMED)
    assert (site.client, site.platform, site.method) == ("cohere.Client", Platform.COHERE, "generate")
    assert [(step.path, step.line) for step in site.proof] == [
        ("app.py", 2), ("app.py", 1), ("lib/llm.py", 3), ("lib/llm.py", 4), ("lib/llm.py", 2), ("lib/llm.py", 1),
    ]  # fmt: skip


def test_a_helper_of_a_helper_is_followed() -> None:
    found = callers(
        {
            "a.py": HELPER,
            "b.py": "from a import ask\ndef out(q, m):\n    return ask(q, n=m)\n",
            "c.py": "from b import out\nout('x', 4)\n",
        }
    )

    assert [(site.path, site.span.line, names(site)) for site in found] == [
        ("b.py", 3, ["prompt", "num_generations"]),
        ("c.py", 2, ["prompt", "num_generations"]),
    ]


def test_a_receiver_of_several_classes_counts_where_one_is_the_helpers() -> None:
    (site,) = callers(
        f"{CLIENT}class A:\n    def ask(self, p):\n        return co.generate(prompt=p)\n"
        "class B:\n    def ask(self, p): ...\nx = A() if flag else B()\nx.ask('a')\n"
    )

    assert (site.span.line, site.confidence) == (9, Confidence.CONFIRMED)


def test_a_receiver_that_is_only_annotated_is_less_sure() -> None:
    (site,) = callers(
        f"{HELPER}def other(c: cohere.Client):\n    return c\n".replace("co.generate", "get().generate").replace(
            "co = cohere.Client()", "def get() -> cohere.Client: ..."
        )
        + "ask('a')\n"
    )

    assert site.confidence is Confidence.LIKELY


def test_its_parameters_get_the_verdicts_of_generates() -> None:
    (site,) = callers(f"{HELPER}ask('a', n=3)\n")
    usage = judge(site)

    assert usage.unsupported == ("num_generations",)
    assert usage.defaults == ()
    assert usage.replacement is not None
    assert "helper" in usage.replacement.notes[0]


def test_a_helper_that_posts_to_generate_has_callers_too() -> None:
    (site,) = callers(
        "import requests\ndef ask(p, n):\n"
        "    return requests.post('https://api.cohere.ai/v1/generate', json={'prompt': p, 'num_generations': n})\n"
        "ask('a', 2)\n"
    )

    assert (site.span.line, names(site)) == (4, ["prompt", "num_generations"])


@pytest.mark.parametrize(
    "body",
    [
        "    kw = {**{'k': 1}, **kw}\n    return co.generate(prompt=p, **kw)\n",
        "    return co.generate(prompt=p, **{**DEFAULTS, **kw})\n",
        "    o = {'k': 1}\n    o.update(kw)\n    return co.generate(prompt=p, **o)\n",
        "    return co.generate(prompt=p, **dict(DEFAULTS, **kw))\n",
        "    return co.generate(prompt=p, **(DEFAULTS | kw))\n",
    ],
)
def test_what_a_caller_passes_through_a_merged_dictionary_is_told_at_the_caller(body: str) -> None:
    text = f"{CLIENT}DEFAULTS = {{'k': 1}}\ndef run(p, **kw):\n{body}run('b', temperature=0.9, num_generations=2)\n"
    (caller,) = (site for site in sites(text) if site.kind is Kind.WRAPPER_PROJECT)
    assert [row.name for row in caller.arguments] == ["prompt", "temperature", "num_generations"]


def test_a_dictionary_that_many_others_are_laid_into_is_followed_once_each() -> None:
    laid = "".join(f"    if a{at}: kw = {{**kw, **kw, 'k': {at}}}\n" for at in range(12))
    text = f"{CLIENT}def run(p, **kw):\n{laid}    return co.generate(prompt=p, **kw)\nrun('b', k=1)\n"
    assert len(sites(text)) == 2


@pytest.mark.parametrize("rest", ["", ", **kw"])
def test_a_helper_that_only_builds_the_body_is_no_wrapper_and_who_sends_it_is(rest: str) -> None:
    text = (
        "import boto3, json\nclass Bedrock:\n    def __init__(self, model_id):\n        self.model_id = model_id\n"
        "        self.rt = boto3.client('bedrock-runtime')\n"
        f"    def _body(self, prompt{rest}):\n        return {{'prompt': prompt, 'max_tokens': 2{rest}}}\n"
        f"    def invoke(self, prompt{rest}):\n        made = self._body(prompt{rest})\n"
        "        return self.rt.invoke_model(modelId=self.model_id, body=json.dumps(made))\n"
        f"Bedrock('cohere.command-text-v14').invoke('hi'{rest and ', k=4'})\n"
    )
    sent, caller = sites(text)
    assert (sent.kind, caller.kind, caller.span.line) == (Kind.BEDROCK, Kind.WRAPPER_PROJECT, 11)
    assert caller.proof[1].text.startswith("invoke() ← hands on to self.rt.invoke_model")
    assert [row.name for row in caller.arguments] == ["prompt", *(["k"] if rest else [])]
