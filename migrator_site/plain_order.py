"""Marks that turn the order of letters around, shown as what they are, so that no name or code reads as another one.

A path, a comment or a commit may hold them (https://trojansource.codes). What stands in a field goes back to us as it
came, and is left alone.
"""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

# U+202A to U+202E and U+2066 to U+2069 in UTF-8.
MARKS = re.compile(rb"\xe2(?:\x80[\xaa-\xae]|\x81[\xa6-\xa9])")
# A text never holds a bare quotation mark: `value="` is an attribute.
_OR_FIELD = re.compile(rb'(?s)<textarea\b.*?</textarea>|\bvalue="[^"]*"|' + MARKS.pattern)


class PlainOrderMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pages alone: an export holds what is there."""
        response = self.get_response(request)
        page = not response.streaming and response.headers.get("Content-Type", "").startswith("text/html")
        if page and MARKS.search(response.content):
            response.content = _OR_FIELD.sub(_spelled, response.content)
        return response


def _spelled(found: re.Match[bytes]) -> bytes:
    return b"\\u%04x" % ord(found[0].decode()) if MARKS.fullmatch(found[0]) else found[0]
