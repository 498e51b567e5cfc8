import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse

from .people import User
from .repository import Repository


class ScanState(models.TextChoices):
    QUEUED = "queued", "Queued"
    FETCHING = "fetching", "Fetching"
    SCANNING = "scanning", "Scanning"
    DONE = "done", "Done"
    PARTIAL = "partial", "Partial"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"
    SUPERSEDED = "superseded", "Superseded"


LIVE_STATES = (ScanState.FETCHING, ScanState.SCANNING)
READ_STATES = (ScanState.DONE, ScanState.PARTIAL)
OPEN_STATES = (ScanState.QUEUED, *LIVE_STATES)


class ScanTrigger(models.TextChoices):
    REGISTRATION = "registration", "Registration"
    PERSON = "person", "Person"
    SCHEDULE = "schedule", "Schedule"
    COMMAND = "command", "Command line"


class Scan(models.Model):
    """One reading of one repository. The row is the truth; a Celery message only rings for it.

    `lease_owner` fences: every write of a running scan names the owner it believes in, and changes nothing when another
    worker has taken over or a person has cancelled it. A queued scan with `not_before` waits for a host that asked for
    fewer requests. `counts` holds what the result page shows and what the trend is made of.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="scans")
    state = models.CharField(max_length=12, choices=ScanState, default=ScanState.QUEUED)
    trigger = models.CharField(max_length=12, choices=ScanTrigger, default=ScanTrigger.PERSON)
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    cancelled_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    queued_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    attempt = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.UUIDField(default=uuid.uuid4)
    lease_until = models.DateTimeField(null=True, blank=True)
    deferrals = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)

    branch = models.CharField(max_length=200, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    error_kind = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    unchanged = models.BooleanField(default=False)

    files_total = models.PositiveIntegerField(default=0)
    files_done = models.PositiveIntegerField(default=0)
    files_parsed = models.PositiveIntegerField(default=0)
    files_unread = models.PositiveIntegerField(default=0)
    # In no other number: what package managers and builds have written.
    files_passed_over = models.PositiveIntegerField(default=0)
    # By folder, each with a slash at its end, or by file: those with the most of them.
    passed_over_in = models.JSONField(default=dict)
    blobs_extracted = models.PositiveIntegerField(default=0)
    parser_deaths = models.PositiveIntegerField(default=0)
    file_states = models.JSONField(default=dict)
    usages = models.PositiveIntegerField(default=0)
    remaining = models.PositiveIntegerField(default=0)
    resolved = models.PositiveIntegerField(default=0)
    opened_now = models.PositiveIntegerField(default=0)
    resolved_now = models.PositiveIntegerField(default=0)
    # Findings that came or went and stand in no total.
    apart_now = models.PositiveIntegerField(default=0)
    held_now = models.PositiveIntegerField(default=0)
    chat_sites = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["repository", "-id"], name="scan_newest_of_repository"),
            models.Index(fields=["state", "lease_until"], name="scan_by_state_and_lease"),
            models.Index(fields=["finished_at"], name="scan_by_end"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["repository"], condition=Q(state__in=LIVE_STATES), name="one_live_scan_a_repository"
            ),
            models.UniqueConstraint(
                fields=["repository"], condition=Q(state=ScanState.QUEUED), name="one_queued_scan_a_repository"
            ),
            models.CheckConstraint(condition=Q(state__in=ScanState.values), name="scan_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_STATES) | Q(lease_until__isnull=False), name="live_scan_has_a_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state=ScanState.FAILED) | ~Q(error_message=""), name="failed_scan_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"scan {self.pk} of {self.repository_id} ({self.state})"

    def get_absolute_url(self) -> str:
        return reverse("repository", args=[self.repository_id])

    @property
    def waits_unrung(self) -> bool:
        """True while no worker has been told of it: the broker was away, or its host was busy."""
        return self.state == ScanState.QUEUED and self.rung_at is None and self.not_before is None

    @property
    def is_open(self) -> bool:
        """True while the page has something to wait for."""
        return self.state in OPEN_STATES
