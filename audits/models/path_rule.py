from django.db import models
from django.db.models import Q

from audits.areas import PATTERN_LENGTH, Area

from .people import User
from .repository import Repository

AREAS = [(area.value, area.value.capitalize()) for area in Area]


class PathRule(models.Model):
    """To which area files belong: of one repository, or of all where `repository` is None. The newest one wins."""

    repository = models.ForeignKey(
        Repository, null=True, blank=True, on_delete=models.CASCADE, related_name="path_rules"
    )
    pattern = models.CharField(max_length=PATTERN_LENGTH)
    area = models.CharField(max_length=10, choices=AREAS)
    # Files that are passed over, as others have written them, are read here all the same.
    reads = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(area__in=[area for area, _ in AREAS]), name="path_rule_area_is_known"),
            models.UniqueConstraint(fields=["repository", "pattern"], name="path_rule_once_a_repository"),
            models.UniqueConstraint(
                fields=["pattern"], condition=Q(repository=None), name="path_rule_once_an_organisation"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pattern} → {self.area}{', read though passed over' if self.reads else ''}"
