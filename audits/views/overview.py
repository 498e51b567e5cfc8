"""The overview: what a team lead reads in ten seconds."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from audits import progress
from audits.access import Action, allowed
from audits.progress.matrix import matrix

ATTENTION_SHOWN = 6
PARAMETERS_SHOWN = 12


@require_safe
@allowed(Action.VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    numbers = progress.summary(request.user)
    cut = matrix(numbers)
    context = {
        "section": "overview",
        "numbers": numbers,
        "peak": max((row.left for row in numbers.teams), default=0),
        "matrix": cut,
        "lines": cut.lines[:PARAMETERS_SHOWN],
        "statuses": _tally(progress.STATUSES, numbers.statuses),
        "knowledge": _tally(progress.KNOWLEDGE, numbers.knowledge),
        "attention": numbers.attention[:ATTENTION_SHOWN],
    }
    return render(request, "audits/overview.html", context)


def _tally(words: dict[str, str], counts: dict[str, int]) -> list[dict[str, str | int]]:
    return [{"key": key, "word": word, "count": counts[key]} for key, word in words.items()]
