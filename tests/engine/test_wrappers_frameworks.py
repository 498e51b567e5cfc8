"""Other libraries' classes that call Generate: by where they come from, and never their namesakes."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine import FileKind
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.facts import CallSite, Confidence, Kind, Platform, Verdict
from audits.engine.judge import judge
from audits.engine.steps import extract, link
from tests.engine.trees import names, sites

LANGCHAIN, HAYSTACK, LITELLM = Kind.WRAPPER_LANGCHAIN, Kind.WRAPPER_HAYSTACK, Kind.WRAPPER_LITELLM
DEAD = Kind.DEAD_MODEL
SURE, MAYBE = Confidence.CONFIRMED, Confidence.POSSIBLE
OLD_NAME = "haystack_integrations.components.generators.cohere"

FOUND: dict[str, tuple[str, int, Kind, Platform, Confidence]] = {
    "LangChain's old home": ("from langchain.llms import Cohere\nCohere()\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "LangChain's first home": ("from langchain import OpenAI, Cohere\nllm = Cohere()\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "LangChain's module": ("from langchain import llms\nllms.Cohere()\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "a star import": ("from langchain.llms import *\nCohere()\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "one home or the other": ("try:\n    from langchain_community.llms import Cohere\nexcept ImportError:\n    from langchain.llms import Cohere\nCohere()\n", 5, LANGCHAIN, Platform.COHERE, SURE),
    "a table of classes": ("from langchain.llms import Cohere\nCLASSES = {'cohere': Cohere}\nCLASSES['cohere'](k=1)\n", 3, LANGCHAIN, Platform.COHERE, SURE),
    "a class under a second name": ("from langchain.llms import Cohere\nLLM = Cohere\nLLM()\n", 3, LANGCHAIN, Platform.COHERE, SURE),
    "the community's class": ("from langchain_community.llms import Cohere as C\nC(model='command')\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "the partner package": ("from langchain_cohere.llms import Cohere\nCohere()\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "an argument of something else": ("from langchain.llms import Cohere\nfrom x import chain\nchain(llm=Cohere(temperature=0))\n", 3, LANGCHAIN, Platform.COHERE, SURE),
    "a subclass of LangChain's": ("from langchain.llms import Cohere\nclass Mine(Cohere):\n    pass\nMine()\n", 4, LANGCHAIN, Platform.COHERE, SURE),
    "Bedrock in LangChain": ("from langchain_aws import BedrockLLM\n# cohere\nBedrockLLM(model_id='cohere.command-text-v14')\n", 3, LANGCHAIN, Platform.BEDROCK, SURE),
    "Oracle in LangChain": ("from langchain_community.llms import OCIGenAI\nOCIGenAI(model_id='cohere.command')\n", 2, LANGCHAIN, Platform.OCI, SURE),
    "LlamaIndex that completes": ("from llama_index.llms.cohere import Cohere\nllm = Cohere()\nllm.complete('a')\n", 2, Kind.WRAPPER_LLAMAINDEX, Platform.COHERE, SURE),
    "LlamaIndex handed on": ("from llama_index.llms.cohere import Cohere\nrun(llm=Cohere())\n", 2, Kind.WRAPPER_LLAMAINDEX, Platform.COHERE, MAYBE),
    "Haystack under its first name": ("from cohere_haystack.generator import CohereGenerator\nCohereGenerator()\n", 2, HAYSTACK, Platform.COHERE, SURE),
    "Haystack of no known version": (f"from {OLD_NAME} import CohereGenerator\nCohereGenerator()\n", 2, HAYSTACK, Platform.COHERE, MAYBE),
    "Haystack 1": ("from haystack.nodes import PromptNode\n# cohere\nPromptNode('command', api_key=k)\n", 3, HAYSTACK, Platform.COHERE, SURE),
    "Haystack on Bedrock": ("from haystack_integrations.components.generators.amazon_bedrock import AmazonBedrockGenerator\nAmazonBedrockGenerator(model='cohere.command-light-text-v14')\n", 2, HAYSTACK, Platform.BEDROCK, SURE),
    "LiteLLM of no known version": ("import litellm\nlitellm.completion(model='cohere/command', messages=m)\n", 2, LITELLM, Platform.COHERE, MAYBE),
    "LiteLLM on Bedrock": ("from litellm import completion\ncompletion('bedrock/cohere.command-text-v14', messages=m)\n", 2, LITELLM, Platform.BEDROCK, SURE),
    "spaCy-llm's configuration": ("cfg = {'model': {'@llm_models': 'spacy.Command.v2', 'name': 'command'}}\n", 1, Kind.WRAPPER_OTHER, Platform.COHERE, SURE),
    "DSPy": ("import dspy\n# cohere\ndspy.Cohere(model='command')\n", 3, Kind.WRAPPER_OTHER, Platform.COHERE, MAYBE),
    "KeyBERT": ("from keybert.llm import Cohere\nllm = Cohere(co)\n", 2, Kind.WRAPPER_OTHER, Platform.COHERE, SURE),
    "Weaviate's module": ("import weaviate.classes as wvc\n# cohere\nwvc.config.Configure.Generative.cohere(model='command-xlarge-nightly')\n", 3, Kind.WRAPPER_OTHER, Platform.COHERE, Confidence.LIKELY),
    "Weaviate's module with a model of Chat's that is gone": ("from weaviate.classes.config import Configure\n# cohere\nConfigure.Generative.cohere(model='command-r-plus')\n", 3, DEAD, Platform.COHERE, SURE),
    "Weaviate's question with such a model": ("from weaviate.classes.generate import GenerativeConfig\n# cohere\nGenerativeConfig.cohere(model='command-r')\n", 3, DEAD, Platform.COHERE, SURE),
    "LiteLLM by LangChain": ("from langchain_community.chat_models import ChatLiteLLM\nChatLiteLLM(model='cohere/command-nightly')\n", 2, LITELLM, Platform.COHERE, MAYBE),
    "LiteLLM by DSPy": ("import dspy\ndspy.LM('cohere/command')\n", 2, LITELLM, Platform.COHERE, MAYBE),
    "a subclass that nobody makes": ("from langchain.llms import Cohere\nclass Mine(Cohere):\n    pass\n", 2, LANGCHAIN, Platform.COHERE, Confidence.LIKELY),
    "a subclass of a class under a second name": ("from langchain_community.llms import Cohere as B\nclass Mine(B):\n    pass\n", 2, LANGCHAIN, Platform.COHERE, Confidence.LIKELY),
    "a table that others read": ("from langchain.llms import Cohere\nCLASSES = {'cohere': Cohere}\n", 2, LANGCHAIN, Platform.COHERE, MAYBE),
    "an import alone": ("from langchain import OpenAI, Cohere\n", 1, Kind.MENTION, Platform.COHERE, SURE),
    "an annotation": ("from langchain.llms import Cohere\ndef f(llm: Cohere):\n    llm.invoke('a')\n", 1, Kind.MENTION, Platform.COHERE, SURE),
    "ChatCohere with a model that is gone": ("from langchain_cohere import ChatCohere\nChatCohere(model='command-r-plus')\n", 2, DEAD, Platform.COHERE, SURE),
    "LiteLLM's chat with one": ("import litellm\nlitellm.completion(model='cohere_chat/command-r', messages=m)\n", 2, DEAD, Platform.COHERE, SURE),
    "LlamaIndex's chat with one": ("from llama_index.llms.cohere import Cohere\nllm = Cohere(model='command-r')\nllm.chat([m])\n", 2, DEAD, Platform.COHERE, SURE),
    "Pydantic AI with one": ("from pydantic_ai.models.cohere import CohereModel\nCohereModel('command')\n", 2, DEAD, Platform.COHERE, SURE),
    "Command R on Bedrock": ("from haystack_integrations.components.generators.amazon_bedrock import AmazonBedrockGenerator\n# cohere\nAmazonBedrockGenerator(model='cohere.command-r-v1:0')\n", 3, DEAD, Platform.BEDROCK, SURE),
    "Command R through Converse": ("from langchain_aws import ChatBedrockConverse\nChatBedrockConverse(model='us.cohere.command-r-plus-v1:0')\n", 2, DEAD, Platform.BEDROCK, SURE),
    "LangChain's own words": ("from langchain.llms.loading import load_llm_from_config\nload_llm_from_config({'_type': 'cohere', 'model': 'command'})\n", 2, LANGCHAIN, Platform.COHERE, SURE),
    "LiteLLM's router": ("import litellm\nROWS = [\n    {'model_name': 'a', 'litellm_params': {'model': 'cohere/command'}},\n]\nlitellm.Router(model_list=ROWS)\n", 3, LITELLM, Platform.COHERE, MAYBE),
    "Weaviate's schema": ("SCHEMA = {\n    'class': 'A',\n    'moduleConfig': {'text2vec-cohere': {},\n        'generative-cohere': {'model': 'command-xlarge-nightly'}},\n}\n", 4, Kind.WRAPPER_OTHER, Platform.COHERE, Confidence.LIKELY),
    "MLflow's route": ("from mlflow.gateway import create_route\ncreate_route(name='c', route_type='llm/v1/completions', model={'name': 'command', 'provider': 'cohere'})\n", 2, Kind.WRAPPER_OTHER, Platform.COHERE, SURE),
    "Haystack's pipeline as a dict": (f"# cohere\nPIPELINE = {{'components': {{'llm': {{'type': '{OLD_NAME}.CohereGenerator', 'init_parameters': {{}}}}}}}}\n", 2, HAYSTACK, Platform.COHERE, MAYBE),
    "Agno with a model that is gone": ("from agno.models.cohere import Cohere\nCohere(id='command-r-plus')\n", 2, DEAD, Platform.COHERE, SURE),
    "embedchain's dict": ("from embedchain import App\nApp.from_config(config={'llm': {'provider': 'cohere',\n    'config': {'model': 'large', 'max_tokens': 5}}})\n", 3, Kind.WRAPPER_OTHER, Platform.COHERE, Confidence.LIKELY),
    "mem0's dict": ("from mem0 import Memory\nMemory.from_config({'llm': {'provider': 'cohere', 'config': {'model': 'command-r'}}})\n", 2, DEAD, Platform.COHERE, Confidence.LIKELY),
    "Semantic Kernel": ("from semantic_kernel.connectors.ai.bedrock import BedrockTextCompletion\nBedrockTextCompletion(model_id='cohere.command-text-v14')\n", 2, Kind.WRAPPER_OTHER, Platform.BEDROCK, SURE),
}  # fmt: skip
SILENT = {
    "ChatCohere": "from langchain_cohere import ChatCohere\nllm = ChatCohere()\nllm.generate(['a'])\n",
    "LangChain's embeddings": "from langchain.embeddings import CohereEmbeddings\nCohereEmbeddings()\n",
    "a class of that name elsewhere": "import cohere\nfrom mylib import Cohere\nCohere()\n",
    "a class of that name in the tree": "import cohere\nclass Cohere:\n    pass\nCohere()\n",
    "another model on Bedrock": "from langchain_aws import BedrockLLM\n# cohere\nBedrockLLM(model_id='amazon.titan')\n",
    "a model that is not known": "from langchain_aws import BedrockLLM\n# cohere\nBedrockLLM(model_id=MODEL)\n",
    "LlamaIndex that chats": "from llama_index.llms.cohere import Cohere\nllm = Cohere()\nllm.chat([m])\n",
    "LiteLLM's chat": "import litellm\nlitellm.completion(model='cohere_chat/command-a-03-2025', messages=m)\nlitellm.completion(model='cohere/command-r-08-2024', messages=m)\nlitellm.completion(model='azure/medium', messages=m)\n",
    "a live model": "from langchain_cohere import ChatCohere\nChatCohere(model='command-a-03-2025')\n",
    "MLflow's chat": "create_route(route_type='llm/v1/chat', model={'name': 'command-a-03-2025', 'provider': 'cohere'})\n",
    "another module of Weaviate's": "S = {'moduleConfig': {'text2vec-cohere': {'model': 'large'}, 'generative-openai': {}}}\n",
    "Weaviate's question without a model": "from weaviate.classes.generate import GenerativeConfig\n# cohere\nGenerativeConfig.cohere()\n",
    "Weaviate with a chat model": "from weaviate.classes.config import Configure\n# cohere\nConfigure.Generative.cohere(model='command-r-08-2024')\n",
    "another vendor's chat in Weaviate": "from weaviate.classes.config import Configure\n# cohere\nConfigure.Generative.openai(model='command')\n",
    "Pydantic AI with a live model": "from pydantic_ai.models.cohere import CohereModel\nCohereModel('command-r7b-12-2024')\n",
    "Agno with a live model": "from agno.models.cohere import Cohere\nCohere(id='command-a-03-2025')\n",
    "another vendor's dict": "S = {'cohere': 1, 'llm': {'provider': 'ollama', 'config': {'model': 'command-r'}}}\n",
    "a table of models as a dict": "S = [{'provider': 'cohere', 'model': 'command-r', 'cost': 1}]\n",
    "the chat generator": f"from {OLD_NAME} import CohereChatGenerator\nCohereChatGenerator()\n",
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds(case: str) -> None:
    text, line, *wanted = FOUND[case]
    (site,) = sites(text)

    assert site.span.line == line
    assert [site.kind, site.platform, site.confidence] == wanted


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert sites(SILENT[case]) == ()


def pinned(text: str, requirements: str) -> tuple[CallSite, ...]:
    facts = {
        "app.py": extract(FileKind.PYTHON, text.encode()),
        "requirements.txt": extract(FileKind.REQUIREMENTS, requirements.encode()),
    }
    return link(facts)


@pytest.mark.parametrize(
    ("requirements", "levels"),
    [
        ("cohere-haystack==1.0.0\n", [SURE]),
        ("cohere-haystack<=1.0\n", [SURE]),
        ("cohere-haystack==1.1.0\n", []),
        ("cohere-haystack>=2.0\n", []),
        ("cohere-haystack>=0.4\n", [MAYBE]),
        ("cohere==5.0\n", [MAYBE]),
    ],
)
def test_the_installed_release_decides_where_a_class_has_moved_to_chat(requirements, levels) -> None:
    found = pinned(f"from {OLD_NAME} import CohereGenerator\nCohereGenerator()\n", requirements)

    assert [site.confidence for site in found] == levels


def test_litellms_release_decides_too() -> None:
    use = "import litellm\nlitellm.completion(model='cohere/command', messages=m)\n"

    assert [site.confidence for site in pinned(use, "litellm==1.70.0\n")] == [SURE]
    # Chat, then, and a model that is gone.
    assert [site.kind for site in pinned(use, "litellm==1.78.0\n")] == [DEAD]
    assert (
        pinned(
            "import litellm\nlitellm.completion(model='cohere/26db2994-cf88-4243-898d-31258411c120-ft')\n",
            "litellm==1.78.0\n",
        )
        == ()
    )


def test_langchains_generate_is_no_call_of_the_sdk() -> None:
    made, called = sites(
        "from langchain.llms import Cohere\ncohere = Cohere(model='command')\ncohere.generate(['a', 'b'])\n"
    )

    assert (made.kind, made.method, made.span.line) == (LANGCHAIN, "", 2)
    assert (called.kind, called.method, called.span.line) == (LANGCHAIN, "generate", 3)
    assert names(called) == ["prompts"]
    assert judge(made).method is None


def test_in_the_frameworks_own_tree_its_source_decides() -> None:
    folder = "src/haystack_integrations/components/generators/cohere"
    test = {"tests/test_it.py": f"from {OLD_NAME} import CohereGenerator\nCohereGenerator()\n"}
    package = {f"{folder}/__init__.py": "from .generator import CohereGenerator\n"}
    old = "from cohere import Client\nclass CohereGenerator:\n    def __init__(self):\n        self.client = Client()\n    def run(self, prompt):\n        return self.client.generate(prompt=prompt)\n"
    new = "from .chat import CohereChatGenerator\nclass CohereGenerator(CohereChatGenerator):\n    pass\n"

    before = [site for site in sites({**test, **package, f"{folder}/generator.py": old}) if site.kind is HAYSTACK]
    assert [(site.path, site.confidence) for site in before] == [("tests/test_it.py", SURE)]
    assert sites({**test, **package, f"{folder}/generator.py": new}) == ()


def test_a_key_beside_its_name_is_masked_and_the_way_out_is_said() -> None:
    usage = judge(sites("from langchain.llms import Cohere\nCohere(cohere_api_key='abcd1234efgh', k=3)\n")[0])

    assert [row.value for row in usage.parameters] == ["'****'", "3"]
    assert usage.hardcoded_key
    assert usage.replacement is not None
    assert "ChatCohere" in usage.replacement.notes[0]


def test_every_row_names_a_page_a_day_and_a_way_out() -> None:
    for path, rows in FRAMEWORKS.items():
        for row in rows:
            assert row.source.url.startswith("https://"), path
            assert row.source.checked, path
            assert row.instead.endswith("."), path
            assert bool(row.package) == bool(row.until), path


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
