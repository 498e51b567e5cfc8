"""Who is told what, and where."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from audits.access import Action, may
from audits.models import ChannelKind, Team, User
from audits.notify import teams_of

from .style import Styled


class SubscriptionForm(Styled, forms.Form):
    """What a person's own mail gets."""

    email = forms.EmailField(
        label="Your mail address", widget=forms.EmailInput(attrs={"autocomplete": "email"}), required=False
    )
    weekly = forms.BooleanField(required=False, label="The week in numbers, on Monday morning")
    alerts = forms.BooleanField(
        required=False, label="At once: new and returned calls, a repository at zero, scans that fail"
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if (given.get("weekly") or given.get("alerts")) and not given.get("email") and not self.errors:
            self.add_error("email", "Give an address, or tick nothing.")
        return given


class ChannelForm(Styled, forms.Form):
    """A channel of a team or, for an admin, of the organisation."""

    kind = forms.ChoiceField(choices=ChannelKind.choices)
    address = forms.CharField(
        max_length=1000,
        label="Address",
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        help_text="A mail address, the incoming webhook of a chat service, or https:// of your own. "
        "The address of a webhook is not shown again.",
    )
    team = forms.ModelChoiceField(Team.objects.none(), required=False)
    weekly = forms.BooleanField(required=False, initial=True, label="Weekly digest")
    alerts = forms.BooleanField(required=False, initial=True, label="At once")

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        team: Any = self.fields["team"]
        team.queryset = teams_of(user)
        team.required = not may(user, Action.ADMINISTER)
        team.empty_label = "Choose a team" if team.required else "The whole organisation"

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("kind") == ChannelKind.MAIL and "address" in given:
            try:
                validate_email(given["address"])
            except ValidationError:
                self.add_error("address", "This is no mail address.")
        return given
