"""What reaches Generate by a configuration file: products, and the keys and values by which they are known."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from audits.engine.catalogue.frameworks.products import LOADED_ROW, N8N_ROW
from audits.engine.catalogue.frameworks.row import Framework


@dataclass(frozen=True, slots=True)
class Marked:
    """A product known by one value: `key` and `value` must match; the use is a `row`."""

    key: re.Pattern[str]
    value: re.Pattern[str]
    row: Framework


MARKED: tuple[Marked, ...] = (
    Marked(re.compile(r"_type", re.I), re.compile(r"cohere", re.I), LOADED_ROW),
    Marked(re.compile(r"type"), re.compile(r"(?:@n8n/)?n8n-nodes-langchain\.lmCohere"), N8N_ROW),
)
COMPLETIONS_ROUTE = "llm/v1/completions"
CHAT_ROUTE = "llm/v1/chat"
ROUTE_KEYS = frozenset({"route_type", "endpoint_type", "task", "routetype", "endpointtype"})
# promptfoo and Pydantic AI: `cohere:<model>`.
COLON = re.compile(r"cohere:(?:chat:)?(?P<model>[\w.-]+)")
GENERATIVE_MODULE = "generative-cohere"
SPRING_KEYS = ("spring", "ai", "bedrock", "cohere", "chat")
SAGEMAKER_PACKAGE = re.compile(r"(?:arn:aws[\w-]*:sagemaker:.*:model-package/)?cohere-gpt-(?:medium|xlarge)[\w.-]*")

# Names under which a model's id stands; what names another kind of model says so in its key.
_PARTS = (
    "id name slug arn key identifier version type default list path map mapping light small fast main chat text "
    "generation completion"
)
MODEL_KEY = re.compile(
    rf"(?:.*[_\-.])?(?:models?|llm|engine|deployment)(?:[_\-.]?(?:{'|'.join(_PARTS.split())}|\d+))*"
    r"|.*[a-z0-9]Models?(?:Id|Name|Arn|Key|Identifier)?|base_?model",
    re.I,
)
OTHER_MODEL = re.compile(r"embed|2vec|rerank|classif|token|moderat|vector|image|speech|audio|whisper", re.I)
# A value's own name says nothing: what stands around it does.
INDIRECT = frozenset(
    {"default", "value", "values", "defaultvalue", "default_value", "", "name", "id", "string", "const"}
)
_PROVIDERS = (
    "provider name type vendor api_base base_url baseurl api_url endpoint url id title label class "
    "backend service llm_provider llmprovider platform api api_key apikey family source client library "
    "llm framework org organization model_provider modelprovider providerid provider_id group publisher "
    "owned_by engine model_type target_type _type _target_"
)
PROVIDER_KEYS = frozenset(_PROVIDERS.split())
PROSE_KEYS = re.compile(
    r"description|summary|comment|comments|notes?|help|docs?|documentation|changelog|readme|text|content|message|title"
    r"|label|tooltip|placeholder|example|examples|enum|homepage|externaldocs|reference|citation|abstract|doc_url",
    re.I,
)
COMMAND_KEYS = re.compile(
    r"run|script|scripts|command|commands|args|cmd|entrypoint|before_script|after_script|exec|shell|inline|user_data"
    r"|test|steps|poststart|prestop|bash|sh|local-exec|provisioner|healthcheck|code",
    re.I,
)
# Maps beside a value in which its parameters stand.
_MAPS = (
    "params parameters config options kwargs model_kwargs modelkwargs completion_params init_parameters "
    "inputs args generation_kwargs default_params body data json payload settings model_params "
    "cohere_config generation_config litellm_params modelparameters model_parameters modelconfig"
)
PARAMETER_MAPS = frozenset(_MAPS.split())
# What products call Generate's parameters.
SPELLINGS: Mapping[str, str] = {
    "temperatureproperty": "temperature",
    "maxtokensproperty": "max_tokens",
    "kproperty": "k",
    "returnlikelihoodsproperty": "return_likelihoods",
    "stopsequencesproperty": "stop_sequences",
    "maxtokens": "max_tokens",
    "numgenerations": "num_generations",
    "stopsequences": "stop_sequences",
    "endsequences": "end_sequences",
    "frequencypenalty": "frequency_penalty",
    "presencepenalty": "presence_penalty",
    "returnlikelihoods": "return_likelihoods",
    "rawprompting": "raw_prompting",
    "logitbias": "logit_bias",
}
# Beside one of these a model's id is that vendor's, whatever it looks like.
VENDORS = re.compile(
    r"ollama|openrouter|together|hugging|\bhf\b|vllm|openai|anthropic|mistral|google|gemini|groq|replicate|azure|bedrock"
    r"|deepinfra|fireworks|perplexity|lmstudio|llama|ai21|vertex|watsonx|nvidia|sagemaker|\boci\b",
    re.I,
)
