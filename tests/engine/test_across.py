"""Clients that another file of the same language makes."""

import pytest

from audits.engine import ModuleFacts, codec, file_kind
from audits.engine.across import FAMILY, Across, Reached, shared
from audits.engine.facts import CallSite
from audits.engine.steps import extract
from tests.engine.trees import carried

CLIENT = """\
import { CohereClient, CohereClientV2 } from "cohere-ai";
export const cohere = new CohereClient({ token });
export const second = new CohereClientV2({ token });
export const getAi = () => cohere;
export function lazily() { return new CohereClient({}); }
export class Ai {
  private readonly inner: CohereClient;
  get() { return this.inner; }
}
const hidden = { chat: cohere };
export { hidden as clients };
export default new Ai();
"""


def sites(tree: dict[str, str]) -> list[CallSite]:
    """The uses of what other files of a tree give, the tree given as path -> source."""
    across = Across(*carried(tree))
    return [site for path in tree for site in across.sites(path)]


def lines(tree: dict[str, str]) -> list[tuple[str, int, str, str]]:
    return [(site.path, site.span.line, site.kind.value, site.confidence.value) for site in sites(tree)]


FACTORIES = [
    ("export default function () { return new CohereClient({}); }", 'import make from "./client";'),
    ("export default () => new CohereClient({});", 'import make from "./client";'),
    ("export default function make(): CohereClient { return build(); }", 'import { default as make } from "./client";'),
    ("module.exports = () => new CohereClient({});", 'const make = require("./client");'),
    ("module.exports = function () { return new CohereClient({}); };", 'import make from "./client";'),
]


@pytest.mark.parametrize(("given", "imports"), FACTORIES)
def test_a_module_that_is_a_factory(given: str, imports: str) -> None:
    lead = 'import { CohereClient } from "cohere-ai";\n'
    tree = {"client.ts": lead + given, "use.ts": f"{imports}\nmake().generate({{ prompt: p }});\n"}

    assert lines(tree) == [("use.ts", 2, "sdk_call", "confirmed")]
    assert (
        lines(tree | {"client.ts": lead + given.replace("CohereClient({})", "Other({})").replace(": CohereClient", "")})
        == []
    )


@pytest.mark.parametrize(
    ("imports", "receiver"),
    [
        ('import { cohere } from "./client";', "cohere"),
        ('import { cohere as llm } from "./client.js";', "llm"),
        ('import * as all from "./client";', "all.cohere"),
        ('const { cohere } = require("./client");', "cohere"),
        ('const all = require("./client.js");', "all.cohere"),
        ('const { cohere: ai } = await import("./client");', "ai"),
        ('import { getAi } from "./client";', "getAi()"),
        ('import { lazily } from "./client";\nconst ai = lazily();', "ai"),
        ('import { Ai } from "./client";\nconst ai = new Ai();', "ai.inner"),
        ('import { Ai } from "./client";\nfunction f(ai: Ai) {}', "new Ai().get()"),
        ('import whole from "./client";', "whole.get()"),
        ('import { clients } from "./client";', "clients.chat"),
        ('import { cohere } from "@/lib/client";', "cohere"),
        ('import { cohere } from "~/lib/client";', "cohere"),
        ('import { cohere } from "src/lib/client";', "cohere"),
    ],
)
def test_a_script_uses_what_another_one_exports(imports: str, receiver: str) -> None:
    tree = {"src/lib/client.ts": CLIENT, "src/lib/use.ts": f"{imports}\n{receiver}.generate({{ prompt }});\n"}

    (site,) = sites(tree)
    assert (site.path, site.confidence, site.client) == ("src/lib/use.ts", "confirmed", "cohere-ai.CohereClient")
    assert {step.path for step in site.proof} == set(tree)


def test_names_that_say_nothing_lead_there_through_other_files() -> None:
    tree = {
        "lib/client.ts": CLIENT,
        "lib/index.ts": 'export * from "./client";\nexport { cohere as llm, default as whole } from "./client";\n',
        "again.ts": 'import { llm } from "./lib";\nexport const model = llm;\n',
        "use.ts": 'import { model } from "./again";\nmodel.generateStream({ prompt, maxTokens: 2 });\n',
    }
    assert lines(tree) == [("use.ts", 2, "sdk_stream", "confirmed")]


def test_commonjs() -> None:
    tree = {
        "client.js": 'const cohere = require("cohere-ai");\ncohere.init(key);\nmodule.exports = cohere;\n',
        "named.js": 'const { CohereClient } = require("cohere-ai");\nexports.ai = new CohereClient();\n',
        "table.js": 'const { ai } = require("./named");\nmodule.exports = { ai, other: 1 };\n',
        "use.js": 'const c = require("./client");\nconst { ai } = require("./table");\n'
        "c.generate(o);\nai.generate(o);\nrequire('./named').ai.generate(o);\n",
    }
    assert [row[:2] for row in lines(tree)] == [("use.js", 3), ("use.js", 4), ("use.js", 5)]


