"""Tests on bytes: what deserves a parse."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audits.engine import file_kind, gate
from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.filekinds import PINNING
from audits.engine.looks import look_at
from audits.engine.steps import extract


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("a.py", FileKind.PYTHON),
        ("a/b.pyi", FileKind.PYTHON),
        ("n.ipynb", FileKind.NOTEBOOK),
        ("requirements-dev.txt", FileKind.REQUIREMENTS),
        ("pyproject.toml", FileKind.PINS_TOML),
        ("README.md", FileKind.MARKDOWN),
        ("docs/Guide.MDX", FileKind.MARKDOWN),
        ("index.rst", FileKind.RST),
        ("src/app.tsx", FileKind.TSX),
        ("src/app.mjs", FileKind.JAVASCRIPT),
        ("Makefile", FileKind.MAKEFILE),
        ("docker/Dockerfile.dev", FileKind.DOCKERFILE),
        (".env.example", FileKind.ENV),
        ("MLproject", FileKind.YAML),
        ("app.min.js", None),
        ("api.d.ts", None),
        ("vendor/github.com/cohere-ai/cohere-go/client.go", None),
        ("node_modules/cohere-ai/README.md", None),
        ("a.txt", None),
        ("a.pyc", None),
    ],
)
def test_a_files_name_tells_how_it_is_read(path: str, kind: FileKind | None) -> None:
    assert file_kind(path) is kind


@pytest.mark.parametrize(
    "data",
    [
        *(b"import cohere", b"COHERE_API_KEY", b"from langchain.llms import Cohere", b"x-cohere-y", b"cohere_aws"),
        *(b"model='command-nightly'", b"spacy.Command.v1", b"oci.GenerateTextDetails()"),
    ],
)
def test_it_knows_the_api_by_name(data: bytes) -> None:
    assert gate.names_api(data)


@pytest.mark.parametrize("data", [b"coherent", b"incoherence", b"adhered to", b"import openai", b"Coherently"])
def test_other_words_are_not_the_api(data: bytes) -> None:
    assert not gate.names_api(data)


@pytest.mark.parametrize("data", [b"co.generate(", b"co\\\n .generate", b"getattr(x, 'generate')", b"a.batch_generate"])
def test_it_sees_a_methods_name(data: bytes) -> None:
    assert gate.holds_method(data)


@pytest.mark.parametrize("data", [b"def generate(", b"x.generated", b"regenerate(", b"x.generate_text("])
def test_other_names_are_not_the_method(data: bytes) -> None:
    assert not gate.holds_method(data)


def test_encodings_that_hide_a_name_are_undone_first() -> None:
    assert gate.names_api(gate.plain("import cohere".encode("utf-16")))
    assert gate.names_api(gate.plain(b"# coding: unicode_escape\nimport co\\x68ere\n"))
    assert gate.names_api(gate.plain(b"\xff\xfe\x00import cohere\n"))


@pytest.mark.parametrize(
    ("path", "text", "provider"),
    [
        ("app.py", b"import llm\n", "llm.py"),
        ("app.py", b"from llm import co\n", "src/llm.py"),
        ("a/b.py", b"from .llm import co\n", "a/llm.py"),
        ("a/b.py", b"from . import llm\n", "a/llm.py"),
        ("a/b/c.py", b"from ..llm import co\n", "a/llm.py"),
        ("x.py", b"from app.clients import (\n    co,\n)\n", "app/clients/__init__.py"),
        ("x.py", b"from app import clients as c\n", "src/app/clients.py"),
        ("x.py", b"import os, app.llm\n", "app/llm.py"),
    ],
)
def test_an_import_meets_the_file_that_it_means(path: str, text: bytes, provider: str) -> None:
    assert set(gate.names_of(provider)) & set(gate.asked_by(path, gate.imported(text)))


@pytest.mark.parametrize(
    ("path", "text", "other"),
    [
        ("app.py", b"import utils\n", "deep/down/utils.py"),
        ("a/b.py", b"from .llm import co\n", "c/llm.py"),
        ("x.py", b"import openai\n", "providers/openai.py"),
    ],
)
def test_an_import_does_not_meet_a_file_that_only_has_the_name(path: str, text: bytes, other: str) -> None:
    assert not set(gate.names_of(other)) & set(gate.asked_by(path, gate.imported(text)))


@pytest.mark.parametrize(
    "text",
    [
        b"# Gateway\n```yaml\nroutes:\n- route_type: llm/v1/completions\n  model: {provider: cohere}\n```\n",
        b"Cohere\n```python\nfrom haystack_integrations.components.generators.cohere import CohereGenerator\n```\n",
    ],
)
def test_a_document_is_read_for_what_its_blocks_configure(text: bytes) -> None:
    assert gate.takes_part(FileKind.MARKDOWN, text)


def test_a_client_by_its_name_needs_a_file_that_says_cohere() -> None:
    text = b'co.generate({ prompt: p, maxTokens: 5 });\nco.chat({ model: "command", message: p });\n'
    for data, uses in ((text, 0), (b"// cohere\n" + text, 2)):
        found = extract(FileKind.TYPESCRIPT, data)
        assert isinstance(found, ModuleFacts)
        assert (gate.takes_part(FileKind.TYPESCRIPT, data), len(found.sites)) == (bool(uses), uses)


PARTS = [
    "cohere",
    "Coherent",
    "COHERE_",
    "coherence",
    "coheres ",
    "command-",
    "command-light",
    "command-r'",
    "command",
    "model",
    ": ",
    "= ",
    '"',
    "'",
    ",",
    "\n",
    "\r",
    "}",
    " ",
    "c4ai-x",
    "spacy.",
    "Command",
    "GenerateTextDetails",
    "# coding: ",
    "utf-7",
    "unicode_escape",
    "raw-unicode_escape",
    "generate",
    "langchain",
    "r-plus-08-2024",
    "\\x68",
    "é",
]


@settings(max_examples=400)
@given(st.lists(st.sampled_from(PARTS), max_size=8), st.sampled_from(list(FileKind)), st.booleans())
def test_the_sieve_lets_every_file_through_that_takes_part(parts: list[str], kind: FileKind, wide: bool) -> None:
    data = "".join(parts).encode("utf-16" if wide else "utf-8")
    if kind not in PINNING and look_at(kind, data).names:
        assert any(re.search(row.encode(), line) for row in gate.SIEVE for line in data.split(b"\n"))
