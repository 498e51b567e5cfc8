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
BASED = 'export const ask = (path, body, base = "https://api.cohere.ai/v1") => axios.post(`${base}${path}`, body);\n'
REQ = "export const req = (method, path, body) => fetch(`https://api.cohere.ai/v1${path}`, { method, body: JSON.stringify(body) });\n"
CLASS = 'export class Co { constructor(url = "https://api.cohere.ai/v1") { this.url = url; }\n ask(path, body) { return axios.post(`${this.url}${path}`, body); } }\n'
ONE_OF_TWO = "export const ask = (path, body) => axios.post((LOCAL ? 'http://localhost' : 'https://api.cohere.ai/v1') + path, body);\n"
LEVELS = [
    ({"llm.js": BASED, "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q });\n'}, "confirmed"),
    ({"llm.js": BASED, "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q }, given);\n'}, "possible"),
    ({"llm.js": ONE_OF_TWO, "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q });\n'}, "possible"),
    ({"llm.js": CLASS, "use.js": 'import { Co } from "./llm";\nnew Co("http://localhost").ask("/generate", { prompt: q });\n'}, "possible"),
    ({"llm.js": REQ, "use.js": 'import { req } from "./llm";\nreq("POST", "/generate", { prompt: q });\n'}, "confirmed"),
]  # fmt: skip
SILENT = [
    {"llm.js": BASED, "use.js": 'import { ask } from "./llm";\nask("/generate", { prompt: q }, "http://localhost:11434/api");\n'},
    {"llm.js": BASED, "mid.js": 'import { ask } from "./llm";\nexport const on = (path, what) => ask(path, what, "http://localhost:11434/api");\n', "use.js": 'import { on } from "./mid";\non("/generate", { prompt: q });\n'},
    {"llm.js": REQ, "use.js": 'import { req } from "./llm";\nreq("GET", "/generate", given);\nreq("POST", "/generate", null);\n'},
    {"llm.js": REQ, "mid.js": 'import { req } from "./llm";\nexport const get = (path, what) => req("GET", path, what);\n', "use.js": 'import { get } from "./mid";\nget("/generate", given);\n'},
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


@pytest.mark.parametrize(("tree", "level"), LEVELS)
def test_a_call_is_as_sure_as_the_base(tree: dict[str, str], level: str) -> None:
    (site,) = sites(tree)

    assert (site.path, site.span.line, site.confidence) == ("use.js", 2, level)


@pytest.mark.parametrize("tree", SILENT)
def test_other_calls_are_silent(tree: dict[str, str]) -> None:
    assert sites(tree) == []
