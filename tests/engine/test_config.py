"""Configuration: what each language's files tell of Generate, where, and what stays silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import CallSite, Confidence, FileKind, Kind, Platform, Unread, UnreadReason
from audits.engine.filekinds import SETTINGS, file_kind
from audits.engine.judge import judge
from audits.engine.link.pins import Pins
from audits.engine.steps import extract, placed

HTTP, OTHER, DEAD, LITELLM = Kind.RAW_HTTP, Kind.WRAPPER_OTHER, Kind.DEAD_MODEL, Kind.WRAPPER_LITELLM
LANGCHAIN, HAYSTACK, BEDROCK = Kind.WRAPPER_LANGCHAIN, Kind.WRAPPER_HAYSTACK, Kind.BEDROCK
CLASS = "haystack_integrations.components.generators.cohere.generator.CohereGenerator"
POSTMAN = '{"item": [{"name": "g", "request": {"method": "POST",\n "url": {"raw": "https://api.cohere.ai/v1/generate", "host": ["api", "cohere", "ai"]},\n "body": {"mode": "raw", "raw": "{\\"prompt\\": \\"p\\", \\"k\\": 3, \\"num_generations\\": 2}"}}}]}\n'


def uses(path: str, text: str) -> tuple[CallSite, ...]:
    """The uses in one file."""
    kind = file_kind(path)
    assert kind is not None, path
    found = extract(kind, text.encode())
    assert isinstance(found, ModuleFacts), found
    return tuple(placed(path, found))


# name -> file, text, then (line, column, kind, parameters) of each use
FOUND: dict[str, tuple[str, str, list[tuple[int, int, Kind, str]]]] = {
    "an address in YAML": ("app.yaml", "cohere:\n  url: https://api.cohere.ai/v1/generate\n  temperature: 0.5\n", [(2, 7, HTTP, "temperature")]),
    "one in JSON": ("settings.json", '{\n  "endpoint": "https://api.cohere.com/v1/generate"\n}\n', [(2, 14, HTTP, "")]),
    "one in TOML": ("app.toml", '[llm]\nurl = "https://api.cohere.ai/generate"\n', [(2, 6, HTTP, "")]),
    "one in an INI file": ("app.ini", "[llm]\nurl = https://api.cohere.ai/v1/generate\n", [(2, 6, HTTP, "")]),
    "one in .env": (".env.example", "# cohere\nCOHERE_URL=https://api.cohere.ai/v1/generate\n", [(2, 11, HTTP, "")]),
    "one in Terraform": ("main.tf", 'locals {\n  url = "https://api.cohere.ai/v1/generate"\n}\n', [(2, 8, HTTP, "")]),
    "one in XML": ("app.config", '<configuration>\n  <url>https://api.cohere.ai/v1/generate</url>\n</configuration>\n', [(2, 7, HTTP, "")]),
    "one in a Kubernetes manifest": ("deploy.yaml", "spec:\n  containers:\n    - env:\n        - name: LLM_URL\n          value: https://api.cohere.ai/v1/generate\n", [(5, 17, HTTP, "")]),
    "curl in a workflow": (".github/workflows/ci.yml", "jobs:\n  a:\n    steps:\n      - run: |\n          set -e\n          curl -X POST https://api.cohere.ai/v1/generate -d '{\"prompt\": 1, \"k\": 2}'\n", [(6, 10, HTTP, "prompt,k")]),
    "curl over several lines": ("ci.yml", "a:\n  script:\n    - |\n      curl \\\n        https://api.cohere.ai/v1/generate\n", [(4, 6, HTTP, "")]),
    "curl in one line": ("ci.yml", "a:\n  script:\n    - curl https://api.cohere.ai/v1/generate -d '{\"prompt\":1}'\n", [(3, 6, HTTP, "prompt")]),
    "Postman": ("cohere.postman_collection.json", POSTMAN, [(2, 16, HTTP, "prompt,k,num_generations")]),
    "Insomnia": ("i.json", '{"url": "https://api.cohere.ai/generate",\n "body": {"mimeType": "a", "text": "{\\"prompt\\": 1}"}}\n', [(1, 8, HTTP, "prompt")]),
    "Dify's request": ("d.yml", "url: https://api.cohere.ai/generate\nbody:\n  type: json\n  data: '{\"prompt\": \"x\"}'\n", [(1, 5, HTTP, "prompt")]),
    "Postman with a variable": ("c.json", '{"variable": [{"key": "base", "value": "https://api.cohere.ai"}],\n "request": {"url": "{{base}}/v1/generate"}}\n', [(2, 20, HTTP, "")]),
    "OpenAPI": ("openapi.yaml", "openapi: 3.0.0\nservers:\n  - url: https://api.cohere.ai\npaths:\n  /v1/generate:\n    post: {}\n", [(5, 2, HTTP, "")]),
    "a base and a path": ("app.yaml", "cohere:\n  base_url: https://api.cohere.ai/v1\n  path: /generate\n", [(3, 8, HTTP, "")]),
    "a default behind a variable": ("docker-compose.yml", "services:\n  a:\n    environment:\n      - COHERE_URL=${COHERE_URL:-https://api.cohere.ai/v1/generate}\n", [(4, 33, HTTP, "")]),
    "spaCy-llm": ("config.cfg", '[components.llm.model]\n@llm_models = "spacy.Command.v1"\nname = "command"\nconfig = {"temperature": 0.3}\n', [(2, 14, OTHER, "model,temperature")]),
    "Haystack 2": ("pipeline.yaml", f"components:\n  llm:\n    type: {CLASS}\n    init_parameters:\n      model: command\n      max_tokens: 5\n", [(3, 10, HAYSTACK, "model,max_tokens")]),
    "Haystack 1": ("pipeline.yml", "# cohere\ncomponents:\n  - name: p\n    type: PromptNode\n    params:\n      model_name_or_path: command-light\n", [(6, 26, HAYSTACK, "model")]),
    "LangChain's own files": ("llm.json", '{\n  "_type": "cohere",\n  "model": "command",\n  "temperature": 0.1\n}\n', [(2, 11, LANGCHAIN, "model,temperature")]),
    "LangChain serialized": ("llm.json", '{"lc": 1, "type": "constructor",\n "id": ["langchain", "llms", "cohere", "Cohere"],\n "kwargs": {"model": "command", "p": 1}}\n', [(2, 7, LANGCHAIN, "model,p")]),
    "Hydra": ("conf/llm.yaml", "llm:\n  _target_: langchain_community.llms.Cohere\n  k: 3\n", [(2, 12, LANGCHAIN, "k")]),
    "LiteLLM's proxy": ("config.yaml", "model_list:\n  - model_name: c\n    litellm_params:\n      model: cohere/command-nightly\n      temperature: 0\n", [(4, 13, LITELLM, "model,temperature")]),
    "LiteLLM's models in a list": ("router.yaml", "# litellm\nroutes:\n  - model: [gpt-4, cohere/command-nightly]\n", [(3, 19, LITELLM, "model")]),
    "LiteLLM's proxy in a container": ("docker-compose.yml", "services:\n  a:\n    image: ghcr.io/berriai/litellm:main\n    command: [\"--model\", \"cohere/command-nightly\"]\n", [(4, 25, LITELLM, "model")]),
    "LiteLLM's proxy as one text": ("k8s.yaml", "spec:\n  containers:\n    - image: litellm\n      args:\n        - litellm --model=command-r\n", [(5, 10, DEAD, "model")]),
    "a body of Chat": ("cohere.json", '{"provider": "cohere", "message": "Why?",\n "model": "command", "p": 1}\n', [(2, 10, DEAD, "model,p")]),
    "LiteLLM's chat that is gone": ("config.yaml", "model_list:\n  - litellm_params:\n      model: cohere_chat/command-r\n", [(3, 13, DEAD, "model")]),
    "Weaviate": ("schema.json", '{"class": "A", "moduleConfig": {\n  "generative-cohere": {"model": "command-xlarge-nightly", "temperatureProperty": 0.2}}}\n', [(2, 2, OTHER, "model,temperature")]),
    "MLflow": ("config.yaml", "endpoints:\n  - name: c\n    endpoint_type: llm/v1/completions\n    model:\n      provider: cohere\n      name: command\n", [(5, 16, OTHER, "model")]),
    "Dify's request in parts": ("d.yml", "url: https://api.cohere.ai/v1/generate\nbody:\n  type: json\n  data:\n    - key: ''\n      type: text\n      value: '{\"prompt\": \"x\", \"num_generations\": 3}'\n", [(1, 5, HTTP, "prompt,num_generations")]),
    "Dify's form": ("d.yml", "url: https://api.cohere.ai/v1/generate\nbody:\n  type: form-data\n  data:\n    - key: prompt\n      value: x\n    - key: k\n      value: '1'\n", [(1, 5, HTTP, "prompt,k")]),
    "a list of variables": ("docker-compose.yml", "services:\n  a:\n    environment:\n      - COHERE_MODEL=command-light\n      - U=https://api.cohere.ai/v1/generate\n      - \"LITELLM_MODEL=cohere/command-nightly\"\n", [(4, 21, OTHER, "model"), (5, 10, HTTP, ""), (6, 23, LITELLM, "model")]),
    "a variable with LiteLLM's id": ("d.yaml", "env:\n  - name: LITELLM_MODEL\n    value: cohere/command-nightly\n", [(3, 11, LITELLM, "model")]),
    "LiteLLM's fallbacks": ("config.yaml", "router_settings:\n  fallbacks: [{gpt-4: [cohere/command-nightly]}]\n", [(2, 23, LITELLM, "model")]),
    "LangChain's class in spaCy-llm": ("config.cfg", '[components.llm.model]\n@llm_models = "langchain.Cohere.v1"\nname = "command"\n', [(2, 14, LANGCHAIN, "model")]),
    "a cloud's model beside an address": ("main.tf", 'x {\n  MODEL_ID = "cohere.command-text-v14"\n  URL = "https://api.cohere.ai/v1/generate"\n}\n', [(2, 13, BEDROCK, "model"), (3, 8, HTTP, "")]),
    "an API's properties by an escaped pointer": ("openapi.yaml", "openapi: 3.0.0\nservers:\n  - url: https://api.cohere.ai\npaths:\n  /v1/generate:\n    post:\n      requestBody: {content: {j: {schema: {$ref: '#/components/schemas/G~1R'}}}}\ncomponents:\n  schemas:\n    G/R: {properties: {prompt: {type: string}, k: {}}}\n", [(5, 2, HTTP, "prompt,k")]),
    "an API's properties": ("openapi.yaml", "openapi: 3.0.0\nservers:\n  - url: https://api.cohere.ai\npaths:\n  /v1/generate:\n    post:\n      x-streaming: {response: {properties: {prompt: {}, p: {}}}}\n      responses: {a: {properties: {prompt: {}, k: {}}}}\n      requestBody: {content: {j: {schema: {$ref: '#/components/schemas/G'}}}}\ncomponents:\n  schemas:\n    G: {properties: {prompt: {type: string}, num_generations: {type: integer}, x: {}}}\n", [(5, 2, HTTP, "prompt,num_generations")]),
    "Kong": ("kong.yaml", "plugins:\n  - name: ai-proxy\n    config:\n      route_type: llm/v1/completions\n      model:\n        provider: cohere\n        name: command\n        options:\n          max_tokens: 5\n", [(6, 18, OTHER, "model,max_tokens")]),
    "Kong's chat that is gone": ("kong.yaml", "plugins:\n  - name: ai-proxy\n    config:\n      route_type: llm/v1/chat\n      model:\n        provider: cohere\n        name: command-r\n", [(7, 14, DEAD, "model")]),
    "Langflow": ("flow.json", '{"data": {"type": "Cohere", "node": {"template": {\n"model": {"name": "model", "value": "command"},\n"max_tokens": {"type": "int", "value": 256},\n"temperature": {"advanced": true},\n"_type": "Cohere"}}}}\n', [(5, 9, LANGCHAIN, "model,max_tokens")]),
    "Flowise": ("flow.json", '{"nodes": [{"data": {"label": "Cohere",\n "name": "cohere", "category": "LLMs", "inputs": {"modelName": "command", "maxTokens": 3}}}]}\n', [(2, 9, OTHER, "model,max_tokens")]),
    "n8n's request": ("flow.json", '{"url": "https://api.cohere.ai/v1/generate",\n "bodyParameters": {"parameters": [{"name": "prompt", "value": "x"}, {"name": "k", "value": "3"}]}}\n', [(1, 8, HTTP, "prompt,k")]),
    "an archive's request": ("a.har.json", '{"request": {"url": "https://api.cohere.ai/v1/generate",\n "postData": {"mimeType": "application/json", "text": "{\\"prompt\\": \\"x\\"}"}}}\n', [(1, 20, HTTP, "prompt")]),
    "n8n": ("flow.json", '{"nodes": [{"parameters": {},\n "type": "@n8n/n8n-nodes-langchain.lmCohere"}]}\n', [(2, 9, OTHER, "")]),
    "Dify": ("app.yml", "model:\n  completion_params:\n    temperature: 0.7\n  mode: completion\n  name: command\n  provider: cohere\n", [(6, 12, OTHER, "model,temperature")]),
    "promptfoo": ("promptfooconfig.yaml", "providers:\n  - cohere:command\n  - id: cohere:command-r\n", [(2, 4, DEAD, "model"), (3, 8, DEAD, "model")]),
    "promptfoo's request": ("promptfooconfig.yaml", "providers:\n  - id: https://api.cohere.ai/v1/generate\n    config:\n      body: {model: command, prompt: x, k: 3}\n", [(2, 8, HTTP, "model,prompt,k")]),
    "promptfoo's request without a body": ("promptfooconfig.yaml", "providers:\n  - id: https://api.cohere.ai/v1/generate\n    config: {method: POST}\n", [(2, 8, HTTP, "")]),
    "Spring AI": ("application.properties", "a=b\nspring.ai.bedrock.cohere.chat.model=cohere.command-text-v14\n", [(2, 0, OTHER, "model")]),
    "a model in .env": (".env", "COHERE_API_KEY=x\nCOHERE_MODEL=command-xlarge-nightly\n", [(2, 13, OTHER, "model")]),
    "a model beside its address in .env": (".env", "COHERE_URL=https://api.cohere.ai/v1\nLLM_MODEL=command\n", [(2, 10, OTHER, "model")]),
    "a model beside its own address in an environment": ("d.yaml", "environment:\n  WRITER_URL: https://api.cohere.ai/v1\n  WRITER_MODEL: large\n", [(3, 16, OTHER, "model")]),
    "a model beside its address in a section": ("app.toml", '[writer]\nbase_url = "https://api.cohere.ai/v1"\nmodel = "large"\n', [(3, 8, OTHER, "model")]),
    "a model beside its provider in .env": (".env", "LLM_PROVIDER=cohere\nLLM_MODEL=command\n", [(2, 10, OTHER, "model")]),
    "a model in a manifest": ("d.yaml", "env:\n  - name: COHERE_MODEL\n    value: command-light\n", [(3, 11, OTHER, "model")]),
    "a chat model that is gone": ("c.yaml", "chat:\n  provider: cohere\n  model: command-r-plus\n", [(3, 9, DEAD, "model")]),
    "a list of models": ("librechat.yaml", 'endpoints:\n  custom:\n    - name: "cohere"\n      models:\n        default: ["command-r", "command-a-03-2025", "command-light"]\n', [(5, 18, DEAD, "model"), (5, 52, OTHER, "model")]),
    "Bedrock in Terraform": ("main.tf", 'resource "x" "y" {\n  model_id = "cohere.command-text-v14"\n}\n', [(2, 13, BEDROCK, "model")]),
    "Bedrock as a variable": ("main.tf", 'variable "model_id" {\n  default = "cohere.command-light-text-v14"\n}\n', [(2, 12, BEDROCK, "model")]),
    "Bedrock as an ARN": ("policy.json", '{"Resource": "arn:aws:bedrock:us-east-1::foundation-model/cohere.command-text-v14"}\n', [(1, 13, BEDROCK, "model")]),
    "Command R on Bedrock": ("app.yaml", "model_id: cohere.command-r-v1:0\n", [(1, 10, DEAD, "model")]),
    "Oracle": ("app.yaml", "oci:\n  model_id: cohere.command\n", [(2, 12, Kind.OCI, "model")]),
    "a sample of a file": ("config.yaml.example", "cohere:\n  model: command\n", [(2, 9, OTHER, "model")]),
    "a template of Helm's": ("templates/d.yaml", "env:\n  {{- if .x }}\n  COHERE_MODEL: command\n  A: {{ .Values.a }}\n  {{- end }}\n", [(3, 16, OTHER, "model")]),
    "a table of models": ("models.json", '{"cohere": {"models": {\n "command-light": {"parameters": {"temperature": 1}}}}}\n', [(2, 1, OTHER, "model,temperature")]),
    "lists by kind": ("models.json", '{"cohere": {"text": ["command",\n "command-nightly"]}}\n', [(1, 21, OTHER, "model"), (2, 1, OTHER, "model")]),
    "a path that names Cohere": ("providers/cohere/r.yaml", "model: command-r\n", [(1, 7, DEAD, "model")]),
    "a word beside an id": ("m.json", '{"models": ["command", "command-nightly"]}\n', [(1, 12, OTHER, "model"), (1, 23, OTHER, "model")]),
    "a register of models": ("m.json", '{"data": [{"id": "command", "object": "model",\n "provider": {"id": "cohere"}}]}\n', [(1, 17, OTHER, "model")]),
    "Chat by its message": ("m.yaml", "cohere:\n  model: command\n  message: Hello\n", [(2, 9, DEAD, "model")]),
    "a message beside a prompt": ("m.yaml", "cohere:\n  model: command\n  prompt: p\n  message: Saved.\n", [(2, 9, OTHER, "model,prompt")]),
    "Bedrock's model with what it is asked for": ("m.json", '{"modelId": "cohere.command-text-v14", "inputModalities": ["TEXT"], "max_tokens": 5}\n', [(1, 12, BEDROCK, "model,max_tokens")]),
    "MLproject": ("MLproject", "entry_points:\n  main:\n    parameters:\n      cohere_model: {type: string, default: command-light}\n", [(4, 44, OTHER, "model")]),
}  # fmt: skip
SILENT = {
    "Chat's address": ("a.yaml", "url: https://api.cohere.com/v2/chat\n"),
    "an address for readers": ("a.yaml", "docs: https://docs.cohere.com/reference/generate\nurl: https://docs.cohere.com/generate\n"),
    "prose": ("a.yaml", "cohere: 1\ndescription: We used https://api.cohere.ai/v1/generate with command-xlarge.\nmodel: run this command\n"),
    "another vendor's path": ("a.yaml", "cohere: 1\nollama:\n  base_url: http://localhost:11434\n  path: /api/generate\n"),
    "feedback": ("a.yaml", "url: https://api.cohere.ai/v1/feedback/generate\n"),
    "a live model": ("a.yaml", "cohere:\n  model: command-a-03-2025\n"),
    "a command": ("docker-compose.yml", "services:\n  cohere:\n    command: base\n    image: cohere/medium\n    size: large\n"),
    "Ollama's model of that name": ("a.yaml", "cohere: {}\nllm:\n  provider: ollama\n  model: command-r\n"),
    "OpenRouter's ids": ("a.yaml", "base: https://openrouter.ai/api\nmodel: cohere/command\n"),
    "a model for embeddings": ("a.yaml", "cohere:\n  embed_model: small\n  embedding:\n    model: large\n"),
    "a rerank model": ("a.yaml", "cohere:\n  rerank_model: medium\n"),
    "a table of prices": ("prices.json", '{"command-nightly": {"litellm_provider": "cohere", "mode": "completion"}}\n'),
    "Kong's chat": ("kong.yaml", "plugins:\n  - name: ai-proxy\n    config:\n      route_type: llm/v1/chat\n      model: {provider: cohere, name: command-a-03-2025}\n"),
    "Haystack's chat": ("p.yaml", "type: haystack_integrations.components.generators.cohere.chat.chat_generator.CohereChatGenerator\ninit_parameters: {model: command-r-08-2024}\n"),
    "Flowise's chat": ("f.json", '{"data": {"name": "chatCohere", "category": "Chat Models", "inputs": {"modelName": "command-a-03-2025"}}}\n'),
    "n8n's chat": ("f.json", '{"type": "@n8n/n8n-nodes-langchain.lmChatCohere"}\n'),
    "Weaviate with a chat model": ("s.json", '{"generative-cohere": {"model": "command-r-08-2024"}}\n'),
    "Weaviate's embeddings": ("s.json", '{"vectorizer": "text2vec-cohere", "model": "large"}\n'),
    "an enumeration in a schema": ("openapi.json", '{"openapi": "3.0.0", "x": {"model": {"enum": ["command"], "default": "command", "name": "cohere"}}}\n'),
    "an answer that was kept": ("o.json", '{"cohere": {"model": "command-nightly", "object": "chat.completion", "choices": []}}\n'),
    "records of what a model wrote": ("o.json", '[{"prompt": "Why?", "response": "It is so.", "cohere": {"model": "command-nightly", "k": 0}},\n {"generated_response": "So", "settings": {"model": "command-xlarge-nightly"}}]\n'),
    "a table of prices by model": ("p.json", '{"cohere": {"models": {"command": {"input_cost": 1}}}}\n'),
    "a sample in a schema": ("openapi.yaml", "openapi: 3.0.0\ncode: curl https://api.cohere.com/v1/generate\n"),
    "OpenRouter's chat model": ("openrouter/r.yaml", "model: cohere/command-r\n"),
    "a list of arguments": ("c.yml", "# cohere\nargs:\n  - --model=command-light\n  - A=b\n"),
    "models in a list of no LiteLLM": ("router.yaml", "routes:\n  - models: [gpt-4, cohere/command-nightly]\n"),
    "another server's model": ("docker-compose.yml", "services:\n  a:\n    image: vllm/vllm # cohere\n    command: [\"--model\", \"command-nightly\"]\n  b:\n    image: litellm\n    command: [\"--config\", \"cohere.yaml\"]\n"),
    "a fallback to a model of the list": ("c.yml", "model_list:\n  - model_name: cohere/command-nightly\n    litellm_params: {model: gpt-4}\nrouter_settings:\n  fallbacks: [{gpt-4: [cohere/command-nightly]}]\n"),
    "fallbacks of another program": ("c.yml", "proxy:\n  fallbacks: [cohere/command-nightly]\n"),
    "other services' models beside an address in .env": (".env", "COHERE_URL=https://api.cohere.ai/v1\nOPENAI_MODEL=large\nSTT_MODEL=large\n"),
    "another service's model in such an environment": ("d.yaml", "environment:\n  COHERE_URL: https://api.cohere.ai/v1\n  STT_MODEL: medium\n"),
    "another service's model in a map below an address": ("app.yaml", "cohere_url: https://api.cohere.ai/v1\nstt:\n  model: large\n"),
    "the model of a vectorizer": ("class.json", '{"moduleConfig": {"text2vec-cohere": {"model": "medium"}, "multi2vec-cohere": {"model": "large"}}}\n'),
    "modules that a server may load": ("c.yml", "environment:\n  ENABLE_MODULES: text2vec-cohere,generative-cohere\n"),
    "models as Bedrock lists them": ("m.json", '[{"modelId": "cohere.command-text-v14", "providerName": "Cohere", "inputModalities": ["TEXT"], "outputModalities": ["TEXT"], "modelLifecycle": {"status": "ACTIVE"}},\n {"modelId": "cohere.command-r-v1:0", "input_modalities": ["TEXT"], "lifecycle_status": "ACTIVE", "inferenceTypes": ["ON_DEMAND"]}]\n'),
    "a word alone": ("m.yaml", "# cohere\nmodel: command\n"),
    "a chat model alone": ("m.yaml", "model: command-r\n"),
    "another vendor's in a register": ("m.json", '{"cohere": 1, "data": [{"id": "command-r", "provider": {"id": "ollama"}}, {"id": "cohere/command", "provider": {"id": "openrouter"}}]}\n'),
    "coherence": ("a.yaml", "coherence:\n  model: base\n"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds(case: str) -> None:
    path, text, wanted = FOUND[case]
    found = [
        (site.span.line, site.span.column, site.kind, ",".join(str(row.name) for row in site.arguments))
        for site in sorted(uses(path, text), key=lambda site: (site.span.line, site.span.column))
    ]

    assert found == wanted


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert uses(*SILENT[case]) == ()


@pytest.mark.parametrize("case", FOUND)
def test_each_use_is_judged_and_has_a_replacement(case: str) -> None:
    for site in uses(*FOUND[case][:2]):
        usage = judge(site)
        assert usage.replacement is not None or usage.kind is Kind.MENTION
        assert usage.replacement is None or usage.replacement.notes[-1].startswith("Source: ")
        assert usage.why
        assert usage.proof


@pytest.mark.parametrize("path", ["App.config", "web.config", "src/Web.Release.config", "Info.plist", "Texts.resx"])
def test_xml_goes_by_other_names_too(path: str) -> None:
    text = '<c><add key="CohereUrl" value="https://api.cohere.ai/v1/generate"/></c>\n'

    assert [(site.span.line, site.kind) for site in uses(path, text)] == [(1, Kind.RAW_HTTP)]


@pytest.mark.parametrize("path", ["webpack.config", "MyApp.config", "babel.config.js"])
def test_other_programs_settings_are_no_xml(path: str) -> None:
    assert file_kind(path) is not FileKind.XML


@pytest.mark.parametrize("path", ["ask.bru", "ask.hurl", "main.bicep", "a.jsonnet", "flake.nix", "ask.robot"])
def test_settings_that_nothing_parses_are_searched_for_the_address(path: str) -> None:
    assert file_kind(path) is FileKind.OTHER


@pytest.mark.parametrize(
    "path", ["package-lock.json", "pnpm-lock.yaml", "a/cassettes/x.yaml", "package.json", "node_modules/x/a.json", "a.snap", "vendor/a.yaml", "t/bedrock_cassettes/a.yaml"]
)  # fmt: skip
def test_what_tools_write_is_no_configuration(path: str) -> None:
    assert file_kind(path) not in SETTINGS


def test_an_address_alone_shows_no_body() -> None:
    def unasked(path: str, text: str) -> set[str]:
        (site,) = uses(path, text)
        return {row.name for row in judge(site).defaults} & {"model", "temperature", "truncate"}

    assert unasked(".env", "U=https://api.cohere.ai/v1/generate\n") == set()
    assert unasked(*FOUND["an API's properties"][:2]) == set()
    assert unasked(*FOUND["Insomnia"][:2]) == {"model", "temperature", "truncate"}


def test_sure_and_less_sure() -> None:
    def level(path: str, text: str) -> Confidence:
        (site,) = uses(path, text)
        return site.confidence

    assert level("a.yaml", "url: https://api.cohere.ai/v1/generate\n") is Confidence.CONFIRMED
    assert level("a.yaml", "cohere:\n  model: command\n") is Confidence.LIKELY
    assert level("a.yaml", "# cohere\nmodel: command-nightly\n") is Confidence.POSSIBLE
    assert (
        level("a.json", '{"Resource": "arn:aws:bedrock:x::foundation-model/cohere.command-text-v14"}')
        is Confidence.POSSIBLE
    )


def test_what_to_write_is_said_with_its_source() -> None:
    def notes(path: str, text: str) -> str:
        (site,) = uses(path, text)
        replacement = judge(site).replacement
        assert replacement is not None
        return " ".join(replacement.notes)

    assert "Write https://api.cohere.com/v2/chat here" in notes(".env", "U=https://api.cohere.ai/v1/generate\n")
    told = notes("a.cfg", '[m]\n@llm_models = "spacy.Command.v1"\n')
    assert "Register a model of your own" in told
    assert "Source: spaCy-llm, https://github.com/explosion/spacy-llm" in told


def test_platforms() -> None:
    (site,) = uses("a.tf", 'model_id = "cohere.command-text-v14"\n')
    assert site.platform is Platform.BEDROCK


def test_the_release_that_is_asked_for_decides() -> None:
    def found(pin: str) -> list[Confidence]:
        kind = file_kind("config.yaml")
        assert kind is not None
        facts = extract(kind, b"litellm_params:\n  model: cohere/command\n")
        assert isinstance(facts, ModuleFacts)
        return [
            site.confidence for site in placed("config.yaml", facts, Pins({"r.txt": ModuleFacts(requirements=(pin,))}))
        ]

    assert found("litellm ==1.70.0") == [Confidence.CONFIRMED]
    assert found("litellm >=1.0") == [Confidence.POSSIBLE]
    assert found("litellm ==1.78.0") == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.yaml", "cohere: [\n"),
        ("a.yaml", "cohere:\n\t- tab\n"),
        ("a.yaml", "<<<<<<< HEAD\ncohere: 1\n=======\ncohere: 2\n>>>>>>> x\n"),
        ("a.toml", "cohere = \n"),
        ("a.ini", "[a]\nx=1\n[a]\nx=2\ncohere\n"),
        ("a.tf", 'cohere "a {\n'),
        ("a.xml", "<cohere>"),
        ("a.xml", '<!DOCTYPE a [<!ENTITY cohere "x">]><a>&cohere;</a>'),
        ("a.yaml", "cohere: " + "[" * 900 + "]" * 900 + "\n"),
        ("a.json", '{"cohere": ' * 300 + "1" + "}" * 300),
    ],
)
def test_what_cannot_be_read_is_unread_and_says_why(path: str, text: str) -> None:
    kind = file_kind(path)
    assert kind is not None
    found = extract(kind, text.encode())
    assert isinstance(found, Unread)
    assert found.detail.endswith(".")
    assert found.lines


def test_a_bomb_of_aliases_stays_small() -> None:
    rows = ["a0: &a0 {cohere: {model: command}}"]
    rows += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    assert len(uses("a.yaml", "\n".join(rows))) == 1


def test_a_broken_json_counts_what_could_be_read_and_is_listed() -> None:
    kind = file_kind("a.json")
    assert kind is not None
    found = extract(kind, b'{"cohere": {"model": "command"}, "x": "y" "z" }')
    assert isinstance(found, ModuleFacts)
    assert len(found.sites) == 1
    assert found.faults


def test_byte_order_marks_and_wide_encodings() -> None:
    kind = file_kind("a.json")
    assert kind is not None
    text = '{"url": "https://api.cohere.ai/v1/generate"}'
    for data in (text.encode("utf-8-sig"), text.encode("utf-16")):
        found = extract(kind, data)
        assert isinstance(found, ModuleFacts), found
        assert len(found.sites) == 1
    wrong = extract(kind, b"\xff\xfe" + text.encode())
    assert isinstance(wrong, Unread)
    assert (wrong.reason, wrong.lines) == (UnreadReason.UNDECODABLE, (1,))


def test_of_two_keys_of_one_name_both_are_seen() -> None:
    assert len(uses("a.json", '{"cohere": {"model": "command", "model": "command-light"}}')) == 2


def test_a_comment_sets_a_use_aside() -> None:
    kind = file_kind("a.yaml")
    assert kind is not None
    found = extract(kind, b"cohere:\n  model: command  # last-call: ignore[kept for tests]\n")
    assert isinstance(found, ModuleFacts)
    assert found.ignores == ((2, "kept for tests"),)


def test_postman_tells_one_request_once_and_fixtures_refer_by_key() -> None:
    kind = file_kind("a.json")
    assert kind is not None
    postman = (
        b'{"item": [{"request": {"url": {"raw": "https://api.cohere.ai/v1/generate", "host": ["api", "cohere", "ai"],'
        b' "path": ["v1", "generate"]}, "body": {"mode": "raw", "raw": "{\\"prompt\\": \\"x\\"}"}}}]}'
    )
    fixture = (
        b'[{"model": "x.apiprovider", "pk": 3, "fields": {"name": "Cohere", "prefix": "https://api.cohere.ai/"}},\n'
        b'{"model": "x.apiprovider", "pk": 4, "fields": {"name": "Other", "prefix": "https://api.other.ai/"}},\n'
        b'{"model": "x.backend", "pk": 1, "fields": {"api_provider": 3, "api_endpoint": "generate"}},\n'
        b'{"model": "x.backend", "pk": 2, "fields": {"api_provider": 4, "api_endpoint": "generate"}}]'
    )
    # A log: one value after another.
    log = b'{"model": "command-r", "provider": "cohere"}\n{"model": "command-r", "provider": "cohere"}\n'
    for text, lines in ((postman, [1]), (fixture, [3]), (log, [])):
        found = extract(kind, text)
        assert isinstance(found, ModuleFacts)
        assert [site.span.line for site in found.sites] == lines


CONFIG_MAP = """kind: ConfigMap
data:
  app.yaml: |
    # cohere
    llm:
      url: https://api.cohere.com/v1/generate
  config.json: |
    {"api": "cohere",
     "url": "https://api.cohere.ai/v1/generate", "k": 1}
  run: |
    echo cohere: x
  text: |
    cohere: https://api.cohere.ai/v1/generate
