import uuid

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from .people import User
from .repository import Repository
from .scan import Scan


class Presence(models.TextChoices):
    """The machine's axis: is the use there? `unknown`: its file could not be read by the last scan."""

    PRESENT = "present", "Present"
    ABSENT = "absent", "Absent"
    UNKNOWN = "unknown", "Unknown"


class Disposition(models.TextChoices):
    """The people's axis."""

    OPEN = "open", "Open"
    PLANNED = "planned", "Planned"
    DISMISSED = "dismissed", "Dismissed"
    WAIVED = "waived", "Waived"


class Finding(models.Model):
    """A use of Generate through time. `scans` writes presence, people write disposition; what a page shows is derived.

    `detail` holds what only the finding's page shows, as `engine.codec` encodes a Usage: proof, reads, replacement,
    excerpt, parameters with their verdicts. The hashes are the identity by which a later scan knows it again.
    `first_seen_at` is the time of the oldest sampled commit that holds it, as soon as the repository's history is read,
    `discovered_at` the moment at which a scan found it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="findings")
    presence = models.CharField(max_length=8, choices=Presence, default=Presence.PRESENT)
    absent_reason = models.CharField(max_length=40, blank=True)
    disposition = models.CharField(max_length=10, choices=Disposition, default=Disposition.OPEN)
    regressed = models.BooleanField(default=False)

    path = models.CharField(max_length=4096)
    line = models.PositiveIntegerField()
    end_line = models.PositiveIntegerField()
    column = models.PositiveIntegerField(default=0)
    cell = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24)
    method = models.CharField(max_length=120, blank=True)
    client = models.CharField(max_length=200, blank=True)
    platform = models.CharField(max_length=12)
    language = models.CharField(max_length=12, default="python")
    confidence = models.CharField(max_length=10)
    scope = models.CharField(max_length=400, blank=True)
    callee = models.CharField(max_length=400, blank=True)
    model = models.CharField(max_length=200, blank=True)
    snippet = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    call_hash = models.CharField(max_length=64)
    shape_hash = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, blank=True)

    commit = models.CharField(max_length=64, blank=True)
    first_seen_at = models.DateTimeField()
    discovered_at = models.DateTimeField(db_default=Now())
    first_scan = models.ForeignKey(Scan, null=True, on_delete=models.SET_NULL, related_name="+")
    last_seen_at = models.DateTimeField()
    last_scan = models.ForeignKey(Scan, null=True, on_delete=models.SET_NULL, related_name="+")
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("repository__name", "path", "cell", "line", "column", "id")
        indexes = [
            models.Index(fields=["repository", "presence"], name="finding_of_repository"),
            models.Index(fields=["presence", "kind"], name="finding_by_kind"),
            models.Index(fields=["first_seen_at"], name="finding_by_age"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(presence__in=Presence.values), name="finding_presence_is_known"),
            models.CheckConstraint(
                condition=Q(disposition__in=Disposition.values), name="finding_disposition_is_known"
            ),
            models.CheckConstraint(
                condition=Q(presence=Presence.ABSENT, resolved_at__isnull=False) & ~Q(absent_reason="")
                | ~Q(presence=Presence.ABSENT) & Q(absent_reason="", resolved_at__isnull=True),
                name="absent_finding_says_why_and_when",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.callee or self.kind} at {self.path}:{self.line}"

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.pk])


class FindingParameter(models.Model):
    """One parameter of a finding, for filters and counts; the texts are in the finding's `detail`."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="parameters")
    name = models.CharField(max_length=80)
    verdict = models.CharField(max_length=12)
    in_the_way = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["name", "in_the_way"], name="finding_parameter_by_name")]
        constraints = [models.UniqueConstraint(fields=["finding", "name"], name="parameter_once_a_finding")]

    def __str__(self) -> str:
        return f"{self.name} ({self.verdict})"


class FindingEvent(models.Model):
    """One change of a finding; append-only. `actor` is None for the machine."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    scan = models.ForeignKey(Scan, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.verb} {self.finding_id}"
