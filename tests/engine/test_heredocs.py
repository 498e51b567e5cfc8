"""Python that stands in a shell script: found where an interpreter or a module gets it, silent elsewhere."""

from textwrap import indent

import libcst as cst
import pytest

from audits.engine import heredocs
from audits.engine.facts import FileKind
from tests.engine.languages.found import found, usages

CODE = "import cohere\nco = cohere.Client()\nprint(co.generate(prompt='x', k=1).generations[0].text)\n"
CALL = "import cohere; cohere.Client().generate(prompt='z')"


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"python3 - <<EOF\n{CODE}EOF\n", 4),
        (f"uv run python <<'EOF' > out.txt\n{CODE}EOF\n", 4),
        (f"cat <<EOF | python -\n{CODE}EOF\n", 4),
        (f"cat > job.py <<'EOF'\n{CODE}EOF\n", 4),
        (f'echo x\npython3 -u -c "{CALL}"\n', 2),
    ],
)
def test_it_finds_the_call(source: str, line: int) -> None:
    assert [row[:3] for row in found(FileKind.SHELL, source)] == [(line, "sdk_call", "confirmed")]


@pytest.mark.parametrize(
    "source",
    [
        f"cat > notes.txt <<EOF\n{CODE}EOF\n",
        f'echo "{CALL}"\n',
        "python3 - <<EOF\nimport cohere\ncohere.Client().generate(prompt=\nEOF\n",
        "python3 - <<EOF\nfrom jinja import Template\nTemplate('cohere').generate(prompt='x')\nEOF\n",
    ],
)
def test_it_says_nothing_of_other_text(source: str) -> None:
    assert found(FileKind.SHELL, source) == []


def test_what_it_shows_is_python_at_the_scripts_lines() -> None:
    (usage,) = usages(FileKind.SHELL, f"python3 - <<EOF\n{CODE}EOF\n")

    assert (usage.language, usage.why) == ("python", "The receiver is a cohere.Client, made at line 3.")
    assert [(read.path, read.line) for read in usage.reads] == [("src/file", 4)]
    assert usage.replacement is not None
    assert usage.replacement.v2.startswith("co.v2.chat(")


def test_the_lines_above_a_document_are_no_work_for_the_parser(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[bytes] = []
    extract = heredocs.extract
    monkeypatch.setattr(heredocs, "extract", lambda kind, data: handed.append(data) or extract(kind, data))

    assert found(FileKind.SHELL, "echo x\n" * 500 + f"python3 - <<EOF\n{CODE}EOF\n" * 60)[-1][0] == 500 + 49 * 5 + 4
    assert len(handed) == 50
    assert not any(cst.parse_module(data.decode()).header for data in handed)


WORKFLOW = "jobs:\n  a:\n    steps:\n      - run: "


@pytest.mark.parametrize(
    ("source", "place"),
    [
        (f'{WORKFLOW}python -c "{CALL}"\n', 4),
        (f"{WORKFLOW}|\n          python - <<'EOF'\n{indent(CODE, ' ' * 10)}          EOF\n", 8),
        (f'{WORKFLOW}|\n          set -e\n          python3 -c "{CALL}"\n', 6),
        (f"test:\n  script:\n    - pip install cohere\n    - python -c '{CALL.replace(chr(39), chr(34))}'\n", 4),
    ],
)
def test_it_finds_the_call_in_a_workflow(source: str, place: int) -> None:
    assert [row[:3] for row in found(FileKind.YAML, source)] == [(place, "sdk_call", "confirmed")]


def test_a_workflows_call_has_its_place() -> None:
    source = f"{WORKFLOW}|\n          python - <<'EOF'\n{indent(CODE, ' ' * 10)}          EOF\n"
    (usage,) = usages(FileKind.YAML, source)

    assert (usage.line, usage.column) == (8, 19)
    assert usage.why == "The receiver is a cohere.Client, made at line 7."


@pytest.mark.parametrize(
    "source",
    [
        f'{WORKFLOW}echo "{CALL}"\n',
        f"text: python -c '{CALL.replace(chr(39), chr(34))}'\n",
        f"{WORKFLOW}|\n          cat > notes.txt <<'EOF'\n{indent(CODE, ' ' * 10)}          EOF\n          python x\n",
        f'# python -c "{CALL}"\nrun: python -m cohere generate\n',
    ],
)
def test_it_says_nothing_of_other_settings(source: str) -> None:
    assert found(FileKind.YAML, source) == []
