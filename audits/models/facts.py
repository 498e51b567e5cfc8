from django.db import models


class BlobFacts(models.Model):
    """What extraction found in one blob: kept for ever under an engine version, shared by every repository.

    `unread` is empty or a reason of the engine; such a row keeps a file that killed its parser from being tried again.
    """

    object_format = models.CharField(max_length=8)
    oid = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    engine = models.CharField(max_length=40)
    unread = models.CharField(max_length=20, blank=True)
    facts = models.JSONField()

    class Meta:
        verbose_name_plural = "blob facts"
        constraints = [
            models.UniqueConstraint(fields=["oid", "engine", "kind", "object_format"], name="facts_once_a_blob")
        ]

    def __str__(self) -> str:
        return f"{self.oid[:12]} {self.kind} {self.engine}"
