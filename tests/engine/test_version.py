"""Stored facts and findings are as old as the rules that made them: rules that change get a new version."""

import ast
import hashlib
from operator import itemgetter
from pathlib import Path

from audits.engine import version

ENGINE = Path(version.__file__).parent
# What a kept result follows from beside the engine.
BESIDE = ("owners.py", "analysis/owning.py", "analysis/report.py", "analysis/results.py", "analysis/run.py")
# The code of the engine at `version.RULES`; both change in one commit.
RULES = "1.30.386"
DIGEST = "22421d96b27b5ce2cb3ccfb34bca610726ada19021c8f13d9b3ac258b341e048"
WHAT_TO_DO = (
    "The engine's code has changed. Where that can change what is extracted, found or judged, raise RULES in "
    "audits/engine/version.py, so that stored facts are read again. Then write RULES = {rules!r} and "
    "DIGEST = {digest!r} here."
)


def code_of(path: Path) -> str:
    """The file's code without docstrings, comments and layout, the same under every Python that reads it."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = node.body[int(ast.get_docstring(node, clean=False) is not None) :]
    return shape(tree)


def shape(value: object) -> str:
    """A tree as text. Unlike `ast.dump` it does not change with the fields that a newer Python adds."""
    if isinstance(value, ast.AST):
        fields = sorted(ast.iter_fields(value), key=itemgetter(0))
        told = [f"{name}={shape(kid)}" for name, kid in fields if kid is not None and kid != []]
        return f"{type(value).__name__}({', '.join(told)})"
    if isinstance(value, list):
        return f"[{', '.join(map(shape, value))}]"
    return repr(value)


def digest() -> str:
    """One hash over all files of the engine but the one that holds the version, and those beside it."""
    found = hashlib.sha256()
    paths = [path for path in ENGINE.rglob("*.py") if path.name != "version.py"]
    paths += [ENGINE.parent / name for name in BESIDE]
    for path in sorted(paths, key=lambda path: path.relative_to(ENGINE.parent).as_posix()):
        found.update(f"{path.relative_to(ENGINE.parent).as_posix()}\0{code_of(path)}\0".encode())
    return found.hexdigest()


def test_new_code_gets_a_new_version():
    now = digest()
    assert (version.RULES, now) == (RULES, DIGEST), WHAT_TO_DO.format(rules=version.RULES, digest=now)


def test_words_for_a_reader_do_not_count(tmp_path):
    one, two, other = (tmp_path / name for name in ("one.py", "two.py", "other.py"))
    one.write_text('"""A module."""\n\n\ndef f():\n    """Give one."""\n    return 1  # always\n')
    two.write_text('def f():\n    """It gives 1."""\n    return 1\n')
    other.write_text("def f():\n    return 2\n")
    assert code_of(one) == code_of(two) != code_of(other)
