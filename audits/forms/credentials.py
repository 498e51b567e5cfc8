"""The forms of credentials. What is secret goes in and never comes out again, not even beside an error."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from audits import credentials, forges, hosts
from audits.models import CredentialKind
from audits.scans import address_of

from .style import Styled

FORGES = tuple(forges.KINDS.items())
OTHER = "other"
_OFF = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


class Unseen(forms.Textarea):
    """Takes a text and never shows it again."""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        return super().get_context(name, "", attrs)


class TokenForm(Styled, forms.Form):
    forge = forms.ChoiceField(
        label="Kind of host",
        choices=(*FORGES, (OTHER, "Another")),
        help_text="Decides the user name that goes with the token, and how links to lines of code are written.",
    )
    username = forms.CharField(
        label="User name",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"class": "mono", **_OFF}),
        help_text="Only where the token asks for its own, as a GitLab deploy token does.",
    )
    token = forms.CharField(
        max_length=4000,
        widget=forms.PasswordInput(attrs={"class": "mono", **_OFF, "autocomplete": "new-password"}),
        help_text="With the right to read repositories, and no other. It is never shown again.",
        error_messages={"required": "Paste the token."},
    )
    kind = CredentialKind.TOKEN

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        data["username"] = data.get("username") or credentials.USERNAMES.get(data.get("forge", ""), "")
        if not data["username"] and "username" not in self.errors:
            self.add_error("username", "Another kind of host needs the user name of the token.")
        return data

    @property
    def secret(self) -> str:
        return str(self.cleaned_data["token"])


class KeyForm(Styled, forms.Form):
    private_key = forms.CharField(
        label="Private key",
        required=False,
        max_length=20_000,
        strip=False,
        widget=Unseen(attrs={"class": "mono", "rows": 6, "placeholder": "-----BEGIN OPENSSH PRIVATE KEY-----", **_OFF}),
        help_text="Left empty, a new pair is made here; add its public half at the host as a deploy key for reading.",
    )
    kind = CredentialKind.SSH_KEY

    @property
    def secret(self) -> str:
        return str(self.cleaned_data["private_key"])


class PlaceMixin(forms.Form):
    """Adds the host, which must be one that the settings allow."""

    place = forms.CharField(
        label="Host",
        max_length=261,
        widget=forms.TextInput(attrs={"class": "mono", "placeholder": "github.com", **_OFF}),
        error_messages={"required": "Name the host, as it stands in the addresses of its repositories."},
    )
    scheme = "https"
    field_order = ("place",)

    def clean_place(self) -> str:
        try:
            return address_of(f"{self.scheme}://{self.cleaned_data['place'].strip()}/owner/name").place
        except hosts.UrlRefused as refusal:
            raise ValidationError(str(refusal)) from refusal


class HostTokenForm(TokenForm, PlaceMixin):
    pass


class HostSshKeyForm(KeyForm, PlaceMixin):
    scheme = "ssh"


class HostKeysForm(Styled, PlaceMixin):
    scheme = "ssh"
    lines = forms.CharField(
        label="Its public keys",
        max_length=20_000,
        widget=forms.Textarea(
            attrs={"class": "mono", "rows": 4, "placeholder": "git.example.com ssh-ed25519 AAAA…", **_OFF}
        ),
        help_text="The lines that ssh-keyscan prints, compared with the fingerprints that the host publishes.",
        error_messages={"required": "Paste at least one line."},
    )


class HostForgeForm(Styled, forms.Form):
    """What one host is; nothing takes it back."""

    forge = forms.ChoiceField(required=False)

    def __init__(self, host: forges.Unnamed, data: Any = None) -> None:
        unsaid = f"{forges.KINDS[host.by_token]}, by token" if host.by_token in forges.KINDS else "Not said"
        super().__init__(data, initial={"forge": host.said}, auto_id=f"id_{host.host}_%s")
        field = self.fields["forge"]
        field.choices = (("", unsaid), *FORGES)  # type: ignore[attr-defined]
        field.label = f"Kind of {host.host}"
        self.host = host


class AddressForm(Styled, forms.Form):
    url = forms.CharField(
        label="Address",
        max_length=500,
        widget=forms.TextInput(attrs={"class": "mono", **_OFF}),
        error_messages={"required": "Type the address as you would clone it, https://host/team/name."},
        help_text="On another host, or by another scheme, a credential of this repository is removed.",
    )


def forge_of(host: str) -> str:
    """The kind of host that a name suggests."""
    for forge, names in {
        "github": ("github",),
        "gitlab": ("gitlab",),
        "bitbucket": ("bitbucket",),
        "gitea": ("gitea", "forgejo", "codeberg"),
    }.items():
        if any(name in host for name in names):
            return forge
    return OTHER
