"""The reads of an answer that no SDK parses, wherever they stand, and ways to an address or a request's class."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Kind
from audits.engine.judge import judge
from tests.engine.trees import names, sites

URL = "https://api.cohere.ai/v1/generate"
SEND = f"import requests\ndef send(p):\n    return requests.post('{URL}', json={{'prompt': p}})\n"
CORE = (Kind.RAW_HTTP, Kind.BEDROCK)
READS: dict[str, tuple[dict[str, str], list[tuple[str, int]]]] = {
    "a caller of a caller": ({"app.py": f"{SEND}def parsed(p):\n    r = send(p)\n    return r.json()\ndef ask(p):\n    d = parsed(p)\n    return d['generations'][0]['text']\n"}, [("app.py", 9)]),
    "a function it is handed to": ({"a.py": SEND, "b.py": "import json\nfrom a import send\ndef show(d):\n    for g in d['generations']:\n        print(g['text'])\nshow(json.loads(send('x').text))\n"}, [("b.py", 4), ("b.py", 5)]),
    "futures": ({"app.py": f"{SEND}def go(ex):\n    fs = [ex.submit(send, p) for p in 'ab']\n    return [f.result().json()['generations'] for f in fs]\n"}, [("app.py", 6)]),
    "an attribute": ({"app.py": f"import requests\nclass A:\n    def go(self, p):\n        self.r = requests.post('{URL}', json={{'prompt': p}})\n    def out(self):\n        return self.r.json().get('generations')[0]['text']\n"}, [("app.py", 6)]),
    "gathered": ({"app.py": f"import aiohttp, asyncio\nasync def send(p):\n    async with aiohttp.ClientSession() as s:\n        async with s.post('{URL}', json={{'prompt': p}}) as r:\n            return await r.json()\nasync def main():\n    rs = await asyncio.gather(*[send(p) for p in 'ab'])\n    return [x['generations'][0]['text'] for x in rs]\n"}, [("app.py", 8)]),
    "Bedrock's body": ({"app.py": "import boto3, json\nb = boto3.client('bedrock-runtime')\ndef call(p):\n    return b.invoke_model(modelId='cohere.command-text-v14', body=json.dumps({'prompt': p}))\ndef main():\n    body = call('x')['body'].read()\n    return json.loads(body)['generations'][0]['text']\n"}, [("app.py", 7)]),
    "another request's answer": ({"app.py": f"{SEND}def other():\n    return requests.get('https://example.com').json()['generations']\nsend('x').json()['generations']\n"}, [("app.py", 6)]),
}  # fmt: skip


@pytest.mark.parametrize("case", READS)
def test_a_read_leads_back_to_its_request(case: str) -> None:
    tree, wanted = READS[case]
    (row,) = [row for row in sites(tree) if row.kind in CORE]

    assert [(read.path, read.line) for read in row.reads] == wanted


def test_an_address_that_heirs_fill_in() -> None:
    text = (
        "import requests\n"
        "class Base:\n"
        "    def url(self):\n"
        "        raise NotImplementedError\n"
        "    def send(self, prompt):\n"
        "        return requests.post(self.url(), json={'prompt': prompt})\n"
        "class Ours(Base):\n"
        "    def url(self):\n"
        f"        return '{URL}'\n"
    )

    assert [(row.kind, row.span.line) for row in sites(text)] == [(Kind.RAW_HTTP, 6)]


def test_classes_that_a_star_import_brings_in() -> None:
    text = (
        "import oci\n"
        "from oci.generative_ai_inference.models import *\n"
        "client = oci.generative_ai_inference.GenerativeAiInferenceClient({})\n"
        "request = CohereLlmInferenceRequest(prompt='a', is_stream=False)\n"
        "details = GenerateTextDetails(inference_request=request)\n"
        "client.generate_text(details)\n"
    )
    (row,) = sites(text)

    assert (row.kind, row.span.line, names(row)) == (Kind.OCI, 6, ["prompt", "is_stream"])


@pytest.mark.parametrize(
    ("read", "name"),
    [
        ("data.get('generations', [{}])[0].get('text', '')", "data"),
        ("data['generations'][0]['text']", "data"),
        ("[row['text'] for row in data['generations']]", "answer"),
    ],
)
def test_the_note_on_a_parsed_answer_calls_it_by_its_name(read: str, name: str) -> None:
    site = next(row for row in sites(f"{SEND}data = send('x').json()\nprint({read})\n") if row.kind is Kind.RAW_HTTP)
    assert any(f'{name}["message"]["content"]' in note for note in judge(site).replacement.notes)


SENT = (
    "import requests\ndef ask(h):\n    r = requests.post('https://api.cohere.ai/v1/generate', json={'prompt': 'x'})\n"
)


@pytest.mark.parametrize(
    ("reading", "notes"),
    [
        (
            "d = r.json()\n    return d.get('generations', [{}])[0].get('text', '')",
            ["Line 5", 'd["message"]', '(Chat v1: `d["text"]`'],
        ),
        ("return r.json()['generations'][0]['text'].strip()", ["Line 4", 'r.json()["message"]', '`r.json()["text"]`']),
        ("d = r.json()\n    if 'text' in d:\n        return d['text']", ["Line 6", 'd["message"]["content"]']),
        ("for g in r.json()['generations']:\n        print(g['text'])", ['answer["message"]["content"]']),
    ],
)
def test_the_note_names_the_line_and_the_answer(reading: str, notes: list[str]) -> None:
    rows = sites(f"{SENT}    {reading}\n")
    (usage,) = [judge(row) for row in rows]
    assert usage.replacement is not None
    told = " ".join(usage.replacement.notes)
    assert all(note in told for note in notes), told


def test_the_key_of_a_read_is_shown() -> None:
    (site,) = sites(f"{SENT}    return r.json().get('generations', [])[0].get('text')\n")
    assert site.reads[-1].text == "r.json().get('generations', …)[0].get('text')"
