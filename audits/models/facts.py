from django.db import models


class BlobFacts(models.Model):
    """What extraction found in one blob: kept as long as the engine has its version, shared by every repository.

    `facts` is the engine's JSON as text: it is only ever handed back, and JSON columns refuse some of what code holds.
    `unread` is empty or a reason of the engine; such a row keeps a file that killed its parser from being tried again,
    a file that timed out only after its second try: a loaded machine is not the file's fault.
    """

    object_format = models.CharField(max_length=8)
    oid = models.CharField(max_length=64)
    kind = models.CharField(max_length=16)
    engine = models.CharField(max_length=40)
    unread = models.CharField(max_length=20, blank=True)
    tries = models.PositiveSmallIntegerField(default=1)
    facts = models.TextField()

    class Meta:
        verbose_name_plural = "blob facts"
        constraints = [
            models.UniqueConstraint(fields=["oid", "engine", "kind", "object_format"], name="facts_once_a_blob")
        ]

    def __str__(self) -> str:
        return f"{self.oid[:12]} {self.kind} {self.engine}"
