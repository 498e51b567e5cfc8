import re
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.charts import Bar, Cone, Mark, Point, bar, burndown, flow, share, spark

TODAY = date(2026, 11, 23)
GUIDE, ENFORCED = date(2025, 8, 26), date(2025, 9, 15)
MARKS = (Mark(GUIDE, "Guide date", "guide"), Mark(ENFORCED, "Enforced", "enforced"))


def draw(*points, marks=MARKS, width=820):
    return burndown("t", points, marks, "Calls left", "12 calls left", width=width, height=300)


def days_back(days, left, resolved=0):
    return Point(TODAY - timedelta(days=days), left, resolved)


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg).iter("text")]


def test_one_day_stands_at_the_right_of_a_week_that_was_not_scanned():
    svg = draw(days_back(0, 212, 9))
    assert "no scan before 23 Nov" in texts(svg)
    assert {"212 left", "9 migrated", "23 Nov"} <= set(texts(svg))
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
    svg = burndown("t", [days_back(0, 1)], [Mark(TODAY, "<script>", '"><b>')], "<b>", "&", width=820, height=300)
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


class TestForecast:
    CONE = Cone(
        [(TODAY, 40, 40), (TODAY + timedelta(weeks=4), 20, 30), (TODAY + timedelta(weeks=8), 0, 10)],
        TODAY + timedelta(weeks=8),
        TODAY + timedelta(weeks=10),
    )

    def test_it_goes_on_from_the_last_day_to_its_end(self):
        svg = burndown("t", [days_back(90, 60), days_back(0, 40)], (), "t", "d", width=820, height=300, cone=self.CONE)
        root = ElementTree.fromstring(svg)
        assert {"p50-dot", "p85-dot"} <= {node.get("class") for node in root.iter("circle")}
        xs = [float(corner.split(",")[0]) for corner in re.search(r'class="cone" points="([^"]+)"', svg)[1].split()]
        assert min(xs) == float(re.search(r'class="now" cx="([\d.]+)"', svg)[1])
        assert max(xs) <= 820

    @pytest.mark.parametrize("most", [70, 900])
    def test_one_that_grows_stays_inside_and_its_label_off_the_line(self, most):
        cone = Cone([(TODAY, 40, 40), (TODAY + timedelta(weeks=8), 50, most)], None, None)
        past = [days_back(90, 10), days_back(10, 30), days_back(0, 40)]
        svg = burndown("t", past, (), "t", "d", width=820, height=300, cone=cone)
        corners = re.search(r'class="cone" points="([^"]+)"', svg)[1].split()
        assert min(float(corner.split(",")[1]) for corner in corners) >= 14
        label = next(node for node in ElementTree.fromstring(svg).iter("text") if node.text == "40 left")
        assert float(label.get("y")) < float(re.search(r'class="now" cx="[\d.]+" cy="([\d.]+)"', svg)[1])
        # The past keeps half of the height.
        assert max(int(text) for text in texts(svg) if text.isdigit()) <= 100

    @pytest.mark.parametrize(
        ("past", "above"),
        [
            (((90, 60), (5, 50), (0, 40)), False),  # falls
            (((90, 10), (5, 30), (0, 40)), True),  # rises
            (((90, 46), (5, 30), (0, 40)), True),  # fell and rises: its top is nearer
            (((90, 60), (5, 38), (0, 40)), False),  # fell far and rises: its bottom is nearer
            (((90, 60), (60, 6), (5, 4), (0, 1)), True),  # no room under it
        ],
    )
    def test_the_line_does_not_cross_the_label_of_its_end(self, past, above):
        history = [days_back(*row) for row in past]
        left = past[-1][1]
        cone = Cone([(TODAY, left, left), (TODAY + timedelta(weeks=8), 0, 10)], TODAY + timedelta(weeks=8), None)
        svg = burndown("t", history, (), "t", "d", width=820, height=300, cone=cone)
        label = next(node for node in ElementTree.fromstring(svg).iter("text") if node.text == f"{left} left")
        (now,) = re.findall(r'class="now" cx="([\d.]+)"', svg)
        corners = [
            tuple(map(float, word.split(","))) for word in re.search(r'left-line" points="([^"]+)"', svg)[1].split()
        ]
        heights = [
            max(a[1], b[1]) * f + min(a[1], b[1]) * (1 - f)
            for a, b in pairwise(corners)
            if float(now) - b[0] < 60
            for f in (0, 0.25, 0.5, 0.75, 1)
        ]
        y = float(label.get("y"))
        assert not [height for height in heights if y - 12 <= height <= y + 2]
        assert (y < corners[-1][1]) == above

    def test_a_due_day_is_marked_where_the_future_is_shown(self):
        due = Mark(TODAY + timedelta(weeks=6), "Our date", "due")
        svg = burndown("t", [days_back(90, 60)], [due], "t", "d", width=820, height=300, cone=self.CONE)
        assert "Our date" in texts(svg)

    def test_the_label_of_a_due_day_at_the_right_edge_stays_inside(self):
        due = Mark(TODAY + timedelta(weeks=30), "Our date", "due")
        svg = burndown("t", [days_back(90, 60)], [due], "t", "d", width=820, height=300, cone=self.CONE)
        label = next(node for node in ElementTree.fromstring(svg).iter("text") if node.text == "Our date")
        assert label.get("text-anchor") == "end"
        assert float(label.get("x")) <= 820


