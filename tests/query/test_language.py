from hypothesis import given
from hypothesis import strategies as st

from audits.query import KEYS, Query, Term, parse


def test_it_reads_keys_quoted_values_and_free_text():
    query = parse('state:open team:"Data Science" param:num_generations expand "two words"')
    assert query.terms == (
        Term("state", "open"),
        Term("team", "Data Science"),
        Term("param", "num_generations"),
        Term("", "expand"),
        Term("", "two words"),
    )
    assert query.errors == ()


def test_its_text_is_what_was_typed():
    text = 'state:open team:"Data Science" expand "two words"'
    assert str(parse(text)) == text


def test_keys_have_long_names_and_any_case():
    assert parse("Confidence:Likely REPOSITORY:a").terms == (Term("conf", "likely"), Term("repo", "a"))


def test_an_unknown_key_gets_a_sentence_and_matches_nothing():
    query = parse("colour:red state:open")
    assert query.errors == (
        "There is no filter “colour”: use state, param, way, team, assignee, owner, due, is, repo, kind, conf, "
        "platform, lang, area or path, or put a text with a colon in quotes.",
    )


def test_an_unknown_word_lists_the_known_ones():
    assert parse("conf:sure").errors == ("“sure” is no conf: use confirmed, likely or possible.",)


def test_a_key_without_a_value_says_what_to_write():
    assert parse("state:").errors == ("“state:” needs a value, as in state:left.",)


def test_a_place_is_free_text():
    assert parse("app/expand.py:45").terms == (Term("", "app/expand.py:45"),)


def test_a_long_filter_is_refused():
    assert parse("a" * 10_000).errors == ("This filter has 10,000 characters; at most 200 are read.",)


def test_a_term_can_be_taken_away_replaced_and_added():
    query = parse("state:open repo:a repo:b")
    assert str(query.without(Term("repo", "a"))) == "state:open repo:b"
    assert str(query.replaced("repo", "c")) == "state:open repo:c"
    assert str(query.replaced("repo", "")) == "state:open"
    assert str(query.joined(parse("conf:likely state:open"))) == "state:open repo:a repo:b conf:likely"


values = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12).filter(lambda v: v.strip() == v)


@given(st.lists(st.builds(Term, st.sampled_from(["", "team", "path", "param"]), values), max_size=5, unique=True))
def test_what_is_written_is_read_back(terms):
    query = Query(tuple(terms))
    if len(str(query)) <= 200:
        assert parse(str(query)) == query


@given(st.text(max_size=220))
def test_no_text_breaks_it(text):
    query = parse(text)
    assert all(term.key in ("", *KEYS) for term in query.terms)
