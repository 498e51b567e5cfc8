from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a person may do; `access` holds the table. Ordered: each may all that the one before may."""

    VIEWER = "viewer", "Viewer"
    ENGINEER = "engineer", "Engineer"
    LEAD = "lead", "Lead"
    ADMIN = "admin", "Admin"


class Team(models.Model):
    name = models.CharField(max_length=80, unique=True)
    slug = models.SlugField(max_length=80, unique=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    last_visit_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(role__in=Role.values), name="user_role_is_known")]

    @property
    def initials(self) -> str:
        words = self.get_full_name().split() or [self.username]
        return "".join(word[0] for word in (words[0], words[-1])[: len(words)]).upper()
