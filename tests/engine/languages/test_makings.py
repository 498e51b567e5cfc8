"""Names that a file gives a value in another way than by setting them."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Confidence, FileKind, Kind
from tests.engine.languages.found import usages

ASK = 'ask(p) { return fetch("https://api.cohere.ai/v1/generate", { method: "POST", body: JSON.stringify(%s) }); }'
CLASS = "class Llm {\n constructor(%s\n %s\n}\n"
KEPT = "opts) { this.opts = opts; }"
FOUND = [
    (KEPT, "{ prompt: p, ...this.opts }", '{ model: "command", max_tokens: 5 }', "prompt model max_tokens", "command"),
    ("private opts: Options) {}", "{ prompt: p, ...this.opts }", '{ model: "command" }', "prompt model", "command"),
    (KEPT, "{ prompt: p, model: this.opts.model }", '{ model: "command" }', "prompt model", "command"),
    ("opts) { this.model = opts.model; }", "{ prompt: p, model: this.model }", '{ model: "command" }', "prompt model", "command"),
    ("private readonly model: string) {}", "{ prompt: p, model: this.model }", '"command"', "prompt model", "command"),
    ('{ model = "command-light", k }) { this.model = model; }', "{ prompt: p, model: this.model }", '{ model: "command" }', "prompt model", "command"),
    ('{ model = "command", k }) { this.model = model; }', "{ prompt: p, model: this.model }", "{ k: 3 }", "prompt model", "command"),
]  # fmt: skip


@pytest.mark.parametrize(("head", "body", "given", "parameters", "model"), FOUND)
def test_a_class_sends_what_it_is_made_with(head: str, body: str, given: str, parameters: str, model: str) -> None:
    found = usages(FileKind.TYPESCRIPT, CLASS % (head, ASK % body) + f"const llm = new Llm({given});\n")

    assert [(" ".join(row.name for row in use.parameters), use.model) for use in found] == [(parameters, model)]


@pytest.mark.parametrize(
    "made",
    [
        # Two objects may hold different things, and what stands for others at the call cannot be written there.
        'new Llm({ model: "command" });\nnew Llm({ k: 3 });',
        "new Llm({ model: cfg.model });",
        "new Llm(...rest);",
    ],
)
def test_what_it_may_hold_else_is_left_as_it_stands(made: str) -> None:
    (use,) = usages(FileKind.TYPESCRIPT, CLASS % (KEPT, ASK % "{ prompt: p, ...this.opts }") + made + "\n")

    assert [row.name for row in use.parameters] == ["prompt", "**this.opts"]


def test_the_model_stood_before_all_else_in_the_first_sdk() -> None:
    (use,) = usages(FileKind.JAVASCRIPT, 'import co from "cohere-ai";\nco.generate(args.model, { prompt: p, k: 1 });\n')

    assert [row.name for row in use.parameters] == ["prompt", "k", "model"]


@pytest.mark.parametrize(
    ("described", "given", "asked"),
    [
        ('"a client"', "let(:instance) { Cohere::Client.new(api_key: k) }", "instance"),
        ("Cohere::Client", "let!(:instance) { described_class.new(api_key: k) }", "instance"),
        ("Cohere::Client", "subject { described_class.new(api_key: k) }", "subject"),
        ("Cohere::Client", "subject(:asked) do\n described_class.new(api_key: k)\n end", "asked"),
    ],
)
def test_a_block_of_rspec_gives_its_name_a_client(described: str, given: str, asked: str) -> None:
    text = f'RSpec.describe {described} do\n {given}\n it "asks" do\n  expect({asked}.generate(prompt: "a")).to be\n end\nend\n'

    assert [(use.kind, use.confidence) for use in usages(FileKind.RUBY, text)] == [
        (Kind.SDK_CALL, Confidence.CONFIRMED)
    ]


@pytest.mark.parametrize("value", ["double(generate: nil)", "Report.new", "described_class.new"])
def test_what_else_a_block_gives_is_no_client(value: str) -> None:
    text = f'# cohere\nRSpec.describe Report do\n let(:report) {{ {value} }}\n it {{ report.generate(prompt: "a") }}\nend\n'

    assert usages(FileKind.RUBY, text) == []


def test_either_chat_of_the_ruby_sdk_is_none_half_way() -> None:
    text = 'client = Cohere::Client.new(api_key: k)\nclient.chat(messages: [])\nclient.chat(message: "a")\n'

    assert usages(FileKind.RUBY, text) == []
