import re
from datetime import date
from pathlib import Path

import pytest

from audits.engine import catalogue
from audits.engine.catalogue import guide, sources
from audits.engine.catalogue.bodies import BODY_RULES, HTTP_PARAMETERS, OCI_PARAMETERS
from audits.engine.catalogue.endpoints import ENDPOINTS
from audits.engine.catalogue.frameworks import FRAMEWORKS, PRODUCTS
from audits.engine.catalogue.sources import Source
from audits.engine.facts import Argument, Platform, Verdict
from tests.engine.sites import arg, text

GUIDE = " ".join((Path(__file__).parent / "guide.txt").read_text(encoding="utf-8").split())
# A row of the SDK's old releases.
BEFORE = "before SDK 5"
ALL_RULES = {rule.key: rule for rule in (*catalogue.RULES, *catalogue.AWS_RULES, *BODY_RULES)}

# For each row: an argument about which it decides, and one of the same name or a near one about which it does not.
EXAMPLES: dict[str, tuple[Argument, Argument]] = {
    "prompt": (arg("prompt", "text"), text("prompts", "a")),
    "model is None": (arg("model", "None", None), text("model", "command-a-03-2025")),
    "model": (text("model", "command-a-03-2025"), arg("model", "None", None)),
    "temperature above 1": (arg("temperature", "1.5", 1.5), arg("temperature", "1", 1)),
    "temperature from elsewhere": (arg("temperature", "t"), arg("temperature", "0.9", 0.9)),
    "temperature": (arg("temperature", "0.9", 0.9), arg("temperature", "2", 2)),
    "k outside 0-500": (arg("k", "501", 501), arg("k", "500", 500)),
    "k": (arg("k", "40", 40), arg("k", "-1", -1)),
    "p outside 0.01-0.99": (arg("p", "1", 1), arg("p", "0.99", 0.99)),
    "p": (arg("p", "0.75", 0.75), arg("p", "0", 0)),
    "frequency_penalty outside 0-1": (arg("frequency_penalty", "1.2", 1.2), arg("frequency_penalty", "1", 1)),
    "presence_penalty outside 0-1": (arg("presence_penalty", "-0.1", -0.1), arg("presence_penalty", "0", 0)),
    "frequency_penalty": (arg("frequency_penalty", "0.5", 0.5), arg("frequency_penalty", "2", 2)),
    "presence_penalty": (arg("presence_penalty", "penalty"), arg("presence_penalty", "2", 2)),
    "frequency_penalty before SDK 5": (arg("frequency_penalty", "0.5", 0.5), arg("frequency_penalty", "2", 2)),
    "presence_penalty before SDK 5": (arg("presence_penalty", "penalty"), arg("presence_penalty", "2", 2)),
    "max_tokens": (arg("max_tokens", "40", 40), arg("max_input_tokens", "40", 40)),
    "stream=False": (arg("stream", "False", False), arg("stream", "True", True)),
    "stream": (arg("stream", "True", True), arg("stream", "False", False)),
    "num_generations=1": (arg("num_generations", "1", 1), arg("num_generations", "2", 2)),
    "num_generations": (arg("num_generations", "n"), arg("num_generations", "1", 1)),
    "stop_sequences": (arg("stop_sequences", '["--"]'), arg("stop", '["--"]')),
    "end_sequences": (arg("end_sequences", '["--"]'), arg("end", '["--"]')),
    "logit_bias": (arg("logit_bias", "{11: -10}"), arg("bias", "{}")),
    'truncate="NONE"': (text("truncate", "NONE"), text("truncate", "START")),
    "truncate": (text("truncate", "END"), text("truncate", "NONE")),
    "preset": (text("preset", "ad-1"), text("presets", "ad-1")),
    "return_likelihoods=ALL": (text("return_likelihoods", "ALL"), text("return_likelihoods", "GENERATION")),
    "return_likelihoods=NONE": (text("return_likelihoods", "NONE"), text("return_likelihoods", "ALL")),
    "return_likelihoods": (text("return_likelihoods", "GENERATION"), text("return_likelihoods", "NONE")),
    "raw_prompting": (arg("raw_prompting", "True", True), arg("raw", "True", True)),
    "prompt_vars": (arg("prompt_vars", "{}"), arg("prompt", "{}")),
    "seed": (arg("seed", "7", 7), arg("seeds", "7", 7)),
    "request_options": (arg("request_options", "options"), arg("options", "options")),
    "prompts": (arg("prompts", "texts"), arg("prompt", "texts")),
    "return_exceptions": (arg("return_exceptions", "True", True), arg("raw_prompting", "True", True)),
    "cohere_aws stop_sequences": (arg("stop_sequences", "stops"), arg("stops", "stops")),
    "cohere_aws stream": (arg("stream", "True", True), arg("streams", "True", True)),
    "cohere_aws model": (arg("model", "name"), arg("models", "name")),
    "cohere_aws model_id": (arg("model_id", "name"), arg("model", "name")),
    "cohere_aws variant": (arg("variant", "name"), arg("variants", "name")),
    "cohere_aws return_likelihoods": (text("return_likelihoods", "ALL"), text("likelihoods", "ALL")),
    "cohere_aws frequency_penalty": (arg("frequency_penalty", "0", 0), arg("frequency", "0", 0)),
    "cohere_aws presence_penalty": (arg("presence_penalty", "0", 0), arg("presence", "0", 0)),
    "cohere_aws request_options": (arg("request_options", "o"), arg("options", "o")),
    "cohere_aws seed": (arg("seed", "1", 1), arg("seeds", "1", 1)),
    "http stream=False": (arg("stream", "False", False), arg("stream", "True", True)),
    "http stream": (arg("stream", "True", True), arg("stream", "False", False)),
    "oci is_stream": (arg("is_stream", "True", True), arg("stream", "True", True)),
    "oci top_k": (arg("top_k", "3", 3), arg("k", "3", 3)),
    "oci top_p": (arg("top_p", "0.5", 0.5), arg("p", "0.5", 0.5)),
    "oci is_echo": (arg("is_echo", "True", True), arg("echo", "True", True)),
    "oci return_likelihoods": (text("return_likelihoods", "ALL"), text("likelihoods", "ALL")),
}


