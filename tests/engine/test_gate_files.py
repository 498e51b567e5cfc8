"""Gate on and gate off for settings, other languages and documents of the repositories that MIRRORS names."""

import os
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.engine import ModuleFacts, file_kind
from audits.engine.filekinds import MODULES
from audits.engine.placing import placed
from audits.gitstore import open_local
from audits.sandbox import Sandbox

FILES = 120
REPOSITORIES = sorted(Path(os.environ.get("MIRRORS", os.devnull)).glob("*/repo"))


@pytest.mark.parametrize("folder", REPOSITORIES, ids=lambda folder: folder.parent.name)
def test_every_file_read_gives_what_the_gate_lets_through(folder: Path) -> None:
    found = set()
    with open_local(folder) as source, Sandbox(deadline=60) as sandbox:
        kinds = {entry.path: file_kind(entry.label) for entry in source.entries()}
        entries = [entry for entry in source.entries() if (kinds[entry.path] or next(iter(MODULES))) not in MODULES]
        if len(entries) > FILES:
            pytest.skip(f"more than {FILES} files")
        report = analyse(source, sandbox)
        for entry, data in source.read(entries):
            kind = kinds[entry.path]
            facts = sandbox.extract(kind, data) if data is not None and kind is not None else None
            if isinstance(facts, ModuleFacts):
                found |= {(site.path, site.span.line, site.kind) for site in placed(entry.path, facts)}

    told = {(use.path, use.line, use.kind) for use in report.usages if kinds.get(use.path) not in MODULES}
    assert told == found
