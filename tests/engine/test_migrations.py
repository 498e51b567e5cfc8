"""Half migrations and models that are gone: what Chat's calls and responses say, found and silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.catalogue.halfway import (
    CHAT_RULES,
    GENERATE_ONLY,
    HISTORY,
    OTHER_CHAT_RULES,
    STREAM,
    SUMMARIZE,
    SUMMARIZE_RULES,
    TAKEN,
    TOKEN_RULES,
    V2_ONLY,
)
from audits.engine.chatrules import chat_rule
from audits.engine.facts import CallSite, Confidence, Kind, Platform, Verdict
from audits.engine.judge import judge
from audits.engine.link import linked
from tests.engine.sites import arg, site, text
from tests.engine.trees import facts_of, names, sites

V1 = "import cohere\nco = cohere.Client()\n"
V2 = "import cohere\nco = cohere.ClientV2()\n"
TUNED = "12345678-1234-1234-1234-123456789012-ft"
HALF, DEAD = Kind.HALF_MIGRATED, Kind.DEAD_MODEL

HALFWAY = {
    "prompt": (f"{V1}co.chat(prompt='a')\n", 3),
    "num_generations": (f"{V1}co.chat(message='a', num_generations=3)\n", 3),
    "a splat": (f"{V1}d = {{'message': 'a', 'end_sequences': ['x']}}\nco.chat(**d)\n", 4),
    "likelihoods": (f"{V1}co.chat(message='a', return_likelihoods='ALL')\n", 3),
    "truncate on Chat v2": (f"{V2}co.chat(model='m', messages=[], truncate='END')\n", 3),
    "raw_prompting on Chat v2": (f"{V2}co.chat(model='m', messages=[], raw_prompting=True)\n", 3),
    "message to Chat v2": (f"{V2}co.chat(model='m', message='a')\n", 3),
    "message to the v2 attribute": (f"{V1}co.v2.chat(model='m', message='a')\n", 3),
    "message to an alias of that attribute": ("import cohere\nv2 = cohere.Client().v2\nv2.chat(model='m', message='a')\n", 3),
    "a subclass": ("import cohere\nclass Own(cohere.Client):\n    def ask(self, m):\n        return self.chat(prompt=m)\n", 4),
    "messages to Chat v1": (f"{V1}co.chat(messages=[])\n", 3),
    "stream on Chat v2": (f"{V2}co.chat(model='m', messages=[], stream=True)\n", 3),
    "stream on a new SDK": (f"{V1}co.generate_stream\nco.chat(message='a', stream=True)\n", 4),
    "num_generations on a stream": (f"{V1}co.chat_stream(message='a', num_generations=3)\n", 3),
    "an awaited call": ("import cohere\nco = cohere.AsyncClient()\nasync def f():\n    await co.chat(prompt='a')\n", 4),
    "a method handed on": (f"{V1}import asyncio\nasyncio.to_thread(co.chat, prompt='a')\n", 4),
    "generations of a response": (f"{V1}r = co.chat(message='a')\nprint(r.generations[0].text)\n", 4),
    "generations by key": (f"{V1}r = co.chat(message='a')\nprint(r['generations'])\n", 4),
    "generations of a response returned elsewhere": (f"{V1}def ask():\n    return co.chat(message='a')\nask().generations\n", 5),
    "text of Chat v2": (f"{V2}r = co.chat(model='m', messages=[])\nprint(r.text)\n", 4),
    "text of an attribute's Chat v2": ("import cohere\nclass B:\n    def __init__(self):\n        self.co = cohere.ClientV2()\n    def f(self):\n        return self.co.chat(model='m', messages=[]).text\n", 6),
    "no model for Chat v2": (f"{V2}co.chat(messages=[])\n", 3),
    "no model for a stream of Chat v2": (f"{V1}for e in co.v2.chat_stream(messages=[], k=1):\n    print(e.type)\n", 3),
    "a model that only Chat v2 knows": (f"{V1}co.chat(message='a', model='command-a-plus-05-2026')\n", 3),
    "the kind of an event of Chat v2": (f"{V2}for e in co.chat_stream(model='m', messages=[]):\n    e.event_type == 'text-generation'\n", 4),
    "text of an event of Chat v2": (f"{V1}s = co.v2.chat_stream(model='m', messages=[])\nfor e in s:\n    print(e.text)\n", 5),
    "text of an awaited event": ("import cohere\nco = cohere.AsyncClientV2()\nasync def f():\n    async for e in co.chat_stream(model='m', messages=[]):\n        yield e.text\n", 5),
    "the history of a tuned model": (f"{V1}co.chat(message='a', model='{TUNED}', chat_history=h)\n", 3),
}  # fmt: skip
GONE = {
    "a removed chat model": (f"{V1}co.chat(message='a', model='command-r')\n", 3, Confidence.CONFIRMED),
    "Chat v2": (f"{V2}co.chat(messages=[], model='command-r-plus')\n", 3, Confidence.CONFIRMED),
    "a stream": (f"{V1}co.chat_stream(message='a', model='command')\n", 3, Confidence.CONFIRMED),
    "tokens": (f"{V1}co.tokenize(text='a', model='command')\n", 3, Confidence.CONFIRMED),
    "a word that is a model's name here": (f"{V1}co.chat(message='a', model='medium')\n", 3, Confidence.CONFIRMED),
    "a tuned model": (f"{V1}co.chat(message='a', model='{TUNED}')\n", 3, Confidence.CONFIRMED),
    "a tuned model that is put together": (f"{V1}co.chat(message='a', model=ft.id + '-ft')\n", 3, Confidence.CONFIRMED),
    "a constant": (f"{V1}MODEL = 'command-r'\ndef f():\n    return co.chat(message='a', model=MODEL)\n", 5, Confidence.CONFIRMED),
    "an attribute": ("import cohere\nclass B:\n    model = 'command-r'\n    co = cohere.Client()\n    def f(self):\n        return self.co.chat(message='a', model=self.model)\n", 6, Confidence.CONFIRMED),
    "a default": (f"{V1}def f(m, model='command-r'):\n    return co.chat(message=m, model=model)\n", 4, Confidence.LIKELY),
}  # fmt: skip
SILENT = {
    "Chat v1 as it should be": f"{V1}r = co.chat(message='a', chat_history=[], temperature=0, stop_sequences=['x'])\nprint(r.text)\n",
    "Chat v2 as it should be": f"{V2}r = co.chat(model='command-a-03-2025', messages=[], k=1)\nprint(r.message.content[0].text)\n",
    "a stream of Chat v1": f"{V1}for e in co.chat_stream(message='a'):\n    if e.event_type == 'text-generation':\n        print(e.text)\n",
    "a stream of Chat v2": f"{V2}for e in co.chat_stream(model='m', messages=[]):\n    if e.type == 'content-delta':\n        print(e.delta.message.content.text)\n",
    "what may name a model": f"{V2}def f(**kw):\n    co.chat(messages=[], **kw)\n",
    "a model that a partial names": f"{V2}from functools import partial\nask = partial(co.chat, model='command-a-03-2025')\nask(messages=[])\npartial(co.chat, messages=[])\n",
    "a new model of Chat v2": f"{V2}co.chat(model='command-a-plus-05-2026', messages=[])\n",
    "the v2 attribute": f"{V1}co.v2.chat(model='command-r-08-2024', messages=[])\n",
    "a stream in a program of unknown age": f"{V1}co.chat(message='a', stream=True)\n",
    "raw_prompting on Chat v1": f"{V1}co.chat(message='a', raw_prompting=True)\n",
    "another library's chat": "import cohere\nfrom ollama import Client\nc = Client()\nc.chat(prompt='a', model='command-r')\n",
    "an embedding model of the same name": f"{V1}co.embed(texts=[], model='large')\nco.classify(inputs=[], model='small')\n",
    "a word elsewhere": f"{V1}size = 'medium'\nmodel = 'command-r'\nprint(model)\n",
    "a client that is one or the other": "import cohere\nco = cohere.ClientV2() if new else cohere.Client()\nco.chat(model='m', messages=[])\n",
    "a response that is one or the other": f"{V1}r = co.generate(prompt='a') if old else co.chat(message='a')\nprint(r.generations)\n",
    "another object's text": f"{V2}co.chat(model='m', messages=[])\nfrom x import r\nprint(r.text, r.generations)\n",
    "an unknown model": f"{V1}import os\nco.chat(message='a', model=os.environ['MODEL'])\n",
}  # fmt: skip


def found(tree: str) -> list[CallSite]:
    return [row for row in sites(tree) if row.kind in (HALF, DEAD)]


@pytest.mark.parametrize("case", HALFWAY)
def test_it_finds_what_is_left_of_generate(case: str) -> None:
    tree, line = HALFWAY[case]

    assert [(row.kind, row.span.line) for row in found(tree)] == [(HALF, line)]


@pytest.mark.parametrize("case", GONE)
def test_it_finds_a_model_that_is_gone(case: str) -> None:
    tree, line, confidence = GONE[case]

    assert [(row.kind, row.span.line, row.confidence) for row in found(tree)] == [(DEAD, line, confidence)]


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert found(SILENT[case]) == []


def test_a_model_of_another_module_is_followed() -> None:
    tree = {
        "settings.py": "MODEL = 'command-r'\n",
        "app.py": "import cohere\nfrom settings import MODEL\nimport settings\nco = cohere.Client()\n"
        "co.chat(message='a', model=MODEL)\nco.chat(message='a', model=settings.MODEL)\n",
    }

    assert [(row.kind, row.span.line) for row in sites(tree)] == [(DEAD, 5), (DEAD, 6)]


def test_the_sdks_age_decides_about_a_stream() -> None:
    use = f"{V1}co.chat(message='a', stream=True)\n"
    old = f"{V1}error = cohere.CohereError\nco.chat(message='a', stream=True, logit_bias={{}})\n"

    assert found(use) == []
    assert found(old) == []


def test_both_wrongs_of_a_call_are_one_use() -> None:
    (row,) = found(f"{V1}co.chat('a', num_generations=2, stop_sequences=['x'], model='command')\n")
    usage = judge(row)

    assert names(row) == ["message", "num_generations", "stop_sequences", "model"]
    assert (usage.kind, usage.model, usage.unsupported) == (HALF, "command", ("num_generations",))
    assert [parameter.verdict for parameter in usage.parameters] == [
        Verdict.KEPT, Verdict.UNSUPPORTED, Verdict.KEPT, Verdict.CHANGED,
    ]  # fmt: skip
    assert usage.defaults == ()


def test_a_dead_model_is_said_with_its_replacement() -> None:
    usage = judge(found(f"{V1}co.chat(message='a', model='command-r')\n")[0])

    assert usage.replacement is not None
    assert "command-r-08-2024" in usage.replacement.notes[0]
    assert "command-r-08-2024" in usage.parameters[1].note


def test_a_tuned_model_with_a_history_is_disputed() -> None:
    usage = judge(found(HALFWAY["the history of a tuned model"][0])[0])
    rows = {row.name: row for row in usage.parameters}

    assert rows["chat_history"].verdict is Verdict.DISPUTED
    assert rows["chat_history"].guide
    assert rows["chat_history"].sdk


def test_a_misread_response_says_what_to_read() -> None:
    usage = judge(found(HALFWAY["generations of a response"][0])[0])

    assert usage.callee == "r.generations[0].text"
    assert usage.replacement is not None
    assert "`r.text` in v1" in usage.replacement.notes[0]


def test_what_lacks_for_chat_v2_is_said() -> None:
    notes = {name: judge(found(HALFWAY[name][0])[0]).replacement.notes for name in HALFWAY}

    assert "command-a-03-2025 is a live one" in notes["no model for Chat v2"][0]
    assert "Chat v1 does not know this model" in notes["a model that only Chat v2 knows"][0]
    assert '`type == "content-delta"`' in notes["text of an event of Chat v2"][0]


def test_a_dead_model_of_a_cloud_is_that_clouds() -> None:
    (row,) = found("import cohere\nco = cohere.BedrockClient()\nco.chat(message='a', model='cohere.command-r-v1:0')\n")

    assert (row.kind, row.platform) == (DEAD, Platform.BEDROCK)


# For each row: arguments of a call of Chat about one of which it decides, the name, the client; and a name it leaves alone.
EXAMPLES = {
    TAKEN["v1"].key: ([text("preamble", "a")], "preamble", "cohere.Client", "truncate"),
    TAKEN["v2"].key: ([arg("thinking", "t")], "thinking", "cohere.ClientV2", "truncate"),
    OTHER_CHAT_RULES["v1"].key: ([arg("messages", "m")], "messages", "cohere.Client", "message"),
    OTHER_CHAT_RULES["v2"].key: ([text("message", "m")], "message", "cohere.ClientV2", "messages"),
    V2_ONLY.key: ([text("model", "command-a-plus-05-2026")], "model", "cohere.Client", "message"),
    STREAM.key: ([arg("stream", "True", True)], "stream", "cohere.Client", "k"),
    HISTORY.key: ([text("model", TUNED), arg("chat_history", "h")], "chat_history", "cohere.Client", "message"),
    **{row.key: ([text(name, "a")], name, "cohere.Client", "temperature") for name, row in SUMMARIZE_RULES.items()},
    **{row.key: ([text(name, "a")], name, "cohere.Client", "temperature") for name, row in TOKEN_RULES.items()},
}  # fmt: skip


def test_every_row_decides_about_its_own_and_has_a_source() -> None:
    assert {row.key for row in CHAT_RULES} == set(EXAMPLES)
    for row in CHAT_RULES:
        arguments, name, client, other = EXAMPLES[row.key]
        method = SUMMARIZE if row in SUMMARIZE_RULES.values() else "chat"
        method = "tokenize" if row in TOKEN_RULES.values() else method
        call = site(*arguments, kind=HALF, client=client, callee=f"co.{method}", method=method)
        assert chat_rule(call, name) is row
        assert chat_rule(call, other) is not row
        assert row.source.url.startswith("https://")
        assert row.source.checked


def test_summarize_went_with_generate() -> None:
    (row,) = found("import cohere\nco = cohere.Client()\nco.summarize(text=t, length='short', model='command')\n")
    usage = judge(row)
    rows = {parameter.name: parameter for parameter in usage.parameters}

    assert (row.kind, rows["text"].verdict) == (DEAD, Verdict.RENAMED)
    assert "in words" in rows["length"].note
    assert usage.replacement is not None
    assert "switched off on the same day" in usage.replacement.notes[0]
    assert not any("Generate" in parameter.note for parameter in usage.parameters)


def test_what_chat_takes_is_no_half_migration() -> None:
    assert "num_generations" in GENERATE_ONLY["v1"] & GENERATE_ONLY["v2"] & GENERATE_ONLY["aws"]
    assert "stop_sequences" not in GENERATE_ONLY["v1"] | GENERATE_ONLY["v2"]


def test_calls_of_chat_are_told_by_their_scope():
    source = f"{V1}def ask(q):\n    return co.chat(message=q)\nclass B:\n    def f(self):\n        co.v2.chat_stream\n"
    found = linked({"a.py": facts_of(source)}).chats
    assert [(chat.path, chat.scope, chat.line) for chat in found] == [("a.py", "ask", 4), ("a.py", "B.f", 7)]


def test_another_clients_chat_is_none_of_ours():
    assert linked({"a.py": facts_of("import ollama\nimport cohere\nollama.chat(model='m')\n")}).chats == ()


@pytest.mark.parametrize(
    "asked",
    [
        "hasattr(r, 'generations')",
        "getattr(r, 'generations', None)",
        "'generations' in r",
        "x and hasattr(r, 'generations')",
    ],
)
def test_a_read_behind_a_question_is_no_half_migration(asked: str) -> None:
    read = (
        "def f(q):\n    r = co.chat(message=q)\n    if {}:\n        return r.generations[0].text\n    return r.text\n"
    )
    assert not found(f"{V1}{read.format(asked)}")
    # Whoever asks for something else, or of something else, reads all the same.
    assert found(f"{V1}{read.format(asked.replace('generations', 'text'))}")
    assert found(f"{V1}{read.format(asked.replace('(r', '(q').replace('in r', 'in q'))}")


def test_what_is_cut_into_tokens_stays() -> None:
    (row,) = found("import cohere\nco = cohere.Client()\nco.tokenize(text=t, model='command')\n")
    told = {parameter.name: parameter for parameter in judge(row).parameters}

    assert (row.kind, told["text"].verdict) == (DEAD, Verdict.KEPT)
    assert "Generate" not in told["text"].note


def test_a_call_lists_the_reads_of_its_answer_that_are_still_generates() -> None:
    ask = f"{V1}def ask(q):\n    return co.chat(prompt=q)\nr = ask('a')\nprint(r.generations[0].text, r.text)\n"
    call, read = found(ask)
    assert [(row.line, row.text) for row in judge(call).reads] == [(6, "r.generations[0].text")]
    assert (read.kind, read.span.line, judge(read).reads) == (HALF, 6, ())
    (call,) = found(f"{V1}r = co.chat(prompt='a')\nprint(r.text)\n")
    assert call.reads == ()
