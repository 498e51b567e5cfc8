from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import migrations
from django.utils import timezone

BATCH = 500
DISPOSITIONS = ("open", "planned", "dismissed", "waived")


def part(apps, schema_editor):
    """Waived calls stand beside those left from now on: daily numbers of before are told so too.

    They held waivers that had ended among the waived; how many really stood on a day the events tell. Histories with
    waivers in them are read anew, as the clock reads those that lack counts.
    """
    snapshots, runs = (apps.get_model("audits", name) for name in ("Snapshot", "HistoryRun"))
    waivers = stretches(apps.get_model("audits", "FindingEvent"))
    rows = snapshots.objects.filter(repository__in=waivers)
    _rewrite(rows, lambda row: _apart(row, sum(begin <= row.at < end for begin, end in waivers[row.repository_id])))
    runs.objects.filter(is_current=True, repository__in=waivers).update(resolved_apart=None)


def join(apps, schema_editor):
    """The way back: waived calls are among those left again."""
    snapshots = apps.get_model("audits", "Snapshot")
    _rewrite(snapshots.objects.exclude(waived=0, apart=0, whole={}), _together)


def _rewrite(rows, change):
    """In batches: no page waits for a table whose every row is written by itself."""
    fields = ["remaining", "apart", "waived", "whole"]
    manager, batch = rows.model.objects, []
    for row in rows.only(*fields, "at", "repository").iterator(chunk_size=BATCH):
        change(row)
        batch.append(row)
        if len(batch) == BATCH:
            manager.bulk_update(batch, fields)
            batch = []
    manager.bulk_update(batch, fields)


def _apart(row, standing):
    waived, whole = min(row.waived, standing), dict(row.whole)
    more = waived
    if whole:
        more = min(whole.get("waived", 0), standing)
        whole |= {"waived": more, "remaining": max(whole["remaining"] - more, 0)}
    row.remaining, row.apart = max(row.remaining - waived, 0), max(row.apart - (more - waived), 0)
    row.waived, row.whole = waived, whole


def _together(row):
    whole = dict(row.whole)
    more = whole.get("waived", row.waived)
    if whole:
        whole["remaining"] += more
    row.remaining, row.apart, row.whole = row.remaining + row.waived, row.apart + more - row.waived, whole


def stretches(events):
    """By repository from when to when each of its waivers stood."""
    decided = defaultdict(list)
    waived = events.objects.filter(after="waived").values("finding")
    rows = events.objects.filter(finding__in=waived, after__in=DISPOSITIONS).order_by("at", "pk")
    for finding, repository, *row in rows.values_list("finding", "finding__repository", "at", "before", "after", "reason"):
        decided[finding, repository].append(row)
    found = defaultdict(list)
    for (_, repository), told in decided.items():
        begun = None
        for at, before, after, reason in told:
            until = midnight_after(reason) if after == "waived" else None
            if before == after and until is None:
                continue
            if begun:
                found[repository].append((begun[0], min(begun[1], at)))
            begun = (at, until) if until else None
        if begun:
            found[repository].append(begun)
    return dict(found)


def midnight_after(reason):
    """Of an event's words, "until 5 Mar 2026"; None for others."""
    try:
        day = datetime.strptime(reason, "until %d %b %Y").date()
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


class Migration(migrations.Migration):
    dependencies = [("audits", "0035_waived_beside_left")]

    operations = [migrations.RunPython(part, join, elidable=True)]
