"""The dependencies of a repository, replaced by those of the scan that is applied."""

from audits.analysis import Report
from audits.engine.dependencies import meaning
from audits.models import Dependency, Repository

from .replaced import replace_rows
from .text import fit


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
    names = tuple(field.attname for field in Dependency._meta.concrete_fields if not field.primary_key)
    replace_rows(Dependency, names, repository, rows)
