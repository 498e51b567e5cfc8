"""Findings as SARIF: a run a repository, the place of the call, what people decided, and hostile names."""

import json
from dataclasses import replace
from typing import Any

import pytest
from django.db.models import QuerySet
from django.test import Client

from audits import exports
from audits.engine import codec
from audits.engine.facts import Confidence, Kind, ProofStep, ResponseRead
from audits.models import Finding, Repository
from tests.progress.rows import finding, repository
from tests.test_exports import USAGE, of
from tests.web.rows import person

pytestmark = pytest.mark.django_db


def runs(rows: "QuerySet[Finding] | None" = None) -> list[dict[str, Any]]:
    log = json.loads("".join(exports.FORMATS["sarif"](Finding.objects.all() if rows is None else rows)))
    assert log["version"] == "2.1.0"
    found: list[dict[str, Any]] = log["runs"]
    return found


def only() -> dict[str, Any]:
    [run] = runs()
    [result] = run["results"]
    found: dict[str, Any] = result
    return found


def test_nothing_is_a_log_without_a_run():
    assert runs() == []


def test_each_repository_has_a_run_of_its_own():
    shop, ledger = repository("shop"), repository("ledger")
    for row, path in ((shop, "a.py"), (ledger, "b.py"), (shop, "c.py")):
        finding(row, path=path)
    found = {run["versionControlProvenance"][0]["repositoryUri"]: len(run["results"]) for run in runs()}
    assert found == {shop.url: 2, ledger.url: 1}


def test_a_result_names_rule_place_and_reason():
    proof, reads = (
        (ProofStep("co ← cohere.Client()", "app/llm.py", 14),),
        (ResponseRead("app/expand.py", 53, 53, "r.text"),),
    )
    row = of(replace(USAGE, why="Made in app/llm.py.", proof=proof, reads=reads), repository())
    result = only()
    place = result["locations"][0]["physicalLocation"]
    assert (result["ruleId"], result["level"], result["guid"]) == ("sdk_call", "error", str(row.pk))
    assert place["artifactLocation"] == {"uri": "app/expand.py", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {"startLine": 45, "endLine": 52, "startColumn": 20}
    assert place["contextRegion"]["snippet"] == {"text": "self.co.generate("}
    assert "Made in app/llm.py. Chat does not take num_generations." in result["message"]["text"]
    assert [row["message"]["text"] for row in result["relatedLocations"]] == ["co ← cohere.Client()", "r.text"]
    [run] = runs()
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "sdk_call"


def test_the_lines_of_a_cell_are_no_lines_of_the_file():
    of(replace(USAGE, path="demo.ipynb", cell=3, line=2, end_line=2), repository())
    result = only()
    assert "region" not in result["locations"][0]["physicalLocation"]
    assert "cell 3, line 2" in result["message"]["text"]


@pytest.mark.parametrize(
    ("kind", "confidence", "level"),
    [
        (Kind.SDK_CALL, Confidence.LIKELY, "warning"),
        (Kind.SDK_CALL, Confidence.POSSIBLE, "note"),
        (Kind.MENTION, Confidence.CONFIRMED, "note"),
        (Kind.DEAD_MODEL, Confidence.CONFIRMED, "error"),
    ],
)
def test_what_is_sure_and_work_is_an_error(kind: Kind, confidence: Confidence, level: str):
    of(replace(USAGE, kind=kind, confidence=confidence), repository())
    assert only()["level"] == level


def test_what_people_set_aside_is_suppressed_with_their_words():
    of(USAGE, repository(), disposition="dismissed", dismissal="false_positive", comment="No client of Cohere's.")
    assert only()["suppressions"] == [{"kind": "external", "justification": "No client of Cohere's."}]


def test_what_is_gone_is_absent_and_not_suppressed():
    of(USAGE, repository(), presence="absent")
    result = only()
    assert result["baselineState"] == "absent"
    assert "suppressions" not in result


@pytest.mark.parametrize("reason", ["moved", "rule_changed"])
def test_what_left_without_progress_is_absent_too(reason: str):
    of(USAGE, repository(), presence="absent", absent_reason=reason)
    result = only()
    assert result["baselineState"] == "absent"
    assert "suppressions" not in result


@pytest.mark.parametrize("reason", ["path_excluded", "repository_archived", "repository_removed"])
def test_what_people_took_out_is_not_told_as_gone(reason: str):
    of(USAGE, repository(), presence="absent", absent_reason=reason)
    result = only()
    assert "baselineState" not in result
    assert result["suppressions"] == [{"kind": "external", "justification": "out of scope"}]


def test_an_ssh_address_stays_one():
    row = repository("shop")
    Repository.objects.filter(pk=row.pk).update(url="git@github.com:acme/shop.git")
    finding(row)
    [run] = runs()
    assert run["versionControlProvenance"][0]["repositoryUri"] == "ssh://git@github.com/acme/shop.git"


def test_bytes_that_are_no_text_name_their_file():
    finding(repository(), path='"b\\377d.py"')
    assert only()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "b%FFd.py"


def test_a_hostile_path_stays_one_relative_address():
    finding(repository(), path='../a b/%2e"<x>.py', detail=codec.encode(USAGE))
    assert only()["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "../a%20b/%252e%22%3Cx%3E.py"


def test_the_page_offers_the_file(client: Client):
    client.force_login(person("viewer"))
    of(USAGE, repository())
    answer = client.get("/findings/export/?format=sarif&q=state:left")
    assert answer["Content-Type"] == "application/sarif+json"
    assert len(json.loads(answer.getvalue())["runs"][0]["results"]) == 1
    assert client.get("/findings/export/?format=sarif&q=is:suppressed").status_code == 400
