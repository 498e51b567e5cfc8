"""`manage.py audit`: repositories, read in place or fetched, without server, database or broker."""

import os
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audits import analysis, exports, gitstore, hosts
from audits.analysis.crew import Crew
from audits.management import audit_report
from audits.sandbox import Sandbox, SandboxError, processors

_BAR = 28
_FOUND, _FAILED = 1, 2
_REMOTE = ("http://", "https://", "ssh://", "git://", "file://", "git@")


class _Job(NamedTuple):
    """One repository as it was asked for, and how its report is to be printed."""

    asked: str
    ref: str
    form: str
    color: bool


class _Done(NamedTuple):
    """The printed report, or the sentence why there is none; whether there are uses."""

    text: str = ""
    problem: str = ""
    uses: bool = False


class Command(BaseCommand):
    """Exit code 0: no use; 1: uses found; 2: one could not be audited, and nothing of it is on standard output."""

    help = "Find every use of Cohere's Generate in repositories: work trees, bare repositories, folders or URLs."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("repositories", metavar="PATH_OR_URL", nargs="+")
        parser.add_argument("--ref", default="", metavar="BRANCH|TAG|COMMIT", help="instead of what lies there")
        parser.add_argument(
            "--format", choices=("text", "json", "sarif"), default="text", help="json of several: an object a line"
        )
        parser.add_argument(
            "--jobs",
            type=int,
            default=0,
            metavar="N",
            help="of several, so many at a time; if not told, the processors",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        color = self.stdout.isatty() and not os.environ.get("NO_COLOR")
        several = len(options["repositories"]) > 1
        form = "line" if several and options["format"] == "json" else options["format"]
        jobs = [_Job(asked, options["ref"], form, color) for asked in options["repositories"]]
        try:
            found = self._several(jobs, options["jobs"]) if several else self._one(jobs[0])
        except SandboxError as error:
            raise CommandError(str(error), returncode=_FAILED) from error
        except KeyboardInterrupt:
            raise CommandError("Stopped before the audit was done.", returncode=_FAILED) from None
        finally:
            self._clear()
        if form == "sarif" and any(done.text for done in found):
            self._write("".join(exports.log(done.text for done in found if done.text)))
        problems = [
            f"{job.asked}: {done.problem}" if several else done.problem
            for job, done in zip(jobs, found, strict=True)
            if done.problem
        ]
        if problems:
            raise CommandError("\n".join(problems), returncode=_FAILED)
        if any(done.uses for done in found):
            sys.exit(_FOUND)

    def _one(self, job: _Job) -> list[_Done]:
        with Sandbox(deadline=settings.FILE_DEADLINE) as sandbox:
            done = _audited(sandbox, job, self._progress)
        self._clear()
        self._show(job, done)
        return [done]

    def _several(self, jobs: Sequence[_Job], most: int) -> list[_Done]:
        """Print each report when its turn has come."""
        found: list[_Done] = []
        with Crew(min(most if most > 0 else processors(), len(jobs)), deadline=settings.FILE_DEADLINE) as crew:
            for done in crew.each(_audited, jobs):
                found.append(done)
                self._clear()
                self._show(jobs[0], done)
                self._progress(len(found), len(jobs), "repositories")
        return found

    def _show(self, job: _Job, done: _Done) -> None:
        """Print a report at once, but for a run of SARIF, which is a part of one log."""
        if job.form != "sarif":
            self._write(done.text)

    def _write(self, text: str) -> None:
        # Paths may hold what the terminal's encoding lacks; that must not end the audit in a traceback.
        stream = getattr(self.stdout, "_out", self.stdout)
        encoding = getattr(stream, "encoding", None) or "utf-8"
        try:
            self.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding), ending="")
            self.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _progress(self, done: int, total: int, what: str = "files") -> None:
        if not self.stderr.isatty():
            return
        filled = _BAR * done // max(total, 1)
        self.stderr.write(f"\r[{'█' * filled}{'·' * (_BAR - filled)}] {done} of {total} {what}", ending="")
        self.stderr.flush()

    def _clear(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")


def _audited(sandbox: Sandbox, job: _Job, progress: Callable[[int, int], None] = lambda done, total: None) -> _Done:
    """Audit one repository. Raises SandboxError."""
    try:
        with _opened(job.asked, job.ref) as source:
            report = analysis.analyse(source, sandbox, progress=progress)
            on_disk = isinstance(source, gitstore.FolderSource)
    except (gitstore.GitError, hosts.UrlRefused, hosts.HostUnknown) as error:
        return _Done(problem=getattr(error, "message", "") or str(error))
    if job.form == "text":
        text = audit_report.Text(job.color, on_disk).report(job.asked, report)
    elif job.form == "sarif":
        text = exports.run_of(job.asked, report)
    else:
        text = audit_report.as_json(job.asked, report, indent=1 if job.form == "json" else None) + "\n"
    return _Done(text, uses=bool(report.usages))


@contextmanager
def _opened(asked: str, ref: str) -> Iterator[gitstore.Source]:
    """The files that are asked for. Raises GitError, UrlRefused or HostUnknown."""
    if not asked.startswith(_REMOTE):
        with gitstore.open_local(Path(asked).expanduser(), ref) as source:
            yield source
        return
    address = hosts.parse_address(
        asked, allowed_hosts=settings.ALLOWED_GIT_HOSTS, local_roots=(), ssh=settings.GIT_SSH_ENABLED
    )
    port = address.port or hosts.DEFAULT_PORTS[address.scheme]
    internal = not {address.host, f"{address.host}:{port}"}.isdisjoint(settings.INTERNAL_GIT_HOSTS)
    pin = hosts.resolve(address.host, port, internal=internal)
    authorities = settings.INTERNAL_GIT_AUTHORITIES if internal else ""
    remote = gitstore.Remote(url=address.url, pin=pin, authorities=authorities)
    with tempfile.TemporaryDirectory(prefix="audit-") as folder, gitstore.Mirror(Path(folder), address.key) as mirror:
        tip = gitstore.find_ref(remote, ref)
        mirror.fetch(remote, tip)
        with mirror.source(tip.commit) as source:
            yield source
