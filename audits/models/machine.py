from django.db import models


class Machine(models.Model):
    """A host on which workers run, as its workers last saw it. A container is one, named by its id.

    Disk and mirrors are those of its MIRROR_ROOT, in bytes.
    """

    name = models.CharField(max_length=120, unique=True)
    seen_at = models.DateTimeField()
    git = models.CharField(max_length=40, blank=True)
    disk_free = models.BigIntegerField(default=0)
    disk_total = models.BigIntegerField(default=0)
    mirrors = models.PositiveIntegerField(default=0)
    mirrors_bytes = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name