def decides(key: str, argument: Argument) -> bool:
    tables = {"cohere_aws": catalogue.AWS_PARAMETERS, "http": HTTP_PARAMETERS, "oci": OCI_PARAMETERS}
    rows = tables.get(key.partition(" ")[0], catalogue.PARAMETERS)
    old = key.endswith(BEFORE)
    found = next(
        (rule for rule in rows.get(argument.name, ()) if rule.when(argument) and (old or not rule.before)), None
    )
    return found is not None and found.key == key


def every_source() -> list[tuple[str, Source]]:
    looked_up = (catalogue.DEAD_MODEL, catalogue.FINE_TUNED, catalogue.UNLISTED)
    rows = [(rule.key, rule.source) for rule in (*ALL_RULES.values(), *looked_up)]
    rows += [(path, row.source) for path, row in catalogue.CLIENTS.items()]
    rows += [(name, row.source) for name, row in catalogue.METHODS.items()]
    rows += [(name, row.source) for name, row in catalogue.DEAD.items()]
    rows += [(row.name, row.source) for row in catalogue.PLATFORMS.values()]
    rows += list(catalogue.LIVE.items())
    rows += [(row.about, source) for row in catalogue.DISPUTES for source in (row.source, row.guide_source)]
    rows += [(row.name, row.source) for row in ENDPOINTS]
    rows += [(row.path, row.source) for row in PRODUCTS]
    rows += [(row.path, row.source) for rows in FRAMEWORKS.values() for row in rows]
    return rows + [(row.name, row.source) for row in (*catalogue.DEFAULTS, *catalogue.AWS_DEFAULTS)]


def every_quote() -> list[str]:
    rows = (*ALL_RULES.values(), catalogue.FINE_TUNED, *catalogue.DEFAULTS, *catalogue.AWS_DEFAULTS)
    quotes = {row.guide for row in rows if row.guide} | set(guide.UNSUPPORTED.values())
    quotes |= {row.guide for row in catalogue.DISPUTES}
    return sorted(quotes | {guide.RAW_PROMPTS, guide.UNSUPPORTED_INTRO, guide.UNCHANGED, guide.PROMPT})


def test_every_row_names_a_page_and_a_day():
    for name, source in every_source():
        assert source.url.startswith("https://"), name
        assert date.fromisoformat(source.checked) <= date(2026, 11, 28), name
        assert source.name, name


def test_no_two_sources_share_an_address():
    urls = [value.url for value in vars(sources).values() if isinstance(value, Source)]
    assert len(urls) == len(set(urls))


def test_every_row_has_examples_of_both_kinds():
    assert set(EXAMPLES) == set(ALL_RULES)


@pytest.mark.parametrize("key", sorted(EXAMPLES))
def test_a_row_decides_about_its_example_and_not_about_the_other(key):
    yes, no = EXAMPLES[key]
    assert decides(key, yes)
    assert not decides(key, no)


@pytest.mark.parametrize("quote", every_quote())
def test_the_guide_is_quoted_word_for_word(quote):
    assert " ".join(quote.split()) in GUIDE


def test_the_six_and_the_seven_carry_the_guide_s_words():
    assert set(guide.UNSUPPORTED) == {
        *("num_generations", "stop_sequences", "end_sequences", "logit_bias", "truncate", "preset")
    }
    for name in (*guide.UNSUPPORTED, *guide.KEPT):
        assert all(rule.guide for rule in catalogue.PARAMETERS[name]), name


