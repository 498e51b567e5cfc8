import uuid
from datetime import datetime, timedelta
from enum import StrEnum

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse

from audits.areas import Area
from audits.lifecycle import Blame, Claim, Dismissal, Disposition, Gone, Origin, Presence

from .hold import Hold
from .indexes import ListIndex
from .people import User
from .repository import Repository
from .scan import Scan

PLACE = ("repository", "path", "cell", "line", "column", "id")
# What `query` filters, counts, searches and sorts by, beside the place.
ASKED = (
    *("area", "kind", "presence", "absent_reason", "disposition", "platform", "claim", "due", "waived_until"),
    *("confidence", "language", "owners", "assignee", "regressed", "reopened_at", "re_review", "origin", "version"),
    *("ways", "scope", "callee", "model", "method", "client", "first_seen_at"),
)
# What totals ask, the presence first; a count then reads a part of this index and nothing else.
COUNTED = (
    *("presence", "disposition", "area", "kind", "repository", "waived_until", "claim", "due", "platform"),
    *("absent_reason", "owners", "confidence", "language", "assignee", "origin", "id"),
)
# `owners` is short enough for both: 1,000 bytes, whatever its letters (`scans.owning`).
LONG = ("path", "owners", "scope", "callee", "model", "method", "client")


def in_order(name: str, *columns: str) -> ListIndex:
    """A list sorted by `columns` and then by place, which is walked until a page is full, and reads no other row."""
    more = tuple(column for column in ASKED if column not in columns)
    return ListIndex(fields=(*columns, *PLACE, *more), long=tuple(c for c in LONG if c not in columns[:1]), name=name)


def few(name: str, *columns: str, among: str) -> ListIndex:
    """What My work counts and shows of those `among` which somebody has to look; of no other row it holds anything."""
    fields = (*columns, *PLACE, "presence", "owners", "assignee", "first_seen_at", among)
    return ListIndex(fields=fields, condition=Q(**{among: True}), long=("path", "owners"), name=name)


def choices(axis: type[StrEnum]) -> list[tuple[str, str]]:
    """An axis as a column's choices."""
    return [(word.value, word.value.replace("_", " ").capitalize()) for word in axis]


def words(axis: type[StrEnum]) -> list[str]:
    return [word.value for word in axis]


