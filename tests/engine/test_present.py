import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.engine import codec
from audits.engine.facts import FileKind, ProofStep, Replacement, ResponseRead, Span, Usage
from audits.engine.highlight import bare_lines, cut, tokens_of_lines
from audits.engine.judge import judge
from audits.engine.present import present
from tests.engine.sites import arg, read, site

KEY = "aB3dE5gH7jK9mN1pQ3sT5vX7zB9dF1hJ3lN5pR7t"
SOURCE = f'''import cohere

co = cohere.Client("{KEY}")


def ask(question):
    """Answers."""
    response = co.generate(
        prompt=question,
        model="command",
    )
    log(response)
    rows = []
    rows.append(1)
    rows.append(2)
    rows.append(3)
    return response.generations[0].text
'''
CALL = site(arg("prompt", "question"), span=Span(8, 11, 18), reads=(read(17, "response.generations[0].text"),))


def shown(data, *usages, kind=FileKind.PYTHON):
    data = data if isinstance(data, bytes) else data.encode()
    found = present(kind, data, usages)
    assert len(found) == len(usages)
    return found


def texts(usage):
    return {line.number: "".join(text for _, text in line.tokens) for line in usage.excerpt}


def test_the_snippet_is_the_call_as_written():
    (usage,) = shown(SOURCE, judge(CALL))
    assert usage.snippet == "\n".join(SOURCE.split("\n")[7:11])


def test_the_excerpt_shows_the_call_its_surroundings_and_its_reads():
    (usage,) = shown(SOURCE, judge(CALL))
    assert [line.number for line in usage.excerpt] == [6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17]
    assert {line.number for line in usage.excerpt if line.mark == "call"} == {8, 9, 10, 11}
    assert {line.number for line in usage.excerpt if line.mark == "read"} == {17}
    lines = SOURCE.split("\n")
    assert all(text == lines[number - 1] for number, text in texts(usage).items())
    assert ("k", "def") in usage.excerpt[0].tokens
    assert ("s2", '"command"') in next(line for line in usage.excerpt if line.number == 10).tokens


def test_a_string_that_begins_above_the_excerpt_is_known_as_one():
    source = '"""\n' + "words\n" * 9 + '"""\nco.generate()\n'
    (usage,) = shown(source, judge(site(span=Span(12, 12, 3))))
    assert usage.excerpt[0].tokens == (("sd", "words"),)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_by_their_ends_only(end):
    source = end.join(["# \f\v\x1c\x85\u2028", "x = '\u2028'", "co.generate(", ")", ""])
    (usage,) = shown(source, judge(site(span=Span(3, 4, 3))))
    assert usage.snippet == "co.generate(\n)"
    assert texts(usage) == dict(enumerate(source.split(end)[:4], 1))


def test_a_declared_encoding_is_honoured():
    source = '# coding: latin-1\nco.generate(prompt="caf\xe9")\n'.encode("latin-1")
    (usage,) = shown(source, judge(site(span=Span(2, 2, 3))))
    assert usage.snippet == 'co.generate(prompt="café")'


def test_keys_are_masked_wherever_they_stand_and_said():
    source = f'import cohere\nco = cohere.Client("{KEY}")\nco.generate(prompt="{KEY}")\n'
    (usage,) = shown(source, judge(site(span=Span(3, 3, 3))))
    assert KEY not in json.dumps(codec.encode(usage))
    assert usage.snippet == 'co.generate(prompt="****")'
    assert usage.hardcoded_key


def test_the_constructor_s_key_is_said_beside_the_call():
    proof = (ProofStep("co", "app.py", 3),)
    (usage,) = shown(SOURCE, judge(site(span=Span(8, 11, 18), proof=proof)))
    assert usage.hardcoded_key
    (usage,) = shown(SOURCE, judge(site(span=Span(8, 11, 18))))
    assert not usage.hardcoded_key


def test_long_lines_and_long_calls_are_cut():
    source = "co.generate(prompt='" + "word " * 200_000 + "')\n"
    (usage,) = shown(source, judge(site(span=Span(1, 1, 3))))
    assert len(usage.snippet) == 200
    assert usage.snippet.endswith("…")
    assert len(json.dumps(codec.encode((usage.snippet, usage.excerpt)))) < 4096
    source = "co.generate(\n" + "    1,\n" * 100 + ")\n"
    (usage,) = shown(source, judge(site(span=Span(1, 102, 3))))
    assert usage.snippet.count("\n") == 10
    assert len(usage.excerpt) <= 43


