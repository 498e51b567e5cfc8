"""Each row of the catalogue at work: a source for which it decides and one for which it does not, read for real."""

from dataclasses import replace

import pytest

from audits.engine import catalogue
from audits.engine.catalogue.bodies import BODY_RULES
from audits.engine.catalogue.endpoints import CAMEL, ENDPOINTS
from audits.engine.catalogue.responses import RESPONSE_CLASSES
from audits.engine.catalogue.rules import Rule
from audits.engine.facts import Argument, Kind, Parameter, Platform, Usage, Verdict
from audits.engine.judge import judge
from tests.engine.sites import arg, text
from tests.engine.test_catalogue import BEFORE, EXAMPLES
from tests.engine.trees import sites

BOTO = "import boto3, json\nrt = boto3.client('bedrock-runtime')\n"
OCI = "import oci\nfrom oci.generative_ai_inference.models import CohereLlmInferenceRequest, GenerateTextDetails\n"
HTTP = "import requests\nrequests.{verb}('{address}', json={body})\n"
ID = "26db2994-cf88-4243-898d-31258411c120-ft"
# What is looked up by the model's name, not by the parameter's.
BY_MODEL: dict[str, tuple[Argument, Argument]] = {
    "dead model": (text("model", "command"), text("model", "command-a-03-2025")),
    "fine-tuned model": (text("model", ID), text("model", ID.removesuffix("-ft"))),
    "unlisted model": (text("model", "ours"), text("model", "command-a-03-2025")),
}
RULES: dict[str, Rule] = {
    rule.key: rule
    for rule in (
        *catalogue.RULES,
        *catalogue.AWS_RULES,
        *BODY_RULES,
        *(catalogue.DEAD_MODEL, catalogue.FINE_TUNED, catalogue.UNLISTED),
    )
}
PLATFORMS = {
    Platform.COHERE: "import cohere\ncohere.Client().generate(prompt='p')\n",
    Platform.BEDROCK: "import cohere\ncohere.BedrockClient().generate(prompt='p', model='m')\n",
    Platform.SAGEMAKER: "import cohere_aws\ncohere_aws.Client().generate(prompt='p')\n",
    Platform.OCI: "import cohere\ncohere.OciClient().generate(prompt='p')\n",
    Platform.PRIVATE: "import cohere\ncohere.Client(base_url='https://llm.acme.example').generate(prompt='p')\n",
    Platform.UNKNOWN: "import cohere\ncohere.AwsClient(service=SERVICE).generate(prompt='p')\n",
}
MODEL_CLIENTS = {Platform.COHERE: "Client", Platform.BEDROCK: "BedrockClient", Platform.OCI: "OciClient"}
DISPUTED = {
    "endpoint": (PLATFORMS[Platform.COHERE], PLATFORMS[Platform.PRIVATE]),
    "fine-tuned models": (
        f"import cohere\ncohere.Client().generate(prompt='p', model='{ID}')\n",
        "import cohere\ncohere.Client().generate(prompt='p', model='command')\n",
    ),
}
# Shown beside the endpoint's own day, not with a use.
BATCHED = ("prompts", "return_exceptions")
ABOUT_NO_USE = {"date"}


def only(source: str, era: str | None = None) -> Usage:
    (site,) = sites(source)
    return judge(site if era is None else replace(site, era=era))


def written(key: str, argument: Argument) -> str:
    """A call that passes the argument, in the way that the row is about."""
    method = "batch_generate" if argument.name in BATCHED else "generate"
    asked = "prompts=['p'], " if method == "batch_generate" else "prompt='p', "
    first = "" if argument.name in ("prompt", "prompts") else asked
    kind = key.partition(" ")[0]
    if kind == "oci":
        passed = f"{first}{argument.name}={argument.source}"
        details = f"GenerateTextDetails(inference_request=CohereLlmInferenceRequest({passed}))"
        return f"{OCI}oci.generative_ai_inference.GenerativeAiInferenceClient({{}}).generate_text({details})\n"
    if kind == "http":
        body = f"{{'prompt': 'p', '{argument.name}': {argument.source}}}"
        return HTTP.format(verb="post", address="https://api.cohere.com/v1/generate", body=body)
    if kind == "cohere_aws":
        return f"import cohere_aws\ncohere_aws.Client().generate({first}{argument.name}={argument.source})\n"
    return f"import cohere\ncohere.Client().{method}({first}{argument.name}={argument.source})\n"


def decided(rule: Rule, usage: Usage) -> bool:
    """Whether the row gave one of the verdicts."""
    start = rule.note.partition("{")[0]
    return any(
        (row.name, row.verdict, row.sdk, row.source) == (rule.name, rule.verdict, rule.sdk, rule.source.url)
        and row.note.startswith(start)
        for row in usage.parameters
    )


def test_every_parameter_row_has_examples_of_both_kinds():
    assert {*EXAMPLES, *BY_MODEL} == set(RULES)


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_parameter_row_decides_where_it_should_and_only_there(key):
    yes, no = (EXAMPLES | BY_MODEL)[key]
    era = "4.57" if key.endswith(BEFORE) else None
    assert decided(RULES[key], only(written(key, yes), era))
    assert not decided(RULES[key], only(written(key, no), era))


@pytest.mark.parametrize("row", catalogue.DEFAULTS, ids=lambda row: row.name)
def test_a_default_that_changes_is_told_where_it_is_left_open_and_only_there(row):
    open_call, closed = "prompt='p'", f"prompt='p', {row.name}=x"
    era = "2.4.0" if row.name == "max_tokens" else None
    assert_default(row, [f"import cohere\ncohere.Client().generate({it})\n" for it in (open_call, closed)], era)


