"""The words of a proof: short links from the receiver to the constructor, and never an argument's value."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.trees import sites

KEY = "sk-live-4f9d8a7c6b5e"


def chain(files: dict[str, str] | str) -> list[tuple[str, str, int]]:
    (site,) = sites(files)
    return [(step.text, step.path, step.line) for step in site.proof]


def test_super_is_made_nowhere() -> None:
    (site, *_) = sites(
        "import cohere\nco = cohere.Client()\nclass Mine(cohere.Client):\n    def generate(self, **kw):\n"
        "        return super().generate(**kw)\n"
    )
    assert (site.span.line, site.why) == (5, "The receiver is a cohere.Client.")


def test_an_attribute_leads_to_the_constructor_and_to_the_import() -> None:
    steps = chain(
        {
            "app/llm.py": "from cohere import Client\n\ndef make_client():\n    return Client('k')\n",
            "app/bot.py": (
                "from app.llm import make_client as make\nclass Bot:\n    def __init__(self):\n"
                "        self.co = make()\n    def ask(self):\n        return self.co.generate(prompt='a')\n"
            ),
        }
    )

    assert steps == [
        ("self.co ← make()", "app/bot.py", 4),
        ("make_client() ← return Client(…)", "app/llm.py", 4),
        ("Client ← from cohere import Client", "app/llm.py", 1),
    ]


def test_a_parameter_says_who_passes_it() -> None:
    steps = chain(
        "import cohere\ndef ask(co):\n    return co.generate(prompt='a')\ndef main():\n    ask(co=cohere.Client())\n"
    )

    assert [text for text, _, _ in steps] == [
        "co ← parameter, passed by main()",
        "ask(cohere.Client())",
        "cohere ← import cohere",
    ]


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("import cohere\ndef f(co: cohere.Client):\n    co.generate(prompt='a')\n", "co ← parameter, annotated cohere.Client"),
        ("import cohere\nd = {}\nd['c'] = cohere.Client()\nd['c'].generate(prompt='a')\n", "d['c'] ← cohere.Client()"),
        ("import cohere\nasync def f():\n    async with cohere.AsyncClient() as c:\n        c.generate(prompt='a')\n", "c ← with cohere.AsyncClient()"),
        ("import cohere as ch\nco = x or ch.Client()\nco.generate(prompt='a')\n", "co ← x or ch.Client()"),
        ("from cohere import *\nco = Client()\nco.generate(prompt='a')\n", "Client ← from cohere import *"),
        ("import cohere\nclass My(cohere.Client):\n    pass\nMy().generate(prompt='a')\n", "class My(cohere.Client) ← cohere.Client"),
    ],
)  # fmt: skip
def test_each_form_says_its_link(source: str, text: str) -> None:
    assert text in [step for step, _, _ in chain(source)]


@pytest.mark.parametrize(
    "source",
    [
        f"import cohere\nco = cohere.Client('{KEY}')\nco.generate(prompt='a')\n",
        f"import cohere\ncohere.Client(api_key='{KEY}').generate(prompt='a')\n",
        f"import cohere\nco = cohere.Client(d['{KEY}'])\nco.generate(prompt='a')\n",
        f"import cohere\nd = {{}}\nd['{KEY}'] = cohere.Client()\nd['{KEY}'].generate(prompt='a')\n",
        f"import cohere\ndef make(k='{KEY}'):\n    return cohere.Client(k)\nmake('{KEY}').generate(prompt='a')\n",
        f"import cohere\ndef f(c='{KEY}' or cohere.Client('{KEY}')):\n    c.generate(prompt='a')\n",
    ],
)
def test_no_value_of_an_argument_is_in_it(source: str) -> None:
    (site,) = sites(source)

    assert site.proof
    assert KEY not in site.why + "".join(step.text for step in site.proof)


def test_a_long_expression_is_cut() -> None:
    (site,) = sites(f"import cohere\nco = {'a' * 90}.x or cohere.Client()\nco.generate(prompt='a')\n")

    assert max(len(step.text) for step in site.proof) <= 80


def test_the_sentence_names_the_place_of_the_constructor() -> None:
    (site,) = sites(
        {"llm.py": "import cohere\nco = cohere.Client()\n", "a.py": "from llm import co\nco.generate(prompt='a')\n"}
    )

    assert site.why == "The receiver is a cohere.Client, made at llm.py:2."
