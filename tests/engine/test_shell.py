"""Commands that send a request: curl through subprocess and shells."""

# ruff: noqa: E501 - a case a line reads better than wrapped source

import pytest

from audits.engine.facts import Confidence, Kind
from tests.engine.trees import names, sites

URL = "https://api.cohere.ai/v1/generate"
BODY = '{"prompt": "a", "k": 1}'
FOUND: dict[str, tuple[str, Confidence, list[str | None]]] = {
    "a list": (f"import subprocess\nsubprocess.run(['curl', '-X', 'POST', '{URL}', '-d', '{BODY}'])\n", Confidence.CONFIRMED, ["prompt", "k"]),
    "a list with its name": (f"from subprocess import check_output\ncmd = ['curl', '--url={URL}', '--data={BODY}']\nout = check_output(cmd)\n", Confidence.CONFIRMED, ["prompt", "k"]),
    "a list that grows": (f"import subprocess\ncmd = ['/usr/bin/curl', '-s']\ncmd += ['{URL}']\ncmd.append('-v')\nsubprocess.Popen(cmd)\n", Confidence.CONFIRMED, ["**"]),
    "a shell's line": (f"import os\nos.system('''curl -X POST {URL} -d \\'{BODY}\\' ''')\n", Confidence.CONFIRMED, ["prompt", "k"]),
    "a line with a key": (f"import subprocess\nsubprocess.run(f\"curl --url {URL} -H 'Authorization: Bearer {{key}}'\", shell=True)\n", Confidence.CONFIRMED, ["**"]),
    "a line taken apart": (f"import shlex, subprocess\nline = 'curl {URL} -d @body'\nsubprocess.run(shlex.split(line))\n", Confidence.CONFIRMED, ["**"]),
    "a constant": ("import subprocess\nBASE = 'https://api.cohere.ai'\nsubprocess.run(['curl', BASE + '/generate', '-d', '@b'])\n", Confidence.CONFIRMED, ["**"]),
    "asyncio": (f"import asyncio\nasync def f():\n    await asyncio.create_subprocess_exec('curl', '{URL}')\n", Confidence.CONFIRMED, ["**"]),
    "a default": (f"import os, subprocess\nurl = os.getenv('URL', '{URL}')\nsubprocess.run(['curl', url])\n", Confidence.LIKELY, ["**"]),
}  # fmt: skip
SILENT = {
    "Chat": "import subprocess\nsubprocess.run(['curl', 'https://api.cohere.ai/v1/chat', '-d', 'x'])\n",
    "another vendor": "import subprocess  # not cohere\nsubprocess.run(['curl', 'http://localhost:11434/api/generate', '-d', 'x'])\n",
    "no request": f"import subprocess\nsubprocess.run(['echo', '{URL}'])\n",
    "another library's run": f"import app\napp.run(['curl', '{URL}'])\n",
    "feedback": "import os\nos.system('curl https://api.cohere.ai/v1/feedback/generate')\n",
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_it_finds(case: str) -> None:
    text, confidence, arguments = FOUND[case]
    (row,) = sites(text)

    assert (row.kind, row.confidence, names(row)) == (Kind.RAW_HTTP, confidence, arguments)
    assert row.proof
    for step in row.proof:
        assert text.split("\n")[step.line - 1].find(step.text) >= 0


@pytest.mark.parametrize("case", SILENT)
def test_it_is_silent_about(case: str) -> None:
    assert [row for row in sites(SILENT[case]) if row.kind is not Kind.MENTION] == []
