"""Uses that a comment sets aside: kept beside the findings, replaced with each result."""

from functools import cache

from audits.analysis import Report
from audits.models import Organisation, Repository, SetAside

from .replaced import replace_rows
from .text import fit
from .worded import ANY, Worded

_COLUMNS = ("path", "line", "cell", "kind", "callee", "reason")


def allowed() -> bool:
    """Whether comments in the source may set uses aside in this organisation."""
    rows = _settings().ask(1)
    return bool(rows[0][0]) if rows else Organisation().comments_set_aside


@cache
def _settings() -> Worded:
    return Worded(Organisation.objects.filter(pk=ANY).order_by().values_list("comments_set_aside"))


def replace_aside(repository: Repository, report: Report | None) -> None:
    """What the last applied scan saw; None where comments do not count: their uses are findings then."""
    rows = []
    for usage in report.suppressed if report else ():
        values = {
            "path": usage.path,
            "line": usage.line,
            "cell": usage.cell,
            "kind": usage.kind.value,
            "callee": usage.callee,
            "reason": usage.suppressed,
        }
        rows.append(SetAside(repository=repository, **fit(SetAside, values)))
    replace_rows(SetAside, _COLUMNS, repository, rows)
