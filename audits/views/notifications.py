"""What is told to whom: one's own mail, the teams' and the organisation's channels, and what was sent last."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from audits import notify
from audits.access import Action, allowed, may, person
from audits.forms import ChannelForm, SubscriptionForm
from audits.models import Channel, ChannelKind, Message

_LAST = 20


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.VIEW)
def notifications(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = _own(request)
    if request.method == "POST" and form.is_valid():
        user.email = form.cleaned_data["email"]
        user.save(update_fields=["email"])
        notify.subscribe(user, weekly=form.cleaned_data["weekly"], alerts=form.cleaned_data["alerts"])
        messages.success(request, "What you are told was changed.")
        return redirect("notifications")
    return _page(request, form, ChannelForm(user=user))


@require_POST
@allowed(Action.EDIT_TEAMS)
def channel_add(request: HttpRequest) -> HttpResponse:
    user = person(request)
    form = ChannelForm(request.POST, user=user)
    if form.is_valid():
        try:
            channel, key = notify.add(user=user, **form.cleaned_data)
        except notify.Unfit as unfit:
            form.add_error("address", str(unfit))
        else:
            told = f" Its messages are signed with {key}, which is shown only this once." if key else ""
            messages.success(request, f"{channel} was added.{told}")
            return redirect("notifications")
    return _page(request, _own(request), form)


@require_POST
@allowed(Action.VIEW)
def channel_test(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(notify.editable_by(person(request)), pk=pk)
    notify.test(channel)
    messages.success(
        request, f"A test goes to {channel.where or 'your address'} within a minute; below stands how it went."
    )
    return redirect("notifications")


@require_POST
@allowed(Action.VIEW)
def channel_delete(request: HttpRequest, pk: int) -> HttpResponse:
    channel = get_object_or_404(notify.editable_by(person(request)), pk=pk)
    messages.success(request, f"{channel} gets nothing any more.")
    channel.delete()
    return redirect("notifications")


@require_safe
@allowed(Action.VIEW)
def digest(request: HttpRequest, pk: int) -> HttpResponse:
    """What the next weekly digest of a channel would say today."""
    channel = _asked(request, pk)
    mailed = channel.kind == ChannelKind.MAIL
    context = {"section": "notifications", "channel": channel, "letter": notify.digest(channel), "mailed": mailed}
    return render(request, "audits/digest.html", context)


@require_safe
@allowed(Action.VIEW)
def digest_mail(request: HttpRequest, pk: int) -> HttpResponse:
    """The same in the form that a mail program shows: a page of its own, whose style stands in it as in the mail."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    return HttpResponse(notify.digest(_asked(request, pk)).html, headers={"Content-Security-Policy": policy})


def _asked(request: HttpRequest, pk: int) -> Channel:
    return get_object_or_404(notify.editable_by(person(request)).select_related("team", "person"), pk=pk)


def _own(request: HttpRequest) -> SubscriptionForm:
    """What the person gets now, or what they have just asked for on the page itself."""
    own = Channel.objects.filter(person=person(request)).first()
    given = {"email": person(request).email, "weekly": bool(own and own.weekly), "alerts": bool(own and own.alerts)}
    asked = request.POST if request.method == "POST" and "kind" not in request.POST else None
    return SubscriptionForm(asked, initial=given)


def _page(request: HttpRequest, own: SubscriptionForm, form: ChannelForm) -> HttpResponse:
    user = person(request)
    channels = notify.editable_by(user).select_related("team", "person")
    context: dict[str, Any] = {
        "section": "notifications",
        "own": own,
        "mine": next((channel for channel in channels if channel.person_id == user.pk), None),
        "shared": [channel for channel in channels if channel.person_id is None],
        "form": form if may(user, Action.ADMINISTER) or notify.teams_of(user).exists() else None,
        "last": Message.objects.filter(channel__in=channels).select_related("channel__team", "channel__person")[:_LAST],
        "mail_is_set": settings.EMAIL_IS_SET,
    }
    return render(request, "audits/notifications.html", context)
