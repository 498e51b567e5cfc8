"""`manage.py audit`, run as a program: exit codes, what goes to which stream, and the shape of its JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitbuild import RepositoryBuilder
from tests.waiting import PATIENCE

MANAGE = Path(__file__).resolve().parents[2] / "manage.py"
KEY = "sk-0123456789abcdefABCDEF0123456789abcd"
USE = f"import cohere\nco = cohere.Client('{KEY}')\nco.generate(prompt='a', k=3, num_generations=2)\n"
KEYS = {
    "path", "line", "end_line", "column", "cell", "kind", "method", "client", "platform", "confidence", "parameters",
    "unsupported", "snippet",
}  # fmt: skip


def run(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "migrator_site.settings", **environment}
    command = [sys.executable, str(MANAGE), "audit", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, env=env, cwd=cwd, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    builder = RepositoryBuilder(tmp_path / "shop.git")
    builder.commit({"app.py": USE, "old.py": "import cohere\nprint 'x'\n"})
    return builder.path


def test_it_prints_the_contracts_json_and_ends_with_1(repository: Path) -> None:
    done = run(str(repository), "--format", "json")

    assert (done.returncode, done.stderr) == (1, "")
    body = json.loads(done.stdout)
    assert {"repository", "commit", "engine", "usages", "unread", "files"} <= set(body)
    (usage,) = body["usages"]
    assert set(usage) >= KEYS
    assert (usage["path"], usage["line"], usage["end_line"], usage["column"], usage["cell"]) == (
        "app.py",
        3,
        3,
        3,
        None,
    )
    assert (usage["kind"], usage["method"], usage["client"]) == ("sdk_call", "generate", "cohere.Client")
    assert (usage["platform"], usage["confidence"]) == ("cohere", "confirmed")
    assert {row["name"] for row in usage["parameters"]} == {"prompt", "k", "num_generations"}
    assert usage["unsupported"] == ["num_generations"]
    assert [(row["path"], row["reason"]) for row in body["unread"]] == [("old.py", "unparsable")]
    assert (body["files"]["seen"], body["files"]["parsed"]) == (2, 1)
    assert "0123456789abcdef" not in done.stdout


def test_it_tells_a_person_what_it_found_without_colours_in_a_pipe(repository: Path) -> None:
    done = run(str(repository))

    assert done.returncode == 1
    assert "app.py" in done.stdout
    assert "1 use of Generate" in done.stdout
    assert "old.py: unparsable" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr


@pytest.mark.parametrize("files", [{"app.py": "x = 1\n"}, {}], ids=["other code", "nothing"])
def test_a_folder_without_a_use_ends_with_0(tmp_path: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)

    done = run(str(tmp_path))

    assert (done.returncode, done.stderr) == (0, "")
    assert "No use of Generate." in done.stdout


def test_what_a_document_shows_is_counted_apart(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("```env\nCOHERE_URL=https://api.cohere.ai/v1/generate\n```\n")

    assert "No call to Generate. 1 mention apart; 1 file seen" in run(str(tmp_path)).stdout


def test_it_names_what_the_repository_installs(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("cohere==4.57\nlitellm==1.70\n")

    (row,) = json.loads(run(str(tmp_path), "--format", "json").stdout)["dependencies"]
    # Where nothing else names Cohere, other libraries are nobody's concern.
    assert (row["path"], row["line"], row["package"], row["version"]) == ("requirements.txt", 1, "cohere", "4.57")
    assert (row["readiness"], row["has_generate"], row["needs"]) == ("outdated", True, "5.8.0")
    assert "requirements.txt: line 1: cohere ==4.57  This release has Generate." in run(str(tmp_path)).stdout
    (tmp_path / "app.py").write_text(USE)
    packages = [row["package"] for row in json.loads(run(str(tmp_path), "--format", "json").stdout)["dependencies"]]
    assert packages == ["cohere", "litellm"]


def test_configuration_counts_like_code(tmp_path: Path) -> None:
    (tmp_path / "app.yaml").write_text("cohere:\n  url: https://api.cohere.ai/v1/generate\n")

    done = run(str(tmp_path), "--format", "json")
    (usage,) = json.loads(done.stdout)["usages"]
    assert done.returncode == 1
    assert (usage["path"], usage["line"], usage["column"], usage["kind"]) == ("app.yaml", 2, 7, "raw_http")
    assert usage["snippet"] == "  url: https://api.cohere.ai/v1/generate"


def test_a_plain_folder_and_a_work_tree_are_read_as_they_lie_there(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "work", bare=False)
    builder.commit({"app.py": "x = 1\n"})
    (tmp_path / "work" / "app.py").write_text(USE)
    (tmp_path / "plain").mkdir()
    (tmp_path / "plain" / "app.py").write_text(USE)

    lying = run(str(tmp_path / "work"))
    assert lying.returncode == 1
    assert f"work, its files on disk, on top of {builder.tip[:12]}\n" in lying.stdout
    assert ") in 1 file; " in lying.stdout
    assert run(".", cwd=tmp_path / "work").returncode == 1
    assert run(str(tmp_path / "work"), "--ref", "main").returncode == 0
    assert run(str(tmp_path / "plain")).returncode == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["/no/such/folder"],
        ["https://localhost/a/b"],
        ["http://example.com/a"],
        ["git://example.com/a"],
        [".", "--ref", "no-such-branch"],
        ["."],
        [],
        [".", "--format", "sarif"],
    ],
    ids=["no folder", "a local host", "http", "git://", "no branch", "an unborn branch", "nothing", "another format"],
)
def test_what_cannot_be_audited_ends_with_2_and_one_sentence(tmp_path: Path, arguments: list[str]) -> None:
    builder = RepositoryBuilder(tmp_path / "r.git")
    builder.commit({"app.py": USE})
    builder.head("ref: refs/heads/unborn")

    done = run(*arguments, cwd=builder.path)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


def test_it_touches_no_database(repository: Path, tmp_path: Path) -> None:
    done = run(str(repository), DATA_DIR=str(tmp_path / "data"), DATABASE_URL=f"sqlite:////{tmp_path}/none/db.sqlite3")

    assert done.returncode == 1
    assert not (tmp_path / "none").exists()


def test_odd_paths_do_not_steer_the_terminal(tmp_path: Path) -> None:
    builder = RepositoryBuilder(tmp_path / "r.git")
    builder.commit({"a\x1b[31m.py": USE, "ü.py": USE})

    done = run(str(builder.path), PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "Traceback" not in done.stderr


def test_several_are_audited_side_by_side_and_told_in_their_order(repository: Path, tmp_path: Path) -> None:
    clean = tmp_path / "clean"
    clean.mkdir()
    (clean / "a.py").write_text("x = 1\n")

    done = run(str(clean), str(repository), str(clean), "--format", "json", "--jobs", "2")

    assert (done.returncode, done.stderr) == (1, "")
    bodies = [json.loads(line) for line in done.stdout.splitlines()]
    assert [body["repository"] for body in bodies] == [str(clean), str(repository), str(clean)]
    assert [len(body["usages"]) for body in bodies] == [0, 1, 0]
    (alone,) = [json.loads(run(str(repository), "--format", "json").stdout)]
    assert bodies[1] == alone


def test_one_of_several_that_cannot_be_audited_hides_no_other(repository: Path, tmp_path: Path) -> None:
    done = run(str(tmp_path / "gone"), str(repository))

    assert done.returncode == 2
    assert "1 use of Generate" in done.stdout
    assert done.stderr.count("\n") == 1
    assert "does not exist" in done.stderr


def test_sarif_of_several_is_one_log(repository: Path, tmp_path: Path) -> None:
    set_aside = tmp_path / "aside"
    set_aside.mkdir()
    (set_aside / "app.py").write_text(USE.replace("\nco.gen", "\n# last-call: ignore[a demo]\nco.gen"))
    done = run(str(repository), str(set_aside), "--format", "sarif")
    assert (done.returncode, done.stderr) == (1, "")
    shop, aside = json.loads(done.stdout)["runs"]
    assert [row["ruleId"] for row in shop["results"]] == ["sdk_call"]
    [unread] = shop["invocations"][0]["toolExecutionNotifications"]
    assert "old.py was not read (unparsable)" in unread["message"]["text"]
    assert [row["suppressions"] for row in aside["results"]] == [[{"kind": "inSource", "justification": "a demo"}]]
    assert "0123456789abcdef" not in done.stdout


def test_sarif_of_what_cannot_be_audited_is_nothing(tmp_path: Path) -> None:
    done = run(str(tmp_path / "nowhere"), "--format", "sarif")
    assert (done.returncode, done.stdout) == (2, "")