def test_a_base_class_holds_the_client() -> None:
    tree = {
        "base.ts": 'import { CohereClient } from "cohere-ai";\n'
        "export abstract class Base { protected co = new CohereClient({}); }\n",
        "heir.ts": 'import { Base } from "./base";\n'
        "export class Heir extends Base { ask(p) { return this.co.generate({ prompt: p }); } }\n",
    }
    assert lines(tree) == [("heir.ts", 2, "sdk_call", "confirmed")]


def test_chat_on_an_imported_client_is_judged_by_its_version() -> None:
    use = 'import { cohere, second } from "./client";\n'
    use += 'cohere.chat({ message, model: "command" });\nsecond.chat({ message, model: live });\n'
    use += "cohere.chat({ message, numGenerations: 2 });\ncohere.chat({ message });\n"

    assert lines({"client.ts": CLIENT, "use.ts": use}) == [
        ("use.ts", 2, "dead_model", "confirmed"),
        ("use.ts", 3, "half_migrated", "confirmed"),
        ("use.ts", 4, "half_migrated", "confirmed"),
    ]


def test_several_files_that_an_alias_may_mean_leave_a_doubt() -> None:
    other = "export const cohere = makeSomething();\n"
    use = 'import { cohere } from "@/client";\ncohere.generate({ prompt });\n'
    tree = {"a/client.ts": CLIENT, "b/client.ts": other, "a/use.ts": use}

    assert lines(tree) == [("a/use.ts", 2, "sdk_call", "likely")]


@pytest.mark.parametrize(
    "client",
    [
        'import { createCohere } from "@ai-sdk/cohere";\nexport const cohere = createCohere({});\n',
        'import { ChatCohere } from "@langchain/cohere";\nexport const cohere = new ChatCohere({});\n',
    ],
)
def test_what_is_surely_another_library_is_not_guessed_by_its_name(client: str) -> None:
    use = 'import { cohere } from "./client";\ncohere.generate({ prompt, maxTokens: 5 });\n'

    assert lines({"use.ts": use}) == [("use.ts", 2, "sdk_call", "likely")]
    assert lines({"client.ts": client, "use.ts": use}) == []


def test_a_package_of_go_shares_its_names() -> None:
    tree = {
        "llm/client.go": 'package llm\nimport c "github.com/cohere-ai/cohere-go/v2/client"\n'
        'var Shared = c.NewClient(c.WithToken("x"))\ntype Service struct {\n\tinner *c.Client\n}\n'
        "func Get() *c.Client { return Shared }\n",
        "llm/ask.go": "package llm\nfunc (s *Service) Ask(r *R) {\n\ts.inner.Generate(ctx, r)\n"
        "\tShared.Generate(ctx, r)\n}\n",
        "cmd/main.go": 'package main\nimport "github.com/me/app/llm"\n'
        "func main() {\n\tllm.Get().GenerateStream(x, r)\n}\n",
        "other/main.go": "package other\nfunc main() {\n\tShared.Generate(ctx, r)\n}\n",
    }
    assert lines(tree) == [
        ("llm/ask.go", 3, "sdk_call", "likely"),
        ("llm/ask.go", 4, "sdk_call", "confirmed"),
        ("cmd/main.go", 4, "sdk_stream", "confirmed"),
    ]


def test_classes_are_known_by_their_names() -> None:
    java = "package com.me;\npublic class App extends Config {\n  private final Config config;\n  void run() {\n"
    java += "    Config.CLIENT.generate(r);\n    mine.generate(r);\n    this.mine.generate(r);\n"
    java += "    config.getMine().generate(r);\n    other.generate(r);\n  }\n}\n"
    tree = {
        "me/Config.java": "package com.me;\nimport com.cohere.api.Cohere;\npublic class Config {\n"
        "  static final Cohere CLIENT = Cohere.builder().build();\n  protected Cohere mine;\n"
        "  Cohere getMine() { return mine; }\n}\n",
        "me/App.java": java,
        "me/App.kt": "package com.me\nfun ask() { Config.CLIENT.generateStream(r) }\n",
        "Holder.cs": "using Cohere;\nstatic class Holder { public static CohereClient Client { get; } = new(); }\n",
        "Use.cs": 'class Use {\n  Task Run() => Holder.Client.GenerateAsync(prompt: "x");\n}\n',
        "llm.rb": "LLM = Cohere::Client.new(api_key: k)\n"
        "module Ai\n  def self.client\n    @client ||= LLM\n  end\nend\n",
        "ask.rb": 'LLM.generate(prompt: "x")\nAi.client.generate(prompt: "x")\n',
    }
    assert [row[:2] for row in lines(tree)] == [
        ("me/App.java", 5), ("me/App.java", 6), ("me/App.java", 7), ("me/App.java", 8), ("me/App.kt", 2), ("Use.cs", 2),
        ("ask.rb", 1), ("ask.rb", 2),
    ]  # fmt: skip


