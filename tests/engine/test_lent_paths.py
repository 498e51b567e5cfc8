"""Helpers of another file that put the path they are given behind Cohere's address."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.test_lent import names, sites

ASK = 'export const ask = (path, body) => fetch(`https://api.cohere.ai/v1${path}`, { method: "POST", body: JSON.stringify(body) });\n'
TREES = [
    {"llm.js": ASK, "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q, k: 2 });\nask("/embed", { texts: q });\n'},
    {"llm.js": ASK, "mid.js": 'import { ask } from "./llm";\nexport const tell = (path, what) => ask(path, what);\n', "use.js": 'import { tell } from "./mid";\ntell("/generate", { prompt: q, k: 2 });\ntell("/embed", { texts: q });\n'},
    {"Llm.java": 'class Llm { static String ask(String path, Object body) { return rest.postForObject(String.format("https://api.cohere.ai/v1/%s", path), body, String.class); } }\n', "Use.java": 'class Use { void f(String q) {\nLlm.ask("generate", Map.of("prompt", q, "k", 2));\nLlm.ask("embed", Map.of("texts", q)); } }\n'},
    {"llm.rb": 'class Llm\n def ask(path, body)\n  HTTParty.post("https://api.cohere.ai#{path}", body: body.to_json)\n end\nend\n', "use.rb": 'class Use < Llm\n def one(q) = ask("/v1/generate", { prompt: q, k: 2 })\n def two(q) = ask("/v1/embed", { texts: q })\nend\n'},
    {"llm/llm.go": 'package llm\nfunc Ask(path string, body map[string]any) { b, _ := json.Marshal(body); http.Post("https://api.cohere.ai/v1/"+path, "json", bytes.NewReader(b)) }\n', "use.go": 'package main; import "x/llm"\nfunc one() { llm.Ask("generate", map[string]any{"prompt": "a", "k": 2}) }\nfunc two() { llm.Ask("embed", map[string]any{"texts": "a"}) }\n'},
]  # fmt: skip
SILENT = [
    {"llm.js": ASK, "use.js": 'import { ask } from "./llm";\nask(given, { prompt: q });\nask("/generate");\n'},
    {"llm.js": ASK.replace("cohere", "example"), "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q });\n'},
    # What names the path by itself is no helper for any other one.
    {"llm.js": ASK, "mid.js": 'import { ask } from "./llm";\nexport const embed = (what) => ask("/embed", what);\n', "use.js": 'import { embed } from "./mid";\nembed({ prompt: q });\n'},
    {"llm.js": ASK, "use.js": 'import { ask } from "./other";\nask("/generate", { prompt: q });\n'},
]  # fmt: skip


@pytest.mark.parametrize("tree", TREES, ids=[list(tree)[-1] for tree in TREES])
def test_the_call_that_names_the_path_is_the_use(tree: dict[str, str]) -> None:
    (site,) = sites(tree)

    assert (site.path, site.span.line, site.kind, site.confidence) == (list(tree)[-1], 2, "raw_http", "confirmed")
    assert names(site) == "prompt k"
    assert next(iter(tree)) in {step.path for step in site.proof}


@pytest.mark.parametrize("tree", SILENT)
def test_other_calls_are_silent(tree: dict[str, str]) -> None:
    assert sites(tree) == []
