"""Who did what: added and changed repositories, credentials and roles; dismissed and waived findings."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits.access import Action, allowed
from audits.lifecycle import FOLLOWING
from audits.models import AuditEvent, AuditVerb, FindingEvent

PAGE = 50
WORDS = dict(AuditVerb.choices)


@require_safe
@allowed(Action.ADMINISTER)
def journal(request: HttpRequest) -> HttpResponse:
    columns = ("at", "who", "verb", "subject", "detail")
    deeds = AuditEvent.objects.order_by().values_list("at", "name", "verb", "subject", "detail")
    place = Concat("finding__repository__name", Value(": "), "finding__path", output_field=CharField())
    triage = FindingEvent.objects.order_by().filter(actor__isnull=False).exclude(verb__in=FOLLOWING)
    told = triage.annotate(who=F("actor__username"), subject=place).values_list(
        "at", "who", "verb", "subject", "reason"
    )
    rows = Paginator(deeds.union(told, all=True).order_by("-at"), PAGE).get_page(request.GET.get("page"))
    events: list[dict[str, Any]] = [dict(zip(columns, row, strict=True)) for row in rows]
    for event in events:
        event["word"] = WORDS.get(event["verb"], str(event["verb"]).replace("_", " ").capitalize())
    return render(request, "audits/journal.html", {"section": "settings", "page": rows, "events": events})
