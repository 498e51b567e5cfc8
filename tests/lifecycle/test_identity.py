from audits.lifecycle import call_hash, shape_hash

from .uses import usage


def test_it_knows_a_call_again_wherever_it_stands():
    assert call_hash(usage("a.py", 1, "f")) == call_hash(usage("b/c.py", 99, "g", cell=3))


def test_it_ignores_what_a_formatter_changes():
    before = usage(prompt="f('a',  [1, 2])", temperature="0.5")
    after = usage(temperature="0.5", prompt='f(\n    "a",\n    [\n        1,\n        2,\n    ],\n)')
    assert call_hash(before) == call_hash(after)


def test_it_tells_calls_apart_by_an_argument_value():
    assert call_hash(usage(prompt="a")) != call_hash(usage(prompt="b"))
    assert shape_hash(usage(prompt="a")) == shape_hash(usage(prompt="b"))


def test_it_tells_calls_apart_by_their_callee():
    assert call_hash(usage(callee="co.generate")) != call_hash(usage(callee="client.generate"))
    assert shape_hash(usage(callee="co.generate")) == shape_hash(usage(callee="client.generate"))


def test_it_keeps_the_shape_apart_by_argument_names():
    assert shape_hash(usage(prompt="a")) != shape_hash(usage(prompt="a", k="3"))


def test_it_takes_a_lone_surrogate_in_an_argument():
    assert len(call_hash(usage(prompt="'\udc80'"))) == 64
