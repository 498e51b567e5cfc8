"""The System page: what runs, what waits, what failed, and the button that tries again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from audits import health, scans
from audits.access import Action, allowed, person, visible_to
from audits.models import ScanState, ScanTrigger


@require_safe
@never_cache
@allowed(Action.ADMINISTER)
def system(request: HttpRequest) -> HttpResponse:
    return render(request, "audits/system.html", {"section": "system", "system": health.system()})


@require_POST
@allowed(Action.ADMINISTER)
def retry(request: HttpRequest) -> HttpResponse:
    """Ask for a scan of every repository whose last one failed this way."""
    failed = visible_to(request.user).filter(last_scan__state=ScanState.FAILED, archived_at=None)
    rows = failed.filter(last_scan__error_kind=request.POST.get("kind", "")[:40])
    asked = [scans.request_scan(row, ScanTrigger.PERSON, person(request)) for row in rows]
    if asked:
        messages.success(request, f"Asked for {len(asked)} scan{'s' if len(asked) > 1 else ''} again.")
    else:
        messages.warning(request, "No repository's last scan failed that way any more.")
    return redirect("system")
