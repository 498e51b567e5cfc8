import uuid

from django.db import models
from django.db.models import Q

from .people import Team, User


class ChannelKind(models.TextChoices):
    MAIL = "mail", "Mail"
    CHAT = "chat", "Chat"
    WEBHOOK = "webhook", "Webhook"


class Channel(models.Model):
    """Where messages go: a person's own mail, or a team's or (with neither) the organisation's mail, chat or webhook.

    `address` is a mail address; the address of a chat or a webhook is itself a secret, so it and the key that signs a
    webhook's messages are kept encrypted in `secret` and only `shown`, its host, is ever displayed.
    """

    kind = models.CharField(max_length=8, choices=ChannelKind, default=ChannelKind.MAIL)
    person = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="channels")
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.CASCADE, related_name="channels")
    address = models.EmailField(blank=True)
    secret = models.TextField(blank=True)
    shown = models.CharField(max_length=255, blank=True)
    weekly = models.BooleanField(default=True)
    alerts = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ("pk",)
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ChannelKind.values), name="channel_kind_is_known"),
            models.CheckConstraint(condition=Q(person=None) | Q(team=None), name="channel_has_one_owner"),
            models.CheckConstraint(condition=Q(person=None) | Q(kind=ChannelKind.MAIL), name="people_get_mail"),
            models.UniqueConstraint(fields=["person"], condition=~Q(person=None), name="one_channel_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} to {self.where}"

    @property
    def where(self) -> str:
        """What may be shown of the place it leads to."""
        return self.address or self.shown


class MessageKind(models.TextChoices):
    DIGEST = "digest", "Weekly digest"
    INTRODUCED = "introduced", "New call"
    REGRESSED = "regressed", "A call is back"
    ZERO = "zero", "Repository at zero"
    STALLED = "stalled", "Progress stalled"
    FAILING = "failing", "Scans fail"
    TEST = "test", "Test"


class Message(models.Model):
    """One message of the outbox: written in the transaction of what it tells of, sent later, at least once.

    `key` names the occasion, so that one occasion is told once a channel, however often it is noticed. `about` holds
    ids and numbers only; what is said of them is written at the moment of sending, for what the reader may see then.
    A message that is neither sent nor given up is due at `due_at`. `id` goes along with a webhook.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=12, choices=MessageKind)
    key = models.CharField(max_length=120)
    about = models.JSONField(default=dict)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    given_up_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-queued_at",)
        indexes = [
            models.Index(fields=["due_at"], condition=Q(sent_at=None, given_up_at=None), name="message_that_waits")
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MessageKind.values), name="message_kind_is_known"),
            models.UniqueConstraint(fields=["channel", "key"], name="one_message_an_occasion"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} ({self.key})"
