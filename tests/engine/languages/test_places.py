"""A long line's nodes are placed by their words: where the parser says that they are."""

import json

import pytest
from ast_grep_py import SgNode, SgRoot

from audits.engine.config.marked import read_json
from audits.engine.facts import FileKind
from audits.engine.languages import places, read_code
from audits.engine.languages.grammars import GRAMMARS

TEXTS = {
    FileKind.JAVASCRIPT: "const é = '😀' + `a${b}c`; function f() { return f(f, /* a */ a.a()) }\nif (x) a /= 2",
    FileKind.GO: 'package a\nvar s = `a\nb`; func f() string { return "\\"é" + s[1:] }\n',
    FileKind.PHP: "<p>é</p><?php $a = \"x $b {$c} \"; echo <<<T\n a\nT;\n$a->b('é');\n",
    FileKind.RUBY: "x = \"a#{b 'c'}\" ; y = <<~T\n  é #{x}\nT\nz = %w[a b]\n",
    FileKind.KOTLIN: 'val a = "é$b${c.d}" ; fun f(a: A? = null) = a?.b { it }\n',
    FileKind.CSHARP: 'class A { string b = $"é{c}d"; void D() => a?.B(@"x""y"); }\n',
    FileKind.RUST: 'fn a() { let b = json!({"é": 1}); c::<D>(&b)?; }\n',
}


def _all(root: SgNode) -> list[SgNode]:
    found, todo = [], [root]
    while todo:
        node = todo.pop()
        found.append(node)
        todo += node.children()
    return found


@pytest.mark.parametrize("kind", TEXTS)
def test_words_tell_the_place_that_the_parser_tells(kind: FileKind, monkeypatch: pytest.MonkeyPatch) -> None:
    text = TEXTS[kind]
    root = SgRoot(text, GRAMMARS[kind].name).root()
    told = places.Places(root, text)
    monkeypatch.setattr(places, "_LONG_LINE", 5)
    worked_out = places.Places(root, text)
    nodes = [node for node in _all(root) if node.text()]
    assert [worked_out.of(node) for node in nodes] == [told.of(node) for node in nodes]


def test_a_use_in_a_long_line_has_its_place() -> None:
    lead = "import {CohereClient} from 'cohere-ai';const c=new CohereClient({});" + "a('é');" * 500
    facts = read_code(FileKind.JAVASCRIPT, f"\n{lead}c.generate({{prompt:'x',k:1}});")
    assert [(site.span.line, site.span.column) for site in facts.sites] == [(2, len(lead) + len("c."))]
    assert [argument.source for argument in facts.sites[0].arguments] == ["'x'", "1"]


def test_values_of_a_json_text_have_their_places() -> None:
    text = '{"a": [1, 1, "1"], // "b": 1\n "b": {"é": "a", "c": [{}, null]}, "d": 1}'
    tree = read_json(text)
    lines = text.split("\n")
    rows = [row for row in tree.rows[1:] if row.kind == "text"]
    assert [row.value for row in rows] == [1, 1, "1", "a", None, 1]
    for row in rows:
        assert lines[row.place.line - 1][row.place.column :].startswith(json.dumps(row.value))
    assert [(row.named.line, row.named.column) for row in rows if row.key] == [(2, 7), (2, 35)]
