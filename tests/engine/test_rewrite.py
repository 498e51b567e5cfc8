import pytest

from audits.engine import catalogue
from audits.engine.facts import Kind, Platform
from audits.engine.judge import judge
from tests.engine.replacements import chat_call, replacement
from tests.engine.sites import arg, read, site, text
from tests.engine.trees import sites


def test_a_plain_call_becomes_chat_with_its_own_arguments():
    found = replacement(
        text("model", "command"), arg("prompt", "ask(q)"), arg("max_tokens", "n"), arg("temperature", "0")
    )
    assert found.v2 == (
        "co.v2.chat(\n"
        '    model="command-a-03-2025",\n'
        '    messages=[{"role": "user", "content": ask(q)}],\n'
        "    max_tokens=n,\n"
        "    temperature=0,\n"
        ")"
    )
    assert found.v1 == 'co.chat(model="command-a-03-2025", message=ask(q), max_tokens=n, temperature=0)'


def test_defaults_of_generate_are_written_out():
    found = replacement(arg("prompt", "p"))
    assert chat_call(found.v2)[1]["temperature"] == "0.75"
    assert chat_call(replacement(arg("prompt", "p"), era="2.2.3").v2)[1]["temperature"] == "1.0"
    assert any("names no model" in note for note in found.notes)


@pytest.mark.parametrize("era", ["1.3.0", "2.2.3", "2.4.0"])
def test_the_length_that_the_sdk_sent_by_itself_is_written_out(era):
    words = chat_call(replacement(arg("prompt", "p"), era=era).v2)[1]
    assert (words["max_tokens"], words["temperature"]) == ("20", "1.0")
    assert chat_call(replacement(arg("prompt", "p"), arg("max_tokens", "n"), era=era).v2)[1]["max_tokens"] == "n"


@pytest.mark.parametrize("era", [None, "2.5.0", "2", "4.57", "5.20.0"])
def test_the_server_chose_the_length_later(era):
    assert "max_tokens" not in chat_call(replacement(arg("prompt", "p"), era=era).v2)[1]


def test_several_generations_become_several_calls():
    found = replacement(arg("prompt", "p"), arg("num_generations", "n + 1"), arg("seed", "7", 7))
    assert found.v2.endswith("    for _ in range(n + 1)\n]")
    assert "seed" not in found.v2
    found = replacement(arg("prompt", "p"), arg("num_generations", "1", 1))
    assert found.v2.startswith("co.v2.chat(")
    found = replacement(arg("prompt", "_('Hello')"), arg("num_generations", "2", 2))
    assert "for turn in range(2)" in found.v2


def test_several_generations_of_an_async_client_are_awaited_one_by_one():
    found = replacement(arg("prompt", "p"), arg("num_generations", "2", 2), client="cohere.AsyncClient", awaited=True)
    assert found.v2.startswith("[\n    await co.v2.chat(")


def test_a_coroutine_that_is_not_awaited_stays_one():
    found = replacement(arg("prompt", "p"), client="cohere.AsyncClient")
    assert found.v2.startswith("co.v2.chat(")


def test_both_kinds_of_stops_become_stop_sequences():
    words = chat_call(replacement(arg("prompt", "p"), arg("end_sequences", '["##"]')).v2)[1]
    assert words["stop_sequences"] == "['##']"
    both = replacement(arg("prompt", "p"), arg("stop_sequences", '["a", f(b)[0],]'), arg("end_sequences", '[ "c" ]'))
    assert 'stop_sequences=["a", f(b)[0], "c"]' in both.v2
    both = replacement(arg("prompt", "p"), arg("stop_sequences", "[a for a in b]"), arg("end_sequences", "[]"))
    assert "stop_sequences=[*([a for a in b]), *([])]" in both.v2
    words = chat_call(replacement(arg("prompt", "p"), arg("end_sequences", "a"), arg("stop_sequences", "b")).v2)[1]
    assert words["stop_sequences"] == "[*b, *a]"
    assert "stop_sequences" not in replacement(arg("prompt", "p"), arg("stop_sequences", "None", None)).v2


def test_likelihoods_become_logprobs_in_v2_only():
    found = replacement(arg("prompt", "p"), text("return_likelihoods", "GENERATION"))
    assert chat_call(found.v2)[1]["logprobs"] == "True"
    assert "logprobs" not in found.v1
    found = replacement(arg("prompt", "p"), arg("return_likelihoods", "mode"))
    assert chat_call(found.v2)[1]["logprobs"] == "mode != 'NONE'"
    assert "logprobs" not in replacement(arg("prompt", "p"), text("return_likelihoods", "NONE")).v2


