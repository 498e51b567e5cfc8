"""Log lines: readable or JSON, with the ids of what they are about, and without anything secret.

Whatever a line holds (a traceback, another library's words) passes one sieve after it is rendered.
"""

import base64
import json
import logging
import re
import uuid
from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import structlog
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars
from structlog.typing import Processor

HIDDEN = "…"
REQUEST_ID = "X-Request-ID"
_PLAIN_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

# A secret ends before a space, a quote or a backslash: a line of JSON stays one.
_WORD = r"[^\s\"'\\,;<>]+"
_SIEVES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), replacement)
    for pattern, replacement in (
        (r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^\"'\\]|\\[^\"'])*", HIDDEN),
        (r"://[^/\s\"'\\@]*@", f"://{HIDDEN}@"),
        (
            rf"((?:proxy-)?authorization\\?[\"']?\s*[:=,]\s*\\?[\"']?)(?:(?:basic|bearer|token)\s+)?{_WORD}",
            rf"\1{HIDDEN}",
        ),
        (r"\b((?:basic|bearer)\s+)[A-Za-z0-9+/=._~-]{8,}", rf"\1{HIDDEN}"),
        (
            r"((?:password|passwd|secret|token|api[_-]?key|private[_-]?key|cookie|session(?:id)?|csrf\w*)"
            rf"\\?[\"']?\s*[:=]\s*\\?[\"']?){_WORD}",
            rf"\1{HIDDEN}",
        ),
        (r"\b(?:gh[opsur]_|github_pat_|glpat-|glrt-|ATBB|ATCTT3|xox[abpr]-|AKIA|sk-|hf_)[A-Za-z0-9_-]{8,}", HIDDEN),
    )
)


def sieve(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without credentials: those named, and whatever looks like one."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, replacement in _SIEVES:
        text = pattern.sub(replacement, text)
    return text


class WithoutRefusals(logging.Filter):
    """Takes the traceback from the line about a request that was refused: nothing broke."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 0) == HTTPStatus.FORBIDDEN:
            record.exc_info, record.exc_text = None, None
        return True


class Formatter(structlog.stdlib.ProcessorFormatter):
    """`style` is "json", or anything else for lines that people read; `secrets` are this installation's own."""

    def __init__(self, style: str = "text", secrets: Iterable[str] = ()) -> None:
        self.secrets = [form for secret in secrets if len(secret) >= 8 for form in _spellings(secret)]
        last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
        if style == "json":
            # Never with the values of variables, which a traceback of dictionaries would list.
            last += [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
        else:
            plain = structlog.dev.plain_traceback
            last.append(structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, exception_formatter=plain))
        super().__init__(processors=last, foreign_pre_chain=_shared())

    def format(self, record: logging.LogRecord) -> str:
        return sieve(super().format(record), self.secrets)


def _spellings(secret: str) -> list[str]:
    """As it is, and as JSON, URLs and Basic headers write it; the longest first."""
    forms = {secret, json.dumps(secret)[1:-1], quote(secret, safe=""), base64.b64encode(secret.encode()).decode()}
    return sorted(forms, key=len, reverse=True)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


class RequestContext:
    """Middleware: each line of a request names the request and who asked; the answer carries the id as a header."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()
        sent = request.headers.get(REQUEST_ID, "")
        name = sent if _PLAIN_ID.fullmatch(sent) else uuid.uuid4().hex[:16]
        bind_contextvars(request=name, method=request.method, path=request.path)
        # Not cleared at the end: Django writes its line about an error after the last middleware.
        response = self.get_response(request)
        response.headers.setdefault(REQUEST_ID, name)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """A probe's view needs no person, and must answer without a database."""
        if getattr(view, "login_required", True):
            bind_contextvars(user=request.user.pk)
