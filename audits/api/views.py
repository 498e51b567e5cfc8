"""The routes: numbers, repositories, scans, findings, and the description of all of them."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularJSONAPIView
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from audits import exports, models, progress, query, scans
from audits.access import Action, findings_visible_to, visible_to
from audits.forms import RepositoryFilter
from audits.models import Finding, Scan, ScanTrigger
from audits.progress.hidden import parted, restricted_beside
from audits.progress.interval import interval, misasked, misread
from audits.progress.tables import LEFT_TODAY, STEPS, TABLES, of_day, summary_object

from . import shapes
from .base import ApiView
from .objects import repository_object, scan_object


class Archived(APIException):
    status_code = status.HTTP_409_CONFLICT
    default_detail = "The repository is archived: it is not scanned until a lead takes it back."


class Progress(ApiView):
    @extend_schema(summary="The overview's numbers", parameters=shapes.SCOPE, responses=shapes.Summary)
    def get(self, request: Request) -> Response:
        scope = self.scope()
        hidden = progress.restricted(self.person, scope)
        return Response({**summary_object(progress.summary_of(scope, hidden)), **hidden.fields})


class ProgressTable(ApiView):
    action = Action.EXPORT

    @extend_schema(
        operation_id="progress_table",
        summary="A chart or list as rows",
        parameters=[shapes.WHAT, *shapes.SCOPE, *shapes.DAYS],
        responses=shapes.Rows,
    )
    def get(self, request: Request, what: str) -> Response:
        if what not in (*TABLES, *STEPS):
            raise Http404(f"There is no such list. There are {', '.join([*TABLES, *STEPS])}.")
        scope = self.scope()
        day = request.query_params.get("day", "")
        if errors := misasked(what, day):
            raise ParseError(" ".join(errors))
        columns, rows = STEPS[what](scope, *self._days()) if what in STEPS else of_day(what, scope, day)
        hidden = progress.restricted(
            self.person, scope, *([LEFT_TODAY] if what in STEPS or day else parted(what, scope))
        )
        return Response({**hidden.fields, "rows": [dict(zip(columns, row, strict=True)) for row in rows]})

    def _days(self) -> tuple[date, date]:
        first, last = (self.request.query_params.get(name, "") for name in ("from", "to"))
        if errors := misread(first, last):
            raise ParseError(" ".join(errors))
        return interval(first, last)


def _with_relations(rows: "QuerySet[models.Repository]") -> "QuerySet[models.Repository]":
    found = Prefetch("dependencies", models.Dependency.objects.worst_first())
    return rows.select_related("team").prefetch_related(found)


class Repositories(ApiView):
    @extend_schema(
        operation_id="repositories_list", parameters=shapes.REPOSITORIES, responses=shapes.paged(shapes.Repository)
    )
    def get(self, request: Request) -> Response:
        apart = request.query_params.get("tests") == "1"
        rows = _with_relations(progress.statuses(visible_to(self.person), apart=apart)).order_by("name")
        if request.query_params.get("status") != progress.ARCHIVED:
            rows = rows.filter(archived_at=None)
        asked = RepositoryFilter(request.query_params, queryset=rows, request=request)
        if not asked.is_valid():
            raise ParseError(" ".join(f"{name}: {text}" for name, row in asked.errors.items() for text in row))
        return self.paged(asked.qs, lambda page: [repository_object(row) for row in page])


class Repository(ApiView):
    @extend_schema(parameters=[shapes.TESTS], responses=shapes.Repository)
    def get(self, request: Request, pk: int) -> Response:
        apart = request.query_params.get("tests") == "1"
        rows = _with_relations(progress.statuses(visible_to(self.person), apart=apart))
        return Response(repository_object(get_object_or_404(rows, pk=pk)))


class RepositoryScan(ApiView):
    action = Action.SCAN

    @extend_schema(summary="Ask for a scan", request=None, responses={202: shapes.Scan})
    def post(self, request: Request, pk: int) -> Response:
        repository = get_object_or_404(visible_to(self.person), pk=pk)
        if repository.archived_at:
            raise Archived
        asked = scans.request_scan(repository, ScanTrigger.PERSON, self.person)
        return Response(scan_object(asked), status=status.HTTP_202_ACCEPTED)


class OneScan(ApiView):
    @extend_schema(summary="How a scan goes", responses=shapes.Scan)
    def get(self, request: Request, pk: int) -> Response:
        rows = Scan.objects.filter(repository__in=visible_to(self.person)).select_related("repository")
        return Response(scan_object(get_object_or_404(rows, pk=pk)))


class Findings(ApiView):
    action = Action.EXPORT

    @extend_schema(
        operation_id="findings_list",
        parameters=shapes.FINDINGS,
        responses=shapes.paged(shapes.Finding, **shapes.HIDDEN),
    )
    def get(self, request: Request) -> Response:
        asked = query.checked(query.parse(request.query_params.get("q", "")))
        if asked.errors:
            raise ParseError(" ".join(asked.errors))
        if query.asks_aside(asked):
            raise ParseError("What a comment suppressed is no finding: the page of findings exports it.")
        found = query.apply(findings_visible_to(self.person), asked, self.person)
        keys = query.keys(found, request.query_params.get("sort", ""))
        answer = self.paged(keys, self._shown)
        answer.data |= restricted_beside(self.person, asked).fields
        return answer

    def _shown(self, keys: Sequence[UUID]) -> list[dict[str, Any]]:
        return [self.finding(row) for row in query.rows_of(keys, wide=True)]

    def finding(self, row: Finding) -> dict[str, Any]:
        """As the export has it, with the address of its page."""
        return {**exports.finding_object(row), "url": self.request.build_absolute_uri(row.get_absolute_url())}


class OneFinding(Findings):
    @extend_schema(operation_id="findings_retrieve", summary="A finding with its proof", responses=shapes.FindingDetail)
    def get(self, request: Request, pk: UUID) -> Response:  # type: ignore[override]
        rows = query.rows_of(findings_visible_to(self.person).filter(pk=pk).values_list("pk", flat=True), wide=True)
        if not rows:
            raise Http404
        return Response({**self.finding(rows[0]), **exports.usage_detail(exports.usage_of(rows[0]))})


class Schema(ApiView, SpectacularJSONAPIView):
    """This API in OpenAPI 3."""

    renderer_classes = SpectacularJSONAPIView.renderer_classes
