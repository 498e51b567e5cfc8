"""Gate on and gate off for settings, other languages and documents: of the demo, and of the mirrors that are named."""

import os
from pathlib import Path

import pytest

from audits.analysis import analyse
from audits.engine import ModuleFacts, file_kind
from audits.engine.filekinds import MODULES
from audits.engine.placing import placed
from audits.gitstore import open_local
from audits.management.demo.repositories import histories, write_repositories
from audits.sandbox import Sandbox

FILES = 120
DEMO = [history.name for history in histories()]
MIRRORS = {path.parent.name: path for path in sorted(Path(os.environ.get("MIRRORS", os.devnull)).glob("*/repo"))}
# Where the demo has something to find in such files: with nothing to find anywhere, all would agree on nothing.
FOUND = {"help-center", "llm-gateway"}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    write_repositories(folder)
    return folder


@pytest.mark.parametrize("name", [*DEMO, *MIRRORS])
def test_every_file_read_gives_what_the_gate_lets_through(name: str, demo: Path) -> None:
    found = set()
    folder = MIRRORS.get(name, demo / f"{name}.git")
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
    assert name in MIRRORS or bool(found) == (name in FOUND)
