from datetime import timedelta

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from .people import Campaign


class Organisation(Campaign):
    """The one row of settings that an admin edits in the browser."""

    name = models.CharField(max_length=80, default="Your organisation")
    rescan_hours = models.PositiveIntegerField(
        default=24, validators=[MinValueValidator(1), MaxValueValidator(24 * 31)]
    )

    # 24 points: one a week for two months, then one a month.
    history_months = models.PositiveSmallIntegerField(default=17, validators=[MaxValueValidator(120)])
    # Uses written after this day were introduced, those before it discovered; the day of registration where empty.
    baseline = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row"),
            models.CheckConstraint(condition=models.Q(rescan_hours__gte=1), name="organisation_rescans_at_most_hourly"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        """The settings row; a database without one has the defaults."""
        return cls.objects.filter(pk=1).first() or cls(pk=1)

    @property
    def rescan_every(self) -> timedelta:
        return timedelta(hours=self.rescan_hours)
