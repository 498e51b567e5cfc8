"""What a replacement is called on, and what Go passes as a pointer."""

import pytest

from audits.engine.facts import FileKind
from audits.engine.languages.replacing import parses
from tests.engine.languages.found import found, usages
from tests.engine.languages.test_compiled import GO
from tests.engine.languages.test_replacements import TS


def test_what_go_passes_as_a_pointer_stays_one() -> None:
    passed = "&cohere.GenerateRequest{Prompt: p, MaxTokens: &n, Model: cohere.String(m)}"

    (use,) = usages(FileKind.GO, _go(passed))

    assert use.replacement is not None
    assert "Model: m," in use.replacement.v2
    assert "MaxTokens: &n," in use.replacement.v2
    assert "Model: cohere.String(m)," in use.replacement.v1
    assert "MaxTokens: &n," in use.replacement.v1


@pytest.mark.parametrize(
    ("given", "v2", "v1"),
    [
        ("mp", "*mp", "mp"),
        ("pick(x)", "*pick(x)", "pick(x)"),
        ("&m", "m", "&m"),
        ('cohere.String("command-a-03-2025")', '"command-a-03-2025"', 'cohere.String("command-a-03-2025")'),
    ],
)
def test_a_pointer_to_go_s_model_is_followed_for_v2_alone(given: str, v2: str, v1: str) -> None:
    (use,) = usages(FileKind.GO, _go(f"&cohere.GenerateRequest{{Prompt: p, Model: {given}}}"))

    assert use.replacement is not None
    assert f"Model: {v2}," in use.replacement.v2
    assert f"Model: {v1}," in use.replacement.v1


def test_the_first_go_sdk_s_model_is_a_text() -> None:
    first = 'package p\nimport "github.com/cohere-ai/cohere-go"\nfunc ask(co *cohere.Client, m string) {\n'

    (use,) = usages(FileKind.GO, first + "  co.Generate(cohere.GenerateOptions{Prompt: p, Model: m})\n}\n")

    assert use.replacement is not None
    assert "Model: m," in use.replacement.v2
    assert "Model: cohere.String(m)," in use.replacement.v1


@pytest.mark.parametrize(
    ("base", "shown"),
    [
        ("new CohereClient({ token: key })", "new CohereClient(…)"),
        ("made(key)", "made(…)"),
        ('new CohereClient({ token: "k3yAsAWord9Longer" })', "new CohereClient(…)"),
    ],
)
def test_a_name_for_a_client_that_is_made_on_the_spot_is_told(base: str, shown: str) -> None:
    source = 'import { CohereClient } from "cohere-ai";\nfunction made(token) { return new CohereClient({ token }); }\n'

    (use,) = usages(FileKind.TYPESCRIPT, f"{source}{base}.generate({{ prompt: p }});\n")

    assert use.replacement is not None
    assert use.replacement.v2.startswith("cohere.v2.chat(")
    assert f"`cohere` stands for `{shown}`." in use.replacement.notes


@pytest.mark.parametrize(("kind", "source"), [(FileKind.TYPESCRIPT, TS), (FileKind.GO, GO)])
def test_a_client_with_a_name_keeps_it(kind: FileKind, source: str) -> None:
    for use in usages(kind, source):
        assert use.replacement is not None
        assert not any("stands for" in note for note in use.replacement.notes)


def test_go_s_package_is_called_as_the_file_calls_it() -> None:
    passed = "&cohere.GenerateRequest{Prompt: p, Model: cohere.String(m), NumGenerations: &n}"
    plain = _go(passed)
    renamed = plain.replace("cohere.", "vendor.").replace('cohere "github', 'vendor "github')
    assert renamed.count("vendor") == plain.count("cohere.") + 1

    (one,), (two,) = usages(FileKind.GO, plain), usages(FileKind.GO, renamed)

    assert one.replacement is not None
    assert two.replacement is not None
    for first, second in ((one.replacement.v2, two.replacement.v2), (one.replacement.v1, two.replacement.v1)):
        assert "&cohere." in first
        assert second == first.replace("cohere.", "vendor.")
    assert any(note.startswith("Send it `n` times") for note in two.replacement.notes)


def _go(request: str) -> str:
    return (
        'package p\nimport (\n cohere "github.com/cohere-ai/cohere-go/v2"\n'
        ' client "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
        f"func ask(ctx context.Context, co *client.Client, m string, n int) {{ co.Generate(ctx, {request}) }}\n"
    )


def test_a_client_that_a_list_holds_is_called_in_code_that_parses() -> None:
    source = (
        'import { CohereClient } from "cohere-ai";\nconst cs = [new CohereClient({})];\ncs[0].generate({ prompt });\n'
    )

    (usage,) = usages(FileKind.TYPESCRIPT, source)

    assert usage.replacement is not None
    assert parses(usage.language, usage.replacement.v2)


@pytest.mark.parametrize(
    ("called", "base"),
    [('m?.["a"]', "m?.a"), ("m.a?", "m.a?"), ('m["a"]', 'm["a"]'), ("m.a", "m.a")],
)
def test_a_receiver_that_may_be_missing_may_be_missing_still(called: str, base: str) -> None:
    head = 'import { CohereClient } from "cohere-ai";\nconst m: { a?: CohereClient } = { a: new CohereClient() };\n'
    (usage,) = usages(FileKind.TYPESCRIPT, f'{head}await {called}.generate({{ prompt: "x" }});\n')

    assert usage.replacement is not None
    assert usage.replacement.v2.startswith(f"{base}.v2.chat(")


@pytest.mark.parametrize(
    "source",
    [
        "export const f = (c: CohereClient, p: string) => c.generate({ prompt: p });",
        "class A { constructor(private c: CohereClient) {} f(p: string) { return this.c.generate({ prompt: p }); } }",
    ],
)
def test_an_import_of_a_type_says_what_a_parameter_is(source: str) -> None:
    head = 'import type { CohereClient } from "cohere-ai";\n'

    assert found(FileKind.TYPESCRIPT, head + source) == [(2, "sdk_call", "confirmed", "prompt")]
    other = (head + source).replace("cohere-ai", "./prisma").replace("CohereClient", "PrismaClient")
    assert found(FileKind.TYPESCRIPT, other) == []


def test_an_import_of_a_type_alone_is_no_use() -> None:
    source = (
        'import type { Cohere } from "@langchain/cohere";\nimport type { Cohere as Types } from "cohere-ai";\n'
        "export type Asked = Types.GenerateRequest;\nexport function f(model: Cohere) { return model.invoke(1); }\n"
    )

    assert found(FileKind.TYPESCRIPT, source) == []
