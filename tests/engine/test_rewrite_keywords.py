import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.engine import catalogue
from audits.engine.facts import Platform
from audits.engine.judge import judge
from tests.engine.replacements import AWAIT, chat_call, replacement
from tests.engine.sites import arg, text
from tests.engine.trees import sites

NAMES = sorted({*catalogue.PARAMETERS, *catalogue.AWS_PARAMETERS, "user", "chat_history"} - {"prompts"})
VALUES = st.sampled_from(
    [
        *(arg("", "None", None), arg("", "True", True), arg("", "False", False), arg("", "0", 0), arg("", "1", 1)),
        *(
            arg("", "5", 5),
            arg("", "0.5", 0.5),
            arg("", "-2", -2),
            arg("", "x"),
            arg("", "f(a, b=c)"),
            text("", "NONE"),
        ),
        *(arg("", '["a", "b"]'), arg("", '"a", "b"'), arg("", "x if y else z"), arg("", "prompt"), text("", "ALL")),
        *(
            arg("", '"""a\nb"""', "a\nb"),
            arg("", "[\n  1, # c\n]"),
            arg("", "_"),
            text("", "command"),
            arg("", "a or b"),
        ),
    ]
)


@settings(max_examples=400, deadline=None)
@given(
    arguments=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=8),
    client=st.sampled_from([None, *sorted({row.path for row in catalogue.CLIENTS.values()})]),
    method=st.sampled_from(sorted(catalogue.METHODS)),
    era=st.sampled_from([None, "1.3.10", "4.57", "5.20"]),
    awaited=st.booleans(),
    reference=st.booleans(),
    splat=st.booleans(),
    platform=st.sampled_from([None, *Platform]),
)
def test_every_replacement_compiles_and_uses_keywords_that_chat_has(
    arguments, client, method, era, awaited, reference, splat, platform
):
    rows = [
        arg(name, value.source, value.literal) if value.is_literal else arg(name, value.source)
        for name, value in arguments.items()
    ]
    row = catalogue.CLIENTS.get(client)
    found = replacement(
        *rows,
        *([arg("**", "options")] if splat else []),
        client=client,
        platform=platform or (row.platform if row else Platform.UNKNOWN),
        method=method,
        callee=f"self.co.{method}",
        kind=catalogue.METHODS[method].kind,
        era=era,
        awaited=awaited,
        reference=reference,
    )
    aws = row is not None and row.positional == "aws" and (platform or row.platform) is not Platform.BEDROCK
    assert set(chat_call(found.v2)[1]) - {None} <= catalogue.CHAT_V2_KEYWORDS
    assert set(chat_call(found.v1)[1]) - {None} <= (catalogue.AWS_CHAT_KEYWORDS if aws else catalogue.CHAT_V1_KEYWORDS)


def options_of(written: str, lead: str = ""):
    (found,) = sites(f"import cohere\n{lead}cohere.Client().generate(prompt='p', request_options={written})\n")
    told = judge(found).replacement
    for code in (told.v2, told.v1):
        compile(code, "<replacement>", "eval", flags=AWAIT)
    words = chat_call(told.v2)[1]
    return words.get("request_options"), words.get("seed"), " ".join(told.notes)


@pytest.mark.parametrize(
    ("written", "left", "seed"),
    [
        ('{"additional_body_parameters": {"logit_bias": {"1": 2}}}', None, None),
        (
            '{"timeout_in_seconds": f(a, b), "additional_body_parameters": {"logit_bias": {1: [2, 3]}, "seed": 4,},}',
            "{'timeout_in_seconds': f(a, b)}",
            "4",
        ),
    ],
)
def test_what_chat_has_not_leaves_the_options_that_are_written_down(written, left, seed):
    options, found, notes = options_of(written)
    assert (options, found) == (left, seed)
    assert "Left out, as Chat has none: `logit_bias`." in notes
    assert "out of `request_options`" not in notes


@pytest.mark.parametrize("written", ["OPTIONS", "dict(OPTIONS)", '{"additional_body_parameters": {**BODY}}'])
def test_options_that_stand_elsewhere_stay_and_are_told_once(written):
    lead = 'BODY = {"logit_bias": {"1": 2}}\nOPTIONS = {"additional_body_parameters": {"logit_bias": {"1": 2}}}\n'
    options, _, notes = options_of(written, lead)
    assert options == ast.unparse(ast.parse(written))
    assert "Take `logit_bias` out of `request_options`" in notes
    assert "Left out" not in notes


@pytest.mark.parametrize(
    ("call", "kept"),
    [
        ('Client("k", "2021-11-08").generate("large", "Say")', {"temperature": "1.0", "max_tokens": "20"}),
        ('Client("k").generate("large", prompt="Say", max_tokens=9)', {"temperature": "1.0", "max_tokens": "9"}),
        ('Client("k", "2021-11-08").generate("Say")', {"temperature": "0.75"}),
        ('Client("k").generate(model="large", prompt="Say")', {"temperature": "0.75"}),
    ],
)
def test_a_model_in_front_of_the_prompt_tells_the_release_and_its_defaults(call, kept):
    (found,) = sites(f"import cohere\ncohere.{call}\n")
    words = chat_call(judge(found).replacement.v2)[1]
    assert {name: words[name] for name in words if name not in ("model", "messages")} == kept


def test_a_pin_tells_more_than_the_order_of_the_arguments():
    call = 'import cohere\ncohere.Client("k").generate("large", "Say")\n'
    (found,) = sites({"requirements.txt": "cohere==2.5.0\n", "app.py": call})
    assert found.era == "2.5.0"
    assert "max_tokens" not in chat_call(judge(found).replacement.v2)[1]
