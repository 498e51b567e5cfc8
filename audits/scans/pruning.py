"""Throws away what only saved time, once nobody can use it: what deleted repositories and other engines left."""

from django.conf import settings

from audits import analysis, gitstore
from audits.engine import ENGINE_VERSION
from audits.models import BlobFacts, Repository
from audits.models.change import forget
from audits.models.indexes import measure

from .mirrors import SPARE


def prune() -> None:
    """Delete this machine's mirrors and the last results of deleted repositories, and facts of other engine versions.

    A mirror that a scan holds stays until the next time. While workers of two versions run, each throws the other's
    facts away, which costs time and nothing else. At the end the database looks at its indexes anew.
    """
    keys = list(Repository.objects.values_list("key", flat=True))
    gitstore.prune(settings.MIRROR_ROOT, keys)
    gitstore.prune(settings.MIRROR_ROOT / SPARE, ())
    kept = {analysis.place_of(key) for key in keys}
    results = BlobFacts.objects.filter(kind=analysis.RESULT).values_list("oid", flat=True)
    gone = [place for place in results if place not in kept]
    for start in range(0, len(gone), 500):
        BlobFacts.objects.filter(kind=analysis.RESULT, oid__in=gone[start : start + 500]).delete()
    BlobFacts.objects.exclude(engine=ENGINE_VERSION).delete()
    forget()
    measure()
