import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from audits.charts import Mark, Point, bar, share, trend

TODAY = date(2026, 11, 23)
GUIDE, ENFORCED = date(2025, 8, 26), date(2025, 9, 15)
MARKS = (Mark(GUIDE, "Guide date", "guide"), Mark(ENFORCED, "Enforced", "enforced"))


def draw(*points, marks=MARKS, width=820):
    return trend("t", points, marks, "Calls left", "12 calls left", width=width, height=300)


def days_back(days, left, resolved=0):
    return Point(TODAY - timedelta(days=days), left, resolved)


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter("text")]


def test_one_day_stands_at_the_right_of_a_week_that_was_not_scanned():
    svg = draw(days_back(0, 212, 9))
    assert "no scan before 23 Nov" in texts(svg)
    assert {"212 left", "9 resolved", "23 Nov"} <= set(texts(svg))
    left = [float(x) for x in re.findall(r'class="left-line" points="([\d.]+),', svg)]
    assert left[0] > 600


def test_a_week_and_more_fills_the_frame():
    svg = draw(days_back(20, 30), days_back(3, 12, 18), days_back(0, 12, 18))
    assert not any("no scan before" in text for text in texts(svg))


def test_a_day_holds_until_the_next_one():
    svg = draw(days_back(20, 30), days_back(10, 10))
    points = re.search(r'left-line" points="([^"]+)"', svg)[1].split()
    assert len({point.split(",")[1] for point in points}) == 2
    assert points[1].split(",")[0] == points[2].split(",")[0]


def test_the_dates_of_the_sunset_are_marked_only_inside_the_range():
    assert "Enforced" not in texts(draw(days_back(0, 3)))
    svg = draw(Point(date(2025, 7, 1), 30, 0), days_back(0, 3))
    assert {"Guide date", "26 Aug 2025", "Enforced", "15 Sep 2025"} <= set(texts(svg))


def test_the_labels_of_close_marks_keep_apart():
    for first in (date(2025, 8, 20), date(2025, 6, 1), date(2024, 6, 1)):
        root = ElementTree.fromstring(draw(Point(first, 30, 0), days_back(0, 3)))
        found = [(float(n.get("x")), n.get("text-anchor")) for n in root.iter("text") if n.get("class") == "mark-sub"]
        (one, anchor), (two, _) = found
        assert anchor == "end" or two - one >= 80


def test_a_narrow_chart_numbers_its_marks():
    svg = draw(Point(date(2025, 7, 1), 30, 0), days_back(0, 3), width=360)
    assert {"1", "2"} <= set(texts(svg))
    assert "Enforced" not in texts(svg)


def test_it_has_a_title_and_a_description_and_no_style():
    svg = draw(days_back(0, 1))
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "t-t t-d"
    assert [root.find(name).text for name in ("title", "desc")] == ["Calls left", "12 calls left"]
    assert "style" not in svg


def test_texts_are_escaped():
    svg = trend("t", [days_back(0, 1)], [Mark(TODAY, "<script>", '"><b>')], "<b>", "&", width=820, height=300)
    assert "<script" not in svg
    assert "<b>" not in svg
    ElementTree.fromstring(svg)


points = st.lists(st.tuples(st.integers(0, 900), st.integers(0, 5000), st.integers(0, 5000)), min_size=1, max_size=30)


@given(points, st.sampled_from([360, 820]))
def test_any_history_stays_inside_its_frame(rows, width):
    rows = [days_back(*row) for row in sorted({row[0]: row for row in rows}.values(), reverse=True)]
    root = ElementTree.fromstring(draw(*rows, width=width))
    for node in root.iter():
        for x, y in re.findall(r"(-?[\d.]+),(-?[\d.]+)", node.get("points", "")):
            assert 0 <= float(x) <= width
            assert 0 <= float(y) <= 300
    words = [
        (float(n.get("x")), float(n.get("y"))) for n in root.iter("text") if n.get("class") in ("strong", "band-label")
    ]
    assert all(abs(a[1] - b[1]) >= 14 for a, b in pairwise(words))


def test_a_share_is_cut_by_value_and_its_unknown_part_is_hatched():
    svg = share("s", [("migrated", 50), ("unknown", 25), ("rest", 25)])
    widths = [float(width) for width in re.findall(r'<rect class="\w+" x="[\d.]+" width="([\d.]+)"', svg)]
    assert widths == [119.0, 59.0, 59.0]
    assert 'fill="url(#s-h)"' in svg
    ElementTree.fromstring(share("s", []))


def test_a_bar_is_never_longer_than_the_longest_and_never_lost():
    assert 'width="56.0"' in bar(5, 5)
    assert 'width="2"' in bar(1, 1000)
    assert 'width="0"' in bar(0, 0)
