"""The supervisor by itself: what it says and leaves behind when something cannot even be started."""

import json
import os
import subprocess
import sys
from dataclasses import asdict, replace

import pytest

from audits.management.plan import Plan
from migrator_site import settings
from tests.processes import folders
from tests.waiting import PATIENCE


@pytest.fixture
def plan(tmp_path):
    broker = tmp_path / "broker-program"
    broker.write_text("#!/bin/sh\nexec sleep 60\n")
    broker.chmod(0o700)
    return Plan(
        python=sys.executable,
        port=1,
        bind="127.0.0.1",
        host_header="localhost",
        logs=str(tmp_path / "logs"),
        workers=1,
        broker_program=str(broker),
        broker_socket=str(tmp_path / "b"),
        broker_folder=str(tmp_path / "broker"),
        announcement="ready",
    )


def supervise(plan):
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as pipe:
        json.dump(asdict(plan), pipe)
    try:
        return subprocess.run(
            [sys.executable, "-m", "audits.management.supervisor", str(reading)],
            cwd=settings.BASE_DIR,
            pass_fds=[reading],
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
    finally:
        os.close(reading)


def processes(plan):
    """What runs with the plan's log folder as its output."""
    found = []
    for folder in folders():
        try:
            found += [folder] if str((folder / "fd/1").readlink()).startswith(plan.logs) else []
        except OSError:
            continue
    return found


def test_a_program_that_is_not_there_is_a_sentence_and_the_end_of_the_others(plan):
    run = supervise(replace(plan, python="/no/such/python"))
    assert run.returncode == 1
    assert run.stderr.startswith("The web process could not be started:")
    assert "/no/such/python" in run.stderr
    assert "Traceback" not in run.stderr
    assert processes(plan) == []


def test_a_fault_of_its_own_still_ends_the_others(plan):
    run = supervise(replace(plan, broker_program="", port=70_000))
    assert run.returncode == 1
    assert "OverflowError" in run.stderr
    assert processes(plan) == []
