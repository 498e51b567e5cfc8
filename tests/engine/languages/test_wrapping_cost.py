"""What hundreds of helpers in one file cost, in work that is counted, not in time."""

import pytest

from audits.engine.extract.model import ModuleFacts
from audits.engine.facts import FileKind
from audits.engine.languages import callers, marked, origins, relative
from audits.engine.steps import extract

HEAD = "import { CohereClient } from 'cohere-ai';\nconst co = new CohereClient();\n"


def helpers(count: int) -> str:
    """Functions that pass on an argument of one name and text, and a call of each."""
    rows = (f"function f{at}(prompt) {{ return co.generate({{ prompt }}); }}\nf{at}('{at}');\n" for at in range(count))
    return HEAD + "".join(rows)


def classes(count: int) -> str:
    """Methods of one name, and a call of each."""
    rows = (
        f"class A{at} {{ run(prompt) {{ return co.generate({{ prompt }}); }} }}\nnew A{at}().run('{at}');\n"
        for at in range(count)
    )
    return HEAD + "".join(rows)


def facts(source: str, kind: FileKind = FileKind.TYPESCRIPT) -> ModuleFacts:
    found = extract(kind, source.encode())
    assert isinstance(found, ModuleFacts)
    return found


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[int]:
    """Counts the calls of a method."""
    calls: list[int] = []
    method = getattr(owner, name)

    def counting(self: object, *given: object) -> object:
        calls.append(1)
        return method(self, *given)

    monkeypatch.setattr(owner, name, counting)
    return calls


def test_twice_as_many_helpers_are_twice_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, origins.Origins, "_of")
    work = []
    for count in (40, 80):
        calls.clear()
        assert len(facts(helpers(count)).sites) == 2 * count
        work.append(len(calls))

    assert work[1] <= 2.1 * work[0]


def test_calls_that_may_mean_too_many_methods_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callers, "_LOOKS", 100)
    calls = counted(monkeypatch, callers.Callers, "_means")
    found = facts(classes(30))

    assert len(calls) <= 100
    assert 30 < len(found.sites) < 60
    assert [fault.detail for fault in found.faults] == [
        "Too much leads to the receiver of the call in line 24 to follow all of it."
    ]
    assert not facts(classes(9)).faults


def test_a_helper_that_posts_often_is_asked_for_its_callers_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = counted(monkeypatch, relative.Relative, "_asked")
    post = 'fetch("https://api.cohere.ai/v1/" + path, { method: "POST" });\n'
    facts(f"function ask(path) {{\n{post * 30}}}\n" + "ask('generate');\n" * 30)
    assert len(asked) == 1
    many = "".join(f"function f{at}(path) {{ return {post[:-2]}; }}\nf{at}('embed');\n" for at in range(60))
    facts(many)
    assert len(asked) == 51


def test_an_interface_that_is_imported_often_keeps_a_few_bases(monkeypatch: pytest.MonkeyPatch) -> None:
    kept = counted(monkeypatch, marked.Marked, "parts")
    imports = "".join(f"import p{at}.Api;\n" for at in range(200))
    make = 'void f() { r.baseUrl("https://api.cohere.ai/v1/").build();\nr.create(Api.class); }'
    assert len(facts(f"package a;\n{imports}class Net {{ {make} }}\n", FileKind.JAVA).kept) == 50
    assert len(kept) == 50
