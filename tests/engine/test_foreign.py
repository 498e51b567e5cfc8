"""Programs in languages that nothing here parses: what a person must read, and what stays silent."""

from pathlib import Path

import pytest

from audits.analysis import Report, analyse
from audits.engine import file_kind
from audits.engine.facts import FileKind, Unread
from audits.engine.foreign import lines_calling
from audits.engine.steps import extract
from audits.gitstore import open_local
from audits.sandbox import Sandbox

POWERSHELL = "# https://api.cohere.ai/v1/generate\nInvoke-RestMethod -Uri https://api.cohere.ai/v1/generate\n"
LISTED = [
    ("ask.ps1", POWERSHELL, (2,)),
    ("ask.R", 'u <- "https://api.cohere.com/v1/generate"\nPOST(u)\n', (1,)),
    ("ask.pl", "my $base = 'https://api.cohere.ai';\n$ua->post($base . '/v1/generate');\n", (1, 2)),
    ("ask.m", 'url = [NSURL URLWithString:@"https://api.cohere.ai/large/generate"];\n', (1,)),
    ("ask.jl", 'HTTP.post("$(host)/generate")\nhost = "https://api.cohere.ai/v1"\n', (1, 2)),
    ("ask.hpp", 'const char* host = "api.cohere.ai";\nsend("POST /v1/generate HTTP/1.1\\r\\n");\n', (1, 2)),
    ("ask.clj", '(def model "cohere.command-text-v14")\n', (1,)),
]
SILENT = [
    ("a.ps1", "# https://api.cohere.ai/v1/generate\n"),
    ("b.R", 'u <- "https://api.cohere.com/v2/chat"\n'),
    ("c.pl", "see https://docs.cohere.com/reference/generate\n"),
    ("d.jl", 'base = "https://api.cohere.ai/v1"\npost("/embed")\n'),
    ("e.m", '@"https://api.example.com/generate"; // coherent\n'),
    ("g.hpp", 'const char* host = "api.cohere.ai";\nsend("GET /v1/generate HTTP/1.1\\r\\n");\n'),
    ("f.clj", '(post "https://api.cohere.ai/v1/feedback/generate")\n'),
]


@pytest.mark.parametrize(("path", "text", "lines"), LISTED)
def test_a_file_with_an_address_needs_a_person(path: str, text: str, lines: tuple[int, ...]) -> None:
    found = extract(FileKind.OTHER, text.encode())

    assert file_kind(path) is FileKind.OTHER
    assert isinstance(found, Unread)
    assert (found.reason, found.lines) == ("language", lines)


@pytest.mark.parametrize(("path", "text"), SILENT)
def test_other_addresses_and_comments_are_none(path: str, text: str) -> None:
    assert file_kind(path) is FileKind.OTHER
    assert lines_calling(text.encode()) == ()


CURL = "curl https://api.cohere.ai/v1/generate -d '{}'"
BUILDS = {
    "Jenkinsfile": f'node {{ sh "{CURL}" }}\n',
    "Justfile": f"gen:\n    {CURL}\n",
    "Procfile": f"gen: {CURL}\n",
    "crontab": f"0 3 * * * {CURL}\n",
    "Caddyfile": "reverse_proxy https://api.cohere.ai/v1/generate\n",
    "app.service": "Environment=GENERATE=https://api.cohere.ai/v1/generate\n",
    "gen.sh.j2": f"{CURL}\n",
    "ask.conf.tmpl.in": f"{CURL}\n",
    "ask.awk": f'BEGIN {{ system("{CURL}") }}\n',
    "ask.proto": 'option url = "https://api.cohere.ai/v1/generate";\n',
    "build.gradle": f"task gen {{ exec {{ commandLine '{CURL}' }} }}\n",
    "app/build.gradle.kts": 'URL("https://api.cohere.ai/v1/generate").readText()\n',
}


def _audited(folder: Path, files: dict[str, str]) -> Report:
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text)
    with open_local(folder) as source, Sandbox(deadline=60) as sandbox:
        return analyse(source, sandbox)


def test_builds_units_and_templates_need_a_person(tmp_path: Path) -> None:
    report = _audited(tmp_path, BUILDS)

    assert {path: why.reason for path, why in report.unread} == dict.fromkeys(BUILDS, "language")
    assert all(why.lines for _, why in report.unread)
    assert (report.usages, report.seen) == ((), len(BUILDS))


def test_builds_that_call_others_are_none(tmp_path: Path) -> None:
    files = {path: text.replace("/generate", "/chat") for path, text in BUILDS.items()}
    files["tool"] = "\0" + CURL
    files["vendor/Jenkinsfile"] = BUILDS["Jenkinsfile"]

    assert _audited(tmp_path, files).unread == ()


@pytest.mark.parametrize("path", ["Rakefile", "Vagrantfile", "fastlane/Fastfile", "config.ru", "Guardfile"])
def test_ruby_goes_by_names_of_its_own(path: str, tmp_path: Path) -> None:
    source = 'require "rest-client"\nRestClient.post("https://api.cohere.ai/v1/{}", {{ prompt: "x" }}.to_json)\n'

    assert [use.line for use in _audited(tmp_path, {path: source.format("generate")}).usages] == [2]
    assert _audited(tmp_path, {path: source.format("embed")}).usages == ()
