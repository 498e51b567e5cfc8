"""What a message says: written when it is sent, from today's rows, for what its reader may see now."""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Count, Prefetch, QuerySet, prefetch_related_objects
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from audits import progress, query
from audits.lifecycle import Blame
from audits.models import (
    Channel,
    Finding,
    FindingParameter,
    Message,
    MessageKind,
    Organisation,
    Repository,
    Scan,
    ScanState,
)
from audits.models.scan import READ_STATES
from audits.progress.figures import days_past, due_of
from audits.progress.flows import Flow, flow
from audits.progress.interval import week_before
from audits.progress.scope import Scope

from .inlined import inlined
from .plain import one_line, plain_order, wrapped
from .readers import alertable, readable, takes

_SHOWN = 10


class NothingToSay(Exception):
    """What the message was about is not there any more, or its reader may not see it now."""


@dataclass(frozen=True)
class Letter:
    """One message in words. `lines` are plain sentences; `template` with `context` is the longer form that mail has."""

    subject: str
    lines: tuple[str, ...]
    url: str
    facts: dict[str, Any] = field(default_factory=dict)
    template: str = "alert"
    context: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The plain form of mail."""
        return wrapped(plain_order(render_to_string(f"notify/{self.template}.txt", self._all()).strip() + "\n"))

    @property
    def html(self) -> str:
        """The rich form of mail."""
        return inlined(plain_order(render_to_string(f"notify/{self.template}.html", self._all())))

    @property
    def settings_url(self) -> str:
        """Where its reader, or who looks after a shared channel, changes or stops these messages."""
        return link("notifications")

    def _all(self) -> dict[str, Any]:
        return {
            "letter": self,
            "organisation": Organisation.current(),
            "settings_url": self.settings_url,
        } | self.context


def link(name: str, *args: Any) -> str:
    """The whole address of one of our pages."""
    return address(reverse(name, args=args))


def address(path: str) -> str:
    """A path of ours as a whole address."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"


def letter(message: Message) -> Letter:
    """The words for one message. Raises NothingToSay."""
    if not takes(message.channel, message.kind):
        raise NothingToSay("Its reader has switched this off since, or takes no messages any more.")
    found = _letter(message)
    return replace(found, subject=one_line(found.subject), lines=tuple(map(one_line, found.lines)))


def _letter(message: Message) -> Letter:
    channel, about = message.channel, message.about
    if message.kind == MessageKind.DIGEST:
        return digest(channel, date.fromisoformat(about["week"]) if "week" in about else None)
    if message.kind == MessageKind.TEST:
        return Letter("A test of Last Call", ("Messages arrive here.",), link("overview"))
    if message.kind == MessageKind.STALLED:
        return _stalled(channel)
    repository = alertable(channel).filter(pk=about.get("repository"), archived_at=None).first()
    if repository is None:
        raise NothingToSay("The repository is gone or archived, or its reader may not see it any more.")
    if message.kind == MessageKind.ZERO:
        return _zero(repository)
    if message.kind == MessageKind.FAILING:
        return _failing(repository)
    return _calls(MessageKind(message.kind), repository, about.get("findings", ()))


def _zero(repository: Repository) -> Letter:
    if not progress.statuses(Repository.objects.filter(pk=repository.pk)).filter(progress.at_zero()).exists():
        raise NothingToSay("It is not at zero any more.")
    words = f"{repository.name} has no call to Generate left, and every file of it was read."
    return Letter(f"{repository.name} is at zero", (words,), _page(repository), {"repository": repository.name})


def _failing(repository: Repository) -> Letter:
    last = Scan.objects.filter(repository=repository, state=ScanState.FAILED).order_by("-pk").first()
    if last is None or not repository.failures:
        raise NothingToSay("Its scans work again.")
    read = Scan.objects.filter(repository=repository, state__in=READ_STATES, finished_at__isnull=False)
    good = read.order_by("-pk").values_list("finished_at", flat=True).first()
    since = f"since {_day(timezone.localdate(good))}; its numbers are of that day." if good else "yet."
    lines = (f"No scan of {repository.name} has succeeded {since}", last.error_message)
    return Letter(f"Scans of {repository.name} fail", lines, _page(repository), {"repository": repository.name})


def _calls(kind: MessageKind, repository: Repository, ids: list[str]) -> Letter:
    findings = list(
        Finding.objects.filter(query.remaining(), repository=repository, pk__in=ids).order_by("path", "line")
    )
    if not findings:
        raise NothingToSay("These calls are gone already, dismissed or waived.")
    count = "A call" if len(findings) == 1 else f"{len(findings):,} calls"
    back = kind == MessageKind.REGRESSED
    what = f"{count} to migrate {'came back' if back else 'is new' if len(findings) == 1 else 'are new'}"
    shown = findings[:_SHOWN]
    in_the_way = FindingParameter.objects.filter(in_the_way=True).order_by("name")
    prefetch_related_objects(shown, Prefetch("parameters", in_the_way))
    calls = [_place(row, wrote=not back) for row in shown]
    more = f"and {len(findings) - _SHOWN:,} more" if len(findings) > _SHOWN else ""
    lines = (*(f"{call['where']} {call['said']}" for call in calls), *([more] if more else []))
    url = address(findings[0].get_absolute_url()) if len(findings) == 1 else _page(repository)
    facts = {"repository": repository.name, "findings": [str(row.pk) for row in findings]}
    return Letter(f"{what} in {repository.name}", lines, url, facts, "calls", {"calls": calls, "more": more})


