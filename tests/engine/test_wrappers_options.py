"""Other libraries' classes that call Generate: what they are told, by their own names and settings."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine import FileKind
from audits.engine.facts import Confidence, Kind, Platform, Verdict
from audits.engine.judge import judge
from audits.engine.steps import extract, link
from tests.engine.test_wrappers_frameworks import LANGCHAIN, OLD_NAME, SURE, pinned
from tests.engine.trees import sites


def test_what_a_class_takes_first_is_named_by_its_own_signature() -> None:
    known, other = (
        judge(sites(text)[0])
        for text in (
            "import cohere\nfrom keybert.llm import Cohere\nCohere(cohere.Client(), 'command', 'Topics of [DOCUMENTS]')\n",
            "from langchain.llms import Cohere\nCohere(settings)\n",
        )
    )

    rows = {row.name: (row.verdict, row.note.partition(":")[0]) for row in known.parameters}
    assert list(rows) == ["client", "model", "prompt"]
    told = (Verdict.UNKNOWN, "An argument of keybert.llm.Cohere, not of Generate")
    assert (rows["client"], rows["prompt"], rows["model"][0]) == (told, told, Verdict.CHANGED)
    assert [(row.name, row.verdict) for row in other.parameters] == [("argument 1", Verdict.UNKNOWN)]


GARAK = "from garak.generators.cohere import CohereGenerator\n"
CHATS = "class CohereGenerator:\n    DEFAULT_PARAMS = {'k': 0, 'api_version': 'v2'}\n"


@pytest.mark.parametrize(
    ("use", "release", "levels"),
    [
        ("CohereGenerator()\n", "0.12.0", [SURE]),
        ("CohereGenerator()\n", "0.13.0", []),
        ("gen = CohereGenerator()\ngen.api_version = 'v1'\ngen.__init__()\n", "0.13.0", [SURE]),
        ("gen = CohereGenerator()\ngen.api_version = 'v2'\n", "0.12.0", []),
        ("P = {'generators': {'cohere': {'api_version': 'v1'}}}\nCohereGenerator(config_root=P)\n", "0.13.0", [SURE]),
    ],
)
def test_an_option_of_the_class_decides(use, release, levels) -> None:
    assert [site.confidence for site in pinned(GARAK + use, f"garak=={release}\n")] == levels


def test_in_the_classs_own_tree_its_default_decides_and_only_those_told_otherwise_call_generate() -> None:
    body = "    def __init__(self):\n        import cohere\n        self.generator = cohere.Client()\n"
    call = "    def ask(self, text):\n        return self.generator.generate(prompt=text)\n"
    test = (
        f"{GARAK}def test_a():\n    CohereGenerator()\n"
        "def test_b():\n    gen = CohereGenerator()\n    gen.api_version = 'nonsense'\n"
        "    gen = CohereGenerator()\n    gen.api_version = 'v1'\n"
    )

    def lines(source: str) -> list[int]:
        tree = {"garak/generators/cohere.py": source, "tests/test_cohere.py": test}
        return [site.span.line for site in sites(tree) if site.path.startswith("tests/")]

    assert lines(f"{CHATS}{body}{call}") == [7]
    assert lines(f"class CohereGenerator:\n{body}{call}") == [3, 7]


@pytest.mark.parametrize(
    ("code", "verdicts"),
    [
        (
            "from langchain_aws import BedrockLLM\nBedrockLLM(model_id='cohere.command-text-v14', model_kwargs={'max_tokens': 4, 'truncate': 'END'})\n",
            "model_id changed, max_tokens kept, truncate unsupported",
        ),
        (
            f"from {OLD_NAME} import CohereGenerator\nCohereGenerator(model='command', generation_kwargs={{'num_generations': 3}})\n",
            "model changed, num_generations unsupported",
        ),
        ("import litellm\nlitellm.completion(model='cohere/command', messages=[])\n", "model changed, messages kept"),
        (
            "import litellm\nlitellm.completion(model='cohere_chat/command-r', messages=[])\n",
            "model changed, messages kept",
        ),
        ("import litellm\nlitellm.completion('command-nightly', m, k=3)\n", "model changed, messages kept, k kept"),
        (
            "from langchain.llms import Bedrock\nOPTIONS = {'max_tokens': 4, 'truncate': 'END'}\nBedrock(model_id='cohere.command-text-v14', model_kwargs=OPTIONS)\n",
            "model_id changed, max_tokens kept, truncate unsupported",
        ),
        (
            "from langchain.llms import Bedrock\nBedrock(model_id='cohere.command-text-v14', model_kwargs=other())\n",
            "model_id changed, model_kwargs unknown",
        ),
        ("import dspy\ndspy.Cohere('command')\n", "model changed"),
        ("from txtai import LLM\nLLM('cohere/command')\n", "path changed"),
        ("from langchain.llms import Cohere\nCohere(stop=['--'])\n", "stop disputed"),
    ],
)
def test_what_a_class_takes_under_names_of_its_own_is_judged(code: str, verdicts: str) -> None:
    (site,) = sites(code)

    assert ", ".join(f"{row.name} {row.verdict.value}" for row in judge(site).parameters) == verdicts


def test_a_model_of_an_imported_constant_is_named_though_an_object_holds_it() -> None:
    (site,) = sites(
        {
            "config.py": "MODEL = 'cohere.command-text-v14'\n",
            "app.py": "from config import MODEL\nfrom langchain.llms import Bedrock\nclass A:\n    def __init__(self):\n"
            "        self.model = MODEL\n    def make(self):\n        return Bedrock(model_id=self.model)\n",
        }
    )
    usage = judge(site)
    assert (usage.model, usage.parameters[0].verdict) == ("cohere.command-text-v14", Verdict.CHANGED)


def test_a_live_model_is_named_as_litellm_spells_it() -> None:
    (site,) = sites("import litellm\nlitellm.completion(model='cohere/command', messages=[])\n")

    assert "`cohere_chat/command-a-03-2025`" in judge(site).parameters[0].note


def test_a_model_to_fall_back_on_is_the_model() -> None:
    tree = 'from litellm import completion\ncompletion(model="gpt-4o", messages=[], fallbacks=["gpt-4", "cohere/command"])\n'
    (found,) = sites(tree)
    assert (found.client, found.span.line) == ("litellm.completion", 2)
    assert [(row.name, row.literal) for row in found.arguments if row.name != "messages"] == [
        ("model", "cohere/command")
    ]
    assert not sites(tree.replace("cohere/command", "gpt-3.5"))


@pytest.mark.parametrize(("kind", "count"), [("llm/v1/completions", 1), ("llm/v1/chat", 0)])
def test_a_route_by_position_is_one(kind: str, count: int) -> None:
    model = '{"name": "command-a-03-2025", "provider": "cohere"}'
    found = sites(f'from mlflow.gateway import create_route\ncreate_route("x", "{kind}", {model})\n')
    assert len(found) == count


def test_llama_index_on_bedrock_calls_generate_with_its_models() -> None:
    (found,) = sites(
        """
        from llama_index.llms.bedrock import Bedrock
        Bedrock(model="cohere.command-text-v14", profile_name="p")
        Bedrock(model="anthropic.claude-v2", profile_name="p")
        """
    )
    assert (found.kind, found.platform, found.span.line) == (Kind.WRAPPER_LLAMAINDEX, Platform.BEDROCK, 3)


CHOSEN = (
    "from langchain_aws import ChatBedrock, BedrockLLM\nclass Base:\n    model = ''\n    def start(self, chat):\n"
    "        return (ChatBedrock if chat else BedrockLLM)(model_id=self.model)\n"
    "class A(Base):\n    model = '{0}'\nclass B(Base):\n    model = 'anthropic.claude-v2'\n"
)


def test_a_class_that_a_condition_chooses_is_one_with_the_model_that_an_heir_names() -> None:
    (site,) = sites(CHOSEN.format("cohere.command-text-v14"))

    assert (site.span.line, site.kind, site.confidence) == (5, LANGCHAIN, Confidence.LIKELY)
    assert not sites(CHOSEN.format("amazon.titan-text-express-v1"))
    assert not sites(CHOSEN.format("cohere.command-text-v14").replace("langchain_aws", "own_models"))


COPY = """
import cohere
def again(llm: "Cohere", **given):
    return llm.client.generate(**given)
class Cohere:
    def __init__(self, key):
        self.client = cohere.Client(key)
    def call(self, prompt):
        return again(self, prompt=prompt)
"""


def test_a_copy_of_a_library_whose_class_calls_through_a_function_of_its_file() -> None:
    use = "from langchain_community.llms.cohere import Cohere\nCohere('k')\n"
    path = "libs/langchain_community/llms/cohere.py"

    def made(copy: str) -> list[int]:
        tree = {path: extract(FileKind.PYTHON, copy.encode()), "use.py": extract(FileKind.PYTHON, use.encode())}
        return [site.span.line for site in link(tree) if site.path == "use.py" and site.kind is LANGCHAIN]

    assert made(COPY) == [2]
    assert made(COPY.replace("client.generate(", "client.chat(")) == []
