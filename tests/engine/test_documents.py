"""Documents: what their code blocks show is a mention, judged as what it shows and counted as nothing."""

from audits.engine.facts import Confidence, FileKind, Kind, Language, Unread
from audits.engine.present import present
from audits.engine.steps import extract, judge, placed

README = """# How to

Install `cohere`.

```python
import cohere
co = cohere.Client("key")
```

Then:

  ```py
  response = co.generate(prompt="Hi", num_generations=2)
  ```

Not code: co.generate(prompt="x").

```text
co.generate(prompt="y")
```
"""


def mentions(text: str, kind: FileKind = FileKind.MARKDOWN):
    found = extract(kind, text.encode())
    assert not isinstance(found, Unread)
    return [judge(site) for site in placed("README.md", found)]


def test_blocks_of_one_language_are_one_module() -> None:
    (usage,) = mentions(README)

    assert (usage.path, usage.line, usage.column) == ("README.md", 13, 16)
    assert (usage.kind, usage.confidence, usage.language) == (Kind.MENTION, Confidence.CONFIRMED, Language.PYTHON)
    assert {step.path for step in usage.proof} == {"README.md"}
    assert [row.name for row in usage.parameters] == ["prompt", "num_generations"]
    assert usage.unsupported == ("num_generations",)
    assert usage.replacement is not None
    assert "co.v2.chat(" in usage.replacement.v2
    assert usage.why.startswith("A code block of this document shows a call of Generate.")


def test_a_block_that_does_not_parse_spoils_no_other() -> None:
    broken = README.replace("Then:", "```python\nco.generate(\n```\n")

    assert [usage.line for usage in mentions(broken)] == [16]


def test_a_comment_of_the_page_in_a_block_is_no_code() -> None:
    code = "from langchain_community.llms import Cohere\nllm = Cohere()\n"
    blocks = [f"```python\n{line}\n{code}```\n" for line in ('<!--IMPORTS:[{"imported": "Cohere"}]-->', "<!-- open")]

    assert [usage.line for usage in mentions(blocks[0])] == [4]
    assert mentions(blocks[1]) == []


def test_a_block_that_only_goes_on_with_the_one_before_is_read_by_itself() -> None:
    blocks = (
        "import cohere\nco = cohere.Client()\nif co:\n    pass",
        "    co.generate(prompt='a')",
        "co.generate(prompt='b')",
    )
    usages = mentions("".join(f"```python\n{block}\n```\n" for block in blocks))

    assert [(usage.line, usage.confidence) for usage in usages] == [(8, Confidence.LIKELY), (11, Confidence.CONFIRMED)]


def test_a_session_loses_its_prompts() -> None:
    code = ">>> import cohere\n>>> co = cohere.Client()\n>>> co.generate(\n...     prompt='a')\nGenerations\n"
    text = f"```pycon\n{code}```\n"

    assert [(usage.line, usage.end_line) for usage in mentions(text)] == [(4, 5)]


def test_a_comment_of_the_document_sets_a_block_s_line_aside() -> None:
    text = "```python\nimport cohere\ncohere.Client().generate(prompt='a')  # last-call: ignore[old docs]\n```\n"

    assert [usage.suppressed for usage in mentions(text)] == ["old docs"]


def test_the_page_shows_the_document_s_lines() -> None:
    (usage,) = present(FileKind.MARKDOWN, README.encode(), mentions(README))

    assert usage.snippet.strip().startswith("response = co.generate(")
    assert [row.mark for row in usage.excerpt if row.number == 13] == ["call"]
    assert usage.replacement is not None
    assert usage.replacement.v2
    assert usage.language is Language.MARKDOWN


def test_what_a_document_shows_has_its_language_and_its_blocks_code() -> None:
    text = "import { CohereClient } from 'cohere-ai';\nconst co = new CohereClient({});\n"
    text += "await co.generate({ prompt: 'x' });\n"
    rst = ".. code-block:: typescript\n\n" + "".join(f"   {row}\n" for row in text.splitlines())
    for kind, source in ((FileKind.MARKDOWN, f"```typescript\n{text}```\n"), (FileKind.RST, rst)):
        (usage,) = present(kind, source.encode(), mentions(source, kind))
        assert usage.language.value == kind.value
        assert usage.replacement is not None
        assert "messages: [" in usage.replacement.v2
        assert usage.replacement.v2_lines
        assert present(kind, source.encode(), [usage]) == (usage,)


