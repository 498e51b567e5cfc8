"""Variables that scripts, Makefiles and Dockerfiles set: read as settings, but not twice."""

import pytest

from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

URL = "https://api.cohere.ai/v1/generate"
ADDRESS, MODEL = ("raw_http", "confirmed"), ("wrapper_other", "likely")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (FileKind.DOCKERFILE, f"FROM x\nENV COHERE_URL={URL}\nENV COHERE_MODEL command-light\n"),
        (FileKind.DOCKERFILE, f"ARG OTHER=1\nARG COHERE_URL={URL}\nARG COHERE_MODEL=command\n"),
        (FileKind.DOCKERFILE, f"FROM x\nENV A='b' COHERE_URL={URL} \\\n    COHERE_MODEL=\"command-light\" C=d\n"),
        (FileKind.SHELL, f"set -e\nexport COHERE_URL='{URL}'\nCOHERE_MODEL=command exec python app.py\n"),
        (
            FileKind.SHELL,
            "COHERE_BASE=https://api.cohere.ai/v1\nCOHERE_URL=$COHERE_BASE/generate\nCOHERE_MODEL=command\n",
        ),
        (FileKind.MAKEFILE, f"A = 1\nCOHERE_URL := {URL}\nexport COHERE_MODEL ?= command\nrun:\n\tpython app.py\n"),
    ],
)
def test_it_tells_the_address_and_the_model(kind: FileKind, source: str) -> None:
    assert [row[:3] for row in found(kind, source)] == [(2, *ADDRESS), (3, *MODEL)]


def test_it_points_at_the_value_of_a_setting() -> None:
    (usage,) = usages(FileKind.DOCKERFILE, f"FROM x\nENV COHERE_URL={URL}\n")

    assert (usage.column, usage.callee, usage.language) == (15, f"COHERE_URL: {URL}", "env")
    assert usage.replacement is not None
    assert usage.replacement.notes[0].startswith("Write https://api.cohere.com/v2/chat here")


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (FileKind.SHELL, f'MODEL=command\nBODY=\'{{"prompt": "x"}}\'\nURL={URL}\ncurl -d "$BODY" "$URL"\n'),
        (FileKind.DOCKERFILE, f'ENV COHERE_URL={URL} OTHER=1\n\n\nRUN curl -d \'{{"prompt": "x"}}\' $COHERE_URL\n'),
        (FileKind.MAKEFILE, f'COHERE_URL = {URL}\n\na:\n\tcurl -d \'{{"prompt": "x"}}\' $(COHERE_URL)\n'),
    ],
)
def test_what_a_request_asks_for_is_told_once(kind: FileKind, source: str) -> None:
    assert [row[:3] for row in found(kind, source)] == [(4, *ADDRESS)]


@pytest.mark.parametrize(
    "source",
    [
        "COHERE_URL=https://api.cohere.com/v2/chat\nCOHERE_MODEL=command-a-03-2025\n",
        f"COHERE_URL={URL}\ncurl -X GET $COHERE_URL\n",
        f"USAGE='curl {URL}'\n",
        f"# COHERE_URL={URL}\necho COHERE_URL={URL}\n",
        "MODEL=command\n# cohere\n",
        "COHERE_MODEL=$(echo command)\nCOHERE_MODEL=$1\n",
    ],
)
def test_it_says_nothing_of_the_rest(source: str) -> None:
    assert found(FileKind.SHELL, source) == []
