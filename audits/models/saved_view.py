from django.db import models
from django.urls import reverse
from django.utils.http import urlencode

from .people import User

NAME_LENGTH = 60


class SavedView(models.Model):
    """A filter of the findings under a name: of one person, or of everybody where it is `shared`.

    It holds words only. What they show is what its reader may see, and `assignee:me` is whoever reads it.
    """

    owner = models.ForeignKey(User, on_delete=models.CASCADE, related_name="views")
    name = models.CharField(max_length=NAME_LENGTH)
    query = models.CharField(max_length=200, blank=True)
    sort = models.CharField(max_length=40, blank=True)
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "pk")
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="saved_view_once_a_person")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"{reverse('findings')}?{urlencode({'q': self.query, **({'sort': self.sort} if self.sort else {})})}"
