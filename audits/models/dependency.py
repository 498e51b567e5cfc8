from django.db import models
from django.db.models import Case, IntegerField, Value, When

from .repository import Repository


class Readiness(models.TextChoices):
    """Whether a migration can start on the release that is asked for, worst first; as in `engine.dependencies`."""

    OUTDATED = "outdated", "Too old for Chat"
    REPLACE = "replace", "To be replaced"
    OPEN = "open", "May be too old"
    READY = "ready", "Ready for Chat"


class DependencyQuerySet(models.QuerySet["Dependency"]):
    """What people ask of dependencies."""

    def worst_first(self) -> "DependencyQuerySet":
        """Those that a migration waits for come first, then by package, path and line."""
        whens = [When(readiness=value, then=Value(rank)) for rank, value in enumerate(Readiness.values)]
        return self.order_by(Case(*whens, output_field=IntegerField()), "package", "path", "line")


class Dependency(models.Model):
    """A package of Cohere's, or around it, that a file of the last applied scan asks for or installs.

    `spec` is what is written, `version` the one release that it pins, both may be empty. `generate` says whether the
    releases that are asked for call Generate, None where some do; `needs` is the first that a migration needs.
    """

    repository = models.ForeignKey(Repository, on_delete=models.CASCADE, related_name="dependencies")
    path = models.CharField(max_length=4096)
    line = models.PositiveIntegerField()
    cell = models.PositiveIntegerField(null=True, blank=True)
    ecosystem = models.CharField(max_length=10)
    package = models.CharField(max_length=80)
    spec = models.CharField(max_length=80, blank=True)
    version = models.CharField(max_length=40, blank=True)
    readiness = models.CharField(max_length=8, choices=Readiness)
    generate = models.BooleanField(null=True, blank=True)
    needs = models.CharField(max_length=40, blank=True)
    meaning = models.CharField(max_length=500)
    source = models.CharField(max_length=300)

    objects = DependencyQuerySet.as_manager()

    class Meta:
        ordering = ("path", "line", "package")
        verbose_name_plural = "dependencies"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(readiness__in=Readiness.values), name="dependency_readiness_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.package} {self.asked}"

    @property
    def asked(self) -> str:
        """The release as a reader says it."""
        return self.version or self.spec or "any release"
