import pytest

from audits.engine import codec
from audits.engine.facts import Kind, Platform, ProofStep, Usage, Verdict
from audits.engine.judge import judge
from tests.engine.sites import arg, read, site, text
from tests.engine.trees import sites

KEY = "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3lN5pR7t"


def verdicts(usage):
    return {parameter.name: parameter.verdict for parameter in usage.parameters}


def test_each_argument_gets_a_verdict_in_the_order_of_the_call():
    usage = judge(
        site(
            text("model", "command"),
            arg("prompt", "prompt"),
            arg("num_generations", "4", 4),
            arg("max_tokens", "40", 40),
            arg("temperature", "0.9", 0.9),
            arg("stop_sequences", '["--"]'),
        )
    )
    assert list(verdicts(usage).items()) == [
        ("model", Verdict.CHANGED),
        ("prompt", Verdict.RENAMED),
        ("num_generations", Verdict.UNSUPPORTED),
        ("max_tokens", Verdict.KEPT),
        ("temperature", Verdict.KEPT),
        ("stop_sequences", Verdict.DISPUTED),
    ]
    assert usage.unsupported == ("num_generations", "stop_sequences")
    assert usage.model == "command"
    assert [parameter.name for parameter in usage.defaults] == ["truncate", "endpoint"]
    assert all(parameter.source.startswith("https://") for parameter in usage.parameters)


def test_unsupported_are_the_guide_s_six_whatever_their_verdict_and_all_with_that_verdict():
    names = ("num_generations", "stop_sequences", "end_sequences", "logit_bias", "truncate", "preset")
    usage = judge(site(*(arg(name, "x") for name in names), arg("raw_prompting", "True", True), arg("k", "1", 1)))
    assert usage.unsupported == (*names, "raw_prompting")


def test_what_was_not_passed_and_changes_is_listed_apart():
    usage = judge(site(arg("prompt", "p")))
    assert [parameter.name for parameter in usage.defaults] == ["model", "temperature", "truncate", "endpoint"]
    assert all(parameter.value is None for parameter in usage.defaults[:-1])
    temperature = usage.defaults[1]
    assert [it.verdict for it in usage.defaults] == [
        *(Verdict.CHANGED, Verdict.DISPUTED, Verdict.CHANGED, Verdict.DISPUTED),
    ]
    assert "0.75" in temperature.note
    assert temperature.guide
    assert temperature.sdk


def test_penalties_are_disputed_where_the_sdk_asked_for_has_none_in_chat():
    for era, verdict in (("4.57", Verdict.DISPUTED), ("5.0.0", Verdict.KEPT), (None, Verdict.KEPT)):
        usage = judge(site(arg("presence_penalty", "0.2", 0.2), era=era))
        assert verdicts(usage)["presence_penalty"] is verdict, era
        assert "presence_penalty=0.2" in usage.replacement.v1
        told = any("from SDK 5.0.0 on" in note for note in usage.replacement.notes)
        assert told is (verdict is Verdict.DISPUTED)
    body = judge(site(arg("presence_penalty", "0.2", 0.2), era="4.57", kind=Kind.RAW_HTTP))
    assert verdicts(body)["presence_penalty"] is Verdict.KEPT


def test_what_generate_never_had_is_said_to_be_left_out_whatever_its_value():
    for stop in (arg("stop", "None", None), arg("stop", "['x']")):
        notes = judge(site(arg("prompt", "p"), stop, arg("k", "None", None))).replacement.notes
        assert "Left out, as Chat has none: `stop`." in notes


def test_an_old_sdk_sent_another_temperature():
    assert "1.0" in judge(site(arg("prompt", "p"), era="2.2.3")).defaults[1].note


def test_the_length_that_old_releases_sent_is_among_the_defaults():
    def names(*arguments, **fields):
        return [row.name for row in judge(site(*arguments, **fields)).defaults]

    assert "max_tokens" in names(arg("prompt", "p"), era="2.4.0")
    assert "max_tokens" not in names(arg("prompt", "p"), arg("max_tokens", "9", 9), era="2.4.0")
    assert "max_tokens" not in names(arg("prompt", "p"), era="2.5.0")
    assert "max_tokens" not in names(arg("prompt", "p"), era="2.4.0", kind=Kind.RAW_HTTP)
    assert "max_tokens" not in names(arg("prompt", "p"))


