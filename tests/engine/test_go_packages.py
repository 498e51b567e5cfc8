"""Go's own name for the SDK's package, in a file whose client another package makes."""

import pytest

from audits.engine.judge import judge
from tests.engine.test_across import sites

MAKER = (
    'package llm\nimport (\n ai "github.com/cohere-ai/cohere-go/v2"\n "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
    "func New() *client.Client { return client.NewClient() }\n"
)
USER = 'package web\nimport (\n "context"\n {}\n "acme/g/llm"\n)\nfunc A(ctx context.Context, p string) {{\n{}}}\n'
SDK = '"github.com/cohere-ai/cohere-go/v2"'
MISSING = "Import github.com/cohere-ai/cohere-go/v2 as `cohere`: this file does not."


@pytest.mark.parametrize(
    ("imports", "name", "missing"),
    [(f"co {SDK}", "co", False), (SDK, "cohere", False), (f"cohere {SDK}", "cohere", False), ("", "cohere", True)],
)
def test_a_replacement_uses_the_name_of_its_own_file(imports: str, name: str, missing: bool) -> None:
    request = f"&{name}.GenerateRequest{{Prompt: p}}" if imports else "request(p)"
    body = f" c := llm.New()\n c.Generate(ctx, {request})\n"
    tree = {"go.mod": "module acme/g\n", "llm/llm.go": MAKER, "web/a.go": USER.format(imports, body)}

    (use,) = map(judge, sites(tree))

    assert use.replacement is not None
    assert f"&{name}.V2ChatRequest{{" in use.replacement.v2
    assert f"&{name}.ChatRequest{{" in use.replacement.v1
    assert (MISSING in use.replacement.notes) is missing
