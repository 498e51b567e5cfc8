"""Registering repositories: one by the form, or several by pasted lines."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from audits import intake, schedules
from audits.access import Action, allowed, person, teams_open_to
from audits.forms import RegisterForm, RegisterManyForm
from audits.models import Organisation, Repository


@require_http_methods(["GET", "HEAD", "POST"])
@allowed(Action.EDIT_REPOSITORIES)
def register(request: HttpRequest) -> HttpResponse:
    """`?way=list` pastes lines; else one address, of which nothing is stored while a field has an error."""
    return _several(request) if request.GET.get("way") == "list" else _one(request)


def _one(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST or None, teams=teams_open_to(request.user))
    known = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            repository = intake.register(data.pop("url"), user=person(request), **data)
        except intake.Refused as refused:
            form.add_error(refused.field, refused.sentence)
            known = refused.known
        else:
            messages.success(request, f"{repository.name} is registered. A worker asks its host and scans it.")
            return redirect(repository)
    return _page(request, {"form": form, "known": known})


def _several(request: HttpRequest) -> HttpResponse:
    form = RegisterManyForm(request.POST or None)
    results: list[intake.Line] = []
    if request.method == "POST" and form.is_valid():
        results = intake.register_many(form.cleaned_data["lines"], user=person(request))
        form = RegisterManyForm(initial={"lines": "\n".join(line.text for line in results if _refused(line))})
    counts = {"stored": sum(bool(line.repository) for line in results), "refused": sum(map(_refused, results))}
    return _page(request, {"form": form, "several": True, "results": results, **counts})


def _refused(line: intake.Line) -> bool:
    return bool(line.error) and line.known is None


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    rules = {
        "hosts": [*settings.ALLOWED_GIT_HOSTS, *settings.INTERNAL_GIT_HOSTS],
        "roots": settings.LOCAL_REPOSITORY_ROOTS,
        "ssh": settings.GIT_SSH_ENABLED,
        "rule": schedules.in_force(Repository(), Organisation.current()),
    }
    return render(request, "audits/register.html", {"section": "repositories", **rules, **context})
