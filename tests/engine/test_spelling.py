import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.engine.spelling import bracketed, canonical, entries, tokens, words


@given(st.text(max_size=60))
def test_tokens_joined_are_the_source(source):
    assert "".join(text for _, text in tokens(source)) == source


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("f(a,\n  b , # why\n)", "f(a,b)"),
        ("a   if b\telse c", "a if b else c"),
        ("[1, 2, ]", "[1,2]"),
        ('f("x  # y")', 'f( "x  # y" )'),
        ("'it\\'s'", '"it\'s"'),
        ("'say \"x\"'", '"say \\"x\\""'),
        ("'\\\\\\''", '"\\\\\'"'),
        ("('a' 'b')", '("ab")'),
        ("(f'a{x}' f'b')", '(f"a{x}b")'),
        ("U'x'", '"x"'),
        ("R'\\d'", 'r"\\d"'),
        ("'''x'''", '"x"'),
        ("f(\r\n'''a\r\nb''')", "f('''a\nb''')"),
    ],
)
def test_equal_code_has_one_spelling(one, two):
    assert canonical(one) == canonical(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ('"a b"', '"a  b"'),
        ("a b", "ab"),
        ('"""a\nb"""', '"""a b"""'),
        ("1 .real", "1.0"),
        ("'x'", "b'x'"),
        ("'x'", "f'x'"),
        ("x", "'x'"),
        ("'a', 'b'", "'a' 'b'"),
        ("'\\n'", "'n'"),
        ("""'x","y'""", """"x","y\""""),
    ],
)
def test_different_code_has_different_spellings(one, two):
    assert canonical(one) != canonical(two)


@pytest.mark.parametrize("source", ["a, b", "x := 1", "lambda: 1", "a if b else c", "x for x in y"])
def test_what_falls_apart_as_an_argument_is_bracketed(source):
    ast.parse(f"f(k={bracketed(source)}, l=1)")
    assert bracketed(source) == f"({source})"


@pytest.mark.parametrize("source", ["f(a, b)", "[x for x in y]", '"a, b"', "a or b", "(1, 2)"])
def test_what_holds_together_is_left_alone(source):
    assert bracketed(source) == source


def test_words_are_all_names_also_in_f_strings():
    assert {"f", "prompt", "name"} <= words('f"{prompt}" + name')


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{}", {}),
        ("{\"a\": 1, 'b': f(x, y)[1:2], }", {"a": "1", "b": "f(x, y)[1:2]"}),
        ('{"a": {"b": "c, d: e"}}', {"a": '{"b": "c, d: e"}'}),
        ('{"a": 1, **more}', None),
        ("{key: 1}", None),
        ('{f"a": 1}', None),
        ('{"a" "b": 1}', None),
        ('{"a": x for x in y}', None),
        ('{"a", "b"}', None),
        ("options", None),
        ('{"a": 1} | {"b": 2}', None),
        ('{"a": (1}', None),
    ],
)
def test_the_entries_of_a_dict_that_is_written_down(source, found):
    assert entries(source) == found
