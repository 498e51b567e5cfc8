"""ast-grep and semgrep as the engine's benchmark runs them: over Python alone, and over every kind of file.

What they look for is `$X.generate(...)` in the languages that they parse, and the word in what has no calls. semgrep
reads documents, notebooks and what else it has no parser for as text.
"""

import json
import os
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

QUIET = ("--metrics=off", "--disable-version-check", "--no-git-ignore", "-q", "--max-target-bytes=0")
PATTERN = "$X.generate(...)"
_CALLS = {
    PATTERN: "python javascript typescript java kotlin ruby rust",
    "$X.Generate(...)": "go csharp",
    "$X->generate(...)": "php",
}
_GREP_CALLS = {
    "$X.generate($$$)": "python javascript typescript tsx java kotlin ruby rust",
    "$X.Generate($$$)": "go csharp",
    "$X->generate($$$)": "php",
}
_GREP_WORDS = {"json": "string", "yaml": "string_scalar", "bash": "word", "html": "attribute_value"}
_TEXTS = "md mdx markdown rst ipynb yaml yml json toml sh html txt cfg ini tf env"


def commands(folder: Path, scratch: Path, *, every_kind: bool) -> dict[str, list[str]]:
    """By name the two searches of a folder; their rules are written into `scratch`."""
    if not every_kind:
        return {
            "ast-grep": ["ast-grep", "run", "-l", "py", "-p", "$X.generate($$$)", str(folder)],
            "semgrep": ["semgrep", "scan", *QUIET, "-l", "python", "-e", PATTERN, str(folder)],
        }
    grep, rules = scratch / "ast-grep.yml", scratch / "semgrep.yml"
    grep.write_text("\n---\n".join(map(json.dumps, _grep_rules())))
    rules.write_text(json.dumps({"rules": _rules()}))
    return {
        "ast-grep": ["ast-grep", "scan", "-r", str(grep), str(folder)],
        "semgrep": ["semgrep", "scan", *QUIET, "--config", str(rules), str(folder)],
    }


def _grep_rules() -> list[dict[str, Any]]:
    calls = [
        {"id": language, "language": language, "rule": {"pattern": pattern}}
        for pattern, languages in _GREP_CALLS.items()
        for language in languages.split()
    ]
    words = [
        {"id": language, "language": language, "rule": {"kind": kind, "regex": "generate"}}
        for language, kind in _GREP_WORDS.items()
    ]
    return calls + words


def _rules() -> list[dict[str, Any]]:
    told = {"message": "generate", "severity": "INFO"}
    calls = [
        {"id": language, "languages": [language], "pattern": pattern, **told}
        for pattern, languages in _CALLS.items()
        for language in languages.split()
    ]
    paths = {"include": [f"*.{ending}" for ending in _TEXTS.split()]}
    return [*calls, {"id": "text", "languages": ["generic"], "pattern": "generate", "paths": paths, **told}]


def said_by(command: Sequence[str]) -> str:
    """Run a search; how many lines it printed."""
    path = f"{Path(command[0]).parent}:{os.environ.get('PATH', '')}"
    done = subprocess.run(command, capture_output=True, env={**os.environ, "PATH": path})
    return f"{done.stdout.count(bytes([10]))} lines printed" + (f", exit {done.returncode}" if done.returncode else "")


def installed(folder: Path) -> Path | None:
    """The tools' own environment, made when it is not there; None, and why, where that fails."""
    if not (folder / "bin" / "semgrep").exists():
        print(f"Installing ast-grep and semgrep into {folder} ...", file=sys.stderr)
        try:
            venv.create(folder, with_pip=True)
            command = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "ast-grep-cli", "semgrep"]
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = getattr(error, "stderr", "") or str(error)
            print(f"ast-grep and semgrep are left out: {said.strip().splitlines()[-1]}")
            return None
    return folder
