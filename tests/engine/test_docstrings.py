"""Examples in docstrings: mentions, and nothing else of a docstring."""

from audits.engine.facts import FileKind
from tests.engine.languages.found import found

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
