"""A filter of the findings, kept under a name."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from audits import query
from audits.access import Action, may
from audits.models import SavedView, User

from .style import Styled

TAKEN = "A view of this name exists; choose another one."


class SavedViewForm(Styled, forms.ModelForm):  # type: ignore[type-arg]
    """Of `user`, who may share it only with the right to."""

    class Meta:
        model = SavedView
        fields = ("name", "query", "sort", "shared")
        labels = {"name": "Name", "shared": "For everybody"}
        widgets = {"query": forms.HiddenInput, "sort": forms.HiddenInput}
        error_messages = {
            "name": {"required": "Give the view a name.", "max_length": "The name has at most 60 characters."}
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.fields["name"].widget.attrs |= {"autocomplete": "off", "class": "input"}
        if not may(user, Action.SHARE):
            del self.fields["shared"]
        if self.instance.pk:
            del self.fields["query"], self.fields["sort"]

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        owner = self.instance.owner if self.instance.pk else self.user
        if SavedView.objects.filter(owner=owner, name=name).exclude(pk=self.instance.pk).exists():
            raise ValidationError(TAKEN)
        return name

    def clean_query(self) -> str:
        asked = query.parse(self.cleaned_data["query"])
        if asked.errors:
            raise ValidationError(" ".join(asked.errors))
        return str(asked)

    def save(self, commit: bool = True) -> SavedView:
        if not self.instance.pk:
            self.instance.owner = self.user
        view: SavedView = super().save(commit)
        return view

    def kept(self) -> SavedView | None:
        """The view, saved; None, with an error, where it is not valid or another one took its name at this moment."""
        try:
            with transaction.atomic():
                return self.save() if self.is_valid() else None
        except IntegrityError:
            self.add_error("name", TAKEN)
            return None
