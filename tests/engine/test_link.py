"""Whose client is it? Small trees after patterns of real code, found and silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import re
from textwrap import dedent

import pytest

from audits.engine.facts import Confidence, Kind, Platform
from tests.engine.trees import names, sites

FOUND = {
    "a module's client": "import cohere\nco = cohere.Client('k')\nco.generate(prompt='a')\n",
    "an alias of the package": "import cohere as ch\nco = ch.Client()\nco.generate(prompt='a')\n",
    "an alias of the class": "from cohere import Client as Co\nx = Co()\nx.generate(prompt='a')\n",
    "the class's own module": "from cohere.client import Client\nx = Client()\nx.generate(prompt='a')\n",
    "a star import": "from cohere import *\nx = Client()\nx.generate(prompt='a')\n",
    "a call on the constructor": "import cohere\ncohere.Client('k').generate(prompt='a')\n",
    "a second name": "import cohere\na = cohere.Client()\nb = a\nb.generate(prompt='a')\n",
    "an attribute set in __init__": """
        import cohere
        class Bot:
            def __init__(self):
                self.co = cohere.Client()
            def ask(self):
                return self.co.generate(prompt='a')
        """,
    "a class attribute": "import cohere\nclass B:\n    co = cohere.Client()\n    def f(s): return s.co.generate(prompt='a')\n",
    "a property": """
        import cohere
        class B:
            @property
            def co(self):
                return cohere.Client()
            def f(self):
                return self.co.generate(prompt='a')
        """,
    "with": "import cohere\nwith cohere.Client() as co:\n    co.generate(prompt='a')\n",
    "async with": "import cohere\nasync def f():\n    async with cohere.AsyncClient() as c:\n        await c.generate(prompt='a')\n",
    "closing": "import cohere, contextlib\nwith contextlib.closing(cohere.Client()) as c:\n    c.generate(prompt='a')\n",
    "a walrus": "import cohere\nif (co := cohere.Client()):\n    co.generate(prompt='a')\n",
    "unpacking": "import cohere\nco, n = cohere.Client(), 3\nco.generate(prompt='a')\n",
    "a conditional expression": "import cohere\nco = cohere.Client() if x else None\nco.generate(prompt='a')\n",
    "or": "import cohere\ndef f(co=None):\n    co = co or cohere.Client()\n    co.generate(prompt='a')\n",
    "a conditional import": "try:\n    import cohere\nexcept ImportError:\n    cohere = None\nco = cohere.Client()\nco.generate(prompt='a')\n",
    "an import inside the function": "def f():\n    import cohere\n    return cohere.Client().generate(prompt='a')\n",
    "a global": "import cohere\nco = None\ndef start():\n    global co\n    co = cohere.Client()\ndef f():\n    co.generate(prompt='a')\n",
    "a closure": "import cohere\ndef f():\n    co = cohere.Client()\n    def g():\n        return co.generate(prompt='a')\n    return g\n",
    "a comprehension": "import cohere\nco = cohere.Client()\nx = [co.generate(prompt=p) for p in ps]\n",
    "a lambda": "import cohere\nco = cohere.Client()\nf = lambda p: co.generate(prompt=p)\n",
    "a list of clients": "import cohere\nfor co in [cohere.Client('a'), cohere.Client('b')]:\n    co.generate(prompt='a')\n",
    "a literal key": "import cohere\nd = {'c': cohere.Client(), 'n': 1}\nd['c'].generate(prompt='a')\n",
    "an item that was stored": "import cohere\nd = {}\nd['c'] = cohere.Client()\nd['c'].generate(prompt='a')\n",
    "a plain factory": "import cohere\ndef make():\n    return cohere.Client()\nmake().generate(prompt='a')\n",
    "a cached factory": "import cohere\nfrom functools import lru_cache\n@lru_cache\ndef make():\n    return cohere.Client()\nmake().generate(prompt='a')\n",
    "an async factory": "import cohere\nasync def make():\n    return cohere.AsyncClient()\nasync def f():\n    await (await make()).generate(prompt='a')\n",
    "a decorated factory": "import cohere, streamlit as st\n@st.cache_resource\ndef make():\n    return cohere.Client()\nmake().generate(prompt='a')\n",
    "a generator as context": "import cohere, contextlib\n@contextlib.contextmanager\ndef use():\n    yield cohere.Client()\nwith use() as c:\n    c.generate(prompt='a')\n",
    "what callers pass": "import cohere\ndef ask(c):\n    return c.generate(prompt='a')\nask(cohere.Client())\n",
    "what callers pass by keyword": "import cohere\ndef ask(*, c):\n    return c.generate(prompt='a')\nask(c=cohere.Client())\n",
    "what callers pass to a class": "import cohere\nclass B:\n    def __init__(self, c):\n        self.c = c\n    def f(self):\n        self.c.generate(prompt='a')\nB(cohere.Client())\n",
    "a default": "import cohere\nCO = cohere.Client()\ndef ask(c=CO):\n    return c.generate(prompt='a')\n",
    "dependency injection": "import cohere\nfrom fastapi import Depends\ndef co():\n    return cohere.Client()\ndef view(c=Depends(co)):\n    c.generate(prompt='a')\n",
    "a subclass of the client": "import cohere\nclass My(cohere.Client):\n    pass\nMy().generate(prompt='a')\n",
    "super in a subclass": "import cohere\nclass My(cohere.Client):\n    def generate(self, **kw):\n        return super().generate(prompt='a')\n",
    "getattr with a constant": "import cohere\nco = cohere.Client()\ngetattr(co, 'generate')(prompt='a')\n",
    "the raw response": "import cohere\nco = cohere.Client()\nco.with_raw_response.generate(prompt='a')\n",
    "import_module": "import importlib\nco = importlib.import_module('cohere').Client()\nco.generate(prompt='a')\n",
    "cast": "import cohere, typing\nco = typing.cast(cohere.Client, cohere.Client())\nco.generate(prompt='a')\n",
    "a v2 client": "import cohere\nco = cohere.ClientV2()\nco.generate(prompt='a')\n",
    "the AWS package": "from cohere_aws import Client\nco = Client()\nco.generate(prompt='a')\n",
    "the vendored AWS client": "import cohere\nco = cohere.SagemakerClient().sagemaker_finetuning\nco.generate(prompt='a')\n",
    "to_thread": "import cohere, asyncio\nco = cohere.Client()\nasync def f():\n    await asyncio.to_thread(co.generate, prompt='a')\n",
    "partial in an executor": "import cohere, functools\nco = cohere.Client()\nloop.run_in_executor(None, functools.partial(co.generate, prompt='a'))\n",
    "submit": "import cohere\nco = cohere.Client()\npool.submit(co.generate, prompt='a')\n",
    "a guard": "import cohere\nco = cohere.Client()\nguard(co.generate, prompt='a', prompt_params={})\n",
    "a name for the method": "import cohere\nco = cohere.Client()\nask = co.generate\nask(prompt='a')\n",
    "an instance of a class of the tree": "import cohere\nclass B:\n    def __init__(self):\n        self.co = cohere.Client()\nB().co.generate(prompt='a')\n",
    "setUp of a test": "import cohere\nclass T:\n    def setUp(self):\n        self.co = cohere.Client()\n    def test(self):\n        self.co.generate(prompt='a')\n",
    "a match statement": "import cohere\nco = cohere.Client()\nmatch x:\n    case 1:\n        co.generate(prompt='a')\n",
}  # fmt: skip

SILENT = {
    "a Hugging Face model": "import cohere\nfrom transformers import AutoModel\nm = AutoModel.from_pretrained('x')\nm.generate(input_ids)\n",
    "vLLM": "import cohere\nfrom vllm import LLM\nllm = LLM('m')\nllm.generate(prompts, max_tokens=3)\n",
    "Weaviate": "import weaviate\nclient = weaviate.Client()\nclient.collections.get('cohere').generate.near_text(query='x')\n",
    "a name that ends in co": "import cohere\nAlfresco = thing()\nAlfresco.generate(prompt='a')\n",
    "co that is something else": "import cohere\nfrom geo import Coordinates\nco = Coordinates()\nco.generate(prompt='a')\n",
    "no client in the file": "def f(model):\n    return model.generate(prompt='a')\n",
    "the chat method": "import cohere\nco = cohere.Client()\nco.chat(message='a')\n",
    "generate on the v2 attribute": "import cohere\nco = cohere.Client()\nco.v2.generate(prompt='a')\n",
    "a class of the tree with its own method": "import cohere\nclass Cohere:\n    def generate(self, prompt): ...\nCohere().generate(prompt='a')\n",
    "OpenAI under the same name": "import cohere\nfrom openai import OpenAI\nclient = OpenAI()\nclient.generate(prompt='a', max_tokens=1)\n",
    "a client that was rebound": "import cohere\nfrom openai import OpenAI\nc = cohere.Client()\nc = OpenAI()\nc.generate(prompt='a')\n",
    "a comment": "import cohere\n# co.generate(prompt='a')\n",
    "a string": "import cohere\nx = 'co.generate(prompt=1)'\n",
    "a bare function": "import cohere\nfrom x import generate\ngenerate(prompt='a')\n",
    "a mocked attribute": "import cohere\nco = cohere.Client()\nco.generate.assert_called_once()\n",
    "another parameter name": "import cohere\ndef f(co):\n    return co.generate(seed=3, colour='red')\n",
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds_the_use_of(case: str) -> None:
    found = sites(FOUND[case])

    assert [site.confidence for site in found] == [Confidence.CONFIRMED]
    assert "prompt" in names(found[0])


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert sites(SILENT[case]) == ()


CLIENT = "import cohere\nco = cohere.Client()\n"
TREES = {
    "an imported client": {"llm.py": CLIENT, "app.py": "from llm import co\nco.generate(prompt='a')\n"},
    "an import under another name": {"llm.py": CLIENT, "app.py": "from llm import co as c\nc.generate(prompt='a')\n"},
    "a module's attribute": {"llm.py": CLIENT, "app.py": "import llm\nllm.co.generate(prompt='a')\n"},
    "a re-export": {
        "pkg/__init__.py": "from .llm import co\n",
        "pkg/llm.py": CLIENT,
        "app.py": "from pkg import co\nco.generate(prompt='a')\n",
    },
    "a relative import": {"p/llm.py": CLIENT, "p/app.py": "from .llm import co\nco.generate(prompt='a')\n"},
    "a relative import from above": {"p/llm.py": CLIENT, "p/q/app.py": "from ..llm import co\nco.generate(prompt='a')\n"},
    "a star import": {"llm.py": CLIENT, "app.py": "from llm import *\nco.generate(prompt='a')\n"},
    "a factory": {
        "llm.py": "import cohere\ndef get():\n    return cohere.Client()\n",
        "app.py": "from llm import get\nget().generate(prompt='a')\n",
    },
    "a base class": {
        "base.py": "import cohere\nclass Base:\n    def __init__(self):\n        self.co = cohere.Client()\n",
        "app.py": "from base import Base\nclass Bot(Base):\n    def f(self):\n        self.co.generate(prompt='a')\n",
    },
    "a subclass that makes the client": {
        "base.py": "class Base:\n    def f(self):\n        self.co.generate(prompt='a')\n",
        "app.py": "import cohere\nfrom base import Base\nclass Bot(Base):\n    def __init__(self):\n        self.co = cohere.Client()\n",
    },
    "super().__init__ with a client": {
        "base.py": "class Base:\n    def __init__(self, c):\n        self.c = c\n    def f(self):\n        self.c.generate(prompt='a')\n",
        "app.py": "import cohere\nfrom base import Base\nclass Bot(Base):\n    def __init__(self):\n        super().__init__(cohere.Client())\n",
    },
    "callers in another module": {
        "qa.py": "def ask(c, q):\n    return c.generate(prompt=q)\n",
        "app.py": "import cohere\nfrom qa import ask\nask(cohere.Client(), 'q')\n",
    },
    "a fixture": {
        "tests/conftest.py": "import cohere, pytest\n@pytest.fixture\ndef co():\n    return cohere.Client()\n",
        "tests/test_a.py": "def test_it(co):\n    co.generate(prompt='a')\n",
    },
    "an attribute of the application": {
        "main.py": "import cohere\nfrom fastapi import FastAPI\napp = FastAPI()\napp.state.co = cohere.Client()\n",
        "view.py": "def view(request):\n    request.app.state.co.generate(prompt='a')\n",
    },
    "a module's attribute set elsewhere": {
        "cfg.py": "co = None\n",
        "main.py": "import cohere, cfg\ncfg.co = cohere.Client()\n",
        "app.py": "import cfg\ndef f():\n    cfg.co.generate(prompt='a')\n",
    },
}  # fmt: skip


@pytest.mark.parametrize("case", TREES)
def test_it_follows_over_modules(case: str) -> None:
    (site,) = (site for site in sites(TREES[case]) if site.kind is not Kind.WRAPPER_PROJECT)

    assert site.confidence in (Confidence.CONFIRMED, Confidence.LIKELY)
    assert names(site) == ["prompt"]


def shows(line: str, text: str) -> bool:
    """Does the line hold what the step names: the name that gets a value, or what a function returns?"""
    words = [re.findall(r"\w+", part) for part in text.removesuffix("…").split(" ← ")]
    return any(part and part[-1] in re.findall(r"\w+", line) for part in words)


@pytest.mark.parametrize("case", [*FOUND, *TREES])
def test_each_step_of_a_proof_stands_on_its_line(case: str) -> None:
    tree = TREES.get(case) or {"app.py": FOUND[case]}
    for site in sites(tree):
        for step in site.proof:
            lines = dedent(tree[step.path]).split("\n")
            assert shows(lines[step.line - 1], step.text), step
        assert any(re.search(r"Client|super|import_module", step.text) for step in site.proof)


@pytest.mark.parametrize(
    "annotation", ["cohere.Client", "'cohere.Client'", "Optional[cohere.Client]", "cohere.Client | None"]
)
def test_an_annotation_makes_it_likely(annotation: str) -> None:
    (site,) = sites(f"import cohere\ndef f(c: {annotation}):\n    c.generate(prompt='a')\n")

    assert (site.confidence, site.client) == (Confidence.LIKELY, "cohere.Client")


def test_a_class_of_the_package_that_no_release_has_is_likely() -> None:
    (site,) = sites("import cohere\nllm = cohere.Cohere('k')\nllm.generate(prompt='a', stop=['.'])\n")

    assert site.confidence is Confidence.LIKELY
    assert "cohere.Cohere" in site.why
    assert sites("import cohere, other\nllm = other.Cohere('k')\nllm.generate(prompt='a')\n") == ()
    assert sites("import cohere\nllm = cohere.make('k')\nllm.generate('a')\n") == ()


def test_a_class_of_the_trees_own_package_of_that_name_is_no_client() -> None:
    own = {"cohere/__init__.py": "from .data import Set\n", "use.py": "import cohere\ncohere.Set(1).generate('a')\n"}
    assert sites(own) == ()


def test_an_unknown_receiver_with_generates_own_arguments_is_likely() -> None:
    (site,) = sites(
        """
        '''Text with Cohere.'''
        class Model:
            def __init__(self, client):
                self.client = client
            def run(self, p):
                r = self.client.generate(prompt=p, num_generations=2, stop_sequences=['.'])
                return r.generations[0].text
        """
    )

    assert site.confidence is Confidence.LIKELY
    assert "num_generations" in site.why


def test_arguments_of_a_splat_are_folded() -> None:
    (site,) = sites(CLIENT + "base = {'model': 'command', 'k': 0}\nco.generate(prompt='a', **{**base, 'p': 0.5})\n")

    assert names(site) == ["prompt", "model", "k", "p"]


def test_items_and_updates_of_a_splat_count() -> None:
    (site,) = sites(CLIENT + "kw = dict(prompt='a')\nkw['k'] = 1\nkw.update(p=0.2)\nco.generate(**kw)\n")

    assert names(site) == ["prompt", "k", "p"]


def test_an_unknown_splat_is_said_to_be_unknown() -> None:
    (site,) = sites(CLIENT + "def f(**kw):\n    co.generate(prompt='a', **kw)\n")

    assert names(site) == ["prompt", "**"]


def test_keywords_of_callers_reach_a_forwarded_splat() -> None:
    inner, caller = sites(CLIENT + "def f(**kw):\n    co.generate(**kw)\nf(prompt='a', k=3)\n")

    assert (inner.kind, caller.kind) == (Kind.SDK_CALL, Kind.WRAPPER_PROJECT)
    # The splat stays one in the helper: other callers may pass others.
    assert names(inner) == ["prompt", "k", "**"]
    assert names(caller) == ["prompt", "k"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("requirements.txt", "cohere==2.0.0\n"),
        ("requirements/base.txt", "cohere==2.0.0\n"),
        ("requirement/base.txt", "cohere==2.0.0\n"),
        ("pip-requirements/base.txt", "cohere==2.0.0\n"),
        ("setup.py", "from setuptools import setup\nsetup(name='x', install_requires=['cohere==2.0.0'])\n"),
    ],
)
def test_positional_arguments_take_the_names_of_the_pinned_version(path: str, text: str) -> None:
    (site,) = sites({path: text, "app.py": CLIENT + "co.generate('hi', 'xlarge', 2)\n"})

    assert names(site) == ["prompt", "model", "num_generations"]


def test_constants_are_known_by_value_and_text() -> None:
    (site,) = sites(CLIENT + "M = 'command'\nco.generate(model=M, temperature=0.5, prompt=f'{x}')\n")

    model, temperature, prompt = site.arguments
    assert (model.source, model.is_literal, model.literal) == ("M", True, "command")
    assert temperature.literal == 0.5
    assert (prompt.source, prompt.is_literal) == ("f'{x}'", False)


@pytest.mark.parametrize(
    ("call", "kind"),
    [
        ("generate(prompt='a')", Kind.SDK_CALL),
        ("generate(prompt='a', stream=True)", Kind.SDK_STREAM),
        ("generate(prompt='a', stream=False)", Kind.SDK_CALL),
        ("generate(**{'stream': True})", Kind.SDK_STREAM),
        ("generate_stream(prompt='a')", Kind.SDK_STREAM),
        ("batch_generate(['a'])", Kind.BATCH),
    ],
)
def test_the_form_of_the_call_is_its_kind(call: str, kind: Kind) -> None:
    (site,) = sites(CLIENT + f"co.{call}\n")

    assert site.kind is kind


@pytest.mark.parametrize(
    ("client", "platform"),
    [
        ("Client()", Platform.COHERE),
        ("BedrockClient()", Platform.BEDROCK),
        ("AwsClient(service='sagemaker')", Platform.SAGEMAKER),
        ("OciClient()", Platform.OCI),
        ("Client(base_url='https://llm.internal')", Platform.PRIVATE),
    ],
)
def test_the_construction_tells_the_platform(client: str, platform: Platform) -> None:
    (site,) = sites(f"import cohere\nco = cohere.{client}\nco.generate(prompt='a')\n")

    assert site.platform is platform


def test_a_use_is_on_the_line_of_the_attribute_and_ends_with_the_call() -> None:
    (site,) = sites(CLIENT + "x = (co\n    .generate(\n        prompt='a',\n    ))\n")

    assert (site.span.line, site.span.end_line, site.span.column) == (4, 6, 5)


def test_reads_of_the_response_are_followed_through_names_and_functions() -> None:
    (site,) = sites(
        {
            "app.py": CLIENT + "def ask():\n    r = co.generate(prompt='a')\n    return r\n",
            "web.py": "from app import ask\ntext = ask().generations[0].text\nfor g in ask():\n    print(g.text)\n",
        }
    )

    assert {(read.path, read.line, read.text) for read in site.reads} == {
        ("web.py", 2, "ask().generations[0].text"),
        ("web.py", 4, "g.text"),
    }


def test_awaiting_and_handing_on_are_said() -> None:
    called, handed = sites(CLIENT + "async def f():\n    await co.generate(prompt='a')\n    await run(co.generate)\n")

    assert (called.awaited, called.reference) == (True, False)
    assert handed.reference


def test_a_copy_of_the_sdk_in_the_tree_is_not_a_use_and_not_in_the_way() -> None:
    tree = {
        "lib/cohere/__init__.py": "from .client import Client\n",
        "lib/cohere/client.py": "class Client:\n    def generate(self): ...\n    def batch(self): return self.generate()\n",
        "app.py": CLIENT + "co.generate(prompt='a')\n",
    }

    assert [site.path for site in sites(tree)] == ["app.py"]


def test_cycles_of_imports_and_calls_end() -> None:
    tree = {
        "a.py": "from b import *\nfrom b import x\ndef f(c): return g(c)\n",
        "b.py": "from a import *\nfrom a import f\nx = f(x)\ndef g(c): return f(c)\nx.generate(prompt='cohere')\n",
    }

    assert sites(tree) == ()


def test_a_web_of_calls_without_an_answer_ends_soon() -> None:
    functions = "".join(f"def f{n}(c):\n    return f{n + 1}(c) or f{n + 1}(c) or f{n + 2}(c)\n" for n in range(60))

    assert sites(functions + "import cohere\nf0(f1(1)).generate(prompt='a')\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "d = {'co': co}\ndef f():\n    global d\n    d = {**d}\nd['co'].generate(prompt='a')\n",
        "d = {'co': co, **e}\ne = {**d}\ne['co'].generate(prompt='a')\n",
    ],
)
def test_a_dict_that_is_spread_into_itself_comes_to_an_end(text: str) -> None:
    (site,) = sites(f"import cohere\nco = cohere.Client()\n{text}")

    assert site.confidence is Confidence.CONFIRMED


def test_an_attribute_that_is_a_function_of_another_module_is_asked_about_there() -> None:
    """Its number is one of that module's scopes; here it may be none at all, or another function."""
    tree = {
        "ask.py": "import cohere\n\n\ndef a(): ...\ndef b(): ...\ndef c(): ...\n\n\n@property\ndef client(self):\n"
        "    return cohere.Client()\n",
        "shop.py": "from ask import client\n\n\nclass Shop:\n    co = client\n\n\nShop().co.generate(prompt='a')\n",
    }

    (site,) = sites(tree)

    assert (site.path, site.confidence) == ("shop.py", Confidence.CONFIRMED)