def test_a_call_whose_client_the_document_does_not_make_is_likely() -> None:
    text = (
        "# cohere\n\n```python PYTHON\nresponse = co.generate(\n    prompt='a', max_tokens=5)\nif x\n```\n\n"
        "```\nr = co.generate('b')\n```\n"
    )

    assert [
        (use.line, use.end_line, use.confidence, [row.name for row in use.parameters]) for use in mentions(text)
    ] == [
        (4, 5, "likely", ["prompt", "max_tokens"]),
        (10, 10, "likely", ["prompt"]),
    ]


def test_blocks_of_every_language_are_read() -> None:
    text = (
        'cohere\n```bash\n$ curl https://api.cohere.ai/v1/generate -d \'{"prompt": "x"}\'\n```\n'
        "```js\nconst co = new CohereClient();\n```\n```js\nco.generate({ prompt });\n```\n"
        "```js\nimport { CohereClient } from 'cohere-ai';\n```\n"
        '```go\nhttp.Post("https://api.cohere.ai/generate", t, b)\n```\n```text\nco.generate()\n```\n'
    )

    assert [(use.line, use.language) for use in mentions(text)] == [(3, "shell"), (9, "javascript"), (15, "go")]


def test_restructured_text() -> None:
    text = (
        "Cohere\n======\n\n.. code-block:: python\n   :linenos:\n\n   import cohere\n   co = cohere.Client()\n"
        "   co.generate(prompt='a')\n\nText::\n\n    curl https://api.cohere.ai/v1/generate\n\n"
        "No code: co.generate(1).\n"
    )

    assert [(use.line, use.language) for use in mentions(text, FileKind.RST)] == [(9, "python"), (13, "shell")]


def test_chat_with_a_dead_model_is_no_mention_of_generate() -> None:
    text = "```python\nimport cohere\ncohere.Client().chat(message='a', model='command-r')\n```\ngenerate\n"

    assert mentions(text) == []


def test_blocks_of_configuration_are_files_of_their_own() -> None:
    text = (
        "```yaml\nroutes:\n  - route_type: llm/v1/completions\n    model: {provider: cohere, name: command}\n```\n"
        "```env\nCOHERE_API_URL=https://api.cohere.ai/v1/generate\n```\n```env\nAPP_MODEL=command\n```\n"
        '```json\n{"model": "command-a-03-2025", "generations": []}\n```\n'
    )

    assert [(usage.line, usage.kind) for usage in mentions(text)] == [(4, Kind.MENTION), (7, Kind.MENTION)]


def test_a_librarys_class_is_shown_even_where_its_release_decides() -> None:
    text = (
        "```python\nfrom haystack_integrations.components.generators.cohere import CohereGenerator\n"
        'g = CohereGenerator(model="command-light")\n```\n'
    )

    assert [(usage.line, usage.confidence) for usage in mentions(text)] == [(3, Confidence.POSSIBLE)]


def test_a_block_that_ends_a_long_string_is_read_behind_it() -> None:
    text = '```\nTags: {text}\nTags:"""\n\ndef tags(p):\n    return co.generate(model="xlarge", prompt=p)\n```\n'

    assert [(usage.line, usage.column) for usage in mentions(text)] == [(6, 14)]


def test_settings_and_blocks_without_a_fence_are_read() -> None:
    text = (
        "# A\n\n```bash\nexport COHERE_URL=https://api.cohere.ai/v1/generate\n```\n\n"
        "```\n# ours\nURL=https://api.cohere.ai/v1/generate\n```\n\n"
        '    curl https://api.cohere.ai/v1/generate -d \'{"prompt": "x"}\'\n\n'
        "    see https://api.cohere.ai/v1/generate\n"
    )

    assert [(usage.line, usage.kind) for usage in mentions(text)] == [(line, Kind.MENTION) for line in (4, 9, 12)]


def test_a_block_right_below_a_tag_is_one_at_any_depth() -> None:
    beside = '<div>\n```python\nimport cohere\nco = cohere.Client("k")\nco.generate(prompt="x")\n```\n</div>\n'
    (plain,) = mentions(beside)
    nested = (
        '<Tabs>\n  <Tab title="Python">\n      ```python title="a.py"\n      import cohere\n'
        '      co = cohere.Client("k")\n      co.generate(prompt="x")\n      ```\n  </Tab>\n</Tabs>\n'
    )
    (deep,) = mentions(nested)

    assert (plain.line, plain.column) == (5, 3)
    assert (deep.line, deep.column) == (6, 9)


def test_a_magic_in_a_block_is_shown() -> None:
    text = "# Magics\n\n```\n%%ai cohere:command-xlarge-nightly\nExplain.\n```\n\nType %%ai cohere:command for one.\n"
    facts = extract(FileKind.MARKDOWN, text.encode())

    assert not isinstance(facts, Unread)
    assert [(site.kind, site.span.line) for site in facts.sites] == [(Kind.MENTION, 4)]
