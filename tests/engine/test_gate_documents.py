"""Documents with and without the tests on their bytes: the same is found, whatever their lists, quotes and fences."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from audits.engine.codeblocks import _MDX_PARSER, _MDX_TAG, _PARSER, Block, _blocks_of, directives, fences
from audits.engine.documents import read_document, shown
from audits.engine.facts import FileKind
from audits.engine.looks import QUIET, look_at
from audits.engine.passages import may_show, passages, tells

LEADS = [
    "", "", "", " ", "   ", "    ", "\t", "  \t", "        ", "> ", ">", "- ", "-    ", "-      ", "1. ", "10) ",
    "* > ",
]  # fmt: skip
TEXTS = [
    "", "", "", "```", "```py", "```` `x`", "~~~sh", "```js", "````", "# A", "---", "===", "[a]: /b", "a", "-", "1.",
    ">", "import cohere", "co = cohere.Client()", "co.generate(prompt='a')", "COHERE_MODEL=command", "PROVIDER=cohere",
    "$ curl https://api.cohere.ai/v1/generate -d '{}'", "const r = await co.generate({prompt: 'a'})", "<Tabs>",
    "</Tabs>", "import c from 'cohere-ai'", "model: command", "text that names cohere and command-light", "a::",
    ".. code-block:: python", "url = 'https:\\x2f'",
]  # fmt: skip
LINES = st.builds("".join, st.tuples(st.sampled_from(LEADS), st.sampled_from(LEADS), st.sampled_from(TEXTS)))
DOCUMENTS = st.lists(LINES, max_size=24).map("\n".join)


def in_one(text: str) -> list[Block]:
    """The blocks of a document that is parsed as a whole."""
    plain, tags = _MDX_TAG.subn("", text)
    return list(_blocks_of(_MDX_PARSER if tags else _PARSER, plain, 0, text.split("\n")))


@settings(max_examples=400, deadline=None)
@given(DOCUMENTS)
@example("- a\n\n  ```py\n  co.generate(prompt='a')\n```\n\nimport cohere\n\n    co.generate(prompt='b')\n")
@example("```py\n\nco.generate(prompt='a')\n\n    x\n```\n\n    import cohere\n")
@example("<Tab>\n      ```py\n\nimport cohere\n      ```\n</Tab>\n")
def test_a_document_in_parts_has_the_blocks_that_it_has_as_a_whole(text: str) -> None:
    whole = in_one(text)
    told = any(tells("\n".join(block.lines).encode()) for block in whole)

    assert list(fences(text, text.split("\n"))) == (whole if told else [])


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS, st.sampled_from([FileKind.MARKDOWN, FileKind.RST]))
def test_gate_on_and_gate_off_find_the_same(text: str, kind: FileKind) -> None:
    lines = text.split("\n")
    every = in_one(text) if kind is FileKind.MARKDOWN else list(directives(lines))

    assert read_document(kind, text).sites == shown(every, len(lines))
    assert may_show(kind, text.encode()) or not shown(every, len(lines))


def test_a_document_that_names_the_api_and_shows_no_use_need_not_be_read() -> None:
    prose = b"Generate text with Cohere.\n\n```sh\nmake up\n```\n"

    assert look_at(FileKind.MARKDOWN, prose) == QUIET
    assert not look_at(FileKind.MARKDOWN, prose + b"\n```py\nco.generate(prompt='a')\n```\n").quiet
    assert not look_at(FileKind.RST, b"Cohere::\n\n    co.generate(prompt='a')\n").quiet


def test_a_long_list_is_not_parsed_for_what_its_links_name() -> None:
    text = "# Docs\n\n" + "".join(f"    *   [Cohere generate {at}](/cohere/{at})\n" for at in range(99))

    assert not may_show(FileKind.MARKDOWN, text.encode())
    assert not passages(text, indented=True)


def test_only_the_parts_with_code_are_parsed() -> None:
    text = "Cohere.\n\nGenerate.\n\n- a\n\n      $ curl x\n\nText.\n\n```py\nimport cohere\n\nx\n```\n\nEnd.\n"

    assert [(line, part[:4]) for line, part, _ in passages(text, indented=True)] == [(4, "- a\n"), (10, "```p")]
