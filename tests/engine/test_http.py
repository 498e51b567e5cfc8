"""Requests to Generate without an SDK: found wherever the address comes from, and silent for other people's /generate."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Confidence, Kind, Platform
from tests.engine.trees import names, sites

BODY = "{'prompt': 'a', 'max_tokens': 5}"
URL = "https://api.cohere.ai/v1/generate"

FOUND = {
    "requests": f"import requests\nrequests.post('{URL}', json={BODY})\n",
    "the first address": f"import requests\nrequests.post('https://api.cohere.ai/generate', json={BODY})\n",
    "a model in the path": f"import requests\nrequests.post('https://api.cohere.ai/xlarge/generate', json={BODY})\n",
    "the new host": f"import requests\nrequests.post('https://api.cohere.com/v1/generate', json={BODY})\n",
    "a name for the address": f"import requests\nURL = '{URL}'\nrequests.post(URL, json={BODY})\n",
    "concatenation": f"import requests\nBASE = 'https://api.cohere.ai/'\nrequests.post(BASE + 'v1' + '/generate', json={BODY})\n",
    "an f-string": f"import requests\nBASE = 'https://api.cohere.ai'\nrequests.post(f'{{BASE}}/v1/generate', json={BODY})\n",
    "percent formatting": f"import requests\nrequests.post('https://%s/%s' % ('api.cohere.ai', 'generate'), json={BODY})\n",
    "str.format": f"import requests\nrequests.post('https://api.cohere.{{tld}}/{{0}}'.format('generate', tld='com'), json={BODY})\n",
    "urljoin": f"from urllib.parse import urljoin\nimport requests\nrequests.post(urljoin('https://api.cohere.ai/v1/', 'generate'), json={BODY})\n",
    "posixpath.join": f"import posixpath\nimport requests\nrequests.post(posixpath.join('https://api.cohere.ai', 'v1', 'generate'), json={BODY})\n",
    "str.join": f"import requests\nrequests.post('/'.join(['https://api.cohere.ai', 'v1', 'generate']), json={BODY})\n",
    "a trimmed base": f"import requests\nB = 'https://api.cohere.ai/'\nrequests.post(B.rstrip('/') + '/generate', json={BODY})\n",
    "an enum": f"from enum import Enum\nimport requests\nclass E(str, Enum):\n    GEN = '{URL}'\nrequests.post(E.GEN.value, json={BODY})\n",
    "a class attribute": f"import requests\nclass A:\n    url = '{URL}'\n    def ask(self):\n        return requests.post(self.url, json={BODY})\n",
    "an attribute set in __init__": f"import requests\nclass A:\n    def __init__(self):\n        self.base = 'https://api.cohere.ai/v1'\n    def ask(self):\n        return requests.post(self.base + '/generate', json={BODY})\n",
    "a property": f"import requests\nclass A:\n    @property\n    def url(self):\n        return '{URL}'\n    def ask(self):\n        return requests.post(self.url, json={BODY})\n",
    "a dictionary": f"import requests\nURLS = {{'gen': '{URL}', 'chat': 'https://api.cohere.ai/v1/chat'}}\nrequests.post(URLS['gen'], json={BODY})\n",
    "a verb as an argument": f"import requests\nrequests.request('POST', '{URL}', json={BODY})\n",
    "a session": f"import requests\ns = requests.Session()\ns.post('{URL}', json={BODY})\n",
    "httpx with a base": f"import httpx\nc = httpx.Client(base_url='https://api.cohere.ai/v1')\nc.post('/generate', json={BODY})\n",
    "aiohttp": f"import aiohttp\nasync def f():\n    async with aiohttp.ClientSession() as s:\n        async with s.post('{URL}', json={BODY}) as r:\n            return await r.json()\n",
    "urllib": f"import json, urllib.request\nreq = urllib.request.Request('{URL}', data=json.dumps({BODY}).encode())\nurllib.request.urlopen(req)\n",
    "urllib with a late body": f"import json\nfrom urllib import request\nreq = request.Request('{URL}', method='POST')\nwith request.urlopen(req, json.dumps({BODY}).encode()) as r:\n    pass\n",
    "tornado": f"import json\nfrom tornado.httpclient import AsyncHTTPClient, HTTPRequest\nasync def f():\n    await AsyncHTTPClient().fetch(HTTPRequest('{URL}', method='POST', body=json.dumps({BODY})))\n",
    "urllib3": f"import json, urllib3\nhttp = urllib3.PoolManager()\nhttp.request('POST', '{URL}', body=json.dumps({BODY}))\n",
    "http.client": f"import http.client, json\nc = http.client.HTTPSConnection('api.cohere.ai')\nc.request('POST', '/v1/generate', json.dumps({BODY}))\n",
    "a prepared request": f"import requests\ns = requests.Session()\np = requests.Request('POST', '{URL}', json={BODY}).prepare()\ns.send(p)\n",
    "a sender handed on": f"import requests\nretry(call=requests.post, url='{URL}', json={BODY})\n",
    "a thread": f"import asyncio, requests\nasync def f():\n    await asyncio.to_thread(requests.post, '{URL}', json={BODY})\n",
    "splatted keywords": f"import requests\nkw = {{'json': {BODY}, 'timeout': 3}}\nrequests.post('{URL}', **kw)\n",
    "a function that gives the address": f"import requests\ndef url(path):\n    return 'https://api.cohere.ai/' + path\nrequests.post(url('generate'), json={BODY})\nrequests.post(url('tokenize'), json={{'text': 'a'}})\n",
}


@pytest.mark.parametrize("source", FOUND.values(), ids=FOUND)
def test_it_finds_a_request(source):
    (site,) = sites(source)
    assert (site.kind, site.platform, site.confidence) == (Kind.RAW_HTTP, Platform.COHERE, Confidence.CONFIRMED)
    assert names(site) == ["prompt", "max_tokens"]


SILENT = {
    "feedback": f"import requests\nrequests.post('https://api.cohere.ai/v1/feedback/generate', json={BODY})\n",
    "chat": "import requests\nrequests.post('https://api.cohere.com/v2/chat', json={'model': 'command-a-03-2025', 'messages': []})\n",
    "Ollama": f"import cohere, requests\nrequests.post('http://localhost:11434/api/generate', json={BODY})\n",
    "a text generation server": "import cohere, requests\nrequests.post('http://tgi:8080/generate', json={'inputs': 'a', 'parameters': {}})\n",
    "vLLM": f"import cohere, requests\nclass VLLM:\n    def ask(self):\n        return requests.post(f'{{self.host}}/generate', json={BODY})\n",
    "Stability": f"import cohere, requests\nrequests.post('https://api.stability.ai/v1/generate', json={BODY})\n",
    "a route": "import cohere\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/v1/generate')\ndef generate(prompt: str):\n    return prompt\n",
    "one's own service under test": f"import cohere\nfrom fastapi.testclient import TestClient\nclient = TestClient(app)\ndef test_it():\n    assert client.post('/generate', json={BODY})\n",
    "a stand-in": f"import cohere, responses\nresponses.post('{URL}', json={{'generations': []}})\n",
    "a stand-in of httpx": f"import cohere, respx\nrespx.post('{URL}').mock(return_value=1)\n",
    "a stand-in of requests": f"import cohere, requests_mock\nwith requests_mock.Mocker() as m:\n    m.post('{URL}', json={{}})\n",
    "Cohere's model behind Ollama": f"import cohere, requests\nclass OllamaCohere:\n    def ask(self):\n        return requests.post(f'{{self.base}}/api/generate', json={BODY})\n",
    "KoboldAI": f"import cohere, requests\nclass CohereMixer:\n    def ask(self, host):\n        return requests.post(f'{{host}}/api/v1/generate', json={BODY})\n",
    "a page": "import requests\nrequests.get('https://docs.cohere.com/reference/generate')\n",
    "a link that is printed": f"print('see {URL}')\n",
    "another verb": f"import requests\nrequests.request('GET', '{URL}')\n",
    "a host that nobody names": f"import cohere, requests\ndef ask(base):\n    return requests.post(base + '/generate', json={BODY})\n",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_it_is_silent(source):
    assert [site for site in sites(source) if site.kind is Kind.RAW_HTTP] == []


def test_the_site_is_the_call_that_sends():
    (site,) = sites(
        "import requests\n\nURL = 'https://api.cohere.ai/generate'\nr = (\n    requests\n    .post(URL)\n)\n"
    )
    assert (site.span.line, site.method) == (6, "post")


def test_what_may_go_to_generate_is_a_request_to_it():
    (site,) = sites(
        "import requests\ndef ask(p, chat):\n"
        "    url = 'https://api.cohere.ai/v1/chat' if chat else 'https://api.cohere.ai/v1/generate'\n"
        "    body = {'message': p} if chat else {'prompt': p, 'num_generations': 2}\n"
        "    return requests.post(url, json=body)\n"
    )
    assert (site.kind, site.span.line, str(site.confidence)) == (Kind.RAW_HTTP, 5, "likely")


LOOPS = "for at, m in [(1, 'https://api.cohere.ai/v1/generate'), (2, 'https://x.org')]:\n    requests.post(m, json={'prompt': 'x'})\n"


@pytest.mark.parametrize(
    "text",
    [
        LOOPS,
        "for m, at in {'https://api.cohere.ai/v1/generate': 1}.items():\n    requests.post(m, json={'prompt': 'x'})\n",
        "T = {'a': 'https://api.cohere.ai/v1/generate'}\nfor at, m in T.items():\n    requests.post(m, json={'prompt': 'x'})\n",
        "for m, at in zip(['https://api.cohere.ai/v1/generate'], k):\n    requests.post(m, json={'prompt': 'x'})\n",
        "for at, m in enumerate(['https://api.cohere.ai/v1/generate']):\n    requests.post(m, json={'prompt': 'x'})\n",
    ],
)
def test_an_address_out_of_a_loop_is_known(text):
    (site,) = sites(f"import requests\n{text}")
    assert site.kind is Kind.RAW_HTTP
    assert site.callee == "requests.post"


@pytest.mark.parametrize(("default", "found"), [(URL, 1), ("https://x.org/generate", 0)])
def test_a_default_behind_many_addresses_is_not_lost(default, found):
    hosts = [f"https://h{at}.org/generate" for at in range(12)]
    text = f"import requests\nfor host in {hosts}:\n    requests.post(host or '{default}', json={BODY})\n"
    assert len(sites(text)) == found


@pytest.mark.parametrize(("test", "found"), [("elif", 0), ("if", 1)])
def test_the_address_of_another_way_is_not_meant(test, found):
    text = (
        f"import requests\ndef ask(which, url, data):\n    if which == 'a':\n        url = '{URL}'\n"
        f"    {test} which == 'b':\n        requests.post(url, json=data)\n"
    )
    assert len([site for site in sites(text) if site.kind is Kind.RAW_HTTP]) == found
