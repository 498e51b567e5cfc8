from hypothesis import given
from hypothesis import strategies as st

from audits.models import Finding
from audits.scans.text import clean, clean_json, fit


@given(st.text(st.characters(exclude_categories=[]), max_size=60), st.integers(1, 20))
def test_clean_text_can_be_stored_and_is_short_enough(text, limit):
    cleaned = clean(text, limit)
    assert len(cleaned) <= limit
    assert "\0" not in cleaned
    cleaned.encode("utf-8")


def test_ordinary_text_stays_as_it_is():
    assert clean("Größe → 2 🙂\n") == "Größe → 2 🙂\n"


def test_all_text_in_a_json_value_is_cleaned():
    assert clean_json({"a\0": ["b\ud800", 1, None, {"c": "\0"}]}) == {"a\ufffd": ["b?", 1, None, {"c": "\ufffd"}]}


def test_every_text_is_cut_to_its_column():
    fitted = fit(Finding, {"kind": "x" * 99, "line": 7, "snippet": "y" * 5000, "cell": None})
    assert (len(fitted["kind"]), fitted["line"], len(fitted["snippet"]), fitted["cell"]) == (24, 7, 5000, None)
