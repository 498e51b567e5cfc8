"""What linking a file costs grows with the file, not with its square: hostile files are linked in a worker."""

from time import process_time

import pytest

from audits.engine.facts import FileKind
from audits.engine.steps import extract, judge, linked

HEAD = "import cohere\nco = cohere.Client()\np = {}\n"
LINES = {
    "calls": "co.generate(prompt='x')\n",
    "items of a dictionary": "p['a#'] = 1\nco.generate(**p)\n",
    "defaults of a dictionary": "p.setdefault('a#', 1)\nco.generate(**p)\n",
    "dictionaries joined": "p |= {'a#': 1}\nco.generate(**p)\n",
}
FEW, MANY = 100, 400


def seconds(line: str, lines: int) -> float:
    facts = extract(FileKind.PYTHON, (HEAD + "".join(line.replace("#", str(n)) for n in range(lines))).encode())
    start = process_time()
    assert list(map(judge, linked({"app/ask.py": facts}).sites))
    return process_time() - start


@pytest.mark.parametrize("name", LINES)
def test_four_times_the_lines_cost_far_less_than_sixteen_times_as_much(name: str):
    few = seconds(LINES[name], FEW)
    assert seconds(LINES[name], MANY) < 11 * few + 0.1
