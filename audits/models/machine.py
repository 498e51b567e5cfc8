from django.db import models


class Machine(models.Model):
    """A host on which workers run, as its workers last saw it. A container is one, named by its id.

    Disk and mirrors are those of its MIRROR_ROOT, in bytes; `mirrors_limit` is what its workers keep them below, 0
    where they have not told it.
    """

    name = models.CharField(max_length=120, unique=True)
    seen_at = models.DateTimeField()
    git = models.CharField(max_length=40, blank=True)
    disk_free = models.BigIntegerField(default=0)
    disk_total = models.BigIntegerField(default=0)
    mirrors = models.PositiveIntegerField(default=0)
    mirrors_bytes = models.BigIntegerField(default=0)
    mirrors_limit = models.BigIntegerField(default=0)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    @property
    def mirrors_share(self) -> int:
        """What the mirrors take of their limit, in whole percent; 0 where no limit is told."""
        return round(100 * self.mirrors_bytes / self.mirrors_limit) if self.mirrors_limit else 0
