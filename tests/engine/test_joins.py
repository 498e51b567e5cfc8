"""Requests whose address is put together of pieces that other files of the language keep."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from tests.engine.trees import lent as sites

BASE = '"https://api.cohere.ai/v1"'
ONE = f"export const API_URL = {BASE};\n"
FETCH = 'fetch(`${API_URL}/generate`, { method: "POST", body: JSON.stringify({ prompt: "a" }) });\n'
JAVA = 'package app;\nclass Ask { String ask(String p) { return rest.postForObject({}, Map.of("prompt", p), String.class); } }\n'
GO = 'func ask(p string) {{ b, _ := json.Marshal(map[string]any{{"prompt": p}})\n http.Post({}, "application/json", bytes.NewBuffer(b)) }}\n'
SCRIPTS = [
    ({"config.ts": ONE, "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"}, 2),
    ({"config.ts": f"export const BASE = {BASE};\n", "ask.ts": "import { BASE as root } from './config';\naxios.post(root + '/generate', { prompt });\n"}, 2),
    ({"config.ts": f"export default {{ api: {{ base: {BASE} }} }};\n", "ask.ts": "import config from './config';\naxios.post(config.api.base + '/generate', { prompt });\n"}, 2),
    ({"config.js": f"module.exports = {{ API_URL: {BASE} }};\n", "ask.js": f"const {{ API_URL }} = require('./config');\n{FETCH}"}, 2),
    ({"config.js": f"exports.API_URL = {BASE};\n", "ask.js": "const config = require('./config');\nfetch(config.API_URL + '/generate', { method: 'POST', body: data });\n"}, 2),
    ({"config.ts": ONE, "lib/index.ts": "export * from '../config';\n", "ask.ts": f"import {{ API_URL }} from './lib';\n{FETCH}"}, 2),
    ({"config.ts": f"export class Config {{ static readonly BASE = {BASE}; }}\n", "ask.ts": "import { Config } from './config';\nfetch(`${Config.BASE}/generate`, { method: 'POST', body });\n"}, 2),
    ({"config.ts": f"export enum Api {{ BASE = {BASE} }}\n", "ask.ts": "import { Api } from './config';\nfetch(`${Api.BASE}/generate`, { method: 'POST', body });\n"}, 2),
    ({"config.ts": f"export const Paths = Object.freeze({{ base: {BASE} }});\n", "ask.ts": "import { Paths } from './config';\nfetch(`${Paths.base}/generate`, { method: 'POST', body });\n"}, 2),
    ({"config.ts": ONE, "paths.ts": "export const GENERATE = '/generate';\n", "ask.ts": "import { API_URL } from './config';\nimport { GENERATE } from './paths';\nfetch(API_URL + GENERATE, { method: 'POST', body: JSON.stringify({ prompt }) });\n"}, 3),
    ({"config.ts": ONE, "ends.ts": "import { API_URL } from './config';\nexport const ENDPOINTS = { generate: `${API_URL}/generate` };\n", "ask.ts": "import { ENDPOINTS } from './ends';\nfetch(ENDPOINTS.generate, { method: 'POST', body: JSON.stringify({ prompt }) });\n"}, 2),
    ({"ends.ts": f"const root = {BASE};\nexport const ENDPOINTS = {{ generate: `${{root}}/generate`, chat: `${{root}}/chat` }};\n", "ask.ts": "import { ENDPOINTS } from './ends';\nfetch(ENDPOINTS.generate, { method: 'POST', body: JSON.stringify({ prompt }) });\n"}, 2),
    ({"config.ts": f"export const getUrl = () => {BASE};\n", "ask.ts": "import { getUrl } from './config';\nfetch(`${getUrl()}/generate`, { method: 'POST', body });\n"}, 2),
    ({"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nfetch(new URL('generate', API_URL), { method: 'POST', body });\n"}, 2),
    ({"config.ts": f"export const API_URL = process.env.API_URL || {BASE};\n", "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"}, 2),
    ({"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nclass Ask { url = API_URL; go() { return axios.post(this.url + '/generate', { prompt }); } }\n"}, 2),
]  # fmt: skip
OTHERS = [
    ({"conf.go": f"package a\nconst baseURL = {BASE}\n", "ask.go": "package a\n" + GO.format('baseURL+"/generate"')}, 3),
    ({"config/conf.go": f"package config\nvar BaseURL = {BASE}\n", "ask.go": 'package a\nimport "x/config"\n' + GO.format('config.BaseURL+"/generate"')}, 4),
    ({"config/conf.go": f"package config\nvar Api = Settings{{URL: {BASE}}}\n", "ask.go": 'package a\nimport "x/config"\n' + GO.format('fmt.Sprintf("%s/generate", config.Api.URL)')}, 4),
    ({"new.go": f"package a\nfunc New() *Client {{ return &Client{{url: {BASE}}} }}\n", "ask.go": "package a\n" + GO.format('c.url+"/generate"').replace("func ask", "func (c *Client) ask")}, 3),
    ({"Constants.java": f"package app;\nclass Constants {{ static final String BASE_URL = {BASE}; }}\n", "Ask.java": JAVA.replace("{}", 'Constants.BASE_URL + "/generate"', 1)}, 2),
    ({"c/Constants.java": f"package app.c;\nclass Constants {{ static final String BASE_URL = {BASE}; }}\n", "Ask.java": JAVA.replace("{}", 'BASE_URL + "/generate"', 1).replace("class Ask", "import static app.c.Constants.BASE_URL;\nclass Ask")}, 3),
    ({"c/Constants.java": f"package app.c;\nclass Constants {{ static final String BASE_URL = {BASE}; }}\n", "Ask.java": JAVA.replace("{}", 'BASE_URL + "/generate"', 1).replace("class Ask", "import static app.c.Constants.*;\nclass Ask")}, 3),
    ({"Root.java": f"package app;\nclass Root {{ protected static final String BASE_URL = {BASE}; }}\n", "Ask.java": JAVA.replace("{}", 'BASE_URL + "/generate"', 1).replace("class Ask", "class Ask extends Root")}, 2),
    ({"Root.java": f"package app;\ninterface Root {{ String BASE_URL = {BASE}; }}\n", "Ask.java": JAVA.replace("{}", 'BASE_URL + "/generate"', 1).replace("class Ask", "class Ask implements Root")}, 2),
    ({"Conf.kt": f"package app\n\nconst val BASE_URL = {BASE}\n", "Ask.kt": 'package app\n\nclass Ask {\n fun ask(p: String) = http.post("$BASE_URL/generate", mapOf("prompt" to p))\n}\n'}, 4),
    ({"Conf.kt": f"package conf\n\nobject Constants {{\n  const val BASE_URL = {BASE}\n}}\n", "Ask.kt": 'package app\n\nimport conf.Constants\nclass Ask {\n fun ask(p: String) = http.post("${Constants.BASE_URL}/generate", mapOf("prompt" to p))\n}\n'}, 5),
    ({"Conf.kt": f"package conf\n\nclass Api {{\n  companion object {{\n    const val BASE_URL = {BASE}\n  }}\n}}\n", "Ask.kt": 'package app\n\nimport conf.Api\nclass Ask {\n fun ask(p: String) = http.post(Api.BASE_URL + "/generate", mapOf("prompt" to p))\n}\n'}, 5),
    ({"Constants.cs": f"namespace App;\npublic static class Constants {{ public const string Url = {BASE}; }}\n", "Ask.cs": 'namespace App.Ai;\nclass Ask { Task Go(string p) => http.PostAsJsonAsync(Constants.Url + "/generate", new { prompt = p }); }\n'}, 2),
    ({"Constants.cs": f"namespace App.Core {{ public static class Constants {{ public const string Url = {BASE}; }} }}\n", "Ask.cs": 'using static App.Core.Constants;\nclass Ask { Task Go(string p) => http.PostAsJsonAsync($"{Url}/generate", new { prompt = p }); }\n'}, 2),
    ({"Config.php": f"<?php\nnamespace App\\C;\nclass Config {{ const URL = {BASE}; }}\n", "Ask.php": "<?php\nnamespace App;\nuse App\\C\\Config;\nclass Ask { function ask($p) { return Http::post(Config::URL . '/generate', ['prompt' => $p]); } }\n"}, 4),
    ({"Root.php": f"<?php\nclass Root {{ const URL = {BASE}; }}\n", "Ask.php": "<?php\nclass Ask extends Root { function ask($p) { return Http::post(static::URL . '/generate', ['prompt' => $p]); } }\n"}, 2),
    ({"Root.php": f"<?php\nclass Root {{ protected string $url = {BASE}; }}\n", "Ask.php": "<?php\nclass Ask extends Root { function ask($p) { return Http::post($this->url . '/generate', ['prompt' => $p]); } }\n"}, 2),
    ({"Root.php": f"<?php\ntrait Root {{ protected $url = {BASE}; }}\n", "Ask.php": "<?php\nclass Ask { use Root; function ask($p) { return Http::post(\"{$this->url}/generate\", ['prompt' => $p]); } }\n"}, 2),
    ({"foo.rb": f"module Foo\n BASE = {BASE}.freeze\nend\n", "ask.rb": "class Ask\n def ask(p)\n  HTTParty.post(\"#{Foo::BASE}/generate\", body: { prompt: p }.to_json)\n end\nend\n"}, 3),
    ({"root.rb": f"class Root\n BASE = {BASE}\nend\n", "ask.rb": "class Ask < Root\n def ask(p)\n  HTTParty.post(BASE + '/generate', body: { prompt: p }.to_json)\n end\nend\n"}, 3),
    ({"root.rb": f"class Root\n def base_url\n  {BASE}\n end\nend\n", "ask.rb": "class Ask < Root\n def ask(p)\n  HTTParty.post(\"#{base_url}/generate\", body: { prompt: p }.to_json)\n end\nend\n"}, 3),
]  # fmt: skip
POSTED = 'pub async fn ask(p: &str) {{\n  client.post({}).json(&json!({{"prompt": p}})).send().await;\n}}\n'
CONST = f"pub const BASE_URL: &str = {BASE};\n"
RUST = [
    ({"src/config.rs": CONST, "src/ask.rs": "use crate::config::BASE_URL;\n" + POSTED.format('format!("{}/generate", BASE_URL)')}, 3),
    ({"src/config.rs": CONST, "src/ask.rs": "use crate::config::BASE_URL;\n" + POSTED.format('format!("{BASE_URL}/generate")')}, 3),
    ({"src/config.rs": CONST, "src/ask.rs": "use crate::config::BASE_URL;\n" + POSTED.format('format!("{base}/{}", "generate", base = BASE_URL)')}, 3),
    ({"src/config/mod.rs": CONST, "src/ai/ask.rs": "use crate::config;\n" + POSTED.format('format!("{}/generate", config::BASE_URL)')}, 3),
    ({"src/ai/config.rs": CONST, "src/ai/ask.rs": "use super::config::BASE_URL;\n" + POSTED.format('BASE_URL.to_owned() + "/generate"')}, 3),
    ({"src/config.rs": CONST, "src/main.rs": "mod config;\n" + POSTED.format('format!("{}/generate", config::BASE_URL)')}, 3),
    ({"src/ai/config.rs": CONST, "src/ai.rs": "pub mod config;\n" + POSTED.format('format!("{}/generate", config::BASE_URL)')}, 3),
    ({"src/ai/config.rs": CONST, "src/ai/mod.rs": "mod config;\nuse self::config::BASE_URL;\n" + POSTED.format('format!("{}/generate", BASE_URL)')}, 4),
    ({"a/src/lib.rs": CONST, "a/src/ask.rs": POSTED.format('format!("{}/generate", crate::BASE_URL)')}, 2),
]  # fmt: skip
MEMBERS = [
    ({"Root.cs": f"namespace App;\npublic class Root {{ protected const string Url = {BASE}; }}\n", "Ask.cs": 'namespace App;\nclass Ask : Root { Task Go(string p) => http.PostAsJsonAsync(Url + "/generate", new { prompt = p }); }\n'}, 2),
    ({"Conf.java": f"package app;\nclass Conf {{ private String url = {BASE}; String getUrl() {{ return url; }} }}\n", "Ask.java": JAVA.replace("{}", 'conf.getUrl() + "/generate"', 1).replace("class Ask {", "class Ask { private final Conf conf;")}, 2),
    ({"Root.kt": f"package app\n\nopen class Root {{\n  protected val base = {BASE}\n}}\n", "Ask.kt": 'package app\n\nclass Ask : Root() {\n fun ask(p: String) = http.post(base + "/generate", mapOf("prompt" to p))\n}\n'}, 4),
    ({"foo.rb": f"module Foo\n BASE = {BASE}\nend\n", "ask.rb": "class Ask\n include Foo\n def ask(p)\n  HTTParty.post(BASE + '/generate', body: { prompt: p }.to_json)\n end\nend\n"}, 4),
    ({"I.php": f"<?php\ninterface I {{ const URL = {BASE}; }}\n", "Ask.php": "<?php\nclass Ask implements I { function ask($p) { return Http::post(self::URL . '/generate', ['prompt' => $p]); } }\n"}, 2),
    ({"Conf.php": f"<?php\nclass Conf {{ public static function url() {{ return {BASE}; }} }}\n", "Ask.php": "<?php\nclass Ask { function ask($p) { return Http::post(Conf::url() . '/generate', ['prompt' => $p]); } }\n"}, 2),
    ({"root.ts": f"export abstract class Root {{ protected base = {BASE}; }}\n", "ask.ts": "import { Root } from './root';\nclass Ask extends Root { go() { return axios.post(`${this.base}/generate`, { prompt }); } }\n"}, 2),
    ({"config.ts": "export const HOST = 'api.cohere.ai';\n", "ask.ts": "import { HOST } from './config';\naxios.post(`https://${HOST}/v1/generate`, { prompt });\n"}, 2),
    ({"c.go": f"package a\nconst host = {BASE}\n", "ask.go": 'package a\nfunc ask(p string) {\n c := resty.New().SetBaseURL(host)\n c.R().SetBody(map[string]any{"prompt": p}).Post("/generate")\n}\n'}, 4),
]  # fmt: skip
CREATE = "export const http = axios.create({ baseURL: %s });\n"
POST = "http.post('/generate', { prompt: 'a' });\n"
OBJECTS = [
    ({"http.ts": CREATE % BASE, "ask.ts": f"import {{ http }} from './http';\n{POST}"}, 2),
    ({"config.ts": ONE, "http.ts": "import { API_URL } from './config';\n" + CREATE % "API_URL", "ask.ts": f"import {{ http }} from './http';\n{POST}"}, 2),
    ({"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\n" + CREATE % "API_URL" + POST}, 3),
    ({"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nclass Ask { http = axios.create({ baseURL: API_URL }); go() { return this.http.post('/generate', { prompt }); } }\n"}, 2),
    ({"http.ts": (CREATE % BASE).replace("export ", "") + "export default http;\n", "ask.ts": "import api from './http';\napi.post('generate', { prompt: 'a' });\n"}, 2),
    ({"Config.php": f"<?php\nclass Config {{ const URL = {BASE}; }}\n", "Ask.php": "<?php\nclass Ask { function ask($p) { $client = new Client(['base_uri' => Config::URL]);\n return $client->post('generate', ['json' => ['prompt' => $p]]); } }\n"}, 3),
    ({"foo.rb": f"module Foo\n BASE = {BASE}\nend\n", "ask.rb": "class Ask\n include HTTParty\n base_uri Foo::BASE\n def ask(p)\n  self.class.post('/generate', body: { prompt: p }.to_json)\n end\nend\n"}, 5),
    ({"foo.rb": f"module Foo\n BASE = {BASE}\nend\n", "ask.rb": "conn = Faraday.new(url: Foo::BASE)\nconn.post('generate', { prompt: p }.to_json)\n"}, 2),
    ({"Constants.cs": f"public static class Constants {{ public const string Url = {BASE}; }}\n", "Ask.cs": 'class Ask { HttpClient http = new HttpClient { BaseAddress = new Uri(Constants.Url) };\n Task Go(string p) => http.PostAsJsonAsync("generate", new { prompt = p }); }\n'}, 2),
    ({"Constants.java": f"class Constants {{ static final String URL = {BASE}; }}\n", "Ask.java": 'class Ask { WebClient web = WebClient.builder().baseUrl(Constants.URL).build();\n Object ask(String p) { return web.post().uri("/generate").bodyValue(Map.of("prompt", p)).retrieve(); } }\n'}, 2),
]  # fmt: skip
SEND = "export const send = (path, body) => fetch(`%s${path}`, { method: 'POST', body: JSON.stringify(body) });\n"
REQUESTERS = [
    ({"net.js": SEND % BASE[1:-1], "ask.js": "import { send } from './net';\nsend('/generate', { prompt: 'a' });\n"}, 2),
    ({"config.ts": ONE, "net.ts": "import { API_URL } from './config';\n" + SEND % "${API_URL}", "ask.ts": "import { send } from './net';\nsend('/generate', { prompt: 'a' });\n"}, 2),
    ({"net.ts": f"export default class Net {{ post(path: string, body: object) {{ return axios.post({BASE} + path, body); }} }}\n", "ask.ts": "import Net from './net';\nconst net = new Net();\nnet.post('/generate', { prompt: 'a' });\n"}, 3),
    ({"Net.php": f"<?php\nclass Net {{ const URL = {BASE};\n protected function request($path, $body) {{ return Http::post(self::URL . $path, $body); }} }}\n", "Ask.php": "<?php\nclass Ask extends Net { function ask($p) { return $this->request('/generate', ['prompt' => $p]); } }\n"}, 2),
]  # fmt: skip
API = 'package app.net\n\ninterface Api {\n  @POST("generate")\n  suspend fun ask(@Body body: Map<String, Any>): R\n}\n'
NET = "package app.di\n\nimport app.net.Api\nobject Net {\n  val http = Retrofit.Builder().baseUrl(%s).build()\n  val api = http.create(Api::class.java)\n}\n"
RETROFIT = [
    ({"Net.kt": NET % BASE, "Api.kt": API}, 4),
    ({"Conf.kt": f"package app\n\nobject Conf {{\n  const val URL = {BASE}\n}}\n", "Net.kt": (NET % "Conf.URL").replace("import", "import app.Conf\nimport"), "Api.kt": API}, 4),
    ({"Net.kt": (NET % BASE).replace("Api::class.java", "").replace("create(", "create<Api>("), "Api.kt": API}, 4),
    ({"Net.java": f"package app;\nclass Net {{ Api api = new Retrofit.Builder().baseUrl({BASE}).build().create(Api.class); }}\n", "Api.java": 'package app;\ninterface Api { @POST("generate") Call<R> ask(@Body Map<String, Object> body); }\n'}, 2),
]  # fmt: skip
OTHER = '"https://api.example.com/v1"'
SILENT = [
    {"config.ts": ONE.replace(BASE, OTHER), "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"},
    {"config.ts": ONE, "ask.ts": f"import {{ API_URL }} from './other';\n{FETCH}", "other.ts": ONE.replace(BASE, OTHER)},
    {"config.ts": ONE.replace("export ", ""), "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"},
    {"config.ts": ONE, "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH.replace('/generate', '/chat')}"},
    {"config.ts": ONE, "ask.ts": f"import {{ API_URL }} from 'config';\n{FETCH}"},
    {"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nconsole.log(`${API_URL}/generate`);\n"},
    {"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nimport nock from 'nock';\nnock(API_URL).post('/generate');\n"},
    {"config/conf.go": f"package config\nvar BaseURL = {BASE}\n", "other/config/conf.go": f"package config\nvar BaseURL = {OTHER}\n", "ask.go": 'package a\nimport "x/other/config"\n' + GO.format('config.BaseURL+"/generate"')},
    {"new.go": f"package a\nfunc New() *Client {{ return &Client{{url: {BASE}}} }}\n", "ask.go": "package a\n" + GO.format('c.url+"/generate"').replace("func ask", "func (c *Other) ask")},
    {"a/Constants.java": f"package a;\nclass Constants {{ static final String BASE_URL = {BASE}; }}\n", "b/Constants.java": f"package b;\nclass Constants {{ static final String BASE_URL = {OTHER}; }}\n", "Ask.java": JAVA.replace("{}", 'Constants.BASE_URL + "/generate"', 1).replace("class Ask", "import b.Constants;\nclass Ask")},
    {"a/Conf.kt": f"package a\n\nconst val BASE_URL = {BASE}\n", "Ask.kt": 'package app\n\nimport b.BASE_URL\nclass Ask {\n fun ask(p: String) = http.post("$BASE_URL/generate", mapOf("prompt" to p))\n}\n'},
    {"A.cs": f"namespace Other;\npublic static class Constants {{ public const string Url = {BASE}; }}\n", "Ask.cs": 'namespace App;\nclass Ask { Task Go(string p) => http.PostAsJsonAsync(Constants.Url + "/generate", new { prompt = p }); }\n'},
    {"A.php": f"<?php\nnamespace Other;\nclass Config {{ const URL = {BASE}; }}\n", "Ask.php": "<?php\nnamespace App;\nuse App\\Config;\nclass Ask { function ask($p) { return Http::post(Config::URL . '/generate', ['prompt' => $p]); } }\n"},
    {"src/config.rs": CONST, "src/other.rs": CONST.replace(BASE, OTHER), "src/ask.rs": "use crate::other::BASE_URL;\n" + POSTED.format('format!("{}/generate", BASE_URL)')},
    {"src/config.rs": CONST, "src/ask.rs": "mod config;\n" + POSTED.format('format!("{}/generate", config::BASE_URL)')},
    {"src/config.rs": CONST, "src/main.rs": "mod config { pub const BASE_URL: &str = \"a\"; }\n" + POSTED.format('format!("{}/generate", config::BASE_URL)')},
    {"src/config.rs": CONST, "src/ask.rs": POSTED.format('format!("{}/generate", BASE_URL)')},
    {"a/src/config.rs": CONST, "b/src/ask.rs": "use crate::config::BASE_URL;\n" + POSTED.format('format!("{}/generate", BASE_URL)')},
    {"Net.kt": NET % OTHER, "Api.kt": API},
    {"foo.rb": f"module Foo\n BASE = {BASE}\nend\n", "ask.rb": "class Ask\n include Bar\n def ask(p)\n  HTTParty.post(BASE + '/generate', body: { prompt: p }.to_json)\n end\nend\n"},
    {"Root.kt": f"package app\n\nopen class Root {{\n  protected val base = {BASE}\n}}\n", "Ask.kt": 'package app\n\nclass Ask : Other() {\n fun ask(p: String) = http.post(base + "/generate", mapOf("prompt" to p))\n}\n'},
    {"net.js": SEND % OTHER[1:-1], "ask.js": "import { send } from './net';\nsend('/generate', { prompt: 'a' });\n"},
    {"net.js": SEND % BASE[1:-1], "ask.js": "import { send } from './net';\nsend('/chat', { prompt: 'a' });\n"},
    {"net.js": (SEND % BASE[1:-1]).replace("fetch", "console.log"), "ask.js": "import { send } from './net';\nsend('/generate', { prompt: 'a' });\n"},
    {"Net.kt": (NET % BASE).replace("app.net", "app.other"), "Api.kt": API},
    {"Net.kt": (NET % BASE).replace("Api", "Other"), "Api.kt": API},
    {"Net.kt": NET % BASE, "Api.kt": API.replace("generate", "chat")},
    {"http.ts": CREATE % OTHER, "ask.ts": f"import {{ http }} from './http';\n{POST}"},
    {"http.ts": CREATE % BASE, "ask.ts": f"import {{ http }} from './other';\n{POST}"},
    {"http.ts": CREATE % BASE, "ask.ts": f"import {{ http }} from './http';\n{POST.replace('/generate', '/chat')}"},
    {"http.ts": (CREATE % OTHER).replace(" })", f", headers: {{ Referer: {BASE} }} }})"), "ask.ts": f"import {{ http }} from './http';\n{POST}"},
    {"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\n" + (CREATE % OTHER).replace(" })", ", headers: { Referer: API_URL } })") + POST},
    {"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nconst router = new Router(API_URL);\nrouter.post('/generate', handler);\n"},
    {"config.ts": ONE, "ask.ts": "import { API_URL } from './config';\nconst app = createServer({ proxy: API_URL });\napp.post('/generate', async (req, res) => res.json(await ask(req)));\n"},
    {"foo.rb": f"module Foo\n BASE = {BASE}\nend\n", "ask.rb": "HTTParty.post(\"#{Bar::BASE}/generate\", body: { prompt: p }.to_json)\n"},
]  # fmt: skip


@pytest.mark.parametrize(("tree", "line"), [*SCRIPTS, *OTHERS, *OBJECTS, *RETROFIT, *RUST, *REQUESTERS, *MEMBERS])
def test_a_request_to_what_others_keep_in_pieces(tree: dict[str, str], line: int) -> None:
    (site,) = sites(tree)

    assert (site.path, site.span.line) == (list(tree)[-1], line)
    assert (site.kind, site.confidence) == ("raw_http", "confirmed")
    assert {step.path for step in site.proof} - {site.path}
    for step in site.proof:
        assert 0 < step.line <= tree[step.path].count("\n")


def test_a_step_names_the_interface_as_people_do() -> None:
    (site,) = sites({"Net.kt": NET % BASE, "Api.kt": API})

    assert [(step.text, step.path, step.line) for step in site.proof] == [
        ("POST", "Api.kt", 4),
        ("baseUrl of Api", "Net.kt", 5),
    ]


def test_a_base_is_shown_where_it_is_given() -> None:
    given = (NET % BASE).replace(".Builder().", ".Builder()\n    .client(ok)\n    .")
    (site,) = sites({"Net.kt": given, "Api.kt": API})

    assert [(step.text, step.line) for step in site.proof] == [("POST", 4), ("baseUrl of Api", 7)]


@pytest.mark.parametrize("tree", SILENT)
def test_what_is_no_address_of_generates_is_silent(tree: dict[str, str]) -> None:
    assert sites(tree) == []


CONF = f"package app\n\nconst val baseUrl = {BASE}\n"
HEIR = 'class Ask : Base() {\n fun ask(p: String) = http.post("$baseUrl/generate", mapOf("prompt" to p))\n}\n'
CHOSEN = [
    {"config.ts": f"export const API_URL = process.env.OPEN ? {OTHER} : {BASE};\n", "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"},
    {"config.ts": f"let API_URL = {BASE};\nif (open) API_URL = {OTHER};\nexport {{ API_URL }};\n", "ask.ts": f"import {{ API_URL }} from './config';\n{FETCH}"},
    {"Root.java": f"package app;\nclass Root {{ static String BASE_URL = {BASE}; static void open() {{ BASE_URL = {OTHER}; }} }}\n", "Ask.java": JAVA.replace("{}", 'Root.BASE_URL + "/generate"', 1)},
    {"Conf.kt": CONF, "Ask.kt": f"package app\n\n{HEIR}"},
    {"Net.kt": (NET % BASE).replace("val api = http", "fun api(retrofit: Retrofit) = retrofit").replace(" val http", f" val other = Retrofit.Builder().baseUrl({OTHER}).build()\n val http"), "Api.kt": API},
    {"Net.kt": (NET % BASE).replace(".build()", ".build().create(Coh::class.java)").replace("val api = http", "fun api(retrofit: Retrofit) = retrofit"), "Api.kt": API},
]  # fmt: skip


@pytest.mark.parametrize("tree", CHOSEN)
def test_a_base_that_is_chosen_among_vendors_is_possible_at_most(tree: dict[str, str]) -> None:
    (site,) = sites(tree)

    assert site.confidence == "possible"


def test_an_object_that_comes_from_elsewhere_likely_has_the_base_of_the_file() -> None:
    (site,) = sites(
        {"Net.kt": (NET % BASE).replace("val api = http", "fun api(retrofit: Retrofit) = retrofit"), "Api.kt": API}
    )

    assert site.confidence == "likely"


@pytest.mark.parametrize(
    "tree",
    [
        {"Conf.kt": CONF, "Ask.kt": f"package app\n\n{HEIR.replace(' : Base()', '')}"},
        {"Conf.kt": CONF.replace("app", "conf"), "Ask.kt": f"package app\n\nimport conf.baseUrl\n\n{HEIR}"},
        {
            "Base.kt": f"package app\n\nopen class Base {{\n  val baseUrl = {BASE}\n}}\n",
            "Ask.kt": f"package app\n\n{HEIR}",
        },
    ],
)
def test_a_name_that_no_unread_class_may_hide_is_sure(tree: dict[str, str]) -> None:
    (site,) = sites(tree)

    assert site.confidence == "confirmed"
