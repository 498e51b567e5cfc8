"""Requests whose address only a setting holds, in languages other than Python."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

from cProfile import Profile

import pytest

from tests.engine.test_lent import sites

URL = "https://api.cohere.ai/v1/generate"
BODY = "{ method: 'POST', body: JSON.stringify({ prompt, max_tokens: 20 }) }"
ASK = "async function ask(prompt) { return fetch(%s, " + BODY + "); }\n"
JAVA = 'class A {{ {} String ask(String p) {{\n return rest.postForObject(url, Map.of("prompt", p, "max_tokens", 3), String.class); }} }}\n'
CS = "class A {{ async Task Ask(string p) {{\n await http.PostAsJsonAsync({}, new {{ prompt = p, max_tokens = 3 }}); }} }}\n"
NAMED = [
    ("a.js", ASK % "process.env.COHERE_API_URL", 1),
    ("a.ts", f"const url = import.meta.env.VITE_COHERE_API_URL;\n{ASK % 'url'}", 2),
    ("a.js", f"const {{ cohereUrl }} = config;\n{ASK % 'cohereUrl'}", 2),
    ("a.go", 'package a\nfunc ask(p string) {\n b, _ := json.Marshal(map[string]any{"prompt": p, "k": 3})\n req, _ := http.NewRequest("POST", os.Getenv("COHERE_API_URL"), bytes.NewBuffer(b))\n client.Do(req)\n}\n', 5),
    ("a.rb", 'HTTParty.post(ENV["COHERE_API_URL"], body: { prompt: p, max_tokens: 3 }.to_json)\n', 1),
    ("a.php", "<?php\nHttp::post(env('COHERE_URL'), ['prompt' => $q, 'max_tokens' => 3]);\n", 2),
    ("a.php", "<?php\nHttp::post(config('services.cohere.endpoint'), ['prompt' => $q, 'max_tokens' => 3]);\n", 2),
    ("A.java", JAVA.format('@Value("${cohere.api.url}") private String url;'), 2),
    ("A.java", JAVA.format(f'@Value("${{ai.endpoint:{URL}}}") private String url;'), 2),
    ("A.kt", 'class A(@Value("\\${cohere.url}") private val url: String) {\n fun ask(p: String) = rest.postForObject(url, mapOf("prompt" to p, "k" to 3), R::class.java)\n}\n', 2),
    ("A.cs", CS.format('configuration["Cohere:Url"]'), 2),
    ("A.cs", CS.format('configuration.GetValue<string>("Cohere:Endpoint")'), 2),
    ("a.rs", 'async fn ask(p: &str) { let url = std::env::var("COHERE_API_URL").unwrap();\n client.post(&url).json(&json!({"prompt": p, "k": 3})).send().await; }\n', 2),
    ("a.dart", "import 'package:http/http.dart' as http;\nask(String p) => http.post(Uri.parse(dotenv.env['COHERE_API_URL']!), body: jsonEncode({'prompt': p, 'k': 3}));\n", 2),
]  # fmt: skip
KEPT = [
    ({".env": f"COHERE_API_URL={URL}\n", "a.js": ASK % "process.env.COHERE_API_URL"}, "a.js", ".env"),
    ({"x.json": f'{{"cohere": {{"url": "{URL}"}}}}\n', "a.js": f"const config = require('./x.json');\n{ASK % 'config.cohere.url'}"}, "a.js", "x.json"),
    ({"x.json": '{"cohere": {"base": "https://api.cohere.ai", "completions": "/generate"}}\n', "a.js": "const x = require('./x.json');\nclass A { ask(params) { const end = x.cohere.completions;\n return this.client.post(end, params); } }\n"}, "a.js", "x.json"),
    ({"config.json": '{"url": {"cohere": {"base": "https://api.cohere.ai", "completions": "/generate"}}}\n', "a.js": "class A { ask(params) { const end = config.getProperty('url.cohere.completions');\n return this.client.post(end, params); } }\n"}, "a.js", "config.json"),
    ({"src/main/resources/c.properties": "url.cohere.base=https://api.cohere.ai\nurl.cohere.completions=/generate\n", "src/A.java": 'class A { String base = Conf.get().getProperty("url.cohere.base"); Object ask(String p) {\n String url = base + Conf.get().getProperty("url.cohere.completions");\n return rest.postForObject(url, Map.of("prompt", p), String.class); } }\n'}, "src/A.java", "src/main/resources/c.properties"),
    ({"x.json": f'{{"url": "{URL}"}}\n', "a.ts": f"import x from './x.json';\n{ASK % 'x.url'}"}, "a.ts", "x.json"),
    ({"src/main/resources/application.yml": f"cohere:\n  api-url: {URL}\n", "A.java": JAVA.format('@Value("${cohere.api-url}") private String url;')}, "A.java", "src/main/resources/application.yml"),
    ({"appsettings.json": f'{{"Cohere": {{"Url": "{URL}"}}}}\n', "A.cs": CS.format('configuration["Cohere:Url"]')}, "A.cs", "appsettings.json"),
    ({"config/services.php": f"<?php\nreturn [\n 'cohere' => [\n  'url' => env('COHERE_URL', '{URL}'),\n ],\n];\n", "app/A.php": "<?php\nclass A { private $url;\n function __construct() { $this->url = config('services.cohere.url'); }\n function ask($q) { return Http::post($this->url, ['prompt' => $q, 'max_tokens' => 3]); } }\n"}, "app/A.php", "config/services.php"),
    ({"config/ai.php": f"<?php\nreturn ['url' => '{URL}'];\n", "app/A.php": "<?php\n// Cohere\nHttp::post(config('ai.url'), ['prompt' => $q, 'max_tokens' => 3]);\n"}, "app/A.php", "config/ai.php"),
]  # fmt: skip
SILENT = [
    ("a.js", "fetch(`${process.env.COHERE_API_URL}/chat`, " + BODY + ");\n"),
    ("a.js", f"const base = process.env.COHERE_BASE_URL;\nfetch(base + '/chat', {BODY});\n"),
    (
        "a.js",
        "fetch(process.env.COHERE_API_URL, { method: 'POST', body: JSON.stringify({ message: prompt, k: 1 }) });\n",
    ),
    ("a.js", f"fetch(process.env.COHERE_CHAT_URL, {BODY});\n"),
    ("a.js", f"fetch(config.get('urls.cohere.embed'), {BODY});\n"),
    ("a.js", f"fetch(base + config.get('urls.cohere.path'), {BODY});\n"),
    ("a.js", f"fetch(config.get('urls.cohere.base') + path, {BODY});\n"),
    ("a.js", f"// cohere\nfetch(process.env.API_URL, {BODY});\n"),
    ("a.js", f"fetch(process.env.COHERENCE_URL, {BODY});\n"),
    ("a.js", "fetch(process.env.COHERE_API_URL);\nconst body = { prompt, max_tokens: 3 };\n"),
    ("a.js", f"// cohere\nconst x = require('./x.json');\nfetch(x.url, {BODY});\n"),
]


@pytest.mark.parametrize(("path", "text", "line"), NAMED)
def test_a_setting_that_is_named_as_cohere_s(path: str, text: str, line: int) -> None:
    (site,) = sites({path: text})

    assert (site.kind, site.span.line, site.confidence) == ("raw_http", line, "likely")
    assert "prompt" in {one.name for one in site.arguments}


@pytest.mark.parametrize(("tree", "asking", "keeping"), KEPT, ids=[row[2] for row in KEPT])
def test_a_setting_that_another_file_writes_down(tree: dict[str, str], asking: str, keeping: str) -> None:
    (site,) = [one for one in sites(tree) if one.path == asking]

    assert (site.kind, site.confidence) == ("raw_http", "confirmed")
    assert site.proof[-1].path == keeping


def test_the_table_of_a_php_file_is_told_where_it_is_sent_to_and_not_where_it_is_kept() -> None:
    (tree,) = [tree for tree, _, keeping in KEPT if keeping == "config/services.php"]

    assert [one.path for one in sites(tree)] == ["app/A.php"]


@pytest.mark.parametrize(("path", "text"), SILENT)
def test_other_addresses_and_bodies_are_silent(path: str, text: str) -> None:
    assert sites({path: text}) == []


def test_a_setting_of_another_file_is_no_address_of_this_one() -> None:
    tree = {"y.json": f'{{"url": "{URL}"}}\n', "a.js": f"// cohere\nconst x = require('./x.json');\n{ASK % 'x.url'}"}

    assert [one.path for one in sites(tree)] == ["y.json"]


@pytest.mark.parametrize(
    "tree",
    [
        {"a/.env": f"COHERE_URL={URL}\n", "b/b.js": "axios.post(process.env.COHERE_URL, body);\n"},
        {"a/.env": f"OLD_COHERE_ENDPOINT={URL}\n", "a/b.js": "axios.post(process.env.COHERE_ENDPOINT, body);\n"},
        {
            "x/config/services.php": f"<?php\nreturn ['cohere' => ['url' => '{URL}']];\n",
            "y/app.php": "<?php\nHttp::post(config('services.cohere.url'), ['texts' => $q]);\n",
        },
    ],
)
def test_a_setting_of_another_program_is_none_of_this_one(tree: dict[str, str]) -> None:
    assert not any(one.path in list(tree)[1:] for one in sites(tree))


def test_a_parameter_that_is_called_like_a_field_is_not_the_field() -> None:
    text = JAVA.format('@Value("${cohere.url}") private String url;').replace(
        "ask(String p)", "ask(String p,\n String url)"
    )
    assert sites({"A.java": text}) == []


@pytest.mark.parametrize(
    "text",
    [
        "let cohereUrl = process.env.COHERE_URL;\n" + "cohereUrl = cohereUrl;\n" * 12 + f"fetch(cohereUrl, {BODY});\n",
        f"get('{'cohere' * 400}{'url' * 400}!');\n{ASK % 'process.env.COHERE_URL'}",
    ],
    ids=["a name that is given itself", "a long text"],
)
def test_what_is_made_to_cost_much_costs_little(text: str) -> None:
    with Profile() as profile:
        assert len(sites({"a.js": text})) == 1
    assert sum(entry.callcount for entry in profile.getstats()) < 200_000
