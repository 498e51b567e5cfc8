from django.db import models


class SignInAttempt(models.Model):
    """A failed sign-in, or one whose password is being compared; `network` is the client's /24 (IPv6: /64)."""

    at = models.DateTimeField(db_index=True)
    username = models.CharField(max_length=150)
    network = models.CharField(max_length=49)

    class Meta:
        indexes = [models.Index(fields=["network", "username"], name="attempt_by_network")]

    def __str__(self) -> str:
        return f"{self.username} from {self.network}"
