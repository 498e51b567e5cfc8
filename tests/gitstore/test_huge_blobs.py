"""Blobs of hundreds of megabytes in a pack of a few kilobytes: fetched from a real server, and loaded by nobody."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gitstore.large import MIB, zeros

PROJECT = Path(__file__).resolve().parents[2]
# A process of its own, as memory is told by its peak.
MEASURE = """
import json
import resource
import sys
from pathlib import Path

from audits import analysis, gitstore
from audits.sandbox import Sandbox

url, pin, authority, root = sys.argv[1:]
remote = gitstore.Remote(url, pin=pin, authorities=authority)
tip = gitstore.ls_remote(remote)
with gitstore.Mirror(Path(root), "k") as mirror:
    mirror.fetch(remote, tip)
    with mirror.source(tip.commit) as source, Sandbox() as sandbox:
        report = analysis.analyse(source, sandbox)
    git = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
own = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps({
    "git": git,
    "own": int(own.split()[1]) // 1024,
    "uses": [usage.path for usage in report.usages],
    "unread": {path: why.reason for path, why in report.unread},
}))
"""


@pytest.mark.hostile
def test_blobs_of_hundreds_of_megabytes_cost_no_memory(shop, server, mirrors):
    use = 'import cohere\n\ncohere.Client("k").generate(prompt="x")\n'
    shop.files["big.bin"] = ("100644", zeros(shop, 300 * MIB))
    shop.files["big.py"] = ("100644", zeros(shop, 100 * MIB))
    shop.commit({"use.py": use})
    command = [sys.executable, "-c", MEASURE, server.url("shop.git"), server.pin, str(server.authority), str(mirrors)]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    told = json.loads(done.stdout)
    assert told["uses"] == ["use.py"]
    assert told["unread"] == {"big.py": "too_large"}
    assert sum(path.stat().st_size for path in mirrors.rglob("*") if path.is_file()) < 2 * MIB
    # With git's own limits it unpacks each blob whole: 305 MB.
    assert told["git"] < 64
    assert told["own"] < 150
