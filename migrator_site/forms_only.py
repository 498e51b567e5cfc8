"""A page in place of a browser's own, for an address that takes forms only and is typed in, or opened once more."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

SAFE = ("GET", "HEAD")


class FormsOnlyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 405 or request.method not in SAFE or response.content:
            return response
        page = render(request, "405.html", {"above": above(request.path_info)}, status=405)
        page.headers["Allow"] = response.headers["Allow"]
        return page


def above(path: str) -> str:
    """The nearest address above that leads anywhere, where a page is that has the form."""
    parts = path.strip("/").split("/")
    for kept in range(len(parts) - 1, 0, -1):
        found = f"/{'/'.join(parts[:kept])}/"
        try:
            resolve(found)
        except Resolver404:
            continue
        return found
    return "/"
