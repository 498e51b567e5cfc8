import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import Q

from .people import User
from .repository import Repository
from .scan import LIVE_STATES, OPEN_STATES, Scan, ScanState


def one_a_line(names: Iterable[str]) -> str:
    """Names in one text, each between two ends of a line, so that a database finds one by its whole name."""
    return "".join(f"\n{name.replace(chr(10), ' ')}\n" for name in names)


class HistoryTrigger(models.TextChoices):
    FIRST = "first", "First scan"
    ENGINE = "engine", "New rules"
    SETTINGS = "settings", "New settings"
    REWRITTEN = "rewritten", "Rewritten history"
    PERSON = "person", "Person"
    COMMAND = "command", "Command line"


class HistoryRun(models.Model):
    """One reading of a repository's past: sampled commits up to `commit`, all with the present engine.

    Queued, leased and fenced like a scan, and in the states of one. The run that `is_current` holds the points that the
    trend is made of; they replace the ones before in the transaction that ends it. It reads up to the commit of
    `base`, and tells everything up to `base_at`: what people decided until then is in it, and its last point is what
    the findings said at that moment. `ways_before` are the calls that were gone before any scan could see them, by
    reason, `resolved_before` their sum, `apart_before` the same with tests and the like and `resolved_apart` the sum of
    these; None: nobody counted them. `lives_before` pairs days with the calls that went after so many, of these, for
    the product and for the whole with tests and the like; empty: nobody kept them.
    It reaches `months` back from `commit`; `complete`: the sampled history begins with the branch's first commit.
    `parts_kept`: its points and its calls that were gone say what each call was.
    `rewritten`: an earlier commit of the branch is known not to lead to `commit`.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="history_runs")
    state = models.CharField(max_length=12, choices=ScanState, default=ScanState.QUEUED)
    trigger = models.CharField(max_length=12, choices=HistoryTrigger, default=HistoryTrigger.PERSON)
    requested_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    queued_at = models.DateTimeField()
    rung_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(null=True, blank=True)
    fetched_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    attempt = models.PositiveSmallIntegerField(default=0)
    lease_owner = models.UUIDField(default=uuid.uuid4)
    lease_until = models.DateTimeField(null=True, blank=True)

    is_current = models.BooleanField(default=False)
    branch = models.CharField(max_length=200, blank=True)
    commit = models.CharField(max_length=64, blank=True)
    engine = models.CharField(max_length=40, blank=True)
    base = models.ForeignKey(Scan, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    base_at = models.DateTimeField(null=True, blank=True)
    resolved_before = models.PositiveIntegerField(default=0)
    resolved_apart = models.PositiveIntegerField(null=True, blank=True)
    ways_before = models.JSONField(default=dict)
    apart_before = models.JSONField(null=True, blank=True)
    lives_before = models.JSONField(default=dict)
    parts_kept = models.BooleanField(default=False)
    months = models.PositiveSmallIntegerField(default=0)
    complete = models.BooleanField(default=False)
    rewritten = models.BooleanField(default=False)
    error_kind = models.CharField(max_length=40, blank=True)
    error_message = models.CharField(max_length=500, blank=True)
    points_total = models.PositiveIntegerField(default=0)
    points_done = models.PositiveIntegerField(default=0)
    seconds = models.FloatField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        indexes = [
            models.Index(fields=["repository", "-id"], name="history_newest"),
            models.Index(fields=["state", "lease_until"], name="history_by_state_and_lease"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["repository"],
                condition=Q(state__in=OPEN_STATES),
                name="one_open_history_a_repository",
            ),
            models.UniqueConstraint(
                fields=["repository"], condition=Q(is_current=True), name="one_current_history_a_repository"
            ),
            models.CheckConstraint(condition=Q(state__in=ScanState.values), name="history_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state__in=LIVE_STATES) | Q(lease_until__isnull=False), name="live_history_has_a_lease"
            ),
            models.CheckConstraint(
                condition=~Q(state=ScanState.FAILED) | ~Q(error_message=""), name="failed_history_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"history {self.pk} of {self.repository_id} ({self.state})"

    @property
    def is_open(self) -> bool:
        """True while the page has something to wait for."""
        return self.state in OPEN_STATES

    def before(self, *, apart: bool = False) -> dict[str, int]:
        """Calls that were gone before any scan, by reason; with tests and the like where these were counted."""
        ways: dict[str, int] = self.ways_before if self.apart_before is None or not apart else self.apart_before
        return ways


class HistoryPoint(models.Model):
    """One sampled commit, or a decision after it, oldest first by `number`. See `lifecycle.Point` for what the counts
    mean and how they add up.

    `at` is the commit's time as far as it is believed. `gone` maps the reasons of `lifecycle.Gone` to calls. `apart`
    holds the counts once more under their names, with calls in tests and the like; empty where nobody counted them.
    `moved` are the calls that came and went, as `progress.behind` reads them: under "product", and under "whole"
    with tests and the like where these differ; empty where nobody kept them. `parts` says in the same way by how many
    the calls of a platform with some parameters in the way became more or fewer in a column:
    [platform, [parameter …], column, calls].
    """

    run = models.ForeignKey(HistoryRun, on_delete=models.CASCADE, related_name="points")
    number = models.PositiveIntegerField()
    commit = models.CharField(max_length=64)
    at = models.DateTimeField()
    remaining = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    resolved = models.PositiveIntegerField()
    added = models.PositiveIntegerField()
    returned = models.PositiveIntegerField()
    gone = models.JSONField(default=dict)
    ways = models.JSONField(default=dict)
    apart = models.JSONField(default=dict)
    moved = models.JSONField(default=dict)
    parts = models.JSONField(default=dict)
    waived = models.PositiveIntegerField(default=0)
    chats = models.PositiveIntegerField(null=True, blank=True)
    files_unread = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("run", "number")
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="history_point_once_a_place")]

    def __str__(self) -> str:
        return f"{self.commit[:12]}: {self.remaining} left"


class HistoryGone(models.Model):
    """A call that was gone at the end of a history, `days` after it came, by a reason of `lifecycle.Gone`. A scan had
    `seen` it, and its finding tells of it, or it was gone before any scan.

    It was there from `first_at` to `gone_at` (None: nobody kept it); `older`: it was there before. `points` are the
    effort that it would have taken.

    It was one of the `platform`, with the parameters `ways` in its way (`one_a_line`), and counts in the `product`, in
    the `whole` with tests and the like, or in both. Of runs that have `parts_kept`.
    """

    run = models.ForeignKey(HistoryRun, on_delete=models.CASCADE, related_name="+")
    platform = models.CharField(max_length=12)
    ways = models.TextField(blank=True)
    reason = models.CharField(max_length=40)
    days = models.PositiveIntegerField()
    first_at = models.DateTimeField(null=True, blank=True)
    gone_at = models.DateTimeField(null=True, blank=True)
    older = models.BooleanField(default=False)
    seen = models.BooleanField(default=False)
    points = models.PositiveIntegerField(default=0)
    product = models.BooleanField()
    whole = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.platform}, gone after {self.days} days: {self.reason}"
