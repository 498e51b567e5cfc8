"""OCI's Chat and Summarize with a model of Cohere's that OCI no longer has."""

import pytest

from audits.engine.facts import Confidence, Kind, Platform
from audits.engine.judge import judge
from tests.engine.trees import sites

HEAD = (
    "from oci.generative_ai_inference import GenerativeAiInferenceClient\n"
    "from oci.generative_ai_inference.models import ChatDetails, CohereChatRequest, OnDemandServingMode\n"
    "from oci.generative_ai_inference.models import SummarizeTextDetails\n"
    "client = GenerativeAiInferenceClient({})\n"
)
CHAT = "client.chat(ChatDetails(serving_mode=OnDemandServingMode(model_id={}), chat_request=CohereChatRequest()))\n"


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (CHAT.format("'cohere.command-r-plus'"), Confidence.CONFIRMED),
        (f"MODEL = 'cohere.command-r-16k'\ndef ask(model=MODEL):\n    {CHAT.format('model')}", Confidence.LIKELY),
        (
            "details = ChatDetails()\n"
            "details.serving_mode = OnDemandServingMode(model_id='cohere.command-r-plus')\n"
            "client.chat(chat_details=details)\n",
            Confidence.CONFIRMED,
        ),
        (
            "ask = client.chat\nmode = OnDemandServingMode(model_id='cohere.command-r-plus')\n"
            "ask(ChatDetails(serving_mode=mode))\n",
            Confidence.CONFIRMED,
        ),
        (
            "mode = OnDemandServingMode(model_id='cohere.command')\n"
            "client.summarize_text(SummarizeTextDetails(serving_mode=mode, input='a'))\n",
            Confidence.CONFIRMED,
        ),
    ],
)
def test_it_is_told_where_the_call_asks_for_it(text: str, confidence: Confidence) -> None:
    (found,) = sites(HEAD + text)
    assert (found.kind, found.platform, found.confidence) == (Kind.DEAD_MODEL, Platform.OCI, confidence)
    assert found.proof
    assert judge(found).parameters[0].name == "model"


@pytest.mark.parametrize(
    "model", ["'cohere.command-r-plus-08-2024'", "'meta.llama-3-70b-instruct'", "model", "'command-r'"]
)
def test_another_model_is_none(model: str) -> None:
    assert not sites(HEAD + CHAT.format(model))
