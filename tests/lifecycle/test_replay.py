"""`make replay` over a small history: nothing lost where code only moves, and each doubtful pair explained."""

import subprocess
import sys
from pathlib import Path

from tests.gitbuild import RepositoryBuilder
from tests.lifecycle.histories import HEAD, function

PROJECT = Path(__file__).resolve().parents[2]


def replayed(mirrors: Path) -> str:
    command = [sys.executable, "benchmarks/replay.py", "--mirrors", str(mirrors)]
    return subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True).stdout


def test_moved_and_edited_code_gives_no_churn_and_a_doubtful_move_is_explained(tmp_path):
    shop = RepositoryBuilder(tmp_path / "own+shop" / "repo")
    ask = function("ask", [0])
    shop.commit({"a.py": HEAD + ask})
    shop.commit({"a.py": None, "b.py": f"# cohere, moved\n{HEAD}{ask}"})
    shop.commit({"b.py": HEAD.replace("Client()", 'Client("cohere")') + ask.replace("0.1", "0.7")})
    first = replayed(tmp_path)
    assert "own/shop: 3 commits" in first
    assert "1 repositories, 3 commits" in first
    assert "churn: 0" in first
    copies = {name: HEAD + ask.replace("0.1", "0.7").replace("ask", name[0]) for name in ("c.py", "d.py")}
    shop.commit({"b.py": "import cohere  # empty\n", **copies})
    second = replayed(tmp_path)
    assert "churn: 1" in second
    assert "b.py:7 ask closed as moved, c.py:7 c opened: other file, other scope, same call, 0 lines apart" in second