def test_a_splat_that_was_not_unfolded_is_unknown_and_hides_the_defaults():
    usage = judge(site(arg("**", "self.kwargs"), arg("prompt", "p")))
    assert verdicts(usage)["**self.kwargs"] is Verdict.UNKNOWN
    assert [parameter.name for parameter in usage.defaults] == ["endpoint"]
    assert usage.unsupported == ()


def test_a_parameter_that_generate_never_had_is_unknown():
    assert verdicts(judge(site(arg("user", "u"))))["user"] is Verdict.UNKNOWN


def test_positional_arguments_are_named_by_the_era():
    usage = judge(site(arg(None, "p", position=0), text("x", "y"), era="4.30"))
    assert usage.parameters[0].name == "prompt"
    usage = judge(site(arg(None, '"command"', "command", 0), arg(None, "p", position=1), era="1.3.10"))
    assert [parameter.name for parameter in usage.parameters] == ["model", "prompt"]
    usage = judge(site(arg(None, "p", position=0), arg(None, "m", position=1), era="5.0.0"))
    assert [parameter.name for parameter in usage.parameters] == ["prompt", "argument 2"]


def test_a_fine_tuned_model_is_disputed_with_both_sources():
    for argument in (text("model", "26db2994-cf88-4243-898d-31258411c120-ft"), arg("model", 'ft.id + "-ft"')):
        found = judge(site(argument)).parameters[0]
        assert found.verdict is Verdict.DISPUTED
        assert found.guide.startswith("Models that were fine-tuned")
        assert "no longer be accessible" in found.sdk


@pytest.mark.parametrize("model", ["support-bot-ft", "ft-support-bot", "acme/ft-1-ft"])
def test_a_fine_tuned_model_need_not_have_the_form_of_an_id(model):
    assert judge(site(text("model", model))).parameters[0].verdict is Verdict.DISPUTED


def test_a_fine_tuned_model_is_seen_behind_a_name():
    for made in ('tuned.id + "-ft"', 'f"{tuned.id}-ft"', 'f"{tuned.id}" + "-ft"'):
        (found,) = sites(f"import cohere\nmodel = {made}\ncohere.Client().generate(prompt='p', model=model)\n")
        row = judge(found).parameters[1]
        assert (row.value, row.verdict) == ("model", Verdict.DISPUTED), made
    (found,) = sites("import cohere\nmodel = made('left')\ncohere.Client().generate(prompt='p', model=model)\n")
    assert judge(found).parameters[1].verdict is Verdict.KEPT


def test_a_model_that_cohere_never_listed_is_unknown_with_a_hint_on_cohere_s_platform_only():
    found = judge(site(text("model", "our-model"))).parameters[0]
    assert found.verdict is Verdict.UNKNOWN
    assert "a fine-tuned or a private one?" in found.note
    assert found.guide.startswith("Models that were fine-tuned")
    for model in ("command-a-03-2025", "command-r7b", "c4ai-aya-expanse-32b", "baseline-shark"):
        assert judge(site(text("model", model))).parameters[0].verdict is not Verdict.UNKNOWN, model
    elsewhere = judge(site(text("model", "our-model"), platform=Platform.PRIVATE))
    assert elsewhere.parameters[0].verdict is Verdict.KEPT


def test_what_the_guide_promises_of_the_endpoint_is_disputed_with_both_sources():
    found = judge(site(arg("prompt", "p"))).defaults[-1]
    assert (found.name, found.verdict, found.value) == ("endpoint", Verdict.DISPUTED, "")
    assert found.guide.startswith("We will not delete or disable the Generate endpoint")
    assert "removed on September 15 2025" in found.sdk
    assert found.source.startswith("https://")
    assert judge(site(arg("prompt", "p"), platform=Platform.PRIVATE)).defaults[-1].name != "endpoint"


def test_a_starred_argument_is_unknown_and_so_is_the_place_of_what_follows():
    usage = judge(site(arg(None, "*args", position=0), arg(None, "x", position=1)))
    assert [(row.name, row.verdict) for row in usage.parameters] == [
        ("*args", Verdict.UNKNOWN),
        ("argument 2", Verdict.UNKNOWN),
    ]
    assert "prompt" not in usage.unsupported