@pytest.mark.parametrize("row", catalogue.AWS_DEFAULTS, ids=lambda row: row.name)
def test_so_is_one_of_the_aws_client(row):
    open_call, closed = "prompt='p'", f"prompt='p', {row.name}=x"
    assert_default(row, [f"import cohere_aws\ncohere_aws.Client().generate({it})\n" for it in (open_call, closed)])


def assert_default(row, sources, era=None):
    told = [[it for it in only(source, era).defaults if it.name == row.name] for source in sources]
    assert [(it.verdict, it.sdk, it.source) for it in told[0]] == [(row.verdict, row.sdk, row.source.url)]
    assert told[1] == []


def model_of(platform: Platform, name: str) -> Parameter:
    client = MODEL_CLIENTS[platform]
    usage = only(f"import cohere\ncohere.{client}().generate(prompt='p', model='{name}')\n")
    assert usage.model == name
    return usage.parameters[1]


@pytest.mark.parametrize("name", sorted(catalogue.DEAD))
def test_a_dead_model_is_told_and_one_of_another_name_is_not(name):
    row = catalogue.DEAD[name]
    found = model_of(row.platform, name)
    assert found.verdict is Verdict.CHANGED
    assert f"`{name}` no longer answers" in found.note
    assert (row.replacement or catalogue.PLATFORMS[row.platform].way_out) in found.note
    assert "no longer answers" not in model_of(row.platform, f"not-{name}").note


@pytest.mark.parametrize("name", sorted(catalogue.LIVE))
def test_a_live_model_is_kept_and_one_of_another_name_is_not(name):
    assert model_of(Platform.COHERE, name).verdict is Verdict.KEPT
    assert model_of(Platform.COHERE, f"not-{name}").verdict is Verdict.UNKNOWN


@pytest.mark.parametrize("platform", list(catalogue.PLATFORMS))
def test_a_platform_is_told_from_all_others(platform):
    way_out = catalogue.PLATFORMS[platform].way_out
    for other, source in PLATFORMS.items():
        usage = only(source)
        assert (usage.platform is platform) == (other is platform), source
        if platform not in (Platform.COHERE, Platform.UNKNOWN):
            assert (way_out in usage.replacement.notes) == (other is platform), source


def through(name: str, kind: Kind) -> str:
    """A use of the endpoint."""
    if kind is Kind.RAW_HTTP:
        return HTTP.format(verb="post", address=name, body="{'prompt': 'p'}")
    if kind is Kind.BEDROCK:
        return f"{BOTO}rt.{name}(modelId='cohere.command-text-v14', body=json.dumps({{'prompt': 'p'}}))\n"
    if kind is Kind.SAGEMAKER:
        body = "json.dumps({'prompt': 'p', 'return_likelihoods': 'ALL'})"
        return f"import boto3, json\nboto3.client('sagemaker-runtime').{name}(EndpointName='cohere-1', Body={body})\n"
    details = "GenerateTextDetails(inference_request=CohereLlmInferenceRequest(prompt='p'))"
    return f"{OCI}oci.generative_ai_inference.GenerativeAiInferenceClient({{}}).{name}({details})\n"


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.name)
def test_an_endpoint_is_found_and_a_like_one_is_not(row):
    assert only(through(row.name, row.kind)).kind is row.kind
    other = row.name.replace("generate", "embed") if row.kind is Kind.RAW_HTTP else f"{row.name}_not"
    assert sites(through(other, row.kind)) == ()


@pytest.mark.parametrize("name", sorted(CAMEL))
def test_a_key_of_the_first_spelling_is_judged_as_the_later_one(name):
    usage, other = (
        only(HTTP.format(verb="post", address="https://api.cohere.ai/generate", body=f"{{'prompt': 'p', '{key}': x}}"))
        for key in (name, name.upper())
    )
    assert usage.parameters[1].verdict is not Verdict.UNKNOWN
    assert other.parameters[1].verdict is Verdict.UNKNOWN


def test_every_claim_that_is_disputed_has_examples():
    assert {row.about for row in catalogue.DISPUTES} == set(DISPUTED) | ABOUT_NO_USE


@pytest.mark.parametrize("about", DISPUTED)
def test_a_disputed_claim_comes_with_both_sources(about):
    (row,) = (row for row in catalogue.DISPUTES if row.about == about)
    yes, no = (
        [it for it in (*only(source).parameters, *only(source).defaults) if it.guide == row.guide]
        for source in DISPUTED[about]
    )
    assert [(it.verdict, bool(it.sdk), bool(it.source)) for it in yes] == [(Verdict.DISPUTED, True, True)]
    assert no == []


def test_an_argument_of_an_example_is_read_as_it_is_written_there():
    usage = only(written("", arg("k", "500", 500)))
    assert [row.value for row in usage.parameters] == ["'p'", "500"]


@pytest.mark.parametrize("name", sorted(RESPONSE_CLASSES))
def test_a_class_of_answers_is_mentioned_and_a_like_one_is_not(name):
    assert RESPONSE_CLASSES[name].url.startswith("https://")
    assert [row.kind for row in sites(f"from cohere.types import {name}\n")] == [Kind.MENTION]
    assert sites(f"from cohere.types import {name}Chat\n") == ()
