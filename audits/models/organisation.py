from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from audits.recurrence import DAILY, RULE_LENGTH

from .people import Campaign, User


class Organisation(Campaign):
    """The one row of settings that an admin edits in the browser.

    `schedule` is a rule of `recurrence`, which teams and repositories may override; `time_zone` is that of its cron.
    `paused_at` stops all schedules. A repository that nobody could read for `alert_after_days` has an alert.
    """

    name = models.CharField(max_length=80, default="Your organisation")
    schedule = models.CharField(max_length=RULE_LENGTH, default=DAILY)
    time_zone = models.CharField(max_length=60, default="UTC")
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    alert_after_days = models.PositiveSmallIntegerField(
        default=7, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )

    # 24 points: one a week for three months, then one a month.
    history_months = models.PositiveSmallIntegerField(default=13, validators=[MaxValueValidator(120)])
    # Uses written after this day were introduced, those before it discovered; the day of registration where empty.
    baseline = models.DateField(null=True, blank=True)
    # `# last-call: ignore[reason]` is written by those who are audited: an organisation may not want it to count.
    comments_set_aside = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="organisation_is_one_row"),
            models.CheckConstraint(condition=~models.Q(schedule=""), name="organisation_has_a_schedule"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "Organisation":
        """The settings row; a database without one has the defaults."""
        return cls.objects.filter(pk=1).first() or cls(pk=1, time_zone=settings.TIME_ZONE)
