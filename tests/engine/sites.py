"""Call sites written by hand, for what stands after linking."""

from typing import Any

from audits.engine.facts import Argument, CallSite, Confidence, Kind, Platform, ResponseRead, Span

NOT_LITERAL = object()


def arg(name: str | None, source: str, literal: Any = NOT_LITERAL, position: int | None = None) -> Argument:
    """An argument as written; `literal` is its value where it is a constant."""
    is_literal = literal is not NOT_LITERAL
    return Argument(name, source, position, is_literal, literal if is_literal else None)


def text(name: str, value: str) -> Argument:
    """A string constant."""
    return arg(name, repr(value).replace("'", '"'), value)


def read(line: int, source: str, path: str = "app.py") -> ResponseRead:
    """A place that reads the response."""
    return ResponseRead(path, line, line, source)


def site(*arguments: Argument, **fields: Any) -> CallSite:
    """`co.generate(…)` on a cohere.Client at line 3 of app.py, but for `fields`."""
    values: dict[str, Any] = {
        "path": "app.py",
        "span": Span(3, 3, 7),
        "scope": "ask",
        "callee": "co.generate",
        "method": "generate",
        "kind": Kind.SDK_CALL,
        "client": "cohere.Client",
        "platform": Platform.COHERE,
        "confidence": Confidence.CONFIRMED,
        "why": "",
    }
    return CallSite(arguments=arguments, **(values | fields))
