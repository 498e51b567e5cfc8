"""Controls that several forms share."""

from typing import Any, Protocol

from django import forms
from django.core.exceptions import ValidationError

from audits import recurrence
from audits.models import Organisation

HOURS, CRON = "hours", "cron"
_PRESETS = (
    (recurrence.HOURLY, "Hourly"),
    (HOURS, "Every … hours"),
    (recurrence.DAILY, "Daily"),
    (recurrence.WEEKLY, "Weekly"),
    (CRON, "By a line of cron"),
)


class _Scheduled(Protocol):
    schedule: str
    time_zone: str


class ScheduleFields(forms.Form):
    """Adds the choice of a schedule to a form of a row that has one; the row is set while the form is cleaned.

    `inherited` is what an empty choice means, in words; without it there is no empty choice.
    """

    every = forms.ChoiceField(label="How often to scan", required=False)
    hours = forms.IntegerField(
        label="Hours between two scans",
        required=False,
        widget=forms.NumberInput(attrs={"min": 1, "max": recurrence.MOST_HOURS}),
        help_text="From 1 to 744, which is 31 days.",
    )
    cron = forms.CharField(
        label="Line of cron",
        max_length=recurrence.RULE_LENGTH,
        required=False,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "30 4 * * 1-5", "autocomplete": "off"}),
        help_text="Minute, hour, day, month, weekday. Each repository starts within the hour after it.",
    )
    zone = forms.ChoiceField(label="Time zone of cron", required=False)

    def offer(self, row: _Scheduled, inherited: str = "") -> None:
        """Called by the form once it has its fields."""
        organisation = Organisation.current()
        empty = [("", inherited)] if inherited else []
        zone = row.time_zone if row.schedule else organisation.time_zone
        self._choices("every", [*empty, *_PRESETS])
        self._choices("zone", [(name, name) for name in sorted({*recurrence.zones(), zone})])
        hours = recurrence.hours(row.schedule)
        known = row.schedule in dict([*empty, *_PRESETS])
        self.fields["every"].initial = row.schedule if known else HOURS if hours else CRON
        self.fields["hours"].initial = hours
        self.fields["cron"].initial = row.schedule if row.schedule and hours is None else ""
        self.fields["zone"].initial = zone
        self.fields["every"].required = not inherited

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  (for the type checker)
        field.choices = choices

    def rule(self) -> tuple[str, str] | None:
        """The chosen rule and time zone, from inside `clean`; None after an error, which stands at its field."""
        data: dict[str, Any] = self.cleaned_data
        every = data.get("every")
        if every is None:
            return None
        field = every if every in (HOURS, CRON) else "every"
        text = {HOURS: f"{data.get('hours') or 0}h", CRON: data.get("cron") or ""}.get(every, every)
        if self.has_error(field):
            return None
        if every == HOURS and recurrence.hours(text) is None:
            self.add_error(field, "Give a whole number of hours, from 1 to 744 (31 days); 24 is once a day.")
            return None
        try:
            rule = recurrence.checked(text) if every else ""
        except recurrence.RuleRefused as refused:
            self.add_error(field, ValidationError(str(refused)))
            return None
        return rule, data.get("zone") or "UTC"
