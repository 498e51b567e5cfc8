"""Requests that are put into an object before somebody sends them."""

import pytest

from audits.engine.facts import Confidence, Kind, Platform
from tests.engine.trees import names, sites

PREPARED = """
from dataclasses import dataclass

@dataclass
class Prepared:
    url: str
    params: dict
"""
PROVIDER = """
from prepared import Prepared

class Provider:
    def {where}(self, key):
        self.key = key
        self.base = "https://api.cohere.ai"

    def prepare(self, query):
        url = self.base + "{path}"
        body = {{"prompt": query, "k": 0}}
        return Prepared(url=url, params=body)
"""
SENDER = """
import requests
from provider import Provider

def ask(query):
    ready = Provider("k").prepare(query)
    return requests.post("https://example.org/log", json={"url": ready.url})
"""


def _tree(where: str = "connect", path: str = "/generate") -> dict[str, str]:
    return {"prepared.py": PREPARED, "provider.py": PROVIDER.format(where=where, path=path), "app.py": SENDER}


@pytest.mark.parametrize("where", ["connect", "__init__"])
@pytest.mark.parametrize("path", ["/generate", "/v1/generate"])
def test_an_object_that_nobody_is_seen_to_send_is_the_request(where: str, path: str) -> None:
    (site,) = sites(_tree(where, path))
    assert (site.path, site.span.line, site.kind) == ("provider.py", 12, Kind.RAW_HTTP)
    assert (site.confidence, site.platform) == (Confidence.LIKELY, Platform.COHERE)
    assert names(site) == ["prompt", "k"]


def test_an_object_with_another_address_is_none() -> None:
    assert not sites(_tree(path="/embed"))


def test_an_object_without_a_prompt_is_none() -> None:
    tree = _tree()
    tree["provider.py"] = tree["provider.py"].replace('"prompt"', '"text"')
    assert not sites(tree)


def test_an_object_that_is_sent_is_counted_once() -> None:
    tree = """
        import requests
        class Call:
            def __init__(self, url, json):
                self.url, self.json = url, json
            def send(self):
                return requests.post(self.url, json=self.json)
        def ask(prompt):
            return Call(url="https://api.cohere.ai/v1/generate", json={"prompt": prompt}).send()
        """
    assert [row.kind for row in sites(tree)] == [Kind.RAW_HTTP]


_NET = "import requests\ndef reach(url, body):\n    return requests.post(url, json=body)\n"
_MORE = "def a(): pass\ndef b(): pass\ndef c(): pass\n"
_URL = '"https://api.cohere.ai/v1/generate"'


@pytest.mark.parametrize(
    ("middle", "outer", "place"),
    [
        ("def ask(url, q):\n    return reach(url, q)\n", f'ask({_URL}, {{"prompt": "x"}})', ("app.py", 5)),
        ('def ask(url, q):\n    return reach(url, {"prompt": q})\n', f'ask({_URL}, "x")', ("mid.py", 6)),
        (f'def ask(q):\n    return reach({_URL}, {{"prompt": q}})\n', 'ask("x")', ("mid.py", 6)),
    ],
)
def test_a_request_through_helpers_is_told_where_its_body_is_made(
    middle: str, outer: str, place: tuple[str, int]
) -> None:
    tree = {
        "net.py": _NET,
        "mid.py": f"from net import reach\n{_MORE}{middle}",
        "app.py": f"from mid import ask\n{_MORE}{outer}\n",
    }
    (site,) = (row for row in sites(tree) if row.kind is not Kind.WRAPPER_PROJECT)
    assert (site.kind, (site.path, site.span.line), names(site)) == (Kind.RAW_HTTP, place, ["prompt"])


def test_another_request_does_not_hide_an_object() -> None:
    tree = _tree() | {
        "other.py": 'import requests\nrequests.post("https://api.cohere.ai/v1/generate", json={"prompt": "x"})\n',
        "chat.py": 'import requests\nrequests.post("https://api.cohere.ai/v1/chat", json={"num_generations": 2})\n',
    }
    assert {(row.path, row.kind) for row in sites(tree)} == {
        ("provider.py", Kind.RAW_HTTP),
        ("other.py", Kind.RAW_HTTP),
        ("chat.py", Kind.HALF_MIGRATED),
    }


SENT = """
import requests
from prepared import Prepared

class Sender:
    def run(self, ready: Prepared):
        url = ready.url
        body = self.unpacked(ready)
        return requests.request(method="POST", url=url, json=body)

    def unpacked(self, ready):
        return load(ready.params)
"""
MAKER = """
import json
from prepared import Prepared
from sender import Sender

class Processor:
    def address(self):
        return "https://api.cohere.ai/v1/generate"

    def process(self, text):
        return Sender().run(Prepared(url=self.address(), params=Wrapped(data=json.dumps({"prompt": text}))))
"""


def test_who_sends_any_object_s_address_is_not_told_where_the_object_has_the_prompt() -> None:
    (site,) = sites({"prepared.py": PREPARED, "sender.py": SENT, "maker.py": MAKER})
    assert (site.path, site.span.line, site.kind, names(site)) == ("maker.py", 11, Kind.RAW_HTTP, ["prompt"])


def test_a_request_from_a_function_inside_a_helper_belongs_to_the_helper_s_caller() -> None:
    helper = """
import requests

def retried(attempts=3, **kwargs):
    def run():
        timeout = kwargs.pop("timeout", 10)
        return requests.request(**kwargs, timeout=timeout)
    return run()
"""
    layer = """
from helper import retried

class Layer:
    def __init__(self):
        self.url = "https://api.cohere.ai/v1/generate"

    def post(self, prompt):
        return retried(method="POST", url=self.url, json={"prompt": prompt, "k": 3})
"""
    (site,) = sites({"helper.py": helper, "layer.py": layer})
    assert (site.path, site.span.line, site.kind, names(site)) == ("layer.py", 9, Kind.RAW_HTTP, ["prompt", "k"])