def test_what_goes_past_the_signature_is_judged_too():
    source = """
    import cohere
    EXTRA = {"num_generations": 2}
    cohere.Client().generate(
        prompt="p", request_options={"additional_body_parameters": {"logit_bias": {1: 2}, "temperature": 3, **EXTRA}}
    )
    """
    (found,) = sites(source)
    usage = judge(found)
    assert {name: row.value for name, row in ((row.name, row) for row in usage.parameters[2:])} == {
        "logit_bias": "{1: 2}",
        "temperature": "3",
        "num_generations": "2",
    }
    assert list(verdicts(usage).values())[2:] == [Verdict.UNSUPPORTED, Verdict.DISPUTED, Verdict.UNSUPPORTED]
    assert all("past the signature" in row.note for row in usage.parameters[2:])
    assert any("out of `request_options`" in note for note in usage.replacement.notes)


def test_options_made_by_their_class_or_in_a_splat_are_unfolded_too():
    for call in (
        "options = {'additional_body_parameters': {'k': 600}}\nco.generate(prompt='p', request_options=options)",
        "co.generate(prompt='p', request_options=cohere.core.RequestOptions(additional_body_parameters={'k': 600}))",
        "co.generate(**{'prompt': 'p', 'request_options': {'additional_body_parameters': {'k': 600}}})",
    ):
        (found,) = sites(f"import cohere\nco = cohere.Client()\n{call}\n")
        assert verdicts(judge(found))["k"] is Verdict.CHANGED, call


@pytest.mark.parametrize(
    ("model", "words"),
    [
        ("command", "since 15 September 2025. Use `command-a-03-2025`"),
        ("command-r-plus", "`command-r-plus-08-2024`"),
        ("cohere.command-text-v14", "Bedrock offers no Cohere chat model"),
        ("xlarge", "`xlarge` no longer answers. Use"),
    ],
)
def test_a_dead_model_is_named_with_its_replacement(model, words):
    found = judge(site(text("model", model))).parameters[0]
    assert found.verdict is Verdict.CHANGED
    assert words in found.note


def test_the_aws_client_has_its_own_verdicts_and_defaults():
    usage = judge(
        site(arg("prompt", "p"), arg("stop_sequences", "s"), client="cohere_aws.Client", platform=Platform.SAGEMAKER)
    )
    assert verdicts(usage)["stop_sequences"] is Verdict.UNSUPPORTED
    assert [parameter.name for parameter in usage.defaults] == ["stream", "temperature", "max_tokens"]


def test_keys_leave_the_engine_masked():
    usage = judge(
        site(
            arg("prompt", f'"{KEY}"', KEY),
            arg("**", f'{{"api_key": "{KEY}"}}'),
            arg("model", f'"{KEY}"', KEY),
            callee=f'cohere.Client("{KEY}").generate',
            proof=(ProofStep(f'co = cohere.Client("{KEY}")', "app.py", 2),),
            reads=(read(4, f'r.generations[0].text.replace("{KEY}", "")'),),
            why=f"`{KEY}`",
        )
    )
    assert usage.hardcoded_key
    assert KEY not in str(codec.encode(usage))


def test_a_call_without_a_key_does_not_say_so():
    assert not judge(site(arg("prompt", '"Hello, world"', "Hello, world"))).hardcoded_key


def test_a_value_is_shown_as_written_and_cut():
    usage = judge(site(arg("prompt", '"' + "word " * 100 + '"')))
    value = usage.parameters[0].value
    assert len(value) == 200
    assert value.endswith("…")


def test_equal_calls_have_equal_digests_whatever_their_layout():
    one = judge(site(arg("prompt", 'f( a,\n  "x  y" ) # why'), arg("stop_sequences", "[ 'a', ]")))
    two = judge(site(arg("prompt", 'f(a, "x  y")'), arg("stop_sequences", "['a']")))
    other = judge(site(arg("prompt", 'f(a, "x y")'), arg("stop_sequences", "['a']")))
    assert one.digest == two.digest != other.digest
    assert len(one.digest) == 64


def test_of_two_arguments_with_one_name_the_last_holds():
    usage = judge(site(arg("k", "1", 1), arg("k", "600", 600)))
    assert [(parameter.name, parameter.value) for parameter in usage.parameters] == [("k", "600")]


def test_a_usage_survives_the_codec():
    usage = judge(site(arg("prompt", "p"), text("model", "command"), kind=Kind.SDK_STREAM))
    assert codec.decode(Usage, codec.encode(usage)) == usage
