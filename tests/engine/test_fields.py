"""Splatted instances: their class's fields name what may be passed, and it is said that they do no more."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Verdict
from audits.engine.judge import judge
from tests.engine.trees import names, sites

HEAD = """\
import cohere
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, TypedDict
from pydantic import BaseModel
co = cohere.Client()
class Base(BaseModel):
    temperature: float = 0.5
    _own: int = 1
    kind: ClassVar[str] = "a"
class P(Base):
    max_tokens: int = 3
class Request(BaseModel):
    prompt: str
    parameters: P
class T(TypedDict):
    k: int
@dataclass
class D:
    k: int = 1
"""
SPLATS = {
    "a model": ("def f(p: P):\n    co.generate(prompt='a', **p.dict())\n", ["temperature", "max_tokens"]),
    "a model's field": ("def f(r: Request):\n    co.generate(prompt='a', **r.parameters.model_dump(exclude_none=True))\n", ["temperature", "max_tokens"]),
    "a model without one": ("def f(p: P):\n    co.generate(prompt='a', **p.dict(exclude={'max_tokens'}))\n", ["temperature"]),
    "a dataclass": ("d = D()\nco.generate(prompt='a', **asdict(d))\n", ["k"]),
    "a dataclass by the module's function": ("import dataclasses\nd = D()\nco.generate(prompt='a', **dataclasses.asdict(d))\n", ["k"]),
    "its dictionary": ("d = D()\nco.generate(prompt='a', **d.__dict__)\n", ["k"]),
    "vars": ("d = D()\nco.generate(prompt='a', **vars(d))\n", ["k"]),
    "a typed dictionary": ("def f(t: T):\n    co.generate(prompt='a', **t)\n", ["k"]),
}  # fmt: skip
KNOWN = {
    "a filtered dictionary": ("d = {'prompt': 'a', 'k': 1}\nco.generate(**{n: v for n, v in d.items() if v})\n", ["prompt", "k"]),
    "a union": ("co.generate(**({'prompt': 'a'} | {'k': 1}))\n", ["prompt", "k"]),
    "a dict of a dict": ("d = {'prompt': 'a'}\nco.generate(**dict(d), k=1)\n", ["prompt", "k"]),
    "a copy": ("d = {'prompt': 'a'}\nco.generate(**d.copy())\n", ["prompt"]),
}  # fmt: skip


@pytest.mark.parametrize("case", SPLATS)
def test_an_instance_is_named_by_its_fields(case: str) -> None:
    text, fields = SPLATS[case]
    (site,) = sites(HEAD + text)
    usage = judge(site)

    assert names(site) == ["prompt", *fields, "**"]
    assert all("may" in row.note and "fewer" in row.note for row in usage.parameters[1:])
    assert usage.parameters[-1].verdict is Verdict.UNKNOWN
    # The code that takes its place splats the instance, too, and says no field twice.
    assert usage.replacement is not None
    assert usage.replacement.v2.replace("**{", "").count("**") == 1
    assert not any(f"{name}=" in usage.replacement.v2 for name in fields if name != "temperature")


@pytest.mark.parametrize("case", KNOWN)
def test_a_dictionary_is_followed_through(case: str) -> None:
    text, wanted = KNOWN[case]
    (site,) = sites(HEAD + text)

    assert names(site) == wanted


def test_a_class_that_is_no_dictionary_is_not_splatted_by_its_fields() -> None:
    (site,) = sites(f"{HEAD}def f(p: P):\n    co.generate(prompt='a', **p)\n")

    assert names(site) == ["prompt", "**"]


def test_what_stands_behind_a_splatted_tuple_is_kept() -> None:
    text = "def ask(a, b, p):\n    return co.generate(prompt=p)\nrest = (1, 2)\nask(*rest, 'x')\nask(*unknown, 'x')\n"
    rows = sites(HEAD + text)

    assert [names(row) for row in rows] == [["prompt"], ["prompt"], [None, None]]
    assert [row.name for row in judge(rows[2]).parameters] == ["*unknown", "argument 2"]


def test_what_only_a_test_hands_in_is_not_what_the_product_passes() -> None:
    tree = {
        "bot.py": "import cohere\nclass Bot:\n    def __init__(self, config):\n        self.config = config\n"
        "        self.co = cohere.Client()\n    def ask(self, p):\n        return self.co.generate(prompt=p, **self.config)\n",
        "tests/test_bot.py": "from bot import Bot\nBot(config={'k': 1})\n",
    }
    (row,) = sites(tree)

    assert names(row) == ["prompt", "**"]
    assert names(sites({**tree, "app.py": "from bot import Bot\nBot(config={'p': 1})\n"})[0]) == ["prompt", "p", "**"]
