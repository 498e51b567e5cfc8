"""How things are written."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.template.loader import render_to_string
from django.utils import timezone

from audits.models import Finding, Repository, ScanState
from audits.progress import KNOWLEDGE, STATUSES
from audits.progress.forecast import Answer, Band, Forecast
from audits.progress.series import Day, Numbers
from audits.query import STATES
from audits.templatetags import figures, trends
from audits.templatetags import lastcall as tags


def test_a_badge_is_icon_word_and_colour_and_escapes_what_it_does_not_know():
    shown = Template('{% load lastcall %}{% badge "scan" value %}').render(Context({"value": "done"}))
    assert 'class="badge green"' in shown
    assert "icons.svg#circle-check" in shown
    assert shown.endswith("Done</span>")
    odd = Template('{% load lastcall %}{% badge "scan" value %}').render(Context({"value": "<b>"}))
    assert "&lt;b&gt;" in odd


def test_every_word_of_a_vocabulary_has_its_badge():
    for name, words in (("scan", ScanState.values), ("status", STATUSES), ("knowledge", KNOWLEDGE), ("state", STATES)):
        assert set(words) <= set(tags.BADGES[name])


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "–"), ("", "–"), (0, "0"), (7, "7"), (1329, "1,329"), (-4, "−4"), (1_204_000, "1,204,000")],
)
def test_numbers(value: object, text: str):
    assert tags.number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(None, "–"), (0, "0"), (999, "999"), (1000, "1k"), (1999, "1.9k"), (12_950, "12k")]
)
def test_numbers_where_four_digits_have_no_room(value: object, text: str):
    assert tags.brief(value) == text


@pytest.mark.parametrize(("value", "text"), [(None, "–"), (0, "0"), (3, "+3"), (-1200, "−1,200")])
def test_signed_numbers(value: int | None, text: str):
    assert tags.signed(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "–"),
        (0.04, "0.0 s"),
        (0.44, "0.4 s"),
        (9.96, "10 s"),
        (41.6, "42 s"),
        (60, "1 min"),
        (185, "3 min 5 s"),
        (7800, "2 h 10 min"),
    ],
)
def test_durations(value: float | None, text: str):
    assert tags.took(value) == text
    assert tags.took(None if value is None else timedelta(seconds=value)) == text


def test_dates():
    assert tags.day(date(2025, 9, 15)) == "15 Sep 2025"
    assert tags.day(None) == tags.moment(None) == tags.when(None) == "–"
    assert tags.moment(datetime(2025, 9, 5, 4, 12, tzinfo=UTC)) == "5 Sep 2025 04:12"
    assert tags.when(datetime(2025, 9, 5, 4, 12, tzinfo=UTC)) == "on 5 Sep 2025 at 04:12"
    now = timezone.now()
    assert tags.moment(now).startswith("Today ")
    assert tags.moment(now + timedelta(days=1)).startswith("Tomorrow ")
    assert tags.when(now - timedelta(days=1)).startswith("yesterday at ")


def test_words_follow_their_number():
    assert tags.plural(1, "file,files") == "1 file"
    assert tags.plural(0, "file,files") == "0 files"


def test_none_is_a_dash_and_zero_is_not_none():
    assert [tags.none(value) for value in (None, "", 0, "x")] == ["–", "–", 0, "x"]
    assert tags.short("") == "–"


@pytest.mark.parametrize(
    ("text", "signs", "shown"),
    [
        ("self.client.generate_all", "._", "self<wbr>.client<wbr>.generate_<wbr>all"),
        ("src/my_app/__init__.py", "/_", "src/<wbr>my_<wbr>app/<wbr>__<wbr>init__<wbr>.py"),
        ("", "._", ""),
        ("<b>./x", "/", "&lt;b&gt;./<wbr>x"),
    ],
)
def test_a_name_breaks_between_its_parts(text: str, signs: str, shown: str):
    assert figures.breaks(text, signs) == shown


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, 'a/<wbr>b_<wbr>c<wbr>.py<wbr><span class="nowrap">:335</span>'),
        (4, 'a/<wbr>b_<wbr>c<wbr>.py, <span class="nowrap">cell 4, line 335</span>'),
    ],
)
def test_a_place_never_breaks_within_its_line(cell: int | None, shown: str):
    assert figures.spot(Finding(path="a/b_c.py", line=335, cell=cell)) == shown


def test_a_trend_can_do_without_a_forecast_and_marks():
    days = [Day(date(2026, 1, number), Numbers(left=number)) for number in (1, 2)]
    assert "<svg" in trends.trend_chart("t", days, 340, 200, None, None, [])


@pytest.mark.parametrize(
    ("url", "front", "name"),
    [
        ("https://github.com/acme/shop", "https://github.com/acme/", "shop"),
        ("/srv/git/<i>.git", "/srv/git/", "&lt;i&gt;.git"),
        ("shop", "", "shop"),
    ],
)
def test_an_address_keeps_its_name_apart_from_what_may_be_cut(url: str, front: str, name: str):
    assert tags.address(Repository(url=url)).endswith(f"<span>{front}</span><span>{name}</span></span>")


def test_a_sentence_that_names_its_source_has_a_link_there():
    assert figures.noted("Use `chat`.") == "Use <code>chat</code>."
    assert figures.noted("Source: LangChain.js, https://github.com/langchain-ai/langchainjs") == (
        'Source: <a href="https://github.com/langchain-ai/langchainjs" rel="noreferrer">LangChain.js</a>'
    )
    assert figures.noted("Source: https://docs.cohere.com/reference/chat.") == (
        'Source: <a href="https://docs.cohere.com/reference/chat" rel="noreferrer">'
        "https://docs.cohere.com/reference/chat</a>"
    )
    assert "<a" not in figures.noted("`Source: x, https://evil.example/`")
    assert "<b>" not in figures.noted("Source: <b>, https://docs.cohere.com/")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (1.0, "1 fewer"),
        (0.9166, "0.9 fewer"),
        (-1.5, "1.5 more"),
        (-0.04, "under 0.1 more"),
        (0, "0"),
        (-12.0, "12 more"),
    ],
)
def test_a_pace_says_in_words_which_way_it_goes(value, words):
    assert figures.pace(value) == words


@pytest.mark.parametrize(
    ("mean", "did", "why"),
    [
        (-1.7, "12-week mean: 1.7 more", "more calls came than went. It needs 0.8 fewer"),
        (0.5, "12-week mean: 0.5 fewer", "calls went too slowly to end within three years. It needs"),
        (0.0, "12-week mean: 0", "as many calls came as went. It needs"),
    ],
)
def test_the_tiles_say_why_no_end_comes_beside_a_median_that_falls(mean, did, why):
    due = date(2027, 3, 1)
    told = Forecast(
        Answer.NOT_CONVERGING, 1.0, due=due, pace=0.8, mean=mean, cone=(Band(due, 24, 24, 24), Band(due, 20, 30, 40))
    )
    context = {"figures": SimpleNamespace(velocity=1.0, forecast=told, weeks=[None] * 12), "due": due}
    page = " ".join(render_to_string("audits/_overview_stats.html", context).split())
    assert "1 fewer <small>a week</small>" in page
    assert f">{did}</dd>" in page
    assert ">0.8 needed by 1 Mar 2027</dd>" in page
    assert "the mean of the up to 12 whole weeks that the forecast draws from" in page
    assert f"In the last 12 weeks {why}" in page
    assert "−1" not in page