def test_a_call_far_to_the_right_is_in_sight():
    source = "x = " + "a + " * 5000 + "co.generate(prompt=p)\n"
    (usage,) = shown(source, judge(site(span=Span(1, 1, source.index("generate")))))
    assert "co.generate(prompt=p)" in usage.snippet
    assert usage.snippet.startswith("…")
    assert "co.generate(prompt=p)" in texts(usage)[1]


def notebook(*sources):
    cells = [{"cell_type": kind, "source": text} for kind, text in sources]
    return json.dumps({"nbformat": 4, "cells": cells, "metadata": {}}).encode()


def test_a_notebook_s_lines_are_those_of_the_cell():
    data = notebook(
        ("markdown", "# co.generate()"),
        ("code", ["!pip install cohere\n", "import cohere\n", "%time\n", "r = co.generate(prompt='hi')\n", "print(r)"]),
    )
    found = site(span=Span(4, 4, 7, 1), reads=(ResponseRead("app.py", 5, 5, "r", 1),))
    (usage,) = shown(data, judge(found), kind=FileKind.NOTEBOOK)
    assert usage.snippet == "r = co.generate(prompt='hi')"
    assert texts(usage)[1] == "!pip install cohere"
    assert usage.excerpt[0].tokens == (("", "!pip install cohere"),)
    assert {line.number for line in usage.excerpt if line.mark == "read"} == {5}


def test_a_place_that_is_not_there_stays_empty():
    usages = (judge(site(span=Span(99, 99, 0))), judge(site(span=Span(1, 1, 0, 7))))
    for usage in shown("x = 1\n", *usages):
        assert (usage.snippet, usage.excerpt) == ("", ())


def test_several_uses_of_one_file_keep_their_order():
    first, second = judge(site(span=Span(8, 11, 18))), judge(site(span=Span(1, 1, 0)))
    assert [usage.line for usage in shown(SOURCE, first, second)] == [8, 1]


def test_a_replacement_that_does_not_compile_is_withdrawn():
    broken = judge(site(arg("prompt", "f(")))
    assert broken.replacement.v2
    (usage,) = shown(SOURCE, broken)
    assert (usage.replacement.v2, usage.replacement.v1) == ("", "")
    assert "by hand" in usage.replacement.notes[0]
    deep = judge(site(arg("prompt", "[" * 150 + "]" * 150)))
    assert isinstance(shown(SOURCE, deep)[0].replacement, Replacement)


def test_a_replacement_comes_in_colours():
    (usage,) = shown(SOURCE, judge(CALL))
    found = usage.replacement
    for code, lines in ((found.v2, found.v2_lines), (found.v1, found.v1_lines)):
        assert "\n".join("".join(text for _, text in line) for line in lines) == code
        assert any(css for line in lines for css, _ in line)


def test_an_excerpt_does_not_begin_or_end_with_blank_lines():
    source = "import cohere\n\n\n\nco.generate(prompt='a')\n\n\nx = 1\n"
    (usage,) = shown(source, judge(site(span=Span(5, 5, 0))))
    assert list(texts(usage)) == [5, 6, 7, 8]


def test_what_is_presented_survives_the_codec():
    (usage,) = shown(SOURCE, judge(CALL))
    assert codec.decode(Usage, json.loads(json.dumps(codec.encode(usage)))) == usage


@given(st.text(alphabet="ab1\"'#(){}[]:=\\ \t\f\v\r\n\x85\u2028f%!", max_size=60))
def test_tokens_joined_are_the_lines(text):
    lines = bare_lines(text)
    found = tokens_of_lines(lines, 1, len(lines))
    assert ["".join(part for _, part in found.get(number, ())) for number in range(1, len(lines) + 1)] == lines


@given(
    st.lists(st.tuples(st.sampled_from(["k", ""]), st.text("abc", min_size=1, max_size=9))),
    st.integers(0, 30),
    st.integers(5, 30),
)
def test_a_cut_is_never_longer_than_its_limit(tokens, start, limit):
    whole = "".join(text for _, text in tokens)
    found = "".join(text for _, text in cut(tuple(tokens), start, limit))
    assert len(found) <= limit
    assert found.strip("…") in whole
