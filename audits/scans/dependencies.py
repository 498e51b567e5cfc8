"""The dependencies of a repository, replaced by those of the scan that is applied."""

from collections import Counter
from functools import cache

from audits.analysis import Report
from audits.engine.dependencies import meaning
from audits.models import Dependency, Repository

from .text import fit
from .worded import ANY, Worded

_CHUNK = 500


def replace_dependencies(repository: Repository, report: Report) -> None:
    """Inside the scan's last transaction: what is asked for now, and nothing of before."""
    rows = []
    for path, row in report.dependencies:
        found = meaning(row)
        if found is None:
            continue
        values = {
            "path": path,
            "ecosystem": row.ecosystem,
            "package": row.package,
            "spec": row.spec,
            "version": row.version,
            "readiness": found.readiness.value,
            "needs": found.needs,
            "meaning": found.text,
            "source": found.source,
        }
        cell = row.cell if row.cell >= 0 else None
        rows.append(
            Dependency(
                repository=repository, line=row.line, cell=cell, generate=found.generate, **fit(Dependency, values)
            )
        )
    names = _names()
    if Counter(_stored().ask(repository.pk)) != Counter(tuple(getattr(row, name) for name in names) for row in rows):
        Dependency.objects.filter(repository=repository).delete()
        Dependency.objects.bulk_create(rows, batch_size=_CHUNK)


def _names() -> list[str]:
    return [field.attname for field in Dependency._meta.concrete_fields if not field.primary_key]


@cache
def _stored() -> Worded:
    return Worded(Dependency.objects.filter(repository=ANY).order_by().values_list(*_names()))