def test_where_guide_and_sdk_disagree_both_are_given():
    disputed = [rule for rule in (*ALL_RULES.values(), catalogue.FINE_TUNED) if rule.verdict is Verdict.DISPUTED]
    assert {rule.name for rule in disputed} == {
        *("stop_sequences", "end_sequences", "stream", "temperature", "model"),
        *("frequency_penalty", "presence_penalty"),
    }
    assert all(rule.guide and rule.sdk for rule in disputed)
    open_ = [row for row in (*catalogue.DEFAULTS, *catalogue.AWS_DEFAULTS) if row.guide == guide.UNCHANGED]
    assert [row.name for row in open_] == ["temperature", "stream", "temperature", "max_tokens"]
    assert all(row.verdict is Verdict.DISPUTED and row.sdk for row in open_)


def test_a_kept_parameter_keeps_its_name_in_both_chats():
    for rule in catalogue.RULES:
        if rule.verdict is Verdict.KEPT:
            assert rule.chat_v1 == rule.chat_v2 == rule.name


def test_names_in_chat_are_keywords_of_chat():
    for rule in (*catalogue.RULES, catalogue.DEAD_MODEL, catalogue.FINE_TUNED):
        assert not rule.chat_v1 or rule.chat_v1 in catalogue.CHAT_V1_KEYWORDS, rule.key
        assert not rule.chat_v2 or rule.chat_v2 in catalogue.CHAT_V2_KEYWORDS, rule.key
    for rule in catalogue.AWS_RULES:
        assert not rule.chat_v1 or rule.chat_v1 in catalogue.AWS_CHAT_KEYWORDS, rule.key


def test_platforms_have_their_dates():
    off = {platform.value: day.isoformat() for platform, day in catalogue.OFF_SINCE.items()}
    assert off == {"cohere": "2025-09-15", "bedrock": "2025-08-12", "oci": "2026-06-26"}
    assert str(catalogue.GUIDE_DATE) == "2025-08-26"
    assert set(catalogue.PLATFORMS) == set(Platform)


def test_a_dead_model_is_replaced_by_a_live_one():
    for row in catalogue.DEAD.values():
        assert row.name not in catalogue.LIVE
        assert row.replacement.removeprefix("cohere.") in {*catalogue.LIVE, ""}, row.name
    assert catalogue.RECOMMENDED in catalogue.LIVE


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("command", "command"),
        ("cohere/command-light", "command-light"),
        ("arn:aws:bedrock:us-east-1::foundation-model/cohere.command-text-v14", "cohere.command-text-v14"),
        ("cohere.command-text-v14:7:4k", "cohere.command-text-v14"),
        ("cohere.command-r-v1:0", "cohere.command-r-v1:0"),
        ("large-20220217", "large-20220217"),
        ("command-medium-20220901", "command-medium-20220901"),
        ("large-v2", None),
        ("my-large-20220217", None),
        ("command-a-03-2025", None),
        ("gpt-4", None),
    ],
)
def test_it_knows_a_dead_model_in_each_spelling(value, name):
    row = catalogue.dead_model(value)
    assert (row and row.name) == name


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("26db2994-cf88-4243-898d-31258411c120-ft", True),
        ('ft.finetuned_model.id + "-ft"', True),
        ("f'{model.id}-ft'", True),
        ("26db2994-cf88-4243-898d-31258411c120", False),
        ("left-ft", True),
        ("ft-left", True),
        ('"ft-" + name', True),
        ("craft", False),
        ("left", False),
    ],
)
def test_it_knows_a_fine_tuned_model(value, expected):
    assert catalogue.is_fine_tuned(value) is expected


@pytest.mark.parametrize(
    ("era", "client", "first"),
    [
        ("1.3.10", None, ("model", "prompt", "num_generations")),
        ("2.2.3", None, ("prompt", "model", "num_generations")),
        ("2.5.0", None, ("prompt", "model", "preset")),
        ("cohere==4.30", None, ("prompt", "prompt_vars", "model")),
        ("4.1.2-4.47", None, ("prompt", "prompt_vars", "model")),
        (None, "cohere.Client", ("prompt", "prompt_vars", "model")),
        ("latest", None, ("prompt", "prompt_vars", "model")),
        ("5.13.12", "cohere.Client", ()),
        ("5", None, ()),
        ("5", "cohere_aws.Client", ("prompt", "model", "model_id")),
    ],
)
def test_the_order_of_positional_arguments_follows_the_era(era, client, first):
    assert catalogue.positional_names(era, client)[:3] == first


def test_the_order_ends_with_what_the_last_release_of_the_era_added():
    assert catalogue.positional_names("4.47")[-2:] == ("logit_bias", "stream")
    assert catalogue.positional_names("4.48")[-2:] == ("truncate", "stream")
    assert catalogue.positional_names("4")[-2:] == ("truncate", "stream")
    assert catalogue.positional_names("4.0", method="batch_generate") == ("prompts", "return_exceptions")


def test_every_client_is_found_under_its_own_path():
    for path, row in catalogue.CLIENTS.items():
        assert catalogue.CLIENTS[row.path] is row, path
        assert row.methods <= set(catalogue.METHODS), path
        assert not row.successor or row.successor in catalogue.CLIENTS, path
        assert path.split(".")[0] in catalogue.PACKAGES
    assert re.fullmatch(r"[\w.]+", "".join(catalogue.CLIENTS))
