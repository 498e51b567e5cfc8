from django.db import models
from django.db.models.functions import Now

from .people import User


class AuditVerb(models.TextChoices):
    """What a person did that others may ask about later; dismissals are events of their finding."""

    REPOSITORY_ADDED = "repository_added", "Registered a repository"
    REPOSITORY_CHANGED = "repository_changed", "Changed a repository"
    REPOSITORY_ARCHIVED = "repository_archived", "Archived a repository"
    REPOSITORY_UNARCHIVED = "repository_unarchived", "Took a repository back from the archive"
    REPOSITORY_DELETED = "repository_deleted", "Deleted a repository"
    CREDENTIAL_SET = "credential_set", "Set a credential"
    CREDENTIAL_REMOVED = "credential_removed", "Removed a credential"
    HOST_KEY_ADDED = "host_key_added", "Added a host key"
    HOST_KEY_REMOVED = "host_key_removed", "Removed a host key"
    HOST_NAMED = "host_named", "Said what a host is"
    TOKEN_MADE = "token_made", "Made an API token"
    TOKEN_REVOKED = "token_revoked", "Revoked an API token"
    PERSON_ADDED = "person_added", "Added a person"
    ROLE_CHANGED = "role_changed", "Changed a role"
    TEAM_CHANGED = "team_changed", "Changed who a team is"
    SETTINGS_CHANGED = "settings_changed", "Changed settings"


class AuditEvent(models.Model):
    """One deed of a person, in words that outlive its subject; append-only, and without anything secret.

    `name` is what the person was called then; empty for the machine and the command line.
    """

    at = models.DateTimeField(db_index=True)
    actor = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(max_length=150, blank=True)
    verb = models.CharField(max_length=24, choices=AuditVerb)
    subject = models.CharField(max_length=500)
    detail = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.verb} {self.subject}"

    @classmethod
    def record(cls, actor: User | None, verb: AuditVerb, subject: str, detail: str = "") -> None:
        """Write one row, in the caller's transaction. Both texts are shown to admins."""
        name = actor.username if actor else ""
        cls.objects.create(at=Now(), actor=actor, name=name, verb=verb, subject=subject[:500], detail=detail[:500])
