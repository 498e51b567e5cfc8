"""The API says what the pages say, in the shape that its description tells, to those who may know."""

from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from jsonschema import Draft202012Validator

from audits import tokens
from audits.models import FindingEvent, Repository, Scan, Team, TokenScope, User
from audits.progress import summary
from audits.progress.tables import STEPS, TABLES, summary_object
from tests.web import rows

REFERENCES = "#/components/schemas/"


@pytest.fixture
def reader(db: None) -> User:
    return rows.person("viewer", "vera")


def asking(user: User, scope: TokenScope = TokenScope.READ) -> Client:
    """A program with a token, which keeps no cookie and demands what a browser would of CSRF."""
    _, text = tokens.issue(user, "Report", scope, 30, timezone.now())
    return Client(enforce_csrf_checks=True, headers={"authorization": f"Bearer {text}"})


@pytest.fixture
def program(reader: User) -> Client:
    return asking(reader)


@pytest.fixture
def organisation(db: None) -> Repository:
    """One repository with a call that is left, a scan and a team; a second, restricted one with a call of its own."""
    team = rows.team()
    repository = rows.repository(team=team)
    rows.finding(repository)
    rows.scan(repository, usages=1)
    closed = Team.objects.create(name="Board", slug="board", restricted=True)
    rows.finding(rows.repository("secret-plans", team=closed), path="secret.py")
    return repository


