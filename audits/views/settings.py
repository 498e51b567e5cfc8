"""What an admin decides: the organisation, the interval of scans, the people and their roles."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from audits import scans, schedules
from audits.access import Action, LastAdmin, allowed, give_role
from audits.access import person as whoever
from audits.forms import OrganisationForm, PersonForm, RoleForm
from audits.models import AuditEvent, AuditVerb, Organisation, Role, User


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.ADMINISTER)
def settings(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None, instance=Organisation.current())
    if request.method == "POST" and form.is_valid():
        form.save()
        changed = ", ".join(form.changed_data)
        AuditEvent.record(whoever(request), AuditVerb.SETTINGS_CHANGED, "Organisation", changed)
        schedules.reschedule(timezone.now())
        if "baseline" in form.changed_data:
            scans.rebase()
        messages.success(request, "The organisation's settings were changed.")
        return redirect("settings")
    return _page(request, form, PersonForm())


@require_POST
@allowed(Action.ADMINISTER)
def person_add(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, OrganisationForm(instance=Organisation.current()), form)
    added = form.save()
    AuditEvent.record(whoever(request), AuditVerb.PERSON_ADDED, added.username, added.get_role_display())
    messages.success(request, f"{added} was added and can sign in.")
    return redirect("settings")


@require_POST
@allowed(Action.ADMINISTER)
def person_edit(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the four roles.")
        return redirect("settings")
    try:
        active = form.cleaned_data["active"]
        give_role(person, Role(form.cleaned_data["role"]), active=active, by=whoever(request))
    except LastAdmin as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, f"{person} is {person.get_role_display().lower()} now.")
    return redirect("settings")


def _page(request: HttpRequest, organisation: OrganisationForm, person: PersonForm) -> HttpResponse:
    people = User.objects.order_by("-is_active", "username")
    context = {"section": "settings", "form": organisation, "person": person, "people": people, "roles": Role.choices}
    return render(request, "audits/settings.html", context)
