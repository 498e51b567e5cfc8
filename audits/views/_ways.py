"""The parameters that stand in the way of a finding, for the tags of a list."""

from django.db.models import Case, Prefetch, Value, When

from audits.engine.facts import Verdict
from audits.models import FindingParameter

# The worst first: the order of tags in lists and of the rows in a finding's table.
ORDER = (
    Verdict.UNSUPPORTED,
    Verdict.DISPUTED,
    Verdict.CHANGED,
    Verdict.UNKNOWN,
    Verdict.RENAMED,
    Verdict.KEPT,
)


def ways() -> "Prefetch[str]":
    """Fetches each finding's parameters in the way as a list `in_the_way`, the worst first, then by name."""
    ranks = [When(verdict=verdict, then=Value(rank)) for rank, verdict in enumerate(ORDER)]
    rows = FindingParameter.objects.filter(in_the_way=True).order_by(Case(*ranks, default=Value(len(ORDER))), "name")
    return Prefetch("parameters", rows, to_attr="in_the_way")
