"""What linking a file costs grows with the file, not with its square: hostile files are linked in a worker."""

from cProfile import Profile

import pytest

from audits.engine.facts import FileKind
from audits.engine.link.classes import Classes
from audits.engine.link.evaluate import Evaluator
from audits.engine.link.naming import Naming
from audits.engine.link.puts import Puts
from audits.engine.link.tree import Module, Tree
from audits.engine.providers import Providers
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
    "generators that are sent something": "def g#():\n    m = yield\n    co.chat(message='x', model=m)\n"
    "w# = g#()\nw#.send('command')\n",
    "answers asked for their members": "r# = co.generate(prompt='x')\nif 'generations' in r#: print(r#.generations)\n",
}
FEW, MANY = 100, 400


def calls(line: str, lines: int) -> int:
    """How many calls of functions linking and judging make: the same on every machine, as a time is not."""
    return calls_of(HEAD + "".join(line.replace("#", str(n)).replace("@", str(n + 1)) for n in range(lines)))


def calls_of(text: str) -> int:
    facts = extract(FileKind.PYTHON, text.encode())
    with Profile() as profile:
        assert list(map(judge, linked({"app/ask.py": facts}).sites))
    return sum(entry.callcount for entry in profile.getstats())


@pytest.mark.parametrize("name", LINES)
def test_four_times_the_lines_cost_far_less_than_sixteen_times_as_much(name: str):
    assert calls(LINES[name], MANY) < 9 * calls(LINES[name], FEW)


def test_ways_out_of_one_function_are_not_all_asked_for_by_each_call():
    few, many = (f"{HEAD}def ask(a, **kw):\n" + "    if a: return co.generate(**kw)\n" * n for n in (FEW, MANY))
    assert calls_of(many) < 9 * calls_of(few)


def test_what_a_module_keeps_under_which_names_is_read_once_however_often_it_is_linked(monkeypatch: pytest.MonkeyPatch):
    read: list[str] = []
    plain = Naming.__init__
    monkeypatch.setattr(Naming, "__init__", lambda self, module: read.append(module.path) or plain(self, module))
    texts = {
        "app/ask.py": "def ask(co):\n    return co.generate(prompt='x')\n",
        "app/main.py": "import cohere\nfrom app.ask import ask\nfn = ask\nfn(cohere.Client())\n",
    }
    facts = {path: extract(FileKind.PYTHON, text.encode()) for path, text in texts.items()}
    modules = {path: Module(path, row) for path, row in facts.items()}
    found = [linked(facts, modules).sites for _ in range(3)]
    assert [site.confidence for site in found[0]] == ["confirmed"]
    assert found[0] == found[1] == found[2]
    assert sorted(read) == sorted(texts)


def test_a_file_whose_imports_end_like_no_provider_is_not_looked_up(monkeypatch: pytest.MonkeyPatch):
    providers = Providers()
    facts = extract(FileKind.PYTHON, b"import cohere\nco = cohere.Client()\n")
    providers.add({"app/llm.py": Module("app/llm.py", facts)})
    asked: list[str] = []
    plain = Providers._brings
    monkeypatch.setattr(Providers, "_brings", lambda self, path, row: asked.append(row) or plain(self, path, row))
    assert not providers.meets("app/a.py", ("os.path", "app.other:thing"))
    assert asked == []
    assert providers.meets("app/a.py", ("app.llm:co",))
    assert providers.meets("app/a.py", (".:llm",))


def test_what_is_put_into_a_box_is_not_looked_for_in_all_boxes(monkeypatch: pytest.MonkeyPatch):
    """Two hundred context variables, each set once and taken out once."""
    head = "import cohere\nfrom contextvars import ContextVar\n"
    rows = "".join(f"v{n} = ContextVar('v{n}')\nv{n}.set(cohere.Client())\n" for n in range(200))
    asks = "".join(f"v{n}.get().generate(prompt='x')\n" for n in range(200))
    facts = extract(FileKind.PYTHON, (head + rows + asks).encode())
    asked: list[int] = []
    plain = Puts.into
    monkeypatch.setattr(
        Puts, "into", lambda self, box, core: asked.append(len(self._unsettled)) or plain(self, box, core)
    )
    sites = linked({"app/ask.py": facts}).sites
    assert len(sites) == 200
    assert len(asked) >= 200
    assert asked[0] == 200
    assert asked[-1] == 0


