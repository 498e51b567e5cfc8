"""The owners of findings, as CODEOWNERS of the commit names them."""

from collections import defaultdict
from functools import cache

from audits import owners
from audits.analysis import Report
from audits.models import Finding

from .columns import fit_path
from .text import clean
from .worded import ANY, Worded

_CHUNK = 500


def settle_owners(repository_id: int, report: Report) -> None:
    """Give the findings in files with uses their owners of now; where CODEOWNERS is unread, nothing changes."""
    if report.owners is None:
        return
    limit = Finding._meta.get_field("owners").max_length or 0
    current = {fit_path(path): clean(owners.to_text(names, limit), limit) for path, names in report.owners.items()}
    seen = {fit_path(usage.path) for usage in (*report.usages, *report.suppressed)}
    rows = Finding.objects.filter(repository=repository_id).order_by()
    wrong: dict[str, list[str]] = defaultdict(list)
    for path, before in _stored().ask(repository_id):
        if path in seen and before != current.get(path, ""):
            wrong[current.get(path, "")].append(path)
    for names, paths in wrong.items():
        for start in range(0, len(paths), _CHUNK):
            rows.filter(path__in=paths[start : start + _CHUNK]).update(owners=names)


@cache
def _stored() -> Worded:
    return Worded(Finding.objects.filter(repository=ANY).order_by().values_list("path", "owners").distinct())
