"""The Content-Security-Policy header from SECURE_CSP, as Django 6 will send it by itself: to be deleted then."""

from collections.abc import Callable, Mapping

from django.conf import settings
from django.http import HttpRequest, HttpResponse

HEADER = "Content-Security-Policy"


def policy(directives: Mapping[str, str | list[str]]) -> str:
    """`{"img-src": "'self'"}` as the header's text; a directive may have one source or several."""
    parts = ((name, [sources] if isinstance(sources, str) else sources) for name, sources in directives.items())
    return "; ".join(" ".join([name, *sources]) for name, sources in parts)


class ContentSecurityPolicyMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.policy = policy(settings.SECURE_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault(HEADER, self.policy)
        return response
