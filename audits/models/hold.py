from django.db import models

from .people import User
from .repository import Repository
from .scan import Scan


class Hold(models.Model):
    """A suspicious drop: a scan in which much was gone and little had changed. A person accepts or rejects it.

    `gone` of `known` findings were not seen, in `files` files of which `touched` differ from the commit before. While
    nobody has decided, and after a rejection, its findings count as left.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="holds")
    scan = models.ForeignKey(Scan, null=True, on_delete=models.SET_NULL, related_name="holds")
    at = models.DateTimeField()
    known = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    touched = models.PositiveIntegerField()
    accepted = models.BooleanField(null=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"hold {self.pk} of {self.repository_id}"
