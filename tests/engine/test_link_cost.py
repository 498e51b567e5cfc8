"""What linking a file costs grows with the file, not with its square: hostile files are linked in a worker."""

from cProfile import Profile

import pytest

from audits.engine.facts import FileKind
from audits.engine.steps import extract, judge, linked

HEAD = "import cohere\nfrom functools import partial\nco = cohere.Client()\np = {}\nC0 = cohere.Client\n"
LINES = {
    "calls": "co.generate(prompt='x')\n",
    "items of a dictionary": "p['a#'] = 1\nco.generate(**p)\n",
    "defaults of a dictionary": "p.setdefault('a#', 1)\nco.generate(**p)\n",
    "dictionaries joined": "p |= {'a#': 1}\nco.generate(**p)\n",
    "a chain of classes": "class C@(C#):\n    def f#(self): return self.generate(prompt='x')\n",
    "clients under keys that nobody knows": "p[k#] = cohere.Client()\np[k#].generate(prompt='x')\n",
    "partials": "ask = partial(co.generate, prompt='x')\nask(k=#)\n",
    "answers asked for their members": "r# = co.generate(prompt='x')\nif 'generations' in r#: print(r#.generations)\n",
}
FEW, MANY = 100, 400


def calls(line: str, lines: int) -> int:
    """How many calls of functions linking and judging make: the same on every machine, as a time is not."""
    facts = extract(
        FileKind.PYTHON,
        (HEAD + "".join(line.replace("#", str(n)).replace("@", str(n + 1)) for n in range(lines))).encode(),
    )
    with Profile() as profile:
        assert list(map(judge, linked({"app/ask.py": facts}).sites))
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", LINES)
def test_four_times_the_lines_cost_far_less_than_sixteen_times_as_much(name: str):
    assert calls(LINES[name], MANY) < 9 * calls(LINES[name], FEW)
