"""Throws away what only saved time, once nobody can use it: mirrors without a repository, facts of other engines."""

from django.conf import settings

from audits import gitstore
from audits.engine import ENGINE_VERSION
from audits.models import BlobFacts, Repository

from .mirrors import SPARE


def prune() -> None:
    """Delete this machine's mirrors of deleted repositories, and the facts that another engine version stored.

    A mirror that a scan holds stays until the next time. While workers of two versions run, each throws the other's
    facts away, which costs time and nothing else.
    """
    gitstore.prune(settings.MIRROR_ROOT, Repository.objects.values_list("key", flat=True))
    gitstore.prune(settings.MIRROR_ROOT / SPARE, ())
    BlobFacts.objects.exclude(engine=ENGINE_VERSION).delete()
