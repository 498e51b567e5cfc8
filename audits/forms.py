"""What people type, checked. Which fields a form takes stands here; nothing else of a row can be set from outside."""

from typing import Any

import django_filters
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.forms import PasswordChangeForm
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet

from audits import hosts
from audits.access import give_role
from audits.fields import ScheduleFields
from audits.intake import pasted
from audits.intake.names import name_problem, slug_for
from audits.models import Organisation, Repository, Role, Team, User
from audits.models.scan import OPEN_STATES
from audits.progress import KNOWLEDGE, STATUSES

MAX_TEXT = 200
PASTED = "https://github.com/team/name Search\nhttps://gitlab.com/team/other"


class Styled:
    """Gives each control our class and ties its error to it, for a screen reader as for the eye."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            field.widget.attrs["class"] = f"input {field.widget.attrs.get('class', '')}".strip()


class RegisterForm(Styled, forms.Form):
    url = forms.CharField(
        label="Address of the repository",
        max_length=500,
        strip=True,
        widget=forms.TextInput(
            attrs={
                "class": "mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "https://github.com/team/name",
            }
        ),
        help_text="As you would clone it. Never a password in the address.",
        error_messages={"required": "Type the address as you would clone it, https://host/team/name."},
    )
    name = forms.CharField(max_length=120, required=False, help_text="Guessed from the address when empty.")
    team = forms.ModelChoiceField(Team.objects.all(), required=False, empty_label="No team")
    branch = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "the default branch", "autocomplete": "off"}),
        help_text="Asked from the host when empty.",
    )


class RegisterManyForm(Styled, forms.Form):
    lines = forms.CharField(
        strip=False,
        label="Addresses, one a line",
        max_length=100_000,
        widget=forms.Textarea(attrs={"class": "mono", "rows": 8, "spellcheck": "false", "placeholder": PASTED}),
        help_text="A team that exists may follow after a space; # starts a comment. At most 500 lines.",
        error_messages={"required": "Paste at least one address."},
    )

    def clean_lines(self) -> list[str]:
        """Every line as it was pasted, since the results name them by number."""
        lines: list[str] = self.cleaned_data["lines"].splitlines()
        asked = len(pasted(lines))
        if asked > 500:
            raise ValidationError(f"These are {asked} lines: paste at most 500 at a time.")
        if not asked:
            raise ValidationError(self.fields["lines"].error_messages["required"])
        return lines


class RepositoryForm(Styled, ScheduleFields, forms.ModelForm):  # type: ignore[type-arg]
    """`inherited` says what its schedule is without one of its own."""

    class Meta:
        model = Repository
        fields = ("name", "team", "branch")
        widgets = {"branch": forms.TextInput(attrs={"class": "mono", "placeholder": "the default branch"})}
        help_texts = {"branch": "Another branch is read from the next scan on."}

    def __init__(self, *args: Any, inherited: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self.instance, inherited)

    def clean(self) -> None:
        super().clean()
        if rule := self.rule():
            self.instance.schedule, self.instance.time_zone = rule

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if problem := name_problem(name):
            raise ValidationError(problem)
        return name

    def clean_branch(self) -> str:
        branch: str = self.cleaned_data["branch"].strip()
        if branch and not hosts.branch_ok(branch):
            raise ValidationError("Git does not allow this name for a branch.")
        return branch

    def save(self, commit: bool = True) -> Repository:
        """Only what this form asks for: a scan may be writing the other columns of the row at this moment."""
        repository: Repository = self.instance
        if commit:
            repository.save(update_fields=(*self.Meta.fields, "schedule", "time_zone"))
        return repository


class TeamForm(Styled, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Team
        fields: tuple[str, ...] = ("name",)

    def clean_name(self) -> str:
        """Two names never differ in capitals only; the word that filters use stays when a team is renamed."""
        name = " ".join(self.cleaned_data["name"].split())
        if Team.objects.filter(name__iexact=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError("A team of this name exists.")
        self.instance.slug = self.instance.slug or slug_for(name)
        return name


_DAY = {"due": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
_CAMPAIGN = ("due", "manager", "weekly_goal")
_CAMPAIGN_LABELS = {"due": "Migrated by", "manager": "Who answers for it", "weekly_goal": "Calls a week"}


class TeamEditForm(ScheduleFields, TeamForm):
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

    def save(self, commit: bool = True) -> Team:
        """The team's row and its members, together. People who are not active stay what they were."""
        with transaction.atomic():
            team: Team = super().save(commit)
            team.members.set([*self.cleaned_data["members"], *team.members.filter(is_active=False)])
        return team


class OrganisationForm(Styled, ScheduleFields, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Organisation
        fields = ("name", "alert_after_days", *_CAMPAIGN)
        labels = {
            "name": "Name of the organisation",
            "alert_after_days": "Alert after days without a good scan",
            **_CAMPAIGN_LABELS,
        }
        help_texts = {"due": "A day of your own; a team may have another one."}
        widgets = _DAY
        error_messages = {
            "name": {"required": "Give the organisation a name.", "max_length": "The name has at most 80 characters."},
            "alert_after_days": dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), "Give a whole number of days, from 1 to 365."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer(self.instance)

    def clean(self) -> None:
        super().clean()
        if rule := self.rule():
            self.instance.schedule, self.instance.time_zone = rule

    def save(self, commit: bool = True) -> Organisation:
        """Only what this form asks for: somebody may pause or resume all schedules at this moment."""
        values = {name: getattr(self.instance, name) for name in (*self.Meta.fields, "schedule", "time_zone")}
        organisation, _ = Organisation.objects.update_or_create(pk=1, defaults=values)
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


class StyledForm(Styled, forms.Form):
    pass


class RepositoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """For a queryset of `progress.statuses()`."""

    q = django_filters.CharFilter(method="with_text", max_length=MAX_TEXT)
    team = django_filters.ModelChoiceFilter(
        queryset=Team.objects.all(), to_field_name="slug", empty_label="All teams", null_label="No team"
    )
    status = django_filters.ChoiceFilter(choices=tuple(STATUSES.items()), empty_label="Any status")
    known = django_filters.ChoiceFilter(
        field_name="knowledge", choices=tuple(KNOWLEDGE.items()), empty_label="Any freshness"
    )
    scan = django_filters.ChoiceFilter(method="with_scan", choices=(("running", "Running"),), empty_label="Any scan")
    sort = django_filters.OrderingFilter(
        fields=(
            ("name", "name"),
            ("team__name", "team"),
            ("left", "left"),
            ("unread_count", "unread"),
            ("read_at", "read"),
        )
    )

    class Meta:
        model = Repository
        fields: tuple[str, ...] = ()
        form = StyledForm

    def with_text(self, rows: "QuerySet[Repository]", name: str, value: str) -> "QuerySet[Repository]":
        return rows.filter(Q(name__icontains=value) | Q(key__icontains=value))

    def with_scan(self, rows: "QuerySet[Repository]", name: str, value: str) -> "QuerySet[Repository]":
        return rows.filter(scans__state__in=OPEN_STATES).distinct()
