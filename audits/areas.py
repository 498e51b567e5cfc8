"""Which part of a repository a file belongs to: the product, or what is shown apart, such as tests and examples.

Nothing is dropped by it: a use in a test is found, listed and followed like any other, it only stands in no headline. A
rule is a pattern as .gitignore writes it; of several that match the last one wins, so rules of a repository go after
those of the organisation, and those after ours.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pathspec.patterns.gitignore import GitIgnorePatternError
from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

PATTERN_LENGTH = 200
_ESCAPED = re.compile(r"\\(.)")


class Area(StrEnum):
    """Only `product` is counted. `excluded` is out of scope altogether, by a person's rule and never by ours."""

    PRODUCT = "product"
    TESTS = "tests"
    EXAMPLES = "examples"
    GENERATED = "generated"
    VENDORED = "vendored"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class Rule:
    """Files that match `pattern` belong to `area`."""

    pattern: str
    area: Area


class BadPattern(ValueError):
    """The text is no pattern; `str()` is a sentence for the field."""


# What these names mean is a convention: of pytest, unittest, Go, JUnit, Jest, protoc, editors' local history, pip,
# Composer, npm.
_OURS = {
    Area.TESTS: """tests/ test/ __tests__/ testdata/ fixtures/ cypress/ e2e/ test_*.py *_test.py conftest.py *_test.go
        *Test.java *Tests.java *Test.kt *.test.[jt]s *.test.[jt]sx *.spec.[jt]s *.spec.[jt]sx *_spec.rb""",
    Area.EXAMPLES: "examples/ example/ samples/",
    Area.GENERATED: "*_pb2.py *_pb2_grpc.py *.pb.go *.g.cs *.generated.* generated/ __generated__/ .history/",
    Area.VENDORED: "vendor/ third_party/ node_modules/ site-packages/ bower_components/ _vendor/",
}
OURS = tuple(Rule(pattern, area) for area, patterns in _OURS.items() for pattern in patterns.split())


def classifier(rules: Iterable[Rule]) -> Callable[[str], Area]:
    """From a path, as shown, to its area; `rules` go after OURS, the last match wins. Raises BadPattern."""
    compiled = [(rule.area, _compiled(rule.pattern)) for rule in (*OURS, *rules)]
    compiled.reverse()

    @lru_cache(maxsize=4096)
    def area_of(path: str) -> Area:
        return next((area for area, pattern in compiled if pattern.match_file(path)), Area.PRODUCT)

    return area_of


def reader(rules: Iterable[tuple[str, bool]]) -> Callable[[str], bool]:
    """Is a path to be read although it is passed over? By the last of the (pattern, answer) that match it, else no."""
    compiled = [(_compiled(pattern), reads) for pattern, reads in rules]
    compiled.reverse()
    return lambda path: next((reads for pattern, reads in compiled if pattern.match_file(path)), False)


def check(pattern: str) -> str:
    """The pattern as it is kept. Raises BadPattern."""
    pattern = pattern.strip()
    if not pattern or pattern.startswith(("#", "!")) or "\n" in pattern or len(pattern) > PATTERN_LENGTH:
        raise BadPattern("Write one pattern as in .gitignore, such as docs/ or *_pb2.py; # and ! do not start one.")
    # Each star multiplies the ways in which a name can be tried, and names are anybody's.
    if pattern.count("*") > 6 or any(part.replace("**", "*").count("*") > 2 for part in pattern.split("/")):
        raise BadPattern("A pattern has at most two stars between slashes, and six in all.")
    opened = _ESCAPED.sub("", pattern).rpartition("[")
    if opened[1] and "]" not in opened[2]:
        raise BadPattern("A bracket is not closed, so the pattern matches nothing. Write \\[ for the sign itself.")
    inner = _ESCAPED.sub(r"\1", pattern).removeprefix("/").removesuffix("/").split("/")
    if not {"", ".", ".."}.isdisjoint(inner):
        raise BadPattern(
            "No path has an empty part, “.” or “..” in it, so the pattern matches nothing. Start at the top: /src/."
        )
    _compiled(pattern)
    return pattern


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> GitIgnoreSpecPattern:
    try:
        return GitIgnoreSpecPattern(pattern)
    except (GitIgnorePatternError, ValueError) as error:
        raise BadPattern(f"“{pattern}” is no pattern as .gitignore writes them.") from error
