import csv
import json

import pytest

from audits import exports
from audits.engine import codec
from audits.engine.facts import Confidence, Kind, Parameter, Platform, Usage, Verdict
from audits.exports.tables import FORMULA
from audits.models import Finding
from tests.progress.rows import finding, repository

pytestmark = pytest.mark.django_db

USAGE = Usage(
    path="app/expand.py", line=45, end_line=52, column=19, cell=None, kind=Kind.SDK_CALL, method="generate",
    client="cohere.ClientV2", platform=Platform.COHERE, confidence=Confidence.CONFIRMED, scope="expand",
    callee="self.co.generate", unsupported=("num_generations",), snippet="self.co.generate(",
    parameters=(Parameter("num_generations", Verdict.UNSUPPORTED, "4"), Parameter("p", Verdict.KEPT, "0.5")),
)  # fmt: skip


def of(usage, row, **fields):
    columns = ("path", "line", "end_line", "column", "cell", "kind", "method", "client", "platform", "confidence")
    values = {name: getattr(usage, name) for name in (*columns, "scope", "callee", "snippet")}
    return finding(row, detail=codec.encode(usage), **values, **fields)


def test_a_finding_gives_back_its_usage():
    assert exports.usage_of(Finding.objects.get(pk=of(USAGE, repository()).pk)) == USAGE


def test_the_columns_win_over_the_detail():
    row = of(USAGE, repository())
    row.line = 47
    assert exports.usage_of(row).line == 47


def test_a_detail_of_another_shape_leaves_the_columns():
    row = of(USAGE, repository())
    row.detail = {"parameters": "no list", "unheard_of": 1}
    usage = exports.usage_of(row)
    assert (usage.callee, usage.parameters) == ("self.co.generate", ())


def test_json_is_the_audit_object_and_what_is_known_through_time():
    row = of(USAGE, repository("catalog-search", team_name="Search"))
    [found] = json.loads("".join(exports.as_json(Finding.objects.all())))
    assert found["id"] == str(row.pk)
    assert (found["repository"], found["team"], found["state"]) == ("catalog-search", "Search", "overdue")
    assert found["first_seen"].endswith("Z")
    assert found["parameters"][0] == {"name": "num_generations", "verdict": "unsupported", "value": "4"}
    assert found["unsupported"] == ["num_generations"]
    assert {"path", "line", "end_line", "column", "cell", "kind", "method", "client", "platform", "confidence"} <= set(
        found
    )


def test_nothing_is_an_empty_list():
    assert json.loads("".join(exports.as_json(Finding.objects.all()))) == []


def test_csv_has_a_header_and_a_line_a_finding():
    of(USAGE, repository())
    rows = list(csv.DictReader(exports.as_csv(Finding.objects.all())))
    assert [row["callee"] for row in rows] == ["self.co.generate"]
    assert rows[0]["unsupported"] == "num_generations"


@pytest.mark.parametrize("text", ["=1+1", " @cmd", "+1", "-1", "\t=x", "\r=x", "＝1", "＋", "－", "＠x", "\n=1"])
def test_no_cell_is_a_formula(text):
    finding(repository(text.strip() or "x"), path=text, callee=text, snippet=text)
    [row] = csv.DictReader(exports.as_csv(Finding.objects.all()))
    for cell in row.values():
        assert not cell.strip().startswith(FORMULA)
    assert row["path"] == f"'{text}"


def test_a_number_below_zero_is_a_number_and_no_formula():
    table = [["-1", "=1", None], [-1, 0.5, -2.5]]
    lines = list(csv.reader(exports.TABLE_FORMATS["csv"](("a", "b", "c"), table)))
    assert lines[1:] == [["'-1", "'=1", ""], ["-1", "0.5", "-2.5"]]


def test_an_export_costs_two_queries_for_any_number_of_rows_in_a_chunk(django_assert_num_queries):
    for _ in range(5):
        finding(repository(team_name="Search"))
    with django_assert_num_queries(2):
        assert len(list(exports.as_csv(Finding.objects.all()))) == 6
