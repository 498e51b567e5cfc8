"""What differs for `cohere_aws`, whose `generate` and `chat` have their own parameters and defaults."""

from collections.abc import Mapping

from audits.engine.catalogue import guide
from audits.engine.catalogue.parameters import RULES, by_name
from audits.engine.catalogue.rules import Default, Rule
from audits.engine.catalogue.sources import AWS_SDK
from audits.engine.facts import Verdict

_CHAT = "cohere_aws: chat(message, stream, chat_history, model, model_id, temperature, p, k, max_tokens, …)."
_NO_STOPS = "cohere_aws: chat() takes no stop sequences; cohere.SagemakerClientV2.chat() does."

_ROWS: tuple[Rule, ...] = (
    Rule(
        "cohere_aws stop_sequences",
        "stop_sequences",
        Verdict.UNSUPPORTED,
        "This client's chat() takes none: trim the answer yourself, or go to cohere.SagemakerClientV2, which does.",
        AWS_SDK,
        chat_v2="stop_sequences",
        guide=guide.UNSUPPORTED["stop_sequences"],
        sdk=_NO_STOPS,
    ),
    Rule(
        "cohere_aws stream",
        "stream",
        Verdict.CHANGED,
        "This client's chat() has it, with False as default; with cohere.SagemakerClientV2 call chat_stream().",
        AWS_SDK,
        chat_v1="stream",
        guide=guide.UNCHANGED,
        sdk="cohere_aws: generate(stream=True) and chat(stream=False) are the defaults.",
    ),
    Rule(
        "cohere_aws model",
        "model",
        Verdict.KEPT,
        "Same meaning; cohere.SagemakerClientV2 takes the endpoint's name here.",
        AWS_SDK,
        chat_v1="model",
        chat_v2="model",
        sdk=_CHAT,
    ),
    Rule(
        "cohere_aws model_id",
        "model_id",
        Verdict.KEPT,
        "Same meaning in this client's chat(), for a model that chats; SagemakerClientV2 has `model` only.",
        AWS_SDK,
        chat_v1="model_id",
        sdk=_CHAT,
    ),
    Rule(
        "cohere_aws variant",
        "variant",
        Verdict.KEPT,
        "Same meaning in this client's chat(); SagemakerClientV2 has none.",
        AWS_SDK,
        chat_v1="variant",
        sdk=_CHAT,
    ),
    Rule(
        "cohere_aws return_likelihoods",
        "return_likelihoods",
        Verdict.UNSUPPORTED,
        "This client's chat() gives no likelihoods.",
        AWS_SDK,
        sdk=_CHAT,
    ),
    *(
        Rule(
            f"cohere_aws {name}",
            name,
            Verdict.UNSUPPORTED,
            "This client's chat() has no such parameter.",
            AWS_SDK,
            sdk=_CHAT,
        )
        for name in ("frequency_penalty", "presence_penalty", "seed", "request_options")
    ),
)
_REPLACED = {rule.name for rule in _ROWS}
AWS_RULES: tuple[Rule, ...] = _ROWS
AWS_PARAMETERS: Mapping[str, tuple[Rule, ...]] = by_name(
    (*_ROWS, *(rule for rule in RULES if rule.name not in _REPLACED))
)
AWS_DEFAULTS: tuple[Default, ...] = (
    Default(
        "stream",
        "generate() of this client streams unless told not to, its chat() does not: pass stream=True where a loop "
        "reads the answer.",
        AWS_SDK,
        guide=guide.UNCHANGED,
        sdk="cohere_aws: generate(stream=True) and chat(stream=False) are the defaults.",
        verdict=Verdict.DISPUTED,
    ),
    Default(
        "temperature",
        "generate() of this client sends 1.0 by default, chat() leaves it to the model: pass 1.0 to keep it.",
        AWS_SDK,
        guide=guide.UNCHANGED,
        sdk="cohere_aws: generate(temperature=1.0) is the default.",
        verdict=Verdict.DISPUTED,
    ),
    Default(
        "max_tokens",
        "generate() of this client stops after 400 tokens by default: pass max_tokens=400 to keep it.",
        AWS_SDK,
        guide=guide.UNCHANGED,
        sdk="cohere_aws: generate(max_tokens=400) is the default.",
        verdict=Verdict.DISPUTED,
    ),
)