def test_only_files_that_give_a_client_make_others_worth_a_look() -> None:
    facts = {path: extract(FAMILY_KIND[path], text.encode()) for path, text in GIVING.items()}
    assert all(isinstance(row, ModuleFacts) for row in facts.values())
    assert shared({"a.ts": facts["a.ts"]}, FAMILY_KIND) == frozenset()  # type: ignore[dict-item]
    assert FAMILY_KIND["b.js"] in shared({"b.js": facts["b.js"]}, FAMILY_KIND)  # type: ignore[dict-item]


GIVING = {
    "a.ts": 'import { CohereClient } from "cohere-ai";\nconst co = new CohereClient({});\nco.generate({ prompt });\n',
    "b.js": 'export { CohereClient } from "cohere-ai";\n',
}
FAMILY_KIND = {path: kind for path in GIVING if (kind := file_kind(path)) in FAMILY}


@pytest.mark.parametrize("order", [("ai", "other"), ("other", "ai")])
def test_a_barrel_of_several_files_gives_what_each_of_them_gives(order: tuple[str, str]) -> None:
    tree = {
        "ai.ts": 'import { CohereClient } from "cohere-ai";\nexport const ai = new CohereClient({});\n',
        "other.ts": "export const other = 1;\n",
        "index.ts": "".join(f'export * from "./{name}";\n' for name in order),
        "use.ts": 'import { ai } from "./index";\nai.generate({ prompt });\n',
    }
    assert lines(tree) == [("use.ts", 2, "sdk_call", "confirmed")]


def test_what_is_exported_twice_is_one_or_the_other() -> None:
    made = 'const { CohereClient } = require("cohere-ai");\nconst f = require("./fake");\n'
    tree = {
        "llm.js": f"{made}exports.llm = new CohereClient({{}});\nif (test) exports.llm = f.llm;\n",
        "fake.js": "exports.llm = { generate() {} };\n",
        "use.js": 'require("./llm").llm.generate(o);\n',
    }
    assert [row[:2] for row in lines(tree)] == [("use.js", 1)]


def test_files_that_name_each_other_cost_a_few_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = []
    in_file = Across._in_file

    def counted(self: Across, path: str, way: str, depth: int, *, loose: bool) -> Reached | None:
        steps.append(path)
        return in_file(self, path, way, depth, loose=loose)

    monkeypatch.setattr(Across, "_in_file", counted)
    tree = {f"p/{name}{n}.go": f"package p\nvar {name} = {to}\n" for n in range(4) for name, to in ("AB", "BA")}
    tree["p/use.go"] = "package p\nfunc f() {\n\tA.Generate(ctx, r)\n\tB.Generate(ctx, r)\n}\n"

    assert lines(tree) == []
    assert 8 <= len(steps) <= 100


def test_a_string_is_no_module() -> None:
    assert lines({"a.js": '"exports".x = 1;\n"module".exports = 2;\n// cohere\n'}) == []


@pytest.mark.parametrize(("module", "found"), [("github.com/me/app", 1), ("github.com/me/app/other", 0)])
def test_a_package_of_go_may_lie_in_the_root(module: str, found: int) -> None:
    tree = {
        "client.go": 'package app\nimport c "github.com/cohere-ai/cohere-go/v2/client"\n'
        'var Shared = c.NewClient(c.WithToken("x"))\n',
        "other/other.go": "package other\n",
        "cmd/main.go": f'package main\nimport app "{module}"\nfunc main() {{\n\tapp.Shared.Generate(x, r)\n}}\n',
    }
    assert lines(tree) == [("cmd/main.go", 4, "sdk_call", "likely")] * found


def test_ways_that_lead_nowhere_cost_a_tree_no_more_than_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("audits.engine.across._TOTAL", 20)
    tree = {f"p/{name}{n}.go": f"package p\nvar {name} = {to}\n" for n in range(9) for name, to in ("AB", "BA")}
    asks = "".join(f"\tA.x{number}.Generate(ctx, r)\n" for number in range(50))
    tree["p/use.go"] = f"package p\nfunc f() {{\n{asks}}}\n"

    assert lines(tree) == []


def test_a_call_of_chat_on_another_files_client_is_known() -> None:
    tree = {
        "client.ts": CLIENT,
        "use.ts": 'import { cohere, second } from "./client";\n'
        "async function ask() { await cohere.chat({ message }); }\n"
        "second.v2.chat(o);\nother.chat(o);\n",
        "post.ts": 'fetch("https://api.cohere.com/v2/chat", { method: "POST", body });\n',
    }
    facts = {path: extract(file_kind(path), text.encode()) for path, text in tree.items()}
    facts = {path: codec.decode(ModuleFacts, codec.encode(row)) for path, row in facts.items()}
    across = Across(facts, {path: file_kind(path) for path in tree})

    found = [(site.path, site.scope, site.line) for path in tree for site in across.chats(path)]
    assert found == [("use.ts", "ask", 2), ("use.ts", "", 3), ("post.ts", "", 1)]