def test_a_class_is_asked_once_what_stands_above_it(monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    plain = Classes._find_lineage
    monkeypatch.setattr(Classes, "_find_lineage", lambda self, cls: asked.append(cls.name) or plain(self, cls))
    head = (
        "import cohere\nclass A:\n    def __init__(self):\n        self.co = cohere.Client()\nclass B(A):\n    pass\n"
    )
    asks = "".join(f"b{n} = B()\nb{n}.co.generate(prompt='x')\n" for n in range(50))
    sites = linked({"app/ask.py": extract(FileKind.PYTHON, (head + asks).encode())}).sites
    assert len(sites) == 50
    assert asked.count("B") == 1


def test_what_ran_out_of_steps_is_not_found_anew_by_each_question(monkeypatch: pytest.MonkeyPatch):
    """Twenty functions that all call each other, one of which mentions what it was handed twelve times."""
    ways = "".join(f"    f{n}(**kw)\n" for n in range(20))
    functions = "".join(f"def f{n}(co=None, **kw):\n{ways}" for n in range(20))
    facts = extract(FileKind.PYTHON, (functions + "    use(co)\n" * 12).encode())

    def spent(patience: int) -> int:
        monkeypatch.setattr(Evaluator, "patience", patience)
        evaluator = Evaluator(Tree({"knot.py": facts}))
        module = evaluator.tree.modules["knot.py"]
        before = evaluator._total
        for call in module.calls["use"]:
            evaluator.evaluate(module, module.nodes[call].kids[1])
        return before - evaluator._total

    assert spent(1_000_000) > 9_000
    assert spent(2_000) < 7_000


def test_a_question_goes_on_where_the_one_before_ran_out_of_steps(monkeypatch: pytest.MonkeyPatch):
    """A function of so many results that all are known only after some questions; the last one is the client."""
    monkeypatch.setattr(Evaluator, "patience", 0)
    makers = "".join(f"def m{n}():\n    return [{n}][0]\n" for n in range(700))
    uses = "".join(f"def u{n}():\n    return pick().generate('{n}')\n" for n in range(12))
    pick = "def pick(x=0):\n" + "".join(f"    if x == {n}:\n        return m{n}()\n" for n in range(700))
    facts = extract(
        FileKind.PYTHON, ("import cohere\n" + makers + pick + "    return cohere.Client()\n" + uses).encode()
    )
    found = [site.span.line for site in linked({"app.py": facts}).sites]
    monkeypatch.setattr(Evaluator, "patience", 1_000_000)
    assert found == [site.span.line for site in linked({"app.py": facts}).sites]
    assert found


def test_what_an_annotation_says_is_found_however_many_others_call_such_a_name():
    ask = """import cohere

class Holder:
    def __init__(self):
        self.co = cohere.Client()

def ask(llm: Holder, **kwargs):
    return llm.co.generate(**kwargs)
"""
    # Who calls what is a long way, and each module goes its own.
    steps = "".join(f"def step{at}():\n    return step{at + 1}()\n" for at in range(30))
    far = f"{steps}def step30():\n    return Other()\nclass Other:\n    def ask(self):\n        pass\nstep0().ask()\n"
    tree = {"app/ask.py": ask, **{f"app/far{at}.py": far for at in range(60)}}
    found = linked({path: extract(FileKind.PYTHON, text.encode()) for path, text in tree.items()}).sites
    assert [(site.path, site.span.line, site.confidence) for site in found] == [("app/ask.py", 8, "confirmed")]


def test_what_a_class_gives_its_objects_is_found_once(monkeypatch: pytest.MonkeyPatch):
    seen: list[object] = []
    plain = Evaluator.on_self
    monkeypatch.setattr(Evaluator, "on_self", lambda self, *at: seen.append(at) or plain(self, *at))
    head = "import cohere\nco = cohere.Client()\nclass S:\n    def __init__(self):\n        self.k = 1\ns = S()\n"

    def asked(count: int) -> int:
        seen.clear()
        facts = extract(FileKind.PYTHON, (head + "co.generate(prompt='a', **vars(s))\n" * count).encode())
        assert len(linked({"app.py": facts}).sites) == count
        return len(seen)

    assert asked(40) == asked(4)
