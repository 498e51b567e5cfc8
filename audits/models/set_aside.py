from django.db import models

from .repository import Repository


class SetAside(models.Model):
    """A use that a comment in its source sets aside, as the last applied scan saw it: in no number of work.

    Whoever is audited writes such a comment, so it is counted apart and never progress.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="set_aside")
    path = models.CharField(max_length=4096)
    line = models.PositiveIntegerField()
    cell = models.PositiveIntegerField(null=True, blank=True)
    kind = models.CharField(max_length=24)
    callee = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("path", "cell", "line")
        verbose_name_plural = "set aside"

    def __str__(self) -> str:
        return f"{self.callee or self.kind} at {self.path}:{self.line}"