def _place(row: Finding, *, wrote: bool) -> dict[str, str]:
    """Where it is, what stands in the way, and who last changed the line, as git told when the call was first found:
    of one that came back that is somebody of before."""
    names = ", ".join(parameter.name for parameter in row.parameters.all())
    author = row.blame_name if wrote and row.blame == Blame.KNOWN else ""
    said = (
        row.callee or row.kind,
        *([f"in the way: {names}"] if names else []),
        *([f"last changed by {author}"] if author else []),
    )
    url = address(row.get_absolute_url())
    return {"where": one_line(f"{row.path}:{row.line}"), "said": one_line("; ".join(said)), "url": url}


def _stalled(channel: Channel) -> Letter:
    repositories = readable(channel)
    left = Finding.objects.filter(query.remaining(), repository__in=repositories.order_by().values("pk")).count()
    if not left:
        raise NothingToSay("Nothing is left in what its reader may see.")
    words = f"No call has gone for two weeks, and {left:,} {'is' if left == 1 else 'are'} left."
    hidden = _restricted(channel, repositories)
    lines = (words, *([f"{hidden}."] if hidden else []))
    facts = {"remaining": left, "restricted": hidden.calls}
    name, page = (f" of {channel.team.name}", link("team", channel.team.pk)) if channel.team else ("", link("overview"))
    return Letter(f"The migration{name} stands still", lines, page, facts)


def _page(repository: Repository) -> str:
    return link("repository", repository.pk)


def digest(channel: Channel, monday: date | None = None) -> Letter:
    """The week before `monday` in numbers, for what the channel's reader may see; without it, the last seven days."""
    repositories = readable(channel)
    numbers = progress.summary_of(Scope(repositories))
    first, last = week_before(monday or timezone.localdate())
    week = flow(Scope(repositories), first, last)
    name = channel.team.name if channel.team else Organisation.current().name
    hidden, elsewhere = _restricted(channel, repositories), _elsewhere(channel)
    since = f"{numbers.days_overdue:,} days after Generate was switched off."
    lines = (
        f"{numbers.headline}, {since}",
        *([f"Beside them: {numbers.waiting.removeprefix('+ ')}."] if numbers.waiting else []),
        *([f"{hidden}."] if hidden else []),
        *([f"+ {elsewhere:,} in other repositories by CODEOWNERS."] if elsewhere else []),
        f"From {_day(first)} to {_day(last)} {week.went:,} went and {week.came:,} came.",
        *_campaign(channel, numbers.remaining, week),
        f"{numbers.coverage}.",
    )
    facts = {
        "remaining": numbers.remaining,
        "waived": numbers.waived,
        "restricted": hidden.calls,
        "in_other_repositories": elsewhere,
        "went_in_7_days": week.went,
        "came_in_7_days": week.came,
        "resolved_in_7_days": week.resolved,
        "new_in_7_days": week.opened,
    }
    page = link("team", channel.team.pk) if channel.team else link("overview")
    context = {
        "step": _step(channel, first, last),
        "since": since,
        "numbers": numbers,
        "week": week,
        "most": _most(Finding.objects.filter(repository__in=repositories.order_by().values("pk"))),
        "name": name,
        "attention": numbers.attention[:_SHOWN],
    }
    return Letter(f"{name}: {numbers.headline}", lines, page, facts, "digest", context)


def _step(channel: Channel, first: date, last: date) -> str:
    """The page that explains these days."""
    whose = f"&team={channel.team.pk}" if channel.team else ""
    return f"{link('explain')}?from={first}&to={last}{whose}"


def _campaign(channel: Channel, left: int, week: Flow) -> list[str]:
    """The day until which it is to be done, and the weekly goal, as far as they are set."""
    own = channel.team or Organisation.current()
    due = due_of(channel.team)
    late = days_past(due, left) if due else ""
    told = [f"{'It was to' if late else 'To'} be migrated by {_day(due)}{late}."] if due else []
    went = f"{week.ended:,} went{' but for those waived' if week.ended != week.went else ''}"
    return told + ([f"The goal is {own.weekly_goal:,} a week: {went}."] if own.weekly_goal else [])


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _restricted(channel: Channel, repositories: "QuerySet[Repository]") -> progress.Restricted:
    """Calls left that the channel may not speak of, as one number; a team's own digest is of the team alone."""
    if channel.team is not None:
        return progress.NOTHING
    left = Finding.objects.filter(query.remaining())
    return progress.Restricted(left.exclude(repository__in=repositories.order_by().values("pk")).count())


def _elsewhere(channel: Channel) -> int:
    """Calls left in other repositories that CODEOWNERS gives to a team whose channel it is, as the team's page says."""
    if channel.team is None:
        return 0
    near = alertable(channel).order_by().values("pk")
    return progress.given(Finding.objects.filter(repository__in=near), channel.team)


def _most(findings: "QuerySet[Finding]") -> list[dict[str, Any]]:
    left = findings.filter(query.remaining()).order_by().values_list("repository", "repository__name")
    rows = left.annotate(calls=Count("pk")).order_by("-calls", "repository__name")[:5]
    return [{"name": name, "left": calls, "url": link("repository", pk)} for pk, name, calls in rows]
