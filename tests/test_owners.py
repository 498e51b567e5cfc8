import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.owners import OWNERS_LIMIT, RULES_LIMIT, owned, parse, place, to_text
from audits.sandbox import Sandbox

GITHUB = b"""\
# Comments and empty lines are nobody's.
*                   @acme/everyone
*.js                @js-owner  # said at its end
/build/logs/        @doctocat
docs/*              docs@example.com
apps/               @octocat
/apps/github
/scripts/a\\ b.py   @space
**/logs             @logs
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("app.py", ("@acme/everyone",)),
        ("web/app.js", ("@js-owner",)),
        ("build/logs/a.py", ("@logs",)),
        ("docs/start.py", ("docs@example.com",)),
        ("docs/deep/start.py", ("@acme/everyone",)),
        ("lib/apps/x.py", ("@octocat",)),
        ("apps/github", ()),
        ("scripts/a b.py", ("@space",)),
        ("deeply/nested/logs/x.py", ("@logs",)),
    ],
)
def test_the_last_rule_that_matches_wins_as_on_github(path, owners):
    assert owned(GITHUB, [path]).get(path, ()) == owners


GITLAB = b"""\
* @default
[Documentation][2] @docs-team
docs/
README.md @writer
^[Database]
model/db/ @dba
docs/db/ @dba
!docs/db/free.md
[documentation]
*.rst @rst
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("x.py", ("@default",)),
        ("docs/a.md", ("@default", "@docs-team")),
        ("README.md", ("@default", "@writer")),
        ("model/db/a.py", ("@default", "@dba")),
        ("docs/db/b.md", ("@default", "@dba", "@docs-team")),
        ("docs/db/free.md", ("@default", "@docs-team")),
        ("docs/a.rst", ("@default", "@rst")),
    ],
)
def test_each_section_of_gitlab_has_a_winner_of_its_own(path, owners):
    assert sorted(owned(GITLAB, [path])[path]) == sorted(owners)


def test_the_first_place_that_has_one_is_in_force():
    assert place(["docs/CODEOWNERS", "CODEOWNERS", "a/CODEOWNERS"]) == "CODEOWNERS"
    assert place(["CODEOWNERS", ".github/CODEOWNERS"]) == ".github/CODEOWNERS"
    assert place([".gitlab/CODEOWNERS"]) == ".gitlab/CODEOWNERS"
    assert place(["src/CODEOWNERS", "codeowners"]) is None


def test_an_exclusion_is_final_in_its_section_alone():
    data = b"* @all\n[Ruby]\n*.rb @ruby\n!/config/\n/config/routes.rb @ops\n[Other]\n/config/ @other\n"
    assert owned(data, ["app.rb", "config/routes.rb"]) == {
        "app.rb": ("@all", "@ruby"),
        "config/routes.rb": ("@all", "@other"),
    }


def test_what_is_no_rule_is_left_out():
    assert parse(b"!x @a\n" + b"a" * 500 + b" @a\n/ @a\n") in ((), parse(b"/ @a\n"))
    assert owned(b"* somebody @ok\n", ["a"]) == {"a": ("@ok",)}
    assert owned(b"* @" + b"x" * 200 + b"\n", ["a"]) == {}
    assert len(owned(b"* " + b" ".join(b"@u%d" % n for n in range(40)), ["a"])["a"]) == OWNERS_LIMIT
    assert len(parse(b"a @a\n" * (RULES_LIMIT + 5))) == RULES_LIMIT


@given(st.binary(max_size=300), st.text(min_size=1, max_size=30))
def test_no_bytes_break_it(data, path):
    owned(data, [path])


def test_a_column_holds_whole_owners():
    assert to_text(("@a", "@b"), 100) == " @a @b "
    assert to_text((), 100) == ""
    assert to_text(("@a", "@bcdef"), 6) == " @a "


def test_a_hostile_pattern_costs_the_file_and_not_the_worker():
    slow = b"/" + b"*a" * 60 + b"b @a\n"
    with Sandbox(deadline=3) as sandbox:
        assert not isinstance(sandbox.owners(slow * 50, ["a" * 2000]), dict)
        assert sandbox.owners(b"* @a", ["x.py"]) == {"x.py": ("@a",)}
