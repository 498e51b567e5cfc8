"""What is left of Generate where no client is in sight: calls of `chat`, reads of responses, imports, raw requests."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Confidence, Kind
from audits.engine.judge import judge
from tests.engine.trees import sites

HALF, DEAD, READ, MENTION = Kind.HALF_MIGRATED, Kind.DEAD_MODEL, Kind.RESPONSE_ACCESS, Kind.MENTION
LIKELY, POSSIBLE, CONFIRMED = Confidence.LIKELY, Confidence.POSSIBLE, Confidence.CONFIRMED
Found = list[tuple[Kind, int, Confidence]]
CALLS: dict[str, tuple[str, Found]] = {
    "a prompt": ("import cohere\ndef f(co):\n    co.chat(prompt='a')\n", [(HALF, 3, LIKELY)]),
    "the v2 attribute": ("import cohere\ndef f(cohere_client):\n    cohere_client.v2.chat(messages=[], num_generations=2)\n", [(HALF, 3, LIKELY)]),
    "an attribute": ("import cohere\nclass A:\n    def __init__(self, co):\n        self._co = co\n    async def f(self):\n        await self._co.chat(message='a', end_sequences=['x'])\n", [(HALF, 6, LIKELY)]),
    "some client with Generate's own arguments": ("import cohere\ndef f(client):\n    client.chat(message='a', num_generations=2)\n", [(HALF, 3, POSSIBLE)]),
    "generations of the result": ("import cohere\ndef f(co):\n    r = co.chat(message='a')\n    return r.generations[0].text\n", [(HALF, 4, LIKELY)]),
    "generations at once": ("import cohere\ndef f(client):\n    return client.chat(message='a').generations[0].text\n", [(HALF, 3, POSSIBLE)]),
    "a model that is gone": ("import cohere\ndef f(co):\n    co.chat(message='a', model='command-r')\n", [(DEAD, 3, LIKELY)]),
    "one of some client": ("import cohere\ndef f(client):\n    client.chat(message='a', model='command-r-plus')\n", [(DEAD, 3, POSSIBLE)]),
    "some client's prompt": ("import cohere\ndef f(llm):\n    llm.chat(prompt='a')\n", []),
    "an everyday word of some client": ("import cohere\ndef f(llm):\n    llm.chat(message='a', model='medium')\n", []),
    "a known client": ("import cohere, ollama\nclient = ollama.Client()\nclient.chat(prompt='a', model='command-r')\n", []),
    "a name bound anew": ("import cohere\ndef f(co, x):\n    r = co.chat(message='a')\n    r = x.go()\n    return r.generations\n", []),
    "a file that does not name it": ("def f(co):\n    co.chat(prompt='a')\n", []),
    "Chat as it should be": ("import cohere\ndef f(co):\n    return co.chat(message='a', model='command-a-03-2025').text\n", []),
}  # fmt: skip
READS: dict[str, tuple[str, Found]] = {
    "a parameter": ("import cohere\ndef f(r):\n    return r.generations[0].text\n", [(READ, 3, LIKELY)]),
    "a loop": ("import cohere\ndef f(r):\n    for g in r.generations:\n        print(g.likelihood)\n", [(READ, 3, LIKELY)]),
    "a comprehension": ("import cohere\ndef f(r):\n    return [g.text for g in r.generations]\n", [(READ, 3, LIKELY)]),
    "a parsed body": ("# cohere\ndef f(r):\n    return r['generations'][0]['text']\n", [(READ, 3, POSSIBLE)]),
    "an annotated response": ("from cohere.types import Generation\ndef f(r: Generation):\n    return r.generations\n", [(MENTION, 1, CONFIRMED), (READ, 3, LIKELY)]),
    "an annotated event": ("from cohere import GenerateStreamedResponse\ndef f(e: GenerateStreamedResponse):\n    return e.event_type\n", [(MENTION, 1, CONFIRMED), (READ, 3, LIKELY)]),
    "LangChain's result": ("import cohere\nfrom langchain.schema import LLMResult\ndef f(r):\n    return r.generations[0].text\n", []),
    "a parsed body beside LangChain": ("import json, langchain  # cohere\ndef f(r):\n    return json.loads(r).get('generations')[0].get('text')\n", [(READ, 3, POSSIBLE)]),
    "a parsed body that a test passes": ("# cohere\ndef f(r):\n    for g in r.get('generations', []):\n        print(g['text'])\nf({'generations': []})\n", [(READ, 3, POSSIBLE)]),
    "LangChain's result as a dictionary": ("import langchain  # cohere\ndef f(r):\n    return r['generations'][0][0]['text']\n", []),
    "two levels": ("import cohere\ndef f(llm):\n    return llm.generate(['a']).generations[0][0].text\n", []),
    "a known object's": ("import cohere, other\nr = other.Result()\nprint(r.generations[0].text)\n", []),
    "a file that does not name it": ("def f(r):\n    return r.generations[0].text\n", []),
    "generations of something": ("import cohere\ndef f(population):\n    return population.generations[0].fitness\n", []),
}  # fmt: skip
POSTS: dict[str, tuple[str, Found]] = {
    "a prompt": ("import requests\nrequests.post('https://api.cohere.ai/v1/chat', json={'prompt': 'a'})\n", [(HALF, 2, CONFIRMED)]),
    "a model that is gone": ("import requests\nURL = 'https://api.cohere.com/v2/chat'\nrequests.post(URL, json={'model': 'command-r', 'messages': []})\n", [(DEAD, 3, CONFIRMED)]),
    "a base address": ("import httpx\nc = httpx.Client(base_url='https://api.cohere.com')\nc.post('/v2/chat', json={'num_generations': 2, 'messages': []})\n", [(HALF, 3, CONFIRMED)]),
    "a stream": ("import requests\nrequests.post('https://api.cohere.com/v2/chat', json={'stream': True, 'model': 'command-a-03-2025', 'messages': []})\n", []),
    "another vendor": ("import requests  # not cohere\nrequests.post('https://api.example.com/v2/chat', json={'prompt': 'a', 'model': 'command-r'})\n", []),
}  # fmt: skip


def found(text: str) -> Found:
    return [(row.kind, row.span.line, row.confidence) for row in sites(text)]


@pytest.mark.parametrize("case", CALLS)
def test_a_call_of_chat(case: str) -> None:
    text, wanted = CALLS[case]

    assert found(text) == wanted


@pytest.mark.parametrize("case", READS)
def test_a_read_whose_call_nobody_sees(case: str) -> None:
    text, wanted = READS[case]

    assert found(text) == wanted


@pytest.mark.parametrize("case", POSTS)
def test_a_request_to_chat(case: str) -> None:
    text, wanted = POSTS[case]

    assert found(text) == wanted


def test_a_read_is_listed_once() -> None:
    text = (
        "import cohere\nco = cohere.Client()\ndef text_of(r):\n    return r.generations[0].text\n"
        "text_of(co.generate(prompt='a'))\nx = unknown_cohere.generate(prompt='a', num_generations=2)\nx.generations[0].text\n"
    )
    rows = sites(text)

    assert [row.kind for row in rows] == [Kind.SDK_CALL, Kind.SDK_CALL]
    assert [[read.line for read in row.reads] for row in rows] == [[4], [7]]


def test_every_step_stands_on_its_line() -> None:
    for text, _ in (*CALLS.values(), *READS.values(), *POSTS.values()):
        lines = text.split("\n")
        for row in sites(text):
            assert row.proof
            for step in row.proof:
                last = step.text.partition(" ←")[0].rpartition(".")[2].partition("(")[0].partition("[")[0]
                assert last.strip("…'\"") in lines[step.line - 1], step


def test_a_read_says_how_it_changes_and_where_that_is_written() -> None:
    (row,) = sites(READS["a parameter"][0])
    told = judge(row).replacement

    assert told is not None
    assert (told.v2, told.v1) == ("", "")
    assert told.notes[0].startswith("`r.generations[0].text` becomes `")
    assert told.notes[1].startswith("Source: Cohere's Chat reference, https://")


def test_a_class_method_that_is_taken_or_replaced_is_a_mention() -> None:
    text = "import cohere\nreal = cohere.Client.generate\ncohere.Client.generate = fake\ncohere.Client.embed = fake\n"

    assert found(text) == [(MENTION, 2, CONFIRMED), (MENTION, 3, CONFIRMED)]


def test_what_chat_answers_with_too_says_nothing_where_it_may_be_chats() -> None:
    tree = """
        from cohere.responses import Chat, Generations
        def text_of(answer: Generations | Chat):
            if isinstance(answer, Generations):
                return answer.generations[0].text
            return answer.text
        """
    assert [row.span.line for row in sites(tree) if row.kind is READ] == [5]


def test_what_only_generate_answers_with_is_read_under_any_name() -> None:
    tree = """
        from cohere.responses.generation import StreamingText
        def text_of(part: StreamingText):
            return part.text
        """
    assert [row.span.line for row in sites(tree) if row.kind is READ] == [4]
