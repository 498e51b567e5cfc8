"""What import statements of each language bring in, as bindings; one without a name opens a whole namespace."""

import re
from collections.abc import Iterator

from ast_grep_py import SgNode

from audits.engine.languages.program import Binding

_GO = re.compile(r'(?:([\w.]+)\s+)?[`"]([^`"]+)[`"]')
_RUST = re.compile(r"\s*(?:pub(?:\([^)]*\))?\s+)?use\s+(.*?);?\s*$", re.DOTALL)


_WHOLE = {"import_clause": "default", "namespace_import": "*", "import_require_clause": "*"}


def _below(node: SgNode, depth: int) -> Iterator[SgNode]:
    """The nodes below one, `depth` levels."""
    for kid in node.children():
        yield kid
        if depth > 1:
            yield from _below(kid, depth - 1)


def _line(node: SgNode) -> int:
    return node.range().start.line + 1


def script(node: SgNode, scope: int) -> Iterator[Binding]:
    """`import a, { b as c } from "m"`, `import * as a from "m"`, `import a = require("m")`."""
    source = node.field("source") or node.find(kind="string")
    if source is None:
        return
    module = source.text().strip("'\"`")
    for found in node.find_all(kind="import_specifier"):
        name, alias = found.field("name"), found.field("alias")
        if name is not None:
            yield Binding((alias or name).text(), scope, _line(found), module=f"{module}:{name.text()}")
    for clause in _below(node, 2):
        for kid in clause.children() if clause.kind() in _WHOLE else ():
            if kid.kind() == "identifier":
                yield Binding(kid.text(), scope, _line(clause), module=f"{module}:{_WHOLE[clause.kind()]}")


def go(node: SgNode, scope: int) -> Iterator[Binding]:
    """`import c "github.com/…"`; without an alias the last part of the path is the name."""
    for spec in node.find_all(kind="import_spec"):
        found = _GO.search(spec.text())
        if found is None:
            continue
        parts = [part for part in found[2].split("/") if not re.fullmatch(r"v\d+", part)]
        last = re.sub(r"^go-|[-.]go$", "", parts[-1]) if parts else found[2]
        name = found[1] or last.replace("-", "_")
        yield Binding(name, scope, _line(spec), module=f"{found[2]}:*")


def dotted(node: SgNode, scope: int) -> Iterator[Binding]:
    """`import com.cohere.api.Cohere;`, `import a.b.*`, Kotlin's `import a.B as C`, C#'s `using A.B;`."""
    words = re.match(r"(?:global\s+)?(?:import|using)\s+(?:static\s+)?(.*?)\s*;?\s*$", node.text(), re.DOTALL)
    if words is None:
        return
    text = re.sub(r"\s+", " ", words[1])
    aliased = re.fullmatch(r"(\w+) = ([\w.:]+)", text)
    path, _, alias = (aliased[2], "", aliased[1]) if aliased else text.partition(" as ")
    module, _, item = path.rpartition(".")
    if node.kind() == "using_directive" and not aliased:
        yield Binding("", scope, _line(node), module=path)
    elif item == "*":
        yield Binding("", scope, _line(node), module=module)
    else:
        yield Binding(alias or item, scope, _line(node), module=f"{module}:{item}")


def php(node: SgNode, scope: int) -> Iterator[Binding]:
    r"""`use A\B\C as D;`."""
    for clause in node.find_all(kind="namespace_use_clause"):
        path, _, alias = re.sub(r"\s+", " ", clause.text()).partition(" as ")
        module, _, item = path.strip("\\").rpartition("\\")
        yield Binding(alias or item, scope, _line(clause), module=f"{module}:{item}")


def rust(node: SgNode, scope: int) -> Iterator[Binding]:
    """`use a::{b::C, D as E};`."""
    found = _RUST.match(node.text())
    for path in _spread(re.sub(r"\s+", " ", found[1])) if found else ():
        whole, _, alias = path.partition(" as ")
        module, _, item = whole.rpartition("::")
        if item == "*":
            yield Binding("", scope, _line(node), module=module)
        elif item == "self":
            yield Binding(alias or module.rpartition("::")[2], scope, _line(node), module=f"{module}:*")
        else:
            yield Binding(alias or item, scope, _line(node), module=f"{module}:{item}" if module else f"{item}:*")


def _spread(text: str, depth: int = 0) -> Iterator[str]:
    """`a::{b, c::{d}}` as `a::b`, `a::c::d`."""
    at = text.find("{")
    if at < 0 or depth > 8:
        yield from (part.strip() for part in text.split(",") if part.strip())
        return
    head, inner = text[:at], text[at + 1 : text.rfind("}")]
    level, part, parts = 0, "", []
    for mark in inner:
        level += (mark == "{") - (mark == "}")
        if mark == "," and level == 0:
            parts.append(part)
            part = ""
        else:
            part += mark
    for one in (*parts, part):
        if one.strip():
            yield from (f"{head}{rest}" for rest in _spread(one.strip(), depth + 1))


def none(_node: SgNode, _scope: int) -> Iterator[Binding]:
    """A language whose imports bind no names."""
    return iter(())
