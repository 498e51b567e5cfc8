"""Generate's parameters: what the guide, the SDK, Chat v1 and Chat v2 say about each, and the defaults that change."""

from collections.abc import Iterable, Mapping

from audits.engine.catalogue import guide
from audits.engine.catalogue.rules import Default, Rule, equals, names
from audits.engine.catalogue.six import SIX_RULES
from audits.engine.catalogue.sources import (
    CHAT_V1,
    CHAT_V2,
    DEPRECATIONS,
    PYTHON_SDK,
    PYTHON_SDK_4,
    SPEC,
    V1_TO_V2,
)
from audits.engine.catalogue.unchanged import UNCHANGED_RULES
from audits.engine.facts import Verdict

KEPT, RENAMED, CHANGED = Verdict.KEPT, Verdict.RENAMED, Verdict.CHANGED
UNSUPPORTED, DISPUTED, UNKNOWN = Verdict.UNSUPPORTED, Verdict.DISPUTED, Verdict.UNKNOWN

_SAME = guide.UNCHANGED
_SIX = guide.UNSUPPORTED

_PROMPT = Rule(
    "prompt",
    "prompt",
    RENAMED,
    "Becomes one user message: `messages` in Chat v2, `message` in Chat v1. Chat answers a conversation: check a "
    "prompt that was written for raw completion.",
    V1_TO_V2,
    chat_v1="message",
    chat_v2="messages",
    guide=guide.PROMPT,
    sdk="Chat v2 takes `messages` and refuses `message`; Chat v1 takes `message`.",
)
_MODEL = Rule(
    "model",
    "model",
    KEPT,
    "Same meaning; required by Chat v2, and must name a live chat model.",
    CHAT_V2,
    chat_v1="model",
    chat_v2="model",
    sdk="Optional in Chat v1, required in Chat v2.",
)
_NO_MODEL = Rule(
    "model is None",
    "model",
    CHANGED,
    "None stood for the server's default `command`, removed on 15 September 2025; Chat v2 requires a live model.",
    CHAT_V2,
    chat_v1="model",
    chat_v2="model",
    sdk="Optional in Chat v1, required in Chat v2.",
    when=equals(None, ""),
)
# Looked up by judging, not by name: a model that is gone, and a fine-tuned one.
DEAD_MODEL = Rule(
    "dead model",
    "model",
    CHANGED,
    "`{model}` no longer answers{when}. Use `{replacement}`.",
    DEPRECATIONS,
    chat_v1="model",
    chat_v2="model",
    sdk="Required in Chat v2.",
)
FINE_TUNED = Rule(
    "fine-tuned model",
    "model",
    DISPUTED,
    "A fine-tuned model: the guide says it works with Chat (without `chat_history`), the deprecations page says it is "
    "gone. Expect to need another model.",
    DEPRECATIONS,
    chat_v1="model",
    chat_v2="model",
    guide=guide.FINE_TUNED,
    sdk="Deprecations page, 15 September 2025: “Previously fine-tuned models will no longer be accessible”.",
)
UNLISTED = Rule(
    "unlisted model",
    "model",
    UNKNOWN,
    "No model that Cohere has listed: a fine-tuned or a private one? The guide says that fine-tuned models work with "
    "Chat, the deprecations page that they are gone.",
    DEPRECATIONS,
    chat_v1="model",
    chat_v2="model",
    guide=guide.FINE_TUNED,
    sdk="Deprecations page, 15 September 2025: “Previously fine-tuned models will no longer be accessible”.",
)

