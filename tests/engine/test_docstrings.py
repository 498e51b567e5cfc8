"""Examples in docstrings: mentions, and nothing else of a docstring."""

from pathlib import Path

from audits.analysis import analyse
from audits.engine.facts import FileKind, Kind
from audits.gitstore import open_local
from audits.sandbox import Sandbox
from tests.engine.languages.found import found
from tests.gitbuild import RepositoryBuilder

MODULE = '''"""A module.

Example::

    import cohere
    co = cohere.Client("k")
    co.generate(prompt="a", k=1)
"""


class A:
    """Does it.

    >>> co = cohere.Client()
    >>> co.generate(
    ...     prompt="x", num_generations=2)
    [1]

    ```python
    from langchain.llms import Cohere
    llm = Cohere(model="command-nightly")
    ```
    """

    def f(self):
        """Calls co.generate(prompt="p") of cohere, as prose says."""
        text = """
        >>> co.generate(prompt="of a value, no docstring")
        """
        return text
'''


def test_sessions_fences_and_directives_are_mentions() -> None:
    assert found(FileKind.PYTHON, MODULE) == [
        (7, "mention", "confirmed", "prompt k"),
        (15, "mention", "confirmed", "prompt num_generations"),
        (21, "mention", "confirmed", "model"),
    ]


def test_an_audit_counts_each_once(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "repo.git")
    builder.commit({"app.py": MODULE})
    with open_local(builder.path) as source, Sandbox() as sandbox:
        report = analyse(source, sandbox)

    assert [(usage.line, usage.kind) for usage in report.usages] == [
        (7, Kind.MENTION),
        (15, Kind.MENTION),
        (21, Kind.MENTION),
    ]


def test_a_block_without_a_language_is_pythons_where_it_imports_so() -> None:
    shown = '"""Runs.\n\nExample::\n\n    from langchain.llms import Cohere\n    llm = Cohere(model="command")\n"""\n'
    other = '"""Runs.\n\nExample::\n\n    from here on, Cohere(model="command") of langchain.llms is gone\n"""\n'

    assert found(FileKind.PYTHON, shown) == [(6, "mention", "confirmed", "model")]
    assert found(FileKind.PYTHON, other) == []
