"""One's own API tokens; an admin sees and ends everybody's."""

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from audits import tokens as kept
from audits.access import Action, allowed, may, person
from audits.forms import ApiTokenForm
from audits.models import ApiToken, TokenScope, User


@sensitive_variables("text")
@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.VIEW)
def tokens(request: HttpRequest) -> HttpResponse:
    """The list, and a new one: the answer to the form is the only page that ever holds its text."""
    form, new, text = ApiTokenForm(request.POST or None), None, ""
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        new, text = kept.issue(
            person(request), asked["name"], TokenScope(asked["scope"]), asked["days"], timezone.now()
        )
        form = ApiTokenForm()
    context = {
        "section": "tokens",
        "form": form,
        "new": new,
        "text": text,
        "tokens": _seen_by(person(request)).select_related("owner"),
        "now": timezone.now(),
        "everyone": may(request.user, Action.ADMINISTER),
        "address": settings.PUBLIC_URL.rstrip("/"),
    }
    page = render(request, "audits/tokens.html", context)
    page["Cache-Control"] = "no-store"
    return page


@require_POST
@allowed(Action.VIEW)
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(_seen_by(person(request)), pk=pk)
    kept.revoke(token, person(request))
    messages.success(request, f"The token {token} was revoked: what still sends it is refused from now on.")
    return redirect("tokens")


def _seen_by(user: User) -> "QuerySet[ApiToken]":
    return ApiToken.objects.all() if may(user, Action.ADMINISTER) else ApiToken.objects.filter(owner=user)
