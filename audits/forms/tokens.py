"""A new API token."""

from django import forms

from audits.models import TokenScope

from .style import StyledForm

DAYS = (("30", "30 days"), ("90", "90 days"), ("365", "A year"))


class ApiTokenForm(StyledForm):
    name = forms.CharField(
        max_length=60,
        label="What it is for",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Name what it is for: it tells this token from your others."},
    )
    scope = forms.ChoiceField(choices=TokenScope.choices, label="It may")
    days = forms.TypedChoiceField(choices=DAYS, coerce=int, initial="90", label="It ends after")
