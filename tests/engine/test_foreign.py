"""Programs in languages that nothing here parses: what a person must read, and what stays silent."""

import pytest

from audits.engine import file_kind
from audits.engine.facts import FileKind, Unread
from audits.engine.foreign import lines_calling
from audits.engine.steps import extract

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
