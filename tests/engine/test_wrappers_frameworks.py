"""Other libraries' classes that call Generate: by where they come from, and never their namesakes."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine import FileKind
from audits.engine.catalogue.frameworks import FRAMEWORKS
from audits.engine.facts import CallSite, Confidence, Kind, Platform
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
    "Mirascope with a model that is gone": ("from mirascope.core import cohere\n@cohere.call('command-r-plus')\ndef f(a): ...\n", 2, DEAD, Platform.COHERE, SURE),
    "Mirascope's first class": ("from mirascope.cohere import CohereCall, CohereCallParams\nclass A(CohereCall):\n    call_params = CohereCallParams(model='command-r')\n", 3, DEAD, Platform.COHERE, SURE),
    "Mirascope that is told the vendor": ("from mirascope import llm\n@llm.call(provider='cohere', model='command-r-plus')\ndef f(a): ...\n", 2, DEAD, Platform.COHERE, Confidence.LIKELY),
    "phidata with a model that is gone": ("from phi.model.cohere import CohereChat\nCohereChat(id='command-r')\n", 2, DEAD, Platform.COHERE, SURE),
    "AutoGen's list": ("import autogen\nLIST = [{'model': 'command-r-plus', 'api_key': k, 'api_type': 'cohere'}]\n", 2, DEAD, Platform.COHERE, Confidence.LIKELY),
    "Superduper": ("from superduper_cohere import CohereGenerate\nCohereGenerate(identifier='base-light', prompt='a')\n", 2, Kind.WRAPPER_OTHER, Platform.COHERE, SURE),
    "Manifest": ("from manifest import Manifest\nManifest(client_name='cohere', engine='xlarge')\n", 2, Kind.WRAPPER_OTHER, Platform.COHERE, SURE),
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
    "Mirascope with a live model": "from mirascope.core import cohere\n@cohere.call('command-r-08-2024')\ndef f(a): ...\n",
    "another vendor in Mirascope": "# cohere\nfrom mirascope.core import openai\n@openai.call('command-r-plus')\ndef f(a): ...\n",
    "phidata with a live model": "from phi.model.cohere import CohereChat\nCohereChat(id='command-r-08-2024')\n",
    "another vendor in AutoGen's list": "# cohere\nLIST = [{'model': 'command-r-plus', 'api_type': 'azure'}]\n",
    "Superduper's embeddings": "from superduper_cohere import CohereEmbed\nCohereEmbed(identifier='embed-english-v2.0')\n",
    "Manifest with another client": "# cohere\nfrom manifest import Manifest\nManifest(client_name='openai', engine='davinci')\nManifest(client_connection=k)\n",
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
