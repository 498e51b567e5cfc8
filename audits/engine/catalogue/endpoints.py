"""The addresses, model ids and calls through which code reaches Generate without an SDK of Cohere's."""

import re
from dataclasses import dataclass

from audits.engine.catalogue.sources import (
    AWS_SDK,
    BEDROCK_LIFECYCLE,
    OCI_NOTES,
    PYTHON_SDK_0,
    PYTHON_SDK_4,
    SPEC,
    Source,
)
from audits.engine.facts import Kind


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One way to Generate past an SDK of Cohere's: an address (raw HTTP), or the method of a cloud's client."""

    name: str
    kind: Kind
    source: Source


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint("https://api.cohere.ai/large/generate", Kind.RAW_HTTP, PYTHON_SDK_0),
    Endpoint("https://api.cohere.ai/generate", Kind.RAW_HTTP, PYTHON_SDK_0),
    Endpoint("https://api.cohere.ai/v1/generate", Kind.RAW_HTTP, PYTHON_SDK_4),
    Endpoint("https://api.cohere.com/v1/generate", Kind.RAW_HTTP, SPEC),
    Endpoint("invoke_model", Kind.BEDROCK, BEDROCK_LIFECYCLE),
    Endpoint("invoke_model_with_response_stream", Kind.BEDROCK, BEDROCK_LIFECYCLE),
    Endpoint("invoke_model_async", Kind.BEDROCK, BEDROCK_LIFECYCLE),
    Endpoint("invoke_endpoint", Kind.SAGEMAKER, AWS_SDK),
    Endpoint("invoke_endpoint_with_response_stream", Kind.SAGEMAKER, AWS_SDK),
    Endpoint("invoke_endpoint_async", Kind.SAGEMAKER, AWS_SDK),
    Endpoint("generate_text", Kind.OCI, OCI_NOTES),
)
# A whole address of Generate on Cohere's own hosts; old ones name the model in the path. Feedback has an address of its
# own below it, and the hosts for readers take no requests.
_HOST = r"(?:https?://)?(?!(?:docs|dashboard|www|status)\.)(?:[\w-]+\.)*cohere\.(?:ai|com)(?::\d+)?"
COHERE_ADDRESS = re.compile(
    rf"{_HOST}/+(?:v\d+/+)?(?:(?!feedback/)[^/?#\s]+/+)?generate/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL
)
CHAT_ADDRESS = re.compile(rf"{_HOST}/+(?:compatibility/)?v\d+/+chat/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
# What such an address begins with, and its path where the two are apart.
ADDRESS_BASE = re.compile(rf"{_HOST}/*(?:v\d+/*)?", re.IGNORECASE)
GENERATE_PATH = re.compile(r"/{0,2}(?:v\d+/+)?generate/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL)
# The end of an address on any other host that may be a gateway or a private deployment; Ollama's and
# KoboldAI's lie below /api.
ANY_ADDRESS = re.compile(
    r"(?!.*/api/(?:v\d+/)?generate)(?:.*(?<!feedback)(?:/|\0))?/*generate/?(?:[?#].*)?", re.IGNORECASE | re.DOTALL
)
# Files without any of these hold no part of an address.
ADDRESS_PART = re.compile(r"(?:^|[/\0])generate/?(?:[?#].*)?$|^generate$", re.IGNORECASE)
# A setting that holds an address of Cohere's.
ADDRESS_NAME = re.compile(r"\w*co(?:here)?_\w*(?:url|uri|endpoint|host|base)\w*", re.IGNORECASE)
# Services whose own /generate this is not.
OTHER_VENDORS = re.compile(
    r"ollama|vllm|tgi\b|text.generation.inference|huggingface|hugging_face|hf_|stability|stable.?diffusion|llama|kobold|oobabooga|text.?gen\b"
    r"|novelai|replicate|anthropic|openai|mistral|ai21|aleph",
    re.IGNORECASE,
)
NAMES_COHERE = re.compile(r"cohere(?!n[ct]|d|s\b)|\bCO_API_(?:KEY|URL)\b", re.IGNORECASE)

HOST_OR_MODEL = re.compile(r"\bcohere\.(?:ai|com)\b|\bcohere\.command", re.IGNORECASE)

# Calls that send a request, by their last name, in any client library or helper of a project.
SENDERS = frozenset(
    [
        "post",
        "post_json",
        "postJson",
        "async_post",
        "apost",
        "request",
        "request_json",
        "fetch",
        "fetch_json",
        "urlopen",
        "open",
        "send",
        "stream",
        "send_request",
        "make_request",
        "api_request",
        "http_post",
        "do_post",
        "json_post",
        "urlfetch",
        "query_api",
        "call_api",
    ]
)
# A request in the making, and what sends it.
REQUESTS = frozenset({"Request", "build_request", "prepare_request", "ClientRequest", "HTTPRequest"})
SENDS_REQUEST = frozenset({"urlopen", "send", "open", "fetch"})
# Everyday names that send only where they are given such a request.
ONLY_REQUESTS = frozenset({"open", "send"})
OTHER_VERBS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "PATCH"})
ADDRESS_KEYWORDS = ("url", "uri", "endpoint", "path", "address", "api_url", "full_url", "endpoint_url")
BODY_KEYWORDS = ("json", "data", "body", "content", "payload", "fields", "json_data", "json_body", "params")
BASE_KEYWORDS = ("base_url", "host", "prefix_url", "api_url", "url")
# Receivers that stand in for a service in tests.
STAND_INS = re.compile(
    r"mock|respx|\brsps\b|responses|httpretty|pook|stub|testclient|vcr|pytest_httpserver|httpserver", re.IGNORECASE
)
DUMPS = frozenset(
    [
        "dumps",
        "json_dumps",
        "dump_json",
        "encode",
        "bytes",
        "bytearray",
        "BytesIO",
        "StringIO",
        "jsonable_encoder",
        "to_json",
        "serialize",
        "stringify",
        "json_encode",
    ]
)

# What runs another program, the programs that send requests, and the options behind which their bodies stand.
RUNNERS = frozenset(
    [
        *(f"subprocess.{name}" for name in ("run", "call", "check_call", "check_output", "Popen", "getoutput")),
        "subprocess.getstatusoutput",
        "os.system",
        "os.popen",
        "asyncio.create_subprocess_exec",
        "asyncio.create_subprocess_shell",
        "asyncio.subprocess.create_subprocess_exec",
        "asyncio.subprocess.create_subprocess_shell",
        "commands.getoutput",
        "anyio.run_process",
        "trio.run_process",
        "sh.curl",
        "pexpect.run",
        "pexpect.spawn",
    ]
)
PROGRAMS = frozenset({"curl", "curl.exe", "wget", "http", "https", "xh", "curlie"})
PROGRAM_BODIES = frozenset(
    {"-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json", "--post-data", "--body-data", "--raw"}
)

BEDROCK_CALLS = frozenset(row.name for row in ENDPOINTS if row.kind is Kind.BEDROCK)
BEDROCK_CHATS = frozenset({"converse", "converse_stream"})
BEDROCK_AGENTS = frozenset({"create_agent", "update_agent", "invoke_inline_agent"})
# Command and Command Light, plain, versioned, or at the end of an ARN; Command R talks another language.
BEDROCK_MODEL = re.compile(r"(?:.*[/.:])?cohere\.command-(?:light-)?text-v\d+(?::[\w:]+)?", re.IGNORECASE)
SAGEMAKER_CALLS = frozenset(row.name for row in ENDPOINTS if row.kind is Kind.SAGEMAKER)
OCI_CALL = next(row.name for row in ENDPOINTS if row.kind is Kind.OCI)
OCI_DETAILS = "GenerateTextDetails"
OCI_REQUEST = "CohereLlmInferenceRequest"
# OCI's other calls that name a model in their details, by method the details' class and keyword.
OCI_ASKING = {
    "chat": ("ChatDetails", "chat_details"),
    "summarize_text": ("SummarizeTextDetails", "summarize_text_details"),
}

# Body keys in the spelling of Generate's first versions.
CAMEL = {
    "numGenerations": "num_generations",
    "maxTokens": "max_tokens",
    "stopSequences": "stop_sequences",
    "endSequences": "end_sequences",
    "frequencyPenalty": "frequency_penalty",
    "presencePenalty": "presence_penalty",
    "returnLikelihoods": "return_likelihoods",
    "rawPrompting": "raw_prompting",
    "logitBias": "logit_bias",
}
# What OCI's classes call Generate's parameters.
OCI_NAMES = {"is_stream": "stream", "top_k": "k", "top_p": "p"}
# The same on the wire, beside those of `CAMEL`.
OCI_KEYS = {"isStream": "is_stream", "topK": "top_k", "topP": "top_p", "isEcho": "is_echo"}
# Keys of a body that hardly any other vendor's request has.
TELLING_KEYS = frozenset(
    {"num_generations", "return_likelihoods", "end_sequences", "truncate", "logit_bias", "raw_prompting", "preset"}
)
# Keys that most vendors share: together with the prompt they only fit.
FITTING_KEYS = frozenset(
    {
        "max_tokens",
        "temperature",
        "k",
        "p",
        "stop_sequences",
        "frequency_penalty",
        "presence_penalty",
        "stream",
        "model",
    }
)
CHAT_URL = "https://api.cohere.com/v2/chat"
CHAT_V1_URL = "https://api.cohere.com/v1/chat"
