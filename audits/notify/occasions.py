"""What is worth telling, and when. Each occasion has a key, so that noticing it twice tells it once.

`scanned` is called inside the transaction that writes a scan's result; `look_round` by the clock.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from audits import progress, query
from audits.areas import Area
from audits.lifecycle import PROGRESS, Gone
from audits.models import Channel, Finding, FindingEvent, MessageKind, Repository, Scan, Team
from audits.models.scan import READ_STATES

from . import readers
from .outbox import post, post_all

STALLED_AFTER = timedelta(weeks=2)
FAILING_AFTER = timedelta(days=3)
# Monday morning, in the organisation's time zone.
DIGEST_WEEKDAY, DIGEST_HOUR = 0, 7
# What takes a repository away from zero.
_CAME = ("opened", "reopened", "set_open", "re_review", "counted_again", "taken_back")


def scanned(scan: Scan) -> None:
    """After a scan's result: calls that are new or back, and a repository that has reached zero.

    The first result of a repository tells what there was all along, and is no news.
    """
    if not Scan.objects.filter(repository=scan.repository_id, state__in=READ_STATES, pk__lt=scan.pk).exists():
        return
    # What new rules find was there before; what stands elsewhere now is not new either.
    new = _calls(scan, "opened").exclude(reason=Gone.RULE_CHANGED).filter(finding__moved_from=None)
    _tell(scan, MessageKind.INTRODUCED, new)
    _tell(scan, MessageKind.REGRESSED, _calls(scan, "reopened").filter(finding__regressed=True))
    before = Scan.objects.filter(repository=scan.repository_id, state__in=READ_STATES, pk__lt=scan.pk).order_by("-pk")
    last = before.values_list("remaining", "files_unread").first()
    if scan.resolved_now or (last and any(last)):
        reached([scan.repository_id])


def reached(repositories: Collection[int]) -> None:
    """Tell of those of these that are at verified zero: inside the transaction of what may have brought them there.

    Each is told once, until a call comes to it or returns, by a path rule too, or a person takes a decision back; what
    a path rule takes out of the totals has come before. One query where none is there, at most five however many are.
    """
    kept = Repository.objects.filter(pk__in=repositories, archived_at=None)
    rows = list(progress.statuses(kept).filter(progress.at_zero())) if repositories else []
    if not rows:
        return
    calls = Finding.objects.filter(query.calls(), repository__in=[row.pk for row in rows])
    ruled_in, ruled_out = Q(verb="area", after=Area.PRODUCT), Q(verb="area", before=Area.PRODUCT)
    there = (Q(verb__in=_CAME) | ruled_in) & Q(finding__in=calls.filter(query.counted()))
    came = there | (ruled_out & Q(finding__in=calls))
    events = FindingEvent.objects.filter(came).order_by().values_list("finding__repository")
    last = dict(events.annotate(newest=Max("pk")))
    told = readers.alerted(rows)
    keys = {row.pk: f"zero:{row.pk}:{last.get(row.pk, 0)}" for row in rows}
    post_all(MessageKind.ZERO, ((told[pk], key, {"repository": pk}) for pk, key in keys.items()))


def _calls(scan: Scan, verb: str) -> "QuerySet[FindingEvent]":
    counted = Finding.objects.filter(query.counted(), pk=OuterRef("finding"))
    return FindingEvent.objects.filter(Exists(counted), scan=scan, verb=verb)


def _tell(scan: Scan, kind: MessageKind, events: "QuerySet[FindingEvent]") -> None:
    """The team is told of all of them, and whoever looks after some of these; nobody twice."""
    findings = list(Finding.objects.filter(pk__in=events.values("finding")).order_by("pk"))
    if not findings:
        return
    team = readers.alerted([scan.repository])[scan.repository_id]
    told = [(channel, own) for channel, own in readers.owners(findings).items() if channel not in team]
    for channels, rows in [(team, findings), *(([channel], own) for channel, own in told)]:
        about = {"repository": scan.repository_id, "findings": [str(row.pk) for row in rows]}
        post(channels, kind, f"{kind}:{scan.pk}", about)


def look_round(now: datetime | None = None) -> None:
    """What only the clock can notice: a digest that is due, scans that fail for days, progress that has stopped."""
    now = now or timezone.now()
    _failing(now)
    _stalled(now)
    _digests(timezone.localtime(now))


def _failing(now: datetime) -> None:
    """Repositories whose scans have failed for FAILING_AFTER and more; told once, until one succeeds."""
    since = progress.failed_since().filter(finished_at__lte=now - FAILING_AFTER)
    read = progress.readings(Repository.objects.filter(failures__gt=0, archived_at=None))
    failing = read.filter(Exists(since))
    good = Scan.objects.filter(repository=OuterRef("pk"), state__in=READ_STATES).order_by("-pk").values("pk")
    rows = list(failing.annotate(good=Subquery(good[:1])))
    told = readers.alerted(rows)
    keys = {row.pk: f"failing:{row.pk}:{row.good or 0}" for row in rows}
    post_all(MessageKind.FAILING, ((told[pk], key, {"repository": pk}) for pk, key in keys.items()))


def _stalled(now: datetime) -> None:
    """Where no call has gone for STALLED_AFTER although some are left: in all repositories, and in a team's own."""
    _still(now, Repository.objects.all(), readers.organisation_wide(), "")
    own = Channel.objects.filter(alerts=True, person=None).exclude(team=None)
    for team in Team.objects.filter(pk__in=own.values("team")):
        _still(now, Repository.objects.filter(team=team), own.filter(team=team), f":{team.pk}")


def _still(now: datetime, repositories: "QuerySet[Repository]", channels: "QuerySet[Channel]", whose: str) -> None:
    """Told once for each such stretch. Where none has ever gone, it has stood still since the first scan."""
    within = repositories.order_by().values("pk")
    findings = Finding.objects.filter(repository__in=within)
    if not findings.filter(query.remaining(), first_seen_at__lte=now - STALLED_AFTER).exists():
        return
    gone = findings.filter(query.resolved(), absent_reason__in=PROGRESS).order_by(F("resolved_at").desc())
    scans = Scan.objects.filter(repository__in=within, state__in=READ_STATES, finished_at__isnull=False)
    read = scans.order_by("finished_at").values_list("finished_at", flat=True)
    last = gone.values_list("resolved_at", flat=True).first() or read.first()
    if last is None or last > now - STALLED_AFTER:
        return
    post(channels, MessageKind.STALLED, f"stalled{whose}:{last.date()}", {"since": last.isoformat()})


def _digests(now: datetime) -> None:
    monday = now.date() - timedelta(days=now.weekday())
    if (now.weekday(), now.hour) >= (DIGEST_WEEKDAY, DIGEST_HOUR):
        channels = Channel.objects.filter(weekly=True).exclude(person__is_active=False)
        # A channel made in the middle of a week waits for the next Monday.
        started = channels.filter(created_at__lt=timezone.make_aware(_morning(monday)))
        post(started, MessageKind.DIGEST, f"digest:{monday}", {"week": monday.isoformat()})


def _morning(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, DIGEST_HOUR)
