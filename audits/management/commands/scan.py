"""`manage.py scan`: queue scans for the workers and, with --wait, follow them until each one has ended."""

import json
import sys
import time
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models.functions import Now
from django.utils import timezone

from audits.models import Repository, Scan, ScanState, ScanTrigger
from audits.models.scan import LIVE_STATES, READ_STATES
from audits.scans import request_scan

from .register import printable

PATIENCE = 30.0
POLL = 0.3
_NAMED = 20
NO_WORKER = (
    "No worker took a scan within {:.0f} seconds. The scans stay queued: start a worker (`make run`, or "
    "`celery -A migrator_site worker -Q people,scans`) and they run."
)
PUT_OFF = (
    "The host asks for fewer requests, so these scans wait, until {:%H:%M} UTC at the latest: {}. They run by "
    "themselves then, and `manage.py scan --wait` follows them."
)


class Command(BaseCommand):
    help = "Queue scans; with --wait follow them. Exit 0: all done or partial, 1: some failed, 2: no worker took one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="*", metavar="NAME")
        parser.add_argument("--all", action="store_true", help="every registered repository")
        parser.add_argument("--wait", action="store_true", help="until each one has ended")
        parser.add_argument("--format", choices=("text", "json"), default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        repositories = self._repositories(options["names"], everything=options["all"])
        ids = [request_scan(repository, ScanTrigger.COMMAND).pk for repository in repositories]
        taken = self._wait(ids) if options["wait"] else True
        scans = _load(ids)
        if options["format"] == "json":
            self.stdout.write(json.dumps([_as_json(scan) for scan in scans], indent=1))
        else:
            for scan in scans:
                self.stdout.write(_as_text(scan))
        if not taken:
            raise CommandError(_why_not(scans), returncode=2)
        failed = [printable(scan.repository.name) for scan in scans if scan.state not in READ_STATES]
        if options["wait"] and failed:
            raise CommandError(f"{len(failed)} of {len(scans)} scans failed: {_listed(failed)}.", returncode=1)

    def _repositories(self, names: Sequence[str], *, everything: bool) -> list[Repository]:
        if everything == bool(names):
            raise CommandError("Name the repositories to scan, or give --all.", returncode=2)
        if everything:
            return list(Repository.objects.filter(archived_at=None))
        found = {repository.name: repository for repository in Repository.objects.filter(name__in=names)}
        if unknown := [name for name in names if name not in found]:
            listed = ", ".join(printable(name) for name in unknown)
            raise CommandError(f"No repository is called {listed}. `manage.py register` registers one.")
        if archived := [name for name in names if found[name].archived_at]:
            listed = ", ".join(printable(name) for name in archived)
            raise CommandError(f"Archived, and not scanned: {listed}. A lead can take it back on its page.")
        return [found[name] for name in dict.fromkeys(names)]

    def _wait(self, ids: Sequence[int]) -> bool:
        """Show progress until all have ended: True; False when nobody worked on anything for PATIENCE seconds."""
        shown, moved = "", time.monotonic()
        while True:
            scans = _load(ids)
            progress = _progress(scans)
            if progress != shown:
                self._show(progress, last=shown)
                shown, moved = progress, time.monotonic()
            if not any(scan.is_open for scan in scans):
                self._show("", last=shown)
                return True
            if Scan.objects.filter(state__in=LIVE_STATES, lease_until__gt=Now()).exists():
                moved = time.monotonic()
            if time.monotonic() - moved > PATIENCE:
                self._show("", last=shown)
                return False
            time.sleep(POLL)

    def _show(self, progress: str, *, last: str) -> None:
        """One line that is written over on a terminal; a line a change in a log."""
        if sys.stderr.isatty():
            self.stderr.write("\r" + progress.ljust(len(last)), lambda text: text, ending="" if progress else "\r")
        elif progress:
            self.stderr.write(progress, lambda text: text)


def _why_not(scans: Sequence[Scan]) -> str:
    """Why nothing was worked on: a sentence."""
    waiting = [scan for scan in scans if scan.state == ScanState.QUEUED]
    until = [scan.not_before for scan in waiting if scan.not_before is not None and scan.not_before > timezone.now()]
    if not waiting or len(until) < len(waiting):
        return NO_WORKER.format(PATIENCE)
    return PUT_OFF.format(max(until), _listed([printable(scan.repository.name) for scan in waiting]))


def _listed(names: Sequence[str]) -> str:
    rest = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {rest} more" if rest > 0 else "")


def _load(ids: Sequence[int]) -> list[Scan]:
    """In the order of `ids`; a repository that was deleted meanwhile took its scan with it."""
    found = Scan.objects.select_related("repository").in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _progress(scans: Sequence[Scan]) -> str:
    ended = sum(not scan.is_open for scan in scans)
    busy = [f"{printable(s.repository.name)} {_step(s)}" for s in scans if s.state in LIVE_STATES]
    return f"{ended} of {len(scans)} done" + (f": {', '.join(busy[:3])}" if busy else "")


def _step(scan: Scan) -> str:
    if scan.state != ScanState.SCANNING:
        return "fetching"
    return f"{scan.files_done}/{scan.files_total} files" if scan.files_total else "reading the tree"


def _as_json(scan: Scan) -> dict[str, Any]:
    return {
        "repository": scan.repository.name,
        "state": scan.state,
        "commit": scan.commit or None,
        "seconds": scan.seconds,
        "usages": scan.usages,
        "unread": scan.files_unread,
        "error": scan.error_message or None,
    }


def _as_text(scan: Scan) -> str:
    name = printable(scan.repository.name)
    if scan.state in READ_STATES:
        unread = f", {scan.files_unread} unread" if scan.files_unread else ""
        return f"{name}: {scan.state}, {scan.usages} uses{unread}, {scan.seconds or 0:.1f} s"
    return f"{name}: {scan.state}" + (f", {printable(scan.error_message)}" if scan.error_message else "")
