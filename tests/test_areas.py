import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits import areas
from audits.areas import Area, BadPattern, Rule, classifier


@pytest.mark.parametrize(
    ("path", "area"),
    [("app/llm.py", "product"), ("app/contest.py", "product"), ("latest/tests.py", "product"), ("tests/b.py", "tests"),
     ("app/test_llm.py", "tests"), ("a/conftest.py", "tests"), ("web/x.spec.ts", "tests"), ("web/spec.ts", "product"),
     ("examples/nb.ipynb", "examples"), ("proto/x_pb2.py", "generated"), ("vendor/tests/x.py", "vendored"),
     (".history/app/llm_20230101.py", "generated"), ("history/app/llm.py", "product")],
)  # fmt: skip
def test_names_mean_what_their_ecosystems_mean(path, area):
    assert classifier(())(path) == area


def test_the_last_rule_that_matches_wins_and_ours_come_first():
    area = classifier([Rule("tests/", Area.PRODUCT), Rule("*.py", Area.EXCLUDED), Rule("/tests/keep.py", Area.PRODUCT)])
    assert [area(path) for path in ("tests/keep.py", "tests/x.txt", "a.py", "a.go")] == [
        "product",
        "product",
        "excluded",
        "product",
    ]


@pytest.mark.parametrize("pattern", ["", "  ", "# x", "!x", "a\nb", "x" * 201, "**/" * 9, "*a" * 3, "*/" * 7])
def test_what_can_be_no_pattern_is_refused(pattern):
    with pytest.raises(BadPattern):
        areas.check(pattern)


@given(st.text(min_size=1, max_size=60), st.text(min_size=1, max_size=80))
def test_any_pattern_and_path_give_an_area_or_a_sentence(pattern, path):
    try:
        kept = areas.check(pattern)
    except BadPattern:
        return
    assert classifier([Rule(kept, Area.VENDORED)])(path) in Area