def described(answer: Any, schema: dict[str, Any], method: str, path: str) -> None:
    """Fails where the answer has not the shape that the description promises."""
    promised = schema["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]
    whole = {**promised["schema"], "components": schema["components"]}
    errors = [error.message for error in Draft202012Validator(whole).iter_errors(answer.json())]
    assert not errors
    named = promised["schema"].get("$ref", "").removeprefix(REFERENCES)
    if named:
        assert set(schema["components"]["schemas"][named]["properties"]) == set(answer.json())


def test_answers_are_what_the_description_says(program: Client, organisation: Repository):
    schema = program.get(reverse("api-schema")).json()
    finding = organisation.findings.get()
    asked = {
        "/api/v1/progress/": reverse("api-progress"),
        "/api/v1/progress/{what}/": reverse("api-progress-table", args=["weeks"]),
        "/api/v1/repositories/": reverse("api-repositories"),
        "/api/v1/repositories/{id}/": reverse("api-repository", args=[organisation.pk]),
        "/api/v1/scans/{id}/": reverse("api-scan", args=[Scan.objects.get().pk]),
        "/api/v1/findings/": reverse("api-findings"),
        "/api/v1/findings/{id}/": reverse("api-finding", args=[finding.pk]),
    }
    assert set(asked) | {"/api/v1/repositories/{id}/scan/"} == set(schema["paths"])
    for path, address in asked.items():
        answer = program.get(address)
        assert answer.status_code == HTTPStatus.OK, answer.content
        described(answer, schema, "get", path)


def test_the_numbers_are_those_of_the_overview(program: Client, reader: User, organisation: Repository):
    told = program.get(reverse("api-progress")).json()
    page = summary_object(summary(reader))
    assert {
        **page,
        "as_of": told["as_of"],
        "restricted": 1,
        "restricted_words": "+ 1 in restricted repositories",
    } == told
    assert told["remaining"] == 1


@pytest.mark.parametrize("what", [*TABLES, *STEPS])
def test_every_chart_and_list_can_be_had(program: Client, organisation: Repository, what: str):
    ours = program.get(reverse("api-progress-table", args=[what]))
    export = program.get(reverse("progress-export"), {"what": what, "format": "json"})
    assert export.status_code == HTTPStatus.FOUND
    assert ours.status_code == HTTPStatus.OK
    assert ours.json()["restricted"] == 1
    also = ", calls left today" if what in STEPS else ""
    also = ", of any parameter and platform" if what in ("parameters", "platforms", "matrix") else also
    assert ours.json()["restricted_words"] == f"+ 1 in restricted repositories{also}"
    assert "secret-plans" not in ours.content.decode()


def test_a_part_of_the_organisation(program: Client, organisation: Repository):
    for asked in ({"team": "Search"}, {"repository": organisation.name}):
        assert program.get(reverse("api-progress"), asked).json()["remaining"] == 1
    for asked in ({"team": "Board"}, {"repository": "secret-plans"}, {"team": "nobody"}):
        answer = program.get(reverse("api-progress"), asked)
        assert answer.status_code == HTTPStatus.BAD_REQUEST
        assert "that you may see" in answer.json()["detail"]


def test_one_parameter_or_platform_keeps_what_is_restricted_whole(program: Client, organisation: Repository):
    rows.finding(organisation, path="cloud.py", platform="bedrock")
    address = reverse("api-progress-table", args=["platforms"])
    told = program.get(address, {"platform": "bedrock"}).json()
    assert [row["left"] for row in told["rows"]] == [1]
    assert told["restricted_words"] == "+ 1 in restricted repositories, of any parameter and platform"
    whole = program.get(reverse("api-progress"), {"platform": "bedrock"}).json()
    assert (whole["remaining"], whole["ever_seen"], whole["restricted"]) == (1, 1, 1)
    assert whole["restricted_words"] == told["restricted_words"]
    inside = program.get(address, {"platform": "bedrock", "team": "Search"}).json()
    assert (inside["restricted"], inside["restricted_words"]) == (0, "")
    assert program.get(address, {"platform": "mainframe"}).status_code == HTTPStatus.BAD_REQUEST


def test_a_step_is_what_its_page_explains(program: Client, organisation: Repository):
    finding = organisation.findings.get()
    FindingEvent.objects.create(finding=finding, at=timezone.now(), verb="opened", after="present")
    rows_of = {what: program.get(reverse("api-progress-table", args=[what])).json()["rows"] for what in STEPS}
    assert rows_of["step"] == [{"repository": organisation.name, "cause": "discovered", "calls": 1}]
    assert [row["finding"] for row in rows_of["calls"]] == [str(finding.pk)]
    earlier = {"from": "2026-01-05", "to": "2026-01-11"}
    assert program.get(reverse("api-progress-table", args=["step"]), earlier).json()["rows"] == []
    wrong = program.get(reverse("api-progress-table", args=["step"]), {"from": "last week"})
    assert wrong.status_code == HTTPStatus.BAD_REQUEST


def test_findings_are_those_of_the_filter(program: Client, organisation: Repository):
    told = program.get(reverse("api-findings"), {"q": "state:left"}).json()
    assert [row["repository"] for row in told["results"]] == [organisation.name]
    assert told["count"] == 1
    assert told["restricted_words"] == "+ 1 in restricted repositories"
    part = program.get(reverse("api-findings"), {"q": "way:preset"}).json()
    assert part["restricted_words"] == "+ 1 in restricted repositories, calls left, whatever the filter"
    assert program.get(reverse("api-findings"), {"q": "team:search"}).json()["restricted"] == 0
    assert program.get(reverse("api-findings"), {"q": "state:resolved"}).json()["count"] == 0
    aside = program.get(reverse("api-findings"), {"q": "is:suppressed"})
    assert (aside.status_code, "no finding" in aside.json()["detail"]) == (HTTPStatus.BAD_REQUEST, True)
    wrong = program.get(reverse("api-findings"), {"q": "state:perhaps"})
    assert wrong.status_code == HTTPStatus.BAD_REQUEST
    assert "perhaps" in wrong.json()["detail"]


def test_what_is_wrong_is_said_in_a_sentence(program: Client, organisation: Repository):
    answer = program.get(reverse("api-repositories"), {"status": "bogus"})
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert answer.json()["detail"].startswith("status: ")


def test_pages_are_bounded(program: Client, organisation: Repository):
    for line in range(2, 5):
        rows.finding(organisation, path=f"more_{line}.py")
    first = program.get(reverse("api-findings"), {"page_size": "3"}).json()
    second = program.get(first["next"]).json()
    assert (len(first["results"]), len(second["results"]), first["count"]) == (3, 1, 4)
    assert second["next"] is None
    assert program.get(reverse("api-findings"), {"page": "1000000000"}).status_code == HTTPStatus.NOT_FOUND
    assert program.get(reverse("api-findings"), {"page_size": "100000"}).status_code == HTTPStatus.OK


def test_what_is_not_to_be_known_is_not_there(program: Client, organisation: Repository):
    closed = Repository.objects.get(name="secret-plans")
    scan = rows.scan(closed)
    for address in (
        reverse("api-repository", args=[closed.pk]),
        reverse("api-scan", args=[scan.pk]),
        reverse("api-finding", args=[closed.findings.get().pk]),
        reverse("api-progress-table", args=["salaries"]),
    ):
        assert program.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_scan_is_asked_for_with_a_token_that_may(organisation: Repository, broker: None):
    address = reverse("api-repository-scan", args=[organisation.pk])
    engineer = rows.person("engineer", "ed")
    refused = asking(engineer).post(address)
    assert refused.status_code == HTTPStatus.FORBIDDEN
    assert "only reads" in refused.json()["detail"]
    weak = asking(rows.person("viewer", "vic"), TokenScope.SCAN).post(address)
    assert "role" in weak.json()["detail"]
    answer = asking(engineer, TokenScope.SCAN).post(address)
    assert answer.status_code == HTTPStatus.ACCEPTED
    scan = Scan.objects.get(pk=answer.json()["id"])
    assert (scan.requested_by, scan.repository) == (engineer, organisation)
    organisation.archived_at = timezone.now()
    organisation.save(update_fields=["archived_at"])
    assert asking(engineer, TokenScope.SCAN).post(address).status_code == HTTPStatus.CONFLICT


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic dmVyYTp2ZXJh", "Bearer lc_\x00é"])
def test_without_a_good_token_nothing_is_told(header: str):
    answer = Client(headers={"authorization": header} if header else {}).get(reverse("api-progress"))
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert "API tokens" in answer.json()["detail"]


def test_a_role_that_was_taken_is_taken_from_its_tokens(organisation: Repository):
    engineer = rows.person("engineer", "ed")
    program = asking(engineer, TokenScope.SCAN)
    User.objects.filter(pk=engineer.pk).update(role="viewer")
    answer = program.post(reverse("api-repository-scan", args=[organisation.pk]))
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_longer_list_asks_as_often(program: Client, organisation: Repository, django_assert_num_queries: Any):
    # The token, its owner with it; how many; which; the rows; what has changed; how many are left, after each change.
    program.get(reverse("api-findings"))
    rows.finding(organisation, path="first.py")
    with CaptureQueriesContext(connection) as few:
        program.get(reverse("api-findings"))
    with CaptureQueriesContext(connection) as few_repositories:
        program.get(reverse("api-repositories"))
    for number in range(8):
        rows.finding(organisation, path=f"more_{number}.py")
        rows.repository(f"another-{number}")
    with django_assert_num_queries(len(few)):
        program.get(reverse("api-findings"))
    with django_assert_num_queries(len(few_repositories)):
        program.get(reverse("api-repositories"))


def test_repositories_have_their_dependencies_and_are_found_by_them(program: Client, organisation: Repository) -> None:
    rows.dependency(organisation)
    (found,) = program.get("/api/v1/repositories/?needs=outdated").json()["results"]
    assert found["name"] == organisation.name
    assert found["dependencies"][0]["readiness"] == "outdated"
    assert program.get("/api/v1/repositories/?needs=ready").json()["results"] == []
    (row,) = program.get("/api/v1/progress/repositories/").json()["rows"]
    assert row["readiness"] == "outdated"