"""


def told(path: str, text: str) -> list[tuple[int, int, Kind, str]]:
    return [
        (site.span.line, site.span.column, site.kind, ",".join(one.name or "" for one in site.arguments))
        for site in uses(path, text)
    ]


def test_files_in_blocks_are_read_at_their_lines() -> None:
    assert [row[:3] for row in told("cm.yaml", CONFIG_MAP)] == [(6, 11, HTTP), (9, 12, HTTP)]


def test_springs_names_with_hyphens_and_the_line_of_the_model() -> None:
    nested = "spring:\n ai:\n  bedrock:\n   cohere:\n    chat:\n"
    nested += "     enabled: true\n     model: cohere.command-text-v14\n     options:\n      num-generations: 2\n"
    ((line, _, kind, names),) = told("application.yml", nested)
    assert (line, kind, names) == (7, OTHER, "model,num_generations")


def test_springs_proof_says_what_stands_at_its_line() -> None:
    nested = "spring:\n ai:\n  bedrock:\n   cohere:\n    chat:\n     enabled: true\n"
    found = extract(FileKind.YAML, f"{nested}     options:\n      model: cohere.command-text-v14\n".encode())
    assert isinstance(found, ModuleFacts)
    (site,) = found.sites
    assert [(step.text, step.line) for step in site.proof] == [("model: cohere.command-text-v14", 8)]


def test_the_model_of_a_request_is_its_parameter_alone() -> None:
    text = "url: https://api.cohere.ai/v1/generate\nbody:\n  prompt: x\n  model: command\n  logit_bias: {a: 1}\n"
    assert told("p.yaml", text) == [(1, 5, HTTP, "model,prompt,logit_bias")]


def test_an_environment_names_litellms_models() -> None:
    text = "export LLM_MODEL=cohere/command\nLITELLM_MODEL=cohere/command-nightly\nLLM_MODEL=cohere/command-a-03-2025\n"
    assert [row[0] for row in told(".env", text)] == [1, 2]
    assert told(".env", f"OPENROUTER_KEY=x\n{text}") == []


def test_an_odd_line_of_an_env_file_is_a_fault_only_where_it_names_the_api() -> None:
    good = extract(FileKind.ENV, b"COHERE_MODEL=command-nightly\n=====\n")
    bad = extract(FileKind.ENV, b"COHERE_MODEL=command-nightly\nCOHERE KEY=====\n")

    assert isinstance(good, ModuleFacts)
    assert isinstance(bad, ModuleFacts)
    assert [len(good.sites), len(good.faults)] == [1, 0]
    assert [len(bad.sites), len(bad.faults)] == [1, 1]
