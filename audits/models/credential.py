from django.db import models
from django.db.models import Q

from .people import User
from .repository import CheckState, Repository


class CredentialKind(models.TextChoices):
    TOKEN = "token", "Token"
    SSH_KEY = "ssh_key", "SSH key"


class Credential(models.Model):
    """What git shows a host: for one repository, or without one for every repository at `place` (host or host:port).

    `secret` is encrypted by `audits.credentials`, the only reader; `username` goes with a token, `public` is the public
    half of an SSH key, `forge` the kind of host that was named with it, "" for another. `check_*` is the answer to
    *Test connection*.
    """

    place = models.CharField(max_length=261)
    kind = models.CharField(max_length=8, choices=CredentialKind)
    repository = models.OneToOneField(
        Repository, null=True, blank=True, on_delete=models.CASCADE, related_name="credential"
    )
    username = models.CharField(max_length=100, blank=True)
    secret = models.TextField()
    public = models.TextField(blank=True)
    forge = models.CharField(max_length=10, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    check_state = models.CharField(max_length=10, choices=CheckState, default=CheckState.WAITING)
    check_message = models.CharField(max_length=500, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("place", "kind", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=["place", "kind"], condition=Q(repository=None), name="one_credential_a_host_and_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=CredentialKind.values), name="credential_kind_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} for {self.place}"


class HostKey(models.Model):
    """A public key by which an SSH server proves who it is, entered by an admin: `ssh-ed25519 AAAA…`."""

    place = models.CharField(max_length=261)
    key = models.TextField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("place", "key")
        constraints = [models.UniqueConstraint(fields=["place", "key"], name="host_key_once_a_place")]

    def __str__(self) -> str:
        return f"{self.key.split()[0]} of {self.place}"


class HostForge(models.Model):
    """What an admin said that a host is whose name does not tell; `forge` is a word of `forges.KINDS`."""

    place = models.CharField(max_length=261, unique=True)
    forge = models.CharField(max_length=10)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("place",)

    def __str__(self) -> str:
        return f"{self.place} is {self.forge}"
