"""Uses that a comment sets aside: kept beside the findings, replaced with each result."""

from audits.analysis import Report
from audits.models import Organisation, Repository, SetAside

from .text import fit


def allowed() -> bool:
    """Whether comments in the source may set uses aside in this organisation."""
    return Organisation.current().comments_set_aside


def replace_aside(repository: Repository, report: Report | None) -> None:
    """What the last applied scan saw; None where comments do not count: their uses are findings then."""
    SetAside.objects.filter(repository=repository).delete()
    if report is None or not report.suppressed:
        return
    rows = []
    for usage in report.suppressed:
        values = {
            "path": usage.path,
            "line": usage.line,
            "cell": usage.cell,
            "kind": usage.kind.value,
            "callee": usage.callee,
            "reason": usage.suppressed,
        }
        rows.append(SetAside(repository=repository, **fit(SetAside, values)))
    SetAside.objects.bulk_create(rows, batch_size=500)
