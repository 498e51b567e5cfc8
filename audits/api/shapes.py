"""What the answers look like, for the description of the API alone: a test holds every answer against it."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from audits.areas import Area
from audits.engine.facts import Confidence, Kind, Language, Platform, Verdict
from audits.lifecycle import Dismissal, Gone
from audits.models import Readiness, ScanState, ScanTrigger
from audits.progress import ARCHIVED, KNOWLEDGE, STATUSES
from audits.progress.tables import STEPS, TABLES
from audits.query import MAX_LENGTH, STATES


def _asked(name: str, description: str, **more: object) -> OpenApiParameter:
    return OpenApiParameter(name, OpenApiTypes.STR, description=description, **more)  # type: ignore[arg-type]


TESTS = _asked("tests", "1: calls in tests, examples and the like count too", enum=["1"])
SCOPE = [
    _asked("team", "One team, by name"),
    _asked("repository", "One repository, by name"),
    _asked("parameter", "Calls that this parameter is in the way of"),
    _asked("platform", "Calls of this platform", enum=list(Platform)),
    TESTS,
]
DAYS = [
    OpenApiParameter(
        "from", OpenApiTypes.DATE, description="Of step and calls: the first day; else six before the last"
    ),
    OpenApiParameter("to", OpenApiTypes.DATE, description="Of step and calls: the last day; else today"),
    OpenApiParameter("day", OpenApiTypes.DATE, description="Of numbers and survival: at the end of that day; else now"),
]
PAGE = [
    OpenApiParameter("page", OpenApiTypes.INT, description="From 1"),
    OpenApiParameter("page_size", OpenApiTypes.INT, description="At most 200"),
]
RESTRICTED = "Calls left in repositories that you may not see; in no other number, and never of a part of them"
IN_WORDS = "The same, with what it counts where that is more than the other numbers"
WHAT = _asked("what", "Which chart or list", location=OpenApiParameter.PATH, enum=[*TABLES, *STEPS])
REPOSITORIES = [
    _asked("q", "A part of the name or address"),
    _asked("team", "A team's slug"),
    _asked("status", "How far it has come", enum=[*STATUSES, ARCHIVED]),
    _asked("known", "What is known of it", enum=list(KNOWLEDGE)),
    _asked("needs", "Whether a migration can start on what it asks for", enum=[*Readiness.values, "none"]),
    TESTS,
    *PAGE,
]
FINDINGS = [
    _asked("q", f"A filter as on the page of findings, at most {MAX_LENGTH} characters; without one all states"),
    _asked("sort", "A column; with - before it, downwards"),
    *PAGE,
]


def _text(*, allow_null: bool = False, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(allow_null=allow_null, help_text=help_text or None)


def _moment() -> serializers.DateTimeField:
    return serializers.DateTimeField(allow_null=True)


HIDDEN: dict[str, serializers.Field[Any, Any, Any, Any]] = {
    "restricted": serializers.IntegerField(help_text=RESTRICTED),
    "restricted_words": serializers.CharField(allow_blank=True, help_text=IN_WORDS),
}


class Rows(serializers.Serializer[dict[str, object]]):
    """Columns by name; each list has its own. `restricted`: calls in what you may not see, in no row."""

    restricted = serializers.IntegerField(help_text=RESTRICTED)
    restricted_words = serializers.CharField(allow_blank=True, help_text=IN_WORDS)
    rows = serializers.ListField(child=serializers.DictField())


class Dependency(serializers.Serializer[dict[str, object]]):
    package = _text()
    ecosystem = _text()
    asked = _text(help_text="The release or range that is asked for")
    readiness = serializers.ChoiceField(choices=Readiness.values)
    generate = serializers.BooleanField(allow_null=True, help_text="Whether it calls Generate; null where some do")
    needs = _text(allow_null=True, help_text="The first release that a migration needs")
    path = _text()
    line = serializers.IntegerField()
    cell = serializers.IntegerField(allow_null=True)


class Repository(serializers.Serializer[dict[str, object]]):
    id = serializers.IntegerField()
    name = _text()
    url = _text()
    team = _text(allow_null=True)
    branch = _text(allow_null=True)
    archived = serializers.BooleanField()
    status = serializers.ChoiceField(choices=[*STATUSES, ARCHIVED], allow_null=True)
    knowledge = serializers.ChoiceField(choices=list(KNOWLEDGE))
    remaining = serializers.IntegerField()
    unknown = serializers.IntegerField()
    waived = serializers.IntegerField()
    resolved = serializers.IntegerField()
    unread = serializers.IntegerField()
    commit = _text(allow_null=True)
    read_at = _moment()
    error = _text(allow_null=True)
    dependencies = Dependency(many=True)


class Scan(serializers.Serializer[dict[str, object]]):
    id = serializers.IntegerField()
    repository = _text()
    state = serializers.ChoiceField(choices=ScanState.values)
    trigger = serializers.ChoiceField(choices=ScanTrigger.values)
    commit = _text(allow_null=True)
    queued_at = _moment()
    started_at = _moment()
    finished_at = _moment()
    seconds = serializers.FloatField(allow_null=True)
    files = serializers.IntegerField()
    usages = serializers.IntegerField()
    unread = serializers.IntegerField()
    passed_over = serializers.IntegerField()
    passed_over_in = serializers.DictField(child=serializers.IntegerField())
    error = _text(allow_null=True)


class Parameter(serializers.Serializer[dict[str, object]]):
    name = _text()
    verdict = serializers.ChoiceField(choices=list(Verdict))
    value = _text(allow_null=True)


class Finding(serializers.Serializer[dict[str, object]]):
    """As `findings --format json` writes it."""

    id = serializers.UUIDField()
    url = serializers.URLField()
    repository = _text()
    team = _text(allow_null=True)
    state = serializers.ChoiceField(choices=list(STATES))
    first_seen = _moment()
    last_seen = _moment()
    commit = _text(allow_null=True)
    area = serializers.ChoiceField(choices=list(Area))
    path = _text()
    line = serializers.IntegerField()
    end_line = serializers.IntegerField()
    column = serializers.IntegerField()
    cell = serializers.IntegerField(allow_null=True)
    kind = serializers.ChoiceField(choices=list(Kind))
    method = _text(allow_null=True)
    client = _text(allow_null=True)
    platform = serializers.ChoiceField(choices=list(Platform))
    confidence = serializers.ChoiceField(choices=list(Confidence))
    parameters = Parameter(many=True)
    unsupported = serializers.ListField(child=_text())
    snippet = _text()
    language = serializers.ChoiceField(choices=list(Language))
    scope = _text()
    callee = _text()
    model = _text(allow_null=True)
    owners = serializers.ListField(child=_text())
    assignee = _text(allow_null=True)
    known_broken = serializers.BooleanField(help_text="Waived, and its platform has stopped to answer")
    absent_reason = serializers.ChoiceField(choices=list(Gone), allow_null=True, help_text="Why it is not there")
    dismissal = serializers.ChoiceField(
        choices=list(Dismissal), allow_null=True, help_text="Why it was dismissed; with re_review, why it had been"
    )
    due = serializers.DateField(allow_null=True)
    waived_until = serializers.DateField(allow_null=True)
    regressed = serializers.BooleanField(help_text="It came back after it was gone")
    re_review = serializers.BooleanField(help_text="Dismissed before its statement changed, and open since")


class Step(serializers.Serializer[dict[str, object]]):
    text = _text()
    path = _text()
    line = serializers.IntegerField()
    cell = serializers.IntegerField(allow_null=True)


class FindingDetail(Finding):
    """A finding, why it is one, the reads of its answer, and the Chat code in its place."""

    why = _text()
    proof = Step(many=True)
    reads = serializers.ListField(child=serializers.DictField())
    defaults = serializers.ListField(child=serializers.DictField())
    hardcoded_key = serializers.BooleanField()
    replacement = serializers.DictField(allow_null=True)


def _rows() -> serializers.ListField:
    return serializers.ListField(child=serializers.DictField())


class Summary(serializers.Serializer[dict[str, object]]):
    """As `progress --format json` writes it; `completion` is a range in percent."""

    as_of = serializers.DateTimeField()
    remaining = serializers.IntegerField()
    chat_failures = serializers.IntegerField()
    resolved = serializers.IntegerField(help_text="Since the first scans")
    resolved_before = serializers.IntegerField(help_text="Before them, as past commits tell")
    overdue = serializers.IntegerField()
    unknown = serializers.IntegerField()
    waived = serializers.IntegerField(help_text="Until a day still to come; not among those remaining")
    known_broken = serializers.IntegerField(help_text="Of the waived, those whose platform stopped to answer")
    dismissed = serializers.IntegerField()
    ever_seen = serializers.IntegerField(help_text="By scans and in past commits")
    completion = serializers.ListField(child=serializers.IntegerField(), allow_null=True)
    days_overdue = serializers.IntegerField()
    repositories = serializers.IntegerField()
    repositories_at_zero = serializers.IntegerField()
    repositories_read = serializers.IntegerField(help_text="In the last 7 days, whole or in part")
    repositories_complete = serializers.IntegerField(help_text="In the last 7 days, every file")
    repositories_in_part = serializers.IntegerField(help_text="In the last 7 days, some files not")
    unread = serializers.IntegerField()
    restricted = serializers.IntegerField(help_text=RESTRICTED)
    restricted_words = serializers.CharField(allow_blank=True, help_text=IN_WORDS)
    statuses = serializers.DictField(child=serializers.IntegerField())
    knowledge = serializers.DictField(child=serializers.IntegerField())
    teams = _rows()
    parameters = _rows()
    platforms = _rows()
    trend = _rows()


def paged(
    shape: type[serializers.Serializer[dict[str, object]]], **more: serializers.Field[Any, Any, Any, Any]
) -> serializers.Serializer[dict[str, object]]:
    """A page of `shape`, with `more` beside it."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "count": serializers.IntegerField(),
        "next": serializers.URLField(allow_null=True),
        "previous": serializers.URLField(allow_null=True),
        "results": shape(many=True),
        **more,
    }
    return inline_serializer(f"PageOf{shape.__name__}", fields)
