from django.db import models
from django.db.models import Case, IntegerField, Value, When
from django.db.models.functions import Length, Replace

from .repository import Repository

# Cohere's own SDKs, by the names of their packages.
OWN = (
    "cohere",
    "cohere-ai",
    "github.com/cohere-ai/cohere-go",
    "github.com/cohere-ai/cohere-go/v2",
    "com.cohere:cohere-java",
)


class Readiness(models.TextChoices):
    """Whether a migration can start on the release that is asked for, worst first; as in `engine.dependencies`."""

    OUTDATED = "outdated", "Too old for Chat"
    REPLACE = "replace", "To be replaced"
    OPEN = "open", "May be too old"
    READY = "ready", "Ready for Chat"


class DependencyQuerySet(models.QuerySet["Dependency"]):
    """What people ask of dependencies."""

    def worst_first(self) -> "DependencyQuerySet":
        """Those that a migration waits for come first; of these Cohere's own SDKs, nearest to the root, locked ones."""
        whens = [When(readiness=value, then=Value(rank)) for rank, value in enumerate(Readiness.values)]
        own = When(package__in=OWN, then=Value(0))
        locked = Case(When(version="", then=Value(1)), default=Value(0), output_field=IntegerField())
        depth = Length("path") - Length(Replace("path", Value("/"), Value("")))
        return self.order_by(
            Case(*whens, output_field=IntegerField()),
            Case(own, default=Value(1), output_field=IntegerField()),
            depth, locked, "package", "path", "line",
        )  # fmt: skip


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
