"""The organisation, its teams and its people."""

from datetime import date, timedelta
from typing import Any, cast

from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from audits.access import give_role
from audits.engine.catalogue.platforms import GUIDE_DATE
from audits.intake.names import slug_for
from audits.models import Organisation, Repository, Role, Team, User

from .schedule import ScheduleFields
from .style import Styled


class TeamForm(Styled, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields: tuple[str, ...] = ("name",)

    def __init__(self, *args: Any, known: "QuerySet[Team]", **kwargs: Any) -> None:
        """`known`: the teams that whoever fills it in may look into. A name must not tell of another one."""
        super().__init__(*args, **kwargs)
        self.known = known

    def clean_name(self) -> str:
        """Two names never differ in capitals only; the word that filters use stays when a team is renamed."""
        name = " ".join(self.cleaned_data["name"].split())
        # Two of one name, of which one was hidden from who named the other, stay so until either is named or opened.
        changed = {"name", "restricted"} & set(self.changed_data)
        if changed and self.known.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("A team of this name exists.")
        self.instance.slug = self.instance.slug or slug_for(name, self.known)
        return name

    def save(self, commit: bool = True) -> Team:
        """A restricted team that had this word gets another: those alone who may look into it see its word."""
        with transaction.atomic():
            for other in Team.objects.filter(slug=self.instance.slug, restricted=True).exclude(pk=self.instance.pk):
                Team.objects.filter(pk=other.pk).update(slug=slug_for(other.slug))
            return cast("Team", super().save(commit))


_TEN_YEARS = timedelta(days=3653)
_GOALS = range(1, 10_000)


class CampaignFields(forms.ModelForm):  # type: ignore[type-arg]
    """A day and a pace that somebody can keep; what was stored before stays as it is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if manager := cast("forms.ModelChoiceField[User] | None", self.fields.get("manager")):
            manager.empty_label = "Nobody"

    def clean_due(self) -> date | None:
        due: date | None = self.cleaned_data["due"]
        last = timezone.localdate() + _TEN_YEARS
        if due and "due" in self.changed_data and not GUIDE_DATE <= due <= last:
            raise ValidationError(
                f"Choose a day from {GUIDE_DATE:%-d %b %Y}, the guide's date, to {last:%-d %b %Y}, ten years from now."
            )
        return due

    def clean_weekly_goal(self) -> int | None:
        goal: int | None = self.cleaned_data["weekly_goal"]
        if goal is not None and "weekly_goal" in self.changed_data and goal not in _GOALS:
            raise ValidationError("Give a whole number of calls a week, from 1 to 9,999, or leave it empty.")
        return goal


_DAY = {"due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
_CAMPAIGN = ("due", "manager", "weekly_goal")
_CAMPAIGN_LABELS = {"due": "Migrated by", "manager": "Who answers for it", "weekly_goal": "Goal, calls a week"}


class TeamEditForm(CampaignFields, ScheduleFields, TeamForm):
    """All of a team; `members` are the active people, `inherited` says what its schedule is without one of its own."""

    members = forms.ModelMultipleChoiceField(
        User.objects.filter(is_active=True).order_by("username"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(TeamForm.Meta):
        fields = ("name", "restricted", *_CAMPAIGN)
        labels = {**_CAMPAIGN_LABELS, "restricted": "Only members and admins see its repositories"}
        help_texts = {"due": "The organisation's day where empty."}
        widgets = _DAY

    def __init__(self, *args: Any, inherited: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self.instance, inherited)
        self.fields["members"].initial = self.instance.members.all()
        self.fields["manager"].queryset = User.objects.filter(is_active=True).order_by("username")  # type: ignore[attr-defined]

    def clean(self) -> None:
        super().clean()
        if rule := self.rule():
            self.instance.schedule, self.instance.time_zone = rule
        if not self.cleaned_data.get("restricted"):
            others = Team.objects.filter(restricted=False).exclude(pk=self.instance.pk)
            if others.filter(slug=self.instance.slug).exists():
                self.instance.slug = slug_for(self.instance.slug, self.known)
        manager, given = self.cleaned_data.get("manager"), self.cleaned_data
        if manager and given.get("restricted") and manager.role != Role.ADMIN and manager not in given["members"]:
            self.add_error("manager", "Only members and admins see this team: choose one of these, or add them.")

    def save(self, commit: bool = True) -> Team:
        """The team's row and its members, together. People who are not active stay what they were."""
        with transaction.atomic():
            team: Team = super().save(commit)
            team.members.set([*self.cleaned_data["members"], *team.members.filter(is_active=False)])
        return team


class OrganisationForm(CampaignFields, Styled, ScheduleFields, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Organisation
        fields = ("name", "alert_after_days", "history_months", "baseline", "comments_set_aside", *_CAMPAIGN)
        labels = {
            "baseline": "Baseline",
            "name": "Name of the organisation",
            "alert_after_days": "Alert after days without a good scan",
            "history_months": "Months of history in the trend",
            "comments_set_aside": "Comments in the source may set uses aside",
            **_CAMPAIGN_LABELS,
        }
        help_texts = {
            "due": "A day of your own; a team may have another one.",
            "baseline": "Calls written after this day are introduced. Where empty: after the day of registration, "
            "or on it after the first scan that read every file.",
            "comments_set_aside": "# last-call: ignore[reason] on a use's line or above: counted apart, no progress.",
            "history_months": "Past commits are read by week for three months, then by month. 0 reads none.",
        }
        widgets = {**_DAY, "baseline": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        error_messages = {
            "name": {"required": "Give the organisation a name.", "max_length": "The name has at most 80 characters."},
            "alert_after_days": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), "Give a whole number of days, from 1 to 365."
            ),
            "history_months": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), "Give a whole number of months, from 0 to 120."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self.instance)

    def clean_baseline(self) -> date | None:
        baseline: date | None = self.cleaned_data["baseline"]
        last = timezone.localdate() + _TEN_YEARS
        if baseline and "baseline" in self.changed_data and baseline > last:
            raise ValidationError(f"Choose a day up to {last:%-d %b %Y}, ten years from now.")
        return baseline

    def clean(self) -> None:
        super().clean()
        if rule := self.rule():
            self.instance.schedule, self.instance.time_zone = rule

    def save(self, commit: bool = True) -> Organisation:
        """Only what this form asks for: somebody may pause or resume all schedules at this moment."""
        values = {name: getattr(self.instance, name) for name in (*self.Meta.fields, "schedule", "time_zone")}
        with transaction.atomic():
            before = Organisation.current().comments_set_aside
            organisation, _ = Organisation.objects.update_or_create(pk=1, defaults=values)
            if organisation.comments_set_aside != before:
                # The next scan of each repository reads its commit again, and its curve follows.
                rows = Repository.objects.all()
                list(Repository.locked(rows.order_by().values("pk")).values_list("pk"))
                rows.update(settled=False, paths_ruled_at=Now())
        return organisation


