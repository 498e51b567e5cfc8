"""Tables of facts as a store gives them back: each value that stands in many cells is one object."""

import json
from dataclasses import replace

import pytest

from audits.engine import ModuleFacts, tables
from audits.engine.extract.model import Node
from audits.engine.stored import from_text, to_text
from tests.engine.trees import facts_of

CALLS = "".join(f"co = cohere.Client('k{number}')\nco.generate(prompt=f(co, co))\n" for number in range(40))
WIDE = "import cohere\n" + "\n" * 400 + CALLS


def table(text: str) -> ModuleFacts:
    found = from_text(text)
    assert isinstance(found, ModuleFacts)
    return found


def test_equal_values_are_one_object_wherever_they_stand():
    text = to_text(facts_of(WIDE))
    one, other = table(text), table(text)
    assert one == other
    nodes = [*one.nodes, *other.nodes]
    for name in ("op", "text", "line", "end"):
        values = [getattr(node, name) for node in nodes]
        assert len(set(map(id, values))) == len(set(values)), name
    names = [name for node in nodes for name in node.keys]
    assert len(set(map(id, names))) == len(set(names)) > 1
    numbers = [kid for node in nodes for kid in node.kids if kid > 256]
    assert len(set(map(id, numbers))) == len(set(numbers)) > 0


def test_what_no_table_shares_is_read_all_the_same():
    far = 1 << 20
    row = Node("name", "x" * 500, (far, -1), ("",), far, far, 0, 0, 0)
    assert table(to_text(replace(facts_of("import cohere\n"), nodes=(row,)))).nodes == (row,)


# The columns of an expression: operator, text, operands, their labels, line, end, column, scope, block.
@pytest.mark.parametrize(
    ("column", "value"),
    [
        (0, [["name"], [1]]),
        (0, [["name", 7], [0]]),
        (0, [["name"], ["0"]]),
        (1, ["x"]),
        (2, [[2], [0]]),
        (2, [[-1, 2], [0]]),
        (2, [[1], ["0"]]),
        (3, [[["a", 1]], [0]]),
        (4, ["1"]),
        (4, [True]),
        (4, [1, 2]),
        (4, 1),
        (8, None),
    ],
)
def test_a_table_of_another_shape_is_not_read(column: int, value: object):
    row = Node("name", "x", (), (), 1, 1, 0, 0, 0)
    text = to_text(replace(facts_of("import cohere\n"), nodes=(row,)))
    kept = json.loads(text)
    assert from_text(json.dumps(kept)) is not None
    kept["facts"]["nodes"][column] = value
    assert from_text(json.dumps(kept)) is None
    kept["facts"]["nodes"] = kept["facts"]["nodes"][:-1]
    assert from_text(json.dumps(kept)) is None


@pytest.mark.parametrize("nodes", [0, "", False, {}, None])
def test_what_is_no_list_is_no_table(nodes: object):
    assert from_text(json.dumps({"facts": {"nodes": nodes}})) is None
    assert from_text(json.dumps({"facts": {"nodes": []}})) is not None


def test_labels_of_many_rows_that_no_file_could_hold_are_refused(monkeypatch: pytest.MonkeyPatch):
    row = Node("call", "", (), ("a",) * 50, 1, 1, 0, 0, 0)
    text = to_text(replace(facts_of("import cohere\n"), nodes=(row,) * 50))
    assert from_text(text) is not None
    monkeypatch.setattr(tables, "_MOST_ITEMS", 2_499)
    assert from_text(text) is None


def test_a_text_that_is_nested_too_deeply_is_not_read():
    assert from_text("[" * 100_000) is None


def test_long_texts_are_not_kept_once_their_facts_are_gone():
    long, short = "x" * 65, "a rather odd name"
    row = Node("name", long, (), (), 1, 1, 0, 0, 0)
    from_text(to_text(replace(facts_of("import cohere\n"), nodes=(row, row._replace(text=short)))))
    assert short in tables.texts()
    assert long not in tables.texts()
