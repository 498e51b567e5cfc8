from collections.abc import Iterable
from typing import Any

from django.db import models
from django.urls import reverse

from audits.lifecycle import Gone
from audits.recurrence import RULE_LENGTH

from .people import Team, User

# In a row: failures of any kind, and refusals of the host, which only a person can change. Then it is paused.
PAUSE_AFTER, STOP_AFTER_REFUSALS = 25, 3
# In the place of the engine that read a result.
OTHER_RULES = "other path rules"


class CheckState(models.TextChoices):
    """What a worker found when it asked the host for the repository."""

    WAITING = "waiting", "Not asked yet"
    ANSWERED = "answered", "Answered"
    FAILED = "failed", "Check failed"
    UNASKED = "unasked", "Could not be asked"


class Repository(models.Model):
    """A registered repository: what a person said of it, then what the scans know of it.

    `key` is the canonical address, one for all spellings; `url` is the address as typed, which git is given. `branch`
    is empty for the host's default one. Commits are full hexadecimal ids (64 wide for SHA-256). `applied_*` tell of the
    last scan whose result the findings show, `settled` that another scan of the same commit could not find out more;
    `rewritten_at` is the last time that a scan found its branch without the commit that it had been at,
    `paths_ruled_at` the last time that a path rule of it changed;
    `last_scan` is the last one that ended, well or not, `failures` how many have failed since the last good one,
    `refusals` how many of these because the host refused, which only a person can change. An empty `schedule` is the
    team's or the organisation's; the clock leaves a paused repository alone, and people may still scan it. Nobody scans
    an archived one.
    """

    name = models.CharField(max_length=120, unique=True)
    url = models.CharField(max_length=500)
    key = models.CharField(max_length=500, unique=True)
    host = models.CharField(max_length=255, blank=True)
    is_local = models.BooleanField(default=False)
    branch = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="repositories")
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    check_state = models.CharField(max_length=10, choices=CheckState, default=CheckState.WAITING)
    check_message = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    applied_commit = models.CharField(max_length=64, blank=True)
    applied_branch = models.CharField(max_length=200, blank=True)
    applied_engine = models.CharField(max_length=40, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    rewritten_at = models.DateTimeField(null=True, blank=True)
    paths_ruled_at = models.DateTimeField(null=True, blank=True)
    # The calls of Chat in the last result, as [path, scope, how many]: the next one tells by it what is new.
    chats = models.JSONField(default=list, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    # Archived because it is gone from its host.
    removed = models.BooleanField(default=False)
    settled = models.BooleanField(default=False)
    last_scan = models.ForeignKey("Scan", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    next_scan_at = models.DateTimeField(null=True, blank=True, db_index=True)
    schedule = models.CharField(max_length=RULE_LENGTH, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")
    failures = models.PositiveIntegerField(default=0)
    refusals = models.PositiveIntegerField(default=0)
    paused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name_plural = "repositories"
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="repository_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(paused_at=None) | models.Q(next_scan_at=None),
                name="paused_repository_has_no_next_scan",
            ),
            models.CheckConstraint(
                condition=models.Q(archived_at=None) | models.Q(next_scan_at=None),
                name="archived_repository_has_no_next_scan",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("repository", args=[self.pk])

    @classmethod
    def locked(cls, keys: Iterable[Any]) -> "models.QuerySet[Repository]":
        """The rows of these keys (or of a query for them), locked once they are read, for whoever writes many findings,
        or many of these rows.

        Whoever does takes this lock before any finding's, and several in one order: so one waits for another, and no
        two for each other. A scan of them can be asked for meanwhile.
        """
        return cls.objects.filter(pk__in=keys).order_by("pk").select_for_update(no_key=True)

    @property
    def left_as(self) -> Gone:
        """Of an archived one, why its findings are out of scope."""
        return Gone.REPOSITORY_REMOVED if self.removed else Gone.REPOSITORY_ARCHIVED


class UnreadFile(models.Model):
    """A file of the last applied scan that gave no answer. `path` is display text, never a name on a worker's disk."""

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="unread_files")
    path = models.CharField(max_length=4096)
    reason = models.CharField(max_length=20)
    detail = models.CharField(max_length=500, blank=True)
    names_api = models.BooleanField(default=False)
    lines = models.JSONField(default=list)

    class Meta:
        ordering = ("path",)

    def __str__(self) -> str:
        return f"{self.path} ({self.reason})"
