"""Replacements as the tests look at them."""

import ast

from audits.engine.judge import judge
from tests.engine.sites import site

AWAIT = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def replacement(*arguments, **fields):
    found = judge(site(*arguments, **fields)).replacement
    for code in (found.v2, found.v1):
        compile(code, "<replacement>", "eval", flags=AWAIT)
    return found


def chat_call(code):
    """The call of chat or chat_stream in a replacement, and its keywords."""
    for node in ast.walk(ast.parse(code, mode="eval")):
        if isinstance(node, ast.Call):
            callee = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if callee in ("chat", "chat_stream", "partial"):
                return ast.unparse(node.func), {word.arg: ast.unparse(word.value) for word in node.keywords}
    raise AssertionError(code)