def test_what_chat_does_not_take_is_left_out_and_said():
    found = replacement(
        arg("prompt", "p"), arg("logit_bias", "{1: 2}"), text("truncate", "END"), arg("raw_prompting", "r")
    )
    assert set(chat_call(found.v2)[1]) == {"model", "messages", "temperature"}
    assert chat_call(found.v1)[1]["raw_prompting"] == "r"
    assert "Left out, as Chat v2 has none: `logit_bias`, `truncate`, `raw_prompting`." in found.notes
    found = replacement(arg("prompt", "p"), arg("logit_bias", "{1: 2}"))
    assert [note for note in found.notes if "Left out" in note] == ["Left out, as Chat has none: `logit_bias`."]


def test_values_outside_chat_s_ranges_are_brought_inside():
    found = replacement(arg("prompt", "p"), arg("temperature", "2", 2), arg("p", "1", 1), arg("k", "-1", -1))
    words = chat_call(found.v2)[1]
    assert (words["temperature"], words["p"]) == ("1.0", "0.99")
    assert "k" not in words
    assert any("`temperature=2` lies above" in note for note in found.notes)


@pytest.mark.parametrize(
    "fields", [{"kind": Kind.SDK_STREAM, "method": "generate_stream", "callee": "co.generate_stream"}, {}]
)
def test_streams_become_chat_stream(fields):
    arguments = [arg("prompt", "p")] if fields else [arg("prompt", "p"), arg("stream", "True", True)]
    found = replacement(*arguments, client="cohere.AsyncClient", awaited=True, **fields)
    assert found.v2.startswith("co.v2.chat_stream(")
    assert found.v1.startswith("co.chat_stream(")
    assert "stream=" not in found.v2
    assert any("content-delta" in note for note in found.notes)


def test_a_batch_becomes_one_call_a_prompt():
    found = replacement(
        arg("prompts", "prompts"),
        arg("max_tokens", "prompt.size"),
        kind=Kind.BATCH,
        method="batch_generate",
        callee="co.batch_generate",
    )
    assert '{"role": "user", "content": prompt_}' in found.v2
    assert found.v2.endswith("    for prompt_ in prompts\n]")


def test_a_method_that_is_handed_on_becomes_a_callable():
    found = replacement(text("model", "command"), arg("prompt", "p"), reference=True)
    assert found.v2.startswith("partial(\n    co.v2.chat,")
    assert any("by keyword: messages=" in note for note in found.notes)
    found = replacement(reference=True)
    assert found.v2.startswith("lambda prompt: co.v2.chat(")
    assert '"content": prompt}' in found.v2
    assert any("what calls it stays as it is" in note for note in found.notes)


def test_a_splat_goes_along_with_a_warning():
    found = replacement(arg("**", "options"))
    assert "**options" in found.v2
    assert any("unpacked" in note for note in found.notes)
    assert "temperature" not in found.v2


def test_an_argument_that_was_cut_is_not_repeated_in_part():
    found = replacement(arg("prompt", '"' + "a" * 599))
    assert '"content": prompt}' in found.v2
    assert any("too long to repeat" in note for note in found.notes)


@pytest.mark.parametrize(
    "source", ['"a", "b"', "x := 1", "y for y in z", "lambda: 1", "a if b else c", '"a"\n  "b"', "(yield)"]
)
def test_an_expression_gets_the_brackets_it_needs(source):
    replacement(arg("prompt", source), arg("stop_sequences", source), arg("num_generations", source))


def test_a_key_never_gets_into_the_replacement():
    key = "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3lN5pR7t"
    found = replacement(arg("prompt", f'"{key}"', key), callee=f'cohere.Client("{key}").generate')
    assert key not in str(found)
    assert 'cohere.Client("****").v2.chat(' in found.v2


def test_the_aws_client_streams_unless_told_not_to():
    fields = {"client": "cohere_aws.Client", "platform": Platform.SAGEMAKER}
    found = replacement(arg("prompt", "p"), arg("stop_sequences", "s"), **fields)
    assert found.v2.startswith("co.chat_stream(")
    assert any("a cohere.SagemakerClientV2" in note for note in found.notes)
    assert set(chat_call(found.v1)[1]) == {"message", "stream", "temperature", "max_tokens"}
    found = replacement(arg("prompt", "p"), arg("stream", "False", False), **fields)
    assert found.v2.startswith("co.chat(")
    assert "stream" not in found.v1


def test_an_answer_of_the_aws_client_that_is_read_as_a_whole_is_no_stream():
    fields = {"client": "cohere_aws.Client", "platform": Platform.SAGEMAKER}
    for written in ("answer.generations[0].text", 'answer.generations[0]["text"]'):
        found = replacement(arg("prompt", "p"), reads=(read(11, written),), **fields)
        assert found.v2.startswith("co.chat(")
        assert "stream" not in found.v1
        assert any(note.startswith("Line 11: ") and "answer.message.content" in note for note in found.notes)
        assert not any("loop over the stream" in note for note in found.notes)
    found = replacement(arg("prompt", "p"), reads=(read(11, "token.text"),), **fields)
    assert found.v2.startswith("co.chat_stream(")


