"""Clients and wrappers that another package of Go's gives."""

import pytest

from audits.engine.facts import Kind
from audits.engine.judge import judge
from tests.engine.test_across import sites
from tests.engine.test_lent import sites as lent_sites

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


SERVICE = (
    f'package llm\nimport (\n cohere {SDK}\n "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
    "type Svc struct { co *client.Client }\n"
    "func New() *Svc { return &Svc{co: client.NewClient()} }\n"
    "func (s *Svc) Ask(ctx context.Context, p string) { s.co.Generate(ctx, &cohere.GenerateRequest{Prompt: p}) }\n"
    "type Fake struct { n int }\nfunc (f *Fake) Ask(ctx context.Context, p string) { f.n++ }\n"
    "func NewFake() *Fake { return &Fake{} }\n"
)
HEAD = 'package main\nimport "acme/g/llm"\n'
METHODS = [
    f'{HEAD}func main() {{ s := llm.New(); s.Ask(ctx, "x") }}\n',
    f'{HEAD}func main() {{ llm.New().Ask(ctx, "x") }}\n',
    f'{HEAD}type H struct {{ svc *llm.Svc }}; func (h *H) Do() {{ h.svc.Ask(ctx, "x") }}\n',
    f'{HEAD}type H struct {{ svc *llm.Svc }}; func main() {{ h := &H{{svc: s}}; h.svc.Ask(ctx, "x") }}\n',
]
OTHERS = [
    f'{HEAD}func main() {{ s := llm.NewFake(); s.Ask(ctx, "x") }}\n',
    f'{HEAD}type H struct {{ svc *llm.Fake }}; func (h *H) Do() {{ h.svc.Ask(ctx, "x") }}\n',
    f"{HEAD}type H struct {{ svc *llm.Fake }}; type I struct {{ svc *llm.Svc }}; "
    'func (h *H) Do() { h.svc.Ask(ctx, "x") }\n',
]
PACKAGE = "type App struct {{ svc *{} }}; func (a *App) Run(q string) {{ a.svc.Ask(ctx, q) }}\n"


def _callers(tree: dict[str, str]) -> list[tuple[str, int, str]]:
    found = lent_sites(tree)
    return [(site.path, site.span.line, site.confidence) for site in found if site.kind is Kind.WRAPPER_PROJECT]


@pytest.mark.parametrize("source", METHODS)
def test_a_method_of_what_another_package_makes(source: str) -> None:
    assert _callers({"llm/llm.go": SERVICE, "main.go": source}) == [("main.go", 3, "confirmed")]


@pytest.mark.parametrize("source", OTHERS)
def test_a_method_of_another_type_is_none(source: str) -> None:
    assert _callers({"llm/llm.go": SERVICE, "main.go": source}) == []


@pytest.mark.parametrize(("name", "found"), [("Svc", [("llm/app.go", 2, "confirmed")]), ("Fake", [])])
def test_a_field_of_the_same_package(name: str, found: list[tuple[str, int, str]]) -> None:
    assert _callers({"llm/llm.go": SERVICE, "llm/app.go": f"package llm\n{PACKAGE.format(name)}"}) == found
