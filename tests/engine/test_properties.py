"""However a client is named, laid out, moved or made: the same uses, with the gate and without."""

import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import HealthCheck, given, settings

from audits.analysis import analyse
from audits.engine.facts import Confidence, Kind
from audits.engine.link import link
from audits.engine.link.core import _STEPS_ALL, _STEPS_EACH
from audits.engine.link.sites import Linker
from audits.gitstore import open_local
from audits.sandbox import Sandbox
from tests.engine.programs import Program, programs
from tests.engine.trees import facts_of, sites

CALLS = (Kind.SDK_CALL, Kind.SDK_STREAM, Kind.BATCH)
CHECKS = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def sandbox():
    with Sandbox(deadline=60) as sandbox:
        yield sandbox


@settings(max_examples=150, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(programs())
def test_names_layout_and_place_never_change_the_uses(program: Program) -> None:
    found = [site for site in sites(program.files) if site.kind in CALLS]

    assert {(site.path, site.span.line) for site in found} == program.uses()
    assert {site.confidence for site in found} == {Confidence.CONFIRMED}
    assert {tuple(sorted(argument.name for argument in site.arguments)) for site in found} == {("k", "prompt")}


@settings(max_examples=60, deadline=None, suppress_health_check=CHECKS, derandomize=True)
@given(programs())
def test_with_the_gate_and_without_it_the_same_is_found(sandbox: Sandbox, program: Program) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name, text in program.files.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with open_local(Path(folder)) as source:
            report = analyse(source, sandbox)

    assert {(use.path, use.line, use.kind, use.confidence) for use in report.usages} == {
        (site.path, site.span.line, site.kind, site.confidence) for site in sites(program.files)
    }
    assert report.states.get("skipped_prefilter", 0) >= 1


def _work(count: int) -> int:
    """Expressions looked at while a tree of `count` modules that share one client is linked."""
    files = {"llm.py": "import cohere\nco = cohere.Client()\ndef get():\n    return co\n"}
    for number in range(count):
        files[f"m{number}.py"] = (
            f"from llm import get\nfrom m{max(number - 1, 0)} import ask as other\n"
            "def ask(c, text):\n    r = c.generate(prompt=text)\n    return r.generations[0].text\n"
            "ask(get(), 'a')\n"
        )
    return _spent(files, count)


def _spent(files: Mapping[str, str], uses: int) -> int:
    linker = Linker({path: facts_of(text) for path, text in files.items()}, {})
    assert len(list(linker.sites())) == uses
    return _STEPS_ALL - linker.evaluator._total


def _knot(count: int) -> int:
    """The same for `count` functions that all call each other with whatever keywords they were given."""
    calls = "".join(f"    f{number}(**kw)\n" for number in range(count))
    functions = "".join(
        f"def f{number}(co=None, **kw):\n    co.generate(prompt='a')\n{calls}" for number in range(count)
    )
    return _spent({"knot.py": f"import cohere\n{functions}f0(co=cohere.Client())\n"}, count)


def test_the_work_of_linking_grows_with_the_tree_and_no_faster() -> None:
    small, large = _work(40), _work(160)

    assert large <= 5 * small


def _counted(work: Callable[[], int]) -> tuple[int, int]:
    """What some work gives, and how many functions were called for it."""
    calls = 0

    def count(frame: FrameType, event: str, argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        return work(), calls
    finally:
        sys.setprofile(None)


def test_functions_that_hand_everything_to_each_other_cost_no_more_than_their_steps() -> None:
    steps, calls = _counted(lambda: _knot(12))

    assert steps <= 2 * 12 * _STEPS_EACH
    assert calls <= 60 * steps


COPIES = "".join(f"def copy{number}(a, b):\n    a.name = b.name\n" for number in range(9))
CALLERS = "".join(f"def f{n}(model):\n" + f"    f{n - 1}(model)\n" * 12 for n in range(1, 6))


@pytest.mark.parametrize(
    "text",
    [
        f"def g(dst, field):\n    getattr(dst, field.name)(1)\n{COPIES}",
        "def f(n):\n    getattr(co, n)(prompt=1)\n" + "    f(n)\n" * 12,
        f"def f0(model):\n    co.chat(model=model)\n{CALLERS}",
    ],
)
def test_names_that_are_made_of_each_other_cost_little(text: str) -> None:
    facts = {"knot.py": facts_of(f"import cohere\nco = cohere.Client()\n{text}")}

    assert _counted(lambda: len(link(facts)))[1] <= 200_000
