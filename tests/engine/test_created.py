"""`create` of Instructor's and Portkey's clients."""

import pytest

from audits.engine.judge import judge
from tests.engine.trees import sites


def uses(text: str) -> list[tuple[int, str, str]]:
    return [(site.span.line, site.kind.value, site.confidence.value) for site in sites(text)]


@pytest.mark.parametrize(
    "call", ["client.chat.completions.create", "client.messages.create", "client.create", "client.create_partial"]
)
def test_instructor_with_a_model_that_is_gone(call: str) -> None:
    head = "import cohere, instructor\nclient = instructor.from_cohere(cohere.Client())\n"

    assert uses(f'{head}{call}(model="command-r-plus", messages=[])\n') == [(3, "dead_model", "confirmed")]
    assert uses(f'{head}MODEL = "command"\n{call}(model=MODEL, messages=[])\n') == [(4, "dead_model", "confirmed")]
    assert uses(f'{head}{call}(model="command-a-03-2025", messages=[])\n') == []


def test_instructor_by_a_models_id() -> None:
    assert uses('import instructor\nc = instructor.from_provider("cohere/command-r")\n')[0][:2] == (2, "dead_model")
    assert uses('import instructor\nc = instructor.from_provider("openai/gpt-5")\n') == []


@pytest.mark.parametrize(
    ("made", "level"), [('provider="cohere"', "confirmed"), ('virtual_key="cohere-prod-1"', "likely")]
)
def test_portkeys_completions(made: str, level: str) -> None:
    head = f"from portkey_ai import Portkey\nclient = Portkey(api_key=k, {made})\n"

    (site,) = sites(f'{head}client.completions.create(model="command", prompt="x", max_tokens=3)\n')
    assert (site.span.line, site.kind.value, site.confidence.value) == (3, "wrapper_other", level)
    replacement = judge(site).replacement
    assert replacement is not None
    assert "chat.completions.create" in replacement.notes[0]
    assert uses(f'{head}client.chat.completions.create(model="command-a-03-2025", messages=[])\n') == []


def test_portkey_for_other_vendors_is_silent() -> None:
    head = 'from portkey_ai import Portkey  # cohere\nclient = Portkey(provider="openai")\n'
    assert uses(f'{head}client.completions.create(model="x", prompt="y")\n') == []
