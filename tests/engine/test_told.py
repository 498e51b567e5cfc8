"""Clients of which only an annotation, a comment or a registry tells."""

import pytest

from audits.engine.facts import Kind
from tests.engine.trees import marked, names, sites

TOLD = {
    "an annotated name whose value tells nothing": {
        "a.py": """import cohere
def f():
    z: cohere.Client = make()
    z.generate(prompt='x')  # use likely
def g():
    y: "cohere.Client"
    for y in pool():
        y.generate(prompt='x')  # use likely
def h(x):
    v: cohere.Client = None
    v = x.take()
    v.generate(prompt='x')  # use likely
def other():
    w: Other = make()
    w.generate(prompt='x')
"""
    },
    "comments": {
        "a.py": """import cohere
from typing import Optional
def f(x):  # type: (cohere.Client) -> None
    x.generate(prompt='x')  # use likely
def g(
    x,  # type: Optional[cohere.Client]
    y=1,  # type: int
):
    # type: (...) -> str
    x.generate(prompt='x')  # use likely
def make():
    # type: () -> cohere.Client
    return pool.take()
class A:
    co = None  # type: cohere.Client
    def __init__(self):
        self.cx = None  # type: Optional[cohere.Client]
    def m(self, x, y):
        # type: (dict[str, int], cohere.Client) -> str
        x.generate(prompt='x')
        y.generate(prompt='x')  # use likely
        self.co.generate(prompt='x')  # use likely
        self.cx.generate(prompt='x')  # use likely
z = pool.take()  # type: cohere.Client
z.generate(prompt='x')  # use likely
with pool() as w:  # type: cohere.Client
    w.generate(prompt='x')  # use likely
for q in pool.all():  # type: cohere.Client
    q.generate(prompt='x')  # use likely
n = pool.take()  # type: ignore[no-any-return]
n.generate(prompt='x')
make().generate(prompt='x')  # use likely
"""
    },
}


@pytest.mark.parametrize("case", TOLD)
def test_what_is_told_is_believed(case: str) -> None:
    wanted, found = marked(TOLD[case])
    assert found == wanted


REGISTRY = """import cohere
PROVIDERS = {}
def register(name):
    def enter(cls):
        PROVIDERS[name] = cls
        return cls
    return enter
@register("cohere")
class A:
    def __init__(self):
        self.co = cohere.Client()
    def run(self, prompt, k=3):
        return self.co.generate(prompt=prompt, k=k)
@register("other")
class B:
    def run(self, prompt, k=3):
        return prompt
def chosen(name):
    return PROVIDERS[name]()
"""


@pytest.mark.parametrize(
    ("call", "found"),
    [
        ("PROVIDERS['cohere']().run('x', k=4)", True),
        ("PROVIDERS['other']().run('x', k=4)", False),
        ("chosen(which).run('x', k=4)", True),
    ],
)
def test_a_class_is_found_where_a_decorator_registers_it(call: str, found: bool) -> None:
    rows = sites({"reg.py": REGISTRY, "use.py": f"from reg import PROVIDERS, chosen\n{call}\n"})
    told = [(row.path, names(row)) for row in rows if row.kind is Kind.WRAPPER_PROJECT]
    assert told == ([("use.py", ["prompt", "k"])] if found else [])


HELPER = "import cohere\nco = cohere.Client()\ndef ask(p, k=1):\n    return co.generate(prompt=p, k=k)\n"


@pytest.mark.parametrize(
    ("call", "passed"),
    [
        ("df['a'].apply(ask)", ["prompt"]),
        ("df['a'].map(ask, k=2)", ["prompt", "k"]),
        ("df.progress_apply(ask, axis=1, k=2)", ["prompt", "k"]),
        ("pool.map(ask, prompts)", ["prompt"]),
    ],
)
def test_a_column_calls_the_helper_that_it_is_given(call: str, passed: list[str]) -> None:
    assert [names(row) for row in sites(f"{HELPER}{call}\n") if row.kind is Kind.WRAPPER_PROJECT] == [passed]


ITEMS = """import cohere, random
from typing import Optional
def a(keys):
    clients = {k: cohere.Client(k) for k in keys}
    random.choice(list(clients.values())).generate(prompt='x')  # use confirmed
    min(clients.values(), key=id).generate(prompt='x')  # use confirmed
    return max(clients.values(), key=lambda c: c.tokenize('x'))
def b(items: list[cohere.Client], named: dict[str, cohere.Client]):
    items.pop().generate(prompt='x')  # use likely
    first, *rest = items
    first.generate(prompt='x')  # use likely
    rest[0].generate(prompt='x')  # use likely
    list(map(lambda c: c.generate(prompt='x'), items))  # use likely
    for name, c in sorted(named.items()):
        c.generate(prompt='x')  # use likely
def c():
    cs = [cohere.Client()]
    list(map(lambda c: c.generate(prompt='x'), cs))  # use confirmed
    return max(cs, key=lambda c: len(c.generate(prompt='x').generations))  # use confirmed
class Pool:
    def __init__(self):
        self._co = cohere.Client()
    def __getitem__(self, key):
        return self._co
    def __iter__(self):
        yield self._co
pool = Pool()
pool['x'].generate(prompt='x')  # use confirmed
for co in pool:
    co.generate(prompt='x')  # use confirmed
class Narrow:
    def f(self, x, ys):
        if not isinstance(x, cohere.Client):
            return
        x.generate(prompt='x')  # use likely
        for y in ys:
            if y is None or not isinstance(y, cohere.Client):
                continue
            y.generate(prompt='x')  # use likely
        if isinstance(self.any, cohere.Client):
            self.any.generate(prompt='x')  # use likely
        z = ys[0]
        if not isinstance(z, cohere.Client):
            print(z)
        z.generate(prompt='x')
"""


def test_items_and_what_is_asked_before_are_followed() -> None:
    wanted, found = marked({"a.py": ITEMS})
    assert found == wanted


GIVEN = """import cohere
class Lazy:
    def __get__(self, thing, owner):
        return cohere.Client()
class Other:
    def __get__(self, thing, owner):
        return thing
class Has:
    co = Lazy()
    any = Other()
    def f(self):
        self.co.generate(prompt='x')  # use confirmed
        self.any.generate(prompt='x')
co = cohere.Client()
type(co).generate(co, prompt='x')  # use confirmed
"""


def test_descriptors_and_a_clients_own_class_are_followed() -> None:
    wanted, found = marked({"a.py": GIVEN})
    assert found == wanted


TRAPS = """import cohere, openai
x: cohere.Client = openai.OpenAI()
x.generate(prompt='x')
def f(items: list[openai.OpenAI], y):
    items.pop().generate(prompt='x')
    list(map(lambda c: c.generate(prompt='x'), items))
    if not isinstance(y, openai.OpenAI):
        return
    y.generate(prompt='x')
def g(z):  # type: (openai.OpenAI) -> None
    z.generate(prompt='x')
class Pool:
    def __getitem__(self, key):
        return openai.OpenAI()
Pool()['x'].generate(prompt='x')
"""


def test_other_clients_that_are_told_are_none_of_ours() -> None:
    assert not sites(TRAPS)
