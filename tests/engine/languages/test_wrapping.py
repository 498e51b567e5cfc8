"""Functions outside Python that hand what they take on to Generate, and their callers: found and silent."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

TS = 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({ token: k });\n'
ASK = f"{TS}async function ask(prompt: string, size = 5) {{ return co.generate({{ prompt, maxTokens: size }}); }}\n"
BOT = f"{TS}class Bot {{ run(p: string) {{ return co.generate({{ prompt: p }}); }}\n"
POST = 'fetch("https://api.cohere.ai/v1/generate", { method: "POST", body: JSON.stringify({ prompt: p }) })'
JAVA = (
    "import com.cohere.api.Cohere;\nimport com.cohere.api.requests.GenerateRequest;\nclass A {\n"
    '  private final Cohere co = Cohere.builder().token("k").build();\n'
    "  String ask(String p, int n) { return co.generate(GenerateRequest.builder().prompt(p).maxTokens(n).build()).toString(); }\n"
)
GO = (
    'package p\nimport (\n cohere "github.com/cohere-ai/cohere-go/v2"\n client "github.com/cohere-ai/cohere-go/v2/client"\n)\n'
    "type S struct { co *client.Client }\n"
    "func New() *S { return &S{co: client.NewClient(client.WithToken(k))} }\n"
    "func (s *S) ask(ctx context.Context, model, prompt string) { s.co.Generate(ctx, &cohere.GenerateRequest{Prompt: prompt, Model: &model}) }\n"
)
PHP = '<?php\nclass A {\n private function ask($p, $n = 5) { $c = curl_init("https://api.cohere.ai/v1/generate");\n curl_setopt($c, CURLOPT_POSTFIELDS, json_encode(["prompt" => $p, "max_tokens" => $n])); return curl_exec($c); }\n'
FOUND = [
    (FileKind.TYPESCRIPT, f"{BOT} go(q: string) {{ const run = this.run.bind(this); return {{ async *all() {{ yield run(q); }} }}; }} }}\n", [(4, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, f"{BOT} go() {{ const run = this.run.bind(this);\n run(q);\n run(r); }} }}\n", [(5, "confirmed", "prompt"), (6, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, f'{ASK}ask("a", 3);\n', [(4, "confirmed", "prompt max_tokens")]),
    (FileKind.TYPESCRIPT, f'{ASK}ask("a");\n', [(4, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, f'{ASK}async function two(q: string) {{ return ask(q); }}\ntwo("x");\n', [(4, "confirmed", "prompt"), (5, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, f'{TS}const ask = async (t: string, o: O = {{}}) => co.generate({{ prompt: t.trim(), maxTokens: o.size ?? 5 }});\nask("a", {{ size: 3, other: 1 }});\n', [(4, "confirmed", "prompt max_tokens")]),
    (FileKind.TYPESCRIPT, f'{TS}const ask = ({{ prompt, n: count = 1 }}: A) => co.generate({{ prompt, numGenerations: count }});\nask({{ prompt: "a", n: 2 }});\nask(all);\n', [(4, "confirmed", "prompt num_generations"), (5, "confirmed", "**all")]),
    (FileKind.TYPESCRIPT, f"{BOT}go() {{ return this.run(`Say ${{this.x}}`); }} }}\n", [(4, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, f'{BOT}}}\nconst b = new Bot();\nb.run("x");\nconst f = (bot: Bot) => bot.run("y");\n', [(6, "confirmed", "prompt"), (7, "likely", "prompt")]),
    (FileKind.JAVASCRIPT, f'async function ask(p) {{ return {POST}; }}\nask("x").then(log);\n', [(2, "confirmed", "prompt")]),
    (FileKind.TYPESCRIPT, 'import { POST } from "./shared";\nasync function bytes(request: Body) { return POST("https://api.cohere.ai/v1/generate", { body: JSON.stringify({ ...request, stream: true }) }); }\nconst tokens = async (request: Body) => decode(await bytes(request));\n', [(3, "confirmed", "**request")]),
    (FileKind.JAVASCRIPT, 'const cohere = require("cohere-ai");\nfunction ask(o) { return cohere.generate({ model: "command", ...o }); }\nask({ prompt: "a", k: 2 });\n', [(3, "confirmed", "prompt k")]),
    (FileKind.GO, f'{GO}func (s *S) sum(ctx context.Context) {{ s.ask(ctx, "command", "x") }}\nfunc main() {{ s := New()\n s.ask(ctx, "command", "y") }}\n', [(9, "confirmed", "model prompt"), (11, "confirmed", "model prompt")]),
    (FileKind.JAVA, f'{JAVA}  String two() {{ return ask("x", 3) + new A().ask("y", 4); }}\n}}\n', [(6, "confirmed", "prompt max_tokens")] * 2),
    (FileKind.KOTLIN, 'import com.cohere.api.Cohere\nimport com.cohere.api.requests.GenerateRequest\nclass A {\n val co = Cohere.builder().token("k").build()\n fun ask(p: String, n: Int = 3) = co.generate(GenerateRequest.builder().prompt(p).maxTokens(n).build())\n fun two() { ask(n = 4, p = "x") }\n}\n', [(6, "confirmed", "max_tokens prompt")]),
    (FileKind.RUBY, 'require "cohere"\nclass Bot\n def initialize; @co = Cohere::Client.new(api_key: k); end\n def ask(text, size: 5)\n  @co.generate(prompt: text, max_tokens: size)\n end\nend\nBot.new.ask("b", size: 2)\n', [(8, "confirmed", "prompt max_tokens")]),
    (FileKind.CSHARP, 'using Cohere;\nclass A {\n CohereClient co = new CohereClient("k");\n async Task Ask(string p, int n) { await co.GenerateAsync(new GenerateRequest { Prompt = p, MaxTokens = n }); }\n async Task Go() { await this.Ask("x", n: 3); }\n}\n', [(5, "confirmed", "prompt max_tokens")]),
    (FileKind.PHP, f'{PHP} function go($x) {{ return $this->ask("Hi " . $x, 9); }}\n}}\n', [(5, "confirmed", "prompt max_tokens")]),
]  # fmt: skip
SILENT = [
    (FileKind.TYPESCRIPT, ASK),
    (FileKind.TYPESCRIPT, f"{ASK}ask();\n"),
    (FileKind.TYPESCRIPT, f"{TS}function ask(topic: string) {{ return co.generate({{ prompt: `About ${{topic}}:` }}); }}\nask('a');\n"),
    (FileKind.TYPESCRIPT, f"{TS}function ask(id: string) {{ log(id); return co.generate({{ prompt: 'x' }}); }}\nask('a');\n"),
    (FileKind.TYPESCRIPT, f"{ASK}function other(ask: F) {{ ask('a'); }}\n"),
    (FileKind.TYPESCRIPT, f"{BOT}}}\nclass Other {{ run(p: string) {{}} go() {{ this.run('a'); }} }}\nnew Other().run('b');\n"),
    (FileKind.TYPESCRIPT, f"{BOT}}}\nunknown.run('a');\n"),
    (FileKind.TYPESCRIPT, f"{ASK}ask([{{ role: 'user', content: 'a' }}]);\n"),
    (FileKind.TYPESCRIPT, f"{TS}function ask(p: string) {{ return co.chat({{ message: p }}); }}\nask('a');\n"),
    (FileKind.TYPESCRIPT, f"{TS}function ask(p: string): any {{ try {{ return co.generate({{ prompt: p }}); }} catch {{ return ask(p); }} }}\n"),
    (FileKind.JAVA, f'{JAVA}  String ask(String p) {{ return p; }}\n  String two() {{ return ask("x"); }}\n}}\n'),
    (FileKind.GO, f'{GO}type T struct {{}}\nfunc (t *T) run() {{ t.ask(ctx, "a", "b") }}\n'),
]  # fmt: skip


def callers(kind: FileKind, source: str) -> list[tuple[int, str, str]]:
    return [row[:1] + row[2:] for row in found(kind, source) if row[1] == "wrapper_project"]


@pytest.mark.parametrize(("kind", "source", "wanted"), FOUND)
def test_it_reports_the_callers_of_a_helper(kind: FileKind, source: str, wanted: list[tuple[int, str, str]]) -> None:
    assert callers(kind, source) == wanted


@pytest.mark.parametrize(("kind", "source"), SILENT)
def test_it_says_nothing_of_other_calls(kind: FileKind, source: str) -> None:
    assert callers(kind, source) == []


def test_a_caller_is_told_where_its_helper_stands_and_that_the_helper_changes() -> None:
    usage = usages(FileKind.TYPESCRIPT, f'{ASK}ask("a", 3);\n')[-1]

    assert usage.why == "Calls `ask` (line 3), which hands its arguments on to `co.generate` on line 3."
    assert [step.line for step in usage.proof[:3]] == [4, 3, 3]
    assert usage.replacement is not None
    assert usage.replacement.notes[0].startswith("Change the helper that this calls")


def test_names_that_are_given_each_other_are_followed_once() -> None:
    lines = "".join(f"  if (f{n}) p = p.trim() || p;\n" for n in range(30))
    source = f'{TS}function ask(p: string) {{\n{lines}  return co.generate({{ prompt: p }});\n}}\nask("a");\n'

    assert callers(FileKind.TYPESCRIPT, source) == [(36, "confirmed", "prompt")]
