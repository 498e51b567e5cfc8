"""Addresses and bodies of raw requests, followed across modules, helpers, classes and settings; what comes of them."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.analysis import analyse
from audits.engine.facts import Confidence, Kind, Platform, Verdict
from audits.engine.steps import judge
from audits.gitstore import open_local
from audits.sandbox import Sandbox
from tests.engine.trees import names, sites
from tests.gitbuild import RepositoryBuilder

URL = "https://api.cohere.ai/v1/generate"


def test_an_address_from_another_module():
    (site,) = sites(
        {
            "app/settings.py": "HOST = 'https://api.cohere.ai'\nGENERATE = HOST + '/v1/generate'\n",
            "app/llm.py": "import requests\nfrom app.settings import GENERATE\ndef ask(p):\n    return requests.post(GENERATE, json={'prompt': p})\n",
        }
    )
    assert (site.path, site.span.line, site.confidence) == ("app/llm.py", 4, Confidence.CONFIRMED)


def test_a_default_behind_the_environment_is_likely():
    (site,) = sites(
        "import os, requests\nBASE = os.getenv('CO_API_URL', 'https://api.cohere.ai')\n"
        "requests.post(f'{BASE}/generate', json={'prompt': 'a'})\n"
    )
    assert (site.platform, site.confidence) == (Platform.COHERE, Confidence.LIKELY)
    assert "as far as the code tells" in site.why


def test_a_helper_that_calls_itself_gives_what_its_other_ways_give():
    (site,) = sites(
        "import requests\ndef url(path, left=3):\n    if left and path.startswith('/'):\n        return url(path[1:], left - 1)\n"
        "    return 'https://api.cohere.ai/v1/' + path\nrequests.post(url('generate'), json={'prompt': 'a'})\n"
    )
    assert (site.kind, site.platform) == (Kind.RAW_HTTP, Platform.COHERE)


def test_a_gateway_with_coheres_name_is_private():
    (site,) = sites(
        "import requests\nrequests.post('https://gateway.example.com/v1/acct/gw/cohere/v1/generate', json={'prompt': 'a'})\n"
    )
    assert (site.platform, site.confidence) == (Platform.PRIVATE, Confidence.LIKELY)


def test_a_host_out_of_the_environment_with_coheres_key_is_private():
    (site,) = sites(
        "import os, requests\nrequests.post(os.environ['LLM_HOST'] + '/v1/generate',\n"
        "    headers={'Authorization': f\"Bearer {os.environ['COHERE_API_KEY']}\"}, json={'prompt': 'a'})\n"
    )
    assert (site.platform, site.confidence) == (Platform.PRIVATE, Confidence.LIKELY)


def test_a_helper_for_every_endpoint_is_reported_where_it_is_called():
    found = sites(
        "import requests\n"
        "def call(path, body):\n"
        "    return requests.post('https://api.cohere.ai/' + path, json=body)\n"
        "call('generate', {'prompt': 'a', 'k': 3})\n"
        "call('tokenize', {'text': 'a'})\n"
    )
    assert [(site.span.line, names(site)) for site in found] == [(4, ["prompt", "k"])]


def test_a_helper_for_generate_is_the_use_itself():
    found = sites(
        "import requests\n"
        "def ask(prompt):\n"
        "    return requests.post('https://api.cohere.ai/generate', json={'prompt': prompt})\n"
        "ask('a')\nask('b')\n"
    )
    assert [site.span.line for site in found if site.kind is Kind.RAW_HTTP] == [3]


def test_only_the_class_with_that_address_is_meant():
    found = sites(
        "import requests\n"
        "class Rest:\n"
        "    def __init__(self, url):\n"
        "        self.url = url\n"
        "class Ours(Rest):\n"
        "    def ask(self):\n"
        "        return requests.post(self.url, json={'prompt': 'a'})\n"
        "class Theirs(Rest):\n"
        "    def ask(self):\n"
        "        return requests.post(self.url, json={'prompt': 'a'})\n"
        "Ours('https://api.cohere.ai/generate')\n"
        "Theirs('https://api.example.com/complete')\n"
    )
    assert [site.span.line for site in found] == [7]


def test_a_body_is_followed_through_assignments():
    (site,) = sites(
        "import json, requests\n"
        "def ask(prompt, stops):\n"
        "    body = {'prompt': prompt}\n"
        "    body['temperature'] = 2\n"
        "    if stops:\n"
        "        body['stop_sequences'] = stops\n"
        "    payload = json.dumps(body)\n"
        "    return requests.post('https://api.cohere.ai/v1/generate', data=payload)\n"
    )
    # One of them holds on one way only, so it stays in what is unpacked, which is known whole.
    assert names(site) == ["prompt", "temperature", "stop_sequences", "**"]
    assert [row.name for row in judge(site).parameters] == ["prompt", "temperature", "stop_sequences"]


def test_a_body_written_as_json_is_read():
    (site,) = sites(
        'import requests\nrequests.post(\'https://api.cohere.ai/generate\', data=\'{"prompt": "a", "num_generations": 2}\')\n'
    )
    assert names(site) == ["prompt", "num_generations"]


def test_each_step_of_a_proof_stands_on_its_line():
    files = {
        "app/urls.py": "BASE = 'https://api.cohere.ai'\n\ndef url(path):\n    return f'{BASE}/v1/{path}'\n",
        "app/llm.py": "import requests\nfrom app.urls import url\nGEN = 'generate'\nrequests.post(url(GEN), json={'prompt': 'a'})\n",
    }
    (site,) = sites(files)
    assert len(site.proof) > 2
    for step in site.proof:
        assert step.text in files[step.path].splitlines()[step.line - 1]


def test_the_reads_of_the_answer_are_kept():
    (site,) = sites(
        "import requests\nr = requests.post('https://api.cohere.ai/generate', json={'prompt': 'a'})\n"
        "print(r.json()['generations'][0]['text'])\n"
    )
    assert [read.line for read in site.reads] == [3]


def test_the_bodys_keys_get_verdicts():
    (site,) = sites(
        "import requests\nrequests.post('https://api.cohere.ai/generate', json={'prompt': 'a', 'num_generations': 2, 'stream': True})\n"
    )
    usage = judge(site)
    verdicts = {row.name: row.verdict for row in usage.parameters}
    assert verdicts["prompt"] is Verdict.RENAMED
    assert verdicts["num_generations"] is Verdict.UNSUPPORTED
    assert usage.unsupported == ("num_generations",)


def test_the_replacement_is_the_body_of_a_chat_request():
    (site,) = sites(
        "import requests\nrequests.post('https://api.cohere.ai/generate', json={'prompt': p, 'max_tokens': 5, 'stream': True})\n"
    )
    replacement = judge(site).replacement
    assert eval(replacement.v2, {"p": "hi"}) == {
        "model": "command-a-03-2025",
        "messages": [{"role": "user", "content": "hi"}],
        "max_tokens": 5,
        "temperature": 0.75,
        "stream": True,
    }
    assert any("https://api.cohere.com/v2/chat" in note for note in replacement.notes)


def test_camel_case_keys_get_the_verdict_of_their_parameter():
    (site,) = sites(
        "import requests\nrequests.post('https://api.cohere.ai/generate', json={'prompt': 'a', 'numGenerations': 2})\n"
    )
    usage = judge(site)
    (row,) = (row for row in usage.parameters if row.name == "numGenerations")
    assert row.verdict is Verdict.UNSUPPORTED
    assert usage.unsupported == ("numGenerations",)


def test_a_file_that_only_imports_the_address_takes_part(tmp_path):
    builder = RepositoryBuilder(tmp_path / "repo.git")
    builder.commit(
        {
            "app/config.py": "LLM_URL = 'https://api.cohere.ai/v1/generate'\n",
            "app/llm.py": "import requests\nfrom app.config import LLM_URL\nrequests.post(LLM_URL, json={'prompt': 'a'})\n",
        }
    )
    with open_local(builder.path) as source, Sandbox() as sandbox:
        report = analyse(source, sandbox)
    assert [(usage.path, usage.line, usage.kind) for usage in report.usages] == [("app/llm.py", 3, Kind.RAW_HTTP)]


def test_a_helper_that_is_not_in_the_tree_sends_too():
    (site,) = sites(
        "from shared.net import push\nURL = 'https://api.cohere.ai/generate'\npush(URL, {'prompt': 'a', 'p': 0.5})\n"
    )
    assert (site.span.line, site.confidence, names(site)) == (3, Confidence.LIKELY, ["prompt", "p"])


@pytest.mark.parametrize(
    "call",
    [
        "send.assert_called_once_with(URL, json={'prompt': 'a'})",
        "mock.call(URL, json={'prompt': 'a'})",
        "Provider(url=URL, body={'prompt': 'a'})",
        "print(URL, {'prompt': 'a'})",
        "log.info('posting to %s', URL, {'prompt': 'a'})",
    ],
)
def test_what_only_mentions_the_address_is_silent(call):
    found = sites(f"from unittest import mock\nURL = 'https://api.cohere.ai/generate'\n{call}\n")
    assert [site for site in found if site.kind is Kind.RAW_HTTP] == []


def test_pycurl_sends_where_it_performs():
    (site,) = sites(
        "import json, pycurl\nc = pycurl.Curl()\nc.setopt(c.URL, 'https://api.cohere.ai/generate')\n"
        "c.setopt(pycurl.POSTFIELDS, json.dumps({'prompt': 'a'}))\nc.perform()\n"
    )
    assert (site.span.line, site.method, names(site)) == (5, "perform", ["prompt"])


def test_pycurl_performs_once_what_a_setting_and_a_default_tell():
    (site,) = sites(
        "import os, pycurl\nBASE = os.environ.get('COHERE_BASE', 'https://api.cohere.ai')\nc = pycurl.Curl()\n"
        "c.setopt(c.URL, BASE + '/v1/generate')\nc.perform()\n"
    )
    assert (site.span.line, site.confidence) == (5, Confidence.LIKELY)
    assert "https://api.cohere.ai/v1/generate" in site.why


def test_a_base_class_posts_for_its_heirs():
    found = sites(
        "import httpx\n"
        "class Base:\n"
        "    URL = ''\n"
        "    def _post(self, path, **kw):\n"
        "        return httpx.Client(base_url=self.URL).post(path, **kw)\n"
        "class Ours(Base):\n"
        "    URL = 'https://api.cohere.ai/v1'\n"
        "    def ask(self):\n"
        "        return self._post('/generate', json={'prompt': 'a'})\n"
        "class Theirs(Base):\n"
        "    URL = 'https://api.example.com'\n"
        "    def ask(self):\n"
        "        return self._post('/generate', json={'prompt': 'a'})\n"
    )
    assert [(site.span.line, names(site)) for site in found if site.kind is Kind.RAW_HTTP] == [(9, ["prompt"])]


def test_the_model_in_the_path_may_be_a_parameter():
    (site,) = sites(
        "from urllib.parse import urljoin\nimport requests\n"
        "def ask(model, prompt):\n"
        "    return requests.post(urljoin('https://api.cohere.ai', model + '/generate'), json={'prompt': prompt})\n"
    )
    assert (site.platform, site.confidence) == (Platform.COHERE, Confidence.LIKELY)


def test_a_setting_with_coheres_name_is_likely():
    (site,) = sites(
        "import requests\nfrom django.conf import settings\n"
        "requests.post(settings.COHERE_URL, json={'prompt': 'a', 'max_tokens': 5})\n"
        "requests.post(settings.COHERE_URL, json={'message': 'a'})\n"
    )
    assert (site.span.line, site.platform, site.confidence) == (3, Platform.UNKNOWN, Confidence.LIKELY)


@pytest.mark.parametrize("body", ['\'{"prompt": "%s", "k": 3}\' % p', 'f\'{{"prompt": "{p}", "k": 3}}\''])
def test_a_body_that_is_a_template_tells_its_keys(body):
    (site,) = sites(f"import requests\np = 'a'\nrequests.post('{URL}', data={body})\n")
    assert names(site) == ["prompt", "k"]


def test_a_helper_that_hands_its_keywords_on_is_reported_where_they_come_from():
    found = sites(
        "import requests\n"
        "def send(attempts, **kw):\n"
        "    return requests.request(**kw)\n"
        "send(3, method='POST', url='https://api.cohere.ai/generate', json={'prompt': 'a'})\n"
        "send(3, method='POST', url='https://api.example.com', json={'prompt': 'a'})\n"
    )
    assert [(site.span.line, names(site)) for site in found if site.kind is Kind.RAW_HTTP] == [(4, ["prompt"])]


def test_a_helper_out_of_the_tree_is_given_the_address_by_a_property():
    (site,) = sites(
        "from haystack.utils import retrying\n"
        "class Cohere:\n"
        "    @property\n"
        "    def url(self):\n"
        "        return 'https://api.cohere.ai/v1/generate'\n"
        "    def ask(self, prompt):\n"
        "        return retrying(url=self.url, json={'prompt': prompt})\n"
    )
    assert (site.span.line, site.confidence) == (7, Confidence.LIKELY)


def test_base_and_path_may_be_two_arguments():
    found = sites(
        "from gateway import send_request\n"
        "def call(path, payload):\n"
        "    return send_request(base_url='https://api.cohere.ai/v1', path=path, payload=payload)\n"
        "call('generate', {'prompt': 'a'})\n"
        "call('embed', {'texts': []})\n"
    )
    assert [(site.span.line, names(site)) for site in found if site.kind is Kind.RAW_HTTP] == [(4, ["prompt"])]


def test_every_use_has_a_proof():
    (site,) = sites("import os, requests\nrequests.post(os.environ['COHERE_URL'], json={'prompt': 'a'})\n")
    assert [(step.text, step.line) for step in site.proof] == [("requests.post", 2)]


def test_a_sender_that_a_base_class_calls_is_the_heirs_to_give():
    tree = {
        "base.py": "class Base:\n    def __init__(self, endpoint):\n        self.endpoint = endpoint\n"
        "    def retry(self, call, **options):\n        return call(**options)\n",
        "ours.py": "import requests\nfrom base import Base\nclass Ours(Base):\n    def ask(self, p):\n"
        "        return self.retry(requests.post, url=self.endpoint, json={'prompt': p})\n"
        "Ours('https://api.cohere.ai/v1/generate')\n",
    }

    assert [(row.kind, row.path, row.span.line) for row in sites(tree)][:1] == [(Kind.RAW_HTTP, "ours.py", 5)]


def test_a_body_of_keywords_holds_what_this_call_passes():
    found = sites(
        "import requests\n"
        "class Client:\n"
        "    def _post(self, path, **body):\n"
        "        return requests.post(f'https://api.cohere.ai/v1/{path}', json=body)\n"
        "    def ask(self, p):\n"
        "        return self._post('generate', prompt=p, k=3)\n"
        "    def embed(self, texts):\n"
        "        return self._post('embed', texts=texts)\n"
    )

    (told,) = (judge(site) for site in found if site.kind is Kind.RAW_HTTP)
    assert (told.line, [row.name for row in told.parameters]) == (6, ["prompt", "k"])
