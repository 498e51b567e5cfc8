from django.db import models

from .repository import Repository
from .scan import Scan


class Snapshot(models.Model):
    """A repository's numbers at the end of a day; a row only for a day on which one changed, never edited later.

    Calls of the product, as `progress.snapshots` counts them; `points` is the effort of those left, `apart` how
    many more are left in tests and the like, and `whole` holds the first counts once more with these (empty: nobody
    counted them). `scan` is the last scan that had ended by then, None where only people's decisions changed something.
    Rows of before waivers were counted apart hold the effort of waived calls in `points`. They stay as they are, and no
    page reads it: the effort of a past day is worked out from its calls.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="snapshots")
    day = models.DateField()
    at = models.DateTimeField()
    scan = models.ForeignKey(Scan, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    remaining = models.PositiveIntegerField(default=0)
    unknown = models.PositiveIntegerField(default=0)
    migrated = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    deleted = models.PositiveIntegerField(default=0)
    dismissed = models.PositiveIntegerField(default=0)
    waived = models.PositiveIntegerField(default=0)
    apart = models.PositiveIntegerField(default=0)
    whole = models.JSONField(default=dict)
    points = models.PositiveIntegerField(default=0)
    chats = models.PositiveIntegerField(default=0)
    unread = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("day", "pk")
        constraints = [models.UniqueConstraint(fields=["repository", "day"], name="snapshot_once_a_day")]

    def __str__(self) -> str:
        return f"{self.repository_id} on {self.day}: {self.remaining} left"
