"""Whether a page counts calls in tests, examples and the like too: `tests=1` in its address, kept in its links."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest


@dataclass(frozen=True)
class Tests:
    """`and_one` and `one` go on an address of ours, after other parameters or as the first; `area` on a filter of
    findings in an address, so that the list holds what the number counts. `without` and `within` are this page."""

    on: bool
    without: str
    within: str

    @property
    def and_one(self) -> str:
        return "&tests=1" if self.on else ""

    @property
    def one(self) -> str:
        return "?tests=1" if self.on else ""

    @property
    def area(self) -> str:
        return "+area%3Aany" if self.on else ""


def tests_of(request: HttpRequest) -> Tests:
    """What the address asks for."""
    return tests_on(request, request.path)


def tests_on(request: HttpRequest, path: str) -> Tests:
    """The same, with links to the page at `path`: a form that was refused shows its page at an address of its own."""
    others = [(key, value) for key, value in request.GET.items() if key not in ("tests", "page")]
    without = f"{path}?{urlencode(others)}" if others else path
    return Tests(request.GET.get("tests") == "1", without, f"{path}?{urlencode([*others, ('tests', '1')])}")
