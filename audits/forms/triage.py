"""What a person decides about findings: one form a move, whose `decision` is what `triage` carries out.

It raises triage.Refused, with a sentence, where no field can tell that something is wrong.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone

from audits import triage
from audits.access import who_sees
from audits.lifecycle import Move, Presence
from audits.models import Finding, Role, User
from audits.query.words import DISMISSALS

from .style import StyledForm

DAYS = 28
WHO = "Offered are those who may see it: a restricted team’s repositories are its members’ and admins’ alone."


def workers() -> "QuerySet[User]":
    """The people to whom work can be given."""
    may_work = Q(is_superuser=True) | ~Q(role=Role.VIEWER)
    return User.objects.filter(may_work, is_active=True).order_by("first_name", "last_name", "username")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: User) -> str:
        return str(obj.get_full_name() or obj.username)


def colleagues(findings: "QuerySet[Finding]") -> list[Any]:
    """The users to whom work can be given, each with `sees`: whether they may see all of these that are still there."""
    return list(who_sees(workers(), findings.exclude(presence=Presence.ABSENT)))


def offer(form: forms.Form, people: list[Any]) -> None:
    """The menus of a form hold only those of `colleagues` who may see what it is about.

    The others stay valid choices: `triage` refuses whoever is sent all the same, and says why.
    """
    for field in form.fields.values():
        if isinstance(field, PersonField):
            nobody = [] if field.empty_label is None else [("", field.empty_label)]
            field.choices = [*nobody, *((one.pk, field.label_from_instance(one)) for one in people if one.sees)]
            if not all(one.sees for one in people):
                field.help_text = WHO


def _day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _text(placeholder: str = "") -> forms.Textarea:
    return forms.Textarea(attrs={"rows": 3, "placeholder": placeholder})


class PlanForm(StyledForm):
    owner = PersonField(workers(), label="Who migrates it", empty_label=None)
    due = forms.DateField(label="Due day", required=False, widget=_day())

    def decision(self, user: User) -> triage.Decision:
        return triage.plan(self.cleaned_data["owner"], self.cleaned_data["due"])


class AssignForm(StyledForm):
    person = PersonField(workers(), label="Who looks after it", required=False, empty_label="Nobody")

    def decision(self, user: User) -> triage.Decision:
        return triage.assign(self.cleaned_data["person"])


class DismissForm(StyledForm):
    # No reason stands there already: what is dismissed as a false positive is held against the engine.
    reason = forms.ChoiceField(
        choices=[("", "Choose a reason"), *((key, word.capitalize()) for key, word in DISMISSALS.items())],
        label="Reason",
        error_messages={"required": "Choose the reason of the dismissal."},
    )
    comment = forms.CharField(
        label="What others should know", required=False, max_length=triage.TEXT_LIMIT, widget=_text()
    )

    def decision(self, user: User) -> triage.Decision:
        return triage.dismiss(self.cleaned_data["reason"], self.cleaned_data["comment"])


class WaiveForm(StyledForm):
    until = forms.DateField(label="Last day of the waiver", widget=_day())
    plan = forms.CharField(
        label="What happens then",
        max_length=triage.TEXT_LIMIT,
        widget=_text("The job is switched off with the old catalogue."),
        error_messages={"required": "Say what is going to happen when the waiver ends."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        bounds = {"min": today.isoformat(), "max": (today + triage.LONGEST_WAIVER).isoformat()}
        self.fields["until"].widget.attrs |= bounds
        self.fields["until"].initial = today + timedelta(days=DAYS)

    def decision(self, user: User) -> triage.Decision:
        return triage.waive(self.cleaned_data["until"], self.cleaned_data["plan"])


class ReopenForm(StyledForm):
    comment = forms.CharField(required=False, max_length=triage.TEXT_LIMIT)

    def decision(self, user: User) -> triage.Decision:
        return triage.reopen(self.cleaned_data["comment"])


class ConfirmForm(StyledForm):
    def decision(self, user: User) -> triage.Decision:
        return triage.confirm()


class ClaimForm(StyledForm):
    def decision(self, user: User) -> triage.Decision:
        return triage.claim(user)


class CommentForm(StyledForm):
    text = forms.CharField(label="Comment", max_length=triage.TEXT_LIMIT, widget=_text("Markdown works."))


DecisionForm = PlanForm | AssignForm | DismissForm | WaiveForm | ReopenForm | ConfirmForm | ClaimForm

DECISIONS: dict[Move, type[DecisionForm]] = {
    Move.PLAN: PlanForm,
    Move.ASSIGN: AssignForm,
    Move.DISMISS: DismissForm,
    Move.WAIVE: WaiveForm,
    Move.REOPEN: ReopenForm,
    Move.CONFIRM: ConfirmForm,
    Move.CLAIM: ClaimForm,
}
GIVES_WORK = (Move.PLAN, Move.ASSIGN)