class DueForm(CampaignFields, Styled, forms.ModelForm):  # type: ignore[type-arg]
    """The organisation's own day, which a lead may set."""

    class Meta:
        model = Organisation
        fields = ("due",)
        labels = {"due": "To be migrated by"}
        widgets = _DAY

    def save(self, commit: bool = True) -> Organisation:
        """Only the day: somebody may be changing the other settings at this moment."""
        organisation: Organisation = self.instance
        Organisation.objects.update_or_create(pk=1, defaults={"due": organisation.due})
        return organisation


class PersonForm(Styled, forms.ModelForm):  # type: ignore[type-arg]
    """A new person; the first password is told to them and they change it."""

    password = forms.CharField(
        label="First password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 8 characters, not a common word. They can change it once signed in.",
    )

    class Meta:
        model = User
        fields = ("username", "first_name", "last_name", "role")
        labels = {"username": "User name"}
        widgets = {"username": forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "none"})}
        help_texts = {"username": "", "role": "What each may do is listed on this page."}

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, User(username=self.cleaned_data.get("username", "")))
        return password

    def save(self, commit: bool = True) -> User:
        person: User = super().save(commit=False)
        person.set_password(self.cleaned_data["password"])
        person.save()
        give_role(person, Role(person.role))
        return person


class PasswordForm(Styled, PasswordChangeForm):
    pass


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=Role.choices)
    active = forms.BooleanField(required=False)
