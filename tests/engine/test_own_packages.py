"""Packages in the tree that have a library's name: the repository's own, and installed copies."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import sites

USE = "import cohere\ncohere.Client().generate(prompt='x')\n"
OWN = "class Client:\n    def generate(self, prompt):\n        return prompt[::-1]\n"


@pytest.mark.parametrize(
    ("tree", "found"),
    [
        ({"cohere/__init__.py": "from .thing import Client\n", "cohere/thing.py": OWN, "app.py": USE}, 0),
        ({"a/cohere/__init__.py": OWN, "a/app.py": USE}, 0),
        # It has no such thing, it is a copy of the SDK, or lies where no import leads: the SDK is meant.
        ({"cohere/__init__.py": "", "app.py": USE}, 1),
        ({"cohere/__init__.py": OWN, "cohere/client.py": OWN, "app.py": USE}, 1),
        ({"llms/cohere/__init__.py": OWN, "app.py": USE}, 1),
        ({"cohere/__init__.py": "", "cohere/app.py": USE}, 1),
    ],
)
def test_a_package_of_the_repository_is_what_its_import_means(tree: dict[str, str], found: int) -> None:
    assert len([row for row in sites(tree) if row.kind is Kind.SDK_CALL]) == found


def test_an_installed_copy_hides_no_library() -> None:
    tree = {
        "main.py": "from langchain.llms import Cohere\nllm = Cohere(model='command')\n",
        "venv/Lib/site-packages/langchain/llms/__init__.py": (
            "def _import_cohere():\n    from langchain_community.llms.cohere import Cohere\n    return Cohere\n"
            "def __getattr__(name):\n    return _import_cohere() if name == 'Cohere' else None\n"
        ),
    }
    (row,) = sites(tree)
    assert (row.kind, row.path, str(row.confidence)) == (Kind.WRAPPER_LANGCHAIN, "main.py", "confirmed")


@pytest.mark.parametrize(("name", "found"), [("Last", 1), ("Model3", 0)])
def test_of_many_things_that_a_module_makes_when_asked_one_has_the_name(name: str, found: int) -> None:
    many = [f"Model{at}" for at in range(40)] + ["Last"]
    makers = "".join(f"def make_{at}():\n    from llms.{at.lower()} import {at}\n    return {at}\n" for at in many)
    asked = "".join(f"    if name == '{at}':\n        return make_{at}()\n" for at in many)
    client = "import cohere\nclass Last:\n    def __init__(self):\n        self.co = cohere.Client()\n"
    tree = {
        "llms/__init__.py": f"{makers}def __getattr__(name):\n{asked}",
        **{f"llms/{at.lower()}.py": f"class {at}:\n    co = None\n" for at in many},
        "llms/last.py": client,
        "app.py": f"from llms import {name}\n{name}().co.generate(prompt='x')\n",
    }
    assert len([row for row in sites(tree) if row.kind is Kind.SDK_CALL]) == found


def test_another_part_of_the_repository_is_found_by_its_packages_name() -> None:
    own = "import cohere\nco = cohere.Client()\ndef get():\n    return co\n"
    asks = "from llm_core import co, get\nco.generate(prompt='x')\nget().generate(prompt='y')\n"
    tree = {"packages/llm-core/src/llm_core/__init__.py": own, "packages/api/src/api/routes.py": asks}
    assert [(row.path, row.span.line) for row in sites(tree)] == [
        ("packages/api/src/api/routes.py", at) for at in (2, 3)
    ]
    # Of two of one name nobody knows which is meant; one inside another package has another name.
    assert not sites({**tree, "other/llm_core/__init__.py": "", "packages/api/src/api/routes.py": "import llm_core\n"})
    assert not sites(
        {
            "lib/__init__.py": "",
            "lib/llm_core/__init__.py": own,
            "api/app.py": "from llm_core import get\nget().run()\n",
        }
    )


def test_a_file_that_imports_itself_by_the_sdks_name_means_the_sdk() -> None:
    text = "import app.cohere as cohere\nco = cohere.Client('k')\nco.generate('x')\n"
    (row,) = sites({"app/cohere.py": text})
    assert (row.kind, row.span.line, str(row.confidence)) == (Kind.SDK_CALL, 3, "likely")
    # Another file of that name is the repository's own: only the name of what it gives says Cohere.
    (row,) = sites({"app/cohere.py": "def Client(key):\n    return key\n", "run.py": text})
    assert str(row.confidence) == "possible"


@pytest.mark.parametrize(
    ("lines", "found"),
    [
        ("from house import cohere_client\ncohere_client.generate(prompt='x', num_generations=2)\n", "possible"),
        ("from house import llm as cohere_client\ncohere_client.generate(prompt='x', num_generations=2)\n", ""),
        ("from house import cohere_client\ncohere_client.generate(template='x')\n", ""),
        ("from house import cohere_client\ncohere_client.generate(prompt='x')\n", ""),
        ("from house import CohereReport\nCohereReport.generate(prompt='x', preset='a')\n", ""),
    ],
)
def test_what_another_package_gives_is_told_where_its_name_and_the_call_say_cohere(lines: str, found: str) -> None:
    assert "".join(str(row.confidence) for row in sites({"app.py": lines}) if row.kind is Kind.SDK_CALL) == found
