"""Registering, editing and filtering repositories."""

from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from audits import hosts
from audits.access import teams_open_to
from audits.intake import pasted
from audits.intake.names import give_way, name_problem, taken
from audits.models import Readiness, Repository, Team, User
from audits.models.scan import OPEN_STATES
from audits.progress import ARCHIVED, KNOWLEDGE, STATUSES

from .schedule import ScheduleFields
from .style import Styled, StyledForm

MAX_TEXT = 200
PASTED = "https://github.com/team/name Search\nhttps://gitlab.com/team/other"


class RegisterForm(Styled, forms.Form):
    """`teams` may be chosen."""

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
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="No team")
    branch = forms.CharField(
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "the default branch", "autocomplete": "off"}),
        help_text="Asked from the host when empty.",
    )

    def __init__(self, *args: Any, teams: "QuerySet[Team]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["team"], teams)


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
    """`inherited` says what its schedule is without one of its own; `by` is who fills it in."""

    class Meta:
        model = Repository
        fields = ("name", "team", "branch")
        widgets = {"branch": forms.TextInput(attrs={"class": "mono", "placeholder": "the default branch"})}
        help_texts = {"branch": "Another branch is read from the next scan on."}

    def __init__(self, *args: Any, inherited: str, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        _offer(self.fields["team"], teams_open_to(by))
        self.offer(self.instance, inherited)

    def clean(self) -> None:
        super().clean()
        if rule := self.rule():
            self.instance.schedule, self.instance.time_zone = rule

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if problem := name_problem(name) or taken(name, self.by, self.instance.pk):
            raise ValidationError(problem)
        return name

    def validate_unique(self) -> None:
        """The name is all that could be taken, and `clean_name` asks without telling of hidden ones."""

    def clean_branch(self) -> str:
        branch: str = self.cleaned_data["branch"].strip()
        if branch and not hosts.branch_ok(branch):
            raise ValidationError("Git does not allow this name for a branch.")
        return branch

    def save(self, commit: bool = True) -> Repository:
        """Only what this form asks for: a scan may be writing the other columns of the row at this moment.

        Raises IntegrityError where another repository took the name since the form was checked.
        """
        repository: Repository = self.instance
        if commit:
            with transaction.atomic():
                give_way(repository.name, self.by, repository.pk)
                repository.save(update_fields=(*self.Meta.fields, "schedule", "time_zone"))
        return repository

    def stored(self) -> bool:
        """Save it; False, with a sentence at the name, where somebody was faster with that."""
        try:
            self.save()
        except IntegrityError:
            self.add_error("name", "Another repository has got this name a moment ago; choose another name.")
        return not self.errors


def _offer(field: forms.Field, teams: "QuerySet[Team]") -> None:
    if isinstance(field, forms.ModelChoiceField):
        field.queryset, field.empty_label = teams, "No team"


def _teams(request: HttpRequest | None) -> "QuerySet[Team]":
    """Those that whoever asks may look into: a restricted one is not even named to others."""
    return teams_open_to(request.user) if request else Team.objects.none()


class _TeamField(django_filters.fields.ModelChoiceField):  # type: ignore[misc]
    """A team by its slug, as the list's own links have it, or by its name or number, as charts and exports ask."""

    def to_python(self, value: Any) -> Any:
        # A restricted team may be called as another one is: whoever sees both is shown the one that was there first.
        return self._found(value) or super().to_python(self.prepare_value(value))

    def prepare_value(self, value: Any) -> Any:
        # PostgreSQL takes no text with a NUL in it.
        value = value.replace("\0", "") if isinstance(value, str) else value
        found = self._found(value)
        return super().prepare_value(found.slug if found else value)

    def _found(self, value: Any) -> Team | None:
        if not isinstance(value, str) or value in ("", self.null_value) or "\0" in value:
            return None
        number = Q(pk=value) if value.isascii() and value.isdecimal() and len(value) < 10 else Q(name=value)
        rows: QuerySet[Team] = self.queryset.filter(Q(slug=value) | Q(name=value) | number)
        return rows.order_by("pk").first()


class _TeamFilter(django_filters.ModelChoiceFilter):  # type: ignore[misc]
    field_class = _TeamField


class RepositoryFilter(django_filters.FilterSet):  # type: ignore[misc]
    """For a queryset of `progress.statuses()`."""

    q = django_filters.CharFilter(method="with_text", max_length=MAX_TEXT)
    team = _TeamFilter(queryset=_teams, to_field_name="slug", empty_label="All teams", null_label="No team")
    status = django_filters.ChoiceFilter(choices=(*STATUSES.items(), (ARCHIVED, "Archived")), empty_label="Any status")
    known = django_filters.ChoiceFilter(
        field_name="knowledge", choices=tuple(KNOWLEDGE.items()), empty_label="Any freshness"
    )
    needs = django_filters.ChoiceFilter(
        method="with_dependency",
        choices=(*Readiness.choices, ("none", "No dependency")),
        empty_label="Any dependency",
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

    def with_dependency(self, rows: "QuerySet[Repository]", name: str, value: str) -> "QuerySet[Repository]":
        if value == "none":
            return rows.filter(dependencies=None)
        return rows.filter(dependencies__readiness=value).distinct()