def test_bands_lie_on_each_other_and_what_is_empty_is_not_drawn():
    point = Point(TODAY, 4, migrated=3, unknown=2, deleted=1)
    svg = burndown("t", [point], (), "t", "d", width=820, height=300)
    drawn = [node.get("class") for node in ElementTree.fromstring(svg).iter("polygon")]
    assert drawn == ["left", "unknown", "deleted", "migrated"]
    assert point.told == "23 Nov 2026: 4 left, 2 unknown, 1 deleted, 3 migrated"
    assert 'class="unknown"' in svg
    assert 'fill="url(#t-h)"' in svg


def test_weeks_stand_on_and_under_a_line():
    weeks = [
        Bar(TODAY, {"introduced": 2, "migrated": 5}),
        Bar(TODAY + timedelta(weeks=1), {}),
        Bar(TODAY, {"deleted": 1}),
    ]
    root = ElementTree.fromstring(flow("f", weeks, "t", "d", width=300, height=160))
    zero = float(next(node for node in root.iter("line") if node.get("class") == "axis").get("y1"))
    sizes = {node.get("class"): node for node in root.iter("rect") if node.get("class")}
    assert float(sizes["introduced"].get("y")) + float(sizes["introduced"].get("height")) == pytest.approx(
        zero, abs=0.2
    )
    assert float(sizes["migrated"].get("y")) == zero
    assert [node.text for node in root.iter("text") if node.get("class") == "net"] == ["−3", "0", "−1"]
    ElementTree.fromstring(flow("f", [Bar(TODAY, {})], "t", "d", width=300, height=160))


def test_a_spark_needs_two_values():
    assert spark([1]) == ""
    ElementTree.fromstring(spark([3, 2, 2, 1]))


def test_what_is_waived_is_a_band_of_its_own():
    points = [Point(date(2026, 1, day), left=6, waived=waived) for day, waived in ((1, 0), (5, 2))]
    drawn = burndown("x", points, (), "Calls left", "", width=400, height=200)
    assert drawn.count('class="waived"') == 1
    assert 'fill="url(#x-w)"' in drawn
    assert 'id="x-w"' in drawn
    assert "5 Jan 2026: 6 left, 2 waived" in drawn
    assert 'class="waived"' not in burndown("x", points[:1], (), "Calls left", "", width=400, height=200)


@pytest.mark.parametrize("due", [date(9999, 12, 31), date(2999, 1, 1), date(1, 1, 1)])
def test_a_day_of_ones_own_in_no_reach_of_the_chart_breaks_and_stretches_nothing(due):
    cone = Cone([(TODAY + timedelta(weeks=week), 3, 5) for week in range(9)], None, None)
    marks = (*MARKS, Mark(due, "Our date", "due"))
    drawn = [
        burndown("t", [days_back(30, 5)], some, "Calls left", "", width=820, height=300, cone=cone)
        for some in (MARKS, marks)
    ]
    assert drawn[0] == drawn[1]


def test_a_bar_answers_where_it_is_drawn():
    week = Bar(date(2026, 11, 16), {"introduced": 2, "migrated": 3})
    root = ElementTree.fromstring(flow("f", [week], "t", "d", width=300, height=120))
    group = next(node for node in root.iter("g") if node.get("class") == "hit")
    assert {"introduced", "migrated"} <= {node.get("class") for node in group}
    assert group.get("data-to") == "2026-11-22"
