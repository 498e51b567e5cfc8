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


JS = 'const { CohereClient } = require("cohere-ai");\nnew CohereClient({}).generate({ prompt: "x" });\n'


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        (f"node - <<'EOF'\n{JS}EOF\n", (3, "sdk_call", "confirmed")),
        (f"node --eval '{JS}'\n", (2, "sdk_call", "confirmed")),
        (f"cat > app.mjs <<'EOF'\n{JS}EOF\n", (3, "sdk_call", "confirmed")),
        ("tee .env <<EOF\nLLM_PROVIDER=cohere\nLLM_MODEL=command-light\nEOF\n", (3, "wrapper_other", "likely")),
        ("ssh host <<'EOF'\ncurl https://api.cohere.ai/v1/generate -d @b\nEOF\n", (2, "raw_http", "confirmed")),
    ],
)
def test_it_reads_other_programs_and_settings(source: str, wanted: tuple[int, str, str]) -> None:
    assert [row[:3] for row in found(FileKind.SHELL, source)] == [wanted]


@pytest.mark.parametrize(
    "source",
    [
        f"cat > notes.md <<EOF\n{JS}EOF\n",
        "cat > a.yaml <<EOF\ncluster: cohere\nmodel: command\nEOF\n",
        f"grep -e '{JS}' node.txt\n",
    ],
)
def test_it_reads_no_program_in_other_text(source: str) -> None:
    assert found(FileKind.SHELL, source) == []


STEP = "jobs:\n  a:\n{job}    steps:\n      - {shell}run: {mark}\n{body}"
PYTHON = "import cohere\ncohere.Client().generate(prompt='x')\n"


@pytest.mark.parametrize(
    ("job", "shell", "code", "line"),
    [
        ("", "shell: python\n        ", PYTHON, 7),
        ("", "shell: python3 {0}\n        ", PYTHON, 7),
        ("    defaults:\n      run:\n        shell: python\n", "", PYTHON, 9),
        ("", "", f"node - <<'EOF'\n{JS}EOF\n", 7),
        ("", "uses: actions/github-script@v7\n        with:\n          script", JS, 8),
    ],
)
def test_what_runs_a_workflow_s_step_reads_it(job: str, shell: str, code: str, line: int) -> None:
    source = STEP.format(job=job, shell=shell, mark="|", body=indent(code, " " * 12)).replace("scriptrun", "script")

    assert [row[:3] for row in found(FileKind.YAML, source)] == [(line, "sdk_call", "confirmed")]


@pytest.mark.parametrize("shell", ["", "shell: bash\n        ", "name: python\n        "])
def test_a_step_of_the_shell_is_no_python(shell: str) -> None:
    assert found(FileKind.YAML, STEP.format(job="", shell=shell, mark="|", body=indent(PYTHON, " " * 10))) == []


def test_a_command_that_yaml_folds_has_its_body_and_its_line() -> None:
    command = 'echo a;\ncurl https://api.cohere.ai/v1/generate\n-d \'{"prompt": "x",\n"k": 1}\'\n'
    source = STEP.format(job="", shell="", mark=">-", body=indent(command, " " * 10))
    (use,) = usages(FileKind.YAML, source)

    assert (use.line, use.end_line, use.column) == (6, 8, 10)
    assert [row.name for row in use.parameters] == ["prompt", "k"]


@pytest.mark.parametrize(("name", "code", "line"), [("app.py", PYTHON, 5), ("run.js", JS, 5)])
def test_a_program_that_a_config_map_holds(name: str, code: str, line: int) -> None:
    source = f"kind: ConfigMap\ndata:\n  {name}: |\n{indent(code, ' ' * 4)}"

    assert [row[:3] for row in found(FileKind.YAML, source)] == [(line, "sdk_call", "confirmed")]
    assert found(FileKind.YAML, source.replace(name, "notes.txt")) == []
