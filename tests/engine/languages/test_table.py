"""The table of parameters and the replacement say the same, in every language and for every parameter."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import re
from collections.abc import Callable

import pytest

from audits.engine import catalogue
from audits.engine.facts import FileKind, Usage, Verdict
from audits.engine.languages.writing import camel, pascal
from audits.engine.steps import judge
from tests.engine.languages.found import usages
from tests.engine.languages.test_narrow import CSHARP, GO, JAVA, RUST, TS
from tests.engine.trees import sites

URL = "https://api.cohere.ai/v1/generate"
VALUES = {
    "max_tokens": "5", "temperature": "0.5", "k": "3", "p": "0.5", "frequency_penalty": "0.2", "presence_penalty": "0.3",
    "seed": "7", "num_generations": "3", "stop_sequences": '["a"]', "end_sequences": '["b"]', "truncate": '"END"',
    "preset": '"x"', "return_likelihoods": '"GENERATION"', "raw_prompting": "true", "logit_bias": "bias",
}  # fmt: skip
KOTLIN = (
    "import com.cohere.api.Cohere\nimport com.cohere.api.requests.GenerateRequest\nval co = Cohere.builder().token(k).build()\n"
    "fun f(q: String) = co.generate(GenerateRequest.builder().prompt(q){}.build())\n"
)
RUBY = "require 'cohere'\nco = Cohere::Client.new(api_key: k)\nco.generate(prompt: q, {})\n"


def listed(value: str, opening: str, closing: str) -> str:
    """A list as a language writes it; any other value as it is."""
    return f"{opening}{value[1:-1]}{closing}" if value.startswith("[") else value


SDKS: dict[FileKind, Callable[[str, str], str]] = {
    FileKind.TYPESCRIPT: lambda name, value: TS.format(f", {camel(name)}: {value}", ""),
    FileKind.GO: lambda name, value: GO.format(f"{pascal(name)}: {listed(value, '[]string{', '}')}"),
    FileKind.JAVA: lambda name, value: JAVA.format(f".{camel(name)}({listed(value, 'List.of(', ')')})"),
    FileKind.KOTLIN: lambda name, value: KOTLIN.format(f".{camel(name)}({listed(value, 'listOf(', ')')})"),
    FileKind.RUBY: lambda name, value: RUBY.format(f"{name}: {value}"),
    FileKind.CSHARP: lambda name, value: CSHARP.format(f"{pascal(name)} = {listed(value, 'new[] {', '}')}"),
    FileKind.RUST: lambda name, value: RUST.format(f"{name}: Some({value})"),
}
BODIES: dict[FileKind, Callable[[str, str], str]] = {
    FileKind.TYPESCRIPT: lambda name, value: (
        f'fetch("{URL}", {{ method: "POST", body: JSON.stringify({{ prompt, {name}: {value} }}) }});\n'
    ),
    FileKind.PHP: lambda name, value: (
        f"<?php Http::post('{URL}', ['prompt' => $q, '{name}' => {'$' * (value == 'bias')}{value}]);\n"
    ),
    FileKind.SHELL: lambda name, value: (
        f'curl {URL} -d \'{{"prompt": "x", "{name}": {value if value != "bias" else "{}"}}}\'\n'
    ),
    FileKind.RUBY: lambda name, value: f"HTTParty.post('{URL}', body: {{ prompt: q, {name}: {value} }}.to_json)\n",
    FileKind.DART: lambda name, value: (
        f"f() => http.post(Uri.parse('{URL}'), body: jsonEncode({{'prompt': q, '{name}': {value}}}));\n"
    ),
}
# What the SDK of .NET calls Chat's parameters.
OWN = {"max_tokens": "MaxOutputTokens", "k": "TopK", "p": "TopP"}
STAY = frozenset({Verdict.KEPT, Verdict.RENAMED, Verdict.CHANGED, Verdict.DISPUTED})


def stands(name: str, code: str) -> bool:
    """Is it an entry of the call or of the body?"""
    names = {name, camel(name), pascal(name), OWN.get(name, name)}
    return any(re.search(rf"(?<!\w){one}[\"']?\s*(?:=>|[:=(])", code) for one in names)


def agrees(usage: Usage, name: str) -> bool:
    (row,) = [row for row in usage.parameters if row.name == name]
    assert usage.replacement is not None
    code = usage.replacement.v2 or usage.replacement.v1
    targets = {rule.chat_v2 for rule in catalogue.PARAMETERS[name] if rule.chat_v2} or {name}
    assert code
    assert row.verdict in STAY | {Verdict.UNSUPPORTED}
    return (row.verdict in STAY) == any(stands(target, code) for target in targets)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("kind", SDKS)
def test_through_an_sdk(kind: FileKind, name: str) -> None:
    (usage,) = usages(kind, SDKS[kind](name, VALUES[name]))

    assert agrees(usage, name)


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("kind", BODIES)
def test_in_the_body_of_a_request(kind: FileKind, name: str) -> None:
    (usage,) = usages(kind, BODIES[kind](name, VALUES[name]))

    assert agrees(usage, name)


@pytest.mark.parametrize("name", VALUES)
def test_in_python(name: str) -> None:
    value = VALUES[name].replace("true", "True")
    (site,) = sites(f"import cohere\nco = cohere.Client('k')\nco.generate(prompt=q, {name}={value})\n")

    assert agrees(judge(site), name)