_OTHERS: tuple[Rule, ...] = (
    Rule(
        "return_likelihoods=ALL",
        "return_likelihoods",
        UNSUPPORTED,
        "Likelihoods of the prompt have no counterpart; `logprobs=True` covers generated tokens only.",
        CHAT_V2,
        sdk="Chat v2 (Python's SDK: 5.11.4 and later): logprobs=True, generated tokens only; Chat v1: none.",
        when=names("ALL"),
    ),
    Rule(
        "return_likelihoods=NONE",
        "return_likelihoods",
        RENAMED,
        "Asks for nothing: leave it out.",
        CHAT_V2,
        chat_v2="logprobs",
        sdk="Chat v2 (Python's SDK: 5.11.4 and later): logprobs.",
        when=equals("NONE", None),
    ),
    Rule(
        "return_likelihoods",
        "return_likelihoods",
        RENAMED,
        "Becomes `logprobs=True` in Chat v2, which gives the generated tokens' log probabilities; Chat v1 has none.",
        CHAT_V2,
        chat_v2="logprobs",
        sdk="Chat v2 (Python's SDK: 5.11.4 and later): logprobs=True, generated tokens only; Chat v1: none.",
    ),
    Rule(
        "raw_prompting",
        "raw_prompting",
        UNSUPPORTED,
        "Chat v2 sends no raw prompts; Chat v1 still takes it.",
        CHAT_V1,
        chat_v1="raw_prompting",
        sdk="Chat v1: yes (but not in SDK 5.16.0 and 5.16.1); Chat v2: only in SDK 5.16.2 to 5.17.0.",
    ),
    Rule(
        "prompt_vars",
        "prompt_vars",
        UNSUPPORTED,
        "Fill the template in yourself before the call.",
        PYTHON_SDK_4,
        sdk="SDK 2.8.0 to 4.57 only; in neither chat().",
    ),
    Rule(
        "seed",
        "seed",
        KEPT,
        "Same meaning; take it away where one prompt is sent several times, or the answers are alike.",
        CHAT_V2,
        chat_v1="seed",
        chat_v2="seed",
        sdk="In generate(), Chat v1 and Chat v2 since SDK 5.0.0.",
    ),
    Rule(
        "request_options",
        "request_options",
        KEPT,
        "Same meaning; look through its `additional_body_parameters`, which pass anything on.",
        PYTHON_SDK,
        chat_v1="request_options",
        chat_v2="request_options",
        sdk="In every method since SDK 5.0.0.",
    ),
    Rule(
        "prompts",
        "prompts",
        RENAMED,
        "batch_generate() has no counterpart: one Chat call a prompt.",
        PYTHON_SDK_4,
        chat_v1="message",
        chat_v2="messages",
        guide=guide.PROMPT,
        sdk="SDK 2.8.0 to 4.57 only; from 5.0.0 on batch_generate() raises ValueError.",
    ),
    Rule(
        "return_exceptions",
        "return_exceptions",
        UNSUPPORTED,
        "batch_generate()'s own, sent to nobody: where it is true, an exception takes the place of its answer in the "
        "list. With one Chat call a prompt, catch the exception of each.",
        PYTHON_SDK_4,
        sdk="SDK 4.5.0 to 4.57 (AsyncClient: from 4.0.0 on), in batch_generate() only; in neither chat().",
    ),
)

# What `request_options` adds to a request's body, past the method's signature; linking puts it before such names.
ADDED_TO_BODY = "additional_body_parameters"
SMUGGLED = f"{ADDED_TO_BODY}."

RULES: tuple[Rule, ...] = (_PROMPT, _NO_MODEL, _MODEL, *UNCHANGED_RULES, *SIX_RULES, *_OTHERS)


def by_name(rules: Iterable[Rule]) -> Mapping[str, tuple[Rule, ...]]:
    """Rows by the parameter's name, in their order: the first whose condition holds decides."""
    found: dict[str, tuple[Rule, ...]] = {}
    for rule in rules:
        found[rule.name] = (*found.get(rule.name, ()), rule)
    return found


PARAMETERS: Mapping[str, tuple[Rule, ...]] = by_name(RULES)

DEFAULTS: tuple[Default, ...] = (
    Default(
        "model",
        "Generate fell back to `command`, removed on 15 September 2025; Chat v2 requires a model.",
        CHAT_V2,
        sdk="Optional in Chat v1, required in Chat v2.",
    ),
    Default(
        "temperature",
        "Generate's default was {was}, Chat's is 0.3: pass {was} to keep it.",
        SPEC,
        guide=_SAME,
        sdk="OpenAPI description: default 0.75 in Generate, 0.3 in Chat.",
        verdict=DISPUTED,
    ),
    Default(
        "max_tokens",
        "This version of the SDK sent 20; Chat answers at length: pass 20 to keep it.",
        PYTHON_SDK,
        sdk="Python SDK before 2.5.0: generate(max_tokens=20); Chat v2: the most that the model gives.",
    ),
    Default(
        "truncate",
        "Generate cut a prompt that was too long (default END); Chat refuses it.",
        SPEC,
        guide=_SIX["truncate"],
        sdk="OpenAPI description: Generate's default is END; Chat answers TooManyTokens.",
    ),
)
