"""Programs whose names tell no language, and templates of modules."""

import subprocess

import pytest

from audits.analysis import analyse
from audits.engine.facts import FileKind
from audits.engine.looks import NOTHING, Look, look_at, looks_from_text, looks_to_text
from audits.engine.programs import language_of_program
from audits.gitstore import open_local
from tests.analysis.test_remembered import Memory

CALL = "import cohere\nco = cohere.Client()\nco.generate(prompt='x')\n"
CURL = 'curl https://api.cohere.ai/v1/generate -d \'{"prompt": "x"}\'\n'
TREE = {
    "app/llm.py": "import cohere\nco = cohere.Client()\ndef ask(p):\n    return co.generate(prompt=p)\n",
    "bin/tool": "#!/usr/bin/env python3\n" + CALL,
    "bin/uses": "#!/usr/bin/env -S uv run --script\nfrom app.llm import co, ask\nco.generate(prompt='x')\nask('y')\n",
    "bin/ask": "#!/bin/bash\n" + CURL,
    "bin/poly": "#!/bin/sh\n'''exec' python3 \"$0\" \"$@\"\n' '''\n" + CALL,
    "cgi-bin/form.cgi": "#!/usr/bin/python\n" + CALL,
    "win.pyw": CALL,
    "site.wsgi": CALL,
    "t.py.j2": CALL.replace("'x'", "'{{ x }}'"),
    "notes": CALL,
    "words": "#!/usr/bin/env python3\n# coherent\n",
    "other": "#!/usr/bin/perl\n# cohere\n",
}
USES = {
    ("app/llm.py", 4), ("bin/tool", 4), ("bin/uses", 3), ("bin/uses", 4), ("bin/ask", 2), ("bin/poly", 6),
    ("cgi-bin/form.cgi", 4), ("win.pyw", 3), ("site.wsgi", 3), ("t.py.j2", 3),
}  # fmt: skip


def found(report):
    return {(use.path, use.line) for use in report.usages}


def test_programs_are_known_by_their_first_line(builder, sandbox):
    builder.commit(TREE)
    with open_local(builder.path) as source:
        report = analyse(source, sandbox)
    assert found(report) == USES
    assert all(use.snippet and use.excerpt for use in report.usages)
    # Only programs that are read count among the files.
    assert (report.seen, report.parsed, sum(report.states.values())) == (9, 9, 9)


def test_a_template_that_is_no_python_needs_a_person(builder, sandbox):
    builder.commit({"t.py.jinja2": "import cohere\n{% if x %}\nco.generate(prompt='x')\n{% endif %}\n"})
    with open_local(builder.path) as source:
        ((path, why),) = analyse(source, sandbox).unread
    assert (path, why.reason, why.lines) == ("t.py.jinja2", "unparsable", (1, 3))


def test_a_search_finds_programs_among_many_names(builder, sandbox):
    builder.commit(TREE | {f"data/name{number}": f"nothing {number}\n" for number in range(300)})
    subprocess.run(["git", "-C", builder.path, "repack", "-adq"], check=True, capture_output=True)
    subprocess.run(["git", "-C", builder.path, "prune-packed"], check=True, capture_output=True)
    with open_local(builder.path) as source:
        named = [entry for entry in source.entries() if "." not in entry.path.rpartition("/")[2]]
        assert source.sift(named, ["(?i)cohere"]) == {"bin/tool", "bin/ask", "bin/poly", "notes", "words", "other"}
        report = analyse(source, sandbox)
    assert (found(report), report.seen) == (USES, 9)


def test_what_a_store_keeps_of_programs_says_the_same(builder, sandbox):
    builder.commit(TREE)
    store = Memory()
    with open_local(builder.path) as source:
        first = analyse(source, sandbox, store)
        again = analyse(source, sandbox, store)
    assert (first.usages, first.seen, first.states) == (again.usages, again.seen, again.states)
    builder.commit({"bin/uses": TREE["bin/uses"] + "ask('z')\n"})
    with open_local(builder.path) as source:
        assert found(analyse(source, sandbox, store)) == USES | {("bin/uses", 5)}


def test_a_large_file_without_an_ending_is_no_unread_program(builder, sandbox):
    builder.commit({"a.py": "import cohere\n", "blob": b"\0" * (21 << 20)})
    with open_local(builder.path) as source:
        report = analyse(source, sandbox)
    assert (report.unread, report.seen) == ((), 1)


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (b"#!/usr/bin/python2.7 -u", FileKind.SCRIPT),
        (b"#! /usr/bin/env python", FileKind.SCRIPT),
        (b"#!/opt/venv/bin/python3.12", FileKind.SCRIPT),
        (b'#!/bin/sh\n""":"\nexec python3 "$0" "$@"\n"""', FileKind.SCRIPT),
        (b"#!/usr/bin/env node", FileKind.JAVASCRIPT),
        (b"#!/usr/bin/env -S deno run", FileKind.TYPESCRIPT),
        (b"#!/usr/bin/ruby", FileKind.RUBY),
        (b"#!/bin/zsh", FileKind.SHELL),
        (b"#!/usr/bin/perl", None),
        (b"import cohere", None),
    ],
)
def test_a_first_line_names_a_language(line, kind):
    data = line + b"\n# cohere\n"
    assert language_of_program(data) is kind
    look = look_at(FileKind.SCRIPT, data)
    assert look == (Look(True, kind=kind) if kind else NOTHING)
    assert looks_from_text(looks_to_text([look]), 1) == (look,)