def test_a_model_of_bedrock_is_replaced_by_one_of_cohere():
    fields = {"client": "cohere_aws.Client", "platform": Platform.BEDROCK}
    for argument in (text("model_id", "cohere.command-text-v14"), arg("model_id", "model_arn")):
        found = replacement(argument, arg("prompt", "p"), arg("variant", "v"), **fields)
        assert chat_call(found.v2)[1]["model"] == "'command-a-03-2025'"
        assert chat_call(found.v1)[0] == "co.chat_stream"
        assert "variant" not in found.v1


@pytest.mark.parametrize(
    ("platform", "model", "told"),
    [
        (Platform.COHERE, "command-r", "Name a live model: command-r-08-2024."),
        (Platform.BEDROCK, "cohere.command-r-v1:0", "Name another vendor's model: Bedrock offers no Cohere chat model"),
    ],
)
def test_a_dead_model_is_replaced_by_what_its_platform_still_has(platform, model, told):
    found = judge(site(text("model", model), kind=Kind.DEAD_MODEL, platform=platform, method="chat")).replacement
    assert found.notes[0].startswith(told)
    assert not any(catalogue.RECOMMENDED in note for note in found.notes)


def test_an_old_sdk_is_told_what_chat_needs():
    notes = replacement(arg("prompt", "p"), arg("stop_sequences", "s"), era="4.57").notes
    assert any("5.8.0 or later" in note for note in notes)
    assert any("from SDK 5.0.1 on" in note for note in notes)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind not in (Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH)])
def test_every_other_kind_says_what_to_do(kind):
    found = judge(site(kind=kind)).replacement
    assert (found.v2, found.v1) == ("", "")
    assert found.notes


def test_what_a_partial_is_given_later_is_not_written_where_it_is_made() -> None:
    tree = {
        "app.py": "from functools import partial\nimport cohere\nask = partial(cohere.Client().generate, k=1)\n",
        "use.py": "from app import ask\ndef f(text):\n    return ask(prompt=text, num_generations=2)\n",
    }
    found = judge(next(site for site in sites(tree) if site.path == "app.py"))
    assert [row.name for row in found.parameters] == ["k", "prompt", "num_generations"]
    assert found.replacement is not None
    assert "text" not in found.replacement.v2


@pytest.mark.parametrize(
    ("call", "args", "inside"),
    [
        ("ask(prompt=p)", "prompt", "temperature=0.75"),
        ('ask(prompt=p, k=n, model="command")', "prompt, **options", "if name != 'model'"),
    ],
)
def test_what_a_wrapped_method_is_called_with_is_not_written_where_it_is_wrapped(
    call: str, args: str, inside: str
) -> None:
    text = (
        f"import cohere, tenacity\nco = cohere.Client()\nask = tenacity.retry(co.generate)\ndef f(p, n):\n    {call}\n"
    )
    (found,) = (judge(site).replacement for site in sites(text))
    assert found is not None
    assert found.v2.startswith(f"lambda {args}: co.v2.chat(")
    assert '"content": prompt' in found.v2
    assert inside in found.v2
    assert "what calls it stays as it is" in " ".join(found.notes)


def test_the_names_inside_a_decorator_are_not_written_where_it_is_used() -> None:
    text = (
        "import cohere\ndef retry(fn):\n    def inner(*a, **kw):\n        return fn(*a, **kw)\n    return inner\n"
        'ask = retry(cohere.Client().generate)\nask(prompt="x")\n'
    )
    (found,) = (judge(site).replacement for site in sites(text))
    assert found is not None
    assert found.v2.startswith("lambda prompt, **options: cohere.Client().v2.chat(")
    assert "kw" not in found.v2


def test_a_subclass_finds_chat_v2_on_the_object_itself() -> None:
    text = (
        "import cohere\nclass Mine(cohere.Client):\n    def generate(self, **kw):\n"
        "        return super().generate(prompt='a')\n"
    )
    (found,) = (judge(site).replacement for site in sites(text))
    assert found is not None
    assert found.v2.startswith("self.v2.chat(")
    assert found.v1.startswith("super().chat(")


def test_the_first_client_has_no_chat_at_all() -> None:
    text = "import cohere\nco = cohere.CohereClient('k')\nco.generate('medium', 'a')\n"
    (found,) = (judge(site).replacement for site in sites(text))
    assert found is not None
    assert any("`co` has no Chat: for Chat v1 make it a cohere.Client" in note for note in found.notes)
    assert not any("v2 only" in note for note in found.notes)
