"""Where the answer of a call is read: through futures, executors and loops."""

import pytest

from audits.engine.facts import Kind
from audits.engine.judge import judge
from tests.engine.trees import sites

HEAD = "import asyncio, cohere\nfrom concurrent.futures import ThreadPoolExecutor, as_completed\nco = cohere.Client()\n"
CASES: dict[str, tuple[str, list[str]]] = {
    "futures of a helper": (
        "def one(p):\n    return co.generate(prompt=p)\nwith ThreadPoolExecutor() as pool:\n"
        "    jobs = {pool.submit(one, p): p for p in ps}\n    for job in as_completed(jobs):\n"
        "        r = job.result()\n        print(r.generations[0].text)\n    for s in pool.map(one, ps):\n"
        "        print(s.generations[0].text)\n",
        ["r.generations[0].text", "s.generations[0].text"],
    ),
    "a function without a name in an executor": (
        "async def f(p):\n    loop = asyncio.get_running_loop()\n"
        "    r = await loop.run_in_executor(None, lambda: co.generate(prompt=p))\n    print(r.generations[0].text)\n",
        ["r.generations[0].text"],
    ),
    "an awaited task": (
        "async def f(p):\n    task = asyncio.create_task(cohere.AsyncClient().generate(prompt=p))\n"
        "    print((await task).generations[0].text)\n",
        ["(await task).generations[0].text"],
    ),
    "loops over the answer": (
        "r = co.generate(prompt='a')\nfor g in r:\n    print(g)\na, b = r\nprint(len(r))\n",
        ["r", "r", "r"],
    ),
    "a loop over the call": ("print([str(g) for g in co.generate(prompt='a')])\n", ["co.generate(…)"]),
    "a loop over several answers": (
        "answers = [co.generate(prompt=p) for p in ps]\nfor r in answers:\n    print(r[0].text)\n",
        ["r[0].text"],
    ),
    "a loop over something else of that name": (
        "r = co.generate(prompt='a')\nprint(r[0].text)\ndef f(r):\n    for x in r:\n        print(x)\n",
        ["r[0].text"],
    ),
    "another vendor's answer": (
        "def ask(p):\n    return co.generate(prompt=p)\ndef f(p):\n    r = ask(p) if mine else other(p)\n"
        "    if hasattr(r, 'choices'):\n        return r.choices[0].message.content\n"
        "    return r.generations[0].text\n",
        ["r.generations[0].text"],
    ),
    "a stream": ("for e in co.generate(prompt='a', stream=True):\n    print(e.text)\n", ["e.text"]),
}


@pytest.mark.parametrize("case", CASES)
def test_the_reads_stand_under_their_call(case: str) -> None:
    text, reads = CASES[case]
    found = sites(HEAD + text)
    assert [row.text for site in found for row in site.reads] == reads
    assert not [site for site in found if site.kind is Kind.RESPONSE_ACCESS]


def test_a_loop_over_the_answer_is_told_what_becomes_of_it() -> None:
    text = "import cohere\nco = cohere.Client()\nr = co.generate(prompt='x')\nfor g in r:\n    print(g)\n"
    for source, line in ((text, 4), (text[:35] + "for g in co.generate(prompt='x'):\n    pass\n", 3)):
        found = judge(sites(source)[0]).replacement
        assert found is not None
        assert any(note.startswith(f"Line {line} goes through the whole answer") for note in found.notes), found.notes


def test_each_read_of_several_answers_is_told() -> None:
    (site,) = sites(
        "import cohere\nco = cohere.Client()\nres = co.generate(prompt='x', num_generations=3)\n"
        "for at in range(3):\n    print(res.generations[at].text)\nprint(len(res.generations))\n"
        "print([g.text for g in res.generations])\nprint(res.generations[0].likelihood)\n"
    )
    found = judge(site).replacement
    assert found is not None
    told = "\n".join(found.notes)
    assert "for item in res]`" in told
    assert 'Line 5: `res.generations[at].text` becomes `"".join(part.text for part in res[at].message' in told
    assert "Line 8: `res.generations[0].likelihood` becomes `res[0].logprobs` (Chat v1 has none)." in told
    assert "Line 6: `res.generations` becomes `res`." in told
    assert 'Line 7: `g.text` becomes `"".join(part.text for part in g.message' in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("x = co.generate(prompt='x').generations[0].text\n", 3),
        ("def f(self):\n    return self.any.co.generate(prompt='x').generations[0].text.strip()\n", 4),
        ("async def f():\n    return (await aco.generate(prompt='x')).generations[0].text\n", 4),
    ],
)
def test_an_answer_that_is_read_at_once_is_to_be_kept_first(text: str, line: int) -> None:
    (site,) = sites(f"import cohere; aco = cohere.AsyncClient()\nco = cohere.Client()\n{text}")
    found = judge(site).replacement
    assert found is not None
    assert any(note.startswith(f"Line {line}: keep the answer first") for note in found.notes), found.notes
    assert not any("`response.text`)." in note and note.startswith("The text is") for note in found.notes)


