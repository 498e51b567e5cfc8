"""Types that comments tell, as they did before annotations: https://peps.python.org/pep-0484/#type-comments"""

import re
from collections.abc import Iterator, Mapping, Sequence

import libcst as cst

_TYPE = re.compile(r"#\s*type:\s*(?!ignore\b)(?P<told>[^#]+)")
_SIGNATURE = re.compile(r"\((?P<parameters>.*)\)\s*->\s*(?P<result>.+)", re.DOTALL)
_LIMIT = 600


def tells_types(text: str) -> bool:
    """May a comment of the text tell a type?"""
    return "type:" in text and _TYPE.search(text) is not None


def type_of(comment: cst.Comment | None) -> str:
    """The type that a comment behind code tells, "" without one."""
    found = _TYPE.match(comment.value) if comment is not None else None
    return found["told"].strip()[:_LIMIT] if found is not None else ""


def types_of_signature(node: cst.FunctionDef) -> tuple[Mapping[str, str], str]:
    """What comments tell of a function: types by parameter, and that of its result ("": none)."""
    params = node.params
    rows = [*params.posonly_params, *params.params, *params.kwonly_params]
    found = {row.name.value: told for row in rows if (told := type_of(_behind(row)))}
    told = next(filter(None, map(type_of, _at_the_head(node.body))), "")
    signature = _SIGNATURE.fullmatch(told)
    if signature is None:
        return found, ""
    types = list(_parts(signature["parameters"]))
    # Of a method the first parameter may be left out.
    for row, part in zip(reversed(rows), reversed(types), strict=False):
        if part != "...":
            found.setdefault(row.name.value, part.lstrip("*"))
    return found, signature["result"].strip()


def _behind(param: cst.Param) -> cst.Comment | None:
    """The comment behind a parameter that ends its line."""
    after = param.comma.whitespace_after if isinstance(param.comma, cst.Comma) else param.whitespace_after_param
    if not isinstance(after, cst.ParenthesizedWhitespace):
        after = param.whitespace_after_param
    return after.first_line.comment if isinstance(after, cst.ParenthesizedWhitespace) else None


def _at_the_head(body: cst.BaseSuite) -> Sequence[cst.Comment | None]:
    """The comment behind the head of a function, and the one in the line below it."""
    if not isinstance(body, cst.IndentedBlock):
        return ()
    first = body.body[0] if body.body else None
    lines = getattr(first, "leading_lines", ())[:1]
    return (body.header.comment, *(line.comment for line in lines))


def _parts(text: str) -> Iterator[str]:
    """What stands between the commas outside brackets."""
    depth = start = 0
    for at, mark in enumerate(text):
        depth += (mark in "([{") - (mark in ")]}")
        if mark == "," and depth == 0:
            yield text[start:at].strip()
            start = at + 1
    if text[start:].strip():
        yield text[start:].strip()
