from django.contrib.auth.models import AbstractUser
from django.db import models

from audits.recurrence import RULE_LENGTH


class Role(models.TextChoices):
    """What a person may do; `access` holds the table. Ordered: each may all that the one before may."""

    VIEWER = "viewer", "Viewer"
    ENGINEER = "engineer", "Engineer"
    LEAD = "lead", "Lead"
    ADMIN = "admin", "Admin"


class Campaign(models.Model):
    """Until when the migration is to be done, who answers for it, and how many calls a week shall go."""

    due = models.DateField("due day", null=True, blank=True)
    manager = models.ForeignKey("User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    weekly_goal = models.PositiveSmallIntegerField(null=True, blank=True)

    class Meta:
        abstract = True


class Team(Campaign):
    """`restricted`: only its members and admins may know of its repositories. A due day of its own goes before the
    organisation's, and so does a `schedule`.

    A restricted one keeps no name from others, who would learn of it: open ones alone differ in name and slug."""

    name = models.CharField(max_length=80)
    slug = models.SlugField(max_length=80)
    restricted = models.BooleanField(default=False)
    schedule = models.CharField(max_length=RULE_LENGTH, blank=True)
    time_zone = models.CharField(max_length=60, default="UTC")

    class Meta:
        ordering = ("name", "pk")
        constraints = [
            models.UniqueConstraint(fields=(field,), condition=models.Q(restricted=False), name=f"open_team_{field}")
            for field in ("name", "slug")
        ]

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
