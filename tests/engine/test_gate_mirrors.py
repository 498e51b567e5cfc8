"""Gate on and gate off on real repositories: the folder that the variable MIRRORS names."""

import os
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.engine import FileKind, ModuleFacts, file_kind
from audits.engine.steps import link
from audits.gitstore import open_local
from audits.sandbox import Sandbox

FILES = 150
REPOSITORIES = sorted(Path(os.environ.get("MIRRORS", os.devnull)).glob("*/repo"))


@pytest.mark.parametrize("folder", REPOSITORIES, ids=lambda folder: folder.parent.name)
def test_every_file_read_gives_what_the_gate_lets_through(folder: Path) -> None:
    facts = {}
    with open_local(folder) as source, Sandbox(deadline=60) as sandbox:
        report = analyse(source, sandbox)
        entries = [entry for entry in source.entries() if file_kind(entry.label) is not None]
        if len(entries) > FILES:
            pytest.skip(f"more than {FILES} files")
        for entry, data in source.read(entries):
            found = sandbox.extract(file_kind(entry.label) or FileKind.PYTHON, data) if data is not None else None
            if isinstance(found, ModuleFacts):
                facts[entry.path] = found

    linked = (FileKind.PYTHON, FileKind.NOTEBOOK)
    usages = [use for use in report.usages if file_kind(use.path) in linked]
    assert [(use.path, use.cell, use.line, use.kind, use.confidence) for use in usages] == [
        (site.path, site.span.cell, site.span.line, site.kind, site.confidence)
        for site in sorted(
            (row for row in link(facts) if file_kind(row.path) in linked),
            key=lambda site: (site.path, site.span.cell or 0, site.span.line, site.span.column),
        )
    ]
