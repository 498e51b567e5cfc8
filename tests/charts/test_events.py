"""Signs of what happened to us: told apart by shape, merged where they would overlap, silent outside the days shown."""

from datetime import date, timedelta
from xml.etree import ElementTree

from audits.charts import Event, Point, burndown

TODAY = date(2026, 11, 23)


def signs(*events, width=820):
    points = [Point(TODAY - timedelta(days=100), 30), Point(TODAY, 12)]
    svg = burndown("t", points, (), "Calls left", "12 left", width=width, height=300, events=events)
    found = [node for node in ElementTree.fromstring(svg).iter("g") if "happened" in node.get("class", "")]
    return [(node.get("class").split()[-1], node.get("data-tip"), node.find("path").get("d")) for node in found]


def ago(days, kind="added", what="Added shop"):
    return Event(TODAY - timedelta(days=days), kind, what)


def test_a_day_and_its_words_stand_at_the_sign_and_each_kind_has_its_shape():
    (added, told, triangle), (engine, _, diamond) = signs(ago(50), ago(50, "engine", "Engine 2"))
    assert (added, engine, told) == ("added", "engine", "4 Oct 2026: Added shop")
    assert triangle.count("L") != diamond.count("L")


def test_close_days_of_one_kind_are_one_sign_with_both_words():
    for width in (820, 360):
        [(_, told, _)] = signs(ago(51), ago(50, what="Added <b>"), width=width)
        assert told == "3 Oct 2026: Added shop; 4 Oct 2026: Added <b>"
    assert len(signs(ago(90), ago(10))) == 2


def test_what_lies_before_the_days_shown_has_no_sign():
    assert signs(ago(300)) == []
