"""Filters of the findings under a name: kept, renamed, shared, deleted."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from audits.access import Action, allowed, may, person
from audits.forms.saved_views import SavedViewForm
from audits.models import SavedView, User


@require_POST
@allowed(Action.VIEW)
def view_add(request: HttpRequest) -> HttpResponse:
    form = SavedViewForm(request.POST, user=person(request))
    if view := form.kept():
        messages.success(request, f"The view “{view}” was saved.")
        return redirect(view)
    messages.error(request, _why(form))
    return redirect(SavedView(query=request.POST.get("query", "")[:200], sort=request.POST.get("sort", "")[:40]))


@require_POST
@allowed(Action.VIEW)
def view_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename, share or, with `delete`, delete: one's own; those for everybody also who may share."""
    view = get_object_or_404(changeable_by(person(request)), pk=pk)
    if "delete" in request.POST:
        view.delete()
        messages.success(request, f"The view “{view}” was deleted.")
        return redirect(view)
    form = SavedViewForm(request.POST, instance=view, user=person(request))
    if kept := form.kept():
        messages.success(request, f"The view “{kept}” was changed.")
    else:
        messages.error(request, _why(form))
    return redirect(view)


def changeable_by(user: User) -> "QuerySet[SavedView]":
    shared = Q(shared=True) if may(user, Action.SHARE) else Q(pk__in=[])
    return SavedView.objects.filter(Q(owner=user) | shared)


def menu(user: User, text: str, sort: str) -> dict[str, Any]:
    """The views that this person has, which one the list shows, and the form that keeps or changes it."""
    views = list(SavedView.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner"))
    current = next((view for view in views if (view.query, view.sort) == (text, sort)), None)
    mine = current is not None and (current.owner_id == user.pk or (current.shared and may(user, Action.SHARE)))
    initial = None if mine else {"query": text, "sort": sort}
    form = SavedViewForm(instance=current if mine else None, initial=initial, user=user)
    return {"views": views, "view": current, "view_is_mine": mine, "view_form": form}


def _why(form: SavedViewForm) -> str:
    return " ".join(str(error) for errors in form.errors.values() for error in errors)
