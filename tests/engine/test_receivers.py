"""On which object the Chat call is made."""

import pytest

from audits.engine import catalogue
from audits.engine.facts import Platform
from audits.engine.judge import judge
from tests.engine.replacements import chat_call, replacement
from tests.engine.sites import arg
from tests.engine.trees import sites


def test_a_v2_client_chats_itself_and_v1_needs_another():
    found = replacement(arg("prompt", "p"), client="cohere.ClientV2")
    assert chat_call(found.v2)[0] == "co.chat"
    assert chat_call(found.v1)[0] == "co.chat"
    assert any("make it a cohere.Client, with the arguments that it has now" in note for note in found.notes)
    found = replacement(arg("prompt", "p"), client="cohere.AsyncClientV2", awaited=True)
    assert found.v2.startswith("await co.chat(")
    assert found.v1.startswith("await co.chat(")
    assert any("make it a cohere.AsyncClient," in note for note in found.notes)


def test_an_unknown_client_is_told_what_it_must_be():
    found = replacement(arg("prompt", "p"), client=None, platform=Platform.UNKNOWN)
    assert chat_call(found.v2)[0] == "co.chat"
    assert any("must be a cohere.ClientV2" in note for note in found.notes)


def test_no_replacement_makes_up_a_client_that_the_module_may_not_name():
    for client, row in catalogue.CLIENTS.items():
        found = replacement(arg("prompt", "p"), client=client, platform=row.platform, callee="ch.co.generate")
        assert chat_call(found.v2)[0].startswith("ch.co."), client
        assert chat_call(found.v1)[0].startswith("ch.co."), client


def test_a_client_behind_getattr_keeps_its_name():
    assert (
        chat_call(replacement(arg("prompt", "p"), callee="getattr(self.llm, 'generate')").v2)[0] == "self.llm.v2.chat"
    )


def test_raw_responses_stay_raw():
    found = replacement(arg("prompt", "p"), callee="co.with_raw_response.generate")
    assert chat_call(found.v2)[0] == "co.v2.with_raw_response.chat"


@pytest.mark.parametrize("callee", ['getattr(co, "generate")', "ask", "generate"])
def test_a_callee_without_a_receiver_still_gives_code(callee):
    found = replacement(arg("prompt", "p"), callee=callee)
    assert chat_call(found.v2)[0] == "co.v2.chat"
    assert ("`co` stands for the client, which the call does not name." in found.notes) == ("co" not in callee)


def test_other_platforms_say_the_way_out_first():
    found = replacement(arg("prompt", "p"), client="cohere.BedrockClient", platform=Platform.BEDROCK)
    assert found.notes[0].startswith("Bedrock offers no Cohere chat model")
    assert chat_call(found.v2)[0] == "co.chat"
    assert any("make `co` a cohere.ClientV2" in note for note in found.notes)
    found = replacement(arg("prompt", "p"), client="cohere.OciClient", platform=Platform.OCI)
    assert any("cohere.OciClientV2" in note for note in found.notes)


MAKER = "def mk(x):\n    return cohere.Client(x)\n"


def called(base):
    (found,) = sites(f"import os\nimport cohere\n{MAKER}{base}.generate(prompt='p')\n")
    told = judge(found).replacement
    for code in (told.v2, told.v1):
        compile(code, "<replacement>", "eval")
    return told


@pytest.mark.parametrize(
    "base",
    [
        "cohere.Client(os.environ['CO_API_KEY'])",
        "cohere.Client(os.getenv('CO_API_KEY'), timeout=30)",
        "cohere.Client(*keys, **options)",
        "mk('z')",
    ],
)
def test_a_client_that_is_made_on_the_spot_is_written_as_it_stands(base):
    found = called(base)
    assert chat_call(found.v2)[0] == f"{base}.v2.chat"
    assert chat_call(found.v1)[0] == f"{base}.chat"
    assert not any("stands for" in note for note in found.notes)


def test_one_with_raw_responses_stays_raw():
    base = "cohere.Client(os.environ['CO_API_KEY'])"
    assert chat_call(called(f"{base}.with_raw_response").v2)[0] == f"{base}.v2.with_raw_response.chat"


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("cohere.Client('k3yAsAWord9Longer')", "cohere.Client(…)"),
        ("cohere.Client(os.getenv('CO_API_KEY', 'k3yAsAWord9Longer'))", "cohere.Client(…)"),
        ("mk('k3yAsAWord9Longer')", "mk(…)"),
        ("cohere.Client(key if key else None)", "cohere.Client(…)"),
        ("mk(b'z')", "mk(…)"),
    ],
)
def test_one_with_a_key_or_more_than_is_known_is_named(base, shown):
    found = called(base)
    assert chat_call(found.v2)[0] == "co.v2.chat"
    assert f"`co` stands for `{shown}`." in found.notes
    assert "k3yAsAWord9" not in repr(found)