def test_what_is_read_of_a_streams_end_is_told() -> None:
    (site,) = sites(
        "import cohere\nco = cohere.Client()\nfor e in co.generate_stream(prompt='x'):\n"
        "    if e.event_type == 'text-generation':\n        print(e.text)\n    elif e.is_finished:\n"
        "        print(e.finish_reason, e.response.generations[0].text, e.err)\n"
        "        print(e.response.generations[0].finish_reason)\n"
    )
    found = judge(site).replacement
    assert found is not None
    told = "\n".join(found.notes)
    assert "Line 4: `e.event_type`. It is `type` in Chat v2" in told
    assert "Line 6: `e.is_finished`. Ask what the event is" in told
    assert "`e.finish_reason`; Line 8: `e.response.generations[0].finish_reason`. Chat v2 has it as `.delta." in told
    assert "Line 7: `e.response.generations[0].text`. The last event of Chat v2, `message-end`, holds no text" in told
    assert "Line 7: `e.err`. Chat v2 has it as `.delta.error`" in told


def test_a_stream_whose_end_nobody_reads_is_told_of_its_texts_only() -> None:
    (site,) = sites("import cohere\nfor e in cohere.Client().generate_stream(prompt='x'):\n    print(e.text)\n")
    found = judge(site).replacement
    assert found is not None
    assert not any("message-end" in note for note in found.notes)


FIRST, SECOND = 'co.generate(prompt="x")', 'co.generate(prompt="y")'


@pytest.mark.parametrize(
    ("lines", "first", "second"),
    [
        (f"a, b = await asyncio.gather({FIRST},\n        {SECOND})", "a", "b"),
        (f"[a, b] = await asyncio.gather({FIRST},\n        {SECOND}, return_exceptions=True)", "a", "b"),
        (f"r = await asyncio.gather({FIRST},\n        {SECOND})", "r[0]", "r[1]"),
        (f"a, o, b = await asyncio.gather({FIRST}, asyncio.sleep(1),\n        {SECOND})", "a", "b"),
        (f"a, b = await asyncio.gather({FIRST},\n        *[{SECOND}])", "a", "b"),
    ],
)
def test_an_answer_that_is_gathered_is_that_of_its_place(lines: str, first: str, second: str) -> None:
    reads = [f"{name}.generations[0].text" for name in (first, second)]
    found = sites(f"{HEAD}async def f():\n    {lines}\n    print({reads[0]})\n    print({reads[1]})\n")
    assert [[read.text for read in site.reads] for site in found] == [[read] for read in reads]


@pytest.mark.parametrize("how", ["*jobs, {0},\n        {1}", "*[{0}],\n        *[{1}]"])
def test_behind_a_list_an_answer_that_is_gathered_may_be_any(how: str) -> None:
    found = sites(
        f"{HEAD}async def f(jobs):\n    r = await asyncio.gather({how.format(FIRST, SECOND)})\n"
        "    print(r[1].generations[0].text)\n"
    )
    assert [len(site.reads) for site in found] == [1, 1]


def test_what_is_gathered_beside_an_answer_is_none() -> None:
    (found,) = sites(
        f"{HEAD}async def f():\n    o, a = await asyncio.gather(asyncio.sleep(1), {FIRST})\n"
        "    print(o.generations[0].text)\n    print(a.generations[0].text)\n"
    )
    assert [read.text for read in found.reads] == ["a.generations[0].text"]
