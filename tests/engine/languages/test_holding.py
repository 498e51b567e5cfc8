"""Clients that a list, a map or an object holds."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

TS = 'import { CohereClient } from "cohere-ai";\n'
GO = (
    'package main\nimport (\n\tcohere "github.com/cohere-ai/cohere-go/v2"\n'
    '\tclient "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
    "type Pool struct { all []*client.Client; named map[string]*client.Client }\nfunc (p *Pool) Run() {\n%s\n}\n"
)
JAVA = (
    "import com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\nclass A {\n"
    "  private final java.util.List<Cohere> all;\n  void run() { %s }\n}\n"
)
ASKED = "generate({ prompt: p })"
BUILT = 'generate(GenerateRequest.builder().prompt("p").build())'


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (FileKind.TYPESCRIPT, f"const cs: Record<string, CohereClient> = {{ a: make() }};\ncs.a.{ASKED};\n"),
        (FileKind.TYPESCRIPT, f"const cs: Record<string, CohereClient> = {{}};\ncs[name].{ASKED};\n"),
        (FileKind.TYPESCRIPT, f"function f(cs: Map<string, CohereClient>) {{ return cs.get('a')!.{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"function f(deps: {{ co: CohereClient }}) {{ return deps.co.{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"class P {{ private cs: CohereClient[] = [];\n  f() {{ this.cs[0].{ASKED}; }} }}\n"),
        (FileKind.TYPESCRIPT, f"function f(cs: Map<string, A | CohereClient>) {{ return cs.get('a')!.{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"function f(co: {{ a: string }} & CohereClient) {{ return co.{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"function f(co: string[] | CohereClient) {{ return co.{ASKED}; }}\n"),
        (FileKind.JAVASCRIPT, f"const cs = [new CohereClient()];\ncs[0].{ASKED};\n"),
        (FileKind.JAVASCRIPT, f"const cs = [new CohereClient()];\nfor (const c of cs) await c.{ASKED};\n"),
        (
            FileKind.TYPESCRIPT,
            f"interface Deps {{ co: CohereClient }}\nfunction f(d: Deps) {{ return d.co.{ASKED}; }}\n",
        ),
        (FileKind.TYPESCRIPT, f"type Deps = {{ co?: CohereClient }};\nconst f = ({{ co }}: Deps) => co.{ASKED};\n"),
        (FileKind.TYPESCRIPT, f"type Deps = {{ co: CohereClient }};\nconst f = ({{ co: c }}: Deps) => c.{ASKED};\n"),
        (FileKind.TYPESCRIPT, f"function f({{ co }}: {{ n: number; co: CohereClient }}) {{ return co.{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"function f(d: {{ cs: CohereClient[] }}) {{ return d.cs[0].{ASKED}; }}\n"),
        (FileKind.TYPESCRIPT, f"const cs = [new CohereClient()];\ncs.map((c) => c.{ASKED});\n"),
        (FileKind.TYPESCRIPT, f"const cs = new Map<string, CohereClient>();\ncs.get('a')!.{ASKED};\n"),
        (FileKind.JAVASCRIPT, f"const cs = new Map([['a', new CohereClient()]]);\ncs.get('a')?.{ASKED};\n"),
        (FileKind.JAVASCRIPT, f"const cs = new Map();\ncs.set('a', new CohereClient());\ncs.get('a').{ASKED};\n"),
        (FileKind.JAVASCRIPT, f"const cs = [];\ncs.push(new CohereClient());\ncs[0].{ASKED};\n"),
        (
            FileKind.TYPESCRIPT,
            f"class P {{ m = new Map<string, CohereClient>();\nf() {{for (let c of this.m.values()) c.{ASKED};}} }}\n",
        ),
        (FileKind.JAVASCRIPT, f"const cs = [new CohereClient()];\ncs.forEach(async c => {{ await c.{ASKED}; }});\n"),
    ],
)
def test_scripts_reach_one_of_them(kind: FileKind, source: str) -> None:
    assert [row[1:] for row in found(kind, TS + source)] == [("sdk_call", "confirmed", "prompt")]


@pytest.mark.parametrize("receiver", ["p.all[0]", 'p.named["a"]', "for _, c := range p.all { c"])
def test_go_reaches_one_of_them(receiver: str) -> None:
    call = f'{receiver}.Generate(ctx, &cohere.GenerateRequest{{Prompt: "x"}})' + (" }" if "{" in receiver else "")

    assert [row[1:] for row in found(FileKind.GO, GO % call)] == [("sdk_call", "confirmed", "prompt")]


def test_java_reaches_one_of_them() -> None:
    assert [row[1:] for row in found(FileKind.JAVA, JAVA % f"all.get(0).{BUILT};")] == [
        ("sdk_call", "confirmed", "prompt")
    ]


@pytest.mark.parametrize(
    "source",
    [
        "function f(deps: { generate: Fn; co: CohereClient }) { deps.generate({ prompt: p }); }\n",
        "const cs: CohereClient[] = [];\nfor (const i in cs) i.generate({ prompt: p });\n",
        "const cs: Array<CohereClient> = [];\ncs.generate({ prompt: p });\n",
        "type Deps = { co: CohereClient; generate: Fn };\nconst f = ({ generate }: Deps) => generate({ prompt: p });\n",
        "const f = ({ other }: { other: Ollama; co: CohereClient }) => other.generate({ prompt: p });\n",
        "const cs = [new CohereClient()];\ncs.map((c, i) => i.generate({ prompt: p }));\n",
        "const cs = [new CohereClient()];\nothers.map((c) => c.generate({ prompt: p }));\n",
    ],
)
def test_what_holds_clients_is_none(source: str) -> None:
    assert found(FileKind.TYPESCRIPT, TS + source) == []


@pytest.mark.parametrize(
    "source",
    [
        f"const cs = new Map<string, Other>();\ncs.get('a').{ASKED};\n",
        f"const cs = new Map();\ncs.set('a', new Other(CohereClient));\ncs.get('a').{ASKED};\n",
        f"const cs = new Map();\nother.set('a', new CohereClient());\ncs.get('a').{ASKED};\n",
        f"const cs = [];\ncs.concat(new CohereClient());\ncs[0].{ASKED};\n",
        f"const cs = new Map();\ncs.set('a', new CohereClient());\ncs.set('b', new Ollama());\ncs.get('b').{ASKED};\n",
        f"const cs = new Map([['a', new CohereClient()], ['b', new Ollama()]]);\ncs.get('b').{ASKED};\n",
        f"const cs = new Map([['b', ollama()]]);\ncs.set('a', new CohereClient());\ncs.get('b').{ASKED};\n",
        f"const cs = [];\ncs.push(new CohereClient());\ncs.push(new Ollama());\ncs[1].{ASKED};\n",
    ],
)
def test_a_map_of_others_gives_no_client(source: str) -> None:
    assert found(FileKind.TYPESCRIPT, TS + source) == []
