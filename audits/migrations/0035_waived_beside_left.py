from collections import defaultdict
from datetime import datetime, time, timedelta

from django.db import migrations, models
from django.utils import timezone

DISPOSITIONS = ("open", "planned", "dismissed", "waived")


def part(apps, schema_editor):
    """Waived calls stand beside those left from now on: daily numbers of before are told so too.

    They held waivers that had ended among the waived; how many really stood on a day the events tell. Histories with
    waivers in them are read anew, as the clock reads those that lack counts.
    """
    snapshots, runs = (apps.get_model("audits", name) for name in ("Snapshot", "HistoryRun"))
    waivers = stretches(apps.get_model("audits", "FindingEvent"))
    for row in snapshots.objects.filter(repository__in=waivers).iterator():
        standing = sum(begin <= row.at < end for begin, end in waivers[row.repository_id])
        waived, whole = min(row.waived, standing), dict(row.whole)
        more = waived
        if whole:
            more = min(whole.get("waived", 0), standing)
            whole |= {"waived": more, "remaining": max(whole["remaining"] - more, 0)}
        row.remaining, row.apart = max(row.remaining - waived, 0), max(row.apart - (more - waived), 0)
        row.waived, row.whole = waived, whole
        row.save(update_fields=["remaining", "apart", "waived", "whole"])
    runs.objects.filter(is_current=True, repository__in=waivers).update(resolved_apart=None)


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
    dependencies = [("audits", "0034_an_index_for_each_order")]

    operations = [
        migrations.AddField(
            model_name="historypoint",
            name="waived",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(part, migrations.RunPython.noop, elidable=True),
    ]
