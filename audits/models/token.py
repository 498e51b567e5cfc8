from django.db import models

from .people import User


class TokenScope(models.TextChoices):
    """What a program may do with a token; never more than its owner may."""

    READ = "read", "Read"
    SCAN = "scan", "Read and start scans"


class ApiToken(models.Model):
    """What a program shows in place of its owner. Only the SHA-256 of it is kept: no row here opens anything.

    `prefix` is how it begins, by which its owner tells it from others; it ends at `expires_at`, or with its row.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=60)
    scope = models.CharField(max_length=4, choices=TokenScope, default=TokenScope.READ)
    prefix = models.CharField(max_length=12)
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        constraints = [
            models.CheckConstraint(condition=models.Q(scope__in=TokenScope.values), name="token_scope_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"
