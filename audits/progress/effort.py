"""How much work is left, in points: what the form of a call costs, and the hardest of its parameters on top."""

from django.db.models import Case, IntegerField, Max, OuterRef, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce

from audits.engine.facts import Kind, Usage, Verdict
from audits.models import Finding, FindingParameter

# What must be rewritten beside the parameters: a call in place is 1, an event loop or another request body more.
FORM: dict[str, int] = {
    Kind.SDK_STREAM: 3,
    Kind.BATCH: 3,
    Kind.RAW_HTTP: 3,
    Kind.BEDROCK: 5,
    Kind.SAGEMAKER: 5,
    Kind.OCI: 5,
}
PLAIN = 1
# From a rename to a parameter that Chat has nothing for.
VERDICT: dict[str, int] = {
    Verdict.KEPT: 0,
    Verdict.RENAMED: 1,
    Verdict.CHANGED: 2,
    Verdict.UNKNOWN: 2,
    Verdict.DISPUTED: 3,
    Verdict.UNSUPPORTED: 8,
}


def points_of(usage: Usage) -> int:
    """What `with_points` says of the finding of a use."""
    verdicts = (VERDICT.get(parameter.verdict, 0) for parameter in usage.parameters)
    return FORM.get(usage.kind, PLAIN) + max(verdicts, default=0)


def points(findings: "QuerySet[Finding]") -> int:
    """The sum over some findings; one query."""
    return int(with_points(findings.order_by()).aggregate(sum=Sum("points"))["sum"] or 0)


def with_points(findings: "QuerySet[Finding]") -> "QuerySet[Finding]":
    """Annotate `points`."""
    weights = [When(verdict=verdict, then=Value(weight)) for verdict, weight in VERDICT.items()]
    hardest = (
        FindingParameter.objects.filter(finding=OuterRef("pk"))
        .order_by()
        .values("finding")
        .annotate(most=Max(Case(*weights, default=Value(0), output_field=IntegerField())))
        .values("most")
    )
    forms = [When(kind=kind, then=Value(weight)) for kind, weight in FORM.items()]
    form = Case(*forms, default=Value(PLAIN), output_field=IntegerField())
    return findings.annotate(points=form + Coalesce(Subquery(hardest, output_field=IntegerField()), 0))
