"""Generate on Bedrock, SageMaker and OCI through those clouds' clients, and what only looks like it."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Confidence, Kind, Platform, Verdict
from audits.engine.steps import judge
from tests.engine.trees import names, sites

BOTO = "import boto3, json\nrt = boto3.client('bedrock-runtime')\n"
BODY = "json.dumps({'prompt': 'a', 'max_tokens': 5})"
ARN = "arn:aws:bedrock:us-east-1::foundation-model/cohere.command-text-v14"

BEDROCK = {
    "a literal": f"{BOTO}rt.invoke_model(modelId='cohere.command-text-v14', body={BODY})\n",
    "the light model": f"{BOTO}rt.invoke_model(modelId='cohere.command-light-text-v14', body={BODY})\n",
    "a version": f"{BOTO}rt.invoke_model(modelId='cohere.command-text-v14:7:4k', body={BODY})\n",
    "an ARN": f"{BOTO}rt.invoke_model(modelId='{ARN}', body={BODY})\n",
    "a name": f"{BOTO}MODEL = 'cohere.command-text-v14'\nrt.invoke_model(modelId=MODEL, body={BODY})\n",
    "a stream": f"{BOTO}rt.invoke_model_with_response_stream(modelId='cohere.command-text-v14', body={BODY})\n",
    "parts": f"{BOTO}rt.invoke_model(modelId='cohere.' + 'command-text-v14', body={BODY})\n",
    "an attribute": f"{BOTO}class A:\n    model = 'cohere.command-text-v14'\n    def ask(self):\n        return rt.invoke_model(modelId=self.model, body={BODY})\n",
    "splatted keywords": f"{BOTO}kw = {{'modelId': 'cohere.command-text-v14', 'body': {BODY}}}\nrt.invoke_model(**kw)\n",
}


@pytest.mark.parametrize("source", BEDROCK.values(), ids=BEDROCK)
def test_it_finds_a_call_of_bedrock(source):
    (site,) = sites(source)
    assert (site.kind, site.platform, site.confidence) == (Kind.BEDROCK, Platform.BEDROCK, Confidence.CONFIRMED)
    assert names(site) == ["prompt", "max_tokens"]


SILENT = {
    "embeddings": f"{BOTO}rt.invoke_model(modelId='cohere.embed-english-v3', body=json.dumps({{'texts': []}}))\n",
    "another vendor": f"import cohere\n{BOTO}rt.invoke_model(modelId='ai21.j2-ultra-v1', body={BODY})\n",
    "an unknown model": f"import cohere\n{BOTO}def f(m):\n    return rt.invoke_model(modelId=m, body={BODY})\n",
    "another endpoint": "import cohere, boto3, json\nboto3.client('sagemaker-runtime').invoke_endpoint(EndpointName='x', Body=json.dumps({'inputs': 'a'}))\n",
    "a prompt of another model": "import cohere, boto3, json\nboto3.client('sagemaker-runtime').invoke_endpoint(EndpointName='j2', Body=json.dumps({'prompt': 'a', 'maxTokens': 5}))\n",
    "OCI with Llama": "import oci\nd = oci.generative_ai_inference.models.GenerateTextDetails(inference_request=oci.generative_ai_inference.models.LlamaLlmInferenceRequest(prompt='a'))\noci.generative_ai_inference.GenerativeAiInferenceClient({}).generate_text(d)\n",
    "another generate_text": "import cohere\nfrom ai import generate_text\ngenerate_text(prompt='a', model='x')\n",
}


@pytest.mark.parametrize("source", SILENT.values(), ids=SILENT)
def test_it_is_silent(source):
    assert sites(source) == ()


def test_a_helper_of_bedrock_is_reported_where_model_and_body_come_from():
    found = sites(
        f"{BOTO}"
        "def invoke(model, body):\n"
        "    return rt.invoke_model(modelId=model, body=body)\n"
        "invoke('cohere.command-text-v14', json.dumps({'prompt': 'a'}))\n"
        "invoke('anthropic.claude-v2', json.dumps({'prompt': 'a'}))\n"
    )
    assert [(site.span.line, names(site)) for site in found] == [(5, ["prompt"])]


def test_a_helper_that_builds_the_body_is_the_use_itself():
    found = sites(
        f"{BOTO}"
        "def ask(model, prompt):\n"
        "    return rt.invoke_model(modelId=model, body=json.dumps({'prompt': prompt}))\n"
        "ask('cohere.command-text-v14', 'a')\n"
    )
    uses = [site for site in found if site.kind is not Kind.WRAPPER_PROJECT]
    assert [(site.span.line, site.confidence) for site in uses] == [(4, Confidence.CONFIRMED)]


def test_a_cohere_payload_to_sagemaker():
    (site,) = sites(
        "import boto3, json\nclient = boto3.client('sagemaker-runtime')\n"
        "payload = {'prompt': 'a', 'max_tokens': 5, 'return_likelihoods': None, 'truncate': None}\n"
        "r = client.invoke_endpoint(EndpointName='cohere-medium', Body=json.dumps(payload))\n"
        "print(json.loads(r['Body'].read())['generations'][0]['text'])\n"
    )
    assert (site.kind, site.platform, site.confidence) == (Kind.SAGEMAKER, Platform.SAGEMAKER, Confidence.LIKELY)
    assert names(site) == ["prompt", "max_tokens", "return_likelihoods", "truncate"]
    assert [read.line for read in site.reads] == [5]


def test_a_helper_of_sagemaker_is_reported_where_the_payload_is_built():
    found = sites(
        "import boto3, json\nNAME = 'cohere-endpoint'\n"
        "def query(body, name):\n"
        "    return boto3.client('sagemaker-runtime').invoke_endpoint(EndpointName=name, Body=body)\n"
        "query(json.dumps({'prompt': 'a', 'num_generations': 2}).encode(), NAME)\n"
        "query(json.dumps({'texts': ['a']}).encode(), NAME)\n"
    )
    assert [(site.span.line, names(site)) for site in found] == [(5, ["prompt", "num_generations"])]


def test_a_predictor_is_an_endpoint():
    (site,) = sites(
        "import sagemaker\np = sagemaker.predictor.Predictor(endpoint_name='cohere-gpt-xlarge')\n"
        "cohere_answer = p.predict({'prompt': 'a', 'max_tokens': 5, 'return_likelihoods': 'ALL'})['generations']\n"
    )
    assert (site.kind, site.span.line) == (Kind.SAGEMAKER, 3)


def test_a_content_handler_of_a_framework_builds_the_payload():
    (site,) = sites(
        "# Cohere on SageMaker\nimport json\nfrom langchain.llms.sagemaker_endpoint import LLMContentHandler, SagemakerEndpoint\n"
        "class Handler(LLMContentHandler):\n"
        "    def transform_input(self, prompt, model_kwargs={}):\n"
        "        return json.dumps({'prompt': prompt, **model_kwargs}).encode()\n"
        "    def transform_output(self, output):\n"
        "        return json.loads(output.read())['generations'][0]['text']\n"
        "llm = SagemakerEndpoint(endpoint_name='e', model_kwargs={'k': 3}, content_handler=Handler())\n"
    )
    assert (site.kind, site.span.line, names(site)) == (Kind.SAGEMAKER, 9, ["prompt", "k"])


OCI = "import oci\nfrom oci.generative_ai_inference.models import CohereLlmInferenceRequest, GenerateTextDetails, OnDemandServingMode\nclient = oci.generative_ai_inference.GenerativeAiInferenceClient({})\n"


def test_oci_by_constructors():
    (site,) = sites(
        f"{OCI}client.generate_text(GenerateTextDetails(compartment_id='c', serving_mode=OnDemandServingMode(model_id='cohere.command'),\n"
        "    inference_request=CohereLlmInferenceRequest(prompt='a', top_k=3, is_stream=False)))\n"
    )
    assert (site.kind, site.platform, site.confidence) == (Kind.OCI, Platform.OCI, Confidence.CONFIRMED)
    assert names(site) == ["prompt", "top_k", "is_stream", "model"]


@pytest.mark.parametrize(
    ("default", "told"), [("cohere.command", "cohere.command"), ("cohere.command-a-03-2025", None)]
)
def test_a_model_of_oci_that_is_a_default_is_told_where_it_is_gone(default: str, told: str | None) -> None:
    (site,) = sites(
        f"{OCI}def f(p, m='{default}'):\n    mode = OnDemandServingMode(model_id=m)\n"
        "    client.generate_text(GenerateTextDetails(serving_mode=mode, inference_request=CohereLlmInferenceRequest(prompt=p)))\n"
    )
    assert [row.literal for row in site.arguments if row.name == "model"] == [told]


def test_oci_by_attributes():
    (site,) = sites(
        f"{OCI}details = GenerateTextDetails()\nreq = CohereLlmInferenceRequest()\nreq.prompt = 'a'\nreq.max_tokens = 5\n"
        "details.inference_request = req\nclient.generate_text(details)\n"
    )
    assert (site.span.line, names(site)) == (9, ["prompt", "max_tokens"])


def test_every_cloud_says_the_way_out():
    for source in (
        BEDROCK["a literal"],
        f"{OCI}client.generate_text(GenerateTextDetails(inference_request=CohereLlmInferenceRequest(prompt='a')))\n",
    ):
        (site,) = sites(source)
        usage = judge(site)
        assert usage.replacement is not None
        assert usage.replacement.v2 == ""
        assert len(usage.replacement.notes) > 1


def test_ocis_own_names_get_verdicts():
    (site,) = sites(
        f"{OCI}client.generate_text(GenerateTextDetails(inference_request=CohereLlmInferenceRequest(prompt='a', top_k=3, is_echo=True)))\n"
    )
    verdicts = {row.name: row.verdict for row in judge(site).parameters}
    assert (verdicts["top_k"], verdicts["is_echo"]) == ("kept", "unsupported")


def test_options_in_a_dictionary_are_read():
    (site,) = sites(
        f"{BOTO}options = {{'modelId': 'cohere.command-text-v14', 'body': '{{\"prompt\": \"a\", \"k\": 3}}'}}\n"
        "rt.invoke_model(modelId=options['modelId'], body=options['body'])\n"
    )
    assert (site.confidence, names(site)) == (Confidence.CONFIRMED, ["prompt", "k"])


def test_a_model_that_is_chosen_at_run_time_with_generates_own_keys_is_likely():
    (site,) = sites(
        f"{BOTO}model = choose('Cohere')\n"
        "rt.invoke_model(modelId=model, body=json.dumps({'prompt': 'a', 'num_generations': 1, 'return_likelihoods': 'ALL'}))\n"
        "print(json.loads(r['body'].read())['generations'])\n"
    )
    assert (site.kind, site.confidence) == (Kind.BEDROCK, Confidence.LIKELY)


@pytest.mark.parametrize(
    ("call", "confidence"),
    [
        ("rt.invoke_model(modelId='cohere.command-r-v1:0', body=json.dumps({'message': 'a'}))", Confidence.CONFIRMED),
        ("rt.converse(modelId='cohere.command-r-plus-v1:0', messages=[])", Confidence.CONFIRMED),
        ("rt.converse_stream(modelId='cohere.command-text-v14', messages=[])", Confidence.CONFIRMED),
        ("rt.converse(modelId='cohere.command-r-v1:0' if old else 'a.b', messages=[])", None),
        ("rt.converse(modelId='amazon.nova-lite-v1:0', messages=[])", None),
    ],
)
def test_a_chat_model_that_bedrock_no_longer_has(call: str, confidence: Confidence | None) -> None:
    found = [(row.kind, row.platform, row.confidence) for row in sites(f"{BOTO}{call}\n")]

    assert found == ([] if confidence is None else [(Kind.DEAD_MODEL, Platform.BEDROCK, confidence)])


def test_an_agent_that_is_made_of_generate() -> None:
    text = (
        "import boto3\nb = boto3.client('bedrock-agent')\nb.create_agent(foundationModel='cohere.command-text-v14')\n"
    )
    (row,) = sites(text)

    assert (row.kind, row.span.line, row.confidence) == (Kind.BEDROCK, 3, Confidence.LIKELY)


TABLE = (
    "import boto3, json\nclient = boto3.client('bedrock-runtime')\n"
    "MODELS = {'a': 'cohere.command-light-text-v14', 'b': 'amazon.titan-text-express-v1'}\n"
    "def ask(prompt, which):\n"
    "    return client.invoke_model(modelId=MODELS[which], body=json.dumps({'prompt': prompt, 'max_tokens': 3}))\n"
)


def test_a_table_of_models_may_give_one_of_generates() -> None:
    (site,) = sites(TABLE)

    assert (site.span.line, site.kind, site.confidence) == (5, Kind.BEDROCK, Confidence.POSSIBLE)
    assert not sites(TABLE.replace("cohere.command-light-text-v14", "cohere.command-r-v1:0"))


def test_callers_tell_what_a_table_of_models_gives() -> None:
    assert not sites(f"{TABLE}ask('x', 'b')\n")
    told = {site.span.line: site.confidence for site in sites(f"{TABLE}ask('x', 'a')\n") if site.kind is Kind.BEDROCK}
    assert told == {5: Confidence.CONFIRMED}


def test_a_predictor_is_made_with_its_endpoints_name() -> None:
    text = (
        "from sagemaker.predictor import Predictor\np = Predictor('cohere-gpt-medium')  # cohere\n"
        "p.predict({'prompt': 'x', 'max_tokens': 3, 'return_likelihoods': 'ALL'})\n"
    )

    assert [(site.span.line, site.kind) for site in sites(text)] == [(3, Kind.SAGEMAKER)]
    assert not sites(text.replace("cohere-gpt", "llama-gpt"))


POSTED = (
    "import requests\nurl = 'https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions/generateText'\n"
    "def ask(prompt):\n"
    "    body = {'servingMode': {}, 'inferenceRequest': {'prompt': prompt, 'maxTokens': 6, 'runtimeType': 'COHERE'}}\n"
    "    return requests.post(url, json=body, auth=signer)\n"
)


def test_a_request_to_ocis_action_is_one() -> None:
    (site,) = sites(POSTED)

    assert (site.span.line, site.kind, site.platform) == (5, Kind.OCI, Platform.OCI)
    assert not sites(POSTED.replace("COHERE", "LLAMA") + "# cohere\n")
    assert not sites(POSTED.replace("generateText", "embedText"))


def test_the_keys_of_ocis_body_are_judged_as_its_fields() -> None:
    keys = "'prompt': prompt, 'topP': 0.7, 'topK': 0, 'isStream': False, 'isEcho': True, 'stopSequences': []"
    (site,) = sites(POSTED.replace("'prompt': prompt", keys))
    told = {row.name: row.verdict for row in judge(site).parameters}

    assert {told[name] for name in ("topP", "topK", "isStream")} == {Verdict.KEPT}
    assert told["isEcho"] is Verdict.UNSUPPORTED
    assert told["stopSequences"] is Verdict.DISPUTED


@pytest.mark.parametrize(
    "call",
    [
        "invoke = rt.invoke_model\n    invoke(modelId=M, body=json.dumps({'prompt': p}))",
        "pool.submit(rt.invoke_model, modelId=M, body=json.dumps({'prompt': p}))",
        "asyncio.to_thread(rt.invoke_model, modelId=M, body=json.dumps({'prompt': p}))",
        "loop.run_in_executor(None, partial(rt.invoke_model, modelId=M, body=json.dumps({'prompt': p})))",
    ],
)
def test_a_clouds_method_is_followed_where_it_is_handed_on(call: str) -> None:
    (site,) = sites(f"{BOTO}M = 'cohere.command-text-v14'\ndef f(p):\n    {call}\n")
    assert (site.kind, site.confidence, names(site)) == (Kind.BEDROCK, Confidence.CONFIRMED, ["prompt"])


def test_a_body_that_only_cohere_takes_is_possible_whatever_the_model() -> None:
    text = f"{BOTO}# cohere\ndef f(p):\n    return rt.invoke_model(modelId=os.environ['M'], body=json.dumps({{'prompt': p%s}}))\n"
    (site,) = sites(text % ", 'return_likelihoods': 'NONE'")
    assert (site.kind, site.confidence) == (Kind.BEDROCK, Confidence.POSSIBLE)
    assert not sites(text % ", 'max_tokens': 3")
    assert not sites(text % ", 'truncate': 'END'")