class Finding(models.Model):
    """A use of Generate through time. `scans` writes presence, `triage` disposition; what a page shows is derived.

    The row is the projection of its events; `version` counts the decisions, and whoever decides names the one that they
    saw. `detail` holds what only the finding's page shows, as `engine.codec` encodes a Usage: proof, reads,
    replacement, excerpt, parameters with their verdicts. The hashes, of `hash_version`, are the identity by which a
    later scan knows it again; `digest` is the content of the statement, `decided_digest` what it was at the dismissal.
    `first_seen_at` is the oldest time that is known of it: of a sampled commit that holds it, as soon as the
    repository's history is read, of the commit that gave its line its words, or of the scan that found it, at
    `discovered_at`. `older`: the first commit that was read, in a history that does not begin there, holds it already.
    See `is_dated`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="findings")
    presence = models.CharField(max_length=8, choices=choices(Presence), default=Presence.PRESENT.value)
    absent_reason = models.CharField(max_length=40, blank=True, choices=choices(Gone))
    # A suspicious drop that nobody has judged, or that somebody rejected: the reason that would hold.
    hold = models.ForeignKey(Hold, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings")
    held_reason = models.CharField(max_length=40, blank=True, choices=choices(Gone))
    # Files that were not read, in which it may stand since it is no longer where it was.
    hidden_in = models.JSONField(null=True, blank=True, default=None)
    older = models.BooleanField(default=False)
    regressed = models.BooleanField(default=False)
    reopened_at = models.DateTimeField(null=True, blank=True)

    disposition = models.CharField(max_length=10, choices=choices(Disposition), default=Disposition.OPEN.value)
    version = models.PositiveIntegerField(default=0)
    # Whoever looks after it; of a plan, its owner.
    assignee = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="findings")
    due = models.DateField(null=True, blank=True)
    waived_until = models.DateField(null=True, blank=True)
    dismissal = models.CharField(max_length=24, blank=True, choices=choices(Dismissal))
    # The comment of a dismissal, the plan of a waiver.
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    decided_digest = models.CharField(max_length=64, blank=True)
    # A dismissal whose statement has changed since: open again, with `dismissal` and `comment` still telling why.
    re_review = models.BooleanField(default=False)
    # "I fixed it": said at `claimed_at`, and what a later scan made of it.
    claim = models.CharField(max_length=12, blank=True, choices=choices(Claim))
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

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
    # By the path rules of now; only the product's calls stand in a headline.
    area = models.CharField(max_length=10, default=Area.PRODUCT.value, choices=choices(Area))
    confidence = models.CharField(max_length=10)
    # By CODEOWNERS, as written there, each between spaces; whom to ask, never who may.
    owners = models.CharField(max_length=1000, blank=True)
    scope = models.CharField(max_length=400, blank=True)
    callee = models.CharField(max_length=400, blank=True)
    model = models.CharField(max_length=200, blank=True)
    snippet = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    # Of the usage that this row tells (`scans.columns`); whoever writes a column that follows from it, empties this.
    fingerprint = models.CharField(max_length=40, blank=True)

    # How many of its parameters are in the way, for the order of a list.
    ways = models.PositiveSmallIntegerField(default=0)

    call_hash = models.CharField(max_length=64)
    shape_hash = models.CharField(max_length=64)
    hash_version = models.PositiveSmallIntegerField(default=1)
    digest = models.CharField(max_length=64, blank=True)
    # An older incarnation that had been gone for too long, and where a call went whose copies nobody can tell apart.
    previous = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="later")
    moved_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="moved_from")

    # Who last changed the line, as the commit says it; names and addresses are anybody's text.
    blame = models.CharField(max_length=10, blank=True, choices=choices(Blame))
    blame_commit = models.CharField(max_length=64, blank=True)
    blame_name = models.CharField(max_length=200, blank=True)
    blame_mail = models.CharField(max_length=254, blank=True)
    blame_at = models.DateTimeField(null=True, blank=True)
    origin = models.CharField(max_length=12, blank=True, choices=choices(Origin))

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
            ListIndex(fields=COUNTED, name="finding_counts"),
            few("finding_regressed", "reopened_at", among="regressed"),
            few("finding_in_re_review", among="re_review"),
            models.Index(fields=["first_seen_at"], name="finding_by_age"),
            models.Index(fields=["assignee", "presence"], name="finding_by_assignee"),
            models.Index(fields=["waived_until"], name="finding_by_end_of_waiver"),
            models.Index(fields=["language"], name="finding_of_language"),
            in_order("finding_list", "first_seen_at"),
            in_order("finding_by_place"),
            in_order("finding_by_call", "callee", "scope"),
            in_order("finding_by_ways", "ways"),
            in_order("finding_by_kind", "kind"),
            in_order("finding_by_confidence", "confidence"),
            in_order("finding_by_owner", "owners"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(presence__in=words(Presence)), name="finding_presence_is_known"),
            models.CheckConstraint(
                condition=Q(disposition__in=words(Disposition)), name="finding_disposition_is_known"
            ),
            models.CheckConstraint(
                condition=Q(presence="absent", resolved_at__isnull=False) & ~Q(absent_reason="")
                | ~Q(presence="absent") & Q(absent_reason="", resolved_at__isnull=True),
                name="absent_finding_says_why_and_when",
            ),
            models.CheckConstraint(
                condition=~Q(disposition="dismissed") | ~Q(dismissal=""), name="dismissed_finding_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(disposition="waived") | Q(waived_until__isnull=False), name="waived_finding_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.callee or self.kind} at {self.path}:{self.line}"

    def get_absolute_url(self) -> str:
        return reverse("finding", args=[self.pk])

    @property
    def is_dated(self) -> bool:
        """Does `first_seen_at` say when it came? Else it was there before, and nobody knows since when."""
        return is_dated(self.blame, self.first_seen_at, self.discovered_at, self.older)

    @property
    def owner_names(self) -> list[str]:
        return self.owners.split()


def is_dated(blame: str, first_seen: datetime, discovered: datetime, older: bool) -> bool:
    """`Finding.is_dated` of its columns."""
    if blame != Blame.KNOWN and first_seen > discovered - timedelta(minutes=1):
        return False
    return blame != Blame.BOUNDARY and not older


class FindingParameter(models.Model):
    """One parameter of a finding, for filters and counts; the texts are in the finding's `detail`."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="parameters")
    name = models.CharField(max_length=80)
    verdict = models.CharField(max_length=12)
    in_the_way = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["name", "in_the_way", "finding"], name="parameter_by_name"),
            models.Index(fields=["name"], condition=Q(in_the_way=True), name="parameter_in_the_way"),
        ]
        constraints = [models.UniqueConstraint(fields=["finding", "name"], name="parameter_once_a_finding")]

    def __str__(self) -> str:
        return f"{self.name} ({self.verdict})"


class FindingEvent(models.Model):
    """One change of a finding; append-only. `actor` is None for the machine, `comment` what a person wrote."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    scan = models.ForeignKey(Scan, null=True, blank=True, on_delete=models.SET_NULL, related_name="events")
    verb = models.CharField(max_length=20)
    before = models.CharField(max_length=60, blank=True)
    after = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    comment = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["finding", "-at"], name="event_newest_of_finding")]

    def __str__(self) -> str:
        return f"{self.verb} {self.finding_id}"


class Comment(models.Model):
    """What a person says about a finding, in Markdown as typed; it is rendered and cleaned when it is shown."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="comments")
    author = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    text = models.TextField()

    class Meta:
        ordering = ("at", "pk")

    def __str__(self) -> str:
        return f"comment {self.pk} on {self.finding_id}"
