"""What machines ask: well or not well, and nothing else; and the numbers, for those who have the token."""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from audits import health
from audits.access import Action, allowed


@require_safe
@never_cache
@login_not_required
@allowed(Action.PROBE)
def healthz(request: HttpRequest) -> HttpResponse:
    """200 when the database and the broker answer, else 503."""
    return _answer(health.alive())


@require_safe
@never_cache
@login_not_required
@allowed(Action.PROBE)
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when also every migration is applied and beat ticks, else 503."""
    return _answer(health.ready())


@require_safe
@never_cache
@login_not_required
@allowed(Action.PROBE)
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus's text for whoever sends METRICS_TOKEN; where none is set there is nothing at this address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    sent = request.headers.get("Authorization", "")
    if not hmac.compare_digest(sent.encode(), f"Bearer {settings.METRICS_TOKEN}".encode()):
        return HttpResponse(
            "unauthorised", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"}
        )
    return HttpResponse(health.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8")


def _answer(well: bool) -> HttpResponse:
    return HttpResponse("ok" if well else "unavailable", status=200 if well else 503, content_type="text/plain")
