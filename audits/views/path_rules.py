"""Which files stand in the totals: our rules, the organisation's, and those of one repository."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from audits import areas, foresight, pathrules
from audits.access import Action, allowed, findings_visible_to, may, person, visible_to
from audits.forms import PathRuleForm
from audits.models import PathRule, Repository
from audits.query import calls
from audits.query.words import AREAS


@require_safe
@allowed(Action.VIEW)
def path_rules(request: HttpRequest) -> HttpResponse:
    return _page(request, _asked(request, request.GET.get("repository", "")), PathRuleForm())


@require_POST
@allowed(Action.ADMINISTER)
def path_rule_add(request: HttpRequest) -> HttpResponse:
    """What holds for every repository is the admins' business."""
    return _add(request, None)


@require_POST
@allowed(Action.EDIT_REPOSITORIES)
def repository_path_rule_add(request: HttpRequest, pk: int) -> HttpResponse:
    return _add(request, get_object_or_404(visible_to(request.user), pk=pk))


def _add(request: HttpRequest, repository: Repository | None) -> HttpResponse:
    form = PathRuleForm(request.POST)
    if form.is_valid():
        try:
            effect = foresight.foresee(**form.cleaned_data, repository=repository)
            if effect.wide and request.POST.get("seen") != str(effect.out):
                return _question(request, repository, form, effect)
            rule = pathrules.add(**form.cleaned_data, repository=repository, user=person(request))
        except pathrules.Refused as refused:
            form.add_error("pattern", str(refused))
        else:
            messages.success(request, f"The rule holds now: {rule}.")
            return redirect(_address(repository))
    return _page(request, repository, form)


def _question(
    request: HttpRequest, repository: Repository | None, form: PathRuleForm, effect: foresight.Effect
) -> HttpResponse:
    """A rule that takes most of the open calls, or names nothing in particular, holds once somebody has read how many.

    Where another number is open by now, the answer is asked for again.
    """
    context = {
        "section": "repositories" if repository else "settings",
        "repository": repository,
        "back": _address(repository),
        "asked": form.cleaned_data,
        "excluded": form.cleaned_data["area"] == areas.Area.EXCLUDED,
        "area": dict(form.fields["area"].choices)[form.cleaned_data["area"]],  # type: ignore[attr-defined]
        "effect": effect,
        "rest": effect.out - sum(calls for _, calls in effect.places),
        "changed": "seen" in request.POST,
    }
    return render(request, "audits/confirm_path_rule.html", context)


@require_POST
@allowed(Action.EDIT_REPOSITORIES)
def path_rule_delete(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(PathRule.objects.select_related("repository"), pk=pk)
    if rule.repository is not None:
        get_object_or_404(visible_to(request.user), pk=rule.repository_id)
    elif not may(request.user, Action.ADMINISTER):
        raise PermissionDenied
    pathrules.remove(rule, person(request))
    messages.success(request, f"The rule is gone: {rule}.")
    return redirect(_address(rule.repository))


def _asked(request: HttpRequest, pk: str) -> Repository | None:
    """The repository whose rules are meant, None for the organisation's."""
    if not pk:
        return None
    return get_object_or_404(visible_to(request.user), pk=int(pk) if pk.isdecimal() and len(pk) < 10 else 0)


def _address(repository: Repository | None) -> str:
    return reverse("path-rules") + (f"?repository={repository.pk}" if repository else "")


def _page(request: HttpRequest, repository: Repository | None, form: PathRuleForm) -> HttpResponse:
    findings = findings_visible_to(request.user)
    findings = findings.filter(repository=repository) if repository else findings
    counts = dict(findings.filter(calls()).order_by().values_list("area").annotate(n=Count("pk")))
    ours: dict[str, list[str]] = {}
    for rule in areas.OURS:
        ours.setdefault(AREAS[rule.area], []).append(rule.pattern)
    context: dict[str, Any] = {
        "section": "repositories" if repository else "settings",
        "repository": repository,
        "form": form,
        "rules": PathRule.objects.filter(repository=repository).select_related("created_by").order_by("-pk"),
        "wide": PathRule.objects.filter(repository=None).order_by("-pk") if repository else (),
        "ours": tuple(ours.items()),
        "counts": [(word, key, counts.get(key, 0)) for key, word in AREAS.items()],
        "may_change": may(request.user, Action.EDIT_REPOSITORIES if repository else Action.ADMINISTER),
    }
    return render(request, "audits/path_rules.html", context)
