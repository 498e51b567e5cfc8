"""The dependencies of a repository, replaced by those of the scan that is applied."""

from collections import Counter

from audits.analysis import Report
from audits.engine.dependencies import meaning
from audits.models import Dependency, Repository

from .text import fit

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
    there = Dependency.objects.filter(repository=repository)
    names = [field.attname for field in Dependency._meta.concrete_fields if not field.primary_key]
    if Counter(there.order_by().values_list(*names)) != Counter(tuple(getattr(row, n) for n in names) for row in rows):
        there.delete()
        Dependency.objects.bulk_create(rows, batch_size=_CHUNK)
